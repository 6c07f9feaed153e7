//! One send: resolve -> credential -> wire -> sign -> stream.
//!
//! Owns the order of these steps and the rule that nothing leaves unsigned where signing was asked
//! for. Whoever sends, sends through it. Refuses to draw, to print and to save requests.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::core::credential::Credential;
use crate::core::exchange::{Problem, Progress};
use crate::core::identity::Identity;
use crate::core::request::{Auth, Request};
use crate::core::resolve::Context;
use crate::core::scope::{Scope, ValueSource};
use crate::core::workspace::{Effective, Workspace};
use crate::io::credentials::Cache;
use crate::io::transport::{Transport, TransportSettings};

mod identity;
mod load;
mod local_cloud;
mod outcome;
mod preview;
mod redirect;
mod run;
mod signing;

pub use preview::{Preview, PreviewSigner};
pub use signing::Origin;

/// Everything that one send needs, owned, so that a task can take it along.
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
    /// Folder to which relative file paths belong.
    pub root: PathBuf,
}

impl Job {
    /// A request of a workspace, as [`Workspace::effective`] gives it.
    pub fn of(
        effective: Effective,
        workspace: &Workspace,
        outside: Arc<dyn ValueSource + Send + Sync>,
    ) -> Self {
        Self {
            request: effective.request,
            scope: effective.scope,
            inherited_auth: effective.auth,
            identities: workspace.identities.clone(),
            blocked: effective.blocked,
            outside,
            root: workspace.root.clone(),
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

/// Tells the time by which credentials expire (UTC). Real time, but for the demo, whose cloud's
/// clock can be moved. Signatures are always dated by real time.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Sends requests. Cheap to clone; clones share connections and minted credentials.
#[derive(Clone)]
pub struct Engine {
    clock: Clock,
    transport: Transport,
    minted: Cache,
}

impl Engine {
    /// An engine that judges expiry by this clock and sends with the default settings.
    pub fn new(clock: Clock) -> Self {
        Self::with_settings(clock, TransportSettings::default())
    }

    /// An engine that judges expiry by this clock and sends with these settings.
    pub fn with_settings(clock: Clock, settings: TransportSettings) -> Self {
        Self { clock, transport: Transport::new(settings), minted: Cache::default() }
    }

    /// The time by which credentials expire.
    pub fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// Sends one request and reports as [`Progress`] says; the last report is always
    /// [`Progress::End`]. Dropping the future cancels the send and closes its socket.
    pub async fn send(&self, job: Job, progress: mpsc::Sender<Progress>) {
        let end = run::run(self, &job, &progress).await;
        // A receiver that is gone has cancelled.
        let _ = progress.send(Progress::End(Box::new(end))).await;
    }

    /// The credential of an identity as it stands in the cache, the private store or the declaration,
    /// without fetching anything. `None` where it would have to be fetched.
    pub fn known_credential(&self, name: &str, job: &Job) -> Option<Result<Credential, Vec<Problem>>> {
        match identity::prepare(name, job) {
            Err(problems) => Some(Err(problems)),
            Ok(identity::Prepared::Keys(credential)) => Some(Ok(credential)),
            Ok(identity::Prepared::Mint(mint)) => mint.known(&self.minted, job).map(Ok),
        }
    }

    /// Fetches a fresh credential for an identity, whatever the cache holds.
    pub async fn renew(&self, name: &str, job: &Job) -> Result<Credential, Vec<Problem>> {
        match identity::prepare(name, job)? {
            identity::Prepared::Keys(credential) => Ok(credential),
            identity::Prepared::Mint(mint) => {
                let deadline = self.deadline(None);
                mint.fetch(&self.transport, &self.minted, job, deadline).await
            }
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

    /// What a send would do, as far as that can be told without sending, reading files or fetching
    /// credentials.
    pub fn preview(&self, job: &Job) -> Preview {
        preview::preview(self, job)
    }
}
