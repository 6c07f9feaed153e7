//! SimulatePrincipalPolicy and SimulateCustomPolicy: decisions without a request.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>

use super::page::Page;
use super::{ActionResult, IamRequest, limit, no_such};
use crate::cloud::policies::{boundary, service_control};
use crate::cloud::query::{Error, Params, Xml};
use crate::cloud::state::{Account, Document, State};
use crate::core::iam::{
    Attached, Caller, Context, Decision, Explanation, Layer, Policies, Question, account_of, explain,
};

/// The most actions times resources of one call.
const MAX_RESULTS: usize = 1000;
/// The most characters of one policy in the parameters.
const MAX_POLICY_CHARACTERS: usize = 131_072;

/// Policies in the parameters, each with the name that AWS gives it.
struct Given {
    identity: Vec<(String, Document)>,
    boundary: Vec<(String, Document)>,
    resource: Option<Document>,
    context: Context,
}

impl Given {
    fn read(params: &Params) -> Result<Self, Error> {
        let resource = params.get("ResourcePolicy").map(Document::resource).transpose()?;
        Ok(Self {
            identity: documents(params, "PolicyInputList")?,
            boundary: documents(params, "PermissionsBoundaryPolicyInputList")?,
            resource,
            context: context(params)?,
        })
    }
}

fn documents(params: &Params, list: &str) -> Result<Vec<(String, Document)>, Error> {
    let texts = params.members(list, "").into_iter().enumerate();
    texts
        .map(|(index, text)| {
            if text.len() > MAX_POLICY_CHARACTERS {
                return Err(limit(format!("Cannot exceed quota for PolicySize: {MAX_POLICY_CHARACTERS}")));
            }
            Ok((format!("{list}.{}", index + 1), Document::identity(text)?))
        })
        .collect()
}

fn context(params: &Params) -> Result<Context, Error> {
    let mut context = Context::default();
    for (index, key) in params.members("ContextEntries", "ContextKeyName").into_iter().enumerate() {
        let entry = format!("ContextEntries.member.{}", index + 1);
        let values = params.members(&format!("{entry}.ContextKeyValues"), "");
        let kind = params.get(&format!("{entry}.ContextKeyType")).unwrap_or("string");
        context = match values[..] {
            _ if kind.ends_with("List") => context.with_many(key.to_owned(), values),
            [one] => context.with(key.to_owned(), one.to_owned()),
            _ => {
                let message = format!("Context key {key} must have one value, or a list type.");
                return Err(Error::new(400, "InvalidInput", message));
            }
        };
    }
    Ok(context)
}

pub(super) fn custom(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let given = Given::read(request.params)?;
    if given.identity.is_empty() {
        return Err(Error::validation(None, "policyInputList", "Member must not be null"));
    }
    let caller = match request.params.get("CallerArn") {
        Some(arn) => caller(arn)?,
        None => Caller::User {
            arn: format!("arn:aws:iam::{}:user/simulated", request.who.account()),
            id: String::new(),
            account: request.who.account().to_owned(),
            tags: Vec::new(),
        },
    };
    let account = request.account(state)?;
    results(request, &given, &caller, account, Policies::default())
}

pub(super) fn principal(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let given = Given::read(request.params)?;
    let arn = request.params.required("PolicySourceArn", "policySourceArn")?;
    let account = request.account(state)?;
    let name = arn.rsplit('/').next().unwrap_or_default();
    let mut policies = Policies { service_control: service_control(account), ..Policies::default() };
    let grant = |(name, document)| own(name, document);
    let subject = if let Some(user) = account.users.get(name).filter(|user| user.arn == arn) {
        policies.identity = account.granted_to(user).map(grant).collect();
        policies.boundary = boundary(account, user.boundary.as_deref());
        Caller::User {
            arn: user.arn.clone(),
            id: user.id.clone(),
            account: account.id.clone(),
            tags: user.tags.clone().into_iter().collect(),
        }
    } else if let Some(role) = account.roles.get(name).filter(|role| role.arn == arn) {
        policies.identity = account.granted(&role.grants).map(grant).collect();
        policies.boundary = boundary(account, role.boundary.as_deref());
        Caller::Session {
            arn: role.arn.clone(),
            role: role.arn.clone(),
            id: role.id.clone(),
            account: account.id.clone(),
            tags: role.tags.clone().into_iter().collect(),
        }
    } else if let Some(group) = account.groups.get(name).filter(|group| group.arn == arn) {
        policies.identity = account.granted(&group.grants).map(grant).collect();
        caller(&format!("arn:aws:iam::{}:user/simulated", account.id))?
    } else {
        return Err(no_such(format!("The entity with ARN {arn} cannot be found.")));
    };
    let subject = request.params.get("CallerArn").map_or(Ok(subject), caller)?;
    results(request, &given, &subject, account, policies)
}

