//! `ca_bundle` of a profile, and AWS_CA_BUNDLE: authorities that the requests for a credential trust.

use signpost::core::aws_environment::AwsEnvironment;
use signpost::io::store::aws_files::AwsStore;
use tempfile::TempDir;

use super::sessions::signed_by;
use super::tls::{Authority, Server, authority};
use super::*;

/// The AWS CLI's name for the token of the session `work`.
const TOKEN_FILE: &str = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";

fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

fn role() -> Vec<u8> {
    answer(&format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
         <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    ))
}

/// A home with profiles whose services are behind TLS.
struct Home {
    folder: TempDir,
    authority: Authority,
    services: Server,
}

impl Home {
    fn new(reply: Vec<u8>) -> Self {
        let authority = authority();
        let services = Server::answering(&authority, &["localhost"], 2100, "http/1.1", false, reply);
        let home = Self { folder: tempfile::tempdir().unwrap(), authority, services };
        home.write("ca.pem", &home.authority.pem());
        home.write("empty.pem", "nothing");
        home
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn endpoint(&self) -> String {
        format!("https://localhost:{}", self.services.port)
    }

    /// Writes the profiles `role` and `sso`, with these lines.
    fn profiles(&self, lines: &str) {
        let endpoint = self.endpoint();
        let text = format!(
            "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = keys\n\
             endpoint_url = {endpoint}\n{lines}\n[profile keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
             aws_secret_access_key = {SECRET}\n[sso-session work]\nsso_region = us-east-1\n\
             sso_start_url = https://d-1234567890.awsapps.com/start\n[profile sso]\nsso_session = work\n\
             sso_account_id = 123456789012\nsso_role_name = Reader\nendpoint_url = {endpoint}\n{lines}\n"
        );
        self.write(".aws/config", &text);
    }

    /// Sends to this URL as this profile.
    fn send(&self, profile: &str, url: &str, variables: &[(&str, String)]) -> Seen {
        let home = ("HOME", self.folder.path().display().to_string());
        let variables = variables.iter().chain([&home]);
        let variables = variables.map(|(name, value)| ((*name).to_owned(), value.clone()));
        let store = AwsStore::new(AwsEnvironment::new(variables));
        let kind = IdentityKind::Profile { profile: profile.into() };
        let job = signed_by("me", "lambda", url, vec![Identity { name: "me".into(), kind }]);
        send_with(&engine(TransportSettings::default()).with_aws(store), job)
    }
}

fn problem(seen: &Seen) -> (&str, &str) {
    let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
    (&problems[0].message, &problems[0].hint)
}

#[test]
fn the_requests_of_a_credential_trust_its_authorities_and_no_other_request_does() {
    let home = Home::new(role());
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    home.profiles(&format!("ca_bundle = {}", home.path("ca.pem")));
    assert_eq!(home.send("role", &origin.url("/"), &[]).text(), "ok");
    let seen = home.send("role", &format!("{}/", home.endpoint()), &[]);
    assert!(seen.network().message.contains("untrusted authority"), "{:?}", seen.network());

    home.profiles("");
    let bundle = ("AWS_CA_BUNDLE", home.path("ca.pem"));
    assert_eq!(home.send("role", &origin.url("/"), &[bundle]).text(), "ok");
    let seen = home.send("role", &origin.url("/"), &[]);
    assert!(problem(&seen).0.starts_with("can't reach STS: "), "{:?}", problem(&seen));
    assert!(problem(&seen).0.contains("untrusted authority"), "{:?}", problem(&seen));
}

#[test]
fn the_portal_of_sso_is_asked_with_them() {
    let credential = format!(
        r#"{{"roleCredentials":{{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","secretAccessKey":"{SECRET}",
        "sessionToken":"t","expiration":4102444800000}}}}"#
    );
    let home = Home::new(answer(&credential));
    let origin = Origin::answering([OK.to_vec()]);
    home.write(
        TOKEN_FILE,
        r#"{"accessToken":"token","expiresAt":"2099-01-01T00:00:00Z","region":"us-east-1",
        "startUrl":"https://d-1234567890.awsapps.com/start"}"#,
    );
    home.profiles(&format!("ca_bundle = {}", home.path("ca.pem")));
    assert_eq!(home.send("sso", &origin.url("/"), &[]).text(), "ok");
    home.profiles("");
    let seen = home.send("sso", &origin.url("/"), &[]);
    assert!(problem(&seen).0.contains("untrusted authority"), "{:?}", problem(&seen));
}

#[test]
fn a_file_without_certificates_is_named_and_nothing_is_sent() {
    let home = Home::new(role());
    let origin = Origin::answering([]);
    for (file, said) in [("empty.pem", "contains no certificate"), ("gone.pem", "No such file")] {
        let path = home.path(file);
        home.profiles("ca_bundle = /nowhere");
        let seen = home.send("role", &origin.url("/"), &[("AWS_CA_BUNDLE", path.clone())]);
        let (message, hint) = problem(&seen);
        assert!(message.starts_with("couldn't ask STS: ") && message.contains(said), "{message}");
        assert!(message.contains(&path) && !hint.is_empty(), "{message}: {hint}");
    }
    assert!(origin.requests().is_empty());
}
