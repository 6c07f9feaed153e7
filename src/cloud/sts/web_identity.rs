//! AssumeRoleWithWebIdentity: exchanges a provider's token for keys of a role, without a signature.
//!
//! Verifies the token's format, its issuer, which must be declared in the role's account, audience
//! and times, its signature if the provider's keys are declared, and the role's trust policy with the
//! token's claims as condition keys.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use std::time::{Duration, SystemTime};

use super::role::{AssumedRole, check_lifetime, find};
use super::{credentials, input, mint, session_policies};
use crate::cloud::authorise::decide;
use crate::cloud::clock::unix_seconds;
use crate::cloud::jwt::Token;
use crate::cloud::query::{Error, Params, Xml};
use crate::cloud::request::Call;
use crate::cloud::state::{Account, NewSession, Provider, SessionSource, Store, Tags};
use crate::core::iam::{Attached, Caller, Context, Policies, Question};

/// How far apart the clocks of the provider and the cloud may be.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(300);

/// A verified token.
struct Verified<'a> {
    token: Token<'a>,
    /// The provider's URL without its scheme.
    provider_name: &'a str,
    provider: &'a Provider,
    subject: String,
    audience: String,
}

pub(super) fn assume(store: &Store, call: &Call, params: &Params) -> Result<Xml, Error> {
    let arn = input::role_arn(params)?;
    let session_name = input::session_name(params)?;
    let text = params.required("WebIdentityToken", "webIdentityToken")?;
    if !(4..=20_000).contains(&text.len()) {
        let constraint = "Member must have length between 4 and 20000";
        return Err(Error::validation(Some("***"), "webIdentityToken", constraint));
    }
    let lifetime = input::role_life(params)?;
    let state = store.read();
    let (account, role) = find(&state, arn).ok_or_else(denied)?;
    let verified = Verified::read(text, account, call.now)?;
    let context = claims(&verified.token, verified.provider_name)
        .with("sts:RoleSessionName", session_name.to_owned())
        .with("sts:DurationSeconds", lifetime.as_secs().to_string());
    let caller = Caller::WebIdentity { provider: verified.provider.arn.clone() };
    let question = Question {
        caller: &caller,
        action: "sts:AssumeRoleWithWebIdentity",
        resource: arn,
        owner: &account.id,
        context: &context,
    };
    let trust = Attached { name: &role.name, policy: &role.trust.policy };
    let policies = Policies { resource: Some(trust), ..Policies::default() };
    if !decide(&call.journal, &question, &policies).allowed() {
        return Err(denied());
    }
    check_lifetime(role, lifetime, false)?;
    let provider = verified.provider.arn.clone();
    let new = NewSession {
        account: account.id.clone(),
        source: SessionSource::WebIdentity {
            role: role.name.clone(),
            name: session_name.to_owned(),
            provider: provider.clone(),
        },
        now: call.now,
        life: lifetime,
        mfa: None,
        policies: session_policies(params, account)?,
        tags: Tags::new(),
        source_identity: None,
    };
    let assumed = AssumedRole::new(account, role, session_name);
    let Verified { subject, audience, .. } = verified;
    drop(state);
    let session = mint(store, new)?;
    let xml = credentials(Xml::new(), &session).text("SubjectFromWebIdentityToken", subject);
    Ok(assumed.element(xml, &session).text("Provider", provider).text("Audience", audience))
}

impl<'a> Verified<'a> {
    /// Parses a token and verifies it against the account's provider with its issuer.
    fn read(text: &'a str, account: &'a Account, now: SystemTime) -> Result<Self, Error> {
        let token = Token::read(text).ok_or_else(|| {
            invalid(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            )
        })?;
        let issuer = token.text("iss").ok_or_else(|| invalid("Missing a required claim: iss"))?;
        let provider = Provider::name_of(issuer).and_then(|name| account.providers.get_key_value(name));
        let Some((provider_name, provider)) = provider else {
            return Err(invalid(&format!("No OpenIDConnect provider found in your account for {issuer}")));
        };
        let (subject, audience) = check(&token, provider, now)?;
        Ok(Self { token, provider_name, provider, subject, audience })
    }
}

fn denied() -> Error {
    Error::new(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
}

fn invalid(message: &str) -> Error {
    Error::new(400, "InvalidIdentityToken", message)
}

/// Subject and audience of a valid token.
fn check(token: &Token<'_>, provider: &Provider, now: SystemTime) -> Result<(String, String), Error> {
    if let Some(keys) = &provider.keys
        && !token.is_signed_by(keys)
    {
        return Err(invalid(
            "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
        ));
    }
    let at = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    let expires =
        token.seconds("exp").and_then(at).ok_or_else(|| invalid("Missing a required claim: exp"))?;
    if expires <= now {
        let message = format!(
            "Token expired: current date/time {} must be before the expiration date/time {}",
            unix_seconds(now),
            unix_seconds(expires)
        );
        return Err(Error::new(400, "ExpiredTokenException", message));
    }
    for claim in ["nbf", "iat"] {
        if token.seconds(claim).and_then(at).is_some_and(|since| since > now + MAX_CLOCK_SKEW) {
            return Err(invalid("Token is not yet valid"));
        }
    }
    let audience =
        token.texts("aud").into_iter().find(|aud| provider.audiences.iter().any(|known| known == aud));
    let audience = audience.ok_or_else(|| invalid("Incorrect token audience"))?;
    let subject = token.text("sub").ok_or_else(|| invalid("Missing a required claim: sub"))?;
    Ok((subject.to_owned(), audience.to_owned()))
}

/// The claims that are condition keys: `PROVIDER:CLAIM`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
fn claims(token: &Token<'_>, provider: &str) -> Context {
    let mut context = Context::default();
    for claim in ["aud", "sub", "amr", "azp", "email", "oaud"] {
        let values = token.texts(claim);
        let key = format!("{provider}:{claim}");
        context = match values[..] {
            [] => context,
            [one] if claim != "amr" => context.with(key, one.to_owned()),
            _ => context.with_many(key, values),
        };
    }
    context
}
