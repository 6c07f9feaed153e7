//! An account: users, groups, roles, managed policies, identity providers, SCPs.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::mfa::MfaDevice;
use super::names::Names;
use super::policy::{Document, aws_managed};
use super::{seconds, secret};
use crate::cloud::random::Random;
use crate::core::credential::Secret;

/// The limits of how long sessions of a role may last, in seconds, which each role sets.
pub(crate) const MAX_SESSION_SECONDS: RangeInclusive<u64> = 3600..=43_200;

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// One account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    /// 12 digits.
    pub(crate) id: String,
    /// Keys of the root user.
    #[serde(default)]
    pub(crate) keys: Vec<AccessKey>,
    #[serde(default)]
    pub(crate) users: Names<User>,
    #[serde(default)]
    pub(crate) groups: Names<Group>,
    #[serde(default)]
    pub(crate) roles: Names<Role>,
    /// Customer managed policies by name.
    #[serde(default)]
    pub(crate) policies: Names<ManagedPolicy>,
    /// OpenID Connect providers by URL without its scheme.
    #[serde(default)]
    pub(crate) providers: BTreeMap<String, Provider>,
    /// MFA devices by serial number.
    #[serde(default)]
    pub(crate) devices: BTreeMap<String, MfaDevice>,
    /// Service control policies, by name. Without any, everything is allowed.
    #[serde(default)]
    pub(crate) scps: BTreeMap<String, Document>,
}

/// The path and name of a resource of IAM.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IamName<'a> {
    /// Begins and ends with `/`.
    pub(crate) path: &'a str,
    pub(crate) name: &'a str,
}

/// The policies of a user, a group or a role.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Grants {
    /// Inline policies by name.
    #[serde(default)]
    pub(crate) inline: BTreeMap<String, Document>,
    /// ARNs of managed policies, in the order in which they were attached.
    #[serde(default)]
    pub(crate) attached: Vec<String>,
}

/// An access key of a user or of the root user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessKey {
    /// `AKIA…`
    pub(crate) id: String,
    #[serde(with = "secret")]
    pub(crate) secret: Secret,
    pub(crate) active: bool,
    #[serde(with = "seconds")]
    pub(crate) created: SystemTime,
}

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    /// Begins and ends with `/`.
    pub(crate) path: String,
    /// `AIDA…`
    pub(crate) id: String,
    pub(crate) arn: String,
    #[serde(with = "seconds")]
    pub(crate) created: SystemTime,
    /// At most two.
    #[serde(default)]
    pub(crate) keys: Vec<AccessKey>,
    pub(crate) grants: Grants,
    /// Names of groups.
    #[serde(default)]
    pub(crate) groups: BTreeSet<String>,
    /// ARN of the managed policy that is the boundary.
    pub(crate) boundary: Option<String>,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) path: String,
    /// `AGPA…`
    pub(crate) id: String,
    pub(crate) arn: String,
    #[serde(with = "seconds")]
    pub(crate) created: SystemTime,
    pub(crate) grants: Grants,
}

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    /// `AROA…`
    pub(crate) id: String,
    pub(crate) arn: String,
    #[serde(with = "seconds")]
    pub(crate) created: SystemTime,
    pub(crate) description: Option<String>,
    /// Who may assume it.
    pub(crate) trust: Document,
    pub(crate) grants: Grants,
    pub(crate) boundary: Option<String>,
    /// Seconds, in [`MAX_SESSION_SECONDS`].
    pub(crate) max_session: u64,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A customer managed policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    pub(crate) name: String,
    pub(crate) path: String,
    /// `ANPA…`
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) description: Option<String>,
    #[serde(with = "seconds")]
    pub(crate) created: SystemTime,
    #[serde(with = "seconds")]
    pub(crate) updated: SystemTime,
    /// Number of the default version.
    pub(crate) default: u32,
    /// At most five, never empty, in ascending order.
    pub(crate) versions: Vec<PolicyVersion>,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// A version of a managed policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PolicyVersion {
    /// 1 for `v1`.
    pub(crate) number: u32,
    #[serde(with = "seconds")]
    pub(crate) created: SystemTime,
    pub(crate) document: Document,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Provider {
    pub(crate) arn: String,
    /// `https://…`: the issuer of its tokens.
    pub(crate) url: String,
    /// Audiences of its tokens.
    pub(crate) audiences: Vec<String>,
    /// Its public keys as a JSON Web Key Set. Without them the signatures of tokens aren't verified.
    pub(crate) keys: Option<String>,
    /// Of its certificates; the cloud stores them and doesn't check them.
    #[serde(default)]
    pub(crate) thumbprints: Vec<String>,
    #[serde(default = "unknown_time", with = "seconds")]
    pub(crate) created: SystemTime,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// When a provider was created, if an earlier cloud saved it without its date.
fn unknown_time() -> SystemTime {
    SystemTime::UNIX_EPOCH
}

impl Provider {
    /// The name of the provider with this URL, as in its ARN: the URL without its scheme. `None` if it
    /// doesn't begin with `https://`, in lower case as issuers write it in tokens.
    pub(crate) fn name_of(url: &str) -> Option<&str> {
        url.strip_prefix("https://").filter(|name| !name.is_empty())
    }

    /// A provider without keys; the URL begins with `https://`.
    pub(crate) fn new(account: &Account, url: &str, audiences: Vec<String>, now: SystemTime) -> Self {
        let name = Self::name_of(url).unwrap_or(url);
        Self {
            arn: account.arn("oidc-provider", "/", name),
            url: url.to_owned(),
            audiences,
            keys: None,
            thumbprints: Vec::new(),
            created: now,
            tags: Tags::new(),
        }
    }
}

impl User {
    pub(crate) fn new(account: &Account, path: &str, name: &str, now: SystemTime, random: &Random) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id: random.id("AIDA"),
            arn: account.arn("user", path, name),
            created: now,
            keys: Vec::new(),
            grants: Grants::default(),
            groups: BTreeSet::new(),
            boundary: None,
            tags: Tags::new(),
        }
    }
}

