//! Managed policies: the account's, and a few of AWS's.

use std::time::SystemTime;

use super::page::Page;
use super::{ActionResult, IamRequest, conflict, exists, limit, new_name, new_path, no_such, tags};
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{
    Account, Document, Grants, IamName, ManagedPolicy, PolicyVersion, State, Tags, aws_managed,
};

/// The most characters of a managed policy.
const MAX_POLICY_CHARACTERS: usize = 6144;

fn missing(arn: &str) -> Error {
    no_such(format!("Policy {arn} was not found."))
}

pub(super) fn arn<'a>(request: &'a IamRequest<'_>) -> Result<&'a str, Error> {
    let arn = request.params.required("PolicyArn", "policyArn")?;
    if !arn.starts_with("arn:") || !arn.contains(":policy/") {
        return Err(Error::new(400, "InvalidInput", format!("ARN {arn} is not valid.")));
    }
    Ok(arn)
}

pub(super) fn find<'s>(account: &'s Account, arn: &str) -> Result<&'s ManagedPolicy, Error> {
    account.managed(arn).ok_or_else(|| missing(arn))
}

/// A policy to be changed; AWS's can't be.
pub(super) fn find_mut<'s>(account: &'s mut Account, arn: &str) -> Result<&'s mut ManagedPolicy, Error> {
    if aws_managed().contains_key(arn) {
        let message = format!("Cannot perform the operation on the policy {arn}: it belongs to AWS.");
        return Err(Error::new(403, "AccessDenied", message));
    }
    let name = find(account, arn)?.name.clone();
    account.policies.get_mut(&name).ok_or_else(|| missing(arn))
}

/// The document of a new version.
pub(super) fn document(request: &IamRequest<'_>) -> Result<Document, Error> {
    let document = Document::identity(request.params.required("PolicyDocument", "policyDocument")?)?;
    if document.weight() > MAX_POLICY_CHARACTERS {
        return Err(limit(format!("Cannot exceed quota for PolicySize: {MAX_POLICY_CHARACTERS}")));
    }
    Ok(document)
}

fn element(xml: Xml, account: &Account, policy: &ManagedPolicy) -> Xml {
    xml.text("PolicyName", &policy.name)
        .text("PolicyId", &policy.id)
        .text("Arn", &policy.arn)
        .text("Path", &policy.path)
        .text("DefaultVersionId", format_args!("v{}", policy.default))
        .text("AttachmentCount", account.attachments(&policy.arn))
        .text("PermissionsBoundaryUsageCount", boundaries(account, &policy.arn))
        .text("IsAttachable", true)
        .text("CreateDate", clock::iso(policy.created))
        .text("UpdateDate", clock::iso(policy.updated))
}

fn boundaries(account: &Account, arn: &str) -> usize {
    let users = account.users.values().map(|user| &user.boundary);
    let roles = account.roles.values().map(|role| &role.boundary);
    users.chain(roles).filter(|boundary| boundary.as_deref() == Some(arn)).count()
}

/// An AWS managed policy, in the form of the account's.
pub(super) fn of_aws(arn: &str, document: &Document) -> ManagedPolicy {
    let name = arn.rsplit('/').next().unwrap_or_default();
    let path = arn.split_once(":policy").map_or("/", |(_, rest)| &rest[..rest.len() - name.len()]);
    let created = SystemTime::UNIX_EPOCH;
    ManagedPolicy {
        name: name.to_owned(),
        path: path.to_owned(),
        id: "ANPAAWSMANAGEDPOLICY0".to_owned(),
        arn: arn.to_owned(),
        description: None,
        created,
        updated: created,
        default: 1,
        versions: vec![PolicyVersion { number: 1, created, document: document.clone() }],
        tags: Tags::new(),
    }
}

/// A policy of the account or of AWS.
pub(super) fn any(account: &Account, arn: &str) -> Result<ManagedPolicy, Error> {
    match aws_managed().get(arn) {
        Some(document) => Ok(of_aws(arn, document)),
        None => find(account, arn).cloned(),
    }
}

pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = new_name(request.params, "PolicyName", "policyName", 128)?;
    let path = new_path(request.params, "Path")?;
    let document = document(request)?;
    let tags = tags::new(request.params)?;
    let account = request.account_mut(state)?;
    if account.policies.contains(name) {
        return Err(exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    let mut policy =
        ManagedPolicy::new(account, IamName { path, name }, document, request.now, request.random);
    policy.description = request.params.get("Description").map(str::to_owned);
    policy.tags = tags;
    let xml = Xml::new().within("Policy", |xml| tags::element(element(xml, account, &policy), &policy.tags));
    account.policies.insert(name, policy);
    Ok(Some(xml))
}

pub(super) fn get(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    let policy = any(account, arn(request)?)?;
    Ok(Some(Xml::new().within("Policy", |xml| {
        let xml = element(xml, account, &policy).maybe("Description", policy.description.as_deref());
        tags::element(xml, &policy.tags)
    })))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    let (aws, local) = match request.params.get("Scope").unwrap_or("All") {
        "All" => (true, true),
        "AWS" => (true, false),
        "Local" => (false, true),
        other => {
            let constraint = "Member must satisfy enum value set: [AWS, Local, All]";
            return Err(Error::validation(Some(other), "scope", constraint));
        }
    };
    let prefix = request.params.get("PathPrefix").unwrap_or("/");
    let only_attached = request.params.get("OnlyAttached") == Some("true");
    let of_aws = aws_managed().iter().filter(|_| aws).map(|(arn, document)| of_aws(arn, document));
    let own = account.policies.values().filter(|_| local).cloned();
    let mut policies: Vec<ManagedPolicy> = of_aws.chain(own).collect();
    policies.retain(|policy| {
        policy.path.starts_with(prefix) && (!only_attached || account.attachments(&policy.arn) > 0)
    });
    policies.sort_by(|a, b| a.arn.cmp(&b.arn));
    let page = Page::of(request.params, policies.into_iter().map(|policy| (policy.arn.clone(), policy)))?;
    Ok(Some(page.list(Xml::new(), "Policies", |xml, policy| element(xml, account, &policy))))
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let arn = arn(request)?;
    let account = request.account_mut(state)?;
    let policy = find_mut(account, arn)?;
    let (name, versions) = (policy.name.clone(), policy.versions.len());
    if account.attachments(arn) + boundaries(account, arn) > 0 {
        return Err(conflict("Cannot delete a policy attached to entities."));
    }
    if versions > 1 {
        return Err(conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        ));
    }
    account.policies.remove(&name);
    Ok(None)
}

/// The principals that have it attached.
pub(super) fn entities(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    let arn = any(account, arn(request)?)?.arn;
    let has = |grants: &Grants| grants.attached.contains(&arn);
    let filter = request.params.get("EntityFilter");
    let wants = |kind: &str| filter.is_none_or(|filter| filter == kind);
    let groups = account.groups.values().filter(|group| wants("Group") && has(&group.grants));
    let users = account.users.values().filter(|user| wants("User") && has(&user.grants));
    let roles = account.roles.values().filter(|role| wants("Role") && has(&role.grants));
    let groups = groups.map(|group| ("Group", &group.name, &group.id));
    let users = users.map(|user| ("User", &user.name, &user.id));
    let roles = roles.map(|role| ("Role", &role.name, &role.id));
    let all: Vec<_> = groups.chain(roles).chain(users).collect();
    let keyed =
        all.into_iter().map(|entity| (format!("{} {}", entity.0, entity.1.to_ascii_lowercase()), entity));
    let page = Page::of(request.params, keyed)?;
    let kinds = [("PolicyGroups", "Group"), ("PolicyUsers", "User"), ("PolicyRoles", "Role")];
    let xml = kinds.into_iter().fold(Xml::new(), |xml, (list, kind)| {
        let of_kind = page.items.iter().filter(|entity| entity.0 == kind);
        xml.list(list, of_kind, |xml, (kind, name, id)| {
            xml.text(&format!("{kind}Name"), name).text(&format!("{kind}Id"), id)
        })
    });
    Ok(Some(page.finish(xml)))
}
