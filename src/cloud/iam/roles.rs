//! Roles.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::page::Page;
use super::{ActionResult, IamRequest, boundary, conflict, exists, limit, new_name, new_path, no_such, tags};
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Account, Document, IamName, MAX_SESSION_SECONDS, Role, State};

/// The most characters of a trust policy.
const MAX_TRUST_POLICY_CHARACTERS: usize = 2048;

fn missing(name: &str) -> Error {
    no_such(format!("The role with name {name} cannot be found."))
}

fn find<'s>(account: &'s Account, name: &str) -> Result<&'s Role, Error> {
    account.roles.get(name).ok_or_else(|| missing(name))
}

fn name<'a>(request: &'a IamRequest<'_>) -> Result<&'a str, Error> {
    request.params.required("RoleName", "roleName")
}

fn brief(xml: Xml, role: &Role) -> Xml {
    xml.text("Path", &role.path)
        .text("RoleName", &role.name)
        .text("RoleId", &role.id)
        .text("Arn", &role.arn)
        .text("CreateDate", clock::iso(role.created))
        .text("AssumeRolePolicyDocument", utf8_percent_encode(&role.trust.text, NON_ALPHANUMERIC))
        .maybe("Description", role.description.as_deref())
        .text("MaxSessionDuration", role.max_session)
}

fn full(xml: Xml, role: &Role) -> Xml {
    let xml = boundary::element(brief(xml, role), role.boundary.as_deref());
    tags::element(xml, &role.tags)
}

fn trust(state: &State, text: &str) -> Result<Document, Error> {
    let document = state.with_known_principals(Document::trust(text)?).map_err(Error::from)?;
    if document.weight() > MAX_TRUST_POLICY_CHARACTERS {
        return Err(limit(format!("Cannot exceed quota for ACLSizePerRole: {MAX_TRUST_POLICY_CHARACTERS}")));
    }
    Ok(document)
}

fn max_session(request: &IamRequest<'_>) -> Result<Option<u64>, Error> {
    let Some(given) = request.params.get("MaxSessionDuration") else { return Ok(None) };
    match given.parse::<u64>() {
        Ok(seconds) if MAX_SESSION_SECONDS.contains(&seconds) => Ok(Some(seconds)),
        Ok(seconds) => {
            let bound = if seconds < *MAX_SESSION_SECONDS.start() {
                format!("greater than or equal to {}", MAX_SESSION_SECONDS.start())
            } else {
                format!("less than or equal to {}", MAX_SESSION_SECONDS.end())
            };
            let constraint = format!("Member must have value {bound}");
            Err(Error::validation(Some(given), "maxSessionDuration", &constraint))
        }
        Err(_) => Err(Error::new(400, "MalformedInput", format!("\"{given}\" is not a number of seconds."))),
    }
}

pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = new_name(request.params, "RoleName", "roleName", 64)?;
    let path = new_path(request.params, "Path")?;
    let document = request.params.required("AssumeRolePolicyDocument", "assumeRolePolicyDocument")?;
    let trust = trust(state, document)?;
    let max_session = max_session(request)?;
    let tags = tags::new(request.params)?;
    let account = request.account_mut(state)?;
    if account.roles.contains(name) {
        return Err(exists(format!("Role with name {name} already exists.")));
    }
    let boundary = boundary::given(account, request)?;
    let mut role = Role::new(account, IamName { path, name }, trust, request.now, request.random);
    role.description = request.params.get("Description").map(str::to_owned);
    role.max_session = max_session.unwrap_or(role.max_session);
    role.boundary = boundary;
    role.tags = tags;
    let xml = Xml::new().within("Role", |xml| full(xml, &role));
    account.roles.insert(name, role);
    Ok(Some(xml))
}

pub(super) fn get(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let role = find(request.account(state)?, name(request)?)?;
    Ok(Some(Xml::new().within("Role", |xml| full(xml, role).within("RoleLastUsed", |xml| xml))))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let prefix = request.params.get("PathPrefix").unwrap_or("/");
    let roles = request.account(state)?.roles.values().filter(|role| role.path.starts_with(prefix));
    let page = Page::of(request.params, roles.map(|role| (role.name.to_ascii_lowercase(), role)))?;
    Ok(Some(page.list(Xml::new(), "Roles", brief)))
}

pub(super) fn update(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = name(request)?;
    let max_session = max_session(request)?;
    let description = request.params.get("Description");
    let role = request.account_mut(state)?.roles.get_mut(name).ok_or_else(|| missing(name))?;
    role.max_session = max_session.unwrap_or(role.max_session);
    if let Some(description) = description {
        role.description = Some(description.to_owned());
    }
    Ok(Some(Xml::new()))
}

pub(super) fn update_description(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = name(request)?;
    let description = request.params.required("Description", "description")?;
    let role = request.account_mut(state)?.roles.get_mut(name).ok_or_else(|| missing(name))?;
    role.description = Some(description.to_owned());
    Ok(Some(Xml::new().within("Role", |xml| full(xml, role))))
}

pub(super) fn update_trust(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = name(request)?;
    let trust = trust(state, request.params.required("PolicyDocument", "policyDocument")?)?;
    let role = request.account_mut(state)?.roles.get_mut(name).ok_or_else(|| missing(name))?;
    role.trust = trust;
    Ok(None)
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = name(request)?;
    let account = request.account_mut(state)?;
    let role = find(account, name)?;
    if !role.grants.attached.is_empty() {
        return Err(conflict("Cannot delete entity, must detach all policies first."));
    }
    if !role.grants.inline.is_empty() {
        return Err(conflict("Cannot delete entity, must delete policies first."));
    }
    let (name, arn, id) = (role.name.clone(), role.arn.clone(), role.id.clone());
    account.roles.remove(&name);
    state.end_sessions_of_role(request.who.account(), &name);
    state.rename_principal(&arn, &id);
    Ok(None)
}

/// Always an empty list, which clients that delete a role ask for.
pub(super) fn instance_profiles(state: &State, request: &IamRequest<'_>) -> ActionResult {
    find(request.account(state)?, name(request)?)?;
    let none = std::iter::empty::<(String, &str)>();
    Ok(Some(Page::of(request.params, none)?.texts(Xml::new(), "InstanceProfiles")))
}
