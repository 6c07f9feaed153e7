//! The instance and the container whose metadata endpoints give out credentials of a role.
//!
//! Owns when the credentials are replaced: by the cloud's clock, before the old ones expire. They are
//! declared in `cloud.toml`, so they aren't saved; their sessions are.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::account::{Role, Tags};
use super::session::{NewSession, Session, SessionSource};
use super::{Account, State};
use crate::cloud::random::Random;
use crate::core::credential::Secret;

/// How long before their expiry credentials are replaced, unless half their life is shorter.
const MAX_OVERLAP: Duration = Duration::from_secs(900);

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MachineKind {
    Instance,
    Container,
}

impl MachineKind {
    /// The service that a role's trust policy must name.
    pub(crate) fn service(self) -> &'static str {
        match self {
            Self::Instance => "ec2.amazonaws.com",
            Self::Container => "ecs-tasks.amazonaws.com",
        }
    }

    /// The name of the role's sessions: AWS's documented examples of an instance and a task.
    fn session_name(self) -> &'static str {
        match self {
            Self::Instance => "i-1234567890abcdef0",
            Self::Container => "74de0355a10a4f979ac495c14EXAMPLE",
        }
    }
}

/// An instance or a container.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) account: String,
    /// Name of the role.
    pub(crate) role: String,
    /// How long credentials last.
    pub(crate) life: Duration,
    /// What a container must send as `Authorization`, if anything.
    pub(crate) token: Option<Secret>,
    /// Access key of the current session.
    pub(crate) current: Option<String>,
}

/// Those that are declared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Machines {
    pub(crate) instance: Option<Machine>,
    pub(crate) container: Option<Machine>,
}

impl State {
    pub(crate) fn machine(&self, kind: MachineKind) -> Option<&Machine> {
        match kind {
            MachineKind::Instance => self.machines.instance.as_ref(),
            MachineKind::Container => self.machines.container.as_ref(),
        }
    }

    /// The role of a machine, if it still exists.
    pub(crate) fn machine_role(&self, kind: MachineKind) -> Option<&Role> {
        let machine = self.machine(kind)?;
        self.account(&machine.account).and_then(|account: &Account| account.roles.get(&machine.role))
    }

    /// The current session, if it needn't be replaced yet.
    pub(crate) fn machine_session(&self, kind: MachineKind, now: SystemTime) -> Option<Arc<Session>> {
        let machine = self.machine(kind)?;
        let session = self.sessions.get(machine.current.as_ref()?)?;
        let overlap = MAX_OVERLAP.min(machine.life / 2);
        // One that was issued later is from before the clock was moved back.
        (session.issued <= now && now + overlap < session.expires).then(|| Arc::clone(session))
    }

    /// A new session of a machine's role.
    pub(crate) fn renew_machine(
        &mut self,
        kind: MachineKind,
        now: SystemTime,
        random: &Random,
    ) -> Option<Arc<Session>> {
        let machine = self.machine(kind)?;
        let new = NewSession {
            account: machine.account.clone(),
            source: SessionSource::Role {
                role: self.machine_role(kind)?.name.clone(),
                name: kind.session_name().to_owned(),
            },
            now,
            life: machine.life,
            mfa: None,
            policies: Vec::new(),
            tags: Tags::new(),
            source_identity: None,
        };
        let session = self.mint(new, random);
        let machine = match kind {
            MachineKind::Instance => self.machines.instance.as_mut(),
            MachineKind::Container => self.machines.container.as_mut(),
        };
        machine?.current = Some(session.access_key.clone());
        Some(session)
    }
}
