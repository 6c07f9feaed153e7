//! The shapes of `cloud.toml`, as serde reads them. What is checked later keeps its location.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use crate::cloud::state::{AuthType, Builtin, InvokeMode};

/// The default region.
pub(super) const REGION: &str = "us-east-1";

type Text = Spanned<String>;
type Documents = BTreeMap<String, Text>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) listen: Option<Text>,
    pub(super) port: Option<u16>,
    pub(super) state: Option<PathBuf>,
    pub(super) log: Option<bool>,
    pub(super) region: Option<Text>,
    pub(super) regions: Option<Vec<Text>>,
    pub(super) function_url_actions: Option<Actions>,
    pub(super) clock: Option<Clock>,
    pub(super) instance: Option<Instance>,
    pub(super) container: Option<Container>,
    pub(super) sso: Option<Sso>,
    pub(super) signin: Option<SignIn>,
    #[serde(default)]
    pub(super) accounts: Vec<Account>,
    #[serde(default)]
    pub(super) functions: Vec<Function>,
}

/// Which actions a function URL requires.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Actions {
    Both,
    UrlOnly,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    pub(super) now: Option<Text>,
    pub(super) frozen: Option<bool>,
    pub(super) advance_seconds: Option<Spanned<i64>>,
    pub(super) skew_seconds: Option<Spanned<i64>>,
}

/// Whose credentials the instance metadata service gives out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instance {
    pub(super) role: Text,
    pub(super) account: Option<Text>,
    pub(super) lifetime_seconds: Option<Spanned<u64>>,
}

/// Whose credentials a container's endpoint gives out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Container {
    pub(super) role: Text,
    pub(super) account: Option<Text>,
    pub(super) lifetime_seconds: Option<Spanned<u64>>,
    pub(super) authorization_token: Option<Text>,
}

/// Who logs in by AWS Sign-In.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    pub(super) user: Text,
    pub(super) account: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sso {
    pub(super) start_url: Option<Text>,
    pub(super) user: Option<Text>,
    #[serde(default)]
    pub(super) assignments: Vec<Assignment>,
}

/// A role that a login leads to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignment {
    pub(super) role: Text,
    pub(super) account: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) id: Text,
    /// Service control policies by name.
    #[serde(default)]
    pub(super) scps: Documents,
    pub(super) root: Option<Root>,
    #[serde(default)]
    pub(super) policies: Vec<ManagedPolicy>,
    #[serde(default)]
    pub(super) groups: Vec<Group>,
    #[serde(default)]
    pub(super) users: Vec<User>,
    #[serde(default)]
    pub(super) roles: Vec<Role>,
    #[serde(default)]
    pub(super) providers: Vec<Provider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Root {
    #[serde(default)]
    pub(super) keys: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    pub(super) access_key: Option<Text>,
    pub(super) secret_key: Option<Text>,
    pub(super) active: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ManagedPolicy {
    pub(super) name: Text,
    pub(super) path: Option<Text>,
    pub(super) description: Option<String>,
    pub(super) document: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) name: Text,
    pub(super) path: Option<Text>,
    #[serde(default)]
    pub(super) policies: Documents,
    #[serde(default)]
    pub(super) attached: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) name: Text,
    pub(super) path: Option<Text>,
    pub(super) keys: Option<Vec<Spanned<Key>>>,
    #[serde(default)]
    pub(super) policies: Documents,
    #[serde(default)]
    pub(super) attached: Vec<Text>,
    #[serde(default)]
    pub(super) groups: Vec<Text>,
    pub(super) boundary: Option<Text>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    pub(super) mfa: Option<Spanned<Mfa>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mfa {
    pub(super) serial: Option<Text>,
    pub(super) code: Option<Text>,
    pub(super) seed: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub(super) name: Text,
    pub(super) path: Option<Text>,
    pub(super) description: Option<String>,
    pub(super) trust: Text,
    #[serde(default)]
    pub(super) policies: Documents,
    #[serde(default)]
    pub(super) attached: Vec<Text>,
    pub(super) boundary: Option<Text>,
    pub(super) max_session_seconds: Option<Spanned<u64>>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) url: Text,
    pub(super) audiences: Vec<String>,
    pub(super) jwks: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Function {
    pub(super) name: Text,
    pub(super) account: Option<Text>,
    pub(super) region: Option<Text>,
    pub(super) handler: Option<Builtin>,
    pub(super) program: Option<Spanned<Vec<String>>>,
    pub(super) runtime: Option<Spanned<Vec<String>>>,
    pub(super) proxy: Option<Text>,
    pub(super) directory: Option<PathBuf>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    pub(super) timeout_seconds: Option<Spanned<u64>>,
    pub(super) reserved_concurrency: Option<u32>,
    /// Resource policy.
    pub(super) policy: Option<Text>,
    pub(super) url: Option<Url>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Url {
    pub(super) off: Option<bool>,
    pub(super) id: Option<Text>,
    pub(super) auth_type: Option<AuthType>,
    pub(super) invoke_mode: Option<InvokeMode>,
    pub(super) cors: Option<Cors>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cors {
    pub(super) allow_credentials: Option<bool>,
    pub(super) allow_headers: Option<Vec<String>>,
    pub(super) allow_methods: Option<Vec<String>>,
    pub(super) allow_origins: Option<Vec<String>>,
    pub(super) expose_headers: Option<Vec<String>>,
    pub(super) max_age: Option<Spanned<u32>>,
}
