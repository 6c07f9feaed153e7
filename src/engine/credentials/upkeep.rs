//! Credentials that were used in this run are renewed before they expire.
//!
//! Owns when that is due, as the AWS SDKs do it: in the last minutes, and where it fails, again after a
//! pause while the old credential lasts. Refuses to ask anybody: what only a person can replace is left
//! to the next send.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;

use crate::core::credential::{Credential, Expiry, SessionStore};
use crate::core::exchange::Problem;
use crate::core::provider::{Provider, Step};
use crate::core::question::Answer;
use crate::engine::handle::{Command, Handle, Renewal, Reports};
use crate::engine::{Engine, Job};

use super::{Credentials, Fetch, WhenExpired};

/// A credential is renewed when it has this long left, or half of its life if that is shorter.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// The time between two attempts, or half of the credential's life if that is shorter.
const PAUSE: Duration = Duration::from_secs(60);

/// The least time between two attempts, however short the credential's life.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// The chain of an identity that was used in this run.
#[derive(Clone)]
pub(super) struct Use {
    identity: String,
    provider: Provider,
    sessions: Arc<dyn SessionStore>,
    expires_at: Option<SystemTime>,
    /// What was left when this credential was first used.
    life: Duration,
    /// The last attempt to renew it.
    tried: Option<SystemTime>,
}

/// A renewal that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewed {
    /// Whose credential it is.
    pub identity: String,
    /// Why it wasn't renewed. The old credential is used while it lasts.
    pub result: Result<(), Vec<Problem>>,
}

impl Use {
    /// How long until the credential is renewed; `None` if it isn't.
    fn due_in(&self, now: SystemTime) -> Option<Duration> {
        let left = self.expires_at?.duration_since(now).ok().filter(|left| !left.is_zero())?;
        let wait = left.saturating_sub(RENEW_BEFORE.min(self.life / 2));
        // A clock that was set back since makes no pause.
        let since = self.tried.and_then(|tried| now.duration_since(tried).ok());
        let pause = PAUSE.min(self.life / 2).max(LEAST_PAUSE);
        Some(wait.max(since.map_or(Duration::ZERO, |since| pause.saturating_sub(since))))
    }
}

impl Credentials {
    /// Notes that the credential of a chain was used, so that it's kept fresh from now on.
    pub(super) fn used<E>(&self, provider: &Provider, credential: &Credential, fetch: &Fetch<'_, E>) {
        let Expiry::Left(life) = credential.expiry(fetch.engine.now()) else { return };
        let slot = self.last_slot(provider);
        let mut known = slot.known();
        let is_same = |used: &Use| used.expires_at == credential.expires_at && used.provider == *provider;
        if known.used.as_ref().is_some_and(is_same) {
            return;
        }
        let tried = known.used.as_ref().and_then(|used| used.tried);
        known.used = Some(Use {
            identity: fetch.identity.to_owned(),
            provider: provider.clone(),
            sessions: Arc::clone(fetch.sessions),
            expires_at: credential.expires_at,
            life,
            tried,
        });
        self.changed.notify_one();
    }

    /// Whether the last link of a chain, and all before it that would have to be fetched with it, can be
    /// fetched without a person.
    fn renews_alone(&self, used: &Use, now: SystemTime) -> bool {
        let Use { provider, sessions, .. } = used;
        let taken = match provider.steps.len().checked_sub(1) {
            // Nothing replaces declared keys.
            None if provider.base.keys().is_some() => return false,
            last => self.start(provider, last, &**sessions, now).map_or(0, |(steps, _)| steps),
        };
        // What prints a code of an MFA device may ask for a touch.
        let needs_person = |step: &Step| step.needs_person() || !step.mfa_process().is_empty();
        !provider.steps.iter().skip(taken).any(needs_person)
    }

    /// Whether a link of a chain is being fetched now.
    fn is_under_way(&self, provider: &Provider) -> bool {
        (0..=provider.steps.len()).any(|steps| self.slot(provider.key(steps)).flight.try_lock().is_err())
    }