fn own<'a>(name: &'a str, document: &'a Document) -> Attached<'a> {
    Attached { name, policy: &document.policy }
}

fn caller(arn: &str) -> Result<Caller, Error> {
    let invalid = || Error::new(400, "InvalidInput", format!("Invalid Entity Arn: {arn}"));
    if account_of(arn).is_empty() {
        return Err(invalid());
    }
    Caller::parse(arn).map_err(|_| invalid())
}

fn results<'a>(
    request: &IamRequest<'_>,
    given: &'a Given,
    caller: &Caller,
    account: &Account,
    mut policies: Policies<'a>,
) -> ActionResult {
    policies.identity.extend(given.identity.iter().map(|(name, document)| own(name, document)));
    if let Some((name, document)) = given.boundary.first() {
        policies.boundary = Some(own(name, document));
    }
    policies.resource = given.resource.as_ref().map(|document| own("ResourcePolicy", document));
    let actions = request.params.members("ActionNames", "");
    if actions.is_empty() {
        return Err(Error::validation(None, "actionNames", "Member must not be null"));
    }
    let mut resources = request.params.members("ResourceArns", "");
    if resources.is_empty() {
        resources.push("*");
    }
    if actions.len().saturating_mul(resources.len()) > MAX_RESULTS {
        let message = format!(
            "A simulation has at most {MAX_RESULTS} results; request for fewer actions or resources."
        );
        return Err(Error::new(400, "InvalidInput", message));
    }
    let mut results = Vec::new();
    for action in actions {
        if !action.contains(':') {
            let message = format!("Invalid action name: {action}");
            return Err(Error::new(400, "InvalidInput", message));
        }
        for resource in &resources {
            let owner = request.params.get("ResourceOwner").map_or(account_of(resource), account_of);
            let owner = if owner.is_empty() { &account.id } else { owner };
            let question = Question { caller, action, resource, owner, context: &given.context };
            results
                .push((format!("{:06}", results.len()), (action, *resource, explain(&question, &policies))));
        }
    }
    let page = Page::of(request.params, results)?;
    Ok(Some(page.list(Xml::new(), "EvaluationResults", |xml, (action, resource, explanation)| {
        result(xml, action, resource, &explanation)
    })))
}

fn result(xml: Xml, action: &str, resource: &str, explanation: &Explanation) -> Xml {
    let decision = match explanation.decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny(_) => "explicitDeny",
        Decision::ImplicitDeny(_) => "implicitDeny",
    };
    let matched = explanation.decided_by.iter().filter_map(|index| explanation.steps.get(*index));
    let xml =
        xml.text("EvalActionName", action).text("EvalResourceName", resource).text("EvalDecision", decision);
    let xml = xml.list("MatchedStatements", matched, |xml, step| {
        let kind = match step.layer {
            Layer::ResourcePolicy => "Resource Policy",
            Layer::PermissionsBoundary => "Permissions Boundary Policy",
            Layer::ServiceControlPolicy | Layer::IdentityPolicy | Layer::SessionPolicy => "IAM Policy",
        };
        xml.text("SourcePolicyId", &step.policy).text("SourcePolicyType", kind)
    });
    let mut missing: Vec<&str> = explanation
        .steps
        .iter()
        .flat_map(|step| &step.elements)
        .filter(|element| element.request.is_none())
        .filter_map(|element| element.key.as_deref())
        .collect();
    missing.sort_unstable();
    missing.dedup();
    xml.texts("MissingContextValues", missing)
}
