//! Users.

use super::page::Page;
use super::{ActionResult, IamRequest, boundary, conflict, exists, new_name, new_path, no_such, tags};
use crate::cloud::caller::Who;
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Account, State, User};

fn missing(name: &str) -> Error {
    no_such(format!("The user with name {name} cannot be found."))
}

pub(super) fn find<'s>(account: &'s Account, name: &str) -> Result<&'s User, Error> {
    account.users.get(name).ok_or_else(|| missing(name))
}

/// What every response contains of a user.
fn brief(xml: Xml, user: &User) -> Xml {
    xml.text("Path", &user.path)
        .text("UserName", &user.name)
        .text("UserId", &user.id)
        .text("Arn", &user.arn)
        .text("CreateDate", clock::iso(user.created))
}

fn full(xml: Xml, user: &User) -> Xml {
    let xml = boundary::element(brief(xml, user), user.boundary.as_deref());
    tags::element(xml, &user.tags)
}

/// As in lists of users.
pub(super) fn member(xml: Xml, user: &User) -> Xml {
    brief(xml, user)
}

pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = new_name(request.params, "UserName", "userName", 64)?;
    let path = new_path(request.params, "Path")?;
    let tags = tags::new(request.params)?;
    let account = request.account_mut(state)?;
    if account.users.contains(name) {
        return Err(exists(format!("User with name {name} already exists.")));
    }
    let boundary = boundary::given(account, request)?;
    let mut user = User::new(account, path, name, request.now, request.random);
    user.tags = tags;
    user.boundary = boundary;
    let xml = Xml::new().within("User", |xml| full(xml, &user));
    account.users.insert(name, user);
    Ok(Some(xml))
}

pub(super) fn get(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    if request.params.get("UserName").is_none() && request.who.who == Who::Root {
        return Ok(Some(Xml::new().within("User", |xml| {
            xml.text("UserId", &account.id)
                .text("Arn", request.who.arn())
                .text("CreateDate", clock::iso(request.now))
        })));
    }
    let user = find(account, request.user_name()?)?;
    Ok(Some(Xml::new().within("User", |xml| full(xml, user))))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let prefix = request.params.get("PathPrefix").unwrap_or("/");
    let users = request.account(state)?.users.values().filter(|user| user.path.starts_with(prefix));
    let page = Page::of(request.params, users.map(|user| (user.name.to_ascii_lowercase(), user)))?;
    Ok(Some(page.list(Xml::new(), "Users", brief)))
}

pub(super) fn update(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let old = request.params.required("UserName", "userName")?;
    let account = request.account_mut(state)?;
    let mut user = find(account, old)?.clone();
    if request.params.get("NewPath").is_some() {
        user.path = new_path(request.params, "NewPath")?.to_owned();
    }
    if request.params.get("NewUserName").is_some() {
        let name = new_name(request.params, "NewUserName", "newUserName", 64)?;
        if account.users.contains(name) && !name.eq_ignore_ascii_case(old) {
            return Err(exists(format!("User with name {name} already exists.")));
        }
        user.name = name.to_owned();
    }
    let (old_arn, arn) = (user.arn, account.arn("user", &user.path, &user.name));
    user.arn = arn.clone();
    let new = user.name.clone();
    let before = account.users.remove(old).map_or_else(|| old.to_owned(), |user| user.name);
    account.users.insert(&new, user);
    for device in account.devices.values_mut().filter(|device| device.is_of(&before)) {
        if let Some(owner) = &mut device.owner {
            owner.user.clone_from(&new);
        }
    }
    // Keys and sessions refer to the user by name.
    state.restore();
    state.follow_user(request.who.account(), &before, Some(&new));
    state.rename_principal(&old_arn, &arn);
    Ok(None)
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = request.params.required("UserName", "userName")?;
    let account = request.account_mut(state)?;
    let user = find(account, name)?;
    if !user.grants.attached.is_empty() {
        return Err(conflict("Cannot delete entity, must detach all policies first."));
    }
    if !user.grants.inline.is_empty() {
        return Err(conflict("Cannot delete entity, must delete policies first."));
    }
    if !user.keys.is_empty() {
        return Err(conflict("Cannot delete entity, must delete access keys first."));
    }
    if account.devices_of(&user.name).next().is_some() {
        return Err(conflict("Cannot delete entity, must delete MFA device first."));
    }
    if !user.groups.is_empty() {
        return Err(conflict("Cannot delete entity, must remove users from group first."));
    }
    let (name, arn, id) = (user.name.clone(), user.arn.clone(), user.id.clone());
    account.users.remove(&name);
    state.follow_user(request.who.account(), &name, None);
    state.rename_principal(&arn, &id);
    Ok(None)
}
