//! GetFederationToken.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>

use super::{
    StsRequest, credentials, input, long_term_user, mint, no_session, packed, session_policies, tags,
};
use crate::cloud::authorise::{self, AccessCheck, denied};
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{NewSession, SessionSource};

/// The keys may do what both the user and the session policies allow; without those, nothing.
pub(super) fn get(request: &StsRequest<'_>) -> Result<Xml, Error> {
    no_session(request.who, "GetFederationToken")?;
    let name = input::federated_name(request.params)?;
    let user = long_term_user(request.who);
    let life = input::session_life(request.params, user.is_some())?;
    let tags = tags(request.params)?;
    let account = request.who.account();
    let arn = format!("arn:aws:sts::{account}:federated-user/{name}");
    let state = request.store.read();
    let context = authorise::with_tags(authorise::context(request.call, request.who), &tags);
    for action in ["sts:GetFederationToken"].into_iter().chain((!tags.is_empty()).then_some("sts:TagSession"))
    {
        let check = AccessCheck { action, resource: &arn, context: &context, policy: None };
        let decision = check.decide(&state, request.who, &request.call.journal);
        if !decision.allowed() {
            return Err(Error::new(403, "AccessDenied", denied(request.who, action, &arn, decision)));
        }
    }
    let policies = match state.account(account) {
        Some(account) => session_policies(request.params, account)?,
        None => Vec::new(),
    };
    drop(state);
    let new = NewSession {
        account: account.to_owned(),
        source: SessionSource::Federation { user, name: name.to_owned() },
        now: request.call.now,
        life,
        mfa: None,
        policies,
        tags,
        source_identity: None,
    };
    let session = mint(request.store, new)?;
    let xml = credentials(Xml::new(), &session).within("FederatedUser", |xml| {
        xml.text("FederatedUserId", format_args!("{account}:{name}")).text("Arn", &arn)
    });
    Ok(packed(xml, &session.policies))
}
