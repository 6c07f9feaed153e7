//! AWS's whole chains: environment and files of a case, its recorded exchanges, and what comes of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use signpost::core::aws_environment::AwsEnvironment;
use signpost::core::aws_identity::AwsIdentity;
use signpost::core::credential::Credential;
use signpost::core::names::RequestPath;
use signpost::core::request::Request;
use signpost::core::scope::Nothing;
use signpost::core::trust::Trust;
use signpost::core::workspace::Workspace;
use signpost::engine::{Clocks, Engine, Job, Renewal};
use signpost::io::store::aws_files::AwsStore;

use super::recorded::Recorded;
use super::{at, expected, run, suite};

/// Before every recorded expiry, which the cases don't judge.
const NOW: u64 = 1_200_000_000;

/// Cases that don't hold here, and why.
const LISTED: [(&str, &str); 1] = [(
    "profile-provider/credential_process",
    "its command is a pipe, which only a shell runs; here as in the AWS CLI there is none",
)];

/// What is said where a case expects an error.
const ERRORS: [(&str, &str); 7] = [
    ("default-credential-provider-chain/imds_disabled", "no AWS credentials were found"),
    ("default-credential-provider-chain/imds_token_fail", "refused a session with 403"),
    ("default-credential-provider-chain/sso_no_token_file", "nobody is logged in to the SSO session"),
    ("profile-provider/credential_process_invalid", "isn't valid JSON"),
    ("profile-provider/empty_config", "default"),
    ("profile-provider/invalid_config", "config"),
    ("profile-provider/sso_token", "gives an SSO token, not an AWS credential"),
];

/// A case with its files at a place of their own, as nothing may be at those that it names.
struct Case {
    folder: PathBuf,
    files: tempfile::TempDir,
}

impl Case {
    fn new(folder: PathBuf) -> Self {
        let case = Self { folder, files: tempfile::tempdir().unwrap() };
        copy(&case.folder.join("fs"), case.files.path());
        for name in ["config", "credentials"] {
            case.edit(name, |text| text.replace("= /", &format!("= {}/", case.files.path().display())));
        }
        case
    }

    /// Changes one of the AWS files, if the case has it.
    fn edit(&self, name: &str, change: impl FnOnce(String) -> String) {
        let path = self.files.path().join("home/.aws").join(name);
        if let Ok(text) = fs::read_to_string(&path) {
            fs::write(path, change(text)).unwrap();
        }
    }

    fn environment(&self) -> AwsEnvironment {
        let variables: Value =
            serde_json::from_slice(&fs::read(self.folder.join("env.json")).unwrap()).unwrap();
        AwsEnvironment::new(variables.as_object().unwrap().iter().map(|(name, value)| {
            let value = value.as_str().unwrap();
            let place = self.files.path().join(value.trim_start_matches('/'));
            let is_place = name == "HOME" || (value.starts_with('/') && place.exists());
            (name.clone(), if is_place { place.display().to_string() } else { value.to_owned() })
        }))
    }

    /// The credential of an identity, or the first problem, from servers that play the recording.
    fn fetch(&self, who: &AwsIdentity, recorded: &Recorded) -> Result<Credential, String> {
        let now: signpost::engine::Clock = Arc::new(|| at(NOW));
        let clocks = Clocks { expiry: Arc::clone(&now), signing: now };
        let engine =
            Engine::with_clocks(clocks, recorded.settings()).with_aws(AwsStore::new(self.environment()));
        let workspace = Workspace::bare(self.files.path());
        let effective = workspace.effective(&RequestPath::default(), &Request::default(), None);
        let mut job = Job::of(effective, &workspace, Arc::new(Nothing), Trust::MadeHere);
        let name = job.add_identity(who);
        run(async {
            let mut handle = engine.fetch(&name, job);
            match handle.events.recv().await.unwrap() {
                Renewal::Ask(asked) => panic!("nobody answers {asked:?}"),
                Renewal::Done(fetched) => fetched.map_err(|problems| problems[0].message.clone()),
            }
        })
    }
}

fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for entry in entries {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// The folders of a group of cases.
fn cases(group: &str) -> Option<Vec<PathBuf>> {
    let folders = fs::read_dir(suite(group)?).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    Some(folders)
}

/// What differs from the case, if anything.
fn difference(name: &str, found: &Result<Credential, String>, case: &Path) -> Option<String> {
    let result = expected(case);
    match (found, result.get("Ok")) {
        (Ok(found), Some(expected)) => {
            let got = json!({
                "access_key_id": found.access_key,
                "secret_access_key": found.secret_key.expose(),
                "session_token": found.session_token.as_ref().map(|token| token.expose()),
                "account_id": found.account_id,
                "expiry": found.expires_at.map(|at| at.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()),
            });
            let differs =
                got.as_object().unwrap().iter().find(|(key, value)| {
                    **value != expected.get(key.as_str()).cloned().unwrap_or(Value::Null)
                });
            differs.map(|(key, value)| format!("{key} is {value}, expected {expected}"))
        }
        (Err(found), Some(_)) => Some(found.clone()),
        (Ok(_), None) => Some(format!("expected the error {}", result["ErrorContains"])),
        (Err(found), None) => {
            let words = ERRORS.iter().find(|(of, _)| *of == name).map(|(_, words)| *words);
            match words {
                Some(words) if found.contains(words) => None,
                Some(_) | None => Some(format!("the error is {found}")),
            }
        }
    }
}

/// Plays every case of a group; returns how many there are.
fn play(group: &str, who: &AwsIdentity) -> Option<usize> {
    let folders = cases(group)?;
    let mut problems = Vec::new();
    for folder in &folders {
        let name = format!("{group}/{}", folder.file_name().unwrap().to_string_lossy());
        let case = Case::new(folder.clone());
        let recorded = Recorded::play(&folder.join("http-traffic.json"));
        let found = case.fetch(who, &recorded);
        let differs = recorded.outcome().err().or_else(|| difference(&name, &found, folder));
        let listed = LISTED.iter().find(|(of, _)| *of == name);
        match (differs, listed) {
            (Some(differs), None) => problems.push(format!("{name}: {differs}")),
            (None, Some((_, why))) => problems.push(format!("{name} holds, but is listed: {why}")),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    Some(folders.len())
}

#[test]
fn awss_default_chains_hold() {
    let Some(count) = play("default-credential-provider-chain", &AwsIdentity::Environment) else { return };
    assert_eq!(count, 16);
}

#[test]
fn awss_profiles_hold() {
    let Some(count) = play("profile-provider", &AwsIdentity::Profile("default".into())) else { return };
    assert_eq!(count, 9);
}

/// A token that isn't an AWS credential is refused by its name. With an account and a role in its profile it
/// is what the portal is asked with: the token of the session that the case selects, and no other.
#[test]
fn awss_tokens_hold() {
    let Some(folders) = cases("default-token-provider-chain") else { return };
    assert_eq!(folders.len(), 3);
    for folder in folders {
        let case = Case::new(folder.clone());
        let profile = case.environment().get("AWS_PROFILE").unwrap_or("default").to_owned();
        let who = AwsIdentity::Profile(profile);
        let nothing = Recorded::start(&json!({ "events": [] }));
        let refused = case.fetch(&who, &nothing).unwrap_err();
        assert!(refused.contains("gives an SSO token, not an AWS credential"), "{refused}");
        nothing.finish();

        let role = "sso_account_id = 123456789012\nsso_role_name = Reader\n[sso-session ";
        case.edit("config", |text| text.replace("[sso-session ", role));
        let token = &expected(&folder)["Ok"]["token"];
        let portal = Recorded::start(&portal(token));
        let found = case.fetch(&who, &portal);
        portal.finish();
        assert_eq!(found.unwrap().access_key, "ASIAIOSFODNN7EXAMPLE");
    }
}

/// A portal that gives the role's credential for this token alone.
fn portal(token: &Value) -> Value {
    let credential = json!({ "roleCredentials": {
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE", "secretAccessKey": super::SECRET,
        "sessionToken": "session", "expiration": 4_102_444_800_000_u64,
    } });
    let query = "account_id=123456789012&role_name=Reader";
    json!({ "events": [
        { "connection_id": 0, "action": { "Request": { "request": {
            "uri": format!("https://portal.sso.us-east-2.amazonaws.com/federation/credentials?{query}"),
            "headers": { "x-amz-sso_bearer_token": [token] }, "method": "GET",
        } } } },
        { "connection_id": 0, "action": { "Response": { "response": { "Ok": { "status": 200, "headers": {} } } } } },
        { "connection_id": 0, "action": { "Data": { "data": { "Utf8": credential.to_string() } } } },
    ] })
}
