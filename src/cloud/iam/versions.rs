//! Versions of managed policies.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::page::Page;
use super::{ActionResult, IamRequest, conflict, limit, managed, no_such};
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{ManagedPolicy, PolicyVersion, State};

/// The most versions of a policy.
const MAX_POLICY_VERSIONS: usize = 5;

fn number(request: &IamRequest<'_>) -> Result<u32, Error> {
    let given = request.params.required("VersionId", "versionId")?;
    given.strip_prefix('v').and_then(|number| number.parse().ok()).ok_or_else(|| {
        let constraint = "Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?";
        Error::validation(Some(given), "versionId", constraint)
    })
}

fn missing(policy: &ManagedPolicy, number: u32) -> Error {
    no_such(format!("Policy {} version v{number} does not exist or is not attachable.", policy.arn))
}

fn element(xml: Xml, policy: &ManagedPolicy, version: &PolicyVersion, document: bool) -> Xml {
    let text = document.then(|| utf8_percent_encode(&version.document.text, NON_ALPHANUMERIC));
    xml.maybe("Document", text)
        .text("VersionId", format_args!("v{}", version.number))
        .text("IsDefaultVersion", version.number == policy.default)
        .text("CreateDate", clock::iso(version.created))
}

pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let arn = managed::arn(request)?;
    let document = managed::document(request)?;
    let policy = managed::find_mut(request.account_mut(state)?, arn)?;
    if policy.versions.len() >= MAX_POLICY_VERSIONS {
        return Err(limit(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.".to_owned(),
        ));
    }
    let number = policy.versions.iter().map(|version| version.number).max().unwrap_or(0) + 1;
    policy.versions.push(PolicyVersion { number, created: request.now, document });
    policy.updated = request.now;
    if request.params.get("SetAsDefault") == Some("true") {
        policy.default = number;
    }
    let version = policy.versions.last().ok_or_else(|| missing(policy, number))?;
    Ok(Some(Xml::new().within("PolicyVersion", |xml| element(xml, policy, version, false))))
}

pub(super) fn get(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let policy = managed::any(request.account(state)?, managed::arn(request)?)?;
    let number = number(request)?;
    let version = policy.versions.iter().find(|version| version.number == number);
    let version = version.ok_or_else(|| missing(&policy, number))?;
    Ok(Some(Xml::new().within("PolicyVersion", |xml| element(xml, &policy, version, true))))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let policy = managed::any(request.account(state)?, managed::arn(request)?)?;
    let versions = policy.versions.iter().map(|version| (format!("{:010}", version.number), version));
    let page = Page::of(request.params, versions)?;
    Ok(Some(page.list(Xml::new(), "Versions", |xml, version| element(xml, &policy, version, false))))
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let policy = managed::find_mut(request.account_mut(state)?, managed::arn(request)?)?;
    let number = number(request)?;
    if number == policy.default {
        return Err(conflict("Cannot delete the default version of a policy."));
    }
    let before = policy.versions.len();
    policy.versions.retain(|version| version.number != number);
    if policy.versions.len() == before { Err(missing(policy, number)) } else { Ok(None) }
}

pub(super) fn set_default(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let policy = managed::find_mut(request.account_mut(state)?, managed::arn(request)?)?;
    let number = number(request)?;
    if !policy.versions.iter().any(|version| version.number == number) {
        return Err(missing(policy, number));
    }
    policy.default = number;
    policy.updated = request.now;
    Ok(None)
}
