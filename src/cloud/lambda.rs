//! Lambda: the resource policy of the function.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};

use super::authenticate::Authenticated;
use super::authorise::{self, Ask, decide, denied};
use super::reply::{Member, Reply};
use super::request::Call;
use super::state::{Function, State, Store, Unsaved};
use crate::core::iam::Attached;

/// What every path of this API begins with.
pub(super) const PREFIX: &str = "/2015-03-31/";

/// An error of this API.
type Refused = Box<Reply>;

pub(super) fn answer(store: &Store, call: &Call, who: &Authenticated) -> Reply {
    route(store, call, who).unwrap_or_else(|refused| *refused)
}

fn route(store: &Store, call: &Call, who: &Authenticated) -> Result<Reply, Refused> {
    let segments: Vec<String> = call
        .path
        .strip_prefix(PREFIX)
        .unwrap_or_default()
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (call.method.as_str(), segments.as_slice()) {
        ("POST", ["functions", function, "policy"]) => {
            let arn = enter(store, call, who, "lambda:AddPermission", function)?;
            add_permission(store, &arn, call)
        }
        ("GET", ["functions", function, "policy"]) => {
            let arn = enter(store, call, who, "lambda:GetPolicy", function)?;
            get_policy(store, &arn)
        }
        ("DELETE", ["functions", function, "policy", sid]) => {
            let arn = enter(store, call, who, "lambda:RemovePermission", function)?;
            remove_permission(store, &arn, call, sid)
        }
        (method, _) => Err(refused(
            501,
            "NotImplementedException",
            Member::Lower,
            format!(
                "The local cloud does not implement lambda {method} {}. Of lambda it has AddPermission, GetPolicy and RemovePermission.",
                call.path
            ),
        )),
    }
}

fn refused(status: u16, kind: &str, member: Member, message: impl AsRef<str>) -> Refused {
    Box::new(Reply::error(status, kind, member, Some(message.as_ref())))
}

/// An error with the `Type` that Lambda's own exceptions carry.
fn exception(status: u16, kind: &str, member: &str, message: impl Into<String>) -> Refused {
    let body = json!({ "Type": "User", member: message.into() });
    Box::new(Reply::json(status, body.to_string()).with("x-amzn-ErrorType", kind))
}

fn invalid(message: impl Into<String>) -> Refused {
    exception(400, "InvalidParameterValueException", "message", message)
}

/// Finds the function and asks whether the caller may do this to it.
fn enter(
    store: &Store,
    call: &Call,
    who: &Authenticated,
    action: &str,
    function: &str,
) -> Result<String, Refused> {
    let state = store.read();
    let arn = arn_of(&state, who, function);
    let context = authorise::context(call, who);
    let policy = state.function(&arn).and_then(|f| Some(Attached { name: &f.name, policy: f.policy()? }));
    let decision = decide(&state, who, &Ask { action, resource: &arn, context: &context, policy });
    if !decision.allowed() {
        let message = denied(who, action, &arn, decision);
        return Err(refused(403, "AccessDeniedException", Member::Upper, message));
    }
    let qualifier = url::form_urlencoded::parse(call.query.as_bytes())
        .find(|(name, _)| name == "Qualifier")
        .map(|(_, q)| q);
    if state.function(&arn).is_none() || qualifier.is_some() {
        let qualifier = qualifier.map_or(String::new(), |q| format!(":{q}"));
        let message = format!("Function not found: {arn}{qualifier}");
        return Err(exception(404, "ResourceNotFoundException", "Message", message));
    }
    Ok(arn)
}

/// `hello`, `123456789012:function:hello` or the whole ARN.
fn arn_of(state: &State, who: &Authenticated, function: &str) -> String {
    let prefix = format!("arn:aws:lambda:{}:", state.region);
    if function.starts_with("arn:") {
        function.to_owned()
    } else if function.contains(":function:") {
        format!("{prefix}{function}")
    } else {
        format!("{prefix}{}:function:{function}", who.account())
    }
}

/// The body of AddPermission. Members that would add conditions which cannot be judged here are
/// not in it, and so are refused.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AddPermission {
    statement_id: Option<String>,
    action: Option<String>,
    principal: Option<String>,
    function_url_auth_type: Option<String>,
    invoked_via_function_url: Option<bool>,
    revision_id: Option<String>,
}

