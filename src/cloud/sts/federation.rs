//! GetFederationToken.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>

use super::{
    Ask, credentials, duration, long_term_user, mint, name, no_session, packed, session_policies, tags,
};
use crate::cloud::authorise::{self, decide, denied};
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{NewSession, Source};

/// The keys may do what both the user and the policy that is passed allow; without one, nothing.
pub(super) fn get(ask: &Ask<'_>) -> Result<Xml, Error> {
    no_session(ask.who, "GetFederationToken")?;
    let name = name(ask.params, "Name", "name", 2..=32)?;
    let user = long_term_user(ask.who);
    let (default, most) = if user.is_some() { (43_200, 129_600) } else { (3600, 3600) };
    let life = duration(ask.params.get("DurationSeconds"), default, 900..=most)?;
    let tags = tags(ask.params)?;
    let account = ask.who.account();
    let arn = format!("arn:aws:sts::{account}:federated-user/{name}");
    let state = ask.store.read();
    let context = authorise::with_tags(authorise::context(ask.call, ask.who), &tags);
    for action in ["sts:GetFederationToken"].into_iter().chain((!tags.is_empty()).then_some("sts:TagSession"))
    {
        let question = authorise::Ask { action, resource: &arn, context: &context, policy: None };
        let decision = decide(&state, ask.who, &question);
        if !decision.allowed() {
            return Err(Error::new(403, "AccessDenied", denied(ask.who, action, &arn, decision)));
        }
    }
    let policies = match state.account(account) {
        Some(account) => session_policies(ask.params, account)?,
        None => Vec::new(),
    };
    drop(state);
    let new = NewSession {
        account: account.to_owned(),
        source: Source::Federation { user, name: name.to_owned() },
        now: ask.call.now,
        life,
        mfa: false,
        policies,
        tags,
        source_identity: None,
    };
    let session = mint(ask.store, new)?;
    let xml = credentials(Xml::new(), &session).within("FederatedUser", |xml| {
        xml.text("FederatedUserId", format_args!("{account}:{name}")).text("Arn", &arn)
    });
    Ok(packed(xml, &session.policies))
}
