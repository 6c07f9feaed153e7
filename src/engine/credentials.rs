//! Fetches and caches credentials.
//!
//! Owns the credentials of each chain in this run, and that each is fetched only once: a send that
//! needs one that is being fetched waits for that fetch. Refuses to sign.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::time::Instant;

use crate::core::credential::{Credential, Expiry, SessionStore};
use crate::core::exchange::{Field, Problem};
use crate::core::provider::{Provider, ProviderKey, SessionToken, Step};
use crate::core::question::{Answer, Asked, Question};
use crate::io::credentials::get_session_token::GetSessionToken;

use super::Engine;
use super::handle::Reports;

/// State of an identity's credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialState {
    /// It is fetched at the next send.
    #[default]
    Unfetched,
    /// It is being fetched.
    Fetching,
    /// A question has to be answered: one is open, or the next send asks it.
    NeedsInput,
    /// It signs the next send.
    Ready,
    /// It has expired.
    Expired,
    /// It couldn't be fetched, or its declaration is incomplete.
    Failed,
}

/// What a fetch needs from the send or the renewal that starts it.
pub(super) struct Fetch<'a, E> {
    pub(super) engine: &'a Engine,
    pub(super) sessions: &'a Arc<dyn SessionStore>,
    pub(super) reports: &'a Reports<E>,
    pub(super) deadline: Option<Instant>,
}

/// The cached credentials of every chain. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Credentials(Arc<Mutex<HashMap<ProviderKey, Arc<Slot>>>>);

/// What is known of one chain, or of the first steps of one.
#[derive(Default)]
struct Slot {
    /// Held during a fetch.
    flight: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    credential: Option<Credential>,
    /// Why the last fetch failed; empty where it did not.
    failed: Vec<Problem>,
    /// Number of finished fetches.
    fetches: u64,
    under_way: Option<CredentialState>,
}

impl Slot {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the fetches after the first `seen` gave.
    fn fetched_since(&self, seen: u64) -> Option<Result<Credential, Vec<Problem>>> {
        let known = self.known();
        if known.fetches == seen {
            return None;
        }
        match &known.credential {
            Some(credential) if known.failed.is_empty() => Some(Ok(credential.clone())),
            Some(_) | None => Some(Err(known.failed.clone())),
        }
    }

    /// Takes a step, or waits for whoever is taking it and gets the same. `seen` fetches had come to
    /// an end when this one was found to be needed.
    async fn take<E: From<Asked>>(
        &self,
        step: &Step,
        source: &Credential,
        seen: u64,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        let asked = Instant::now();
        let _alone = self.flight.lock().await;
        fetch.reports.waited(asked);
        if let Some(outcome) = self.fetched_since(seen) {
            return outcome;
        }
        let flight = Flight::begin(self);
        let outcome = match step {
            Step::SessionToken(step) => session_token(step, source, fetch, &flight).await,
        };
        self.finish(&outcome);
        outcome
    }

    fn finish(&self, outcome: &Result<Credential, Vec<Problem>>) {
        let mut known = self.known();
        known.fetches += 1;
        match outcome {
            Ok(credential) => (known.credential, known.failed) = (Some(credential.clone()), Vec::new()),
            Err(problems) => known.failed.clone_from(problems),
        }
    }
}

/// A fetch under way; one that is cancelled leaves no trace.
struct Flight<'a>(&'a Slot);

impl<'a> Flight<'a> {
    fn begin(slot: &'a Slot) -> Self {
        slot.known().under_way = Some(CredentialState::Fetching);
        Self(slot)
    }

    fn stage(&self, state: CredentialState) {
        self.0.known().under_way = Some(state);
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.known().under_way = None;
    }
}

