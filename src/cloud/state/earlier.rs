//! What state files of earlier versions have in other places.
//!
//! Owns finding it there and moving it to where it is now. Refuses to change what the file has in
//! today's place. The next save writes the file as it is today.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::mfa::{Codes, MfaDevice, MfaOwner};
use super::{Account, State, Tags, secret};
use crate::core::credential::Secret;

/// The parts of a state file that have moved.
#[derive(Deserialize)]
pub(super) struct Earlier {
    #[serde(default)]
    accounts: BTreeMap<String, EarlierAccount>,
    #[serde(default)]
    sessions: BTreeMap<String, EarlierSession>,
}

#[derive(Deserialize)]
struct EarlierAccount {
    #[serde(default)]
    users: BTreeMap<String, EarlierUser>,
}

#[derive(Deserialize)]
struct EarlierUser {
    mfa: Option<EarlierDevice>,
}

/// A user's one device and the one code that it accepts.
#[derive(Deserialize)]
struct EarlierDevice {
    serial: String,
    #[serde(with = "secret")]
    code: Secret,
}

#[derive(Deserialize)]
struct EarlierSession {
    /// Whether a code was given when the session was created.
    #[serde(default)]
    mfa: bool,
}

impl Earlier {
    /// Moves everything into a state that was read from the same file.
    pub(super) fn move_into(self, state: &mut State) {
        for (id, earlier) in self.accounts {
            let Some(account) = state.accounts.get_mut(&id) else { continue };
            for (name, user) in earlier.users {
                if let Some(device) = user.mfa {
                    device.move_into(account, &name);
                }
            }
        }
        for (key, _) in self.sessions.into_iter().filter(|(_, session)| session.mfa) {
            if let Some(session) = state.sessions.get_mut(&key).map(Arc::make_mut) {
                session.mfa.get_or_insert(session.issued);
            }
        }
    }
}

impl EarlierDevice {
    fn move_into(self, account: &mut Account, user: &str) {
        let Some(user) = account.users.get(user) else { return };
        let owner = Some(MfaOwner { user: user.name.clone(), since: user.created });
        let Self { serial, code } = self;
        let device =
            MfaDevice { serial: serial.clone(), codes: Codes::Fixed { code }, owner, tags: Tags::new() };
        account.devices.entry(serial).or_insert(device);
    }
}
