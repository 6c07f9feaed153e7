//! Access keys.

use super::page::Page;
use super::{ActionResult, IamRequest, limit, no_such, users};
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{AccessKey, Owner, State};

/// The most keys of a user.
const MAX_ACCESS_KEYS: usize = 2;

fn status(key: &AccessKey) -> &'static str {
    if key.active { "Active" } else { "Inactive" }
}

pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = request.user_name()?;
    let account = request.account(state)?;
    let user = users::find(account, name)?;
    if user.keys.len() >= MAX_ACCESS_KEYS {
        return Err(limit(format!("Cannot exceed quota for AccessKeysPerUser: {MAX_ACCESS_KEYS}")));
    }
    let key = AccessKey::new(request.now, request.random);
    let xml = Xml::new().within("AccessKey", |xml| {
        xml.text("UserName", &user.name)
            .text("AccessKeyId", &key.id)
            .text("Status", status(&key))
            .text("SecretAccessKey", key.secret.expose())
            .text("CreateDate", clock::iso(key.created))
    });
    let owner = Owner { account: account.id.clone(), user: Some(user.name.clone()) };
    state.add_key(owner, key);
    Ok(Some(xml))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let user = users::find(request.account(state)?, request.user_name()?)?;
    let mut keys: Vec<_> = user.keys.iter().collect();
    keys.sort_by(|a, b| a.id.cmp(&b.id));
    let page = Page::of(request.params, keys.into_iter().map(|key| (key.id.clone(), key)))?;
    let xml = page.list(Xml::new(), "AccessKeyMetadata", |xml, key| {
        xml.text("UserName", &user.name)
            .text("AccessKeyId", &key.id)
            .text("Status", status(key))
            .text("CreateDate", clock::iso(key.created))
    });
    Ok(Some(xml))
}

fn missing(id: &str) -> Error {
    no_such(format!("The Access Key with id {id} cannot be found."))
}

pub(super) fn update(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let id = request.params.required("AccessKeyId", "accessKeyId")?;
    let active = match request.params.required("Status", "status")? {
        "Active" => true,
        "Inactive" => false,
        other => {
            let constraint = "Member must satisfy enum value set: [Active, Inactive]";
            return Err(Error::validation(Some(other), "status", constraint));
        }
    };
    let name = request.user_name()?;
    let account = request.account_mut(state)?;
    users::find(account, name)?;
    let key = account.users.get_mut(name).and_then(|user| user.keys.iter_mut().find(|key| key.id == id));
    key.ok_or_else(|| missing(id))?.active = active;
    Ok(None)
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let id = request.params.required("AccessKeyId", "accessKeyId")?;
    let name = request.user_name()?;
    users::find(request.account(state)?, name)?;
    if state.remove_key(request.who.account(), name, id) { Ok(None) } else { Err(missing(id)) }
}
