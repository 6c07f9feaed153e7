//! One link of a chain: what is asked, of whom.
//!
//! Owns the questions that a step needs answered. Refuses to cache: its caller does.

use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{Field, Problem};
use crate::core::provider::{AssumeRole, Base, SessionToken, Step};
use crate::core::question::{Answer, Asked, Question};
use crate::io::credentials::get_session_token::GetSessionToken;

use super::{CredentialState, Fetch, Flight};

/// A link of a chain.
#[derive(Clone, Copy)]
pub(super) enum Link<'a> {
    /// Its start.
    Base(&'a Base),
    /// A step, and the credential that it uses.
    Step(&'a Step, &'a Credential),
}

/// Fetches one link.
pub(super) async fn link<E: From<Asked>>(
    link: Link<'_>,
    fetch: &Fetch<'_, E>,
    flight: &Flight<'_>,
) -> Result<Credential, Vec<Problem>> {
    match link {
        Link::Base(base) => start(base, fetch).await,
        Link::Step(step, source) => {
            let code = code(step, fetch, flight).await?;
            flight.stage(CredentialState::Fetching);
            let session = match step {
                Step::SessionToken(step) => session_token(step, source, code.as_ref(), fetch).await,
                Step::AssumeRole(step) => assume_role(step, source, code.as_ref(), fetch).await,
            }?;
            Ok(of_source(session, source))
        }
    }
}

/// A session that says whose keys asked for it.
pub(super) fn of_source(session: Credential, source: &Credential) -> Credential {
    let source = format!("{} of {}", session.source, source.source);
    Credential { source, ..session }
}

fn problem<E>(fetch: &Fetch<'_, E>, message: impl Into<String>, hint: impl Into<String>) -> Vec<Problem> {
    vec![Problem::new(Field::Identity(fetch.identity.to_owned()), message, hint)]
}

/// The code of the step's MFA device, if it needs one.
async fn code<E: From<Asked>>(
    step: &Step,
    fetch: &Fetch<'_, E>,
    flight: &Flight<'_>,
) -> Result<Option<Secret>, Vec<Problem>> {
    if !step.needs_input() {
        return Ok(None);
    }
    flight.stage(CredentialState::NeedsInput);
    let question =
        Question::MfaCode { identity: step.identity().to_owned(), serial: step.mfa_serial().to_owned() };
    match fetch.reports.ask(question).await {
        Answer::MfaCode(code) => Ok(Some(code)),
        // The answer to another question.
        Answer::GoOn => Err(problem(fetch, "its session needs an MFA code", "")),
        Answer::Declined { message, hint } => Err(problem(fetch, message, hint)),
    }
}

async fn session_token<E: From<Asked>>(
    step: &SessionToken,
    source: &Credential,
    code: Option<&Secret>,
    fetch: &Fetch<'_, E>,
) -> Result<Credential, Vec<Problem>> {
    let call = GetSessionToken {
        source,
        duration_seconds: step.duration_seconds,
        endpoint: &step.endpoint,
        region: &step.region,
        mfa: code.map(|code| (step.mfa_serial.as_str(), code)),
    };
    let deadline = fetch.reports.extended(fetch.deadline);
    let engine = fetch.engine;
    call.call(&engine.transport, engine.signing_time(), deadline)
        .await
        .map_err(|error| problem(fetch, error.message, error.hint))
}

async fn assume_role<E: From<Asked>>(
    _step: &AssumeRole,
    _source: &Credential,
    _code: Option<&Secret>,
    fetch: &Fetch<'_, E>,
) -> Result<Credential, Vec<Problem>> {
    Err(problem(fetch, "not yet", ""))
}

async fn start<E: From<Asked>>(_base: &Base, fetch: &Fetch<'_, E>) -> Result<Credential, Vec<Problem>> {
    Err(problem(fetch, "not yet", ""))
}
