//! GetSessionToken.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>

use super::{StsRequest, credentials, input, long_term_user, mfa, mint, no_session};
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{NewSession, SessionSource, Tags};

/// It requires no permission; its keys act as the user.
pub(super) fn get(request: &StsRequest<'_>) -> Result<Xml, Error> {
    no_session(request.who, "GetSessionToken")?;
    let user = long_term_user(request.who);
    let life = input::session_life(request.params, user.is_some())?;
    let mfa = mfa::authenticated(request)?;
    let new = NewSession {
        account: request.who.account().to_owned(),
        source: SessionSource::SessionToken { user },
        now: request.call.now,
        life,
        mfa,
        policies: Vec::new(),
        tags: Tags::new(),
        source_identity: None,
    };
    let session = mint(request.store, new)?;
    Ok(credentials(Xml::new(), &session))
}
