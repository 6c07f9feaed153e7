//! One send, and its names from the editor to the response:
//!
//! ```text
//! Request        as written, with {{names}}                                core/request
//!    |           + scope, inherited auth, identities, secrets
//! Job            everything that one send needs                            engine
//!    | resolve
//! Plan           every reference replaced, or every problem                core/resolve
//!    | load files, wire
//! WireRequest    final URL, headers and body: what is shown and signed     core/wire_request
//!    | scope, Provider -> Credential (may Ask)
//! Departure      with settings and credential; dated at the last moment    engine/departure
//!    | sign
//!    +-> Sent        the record of what leaves                             core/exchange
//!    +-> Outgoing    its bytes, to the socket                              io/transport
//!           |
//!        Answer      head and a stream of the body; a redirect makes the next WireRequest
//!           |
//! Exchange       Sent, Head, Chunk ... End, as Events                      core/exchange
//! ```
//!
//! Owns the order of these steps, and the rule that a request that should be signed never leaves
//! unsigned. Every send goes through it. Refuses to draw, to print and to save requests.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::core::aws::Aws;
use crate::core::credential::{Credential, Expiry, SessionStore};
use crate::core::exchange::{End, Event, NextRequest, Outcome, Problem};
use crate::core::identity::Identity;
use crate::core::provider::Provider;
use crate::core::request::{Auth, Request};
use crate::core::resolve::Context;
use crate::core::scope::{Scope, ValueSource};
use crate::core::trust::{PrivateRead, Trust};
use crate::core::workspace::{Effective, Workspace};
use crate::io::store::aws_files::AwsStore;
use crate::io::transport::{Transport, TransportSettings};

mod body_limit;
mod caller;
mod credentials;
mod departure;
mod handle;
mod load;
mod local_cloud;
mod login;
mod outcome;
mod preview;
mod redirect;
mod run;
mod sign_as;
mod signing;
mod trust;
mod wall_clock;

pub(crate) use caller::CallerError;
pub use credentials::{CredentialState, Renewed};
pub use handle::{Command, Handle, RenewHandle, Renewal, SendHandle};
pub use login::{ListRoles, LogIn, LogInHandle, LoginReport, LoginWay, RolesHandle};
pub use preview::{Preview, PreviewSigner};
pub use signing::Origin;
pub use trust::{own_reads, survey, untrusted};

use credentials::{Credentials, Fetch, WhenExpired};
use handle::Reports;
use login::Logins;

/// Everything that one send needs, owned, so that it can move into a task.
#[derive(Clone)]
pub struct Job {
    /// The request as written.
    pub request: Request,
    /// Variables, nearest first.
    pub scope: Scope,
    /// What `inherit` means for this request.
    pub inherited_auth: Auth,
    /// The declared identities.
    pub identities: Vec<Identity>,
    /// Broken parts of the workspace's files that this request needs: it is not sent.
    pub blocked: Vec<Problem>,
    /// The private store and the environment.
    pub outside: Arc<dyn ValueSource + Send + Sync>,
    /// Where sessions are kept for later runs.
    pub sessions: Arc<dyn SessionStore>,
    /// Folder to which relative file paths belong.
    pub root: PathBuf,
    /// How far the workspace is trusted.
    pub trust: Trust,
    /// What the user named when asking for this send, and so allows for it.
    pub given: BTreeSet<PrivateRead>,
}

impl Job {
    /// A request of a workspace, as [`Workspace::effective`] gives it.
    pub fn of(
        effective: Effective,
        workspace: &Workspace,
        secrets: Arc<impl ValueSource + SessionStore + 'static>,
        trust: Trust,
    ) -> Self {
        Self {
            request: effective.request,
            scope: effective.scope,
            inherited_auth: effective.auth,
            identities: workspace.identities.clone(),
            blocked: effective.blocked,
            outside: Arc::clone(&secrets) as _,
            sessions: secrets,
            root: workspace.root.clone(),
            trust,
            given: BTreeSet::new(),
        }
    }

