//! Fetches and caches credentials.
//!
//! Owns the credentials of each chain in this run, and that each is fetched only once: a send that
//! needs one that is being fetched waits for that fetch. Refuses to sign.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::core::credential::{Credential, Expiry, SessionStore};
use crate::core::exchange::Problem;
use crate::core::provider::{Provider, ProviderKey, Step, is_expired};
use crate::core::question::Asked;

use crate::io::transport::Transport;

use super::Engine;
use super::handle::Reports;

mod expired;
mod fetch;
mod upkeep;

use expired::Decision;
use fetch::Link;
pub use upkeep::Renewed;
use upkeep::Use;

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
    /// Somebody is asked to log in.
    NeedsLogin,
    /// It signs the next send.
    Ready,
    /// It has expired.
    Expired,
    /// It couldn't be fetched, or its declaration is incomplete.
    Failed,
}

/// What a fetch needs from the send or the renewal that starts it.
pub(super) struct Fetch<'a, E> {
    /// Name of the identity, for problems.
    pub(super) identity: &'a str,
    pub(super) engine: &'a Engine,
    pub(super) sessions: &'a Arc<dyn SessionStore>,
    pub(super) reports: &'a Reports<E>,
    pub(super) deadline: Option<Instant>,
    pub(super) expired: WhenExpired,
    /// How its requests travel.
    pub(super) transport: Transport,
}

/// What happens to an expired credential that only a person can replace.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WhenExpired {
    /// The user is asked: renew it, use it as it is, or stop.
    Asks,
    /// It's replaced: the user has said so.
    Renews,
}

/// The cached credentials of every chain. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Credentials {
    slots: Arc<Mutex<HashMap<ProviderKey, Arc<Slot>>>>,
    /// Says that a credential is used that wasn't before.
    changed: Arc<Notify>,
}

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
    /// The last fetch ended with the user's word to use the expired credential.
    as_it_is: bool,
    /// Somebody could be asked by the last fetch.
    attended: bool,
    /// Number of finished fetches.
    fetches: u64,
    under_way: Option<CredentialState>,
    /// Why the chain that ends here had no credential the last time, if it hadn't.
    failure: Option<Problem>,
    /// Who used it in this run, if it's the credential of an identity and expires.
    used: Option<Use>,
}

/// What a link of a chain gives.
#[derive(Clone)]
enum Taken {
    Fetched(Credential),
    /// It has expired, and the user wants it used as it is.
    AsItIs(Credential),
}

impl Slot {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the fetches after the first `seen` gave, if that's what this fetch would give, too: where
    /// nobody could be asked, or something else was, it's fetched again.
    fn fetched_since(
        &self,
        seen: u64,
        expired: WhenExpired,
        attended: bool,
    ) -> Option<Result<Taken, Vec<Problem>>> {
        let known = self.known();
        if known.fetches == seen {
            return None;
        }
        let asks = expired == WhenExpired::Asks;
        let as_able = known.attended || !attended;
        match &known.credential {
            Some(credential) if known.as_it_is => asks.then(|| Ok(Taken::AsItIs(credential.clone()))),
            Some(credential) if known.failed.is_empty() => Some(Ok(Taken::Fetched(credential.clone()))),
            Some(_) | None => as_able.then(|| Err(known.failed.clone())),
        }
    }

    /// Fetches a link of a chain, or waits for whoever is fetching it and gets the same. `seen` fetches
    /// had come to an end when this one was found to be needed.
    async fn take<E: From<Asked>>(
        &self,
        link: Link<'_>,
        seen: u64,
        fetch: &Fetch<'_, E>,
    ) -> Result<Taken, Vec<Problem>> {
        let asked = Instant::now();
        let _alone = self.flight.lock().await;
        fetch.reports.waited(asked);
        if let Some(outcome) = self.fetched_since(seen, fetch.expired, fetch.engine.attended) {
            return outcome;
        }
        let flight = Flight::begin(self);
        let held = self.known().credential.clone();
        let outcome = match expired::decide(link, held.as_ref(), fetch, &flight).await {
            Ok(Decision::Fetch) => fetch::link(link, fetch, &flight).await.map(Taken::Fetched),
            Ok(Decision::AsItIs(expired)) => Ok(Taken::AsItIs(expired)),
            Err(problems) => Err(problems),
        };
        self.finish(&outcome, fetch.engine.attended);
        outcome
    }

