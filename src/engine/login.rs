//! Logging in to the sessions that credentials come from, and using them.
//!
//! Owns that a session is logged in to only once: whoever needs it meanwhile waits for that login. Owns
//! what a login gave that couldn't be saved, for this run. Refuses to log in where nobody can be asked,
//! and to open a browser: front ends do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::time::Instant;

use crate::core::credential::Credential;
use crate::core::exchange::{Field, Problem};
use crate::core::provider::LoginTarget;
use crate::core::question::{Answer, Asked, Question};
use crate::core::sso_role::SsoRole;
use crate::io::browser;
use crate::io::credentials::{CredentialError, LoggedIn};
use crate::io::transport::Transport;

use super::Engine;
use super::handle::{Handle, Reports};

mod session;

pub(super) use session::Session;
use session::{Held, Now, RemoteStarted, SessionKey};

/// How somebody logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginWay {
    /// In a browser on this machine, which brings the code to a port on loopback.
    Browser,
    /// In a browser on any machine, with a code that is shown here.
    DeviceCode,
}

impl LoginWay {
    /// In a browser on this machine, if one can be shown here.
    pub fn of_this_machine() -> Self {
        if browser::is_available() { Self::Browser } else { Self::DeviceCode }
    }
}

/// What a login reports.
#[derive(Debug)]
pub enum LogIn {
    /// Where to log in.
    Ask(Asked),
    /// It is over; `Err` without a problem where it was cancelled.
    Done(Result<LoginReport, Vec<Problem>>),
}

impl From<Asked> for LogIn {
    fn from(asked: Asked) -> Self {
        Self::Ask(asked)
    }
}

/// What listing the roles of a session reports.
#[derive(Debug)]
pub enum ListRoles {
    /// Where to log in first.
    Ask(Asked),
    /// The roles; `Err` without a problem where it was cancelled.
    Done(Result<Vec<SsoRole>, Vec<Problem>>),
}

impl From<Asked> for ListRoles {
    fn from(asked: Asked) -> Self {
        Self::Ask(asked)
    }
}

/// A list of roles under way; its last event is [`ListRoles::Done`].
pub type RolesHandle = Handle<ListRoles>;

/// A login that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginReport {
    /// The session in words.
    pub session: String,
    /// When what it gave expires (UTC); it may be refreshed before.
    pub expires_at: Option<SystemTime>,
    /// Why it couldn't be saved, and what to do, if it couldn't.
    pub unsaved: Option<(String, String)>,
}

/// A login under way; its last event is [`LogIn::Done`].
pub type LogInHandle = Handle<LogIn>;

/// A login that waits for a code from another machine's browser.
pub(crate) struct RemoteLogin {
    target: LoginTarget,
    started: RemoteStarted,
}

impl RemoteLogin {
    /// The page to open, which shows the code.
    pub(crate) fn url(&self) -> &str {
        self.started.url()
    }
}

/// The logins of this run. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Logins(Arc<Mutex<HashMap<SessionKey, Arc<Slot>>>>);

/// What is known of one session.
#[derive(Default)]
struct Slot {
    /// Held while somebody logs in.
    flight: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Number of logins that ended. A send that is cancelled leaves no trace.
    ended: u64,
    /// Why the last one failed, if it did.
    failed: Option<CredentialError>,
    /// What the last one that succeeded gave, if it couldn't be saved.
    held: Option<Held>,
}

impl Logins {
    fn slot(&self, session: &Session<'_>) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(session.key()).or_default())
    }
}

impl Slot {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What couldn't be saved and hasn't expired at `at`; after that the file counts.
    fn held(&self, at: SystemTime) -> Option<Held> {
        let held = self.known().held.clone();
        held.filter(|held| held.expires_at().is_none_or(|expires_at| expires_at > at))
    }

    /// Notes how a login ended.
    fn end(&self, outcome: &Result<LoggedIn<Held>, CredentialError>) {
        let mut known = self.known();
        known.ended += 1;
        known.failed = outcome.as_ref().err().cloned();
        if let Ok(logged_in) = outcome {
            known.held = logged_in.unsaved.as_ref().map(|_| logged_in.value.clone());
        }
    }
}

