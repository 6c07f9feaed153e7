//! What the actions of STS take: each input's rule once, in AWS's words.
//!
//! Sources: the pages of the actions, for example
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::cloud::query::{Error, Params};
use crate::cloud::state::{SERIAL_LENGTHS, is_of_serial};
use crate::core::identity::{ROLE_SECONDS, SESSION_SECONDS};

/// How long a session of a role lasts if nothing is given, in seconds; a session of the root user can't last
/// longer.
const HOUR_SECONDS: u64 = 3600;

/// How long a user's session lasts if nothing is given, in seconds.
const USER_SESSION_SECONDS: u64 = 43_200;

/// What a text may be.
struct TextRule {
    parameter: &'static str,
    /// Its name in AWS's messages.
    field: &'static str,
    lengths: RangeInclusive<usize>,
    pattern: &'static str,
    fits: fn(char) -> bool,
}

impl TextRule {
    /// `[\w+=,.@-]*`
    const fn name(parameter: &'static str, field: &'static str, longest: usize) -> Self {
        let fits: fn(char) -> bool = |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        Self { parameter, field, lengths: 2..=longest, pattern: "[\\w+=,.@-]*", fits }
    }

    fn check(&self, given: &str) -> Result<(), Error> {
        let refuse = |constraint: String| Err(Error::validation(Some(given), self.field, &constraint));
        if given.len() < *self.lengths.start() {
            return refuse(format!(
                "Member must have length greater than or equal to {}",
                self.lengths.start()
            ));
        }
        if given.len() > *self.lengths.end() {
            return refuse(format!("Member must have length less than or equal to {}", self.lengths.end()));
        }
        if !given.chars().all(self.fits) {
            return refuse(format!("Member must satisfy regular expression pattern: {}", self.pattern));
        }
        Ok(())
    }

    fn optional<'a>(&self, params: &'a Params) -> Result<Option<&'a str>, Error> {
        let given = params.get(self.parameter);
        given.map(|given| self.check(given).map(|()| given)).transpose()
    }

    fn required<'a>(&self, params: &'a Params) -> Result<&'a str, Error> {
        let given = params.required(self.parameter, self.field)?;
        self.check(given).map(|()| given)
    }
}

pub(super) fn session_name(params: &Params) -> Result<&str, Error> {
    TextRule::name("RoleSessionName", "roleSessionName", 64).required(params)
}

/// The name of a federated user.
pub(super) fn federated_name(params: &Params) -> Result<&str, Error> {
    TextRule::name("Name", "name", 32).required(params)
}

pub(super) fn source_identity(params: &Params) -> Result<Option<&str>, Error> {
    TextRule::name("SourceIdentity", "sourceIdentity", 64).optional(params)
}

pub(super) fn external_id(params: &Params) -> Result<Option<&str>, Error> {
    let rule = TextRule {
        parameter: "ExternalId",
        field: "externalId",
        lengths: 2..=1224,
        pattern: "[\\w+=,.@:\\/-]*",
        fits: |c| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c),
    };
    rule.optional(params)
}

/// The serial number of an MFA device.
pub(super) fn serial(params: &Params) -> Result<Option<&str>, Error> {
    let rule = TextRule {
        parameter: "SerialNumber",
        field: "serialNumber",
        lengths: SERIAL_LENGTHS,
        pattern: "[\\w+=/:,.@-]*",
        fits: is_of_serial,
    };
    rule.optional(params)
}

/// The code of an MFA device.
pub(super) fn token_code(params: &Params) -> Result<Option<&str>, Error> {
    let rule = TextRule {
        parameter: "TokenCode",
        field: "tokenCode",
        lengths: 6..=6,
        pattern: "[\\d]*",
        fits: |c| c.is_ascii_digit(),
    };
    rule.optional(params)
}

pub(super) fn role_arn(params: &Params) -> Result<&str, Error> {
    let arn = params.required("RoleArn", "roleArn")?;
    if arn.len() < 20 {
        let constraint = "Member must have length greater than or equal to 20";
        return Err(Error::validation(Some(arn), "roleArn", constraint));
    }
    if !arn.starts_with("arn:") || !arn.contains(":role/") {
        return Err(Error::new(400, "ValidationError", format!("{arn} is invalid")));
    }
    Ok(arn)
}

/// How long a session of a role lasts.
pub(super) fn role_life(params: &Params) -> Result<Duration, Error> {
    duration(params.get("DurationSeconds"), HOUR_SECONDS, ROLE_SECONDS)
}

/// How long a session of a user's or of the root user's own keys lasts.
pub(super) fn session_life(params: &Params, is_user: bool) -> Result<Duration, Error> {
    let (default, most) = match is_user {
        true => (USER_SESSION_SECONDS, *SESSION_SECONDS.end()),
        false => (HOUR_SECONDS, HOUR_SECONDS),
    };
    duration(params.get("DurationSeconds"), default, *SESSION_SECONDS.start()..=most)
}

/// A number of seconds within its limits.
fn duration(given: Option<&str>, default: u64, range: RangeInclusive<u64>) -> Result<Duration, Error> {
    let Some(given) = given else { return Ok(Duration::from_secs(default)) };
    let Ok(seconds) = given.parse::<i64>() else {
        return Err(Error::new(400, "MalformedInput", format!("\"{given}\" is not a number of seconds.")));
    };
    let must = |text: String| Err(Error::validation(Some(given), "durationSeconds", &text));
    match u64::try_from(seconds).unwrap_or(0) {
        seconds if seconds < *range.start() => {
            must(format!("Member must have value greater than or equal to {}", range.start()))
        }
        seconds if seconds > *range.end() => {
            must(format!("Member must have value less than or equal to {}", range.end()))
        }
        seconds => Ok(Duration::from_secs(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_limits() {
        let duration = |given| duration(given, 43_200, 900..=129_600);
        assert_eq!(duration(None).unwrap(), Duration::from_secs(43_200));
        assert_eq!(duration(Some("900")).unwrap(), Duration::from_secs(900));
        assert_eq!(duration(Some("129600")).unwrap(), Duration::from_secs(129_600));
        let short = duration(Some("899")).unwrap_err();
        assert_eq!((short.status, short.code), (400, "ValidationError"));
        assert_eq!(
            short.message,
            "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"
        );
        assert!(duration(Some("129601")).unwrap_err().message.ends_with("less than or equal to 129600"));
        assert!(duration(Some("-1")).unwrap_err().message.contains("Value '-1'"));
        assert_eq!(duration(Some("soon")).unwrap_err().code, "MalformedInput");
    }
}