fn add_permission(store: &Store, arn: &str, call: &Call) -> Result<Reply, Refused> {
    let asked: AddPermission = serde_json::from_slice(&call.body).map_err(|error| {
        refused(
            400,
            "InvalidRequestContentException",
            Member::Lower,
            format!("Could not parse request body into json: {error}"),
        )
    })?;
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
    store.change(|state| {
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
            let added = function.add(sid, statement.clone(), store.random.uuid());
            added.map_err(|malformed| invalid(malformed.to_string()))?;
            Ok(Reply::json(201, json!({ "Statement": statement.to_string() }).to_string()))
        };
        state.change_function(arn, change).unwrap_or_else(|| Err(gone(arn)))
    })
}

impl From<Unsaved> for Refused {
    fn from(Unsaved(why): Unsaved) -> Self {
        exception(
            500,
            "ServiceException",
            "Message",
            format!("The change is made, but it could not be saved: {why}"),
        )
    }
}

/// There is no such function, or no longer.
fn gone(arn: &str) -> Refused {
    exception(404, "ResourceNotFoundException", "Message", format!("Function not found: {arn}"))
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
    Err(refused(
        400,
        "ValidationException",
        Member::Lower,
        format!(
            "1 validation error detected: Value {shown} at '{field}' failed to satisfy constraint: {constraint}"
        ),
    ))
}

/// `Principal` of the statement. A user of an account that is here must exist, as AWS asks.
fn principal_of(state: &State, principal: &str) -> Result<Value, Refused> {
    let account = principal.len() == 12 && principal.bytes().all(|b| b.is_ascii_digit());
    let missing = || {
        let mut parts = principal.strip_prefix("arn:aws:iam::")?.splitn(2, ":user/");
        let account = state.account(parts.next()?)?;
        let name = parts.next()?.rsplit('/').next()?;
        (!account.users.contains(name)).then_some(())
    };
    match principal {
        "*" => Ok(json!("*")),
        _ if account => Ok(json!({ "AWS": format!("arn:aws:iam::{principal}:root") })),
        _ if missing().is_some() => {
            Err(invalid("The provided principal was invalid. Please check the principal and try again."))
        }
        _ if principal.starts_with("arn:") => Ok(json!({ "AWS": principal })),
        _ if principal.ends_with(".amazonaws.com") => Ok(json!({ "Service": principal })),
        _ => Err(invalid("The provided principal was invalid. Please check the principal and try again.")),
    }
}

fn condition_of(asked: &AddPermission, action: &str) -> Result<Option<Value>, Refused> {
    let mut condition = serde_json::Map::new();
    if let Some(kind) = &asked.function_url_auth_type {
        if !action.eq_ignore_ascii_case("lambda:InvokeFunctionUrl") {
            return Err(invalid("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"));
        }
        if !matches!(kind.as_str(), "NONE" | "AWS_IAM") {
            return Err(refused(
                400,
                "ValidationException",
                Member::Lower,
                format!(
                    "1 validation error detected: Value '{kind}' at 'functionUrlAuthType' failed to satisfy constraint: Member must satisfy enum value set: [NONE, AWS_IAM]"
                ),
            ));
        }
        condition.insert("StringEquals".to_owned(), json!({ "lambda:FunctionUrlAuthType": kind }));
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

fn get_policy(store: &Store, arn: &str) -> Result<Reply, Refused> {
    let state = store.read();
    let function = state.function(arn).ok_or_else(|| gone(arn))?;
    let Some(document) = function.document() else {
        let message = "The resource you requested does not exist.";
        return Err(exception(404, "ResourceNotFoundException", "Message", message));
    };
    let body = json!({ "Policy": document, "RevisionId": function.revision });
    Ok(Reply::json(200, body.to_string()))
}

fn remove_permission(store: &Store, arn: &str, call: &Call, sid: &str) -> Result<Reply, Refused> {
    let missing = |message: String| exception(404, "ResourceNotFoundException", "Message", message);
    let revision =
        url::form_urlencoded::parse(call.query.as_bytes()).find(|(n, _)| n == "RevisionId").map(|(_, v)| v);
    let change = |function: &mut Function| {
        if function.document().is_none() {
            return Err(missing("No policy is associated with the given resource.".to_owned()));
        }
        check_revision(function, revision.as_deref())?;
        match function.remove(sid, store.random.uuid()) {
            Ok(true) => Ok(Reply::json(204, String::new())),
            Ok(false) => Err(missing(format!("Statement {sid} is not found in resource policy."))),
            Err(malformed) => Err(invalid(malformed.to_string())),
        }
    };
    store.change(|state| state.change_function(arn, change).unwrap_or_else(|| Err(gone(arn))))
}