/// The credential of a session. If nobody is logged in to it and somebody can be asked, they log in first.
pub(super) async fn credential<E: From<Asked>>(
    session: Session<'_>,
    (engine, reports, deadline): (&Engine, &Reports<E>, Option<Instant>),
    asking: impl FnOnce(),
) -> Result<Credential, CredentialError> {
    let user = SessionUser::new(session, engine, reports, deadline);
    let credential = match session.credential(user.held().as_ref(), user.now()).await {
        Err(error) if error.needs_login => {
            asking();
            user.log_in(error).await?;
            session.credential(user.held().as_ref(), user.now()).await?
        }
        done => done?,
    };
    let source = match user.held() {
        Some(_) => format!("{}, login not saved", credential.source),
        None => credential.source,
    };
    Ok(Credential { source, ..credential })
}

/// Somebody who uses a session, and may have to log in to it.
struct SessionUser<'a, E> {
    session: Session<'a>,
    slot: Arc<Slot>,
    /// How many logins had ended when it began.
    seen: u64,
    engine: &'a Engine,
    reports: &'a Reports<E>,
    deadline: Option<Instant>,
    transport: Transport,
}

impl<'a, E: From<Asked>> SessionUser<'a, E> {
    fn new(
        session: Session<'a>,
        engine: &'a Engine,
        reports: &'a Reports<E>,
        deadline: Option<Instant>,
    ) -> Self {
        let slot = engine.logins.slot(&session);
        let seen = slot.known().ended;
        let transport = engine.transport.trusting(session.ca_bundle());
        Self { session, slot, seen, engine, reports, deadline, transport }
    }

    fn now(&self) -> Now<'_> {
        Now {
            transport: &self.transport,
            at: self.engine.signing_time(),
            deadline: self.reports.extended(self.deadline),
        }
    }

    fn held(&self) -> Option<Held> {
        self.slot.held(self.engine.signing_time())
    }

    /// Has somebody log in, or waits for whoever is logging in and ends as they do. `error` is why that's
    /// needed.
    async fn log_in(&self, error: CredentialError) -> Result<(), CredentialError> {
        let Self { session, slot, seen, engine, reports, .. } = self;
        let Some(way) = engine.login_way else { return Err(error) };
        let waiting = Instant::now();
        let _alone = slot.flight.lock().await;
        reports.waited(waiting);
        let ended = {
            let known = slot.known();
            (known.ended != *seen).then(|| known.failed.clone())
        };
        match ended {
            Some(None) => Ok(()),
            Some(Some(error)) => Err(error),
            None => {
                let outcome = log_in(*session, way, self.now(), (engine, reports)).await;
                slot.end(&outcome);
                outcome.map(drop)
            }
        }
    }
}

/// Starts a login, says where, and waits for its end.
async fn log_in<E: From<Asked>>(
    session: Session<'_>,
    way: LoginWay,
    now: Now<'_>,
    (engine, reports): (&Engine, &Reports<E>),
) -> Result<LoggedIn<Held>, CredentialError> {
    let started = session.start(way, now).await?;
    let (left, code) = (started.time_left(), started.code().to_owned());
    let question = Question::OpenUrl {
        session: session.name(),
        url: started.url().to_owned(),
        code,
        expires: engine.now() + left,
    };
    let asked = Instant::now();
    let outcome = tokio::select! {
        biased;
        finished = session.finish(&started, now) => finished,
        answer = reports.ask(question) => Err(declined(answer, &session)),
    };
    if outcome.is_ok() {
        reports.waited(asked);
    }
    outcome
}

fn declined(answer: Answer, session: &Session<'_>) -> CredentialError {
    let (message, hint) = match answer {
        Answer::Declined { message, hint } => (message, hint),
        // The answer to another question.
        Answer::MfaCode(_) | Answer::Renew | Answer::AsItIs | Answer::GoOn => {
            (format!("nobody is logged in to {}", session.name()), String::new())
        }
    };
    CredentialError { message, hint, needs_login: true }
}

fn problems(error: CredentialError) -> Vec<Problem> {
    vec![Problem::new(Field::Request, error.message, error.hint)]
}

impl LoginReport {
    fn of(session: &Session<'_>, logged_in: &LoggedIn<Held>) -> Self {
        let unsaved = logged_in.unsaved.clone().map(|error| (error.message, error.hint));
        Self { session: session.name(), expires_at: logged_in.value.expires_at(), unsaved }
    }
}

impl Engine {
    /// The same engine that has somebody log in where a session needs it; without it, that is an error.
    #[must_use]
    pub fn with_login(self, way: LoginWay) -> Self {
        Self { login_way: Some(way), ..self }
    }

    /// How somebody is asked to log in; `None` if that is an error.
    pub fn login_way(&self) -> Option<LoginWay> {
        self.login_way
    }

