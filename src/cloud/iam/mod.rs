//! IAM: users, groups, roles, keys and policies, and the simulation of policies.
//!
//! Owns the table of actions, what each acts on, and how each is authorised. An action is a row of
//! the table and a function in the file of its group.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/>

mod attach;
mod boundary;
mod groups;
mod inline;
mod keys;
mod managed;
mod mfa;
mod page;
mod providers;
mod roles;
mod simulate;
mod tagging;
mod tags;
mod target;
mod users;
mod versions;

use std::time::SystemTime;

use super::authenticate::Refusal;
use super::authorise::{self, AccessCheck, denied};
use super::caller::{Authenticated, Who};
use super::query::{Error, IAM, Params, Xml, not_implemented, success};
use super::random::Random;
use super::reply::Reply;
use super::request::Call;
use super::state::{Account, State, Store, fits_name, fits_path};

use target::Target;

/// The content of `<ActionResult>`, if the action has one.
type ActionResult = Result<Option<Xml>, Error>;

/// One call.
struct IamRequest<'a> {
    params: &'a Params,
    who: &'a Authenticated,
    now: SystemTime,
    random: &'a Random,
}

#[derive(Clone, Copy)]
enum Run {
    Read(fn(&State, &IamRequest<'_>) -> ActionResult),
    Write(fn(&mut State, &IamRequest<'_>) -> ActionResult),
}

/// An action: its name, what it acts on, and what it does.
struct Action(&'static str, Target, Run);

/// Every implemented action.
const ACTIONS: &[Action] = {
    use Run::{Read, Write};
    use Target::{
        AnyDevice, AnyGroup, AnyPolicy, AnyProvider, AnyRole, AnyUser, Anything, Device, Group, NewDevice,
        NewGroup, NewPolicy, NewProvider, NewRole, NewUser, Policy, Provider, Role, Source, User,
    };
    &[
        Action("AddClientIDToOpenIDConnectProvider", Provider, Write(providers::add_client_id)),
        Action("AddUserToGroup", Group, Write(groups::add_user)),
        Action("AttachGroupPolicy", Group, Write(attach::attach)),
        Action("AttachRolePolicy", Role, Write(attach::attach)),
        Action("AttachUserPolicy", User, Write(attach::attach)),
        Action("CreateAccessKey", User, Write(keys::create)),
        Action("CreateGroup", NewGroup, Write(groups::create)),
        Action("CreateOpenIDConnectProvider", NewProvider, Write(providers::create)),
        Action("CreatePolicy", NewPolicy, Write(managed::create)),
        Action("CreatePolicyVersion", Policy, Write(versions::create)),
        Action("CreateRole", NewRole, Write(roles::create)),
        Action("CreateUser", NewUser, Write(users::create)),
        Action("CreateVirtualMFADevice", NewDevice, Write(mfa::create)),
        Action("DeactivateMFADevice", User, Write(mfa::deactivate)),
        Action("DeleteAccessKey", User, Write(keys::delete)),
        Action("DeleteGroup", Group, Write(groups::delete)),
        Action("DeleteGroupPolicy", Group, Write(inline::delete)),
        Action("DeleteOpenIDConnectProvider", Provider, Write(providers::delete)),
        Action("DeletePolicy", Policy, Write(managed::delete)),
        Action("DeletePolicyVersion", Policy, Write(versions::delete)),
        Action("DeleteRole", Role, Write(roles::delete)),
        Action("DeleteRolePermissionsBoundary", Role, Write(boundary::delete)),
        Action("DeleteRolePolicy", Role, Write(inline::delete)),
        Action("DeleteUser", User, Write(users::delete)),
        Action("DeleteUserPermissionsBoundary", User, Write(boundary::delete)),
        Action("DeleteUserPolicy", User, Write(inline::delete)),
        Action("DeleteVirtualMFADevice", Device, Write(mfa::delete)),
        Action("DetachGroupPolicy", Group, Write(attach::detach)),
        Action("DetachRolePolicy", Role, Write(attach::detach)),
        Action("DetachUserPolicy", User, Write(attach::detach)),
        Action("EnableMFADevice", User, Write(mfa::enable)),
        Action("GetGroup", Group, Read(groups::get)),
        Action("GetGroupPolicy", Group, Read(inline::get)),
        Action("GetOpenIDConnectProvider", Provider, Read(providers::get)),
        Action("GetPolicy", Policy, Read(managed::get)),
        Action("GetPolicyVersion", Policy, Read(versions::get)),
        Action("GetRole", Role, Read(roles::get)),
        Action("GetRolePolicy", Role, Read(inline::get)),
        Action("GetUser", User, Read(users::get)),
        Action("GetUserPolicy", User, Read(inline::get)),
        Action("ListAccessKeys", User, Read(keys::list)),
        Action("ListAttachedGroupPolicies", Group, Read(attach::list)),
        Action("ListAttachedRolePolicies", Role, Read(attach::list)),
        Action("ListAttachedUserPolicies", User, Read(attach::list)),
        Action("ListEntitiesForPolicy", Policy, Read(managed::entities)),
        Action("ListGroupPolicies", Group, Read(inline::list)),
        Action("ListGroups", AnyGroup, Read(groups::list)),
        Action("ListGroupsForUser", User, Read(groups::of_user)),
        Action("ListInstanceProfilesForRole", Role, Read(roles::instance_profiles)),
        Action("ListMFADevices", User, Read(mfa::list)),
        Action("ListOpenIDConnectProviders", AnyProvider, Read(providers::list)),
        Action("ListPolicies", AnyPolicy, Read(managed::list)),
        Action("ListPolicyTags", Policy, Read(tagging::list)),
        Action("ListPolicyVersions", Policy, Read(versions::list)),
        Action("ListRolePolicies", Role, Read(inline::list)),
        Action("ListRoleTags", Role, Read(tagging::list)),
        Action("ListRoles", AnyRole, Read(roles::list)),
        Action("ListUserPolicies", User, Read(inline::list)),
        Action("ListUserTags", User, Read(tagging::list)),
        Action("ListUsers", AnyUser, Read(users::list)),
        Action("ListVirtualMFADevices", AnyDevice, Read(mfa::list_virtual)),
        Action("PutGroupPolicy", Group, Write(inline::put)),
        Action("PutRolePermissionsBoundary", Role, Write(boundary::put)),
        Action("PutRolePolicy", Role, Write(inline::put)),
        Action("PutUserPermissionsBoundary", User, Write(boundary::put)),
        Action("PutUserPolicy", User, Write(inline::put)),
        Action("RemoveClientIDFromOpenIDConnectProvider", Provider, Write(providers::remove_client_id)),
        Action("RemoveUserFromGroup", Group, Write(groups::remove_user)),
        Action("ResyncMFADevice", User, Write(mfa::resync)),
        Action("SetDefaultPolicyVersion", Policy, Write(versions::set_default)),
        Action("SimulateCustomPolicy", Anything, Read(simulate::custom)),
        Action("SimulatePrincipalPolicy", Source, Read(simulate::principal)),
        Action("TagPolicy", Policy, Write(tagging::tag)),
        Action("TagRole", Role, Write(tagging::tag)),
        Action("TagUser", User, Write(tagging::tag)),
        Action("UntagPolicy", Policy, Write(tagging::untag)),
        Action("UntagRole", Role, Write(tagging::untag)),
        Action("UntagUser", User, Write(tagging::untag)),
        Action("UpdateAccessKey", User, Write(keys::update)),
        Action("UpdateAssumeRolePolicy", Role, Write(roles::update_trust)),
        Action("UpdateGroup", Group, Write(groups::update)),
        Action("UpdateOpenIDConnectProviderThumbprint", Provider, Write(providers::update_thumbprints)),
        Action("UpdateRole", Role, Write(roles::update)),
        Action("UpdateRoleDescription", Role, Write(roles::update_description)),
        Action("UpdateUser", User, Write(users::update)),
    ]
};

pub(super) fn answer(store: &Store, call: &Call, who: &Authenticated) -> Result<Reply, Error> {
    check_session(who)?;
    let params = Params::read(call);
    let name = params.action(IAM)?;
    let Some(Action(name, target, run)) = ACTIONS.iter().find(|action| action.0 == name) else {
        let known: Vec<_> = ACTIONS.iter().map(|action| action.0).collect();
        return Err(not_implemented(IAM, name, &known));
    };
    let request = IamRequest { params: &params, who, now: call.now, random: &store.random };
    let result = match run {
        Run::Read(read) => {
            let state = store.read();
            authorise(&state, call, &request, name, *target)?;
            read(&state, &request)?
        }
        Run::Write(write) => store.change(|state| {
            authorise(state, call, &request, name, *target)?;
            write(state, &request)
        })?,
    };
    Ok(success(IAM, call, name, result.map(Xml::finish).as_deref()))
}

/// Keys of GetSessionToken without MFA and keys of GetFederationToken can't use IAM.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html>
fn check_session(who: &Authenticated) -> Result<(), Error> {
    let barred = match (&who.who, &who.session) {
        (Who::Federated(_), _) => true,
        (Who::User(_) | Who::Root, Some(session)) => session.mfa.is_none(),
        (Who::User(_) | Who::Root, None) | (Who::Role(_), _) => false,
    };
    if barred { Err(Error::new(403, "InvalidClientTokenId", Refusal::UNKNOWN_KEY)) } else { Ok(()) }
}

fn authorise(
    state: &State,
    call: &Call,
    request: &IamRequest<'_>,
    name: &str,
    target: Target,
) -> Result<(), Error> {
    let action = format!("iam:{name}");
    let (resource, shown) = target.resource(state, request);
    let mut context =
        authorise::with_tags(authorise::context(call, request.who), &tags::given(request.params));
    for (key, parameter) in
        [("iam:PolicyARN", "PolicyArn"), ("iam:PermissionsBoundary", "PermissionsBoundary")]
    {
        if let Some(value) = request.params.get(parameter) {
            context = context.with(key, value.to_owned());
        }
    }
    for (key, value) in target.tags(state, request).into_iter().flatten() {
        context = context
            .with(format!("aws:ResourceTag/{key}"), value.clone())
            .with(format!("iam:ResourceTag/{key}"), value.clone());
    }
    let check = AccessCheck { action: &action, resource: &resource, context: &context, policy: None };
    let decision = check.decide(state, request.who, &call.journal);
    if decision.allowed() {
        return Ok(());
    }
    Err(Error::new(403, "AccessDenied", denied(request.who, &action, &shown, decision)))
}

impl IamRequest<'_> {
    fn account<'s>(&self, state: &'s State) -> Result<&'s Account, Error> {
        state.account(self.who.account()).ok_or_else(|| no_such("The account cannot be found."))
    }

    fn account_mut<'s>(&self, state: &'s mut State) -> Result<&'s mut Account, Error> {
        state.accounts.get_mut(self.who.account()).ok_or_else(|| no_such("The account cannot be found."))
    }

