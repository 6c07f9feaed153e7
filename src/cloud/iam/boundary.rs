//! Permissions boundaries of users and roles.

use super::target::Principal;
use super::{ActionResult, IamRequest, no_such};
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Account, State};

pub(super) fn element(xml: Xml, arn: Option<&str>) -> Xml {
    match arn {
        None => xml,
        Some(arn) => xml.within("PermissionsBoundary", |xml| {
            xml.text("PermissionsBoundaryType", "Policy").text("PermissionsBoundaryArn", arn)
        }),
    }
}

/// The boundary in the parameters.
pub(super) fn given(account: &Account, request: &IamRequest<'_>) -> Result<Option<String>, Error> {
    match request.params.get("PermissionsBoundary") {
        None => Ok(None),
        Some(arn) if account.managed_document(arn).is_some() => Ok(Some(arn.to_owned())),
        Some(arn) => Err(no_such(format!("Scope ARN: {arn} does not exist or is not attachable."))),
    }
}

pub(super) fn put(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let principal = Principal::of(request)?;
    request.params.required("PermissionsBoundary", "permissionsBoundary")?;
    let account = request.account_mut(state)?;
    principal.grants(account)?;
    let arn = given(account, request)?;
    *principal.boundary_mut(account)? = arn;
    Ok(None)
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let principal = Principal::of(request)?;
    let boundary = principal.boundary_mut(request.account_mut(state)?)?;
    match boundary.take() {
        Some(_) => Ok(None),
        None => Err(no_such(format!(
            "The {} with name {} has no permissions boundary.",
            principal.kind(),
            principal.name()
        ))),
    }
}