    /// What the request's fields may refer to.
    pub fn context(&self) -> Context<'_> {
        Context {
            scope: &self.scope,
            inherited_auth: &self.inherited_auth,
            identities: &self.identities,
            outside: &*self.outside,
        }
    }
}

/// Tells a time (UTC).
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The clocks of a send.
#[derive(Clone)]
pub struct Clocks {
    /// Says when credentials expire: real time, but for the demo, whose cloud's clock can be moved.
    pub expiry: Clock,
    /// Dates signatures: real time, but for tests.
    pub signing: Clock,
}

/// Sends requests. Cheap to clone; clones share connections and minted credentials.
#[derive(Clone)]
pub struct Engine {
    clocks: Clocks,
    transport: Transport,
    credentials: Credentials,
    logins: Logins,
    /// How somebody logs in where a session needs it; `None` if nobody can be asked.
    login_way: Option<LoginWay>,
    /// Whether somebody can answer questions about credentials.
    attended: bool,
    aws: AwsStore,
}

/// Whether a credential that still serves may be used.
#[derive(Clone, Copy)]
enum Reuse {
    Allowed,
    Refused,
}

impl Engine {
    /// An engine that judges expiry by this clock, signs by real time and sends with the default
    /// settings.
    pub fn new(expiry: Clock) -> Self {
        Self::with_settings(expiry, TransportSettings::default())
    }

    /// An engine that judges expiry by this clock, signs by real time and sends with these settings.
    pub fn with_settings(expiry: Clock, settings: TransportSettings) -> Self {
        Self::with_clocks(Clocks { expiry, signing: Arc::new(SystemTime::now) }, settings)
    }

    /// An engine with these clocks and settings.
    pub fn with_clocks(clocks: Clocks, settings: TransportSettings) -> Self {
        Self {
            clocks,
            transport: Transport::new(settings),
            credentials: Credentials::default(),
            logins: Logins::default(),
            login_way: None,
            attended: true,
            aws: AwsStore::default(),
        }
    }

    /// The same for what goes on without anybody: a credential that needs a person is an error.
    fn unattended(&self) -> Self {
        Self { login_way: None, attended: false, ..self.clone() }
    }

    /// The same with the user's AWS environment and files; by default it knows none.
    #[must_use]
    pub fn with_aws(self, aws: AwsStore) -> Self {
        Self { aws, ..self }
    }

    /// How the credential of an identity is obtained. The AWS files are read only if it starts there.
    async fn provider(&self, name: &str, job: &Job) -> Result<Provider, Vec<Problem>> {
        let aws = if Provider::starts_at_aws(name, &job.identities) {
            let store = self.aws.clone();
            tokio::task::spawn_blocking(move || store.read()).await.unwrap_or_default()
        } else {
            Aws::default()
        };
        Provider::build(name, &job.context(), &aws)
    }

    /// The same with what was last read of the AWS files; `None` if they'd have to be read.
    fn known_provider(&self, name: &str, job: &Job) -> Option<Result<Provider, Vec<Problem>>> {
        let aws = match self.aws.known() {
            Some(aws) => aws,
            None if Provider::starts_at_aws(name, &job.identities) => return None,
            None => Aws::default(),
        };
        Some(Provider::build(name, &job.context(), &aws))
    }

    /// The time by which credentials expire.
    pub fn now(&self) -> SystemTime {
        (self.clocks.expiry)()
    }

    /// The time that dates a signature.
    fn signing_time(&self) -> SystemTime {
        (self.clocks.signing)()
    }

    /// Starts to send one request in a task of the running runtime. It reports as [`Event`] says; the
    /// last report is [`Event::End`].
    pub fn open(&self, mut job: Job) -> SendHandle {
        let engine = self.clone();
        Handle::start(Event::End(Box::new(End::of(Outcome::Cancelled))), |reports| async move {
            engine.complete_region_of_profile(&mut job).await;
            Event::End(Box::new(run::run(&engine, &job, &reports).await))
        })
    }

