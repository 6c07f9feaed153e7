//! The actions that change and list the tags of users, roles and managed policies.

use super::page::Page;
use super::target::Principal;
use super::{ActionResult, IamRequest, managed, tags};
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{State, Tags};

fn change(state: &mut State, request: &IamRequest<'_>, change: impl FnOnce(&mut Tags)) -> Result<(), Error> {
    let account = request.account_mut(state)?;
    let tags = match request.params.get("PolicyArn") {
        Some(arn) => &mut managed::find_mut(account, arn)?.tags,
        None => Principal::of(request)?.tags_mut(account)?,
    };
    let mut changed = tags.clone();
    change(&mut changed);
    tags::check_count(&changed)?;
    *tags = changed;
    Ok(())
}

pub(super) fn tag(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let new = tags::new(request.params)?;
    change(state, request, |tags| tags.extend(new))?;
    Ok(None)
}

pub(super) fn untag(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let keys = request.params.members("TagKeys", "");
    change(state, request, |tags| tags.retain(|key, _| !keys.contains(&key.as_str())))?;
    Ok(None)
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    let tags = match request.params.get("PolicyArn") {
        Some(arn) => &managed::find(account, arn)?.tags,
        None => Principal::of(request)?.tags(account)?,
    };
    let page = Page::of(request.params, tags.iter().map(|(key, value)| (key.clone(), (key, value))))?;
    let xml = page.list(Xml::new(), "Tags", |xml, (key, value)| xml.text("Key", key).text("Value", value));
    Ok(Some(xml))
}
