//! The state of the cloud: accounts with their principals and policies, sessions, functions.
//!
//! Owns look-ups, indexes and the changes that keep them consistent. Refuses to evaluate policies.
//! [`Store`] shares it between requests.

mod account;
mod earlier;
mod folder;
mod folder_lock;
mod function;
mod machine;
mod mfa;
mod names;
mod policy;
mod principals;
mod regular_file;
mod rename;
mod seconds;
mod secret;
mod session;
mod signin;
mod signing_keys;
mod sso;
mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(super) use account::{
    AccessKey, Account, Grants, Group, IamName, MAX_SESSION_SECONDS, ManagedPolicy, PolicyVersion, Provider,
    Role, Tags, User,
};
pub use folder::FolderError;
pub(super) use folder::{Folder, Opened};
pub(super) use folder_lock::FolderLock;
pub(super) use function::{AuthType, Builtin, Cors, Function, Handler, InvokeMode, UrlConfig};
pub(super) use machine::{Machine, MachineKind};
pub(super) use mfa::{Codes, MfaDevice, MfaOwner, SERIAL_LENGTHS, is_of_serial};
pub(super) use names::{fits_name, fits_path, is_account_id};
pub(super) use policy::{Document, aws_managed};
pub(super) use principals::UnknownPrincipal;
pub(super) use session::{NewSession, Session, SessionSource};
pub(super) use signin::SignIn;
pub(super) use sso::{Assignment, Sso};
pub(super) use store::{CloudSettings, Store, Unsaved};

use crate::core::credential::Secret;

/// Everything that outlives a request. [`State::restore`] builds the indexes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// The default region.
    pub(super) region: String,
    /// Regions in which requests may be signed.
    pub(super) regions: BTreeSet<String>,
    pub(super) accounts: BTreeMap<String, Account>,
    /// Temporary keys by access key id.
    sessions: BTreeMap<String, Arc<Session>>,
    /// By ARN.
    functions: BTreeMap<String, Arc<Function>>,
    /// Owners of long-term access keys.
    #[serde(skip)]
    keys: HashMap<String, Owner>,
    /// First label of a function URL's host: the function's ARN.
    #[serde(skip)]
    urls: HashMap<String, String>,
    #[serde(skip)]
    pub(super) machines: machine::Machines,
    #[serde(skip)]
    pub(super) sso: Option<Sso>,
    #[serde(skip)]
    pub(super) signin: Option<SignIn>,
    #[serde(skip)]
    pub(super) signing_keys: Arc<signing_keys::SigningKeys>,
}

/// The owner of a long-term access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) account: String,
    /// `None` for the account's root user.
    pub(super) user: Option<String>,
}

/// An access key, by its id.
pub(super) enum Key<'a> {
    LongTerm { owner: &'a Owner, key: &'a AccessKey },
    Temporary(&'a Arc<Session>),
}

impl Key<'_> {
    pub(super) fn secret(&self) -> &Secret {
        match self {
            Self::LongTerm { key, .. } => &key.secret,
            Self::Temporary(session) => &session.secret_key,
        }
    }
}

impl State {
    /// An empty state with one region.
    pub(super) fn new(region: &str) -> Self {
        let regions = BTreeSet::from([region.to_owned()]);
        Self { region: region.to_owned(), regions, ..Self::default() }
    }

    /// Rebuilds the indexes, after the state was read from a file.
    pub(super) fn restore(&mut self) {
        self.keys.clear();
        for account in self.accounts.values() {
            let owner = |user: Option<&User>| Owner {
                account: account.id.clone(),
                user: user.map(|user| user.name.clone()),
            };
            let root = account.keys.iter().map(|key| (key, None));
            let users =
                account.users.values().flat_map(|user| user.keys.iter().map(move |key| (key, Some(user))));
            self.keys.extend(root.chain(users).map(|(key, user)| (key.id.clone(), owner(user))));
        }
        let url = |function: &Arc<Function>| Some((function.url.as_ref()?.id.clone(), function.arn.clone()));
        self.urls = self.functions.values().filter_map(url).collect();
    }