    /// Does everything that a send does before anything leaves, credentials and signature included.
    /// The last event is [`Event::Sent`] with what would leave, or [`Event::End`] with why nothing
    /// would.
    pub fn dry_run(&self, job: Job) -> SendHandle {
        let engine = self.clone();
        Handle::start(Event::End(Box::new(End::of(Outcome::Cancelled))), |reports| async move {
            run::dry_run(&engine, &job, &reports).await
        })
    }

    /// Starts to send a request that the engine built from a redirect: it is sent unchanged.
    pub fn follow(&self, next: NextRequest) -> SendHandle {
        let engine = self.clone();
        Handle::start(Event::End(Box::new(End::of(Outcome::Cancelled))), |reports| async move {
            Event::End(Box::new(run::follow(&engine, next, &reports).await))
        })
    }

    /// Starts to fetch a fresh credential for an identity, even if the cached one is valid.
    pub fn renew(&self, name: &str, job: Job) -> RenewHandle {
        let (engine, name) = (self.clone(), name.to_owned());
        Handle::start(Renewal::Done(Err(Vec::new())), |reports| async move {
            Renewal::Done(engine.credential(&name, &job, &reports, Reuse::Refused).await)
        })
    }

    /// Starts to fetch the credential of an identity, unless a known one still serves.
    pub fn fetch(&self, name: &str, job: Job) -> RenewHandle {
        let (engine, name) = (self.clone(), name.to_owned());
        Handle::start(Renewal::Done(Err(Vec::new())), |reports| async move {
            Renewal::Done(engine.credential(&name, &job, &reports, Reuse::Allowed).await)
        })
    }

    async fn credential(
        &self,
        name: &str,
        job: &Job,
        reports: &Reports<Renewal>,
        reuse: Reuse,
    ) -> Result<Credential, Vec<Problem>> {
        trust::check_identity(job, name)?;
        let provider = self.provider(name, job).await?;
        let (sessions, deadline) = (&job.sessions, self.deadline(None));
        let expired = WhenExpired::Renews;
        let transport = self.transport.trusting(provider.ca_bundle.as_deref());
        let fetch = Fetch { identity: name, engine: self, sessions, reports, deadline, expired, transport };
        match reuse {
            Reuse::Allowed => {
                let known = self.credentials.get(&provider, &fetch).await?;
                // One that is only replaced when asked for is of no use to another program.
                match known.expiry(self.now()) {
                    Expiry::Expired(_) if !provider.steps.is_empty() => {
                        self.credentials.renew(&provider, &fetch).await
                    }
                    Expiry::Expired(_) | Expiry::Left(_) | Expiry::Unlimited => Ok(known),
                }
            }
            Reuse::Refused => self.credentials.renew(&provider, &fetch).await,
        }
    }

    /// The credential of an identity as it is known or declared, expired or not, without fetching
    /// anything. `None` where it would have to be fetched.
    pub fn known_credential(&self, name: &str, job: &Job) -> Option<Result<Credential, Vec<Problem>>> {
        match self.known_provider(name, job)? {
            Err(problems) => Some(Err(problems)),
            Ok(provider) => self.credentials.peek(&provider, &*job.sessions).map(Ok),
        }
    }

    /// When an exchange that begins now must be over: `seconds` is its own limit, 0 for none.
    fn deadline(&self, seconds: Option<u64>) -> Option<Instant> {
        let limit = match seconds {
            Some(0) => None,
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => self.transport.settings().total_timeout,
        };
        limit.and_then(|limit| Instant::now().checked_add(limit))
    }

    /// What a send would do, as far as that's known without sending, reading files or fetching
    /// credentials.
    pub fn preview(&self, job: &Job) -> Preview {
        preview::preview(self, job)
    }
}