impl Credentials {
    fn slot(&self, key: ProviderKey) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(key).or_default())
    }

    /// What the first `steps` steps gave before, in this run or an earlier one, expired or not.
    fn known(&self, provider: &Provider, steps: usize, sessions: &dyn SessionStore) -> Option<Credential> {
        let key = provider.key(steps);
        let slot = self.slot(key.clone());
        let mut known = slot.known();
        if known.credential.is_none() {
            known.credential = sessions.session(key.as_str());
        }
        known.credential.clone()
    }

    /// The credential of a chain as far as it is known without fetching, expired or not.
    pub(super) fn peek(&self, provider: &Provider, sessions: &dyn SessionStore) -> Option<Credential> {
        match provider.steps.len() {
            0 => Some(provider.base().clone()),
            steps => self.known(provider, steps, sessions),
        }
    }

    /// How the credential of a chain stands at `now`.
    pub(super) fn state(
        &self,
        provider: &Provider,
        sessions: &dyn SessionStore,
        now: SystemTime,
    ) -> CredentialState {
        if provider.steps.is_empty() {
            return CredentialState::Ready;
        }
        let credential = self.peek(provider, sessions);
        let slot = self.slot(provider.key(provider.steps.len()));
        let known = slot.known();
        match (known.under_way, credential.map(|credential| credential.expiry(now))) {
            (Some(under_way), _) => under_way,
            (None, Some(Expiry::Unlimited | Expiry::Left(_))) => CredentialState::Ready,
            (None, _) if !known.failed.is_empty() => CredentialState::Failed,
            (None, Some(Expiry::Expired(_))) => CredentialState::Expired,
            (None, None) if provider.steps.iter().any(Step::needs_input) => CredentialState::NeedsInput,
            (None, None) => CredentialState::Unfetched,
        }
    }

    /// True where a send at `now` fetches nothing.
    pub(super) fn serves(&self, provider: &Provider, sessions: &dyn SessionStore, now: SystemTime) -> bool {
        self.start(provider, provider.steps.len(), sessions, now).0 == provider.steps.len()
    }

    /// The most steps, at most `last`, whose credential is known and still serves, and that
    /// credential.
    fn start(
        &self,
        provider: &Provider,
        last: usize,
        sessions: &dyn SessionStore,
        now: SystemTime,
    ) -> (usize, Credential) {
        let served = |steps: usize| {
            let step = provider.steps.get(steps.checked_sub(1)?)?;
            let known = self.known(provider, steps, sessions)?;
            step.accepts(&known, now).then_some((steps, known))
        };
        (1..=last).rev().find_map(served).unwrap_or_else(|| (0, provider.base().clone()))
    }

    /// The credential of a chain, fetched where what is known does not serve.
    pub(super) async fn get<E: From<Asked>>(
        &self,
        provider: &Provider,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        self.walk(provider, provider.steps.len(), fetch).await
    }

    /// The credential of a chain, its last step fetched whatever is known.
    pub(super) async fn renew<E: From<Asked>>(
        &self,
        provider: &Provider,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        self.walk(provider, provider.steps.len().saturating_sub(1), fetch).await
    }

    /// Takes every step after the most, at most `last`, that are known to serve.
    async fn walk<E: From<Asked>>(
        &self,
        provider: &Provider,
        last: usize,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        // Read before anything is judged, so that what somebody else fetches meanwhile is not fetched
        // again.
        let seen: Vec<u64> =
            (1..=provider.steps.len()).map(|steps| self.slot(provider.key(steps)).known().fetches).collect();
        let (taken, mut credential) = self.start(provider, last, &**fetch.sessions, fetch.engine.now());
        for (index, (step, seen)) in provider.steps.iter().zip(seen).enumerate().skip(taken) {
            let slot = self.slot(provider.key(index + 1));
            credential = slot.take(step, &credential, seen, fetch).await?;
            store(fetch.sessions, &provider.key(index + 1), &credential).await;
        }
        Ok(credential)
    }

    /// Makes a session that somebody asked for by hand that of a chain, in this run and in later
    /// ones.
    pub(super) async fn keep(
        &self,
        provider: &Provider,
        session: Credential,
        sessions: &Arc<dyn SessionStore>,
    ) -> Credential {
        let session = of_source(session, provider.base());
        let key = provider.key(provider.steps.len());
        self.slot(key.clone()).finish(&Ok(session.clone()));
        store(sessions, &key, &session).await;
        session
    }
}

/// The store waits for the disk and for other processes. A session that it cannot keep serves this
/// run all the same; the next one asks for another.
async fn store(sessions: &Arc<dyn SessionStore>, key: &ProviderKey, session: &Credential) {
    let (sessions, key, session) = (Arc::clone(sessions), key.clone(), session.clone());
    let _ = tokio::task::spawn_blocking(move || sessions.keep_session(key.as_str(), &session)).await;
}

/// A session that says whose keys asked for it.
fn of_source(session: Credential, source: &Credential) -> Credential {
    let source = format!("{} of {}", session.source, source.source);
    Credential { source, ..session }
}

async fn session_token<E: From<Asked>>(
    step: &SessionToken,
    source: &Credential,
    fetch: &Fetch<'_, E>,
    flight: &Flight<'_>,
) -> Result<Credential, Vec<Problem>> {
    let problem = |message: String, hint: String| {
        vec![Problem::new(Field::Identity(step.identity.clone()), message, hint)]
    };
    let code = if step.mfa_serial.is_empty() {
        None
    } else {
        flight.stage(CredentialState::NeedsInput);
        let (identity, serial) = (step.identity.clone(), step.mfa_serial.clone());
        match fetch.reports.ask(Question::MfaCode { identity, serial }).await {
            Answer::MfaCode(code) => Some(code),
            // The answer to another question.
            Answer::GoOn => return Err(problem("its session needs an MFA code".into(), String::new())),
            Answer::Declined { message, hint } => return Err(problem(message, hint)),
        }
    };
    flight.stage(CredentialState::Fetching);
    let call = GetSessionToken {
        source,
        duration_seconds: step.duration_seconds,
        endpoint: &step.endpoint,
        region: &step.region,
        mfa: code.as_ref().map(|code| (step.mfa_serial.as_str(), code)),
    };
    let engine = fetch.engine;
    let deadline = fetch.reports.extended(fetch.deadline);
    match call.call(&engine.transport, engine.signing_time(), deadline).await {
        Ok(session) => Ok(of_source(session, source)),
        Err(error) => Err(problem(error.message, error.hint)),
    }
}
