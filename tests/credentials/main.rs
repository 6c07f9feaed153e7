//! Each kind of step that fetches a credential, against servers, programs and files that behave as
//! AWS's do, or don't.

#[path = "../origin/mod.rs"]
mod origin;
#[path = "../recorded/mod.rs"]
mod recorded;

mod chains;
mod container;
mod imds;
mod login;
#[cfg(unix)]
mod process;
mod sso;
mod sso_login;
mod sso_roles;
mod sts;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use signpost::core::credential::{Credential, Secret};
use signpost::io::transport::{Transport, TransportSettings};

use origin::Origin;
use recorded::Recorded;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

fn transport() -> Transport {
    Transport::new(TransportSettings::default())
}

/// Seconds since the epoch.
fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn keys() -> Credential {
    Credential {
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: Secret::new(SECRET),
        session_token: None,
        expires_at: None,
        account_id: None,
        source: "keys of alice".into(),
    }
}

fn response(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

/// A file of AWS's credential cases: in the folder that `SIGNPOST_CREDENTIAL_CASES` names, which must
/// have it, else next to the repository; `None` where the suites aren't there.
fn suite(path: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("SIGNPOST_CREDENTIAL_CASES") {
        let path = PathBuf::from(folder).join(path);
        assert!(path.exists(), "SIGNPOST_CREDENTIAL_CASES has no {}", path.display());
        return Some(path);
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/suites/credentials").join(path);
    path.exists().then_some(path)
}

/// The result that a case of the suite expects.
fn expected(case: &Path) -> serde_json::Value {
    let text = std::fs::read(case.join("test-case.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&text).unwrap();
    expected["result"].clone()
}

/// Compares a credential with the result that a case of the suite expects.
fn is_expected(credential: &Credential, case: &Path) {
    let expected = &expected(case)["Ok"];
    assert_eq!(credential.access_key, expected["access_key_id"], "{}", case.display());
    assert_eq!(credential.secret_key.expose(), expected["secret_access_key"]);
    assert_eq!(credential.session_token.as_ref().unwrap().expose(), expected["session_token"]);
    assert_eq!(credential.expires_at, expected["expiry"].as_u64().map(at));
    assert_eq!(credential.account_id.as_deref(), expected["account_id"].as_str(), "{}", case.display());
}