    /// Stops renewing the chains for which this is false.
    fn retain_used(&self, is_declared: impl Fn(&Use) -> bool) {
        for slot in self.slots().values() {
            let used = &mut slot.known().used;
            if used.as_ref().is_some_and(|used| !is_declared(used)) {
                *used = None;
            }
        }
    }

    /// The chains that can be renewed without a person, each with how long until that's due.
    fn renewable(&self, now: SystemTime) -> Vec<(Use, Duration)> {
        let used: Vec<Use> = self.slots().values().filter_map(|slot| slot.known().used.clone()).collect();
        let waiting = used.into_iter().filter_map(|used| Some((used.due_in(now)?, used)));
        waiting.filter(|(_, used)| self.renews_alone(used, now)).map(|(wait, used)| (used, wait)).collect()
    }

    /// The chains whose renewal is due now. The attempt is noted.
    fn take_due(&self, now: SystemTime) -> Vec<Use> {
        let due = self.renewable(now).into_iter().filter(|(_, wait)| wait.is_zero()).map(|(used, _)| used);
        let due: Vec<Use> = due.collect();
        for used in &due {
            if let Some(used) = &mut self.last_slot(&used.provider).known().used {
                used.tried = Some(now);
            }
        }
        due
    }
}

impl Engine {
    /// Waits until the credential of an identity that was used in this run is to be renewed, and renews
    /// it. Whoever calls this again and again keeps them all fresh.
    pub async fn renew_next(&self) {
        loop {
            self.until_due().await;
            if !self.renew_due().await.is_empty() {
                return;
            }
        }
    }

    /// Renews what is due now, but for what somebody is fetching: that may take as long as a login.
    pub async fn renew_due(&self) -> Vec<Renewed> {
        let mut due = self.credentials.take_due(self.now());
        due.retain(|used| !self.credentials.is_under_way(&used.provider));
        join_all(due.into_iter().map(|used| self.renew_alone(used))).await
    }

    /// Stops renewing the credentials of identities that were changed or removed. `job` has those that are
    /// declared now. What is signed with again is renewed again.
    pub fn renew_only_declared(&self, job: &Job) {
        self.credentials.retain_used(|used| {
            let declared = self.known_provider(&used.identity, job);
            declared.is_none_or(|declared| declared.is_ok_and(|found| found == used.provider))
        });
    }

    /// How long until a credential that was used is renewed, if nothing changes.
    pub fn next_renewal(&self) -> Option<Duration> {
        self.credentials.renewable(self.now()).into_iter().map(|(_, wait)| wait).min()
    }

    async fn until_due(&self) {
        loop {
            match self.next_renewal() {
                Some(wait) if wait.is_zero() => return,
                Some(wait) => tokio::select! {
                    () = self.wait(wait) => {}
                    () = self.credentials.changed.notified() => {}
                },
                None => self.credentials.changed.notified().await,
            }
        }
    }

    async fn renew_alone(&self, used: Use) -> Renewed {
        let (engine, identity) = (self.unattended(), used.identity.clone());
        let mut handle = Handle::start(Renewal::Done(Err(Vec::new())), |reports| async move {
            Renewal::Done(engine.renew_used(&used, &reports).await)
        });
        while let Some(event) = handle.events.recv().await {
            match event {
                Renewal::Ask(asked) => {
                    let (message, hint) = ("nobody is asked here".to_owned(), String::new());
                    let answer = Answer::Declined { message, hint };
                    // What asked may be over: then nobody needs the answer.
                    let _ = handle.commands.send(Command::Answer { id: asked.id, answer }).await;
                }
                Renewal::Done(done) => return Renewed { identity, result: done.map(drop) },
            }
        }
        // A bug, which has been reported as a panic.
        Renewed { identity, result: Err(Vec::new()) }
    }

    async fn renew_used(&self, used: &Use, reports: &Reports<Renewal>) -> Result<Credential, Vec<Problem>> {
        let Use { identity, provider, sessions, .. } = used;
        let (deadline, expired) = (self.deadline(None), WhenExpired::Asks);
        let transport = self.transport.trusting(provider.ca_bundle.as_deref());
        let fetch = Fetch { identity, engine: self, sessions, reports, deadline, expired, transport };
        self.credentials.renew(provider, &fetch).await
    }
}
