//! Managed policies attached to users, groups and roles.

use super::page::Page;
use super::target::Principal;
use super::{ActionResult, IamRequest, limit, no_such};
use crate::cloud::query::Xml;
use crate::cloud::state::State;

/// The most managed policies of a user, group or role.
const MAX_ATTACHED_POLICIES: usize = 10;

pub(super) fn attach(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let principal = Principal::of(request)?;
    let arn = request.params.required("PolicyArn", "policyArn")?;
    let account = request.account_mut(state)?;
    let known = account.managed_document(arn).is_some();
    let grants = principal.grants_mut(account)?;
    if !known {
        return Err(no_such(format!("Policy {arn} does not exist or is not attachable.")));
    }
    if grants.attached.iter().any(|attached| attached == arn) {
        return Ok(None);
    }
    if grants.attached.len() >= MAX_ATTACHED_POLICIES {
        let quota = match principal {
            Principal::User(_) => "PoliciesPerUser",
            Principal::Group(_) => "PoliciesPerGroup",
            Principal::Role(_) => "PoliciesPerRole",
        };
        return Err(limit(format!("Cannot exceed quota for {quota}: {MAX_ATTACHED_POLICIES}")));
    }
    grants.attached.push(arn.to_owned());
    Ok(None)
}

pub(super) fn detach(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let principal = Principal::of(request)?;
    let arn = request.params.required("PolicyArn", "policyArn")?;
    let grants = principal.grants_mut(request.account_mut(state)?)?;
    let before = grants.attached.len();
    grants.attached.retain(|attached| attached != arn);
    if grants.attached.len() == before {
        return Err(no_such(format!("Policy {arn} was not found.")));
    }
    Ok(None)
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let grants = Principal::of(request)?.grants(request.account(state)?)?;
    let mut arns: Vec<&String> = grants.attached.iter().collect();
    arns.sort();
    let page = Page::of(request.params, arns.into_iter().map(|arn| (arn.clone(), arn)))?;
    let xml = page.list(Xml::new(), "AttachedPolicies", |xml, arn| {
        xml.text("PolicyName", arn.rsplit('/').next().unwrap_or_default()).text("PolicyArn", arn)
    });
    Ok(Some(xml))
}
