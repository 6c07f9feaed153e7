//! AWS keys in the formats of `aws configure export-credentials`
//! (<https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html>).
//!
//! Owns their exact form. Refuses values that a shell could take for something else.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::core::credential::Credential;
use crate::core::shell_quote;

/// A format for another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeysFormat {
    /// The JSON of a `credential_process`.
    Process,
    /// Exported variables of a POSIX shell.
    Env,
    /// Lines of `NAME=value`.
    EnvNoExport,
    /// Variables of PowerShell.
    Powershell,
    /// Variables of cmd.
    WindowsCmd,
    /// Exported variables of fish.
    Fish,
    /// JSON with where the keys came from.
    Json,
}

impl KeysFormat {
    /// The formats by name.
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("process", Self::Process),
        ("env", Self::Env),
        ("env-no-export", Self::EnvNoExport),
        ("powershell", Self::Powershell),
        ("windows-cmd", Self::WindowsCmd),
        ("fish", Self::Fish),
        ("json", Self::Json),
    ];

    /// The keys in this format, ending in a line feed. `None` where a value has characters that this
    /// format can't express; AWS's keys have none.
    pub(crate) fn text(self, credential: &Credential) -> Option<String> {
        match self {
            Self::Process => Some(json_text(&process(credential))),
            Self::Json => Some(json_text(&with_source(credential))),
            Self::Env | Self::EnvNoExport | Self::Powershell | Self::WindowsCmd | Self::Fish => {
                self.variables(&variables(credential))
            }
        }
    }

    /// Variables in this format, ending in a line feed. `None` as for [`Self::text`], and for a
    /// `credential_process`, which has none.
    pub(crate) fn variables(self, variables: &[(&'static str, String)]) -> Option<String> {
        let line: fn(&str, &str) -> Option<String> = match self {
            Self::Process => return None,
            Self::Json => {
                let members = variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
                return Some(json_text(&Value::Object(members.collect())));
            }
            Self::Env => |name, value| Some(format!("export {name}={}\n", shell_quote::quote(value))),
            Self::EnvNoExport => |name, value| is_plain(value).then(|| format!("{name}={value}\n")),
            Self::Powershell => |name, value| is_plain(value).then(|| format!("$Env:{name}=\"{value}\"\n")),
            Self::WindowsCmd => |name, value| is_plain(value).then(|| format!("set {name}={value}\n")),
            Self::Fish => |name, value| is_plain(value).then(|| format!("set -gx {name} {value}\n")),
        };
        variables.iter().map(|(name, value)| line(name, value)).collect()
    }
}

/// The environment variables of a credential.
pub(crate) fn variables(credential: &Credential) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("AWS_ACCESS_KEY_ID", credential.access_key.clone()),
        ("AWS_SECRET_ACCESS_KEY", credential.secret_key.expose().to_owned()),
    ];
    if let Some(token) = &credential.session_token {
        variables.push(("AWS_SESSION_TOKEN", token.expose().to_owned()));
    }
    if let Some(at) = expiration(credential) {
        variables.push(("AWS_CREDENTIAL_EXPIRATION", at));
    }
    variables
}

/// When a credential expires, in RFC 3339.
pub(crate) fn expiration(credential: &Credential) -> Option<String> {
    OffsetDateTime::from(credential.expires_at?).format(&Rfc3339).ok()
}

fn process(credential: &Credential) -> Value {
    let mut object = Map::new();
    object.insert("Version".into(), json!(1));
    object.insert("AccessKeyId".into(), json!(credential.access_key));
    object.insert("SecretAccessKey".into(), json!(credential.secret_key.expose()));
    if let Some(token) = &credential.session_token {
        object.insert("SessionToken".into(), json!(token.expose()));
    }
    if let Some(at) = expiration(credential) {
        object.insert("Expiration".into(), json!(at));
    }
    if let Some(account_id) = &credential.account_id {
        object.insert("AccountId".into(), json!(account_id));
    }
    Value::Object(object)
}

fn with_source(credential: &Credential) -> Value {
    json!({
        "access_key": credential.access_key,
        "secret_key": credential.secret_key.expose(),
        "session_token": credential.session_token.as_ref().map(|token| token.expose()),
        "expires_at": expiration(credential),
        "account_id": credential.account_id,
        "source": credential.source,
    })
}

fn json_text(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Whether a value means itself in every shell.
fn is_plain(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || "+/=-_.:,".contains(c))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::core::credential::Secret;

    fn credential(token: Option<&str>) -> Credential {
        Credential {
            access_key: "ASIAIOSFODNN7EXAMPLE".into(),
            secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            session_token: token.map(Secret::new),
            expires_at: token.map(|_| SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)),
            account_id: None,
            source: "keys of profile prod".into(),
        }
    }

    #[test]
    fn every_format_is_that_of_the_aws_cli() {
        let found = credential(Some("to/ken+="));
        let text = |format: KeysFormat| format.text(&found).unwrap();
        assert_eq!(
            text(KeysFormat::Process),
            "{\n  \"Version\": 1,\n  \"AccessKeyId\": \"ASIAIOSFODNN7EXAMPLE\",\n  \"SecretAccessKey\": \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\",\n  \"SessionToken\": \"to/ken+=\",\n  \"Expiration\": \"2026-01-01T00:00:00Z\"\n}\n"
        );
        assert_eq!(
            text(KeysFormat::Env),
            "export AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nexport AWS_SESSION_TOKEN=to/ken+=\nexport AWS_CREDENTIAL_EXPIRATION=2026-01-01T00:00:00Z\n"
        );
        for (format, last) in [
            (KeysFormat::EnvNoExport, "AWS_CREDENTIAL_EXPIRATION=2026-01-01T00:00:00Z"),
            (KeysFormat::Powershell, "$Env:AWS_CREDENTIAL_EXPIRATION=\"2026-01-01T00:00:00Z\""),
            (KeysFormat::WindowsCmd, "set AWS_CREDENTIAL_EXPIRATION=2026-01-01T00:00:00Z"),
            (KeysFormat::Fish, "set -gx AWS_CREDENTIAL_EXPIRATION 2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(text(format).lines().last(), Some(last));
        }
        let keys = credential(None);
        assert_eq!(KeysFormat::EnvNoExport.text(&keys).unwrap().lines().count(), 2);
        assert!(!KeysFormat::Process.text(&keys).unwrap().contains("SessionToken"));
    }

    #[test]
    fn what_a_shell_could_run_is_quoted_or_refused() {
        let hostile = credential(Some("$(touch x)"));
        let env = KeysFormat::Env.text(&hostile).unwrap();
        assert!(env.contains("export AWS_SESSION_TOKEN='$(touch x)'\n"), "{env}");
        for format in
            [KeysFormat::EnvNoExport, KeysFormat::Powershell, KeysFormat::WindowsCmd, KeysFormat::Fish]
        {
            assert_eq!(format.text(&hostile), None);
        }
    }
}
