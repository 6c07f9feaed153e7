//! GetSessionToken.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>

use super::{Ask, credentials, duration, long_term_user, mfa, mint, no_session};
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{NewSession, Source, Tags};

/// It needs no permission; its keys act as the user.
pub(super) fn get(ask: &Ask<'_>) -> Result<Xml, Error> {
    no_session(ask.who, "GetSessionToken")?;
    let user = long_term_user(ask.who);
    let (default, most) = if user.is_some() { (43_200, 129_600) } else { (3600, 3600) };
    let life = duration(ask.params.get("DurationSeconds"), default, 900..=most)?;
    let mfa = mfa(&ask.store.read(), ask.who, ask.params)?;
    let new = NewSession {
        account: ask.who.account().to_owned(),
        source: Source::SessionToken { user },
        now: ask.call.now,
        life,
        mfa,
        policies: Vec::new(),
        tags: Tags::new(),
        source_identity: None,
    };
    let session = mint(ask.store, new)?;
    Ok(credentials(Xml::new(), &session))
}