    fn finish(&self, outcome: &Result<Taken, Vec<Problem>>, attended: bool) {
        let mut known = self.known();
        known.fetches += 1;
        known.attended = attended;
        known.as_it_is = matches!(outcome, Ok(Taken::AsItIs(_)));
        match outcome {
            Ok(Taken::Fetched(credential)) => {
                (known.credential, known.failed) = (Some(credential.clone()), Vec::new());
            }
            Ok(Taken::AsItIs(_)) => {}
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
    fn slots(&self) -> MutexGuard<'_, HashMap<ProviderKey, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a whole chain.
    fn last_slot(&self, provider: &Provider) -> Arc<Slot> {
        self.slot(provider.key(provider.steps.len()))
    }

    fn slot(&self, key: ProviderKey) -> Arc<Slot> {
        Arc::clone(self.slots().entry(key).or_default())
    }

    /// What the first `steps` steps gave before, in this run or an earlier one, expired or not. What a
    /// chain starts with is known for this run only: somebody else keeps it.
    fn known(&self, provider: &Provider, steps: usize, sessions: &dyn SessionStore) -> Option<Credential> {
        if let (0, Some(keys)) = (steps, provider.base.keys()) {
            return Some(keys.clone());
        }
        let key = provider.key(steps);
        let slot = self.slot(key.clone());
        let mut known = slot.known();
        if known.credential.is_none() && steps > 0 {
            known.credential = sessions.session(key.as_str());
        }
        known.credential.clone()
    }

    /// The credential of a chain as far as it is known without fetching, expired or not.
    pub(super) fn peek(&self, provider: &Provider, sessions: &dyn SessionStore) -> Option<Credential> {
        self.known(provider, provider.steps.len(), sessions).map(|known| provider.named(known))
    }

    /// How the credential of a chain stands at `now`.
    pub(super) fn state(
        &self,
        provider: &Provider,
        sessions: &dyn SessionStore,
        now: SystemTime,
    ) -> CredentialState {
        if provider.steps.is_empty() && provider.base.keys().is_some() {
            return CredentialState::Ready;
        }
        let credential = self.peek(provider, sessions);
        let slot = self.last_slot(provider);
        let known = slot.known();
        match (known.under_way, credential.map(|credential| credential.expiry(now))) {
            (Some(under_way), _) => under_way,
            (None, Some(Expiry::Unlimited | Expiry::Left(_))) => CredentialState::Ready,
            (None, _) if known.failure.is_some() => CredentialState::Failed,
            (None, Some(Expiry::Expired(_))) => CredentialState::Expired,
            (None, None) if provider.steps.iter().any(Step::needs_input) => CredentialState::NeedsInput,
            (None, None) => CredentialState::Unfetched,
        }
    }

    /// Why the last fetch for a chain failed, if it did.
    pub(super) fn failure(&self, provider: &Provider) -> Option<Problem> {
        self.last_slot(provider).known().failure.clone()
    }

    /// True where a send at `now` fetches nothing.
    pub(super) fn serves(&self, provider: &Provider, sessions: &dyn SessionStore, now: SystemTime) -> bool {
        let all = provider.steps.len();
        self.start(provider, Some(all), sessions, now).is_some_and(|(steps, _)| steps == all)
    }

    /// The most steps, at most `last`, whose credential is known and still serves, and that
    /// credential. `None` where the chain has to be fetched from its start.
    fn start(
        &self,
        provider: &Provider,
        last: Option<usize>,
        sessions: &dyn SessionStore,
        now: SystemTime,
    ) -> Option<(usize, Credential)> {
        let served = |steps: usize| {
            let known = self.known(provider, steps, sessions)?;
            let serves = match steps.checked_sub(1) {
                Some(step) => provider.steps.get(step)?.accepts(&known, now),
                None => provider.base.accepts(&known, now),
            };
            serves.then_some((steps, known))
        };
        let known = last.and_then(|last| (0..=last).rev().find_map(served));
        known.or_else(|| Some((0, provider.base.keys()?.clone())))
    }

    /// The credential of a chain, fetched where what is known does not serve. One that hasn't expired yet
    /// is renewed only if nobody has to be asked, and used where that fails.
    pub(super) async fn get<E: From<Asked>>(
        &self,
        provider: &Provider,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        if let Some(known) = self.cached_by_cli(provider, fetch).await {
            return self.note(provider, Ok(provider.named(known)), fetch);
        }
        let last = Some(provider.steps.len());
        let held = self.peek(provider, &**fetch.sessions);
        let Some(held) = held.filter(|held| !is_expired(held, fetch.engine.now())) else {
            let walked = self.walk(provider, last, fetch).await;
            return self.note(provider, walked, fetch);
        };
        let unattended = fetch.engine.unattended();
        let early = Fetch { engine: &unattended, transport: fetch.transport.clone(), ..*fetch };
        let walked = self.walk(provider, last, &early).await;
        self.note(provider, walked, &early).or(Ok(held))
    }

    /// The credential that the AWS CLI keeps for the role at the end of a chain, unless ours serves. It
    /// saves a request, and the code of an MFA device.
    async fn cached_by_cli<E>(&self, provider: &Provider, fetch: &Fetch<'_, E>) -> Option<Credential> {
        let now = fetch.engine.now();
        let last = provider.steps.last().filter(|_| !self.serves(provider, &**fetch.sessions, now))?;
        let known = fetch::cached_by_cli(last, now).await?;
        self.slot(provider.key(provider.steps.len())).finish(&Ok(Taken::Fetched(known.clone())), true);
        Some(known)
    }

    /// The credential of a chain, its last link fetched whatever is known.
    pub(super) async fn renew<E: From<Asked>>(
        &self,
        provider: &Provider,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        let walked = self.walk(provider, provider.steps.len().checked_sub(1), fetch).await;
        self.note(provider, walked, fetch)
    }

    /// Notes how a chain was fetched: for whoever shows it, and to keep it fresh from now on.
    fn note<E>(
        &self,
        provider: &Provider,
        walked: Result<Credential, Vec<Problem>>,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        self.last_slot(provider).known().failure =
            walked.as_ref().err().and_then(|problems| problems.first()).cloned();
        walked.inspect(|credential| self.used(provider, credential, fetch))
    }

    /// Fetches every link after the most steps, at most `last`, that are known to serve.
    async fn walk<E: From<Asked>>(
        &self,
        provider: &Provider,
        last: Option<usize>,
        fetch: &Fetch<'_, E>,
    ) -> Result<Credential, Vec<Problem>> {
        // Read before anything is judged, so that what somebody else fetches meanwhile is not fetched
        // again.
        let seen: Vec<u64> =
            (0..=provider.steps.len()).map(|steps| self.slot(provider.key(steps)).known().fetches).collect();
        let seen = |steps: usize| seen.get(steps).copied().unwrap_or_default();
        let (taken, mut credential) = match self.start(provider, last, &**fetch.sessions, fetch.engine.now())
        {
            Some(start) => start,
            None => {
                let link = Link::Base(&provider.base);
                match self.slot(provider.key(0)).take(link, seen(0), fetch).await? {
                    Taken::Fetched(base) | Taken::AsItIs(base) => (0, base),
                }
            }
        };
        for (index, step) in provider.steps.iter().enumerate().skip(taken) {
            let key = provider.key(index + 1);
            let link = Link::Step(step, &credential);
            let taken = self.slot(key.clone()).take(link, seen(index + 1), fetch).await?;
            credential = match taken {
                Taken::Fetched(fetched) => fetched,
                // The chain's credential is meant, if it has one; else the expired one is the source of
                // the next step.
                Taken::AsItIs(expired) => match self.peek(provider, &**fetch.sessions) {
                    Some(last) => return Ok(last),
                    None => {
                        credential = expired;
                        continue;
                    }
                },
            };
            store(fetch.sessions, &key, &credential).await;
        }
        Ok(provider.named(credential))
    }

    /// Makes a session that somebody asked for by hand that of a chain, in this run and in later
    /// ones. `None` where the chain's start isn't known.
    pub(super) async fn keep(
        &self,
        provider: &Provider,
        session: Credential,
        sessions: &Arc<dyn SessionStore>,
    ) -> Option<Credential> {
        let source = self.known(provider, 0, &**sessions)?;
        let session = fetch::of_source(session, &source);
        let key = provider.key(provider.steps.len());
        let slot = self.last_slot(provider);
        slot.finish(&Ok(Taken::Fetched(session.clone())), true);
        slot.known().failure = None;
        store(sessions, &key, &session).await;
        Some(session)
    }
}

/// The store waits for the disk and for other processes. A session that it cannot keep serves this
/// run all the same; the next one asks for another.
async fn store(sessions: &Arc<dyn SessionStore>, key: &ProviderKey, session: &Credential) {
    let (sessions, key, session) = (Arc::clone(sessions), key.clone(), session.clone());
    let _ = tokio::task::spawn_blocking(move || sessions.keep_session(key.as_str(), &session)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::credential::Secret;
    use crate::core::exchange::Field;

    #[test]
    fn what_somebody_else_got_counts_only_if_it_would_be_the_same() {
        let slot = Slot::default();
        let gave = |expired, attended| slot.fetched_since(0, expired, attended);
        slot.finish(&Err(vec![Problem::new(Field::Request, "nobody is there", "")]), false);
        assert!(matches!(gave(WhenExpired::Asks, false), Some(Err(_))));
        assert!(gave(WhenExpired::Asks, true).is_none(), "somebody could be asked");
        let credential = Credential {
            access_key: "ASIAIOSFODNN7EXAMPLE".into(),
            secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            session_token: None,
            expires_at: Some(SystemTime::UNIX_EPOCH),
            source: String::new(),
            account_id: None,
        };
        slot.known().credential = Some(credential.clone());
        slot.finish(&Ok(Taken::AsItIs(credential)), true);
        assert!(matches!(gave(WhenExpired::Asks, true), Some(Ok(Taken::AsItIs(_)))));
        assert!(gave(WhenExpired::Renews, true).is_none(), "it's to be renewed");
    }
}
