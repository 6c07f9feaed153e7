//! The endpoints from which programs on an instance or in a container take credentials.
//!
//! Owns which requests they serve, and that the declared role trusts the service that stands behind
//! them. Refuses clients on other machines, whatever address the cloud listens on.

mod container;
mod instance;

use std::sync::Arc;

use super::authorise::{self, decide};
use super::query::Error;
use super::reply::Reply;
use super::request::Call;
use super::server_context::ServerContext;
use super::state::{MachineKind, Session, State, Unsaved};
use crate::core::iam::{Attached, Caller, Policies, Question};
use crate::core::local_cloud::{CONTAINER_PATH, INSTANCE_PREFIX};

/// What serves this path, if it is declared.
pub(super) fn find(state: &State, path: &str) -> Option<MachineKind> {
    let kind = if path == CONTAINER_PATH {
        MachineKind::Container
    } else if path.starts_with(INSTANCE_PREFIX) {
        MachineKind::Instance
    } else {
        return None;
    };
    state.machine(kind).map(|_| kind)
}

pub(super) fn answer(cloud: &ServerContext, kind: MachineKind, call: &Call) -> Reply {
    if !call.peer.is_loopback() {
        return Reply::text(403, "the metadata endpoints serve this machine only\n");
    }
    match kind {
        MachineKind::Instance => instance::answer(cloud, call),
        MachineKind::Container => container::answer(cloud, call),
    }
}

/// Why no credential could be fetched.
enum NoCredentials {
    /// The role doesn't exist anymore, or doesn't trust the service.
    NotAssumable(String),
    Unsaved(Unsaved),
}

impl From<Unsaved> for NoCredentials {
    fn from(unsaved: Unsaved) -> Self {
        Self::Unsaved(unsaved)
    }
}

/// The current credentials; new ones if those expire soon.
fn credentials(cloud: &ServerContext, kind: MachineKind, call: &Call) -> Result<Arc<Session>, NoCredentials> {
    {
        let state = cloud.store.read();
        check_trust(&state, kind, call)?;
        if let Some(session) = state.machine_session(kind, call.now) {
            return Ok(session);
        }
    }
    cloud.store.change(|state| {
        // Another request may have been faster.
        let session = state.machine_session(kind, call.now);
        let session = session.or_else(|| state.renew_machine(kind, call.now, &cloud.store.random));
        session.ok_or_else(|| NoCredentials::NotAssumable(String::new()))
    })
}

/// Whether the role's trust policy names the service, as it must on AWS.
fn check_trust(state: &State, kind: MachineKind, call: &Call) -> Result<(), NoCredentials> {
    let Some(machine) = state.machine(kind) else {
        return Err(NoCredentials::NotAssumable(String::new()));
    };
    let refused = || NoCredentials::NotAssumable(machine.role.clone());
    let account = state.account(&machine.account).ok_or_else(refused)?;
    let role = account.roles.get(&machine.role).ok_or_else(refused)?;
    let question = Question {
        caller: &Caller::Service { name: kind.service().to_owned() },
        action: "sts:AssumeRole",
        resource: &role.arn,
        owner: &account.id,
        context: &authorise::anonymous_context(call),
    };
    let trust = Attached { name: &role.name, policy: &role.trust.policy };
    let policies = Policies { resource: Some(trust), ..Policies::default() };
    if decide(&call.journal, &question, &policies).allowed() { Ok(()) } else { Err(refused()) }
}

/// A change that couldn't be saved.
fn failed(unsaved: Unsaved) -> Reply {
    Reply::text(500, format!("{}\n", Error::from(unsaved).message))
}
