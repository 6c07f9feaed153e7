//! Credentials of roles that the AWS CLI has fetched, in `~/.aws/cli/cache`. One that still lasts
//! saves a request, and the code of an MFA device.
//!
//! Owns the names of its files, which are digests of the request as Python writes it. Refuses to
//! write any.

use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY};
use serde_json::Value;

use super::fetch;
use crate::core::credential::{Credential, Expiry};
use crate::core::credential_json;
use crate::core::hex;
use crate::core::visible;

/// A credential with less than this left isn't used; the AWS CLI has the same limit.
const LEAST_LEFT: Duration = Duration::from_secs(15 * 60);
/// The most bytes of a file.
const MAX_LEN: u64 = 1 << 20;

/// A role as the AWS CLI asks for it. Texts are empty if the profile doesn't set them.
#[derive(Clone, Copy, Debug, Default)]
pub struct CachedRole<'a> {
    /// ARN of the role.
    pub role_arn: &'a str,
    /// The configured name of the session.
    pub session_name: &'a str,
    /// External id.
    pub external_id: &'a str,
    /// MFA device.
    pub mfa_serial: &'a str,
    /// Duration in seconds.
    pub duration_seconds: Option<u64>,
}

impl CachedRole<'_> {
    fn key(&self) -> String {
        let text = |name, value: &str| (!value.is_empty()).then(|| (name, python_text(value)));
        let members = [
            self.duration_seconds.map(|seconds| ("DurationSeconds", seconds.to_string())),
            text("ExternalId", self.external_id),
            text("RoleArn", self.role_arn),
            text("RoleSessionName", self.session_name),
            text("SerialNumber", self.mfa_serial),
        ];
        let members: Vec<_> =
            members.into_iter().flatten().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        sha1(&format!("{{{}}}", members.join(", ")))
    }

    /// The credential that the AWS CLI keeps for this role, if it lasts long enough after `at`.
    pub async fn read(&self, folder: &Path, at: SystemTime) -> Option<Credential> {
        let role = self.role_arn.rsplit('/').next().unwrap_or_default();
        read(folder, &self.key(), at, &format!("role {role}")).await
    }
}

/// The name of the file of an SSO role. `place` is the member that names the session or start URL.
pub(super) fn sso_key(account_id: &str, role_name: &str, place: (&str, &str)) -> String {
    let [account, role, value] = [account_id, role_name, place.1].map(python_text);
    sha1(&format!("{{\"accountId\":{account},\"roleName\":{role},\"{}\":{value}}}", place.0))
}

/// The credential in a file of the cache; `None` if it is missing or has expired.
pub(super) async fn read(folder: &Path, key: &str, at: SystemTime, source: &str) -> Option<Credential> {
    if folder.as_os_str().is_empty() {
        return None;
    }
    let bytes = fetch::read_file(&folder.join(format!("{key}.json")), MAX_LEN).await.ok()?;
    let value: Value = credential_json::first_value(&bytes).ok()?;
    let source = format!("{source}, cached by the AWS CLI");
    let credential = credential_json::temporary_credential(value.get("Credentials")?, &source).ok()?;
    match credential.expiry(at) {
        Expiry::Left(left) if left >= LEAST_LEFT => Some(credential),
        Expiry::Left(_) | Expiry::Unlimited | Expiry::Expired(_) => None,
    }
}

/// SHA-1 in hex, which names the CLI's files and protects nothing.
pub(super) fn sha1(text: &str) -> String {
    hex::encode(digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

/// A JSON string in ASCII, as Python writes it.
fn python_text(text: &str) -> String {
    let mut out = String::new();
    for c in Value::from(text).to_string().chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            visible::push_json_escape(&mut out, c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digests are those of botocore's fetchers.
    #[test]
    fn files_have_the_names_that_the_cli_gives_them() {
        let role = CachedRole { role_arn: "arn:aws:iam::123456789012:role/Admin", ..CachedRole::default() };
        assert_eq!(role.key(), "51e7b105b5040ce662656c8dc6ab4de70c4de7ad");
        let role = CachedRole {
            session_name: "alice",
            external_id: "a\"b/ü\u{1f600}",
            mfa_serial: "arn:aws:iam::123456789012:mfa/alice",
            duration_seconds: Some(900),
            ..role
        };
        assert_eq!(role.key(), "5ff71bf9a678392a8255a3bb6c15b910bc486269");
        assert_eq!(
            sso_key("123456789012", "Admin", ("sessionName", "dev")),
            "0ea119dbd3219681460f3bfcf586d8a3ff62b1ab"
        );
        let start_url = ("startUrl", "https://d-abc123.awsapps.com/start");
        assert_eq!(sso_key("123456789012", "Admin", start_url), "e584281fb1427cad6a1b4c7fb555a3d13a93ace6");
    }
}
