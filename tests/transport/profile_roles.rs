//! Roles of AWS profiles: MFA sessions that they share, codes of a program, the AWS CLI's cache; and
//! federated users.

use signpost::core::aws_environment::AwsEnvironment;
use signpost::core::identity::FederatedUser;
use signpost::core::question::Answer;
use signpost::engine::Command;
use signpost::io::store::aws_files::AwsStore;
use tempfile::TempDir;

use super::sessions::signed_by;
use super::*;

const MFA: &str = "arn:aws:iam::123456789012:mfa/alice";

fn session(action: &str, key: &str) -> Vec<u8> {
    let body = format!(
        "<{action}Response><{action}Result><Credentials><AccessKeyId>{key}</AccessKeyId>\
         <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></{action}Result></{action}Response>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

/// A home whose profiles `one` and `two` are roles of the same keys, with the same MFA device.
struct Home {
    folder: TempDir,
    sts: Origin,
    origin: Origin,
}

impl Home {
    fn new(role: &str, replies: Vec<Vec<u8>>) -> Self {
        let sts = Origin::answering(replies);
        let home = Self {
            folder: tempfile::tempdir().unwrap(),
            sts,
            origin: Origin::answering((0..4).map(|_| OK.to_vec())),
        };
        let role_of = |name: &str, arn: &str| {
            format!(
                "[profile {name}]\nsource_profile = alice\nrole_arn = arn:aws:iam::123456789012:role/{arn}\n\
                 mfa_serial = {MFA}\nendpoint_url = {}\nregion = eu-{name}-1\n{role}\n",
                home.sts.url("/")
            )
        };
        let keys = format!(
            "[profile alice]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n\
             region = us-east-1\n"
        );
        home.write("config", &format!("{keys}{}{}", role_of("one", "Admin"), role_of("two", "Auditor")));
        home
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(".aws").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn engine(&self) -> Engine {
        let home = self.folder.path().display().to_string();
        let store = AwsStore::new(AwsEnvironment::new([("HOME".to_owned(), home)]));
        engine(TransportSettings::default()).with_aws(store)
    }

    fn job(&self, profile: &str) -> Job {
        let kind = IdentityKind::Profile { profile: profile.into() };
        signed_by("me", "lambda", &self.origin.url("/"), vec![Identity { name: "me".into(), kind }])
    }

    /// What STS was asked, a form each.
    fn asked(&self) -> Vec<String> {
        self.sts.requests().into_iter().map(|came| String::from_utf8(came.body).unwrap()).collect()
    }
}

/// Sends, answers every question with a code, and gives the number of questions.
async fn send_with_code(engine: &Engine, job: Job) -> usize {
    let mut handle = engine.open(job);
    let mut asked = 0;
    while let Some(event) = handle.events.recv().await {
        match event {
            Event::Ask(question) => {
                asked += 1;
                let answer = Answer::MfaCode(Secret::new("123456"));
                handle.commands.send(Command::Answer { id: question.id, answer }).await.unwrap();
            }
            Event::End(end) => assert!(matches!(end.outcome, Outcome::Answered), "{:?}", end.outcome),
            _ => {}
        }
    }
    asked
}

#[test]
fn roles_of_the_same_keys_share_one_session_with_mfa() {
    let replies = [
        session("GetSessionToken", "ASIASESSIONEXAMPLE00"),
        session("AssumeRole", "ASIAIOSFODNN7EXAMPLE"),
        session("AssumeRole", "ASIAIOSFODNN7EXAMPLE"),
    ];
    let home = Home::new("duration_seconds = 3600", replies.to_vec());
    let engine = home.engine();
    let asked = runtime().block_on(async {
        [send_with_code(&engine, home.job("one")).await, send_with_code(&engine, home.job("two")).await]
    });
    assert_eq!(asked, [1, 0]);
    let forms = home.asked();
    assert!(
        forms[0].contains("Action=GetSessionToken") && forms[0].contains("TokenCode=123456"),
        "{forms:?}"
    );
    for (form, role) in forms[1..].iter().zip(["Admin", "Auditor"]) {
        assert!(form.contains("Action=AssumeRole") && form.contains(role), "{form}");
        assert!(!form.contains("SerialNumber"), "{form}");
    }
}

#[test]
fn a_role_that_outlives_such_a_session_asks_for_its_own_code() {
    let home = Home::new("duration_seconds = 7200", vec![session("AssumeRole", "ASIAIOSFODNN7EXAMPLE")]);
    assert_eq!(runtime().block_on(send_with_code(&home.engine(), home.job("one"))), 1);
    let form = &home.asked()[0];
    assert!(form.contains("TokenCode=123456") && form.contains("DurationSeconds=7200"), "{form}");
}

#[cfg(unix)]
#[test]
fn a_program_gives_the_code() {
    let replies = vec![
        session("GetSessionToken", "ASIASESSIONEXAMPLE00"),
        session("AssumeRole", "ASIAIOSFODNN7EXAMPLE"),
    ];
    let home = Home::new("mfa_process = echo \"654 321\"", replies);
    assert_eq!(runtime().block_on(send_with_code(&home.engine(), home.job("one"))), 0);
    assert!(home.asked()[0].contains("TokenCode=654321"));
}

#[cfg(unix)]
#[test]
fn a_program_without_a_code_stops_the_send_and_its_output_is_not_shown() {
    let home = Home::new("mfa_process = echo hunter2", Vec::new());
    let seen = send_with(&home.engine(), home.job("one"));
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    let said = "the mfa_process of keys of profile alice printed no code of six digits";
    assert_eq!((problems[0].message.as_str(), home.sts.connections()), (said, 0));
}

#[test]
fn a_role_that_the_aws_cli_has_assumed_is_used_without_a_code() {
    let home = Home::new("", Vec::new());
    let kept = format!(
        "{{\"Credentials\": {{\"AccessKeyId\": \"ASIAIOSFODNN7EXAMPLE\", \"SecretAccessKey\": \"{SECRET}\", \
         \"SessionToken\": \"t\", \"Expiration\": \"2099-01-01T00:00:00+00:00\"}}}}"
    );
    // The name that botocore gives it.
    home.write("cli/cache/f6ee4f1f2e3b86d03f2a2cfc0f0c56c26c32ff64.json", &kept);
    let engine = home.engine();
    assert_eq!(runtime().block_on(send_with_code(&engine, home.job("one"))), 0);
    assert_eq!(home.sts.connections(), 0);
    let known = engine.known_credential("me", &home.job("one")).unwrap().unwrap();
    assert_eq!(known.source, "role Admin, cached by the AWS CLI");
}

#[test]
fn a_federated_user_signs() {
    let sts = Origin::answering([session("GetFederationToken", "ASIAIOSFODNN7EXAMPLE")]);
    let origin = Origin::answering([OK.to_vec()]);
    let keys = IdentityKind::Keys {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: SECRET.into(),
        session_token: String::new(),
    };
    let user = |name: &str| {
        let user = FederatedUser {
            source: "alice".into(),
            name: name.into(),
            tags: vec![("team".into(), "blue".into())],
            endpoint: sts.url("/"),
            duration_seconds: Some(900),
            ..FederatedUser::default()
        };
        let kind = IdentityKind::FederationToken(Box::new(user));
        let identities = vec![
            Identity { name: "alice".into(), kind: keys.clone() },
            Identity { name: "bob".into(), kind },
        ];
        signed_by("bob", "lambda", &origin.url("/"), identities)
    };
    let engine = engine(TransportSettings::default());
    assert_eq!(send_with(&engine, user("bob")).text(), "ok");
    let form = String::from_utf8(sts.requests()[0].body.clone()).unwrap();
    assert!(
        form.contains("Action=GetFederationToken&Version=2011-06-15&Name=bob&DurationSeconds=900"),
        "{form}"
    );
    assert!(form.contains("Tags.member.1.Key=team"), "{form}");
    let known = engine.known_credential("bob", &user("bob")).unwrap().unwrap();
    assert_eq!(known.source, "federated user bob of keys of alice");
    let seen = send_with(&engine, user("b"));
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    assert_eq!(problems[0].message, "the `name` of identity `bob` isn't a valid name of a federated user");
}
