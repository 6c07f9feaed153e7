//! STS: GetSessionToken and GetCallerIdentity, which need no permission.

use std::time::Duration;

use super::authenticate::{Authenticated, Who};
use super::clock;
use super::query::{Error, Params, STS, escape, not_implemented, success};
use super::reply::Reply;
use super::request::Call;
use super::state::{NewSession, Source, Store, Tags};

const KNOWN: [&str; 2] = ["GetSessionToken", "GetCallerIdentity"];

pub(super) fn answer(store: &Store, call: &Call, who: &Authenticated) -> Result<Reply, Error> {
    let params = Params::read(call);
    match params.action(STS)? {
        "GetCallerIdentity" => Ok(get_caller_identity(call, who)),
        "GetSessionToken" => get_session_token(store, call, who, &params),
        other => Err(not_implemented(STS, other, &KNOWN)),
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
fn get_caller_identity(call: &Call, who: &Authenticated) -> Reply {
    let result = format!(
        "    <Arn>{}</Arn>\n    <UserId>{}</UserId>\n    <Account>{}</Account>\n",
        escape(&who.caller.arn),
        escape(&who.user_id),
        who.caller.account
    );
    success(STS, call, "GetCallerIdentity", Some(&result))
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
fn get_session_token(
    store: &Store,
    call: &Call,
    who: &Authenticated,
    params: &Params,
) -> Result<Reply, Error> {
    if who.session.is_some() {
        return Err(Error::new(403, "AccessDenied", "Cannot call GetSessionToken with session credentials"));
    }
    let life = duration(params.get("DurationSeconds"))?;
    if params.get("SerialNumber").is_some() || params.get("TokenCode").is_some() {
        return Err(Error::new(
            403,
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
        ));
    }
    let user = match &who.who {
        Who::User(name) => Some(name.clone()),
        Who::Root | Who::Role(_) | Who::Federated(_) => None,
    };
    let new = NewSession {
        account: who.caller.account.clone(),
        source: Source::SessionToken { user },
        now: call.now,
        life,
        mfa: false,
        policies: Vec::new(),
        tags: Tags::new(),
        source_identity: None,
    };
    let session = store.change(|state| Ok::<_, Error>(state.mint(new, &store.random)))?;
    let result = format!(
        "    <Credentials>\n      <AccessKeyId>{}</AccessKeyId>\n      <SecretAccessKey>{}</SecretAccessKey>\n      <SessionToken>{}</SessionToken>\n      <Expiration>{}</Expiration>\n    </Credentials>\n",
        session.access_key,
        session.secret_key.expose(),
        session.token.expose(),
        clock::iso(session.expires),
    );
    Ok(success(STS, call, "GetSessionToken", Some(&result)))
}

fn duration(given: Option<&str>) -> Result<Duration, Error> {
    const LEAST: u64 = 900;
    const MOST: u64 = 129_600;
    let Some(given) = given else { return Ok(Duration::from_secs(43_200)) };
    let Ok(seconds) = given.parse::<i64>() else {
        return Err(Error::new(400, "MalformedInput", format!("\"{given}\" is not a number of seconds.")));
    };
    let must = |text: String| Err(Error::validation(Some(given), "durationSeconds", &text));
    match u64::try_from(seconds).unwrap_or(0) {
        seconds if seconds < LEAST => {
            must(format!("Member must have value greater than or equal to {LEAST}"))
        }
        seconds if seconds > MOST => must(format!("Member must have value less than or equal to {MOST}")),
        seconds => Ok(Duration::from_secs(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_limits() {
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