    /// The user in the parameters, else the caller.
    fn user_name(&self) -> Result<&str, Error> {
        match (self.params.get("UserName"), &self.who.who) {
            (Some(name), _) => Ok(name),
            (None, Who::User(name)) => Ok(name),
            (None, Who::Root | Who::Role(_) | Who::Federated(_)) => {
                let message = "Must specify userName when calling with non-User credentials";
                Err(Error::new(400, "ValidationError", message))
            }
        }
    }
}

fn no_such(message: impl Into<String>) -> Error {
    Error::new(404, "NoSuchEntity", message)
}

fn exists(message: String) -> Error {
    Error::new(409, "EntityAlreadyExists", message)
}

fn conflict(message: &str) -> Error {
    Error::new(409, "DeleteConflict", message)
}

fn limit(message: String) -> Error {
    Error::new(409, "LimitExceeded", message)
}

/// A new name, checked.
fn new_name<'a>(params: &'a Params, name: &str, field: &str, most: usize) -> Result<&'a str, Error> {
    let given = params.required(name, field)?;
    if given.len() > most {
        let constraint = format!("Member must have length less than or equal to {most}");
        return Err(Error::validation(Some(given), field, &constraint));
    }
    if !fits_name(given, most) {
        let message = format!(
            "The specified value for {field} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
        );
        return Err(Error::new(400, "ValidationError", message));
    }
    Ok(given)
}

/// A new path, checked; `/` if it is left out.
fn new_path<'a>(params: &'a Params, name: &str) -> Result<&'a str, Error> {
    match params.get(name) {
        None => Ok("/"),
        Some(path) if fits_path(path) => Ok(path),
        Some(_) => Err(Error::new(
            400,
            "ValidationError",
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
        )),
    }
}
