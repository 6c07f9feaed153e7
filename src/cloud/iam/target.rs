//! What an action acts on: its ARN for the policies, and its name for messages.

use super::IamRequest;
use crate::cloud::caller::Who;
use crate::cloud::query::Error;
use crate::cloud::state::{Account, Grants, Provider, State, Tags};

/// What an action acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    User,
    NewUser,
    AnyUser,
    Group,
    NewGroup,
    AnyGroup,
    Role,
    NewRole,
    AnyRole,
    Policy,
    NewPolicy,
    AnyPolicy,
    Device,
    NewDevice,
    AnyDevice,
    Provider,
    NewProvider,
    AnyProvider,
    /// The principal of a simulation.
    Source,
    Anything,
}

impl Target {
    /// The resource's ARN, and how AWS's messages name it.
    pub(super) fn resource(self, state: &State, request: &IamRequest<'_>) -> (String, String) {
        let own;
        let account = match state.account(request.who.account()) {
            Some(account) => account,
            None => {
                own = Account { id: request.who.account().to_owned(), ..Account::default() };
                &own
            }
        };
        let name = |parameter: &str| request.params.get(parameter).unwrap_or_default();
        let path = name("Path");
        let path = if path.is_empty() { "/" } else { path };
        let named = |kind: &str, name: &str, known: Option<&String>| {
            (known.cloned().unwrap_or_else(|| account.arn(kind, path, name)), format!("{kind} {name}"))
        };
        let any = |kind: &str| {
            let prefix = name("PathPrefix");
            let arn = account.arn(kind, if prefix.is_empty() { "/" } else { prefix }, "");
            (arn.clone(), arn)
        };
        match self {
            Self::User | Self::NewUser => {
                let user = match (request.params.get("UserName"), &request.who.who) {
                    (None, Who::User(own)) => own,
                    (given, _) => given.unwrap_or_default(),
                };
                named("user", user, account.users.get(user).map(|user| &user.arn))
            }
            Self::Group | Self::NewGroup => {
                let group = name("GroupName");
                named("group", group, account.groups.get(group).map(|group| &group.arn))
            }
            Self::Role | Self::NewRole => {
                let role = name("RoleName");
                named("role", role, account.roles.get(role).map(|role| &role.arn))
            }
            Self::NewPolicy => {
                let policy = name("PolicyName");
                named("policy", policy, account.policies.get(policy).map(|policy| &policy.arn))
            }
            Self::NewDevice => named("mfa", name("VirtualMFADeviceName"), None),
            Self::Device => (name("SerialNumber").to_owned(), name("SerialNumber").to_owned()),
            Self::NewProvider => {
                let arn =
                    account.arn("oidc-provider", "/", Provider::name_of(name("Url")).unwrap_or(name("Url")));
                (arn.clone(), arn)
            }
            Self::Provider => {
                (name("OpenIDConnectProviderArn").to_owned(), name("OpenIDConnectProviderArn").to_owned())
            }
            Self::Policy => (name("PolicyArn").to_owned(), format!("policy {}", name("PolicyArn"))),
            Self::Source => (name("PolicySourceArn").to_owned(), name("PolicySourceArn").to_owned()),
            Self::AnyUser => any("user"),
            Self::AnyGroup => any("group"),
            Self::AnyRole => any("role"),
            Self::AnyPolicy => any("policy"),
            Self::AnyDevice => any("mfa"),
            Self::AnyProvider => any("oidc-provider"),
            Self::Anything => ("*".to_owned(), "*".to_owned()),
        }
    }
}

