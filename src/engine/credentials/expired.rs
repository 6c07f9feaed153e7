//! A credential that has expired and that only a person can replace.
//!
//! Owns the question, and what follows from each answer. Refuses to fetch.

use crate::core::credential::Credential;
use crate::core::exchange::Problem;
use crate::core::provider::{Step, is_expired};
use crate::core::question::{Answer, Asked, Question};

use super::fetch::{Link, problem};
use super::{Fetch, Flight, WhenExpired};

/// What is to be done about a link of a chain.
pub(super) enum Decision {
    /// Fetch it.
    Fetch,
    /// Use what has expired.
    AsItIs(Credential),
}

/// Asks what to do where the credential that is held has expired and only a person can replace it.
/// Everything else is fetched.
pub(super) async fn decide<E: From<Asked>>(
    link: Link<'_>,
    held: Option<&Credential>,
    fetch: &Fetch<'_, E>,
    flight: &Flight<'_>,
) -> Result<Decision, Vec<Problem>> {
    let Some((step, expired)) = asks_about(link, held, fetch) else { return Ok(Decision::Fetch) };
    let question = Question::Expired { identity: step.identity().to_owned() };
    match fetch.ask(question, flight).await {
        Answer::Renew => Ok(Decision::Fetch),
        Answer::AsItIs => Ok(Decision::AsItIs(expired.clone())),
        // The answers to other questions.
        Answer::MfaCode(_) | Answer::GoOn => Err(problem(fetch, "its credential has expired", "")),
        Answer::Declined { message, hint } => Err(problem(fetch, message, hint)),
    }
}

fn asks_about<'a, E>(
    link: Link<'a>,
    held: Option<&'a Credential>,
    fetch: &Fetch<'_, E>,
) -> Option<(&'a Step, &'a Credential)> {
    let Link::Step(step, _) = link else { return None };
    let expired = held.filter(|held| is_expired(held, fetch.engine.now()))?;
    (fetch.expired == WhenExpired::Asks && step.needs_person()).then_some((step, expired))
}