    /// Merges a configuration into the state of an earlier run: adds new accounts and functions, and
    /// updates the handlers of known functions.
    pub(super) fn declare(&mut self, declared: Self) {
        self.region = declared.region;
        self.regions.extend(declared.regions);
        self.machines = declared.machines;
        self.sso = declared.sso;
        self.signin = declared.signin;
        for (id, account) in declared.accounts {
            self.accounts.entry(id).or_insert(account);
        }
        for (arn, function) in declared.functions {
            let renew = |known: &mut Function| {
                known.handler = function.handler.clone();
                known.environment = function.environment.clone();
                known.timeout = function.timeout;
            };
            if self.change_function(&arn, renew).is_none() {
                self.functions.insert(arn, function);
            }
        }
        self.restore();
    }

    pub(super) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// An access key, by its id.
    pub(super) fn key(&self, access_key: &str) -> Option<Key<'_>> {
        if let Some(session) = self.sessions.get(access_key) {
            return Some(Key::Temporary(session));
        }
        let owner = self.keys.get(access_key)?;
        let account = self.accounts.get(&owner.account)?;
        let keys = match &owner.user {
            Some(user) => &account.users.get(user)?.keys,
            None => &account.keys,
        };
        let key = keys.iter().find(|key| key.id == access_key)?;
        Some(Key::LongTerm { owner, key })
    }

    /// Adds a long-term key to a user or the root user of an account.
    pub(super) fn add_key(&mut self, owner: Owner, key: AccessKey) {
        let Some(account) = self.accounts.get_mut(&owner.account) else { return };
        let keys = match &owner.user {
            Some(user) => account.users.get_mut(user).map(|user| &mut user.keys),
            None => Some(&mut account.keys),
        };
        if let Some(keys) = keys {
            self.keys.insert(key.id.clone(), owner);
            keys.push(key);
        }
    }

    /// Removes a long-term key from a user; false if it has none with this id.
    pub(super) fn remove_key(&mut self, account: &str, user: &str, access_key: &str) -> bool {
        let Some(user) = self.accounts.get_mut(account).and_then(|account| account.users.get_mut(user))
        else {
            return false;
        };
        let before = user.keys.len();
        user.keys.retain(|key| key.id != access_key);
        user.keys.len() < before && self.keys.remove(access_key).is_some()
    }

    /// Functions in the order of their ARNs.
    pub(super) fn functions(&self) -> impl Iterator<Item = &Arc<Function>> {
        self.functions.values()
    }

    pub(super) fn function(&self, arn: &str) -> Option<&Arc<Function>> {
        self.functions.get(arn)
    }

    /// The function behind a function URL.
    pub(super) fn function_by_url(&self, id: &str) -> Option<&Arc<Function>> {
        self.functions.get(self.urls.get(id)?)
    }

    /// Adds a function, or replaces the one with its ARN.
    pub(super) fn put_function(&mut self, function: Function) {
        self.remove_url(&function.arn);
        if let Some(url) = &function.url {
            self.urls.insert(url.id.clone(), function.arn.clone());
        }
        self.functions.insert(function.arn.clone(), Arc::new(function));
    }

    /// Changes a function and updates the index of URLs. `None` if the function doesn't exist.
    pub(super) fn change_function<T>(
        &mut self,
        arn: &str,
        change: impl FnOnce(&mut Function) -> T,
    ) -> Option<T> {
        self.remove_url(arn);
        let function = Arc::make_mut(self.functions.get_mut(arn)?);
        let result = change(function);
        if let Some(url) = &function.url {
            self.urls.insert(url.id.clone(), arn.to_owned());
        }
        Some(result)
    }

    pub(super) fn remove_function(&mut self, arn: &str) {
        self.remove_url(arn);
        self.functions.remove(arn);
    }

    fn remove_url(&mut self, arn: &str) {
        if let Some(url) = self.functions.get(arn).and_then(|function| function.url.as_ref()) {
            self.urls.remove(&url.id);
        }
    }
}