    fn now_for_login<'a>(&self, transport: &'a Transport) -> Now<'a> {
        Now { transport, at: self.signing_time(), deadline: self.deadline(None) }
    }

    /// Starts to log in, whether or not somebody is logged in.
    pub(crate) fn log_in(&self, target: LoginTarget, way: LoginWay) -> LogInHandle {
        let engine = self.clone();
        Handle::start(LogIn::Done(Err(Vec::new())), |reports| async move {
            let session = Session::of(&target);
            let slot = engine.logins.slot(&session);
            let _alone = slot.flight.lock().await;
            let transport = engine.transport.trusting(session.ca_bundle());
            let done = log_in(session, way, engine.now_for_login(&transport), (&engine, &reports)).await;
            slot.end(&done);
            LogIn::Done(done.map_err(problems).map(|logged_in| LoginReport::of(&session, &logged_in)))
        })
    }

    /// Starts a login whose page is opened on another machine and shows a code.
    ///
    /// # Errors
    /// The session has no such login.
    pub(crate) fn start_remote_login(&self, target: LoginTarget) -> Result<RemoteLogin, Vec<Problem>> {
        let started = Session::of(&target).start_remote().map_err(problems)?;
        Ok(RemoteLogin { target, started })
    }

    /// Ends it with the code that the page has shown.
    ///
    /// # Errors
    /// It isn't a code of this login, or was refused.
    pub(crate) async fn finish_remote_login(
        &self,
        login: &RemoteLogin,
        pasted: &str,
    ) -> Result<LoginReport, Vec<Problem>> {
        let session = Session::of(&login.target);
        let transport = self.transport.trusting(session.ca_bundle());
        let done = session.finish_remote(&login.started, pasted, self.now_for_login(&transport)).await;
        self.logins.slot(&session).end(&done);
        done.map_err(problems).map(|logged_in| LoginReport::of(&session, &logged_in))
    }

    /// Starts to list the roles that a session of IAM Identity Center leads to. If nobody is logged in to
    /// it and somebody can be asked, they log in first.
    pub(crate) fn list_roles(&self, session: &str) -> RolesHandle {
        let (engine, name) = (self.clone(), session.to_owned());
        Handle::start(ListRoles::Done(Err(Vec::new())), |reports| async move {
            let store = engine.aws.clone();
            let aws = tokio::task::spawn_blocking(move || store.read()).await.unwrap_or_default();
            let target = match LoginTarget::of_session(&name, &aws) {
                Ok(target) => target,
                Err(problem) => return ListRoles::Done(Err(vec![problem])),
            };
            let (session, deadline) = (Session::of(&target), engine.deadline(None));
            let user = SessionUser::new(session, &engine, &reports, deadline);
            let listed = match session.roles(user.held().as_ref(), user.now()).await {
                Err(error) if error.needs_login => match user.log_in(error).await {
                    Ok(()) => session.roles(user.held().as_ref(), user.now()).await,
                    Err(error) => Err(error),
                },
                done => done,
            };
            ListRoles::Done(listed.map_err(problems))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::core::credential::Secret;
    use crate::core::provider;

    fn session(endpoint: &str) -> LoginTarget {
        LoginTarget::SignIn(Box::new(provider::Login {
            profile: "console".into(),
            session: "arn:aws:iam::123456789012:user/alice".into(),
            region: "us-east-1".into(),
            cache: "/nowhere".into(),
            endpoint: endpoint.into(),
            ca_bundle: None,
        }))
    }

    #[test]
    fn a_login_that_was_not_saved_counts_until_it_expires_and_at_its_endpoint() {
        let (logins, target) = (Logins::default(), session(""));
        let until = SystemTime::UNIX_EPOCH + Duration::from_secs(900);
        let value = Held::Credential(Credential {
            access_key: "ASIAIOSFODNN7EXAMPLE".into(),
            secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            session_token: None,
            expires_at: Some(until),
            source: String::new(),
            account_id: None,
        });
        let unsaved = declined(Answer::GoOn, &Session::of(&target));
        let slot = logins.slot(&Session::of(&target));
        slot.end(&Ok(LoggedIn { value, unsaved: Some(unsaved) }));
        assert!(slot.held(until - Duration::from_secs(1)).is_some() && slot.held(until).is_none());
        let other = session("https://signin.example.com");
        assert!(logins.slot(&Session::of(&other)).held(SystemTime::UNIX_EPOCH).is_none());
    }
}