impl Target {
    /// The tags of the resource.
    pub(super) fn tags<'s>(self, state: &'s State, request: &IamRequest<'_>) -> Option<&'s Tags> {
        let account = state.account(request.who.account())?;
        match self {
            Self::User => account.users.get(request.user_name().ok()?).map(|user| &user.tags),
            Self::Role => account.roles.get(request.params.get("RoleName")?).map(|role| &role.tags),
            Self::Policy => account.managed(request.params.get("PolicyArn")?).map(|policy| &policy.tags),
            Self::NewUser
            | Self::AnyUser
            | Self::Group
            | Self::NewGroup
            | Self::AnyGroup
            | Self::NewRole
            | Self::AnyRole
            | Self::NewPolicy
            | Self::AnyPolicy
            | Self::Device
            | Self::NewDevice
            | Self::AnyDevice
            | Self::Provider
            | Self::NewProvider
            | Self::AnyProvider
            | Self::Source
            | Self::Anything => None,
        }
    }
}

/// A user, group or role in the parameters, for actions that work on all three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Principal<'a> {
    User(&'a str),
    Group(&'a str),
    Role(&'a str),
}

impl<'a> Principal<'a> {
    pub(super) fn of(request: &'a IamRequest<'_>) -> Result<Self, Error> {
        if let Some(name) = request.params.get("RoleName") {
            return Ok(Self::Role(name));
        }
        if let Some(name) = request.params.get("GroupName") {
            return Ok(Self::Group(name));
        }
        request.params.required("UserName", "userName").map(Self::User)
    }

    /// `user`, `group` or `role`.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        }
    }

    /// `UserName`, `GroupName` or `RoleName`.
    pub(super) fn parameter(self) -> &'static str {
        match self {
            Self::User(_) => "UserName",
            Self::Group(_) => "GroupName",
            Self::Role(_) => "RoleName",
        }
    }

    pub(super) fn name(self) -> &'a str {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => name,
        }
    }

    /// The most characters of its inline policies together.
    pub(super) fn max_policy_characters(self) -> usize {
        match self {
            Self::User(_) => 2048,
            Self::Group(_) => 5120,
            Self::Role(_) => 10_240,
        }
    }

    pub(super) fn missing(self) -> Error {
        super::no_such(format!("The {} with name {} cannot be found.", self.kind(), self.name()))
    }

    pub(super) fn grants(self, account: &Account) -> Result<&Grants, Error> {
        match self {
            Self::User(name) => account.users.get(name).map(|user| &user.grants),
            Self::Group(name) => account.groups.get(name).map(|group| &group.grants),
            Self::Role(name) => account.roles.get(name).map(|role| &role.grants),
        }
        .ok_or_else(|| self.missing())
    }

    pub(super) fn grants_mut(self, account: &mut Account) -> Result<&mut Grants, Error> {
        match self {
            Self::User(name) => account.users.get_mut(name).map(|user| &mut user.grants),
            Self::Group(name) => account.groups.get_mut(name).map(|group| &mut group.grants),
            Self::Role(name) => account.roles.get_mut(name).map(|role| &mut role.grants),
        }
        .ok_or_else(|| self.missing())
    }

    pub(super) fn tags(self, account: &Account) -> Result<&Tags, Error> {
        match self {
            Self::User(name) => account.users.get(name).map(|user| &user.tags),
            Self::Role(name) => account.roles.get(name).map(|role| &role.tags),
            Self::Group(_) => None,
        }
        .ok_or_else(|| self.missing())
    }

    pub(super) fn tags_mut(self, account: &mut Account) -> Result<&mut Tags, Error> {
        match self {
            Self::User(name) => account.users.get_mut(name).map(|user| &mut user.tags),
            Self::Role(name) => account.roles.get_mut(name).map(|role| &mut role.tags),
            Self::Group(_) => None,
        }
        .ok_or_else(|| self.missing())
    }

    pub(super) fn boundary_mut(self, account: &mut Account) -> Result<&mut Option<String>, Error> {
        match self {
            Self::User(name) => account.users.get_mut(name).map(|user| &mut user.boundary),
            Self::Role(name) => account.roles.get_mut(name).map(|role| &mut role.boundary),
            Self::Group(_) => None,
        }
        .ok_or_else(|| self.missing())
    }
}
