//! Groups and their members.

use super::page::Page;
use super::{ActionResult, IamRequest, conflict, exists, new_name, new_path, no_such, users};
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Account, Group, State};

/// The most groups of a user.
const MAX_GROUPS_PER_USER: usize = 10;

fn find<'s>(account: &'s Account, name: &str) -> Result<&'s Group, Error> {
    account.groups.get(name).ok_or_else(|| no_such(format!("The group with name {name} cannot be found.")))
}

fn name<'a>(request: &'a IamRequest<'_>) -> Result<&'a str, Error> {
    request.params.required("GroupName", "groupName")
}

fn element(xml: Xml, group: &Group) -> Xml {
    xml.text("Path", &group.path)
        .text("GroupName", &group.name)
        .text("GroupId", &group.id)
        .text("Arn", &group.arn)
        .text("CreateDate", clock::iso(group.created))
}

pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = new_name(request.params, "GroupName", "groupName", 128)?;
    let path = new_path(request.params, "Path")?;
    let account = request.account_mut(state)?;
    if account.groups.contains(name) {
        return Err(exists(format!("Group with name {name} already exists.")));
    }
    let group = Group::new(account, path, name, request.now, request.random);
    let xml = Xml::new().within("Group", |xml| element(xml, &group));
    account.groups.insert(name, group);
    Ok(Some(xml))
}

pub(super) fn get(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    let group = find(account, name(request)?)?;
    let members = account.users.values().filter(|user| user.groups.contains(&group.name));
    let page = Page::of(request.params, members.map(|user| (user.name.to_ascii_lowercase(), user)))?;
    let xml = Xml::new().within("Group", |xml| element(xml, group));
    Ok(Some(page.list(xml, "Users", users::member)))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let prefix = request.params.get("PathPrefix").unwrap_or("/");
    let groups = request.account(state)?.groups.values().filter(|group| group.path.starts_with(prefix));
    let page = Page::of(request.params, groups.map(|group| (group.name.to_ascii_lowercase(), group)))?;
    Ok(Some(page.list(Xml::new(), "Groups", element)))
}

pub(super) fn of_user(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    let user = users::find(account, request.params.required("UserName", "userName")?)?;
    let groups = user.groups.iter().filter_map(|name| account.groups.get(name));
    let page = Page::of(request.params, groups.map(|group| (group.name.clone(), group)))?;
    Ok(Some(page.list(Xml::new(), "Groups", element)))
}

pub(super) fn update(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let old = name(request)?;
    let account = request.account_mut(state)?;
    let mut group = find(account, old)?.clone();
    let before = group.name.clone();
    if request.params.get("NewPath").is_some() {
        group.path = new_path(request.params, "NewPath")?.to_owned();
    }
    if request.params.get("NewGroupName").is_some() {
        let name = new_name(request.params, "NewGroupName", "newGroupName", 128)?;
        if account.groups.contains(name) && !name.eq_ignore_ascii_case(old) {
            return Err(exists(format!("Group with name {name} already exists.")));
        }
        group.name = name.to_owned();
    }
    group.arn = account.arn("group", &group.path, &group.name);
    for user in account.users.values_mut() {
        if user.groups.remove(&before) {
            user.groups.insert(group.name.clone());
        }
    }
    account.groups.remove(old);
    account.groups.insert(&group.name.clone(), group);
    Ok(None)
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = name(request)?;
    let account = request.account_mut(state)?;
    let group = find(account, name)?;
    if account.users.values().any(|user| user.groups.contains(&group.name)) {
        return Err(conflict("Cannot delete entity, must remove users from group first."));
    }
    if !group.grants.attached.is_empty() {
        return Err(conflict("Cannot delete entity, must detach all policies first."));
    }
    if !group.grants.inline.is_empty() {
        return Err(conflict("Cannot delete entity, must delete policies first."));
    }
    account.groups.remove(name);
    Ok(None)
}

pub(super) fn add_user(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let user = request.params.required("UserName", "userName")?;
    let account = request.account_mut(state)?;
    let group = find(account, name(request)?)?.name.clone();
    let found = users::find(account, user)?;
    if found.groups.len() >= MAX_GROUPS_PER_USER && !found.groups.contains(&group) {
        return Err(super::limit(format!("Cannot exceed quota for GroupsPerUser: {MAX_GROUPS_PER_USER}")));
    }
    if let Some(user) = account.users.get_mut(user) {
        user.groups.insert(group);
    }
    Ok(None)
}

pub(super) fn remove_user(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let user = request.params.required("UserName", "userName")?;
    let account = request.account_mut(state)?;
    let group = find(account, name(request)?)?.name.clone();
    users::find(account, user)?;
    if let Some(user) = account.users.get_mut(user) {
        user.groups.remove(&group);
    }
    Ok(None)
}
