//! What the account holds: users, keys, policies, sessions and one function.
//!
//! Owns look-ups and changes. Refuses to judge and to answer.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::info::{UserInfo, Users};
use super::random::Random;
use crate::core::credential::Secret;
use crate::core::iam::{Caller, Kind, Malformed, Policy};

/// Sessions that are remembered; beyond, the one that expires first is forgotten.
const MOST_SESSIONS: usize = 10_000;

/// One account in one region.
pub(super) struct State {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) users: BTreeMap<String, User>,
    sessions: BTreeMap<String, Session>,
    pub(super) function: Function,
    pub(super) random: Random,
}

/// A user with one pair of long-term keys.
pub(super) struct User {
    /// `AIDA…`
    pub(super) id: String,
    pub(super) caller: Caller,
    pub(super) access_key: String,
    pub(super) secret_key: Secret,
    /// Inline policies by name.
    pub(super) policies: BTreeMap<String, Document>,
}

/// A policy as written, and as understood.
pub(super) struct Document {
    pub(super) text: String,
    pub(super) policy: Policy,
}

/// Temporary keys of a user.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) user: String,
    pub(super) secret_key: Secret,
    pub(super) token: Secret,
    pub(super) expires_at: SystemTime,
}

/// What an access key id stands for.
pub(super) enum Key<'a> {
    LongTerm { user: &'a str, secret_key: &'a Secret },
    Temporary(&'a Session),
}

/// The function, its URL and its resource policy.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) arn: String,
    /// The first label of its URL's host.
    pub(super) url_id: String,
    /// Statements of the resource policy, in order, each under its id.
    statements: Vec<(String, Value)>,
    /// The same, understood; `None` while there is no statement.
    policy: Option<Policy>,
    /// Changes with the policy.
    pub(super) revision: String,
}

impl State {
    /// An account in its first state, and what its users sign with.
    pub(super) fn new(mut random: Random) -> (Self, Users) {
        let (account, region, function) = ("123456789012", "us-east-1", "hello");
        let mut admin = User::new("admin", account, &mut random);
        let alice = User::new("alice", account, &mut random);
        admin.policies.extend(everything().map(|document| ("AdministratorAccess".to_owned(), document)));
        let keys = Users { admin: admin.info(), alice: alice.info() };
        let function = Function {
            name: function.to_owned(),
            arn: format!("arn:aws:lambda:{region}:{account}:function:{function}"),
            url_id: "demo".to_owned(),
            statements: Vec::new(),
            policy: None,
            revision: random.uuid(),
        };
        let state = Self {
            account: account.to_owned(),
            region: region.to_owned(),
            users: [("admin".to_owned(), admin), ("alice".to_owned(), alice)].into(),
            sessions: BTreeMap::new(),
            function,
            random,
        };
        (state, keys)
    }

    /// What an access key id stands for.
    pub(super) fn key(&self, access_key: &str) -> Option<Key<'_>> {
        if let Some(session) = self.sessions.get(access_key) {
            return Some(Key::Temporary(session));
        }
        let (name, user) = self.users.iter().find(|(_, user)| user.access_key == access_key)?;
        Some(Key::LongTerm { user: name, secret_key: &user.secret_key })
    }

    /// Mints temporary keys for a user: the access key id and the rest.
    pub(super) fn mint(&mut self, user: &str, now: SystemTime, life: Duration) -> (String, Session) {
        if self.sessions.len() >= MOST_SESSIONS {
            let first = self.sessions.iter().min_by_key(|(_, s)| s.expires_at).map(|(key, _)| key.clone());
            first.and_then(|key| self.sessions.remove(&key));
        }
        let session = Session {
            user: user.to_owned(),
            secret_key: Secret::new(self.random.secret()),
            token: Secret::new(self.random.token()),
            // Whole seconds, as the answer says it.
            expires_at: whole_seconds(now + life),
        };
        let access_key = self.random.id("ASIA");
        self.sessions.insert(access_key.clone(), session.clone());
        (access_key, session)
    }
}

/// The policy that allows everything.
fn everything() -> Option<Document> {
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let policy = Policy::parse(text, Kind::Identity).ok()?;
    Some(Document { text: text.to_owned(), policy })
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

impl User {
    fn new(name: &str, account: &str, random: &mut Random) -> Self {
        let id = random.id("AIDA");
        Self {
            id: id.clone(),
            caller: Caller::User {
                arn: format!("arn:aws:iam::{account}:user/{name}"),
                id,
                account: account.to_owned(),
                tags: Vec::new(),
            },
            access_key: random.id("AKIA"),
            secret_key: Secret::new(random.secret()),
            policies: BTreeMap::new(),
        }
    }

    fn info(&self) -> UserInfo {
        UserInfo {
            arn: self.caller.name().to_owned(),
            access_key_id: self.access_key.clone(),
            secret_access_key: self.secret_key.clone(),
        }
    }
}

impl Function {
    pub(super) fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    /// The resource policy as JSON; `None` while there is no statement.
    pub(super) fn document(&self) -> Option<Value> {
        document(&self.statements)
    }

    pub(super) fn has_statement(&self, sid: &str) -> bool {
        self.statements.iter().any(|(known, _)| known == sid)
    }

    /// Adds a statement, unless the policy would then be malformed.
    pub(super) fn add(&mut self, sid: &str, statement: Value, random: &mut Random) -> Result<(), Malformed> {
        let mut statements = self.statements.clone();
        statements.push((sid.to_owned(), statement));
        self.replace(statements, random)
    }

    /// Removes a statement; false if there is none of this id.
    pub(super) fn remove(&mut self, sid: &str, random: &mut Random) -> Result<bool, Malformed> {
        let mut statements = self.statements.clone();
        statements.retain(|(known, _)| known != sid);
        let removed = statements.len() < self.statements.len();
        if removed {
            self.replace(statements, random)?;
        }
        Ok(removed)
    }

    fn replace(&mut self, statements: Vec<(String, Value)>, random: &mut Random) -> Result<(), Malformed> {
        self.policy = match document(&statements) {
            Some(document) => Some(Policy::parse(&document.to_string(), Kind::Resource)?),
            None => None,
        };
        self.statements = statements;
        self.revision = random.uuid();
        Ok(())
    }
}

fn document(statements: &[(String, Value)]) -> Option<Value> {
    if statements.is_empty() {
        return None;
    }
    let statements: Vec<&Value> = statements.iter().map(|(_, statement)| statement).collect();
    Some(json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements }))
}
