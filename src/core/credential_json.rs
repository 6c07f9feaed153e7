//! The JSON in which programs, services and caches of AWS's give credentials.
//!
//! Owns the names of the members, which differ from one to the other in case and wording, and the
//! forms of a time. Refuses to quote what it reads.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::core::credential::{Credential, Secret};

/// The first JSON value of a text; what stands behind it is ignored, as the AWS CLI may leave the
/// tail of a longer file there.
///
/// # Errors
/// What is wrong with it, without quoting it.
pub(crate) fn first_value(bytes: &[u8]) -> Result<Value, String> {
    match serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().next() {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => {
            Err(format!("it isn't valid JSON (line {}, column {})", error.line(), error.column()))
        }
        None => Err("it's empty".to_owned()),
    }
}

/// A member by its name in any case, as AWS's own clients look it up.
pub(crate) fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A member that is a text with something in it.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    member(object, name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Reads a credential: `AccessKeyId`, `SecretAccessKey`, `SessionToken` or `Token`, and `Expiration`
/// or `ExpiresAt` and `AccountId`, in any case. Token, time and account may be missing.
///
/// # Errors
/// What is missing or isn't a time.
pub(crate) fn credential(object: &Value, source: &str) -> Result<Credential, String> {
    let required = |name: &str| text(object, name).ok_or_else(|| format!("`{name}` is missing"));
    let token = text(object, "SessionToken").or_else(|| text(object, "Token"));
    let expiry = member(object, "Expiration").or_else(|| member(object, "ExpiresAt"));
    Ok(Credential {
        access_key: required("AccessKeyId")?.to_owned(),
        secret_key: Secret::new(required("SecretAccessKey")?),
        session_token: token.map(Secret::new),
        expires_at: match expiry.filter(|value| !value.is_null()) {
            None => None,
            Some(value) => Some(time(value).ok_or("its expiration isn't a time")?),
        },
        account_id: text(object, "AccountId").map(str::to_owned),
        source: source.to_owned(),
    })
}

/// What a credential of the metadata services must have besides: a token and a time.
///
/// # Errors
/// As [`credential`].
pub(crate) fn temporary_credential(object: &Value, source: &str) -> Result<Credential, String> {
    let credential = credential(object, source)?;
    match (&credential.session_token, credential.expires_at) {
        (Some(_), Some(_)) => Ok(credential),
        (None, _) => Err("its session token is missing".to_owned()),
        (Some(_), None) => Err("`Expiration` is missing".to_owned()),
    }
}

/// A credential as a container's endpoint gives it, which always has an expiry.
pub(crate) fn of_container(credential: &Credential, until: SystemTime) -> Value {
    let whole = OffsetDateTime::from(until);
    let whole = whole.replace_nanosecond(0).unwrap_or(whole);
    let mut given = json!({
        "AccessKeyId": credential.access_key,
        "SecretAccessKey": credential.secret_key.expose(),
        "Token": credential.session_token.as_ref().map_or("", Secret::expose),
        "Expiration": whole.format(&Rfc3339).unwrap_or_default(),
    });
    if let Some(account_id) = &credential.account_id {
        given["AccountId"] = account_id.as_str().into();
    }
    given
}

/// A time: ISO 8601 with an offset, `Z` or `UTC`, else in UTC; or milliseconds since 1970.
pub(crate) fn time(value: &Value) -> Option<SystemTime> {
    if let Some(milliseconds) = value.as_u64() {
        return SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds));
    }
    let text = value.as_str()?.trim();
    let text = text.strip_suffix("UTC").map_or_else(|| text.to_owned(), |start| format!("{start}Z"));
    let parsed = OffsetDateTime::parse(&text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339));
    Some(parsed.ok()?.into())
}

/// When what expires in `expiresIn` seconds from `at` does, as AWS's clients write it:
/// `2026-01-01T00:15:00Z`. `None` without such a number, or with one beyond all calendars.
pub(crate) fn expiry_in(object: &Value, at: SystemTime) -> Option<String> {
    let seconds = i64::try_from(member(object, "expiresIn")?.as_u64()?).ok()?;
    let expiry = OffsetDateTime::from(at).checked_add(time::Duration::seconds(seconds))?;
    expiry.replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_226_500);
        for object in [
            json!({"AccessKeyId": "a", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-01-01T00:15:00Z"}),
            json!({"accessKeyId": "a", "secretAccessKey": "s", "sessionToken": "t", "expiration": 1_767_226_500_000_u64}),
            json!({"accesskeyid": "a", "SECRETACCESSKEY": "s", "token": "t", "expiresAt": "2026-01-01T02:15:00+02:00"}),
            json!({"AccessKeyId": "a", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-01-01T00:15:00UTC"}),
            json!({"AccessKeyId": "a", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-01-01T00:15:00"}),
        ] {
            let credential = temporary_credential(&object, "test").unwrap();
            assert_eq!((credential.access_key.as_str(), credential.secret_key.expose()), ("a", "s"));
            assert_eq!(credential.session_token, Some(Secret::new("t")));
            assert_eq!(credential.expires_at, Some(at), "{object}");
        }
    }

    #[test]
    fn what_an_endpoint_gives_is_read_again() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_226_500_700);
        let object = json!({"AccessKeyId": "a", "SecretAccessKey": "s", "Token": "t", "AccountId": "1"});
        let given = of_container(&credential(&object, "").unwrap(), at);
        assert_eq!(given["Expiration"], "2026-01-01T00:15:00Z");
        let read = temporary_credential(&given, "").unwrap();
        assert_eq!((read.access_key.as_str(), read.session_token), ("a", Some(Secret::new("t"))));
        assert_eq!(read.account_id.as_deref(), Some("1"));
        let without = Credential { account_id: None, ..credential(&object, "").unwrap() };
        assert_eq!(of_container(&without, at).get("AccountId"), None);
    }

    #[test]
    fn an_expiry_is_written_in_whole_seconds() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_700);
        let of = |seconds: u64| expiry_in(&json!({"expiresIn": seconds}), at);
        assert_eq!(of(900).as_deref(), Some("2026-01-01T00:15:00Z"));
        assert_eq!((of(u64::MAX), of(1 << 60), expiry_in(&json!({}), at)), (None, None, None));
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_quoted() {
        for (object, message) in [
            (json!({"AccessKeyId": "wJalr"}), "`SecretAccessKey` is missing"),
            (json!({"SecretAccessKey": "wJalr", "AccessKeyId": " "}), "`AccessKeyId` is missing"),
            (json!({"AccessKeyId": 1, "SecretAccessKey": "wJalr"}), "`AccessKeyId` is missing"),
            (
                json!({"AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": "wJalr"}),
                "its expiration isn't a time",
            ),
            (json!(["wJalr"]), "`AccessKeyId` is missing"),
        ] {
            assert_eq!(credential(&object, "").unwrap_err(), message);
        }
        let lasting = json!({"AccessKeyId": "a", "SecretAccessKey": "s", "Expiration": null});
        assert_eq!(credential(&lasting, "").unwrap().expires_at, None);
        assert!(temporary_credential(&lasting, "").is_err());
        assert_eq!(first_value(b"{wJalr").unwrap_err(), "it isn't valid JSON (line 1, column 2)");
        assert_eq!(first_value(b" ").unwrap_err(), "it's empty");
        assert_eq!(first_value(b"{}wJalr}").unwrap(), json!({}));
    }
}
