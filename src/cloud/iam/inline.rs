//! Inline policies of users, groups and roles.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::page::Page;
use super::target::Principal;
use super::{ActionResult, IamRequest, limit, new_name, no_such};
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Document, State};

fn missing(principal: Principal<'_>, name: &str) -> Error {
    no_such(format!("The {} policy with name {name} cannot be found.", principal.kind()))
}

pub(super) fn put(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let principal = Principal::of(request)?;
    let name = new_name(request.params, "PolicyName", "policyName", 128)?;
    let document = Document::identity(request.params.required("PolicyDocument", "policyDocument")?)?;
    let grants = principal.grants_mut(request.account_mut(state)?)?;
    let others = grants.inline.iter().filter(|(known, _)| *known != name);
    let most = principal.max_policy_characters();
    if others.map(|(_, document)| document.weight()).sum::<usize>() + document.weight() > most {
        return Err(limit(format!(
            "Maximum policy size of {most} bytes exceeded for {} {}",
            principal.kind(),
            principal.name()
        )));
    }
    grants.inline.insert(name.to_owned(), document);
    Ok(None)
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let principal = Principal::of(request)?;
    let name = new_name(request.params, "PolicyName", "policyName", 128)?;
    match principal.grants_mut(request.account_mut(state)?)?.inline.remove(name) {
        Some(_) => Ok(None),
        None => Err(missing(principal, name)),
    }
}

pub(super) fn get(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let principal = Principal::of(request)?;
    let name = new_name(request.params, "PolicyName", "policyName", 128)?;
    let grants = principal.grants(request.account(state)?)?;
    let document = grants.inline.get(name).ok_or_else(|| missing(principal, name))?;
    Ok(Some(
        Xml::new()
            .text(principal.parameter(), principal.name())
            .text("PolicyName", name)
            .text("PolicyDocument", utf8_percent_encode(&document.text, NON_ALPHANUMERIC)),
    ))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let grants = Principal::of(request)?.grants(request.account(state)?)?;
    let page = Page::of(request.params, grants.inline.keys().map(|name| (name.clone(), name)))?;
    Ok(Some(page.texts(Xml::new(), "PolicyNames")))
}
