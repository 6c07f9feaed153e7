//! Temporary keys.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::State;
use super::account::Tags;
use super::policy::Document;
use super::seconds::{self, whole};
use super::secret;
use crate::cloud::random::Random;
use crate::core::credential::Secret;

/// The most sessions that are kept; beyond that, the one that expires first is removed.
const MAX_SESSIONS: usize = 10_000;

/// Temporary keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    /// `ASIA…`
    pub(crate) access_key: String,
    #[serde(with = "secret")]
    pub(crate) secret_key: Secret,
    #[serde(with = "secret")]
    pub(crate) token: Secret,
    #[serde(with = "seconds")]
    pub(crate) issued: SystemTime,
    #[serde(with = "seconds")]
    pub(crate) expires: SystemTime,
    /// When an MFA code was given, if one was. Folders of earlier versions have a flag named `mfa`.
    #[serde(rename = "mfa_at", default, with = "seconds::optional")]
    pub(crate) mfa: Option<SystemTime>,
    pub(crate) source: SessionSource,
    /// Account of the principal that it acts as.
    pub(crate) account: String,
    /// Session policies, each with its name. Without any there's no limit.
    #[serde(default)]
    pub(crate) policies: Vec<(String, Document)>,
    /// Session tags.
    #[serde(default)]
    pub(crate) tags: Tags,
    pub(crate) source_identity: Option<String>,
}

/// Which action created a session, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionSource {
    /// GetSessionToken: it acts as the user, or as the root user if that is `None`.
    SessionToken { user: Option<String> },
    /// GetFederationToken by a user, or by the root user.
    Federation { user: Option<String>, name: String },
    /// AssumeRole.
    Role { role: String, name: String },
    /// AssumeRoleWithWebIdentity; the provider is that of its token.
    WebIdentity { role: String, name: String, provider: String },
}

/// A session without its keys.
pub(crate) struct NewSession {
    pub(crate) account: String,
    pub(crate) source: SessionSource,
    pub(crate) now: SystemTime,
    pub(crate) life: Duration,
    pub(crate) mfa: Option<SystemTime>,
    pub(crate) policies: Vec<(String, Document)>,
    pub(crate) tags: Tags,
    pub(crate) source_identity: Option<String>,
}

impl State {
    /// Creates a session with new keys.
    pub(crate) fn mint(&mut self, new: NewSession, random: &Random) -> Arc<Session> {
        if self.sessions.len() >= MAX_SESSIONS {
            self.sessions.retain(|_, session| session.expires > new.now);
        }
        if self.sessions.len() >= MAX_SESSIONS {
            let first = self.sessions.iter().min_by_key(|(_, session)| session.expires);
            let first = first.map(|(key, _)| key.clone());
            first.and_then(|key| self.sessions.remove(&key));
        }
        let session = Arc::new(Session {
            access_key: random.id("ASIA"),
            secret_key: Secret::new(random.secret()),
            token: Secret::new(random.token()),
            // Whole seconds, as in the response.
            issued: whole(new.now),
            expires: whole(new.now + new.life),
            mfa: new.mfa,
            source: new.source,
            account: new.account,
            policies: new.policies,
            tags: new.tags,
            source_identity: new.source_identity,
        });
        self.sessions.insert(session.access_key.clone(), Arc::clone(&session));
        session
    }
}

impl SessionSource {
    /// The user whose keys requested it, if it was a user of the account.
    fn user_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::SessionToken { user } | Self::Federation { user, .. } => user.as_mut(),
            Self::Role { .. } | Self::WebIdentity { .. } => None,
        }
    }

    fn role(&self) -> Option<&str> {
        match self {
            Self::Role { role, .. } | Self::WebIdentity { role, .. } => Some(role),
            Self::SessionToken { .. } | Self::Federation { .. } => None,
        }
    }
}

impl State {
    /// Renames the user of its sessions, or ends them if the new name is `None`.
    pub(crate) fn follow_user(&mut self, account: &str, user: &str, renamed: Option<&str>) {
        self.sessions.retain(|_, session| {
            let own = session.account == account
                && session.source.clone().user_mut().is_some_and(|own| own == user);
            match renamed {
                Some(name) if own => {
                    if let Some(own) = Arc::make_mut(session).source.user_mut() {
                        name.clone_into(own);
                    }
                    true
                }
                Some(_) => true,
                None => !own,
            }
        });
    }

    /// Ends the sessions of a deleted role: a later one with its name is a different role.
    pub(crate) fn end_sessions_of_role(&mut self, account: &str, role: &str) {
        self.sessions.retain(|_, session| session.account != account || session.source.role() != Some(role));
    }
}
