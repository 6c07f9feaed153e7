//! How to reach a running cloud: the line that `demo --serve` or `cloud` prints.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::problem::Problem;
use super::state::{AccessKey, Account, Function, MachineKind, State, User};
use crate::core::credential::Secret;
use crate::core::local_cloud;

/// Where a cloud is, what is in it and who may use it. As JSON it contains the users'
/// secrets; its `Debug` doesn't.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// `http://127.0.0.1:PORT`: STS, IAM and Lambda.
    pub endpoint: String,
    /// Region of the scope that signatures must have.
    pub region: String,
    /// Account id, 12 digits.
    pub account: String,
    /// The function URL, without a trailing slash.
    pub function_url: String,
    /// The same function for clients that can't resolve `*.localhost`, without a trailing slash.
    pub function_url_path: String,
    /// ARN of the function.
    pub function_arn: String,
    /// The users.
    pub users: Users,
}

/// The users of the demo.
#[derive(Clone, Debug, Serialize)]
pub struct Users {
    /// May call everything.
    pub admin: UserInfo,
    /// Has no permissions at first.
    pub alice: UserInfo,
}

/// A user and its long-term keys.
#[derive(Clone, Debug, Serialize)]
pub struct UserInfo {
    /// ARN.
    pub arn: String,
    /// `AKIA…`
    pub access_key_id: String,
    /// The secret access key.
    #[serde(serialize_with = "exposed")]
    pub secret_access_key: Secret,
}

fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

impl Info {
    pub(super) fn new(function: &Function, users: Users, port: u16) -> Self {
        let endpoint = format!("http://127.0.0.1:{port}");
        let id = function.url.as_ref().map_or("", |url| &url.id);
        Self {
            region: function.region.clone(),
            account: function.account.clone(),
            function_url: format!("http://{id}.lambda-url.{}.localhost:{port}", function.region),
            function_url_path: format!("{endpoint}{}", local_cloud::function_url_path(id)),
            function_arn: function.arn.clone(),
            users,
            endpoint,
        }
    }
}

/// Where a cloud is and what is in it: the line that `signpost cloud` prints. As JSON it
/// contains secrets; its `Debug` doesn't.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// `http://ADDRESS:PORT`: STS, IAM and Lambda.
    pub endpoint: String,
    /// The default region.
    pub region: String,
    /// In the order of their ids.
    pub accounts: Vec<AccountInfo>,
    /// In the order of their ARNs.
    pub functions: Vec<FunctionInfo>,
    /// For `AWS_EC2_METADATA_SERVICE_ENDPOINT`, if an instance is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_metadata: Option<String>,
    /// For `AWS_CONTAINER_CREDENTIALS_FULL_URI`, if a container is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_credentials: Option<String>,
    #[serde(skip)]
    unverified: Vec<String>,
    #[serde(skip)]
    pub(super) missing_roles: Vec<Problem>,
}

/// An account, with the users whose keys were generated.
#[derive(Clone, Debug, Serialize)]
pub struct AccountInfo {
    /// 12 digits.
    pub account: String,
    /// Users by name, each with the first of its keys that isn't in `cloud.toml`.
    pub users: BTreeMap<String, UserInfo>,
}

/// A function and its URLs.
#[derive(Clone, Debug, Serialize)]
pub struct FunctionInfo {
    /// Its name.
    pub function_name: String,
    /// ARN.
    pub function_arn: String,
    /// The function URL, without a trailing slash; `None` if the function has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_url: Option<String>,
    /// The same for clients that can't resolve `*.localhost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_url_path: Option<String>,
    /// `AWS_IAM` or `NONE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_type: Option<&'static str>,
}

impl Listing {
    /// `declared` are access keys from `cloud.toml`, which are left out.
    pub(super) fn new(state: &State, declared: &BTreeSet<String>, address: SocketAddr) -> Self {
        let endpoint = format!("http://{address}");
        let function = |function: &Arc<Function>| {
            let url = function.url.as_ref();
            let host =
                |id| format!("http://{id}.lambda-url.{}.localhost:{}", function.region, address.port());
            FunctionInfo {
                function_name: function.name.clone(),
                function_arn: function.arn.clone(),
                function_url: url.map(|url| host(&url.id)),
                function_url_path: url
                    .map(|url| format!("{endpoint}{}", local_cloud::function_url_path(&url.id))),
                auth_type: url.map(|url| url.auth_type.as_str()),
            }
        };
        let user = |user: &User| {
            let key = user.keys.iter().find(|key| !declared.contains(&key.id))?;
            Some((user.name.clone(), UserInfo::new(user, key)))
        };
        let account = |account: &Account| AccountInfo {
            account: account.id.clone(),
            users: account.users.values().filter_map(user).collect(),
        };
        Self {
            region: state.region.clone(),
            accounts: state.accounts.values().map(account).collect(),
            functions: state.functions().map(function).collect(),
            instance_metadata: state.machine(MachineKind::Instance).map(|_| endpoint.clone()),
            container_credentials: state
                .machine(MachineKind::Container)
                .map(|_| format!("{endpoint}{}", local_cloud::CONTAINER_PATH)),
            unverified: state
                .accounts
                .values()
                .flat_map(|account| account.providers.values())
                .filter(|provider| provider.keys.is_none())
                .map(|provider| provider.url.clone())
                .collect(),
            missing_roles: Vec::new(),
            endpoint,
        }
    }
}

impl Listing {
    /// Identity providers whose tokens are accepted without verifying the signature, because their
    /// keys aren't declared.
    pub fn unverified(&self) -> &[String] {
        &self.unverified
    }

    /// Roles that the configuration names and the state folder doesn't have: what would give their
    /// credentials gives none.
    pub fn missing_roles(&self) -> &[Problem] {
        &self.missing_roles
    }
}

impl UserInfo {
    pub(super) fn new(user: &User, key: &AccessKey) -> Self {
        Self { arn: user.arn.clone(), access_key_id: key.id.clone(), secret_access_key: key.secret.clone() }
    }
}
