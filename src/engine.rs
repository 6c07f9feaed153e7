//! One send: resolve -> credential -> wire -> sign -> stream.
//!
//! Owns the order of these steps and the rule that nothing leaves unsigned where signing was asked
//! for. Whoever sends, sends through it. Refuses to draw, to print and to save requests.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::mpsc;

use crate::core::credential::Credential;
use crate::core::exchange::{End, Outcome, Problem, Progress, Timing};
use crate::core::identity::Identity;
use crate::core::request::{Auth, Request};
use crate::core::scope::{Outside, Scope};

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
    /// The private store and the environment.
    pub outside: Arc<dyn Outside + Send + Sync>,
    /// Folder to which relative file paths belong.
    pub root: PathBuf,
}

/// Tells the time by which credentials expire (UTC). Real time, but for the demo, whose cloud's
/// clock can be moved. Signatures are always dated by real time.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Sends requests. Cheap to clone; clones share connections and minted credentials.
#[derive(Clone)]
pub struct Engine {
    clock: Clock,
}

impl Engine {
    /// An engine that judges expiry by this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }

    /// The time by which credentials expire.
    pub fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// Sends one request and reports as [`Progress`] says; the last report is always
    /// [`Progress::End`]. Dropping the future cancels the send and closes its socket.
    pub async fn send(&self, job: Job, progress: mpsc::Sender<Progress>) {
        let _ = job;
        let end = End {
            outcome: Outcome::NotSent(Vec::new()),
            timing: Timing::default(),
            wire_bytes: 0,
            body_bytes: 0,
            trailers: Vec::new(),
        };
        // A receiver that is gone has cancelled.
        let _ = progress.send(Progress::End(Box::new(end))).await;
    }

    /// The credential of an identity as it stands in the cache or in the declaration, without
    /// fetching anything. `None` where it would have to be fetched.
    pub fn known_credential(&self, name: &str, job: &Job) -> Option<Result<Credential, Vec<Problem>>> {
        let _ = (name, job);
        None
    }

    /// Fetches a fresh credential for an identity, whatever the cache holds.
    pub async fn renew(&self, name: &str, job: &Job) -> Result<Credential, Vec<Problem>> {
        let _ = (name, job);
        Err(Vec::new())
    }
}
