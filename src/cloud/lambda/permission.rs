//! The resource policy of a function.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ApiResult, FunctionRequest, Refused, exception, gone, invalid, missing, validation};
use crate::cloud::reply::Reply;
use crate::cloud::state::{Function, State, is_account_id};

/// The body of AddPermission.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AddPermission {
    statement_id: Option<String>,
    action: Option<String>,
    principal: Option<String>,
    function_url_auth_type: Option<String>,
    invoked_via_function_url: Option<bool>,
    source_arn: Option<String>,
    source_account: Option<String>,
    event_source_token: Option<String>,
    #[serde(rename = "PrincipalOrgID")]
    principal_org_id: Option<String>,
    revision_id: Option<String>,
}

pub(super) fn add(request: &FunctionRequest<'_>) -> ApiResult {
    let asked: AddPermission = request.body()?;
    let sid = required(asked.statement_id.as_deref(), "statementId", "([a-zA-Z0-9-_]+)", |sid| {
        sid.len() <= 100 && sid.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    })?;
    let action =
        required(asked.action.as_deref(), "action", "(lambda:[*]|lambda:[a-zA-Z]+|[*])", |action| {
            let name = action.strip_prefix("lambda:").unwrap_or("");
            matches!(action, "*" | "lambda:*")
                || (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic()))
        })?;
    let principal = required(asked.principal.as_deref(), "principal", "[^\\s]+", |principal| {
        !principal.contains(char::is_whitespace)
    })?;
    let condition = condition_of(&asked, action)?;
    let arn = request.arn.as_str();
    request.store().change(|state| {
        let principal = principal_of(state, principal)?;
        let change = |function: &mut Function| {
            check_revision(function, asked.revision_id.as_deref())?;
            if function.has_statement(sid) {
                return Err(exception(
                    409,
                    "ResourceConflictException",
                    "message",
                    format!(
                        "The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement."
                    ),
                ));
            }
            let mut statement = json!({
                "Sid": sid,
                "Effect": "Allow",
                "Principal": principal,
                "Action": action,
                "Resource": arn,
            });
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            let added = function.add(sid, statement.clone(), request.store().random.uuid());
            added.map_err(|malformed| invalid(malformed.to_string()))?;
            Ok(Reply::json(201, json!({ "Statement": statement.to_string() }).to_string()))
        };
        state.change_function(arn, change).unwrap_or_else(|| Err(gone(arn)))
    })
}

fn required<'a>(
    value: Option<&'a str>,
    field: &str,
    pattern: &str,
    fits: impl Fn(&str) -> bool,
) -> Result<&'a str, Refused> {
    let (shown, constraint) = match value {
        None => ("null".to_owned(), "Member must not be null".to_owned()),
        Some(value) if !value.is_empty() && fits(value) => return Ok(value),
        Some(value) => {
            (format!("'{value}'"), format!("Member must satisfy regular expression pattern: {pattern}"))
        }
    };
    Err(validation(&shown, field, &constraint))
}

/// `Principal` of the statement.
fn principal_of(state: &State, principal: &str) -> Result<Value, Refused> {
    let refused = || invalid("The provided principal was invalid. Please check the principal and try again.");
    if principal == "*" {
        return Ok(json!("*"));
    }
    if is_account_id(principal) {
        return Ok(json!({ "AWS": format!("arn:aws:iam::{principal}:root") }));
    }
    if !principal.starts_with("arn:") && principal.ends_with(".amazonaws.com") {
        return Ok(json!({ "Service": principal }));
    }
    let known = state.known_principal(principal).map_err(|_| refused())?;
    if known.starts_with("arn:") { Ok(json!({ "AWS": known })) } else { Err(refused()) }
}

fn condition_of(asked: &AddPermission, action: &str) -> Result<Option<Value>, Refused> {
    let mut equals = Map::new();
    if let Some(kind) = &asked.function_url_auth_type {
        if !action.eq_ignore_ascii_case("lambda:InvokeFunctionUrl") {
            return Err(invalid("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"));
        }
        if !matches!(kind.as_str(), "NONE" | "AWS_IAM") {
            let constraint = "Member must satisfy enum value set: [NONE, AWS_IAM]";
            return Err(validation(&format!("'{kind}'"), "functionUrlAuthType", constraint));
        }
        equals.insert("lambda:FunctionUrlAuthType".to_owned(), json!(kind));
    }
    if let Some(account) = &asked.source_account {
        if !is_account_id(account) {
            let constraint = "Member must satisfy regular expression pattern: \\d{12}";
            return Err(validation(&format!("'{account}'"), "sourceAccount", constraint));
        }
        equals.insert("AWS:SourceAccount".to_owned(), json!(account));
    }
    let others = [
        ("lambda:EventSourceToken", &asked.event_source_token),
        ("aws:PrincipalOrgID", &asked.principal_org_id),
    ];
    for (key, value) in others {
        equals.extend(value.iter().map(|value| (key.to_owned(), json!(value))));
    }
    let mut condition = Map::new();
    if !equals.is_empty() {
        condition.insert("StringEquals".to_owned(), Value::Object(equals));
    }
    if let Some(arn) = &asked.source_arn {
        condition.insert("ArnLike".to_owned(), json!({ "AWS:SourceArn": arn }));
    }
    if let Some(via) = asked.invoked_via_function_url {
        if !action.eq_ignore_ascii_case("lambda:InvokeFunction") {
            return Err(invalid("InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action"));
        }
        condition.insert("Bool".to_owned(), json!({ "lambda:InvokedViaFunctionUrl": via.to_string() }));
    }
    Ok((!condition.is_empty()).then_some(Value::Object(condition)))
}

fn check_revision(function: &Function, given: Option<&str>) -> Result<(), Refused> {
    match given {
        Some(given) if given != function.revision => Err(exception(
            412,
            "PreconditionFailedException",
            "message",
            "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
        )),
        _ => Ok(()),
    }
}

pub(super) fn get(request: &FunctionRequest<'_>) -> ApiResult {
    request.read(|function| {
        let Some(document) = function.document() else {
            return Err(missing("The resource you requested does not exist."));
        };
        let body = json!({ "Policy": document, "RevisionId": function.revision });
        Ok(Reply::json(200, body.to_string()))
    })
}

pub(super) fn remove(request: &FunctionRequest<'_>, sid: &str) -> ApiResult {
    let revision = request.parameter("RevisionId");
    request.change(|function| {
        if function.document().is_none() {
            return Err(missing("No policy is associated with the given resource."));
        }
        check_revision(function, revision.as_deref())?;
        match function.remove(sid, request.store().random.uuid()) {
            Ok(true) => Ok(Reply::json(204, String::new())),
            Ok(false) => Err(missing(format!("Statement {sid} is not found in resource policy."))),
            Err(malformed) => Err(invalid(malformed.to_string())),
        }
    })
}