impl Group {
    pub(crate) fn new(account: &Account, path: &str, name: &str, now: SystemTime, random: &Random) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id: random.id("AGPA"),
            arn: account.arn("group", path, name),
            created: now,
            grants: Grants::default(),
        }
    }
}

impl Role {
    pub(crate) fn new(
        account: &Account,
        IamName { path, name }: IamName<'_>,
        trust: Document,
        now: SystemTime,
        random: &Random,
    ) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id: random.id("AROA"),
            arn: account.arn("role", path, name),
            created: now,
            description: None,
            trust,
            grants: Grants::default(),
            boundary: None,
            max_session: 3600,
            tags: Tags::new(),
        }
    }
}

impl AccessKey {
    /// A new active key.
    pub(crate) fn new(now: SystemTime, random: &Random) -> Self {
        Self { id: random.id("AKIA"), secret: Secret::new(random.secret()), active: true, created: now }
    }
}

impl ManagedPolicy {
    pub(crate) fn new(
        account: &Account,
        IamName { path, name }: IamName<'_>,
        document: Document,
        now: SystemTime,
        random: &Random,
    ) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            id: random.id("ANPA"),
            arn: account.arn("policy", path, name),
            description: None,
            created: now,
            updated: now,
            default: 1,
            versions: vec![PolicyVersion { number: 1, created: now, document }],
            tags: Tags::new(),
        }
    }

    /// The default version.
    pub(crate) fn document(&self) -> Option<&Document> {
        self.versions.iter().find(|version| version.number == self.default).map(|version| &version.document)
    }
}

impl Account {
    /// ARN of an IAM resource of this account.
    pub(crate) fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!("arn:aws:iam::{}:{kind}{path}{name}", self.id)
    }

    /// A customer managed policy by its ARN.
    pub(crate) fn managed(&self, arn: &str) -> Option<&ManagedPolicy> {
        let name = arn.rsplit('/').next()?;
        self.policies.get(name).filter(|policy| policy.arn == arn)
    }

    /// The document of a managed policy, of the account or of AWS, by its ARN.
    pub(crate) fn managed_document(&self, arn: &str) -> Option<&Document> {
        match self.managed(arn) {
            Some(policy) => policy.document(),
            None => aws_managed().get(arn),
        }
    }

    /// Every policy of a user, group or role, with its name or ARN.
    pub(crate) fn granted<'a>(&'a self, grants: &'a Grants) -> impl Iterator<Item = (&'a str, &'a Document)> {
        let inline = grants.inline.iter().map(|(name, document)| (name.as_str(), document));
        let attached = grants.attached.iter();
        inline.chain(attached.filter_map(|arn| Some((arn.as_str(), self.managed_document(arn)?))))
    }

    /// Every identity policy of a user: its own and those of its groups.
    pub(crate) fn granted_to<'a>(&'a self, user: &'a User) -> impl Iterator<Item = (&'a str, &'a Document)> {
        let groups = user.groups.iter().filter_map(|name| self.groups.get(name));
        self.granted(&user.grants).chain(groups.flat_map(|group| self.granted(&group.grants)))
    }

    /// The MFA devices that are enabled for a user, by serial number.
    pub(crate) fn devices_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a MfaDevice> {
        self.devices.values().filter(move |device| device.is_of(user))
    }

    /// How many principals have this managed policy.
    pub(crate) fn attachments(&self, arn: &str) -> usize {
        let users = self.users.values().map(|user| &user.grants);
        let groups = self.groups.values().map(|group| &group.grants);
        let roles = self.roles.values().map(|role| &role.grants);
        let has = |grants: &&Grants| grants.attached.iter().any(|attached| attached == arn);
        users.chain(groups).chain(roles).filter(has).count()
    }
}
