//! Lambda: functions, their URLs, policies and concurrency, and Invoke.
//!
//! Owns the table of routes, and what the actions share. Functions are declared in `cloud.toml`;
//! creating them and changing their code isn't implemented.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html>

mod concurrency;
mod functions;
mod invoke;
mod permission;
mod url_config;

use std::time::SystemTime;

use percent_encoding::percent_decode_str;
use serde_json::json;

use super::authorise::{self, AccessCheck, denied};
use super::caller::Authenticated;
use super::reply::{Member, Reply};
use super::request::Call;
use super::server_context::ServerContext;
use super::state::{Function, State, Store, Unsaved};
use crate::core::iam::{Attached, Context};

/// An error of this API.
type Refused = Box<Reply>;
type ApiResult = Result<Reply, Refused>;

const KNOWN: &str = "AddPermission, CreateFunctionUrlConfig, DeleteFunctionConcurrency, DeleteFunctionUrlConfig, GetFunction, GetFunctionConcurrency, GetFunctionConfiguration, GetFunctionUrlConfig, GetPolicy, Invoke, ListFunctionUrlConfigs, ListFunctions, PutFunctionConcurrency, RemovePermission and UpdateFunctionUrlConfig";

/// An action of this API.
#[derive(Clone, Copy)]
enum Action {
    AddPermission,
    CreateUrl,
    DeleteConcurrency,
    DeleteUrl,
    GetConcurrency,
    GetConfiguration,
    GetFunction,
    GetPolicy,
    GetUrl,
    Invoke,
    ListUrls,
    PutConcurrency,
    RemovePermission,
    UpdateUrl,
}

impl Action {
    /// Its name in policies.
    fn name(self) -> &'static str {
        match self {
            Self::AddPermission => "lambda:AddPermission",
            Self::CreateUrl => "lambda:CreateFunctionUrlConfig",
            Self::DeleteConcurrency => "lambda:DeleteFunctionConcurrency",
            Self::DeleteUrl => "lambda:DeleteFunctionUrlConfig",
            Self::GetConcurrency => "lambda:GetFunctionConcurrency",
            Self::GetConfiguration => "lambda:GetFunctionConfiguration",
            Self::GetFunction => "lambda:GetFunction",
            Self::GetPolicy => "lambda:GetPolicy",
            Self::GetUrl => "lambda:GetFunctionUrlConfig",
            Self::Invoke => "lambda:InvokeFunction",
            Self::ListUrls => "lambda:ListFunctionUrlConfigs",
            Self::PutConcurrency => "lambda:PutFunctionConcurrency",
            Self::RemovePermission => "lambda:RemovePermission",
            Self::UpdateUrl => "lambda:UpdateFunctionUrlConfig",
        }
    }
}

/// A request and its verified caller.
#[derive(Clone, Copy)]
struct Signed<'a> {
    call: &'a Call,
    who: &'a Authenticated,
}

/// A request that acts on one function.
struct FunctionRequest<'a> {
    cloud: &'a ServerContext,
    call: &'a Call,
    /// ARN of the function.
    arn: String,
}

impl FunctionRequest<'_> {
    fn store(&self) -> &Store {
        &self.cloud.store
    }

    fn now(&self) -> SystemTime {
        self.call.now
    }

    /// A parameter of the query string.
    fn parameter(&self, name: &str) -> Option<String> {
        parameter(self.call, name)
    }

    /// Reads the function.
    fn read<T>(&self, read: impl FnOnce(&Function) -> Result<T, Refused>) -> Result<T, Refused> {
        let state = self.store().read();
        read(state.function(&self.arn).ok_or_else(|| gone(&self.arn))?)
    }

    /// Changes the function.
    fn change<T>(&self, change: impl FnOnce(&mut Function) -> Result<T, Refused>) -> Result<T, Refused> {
        self.store()
            .change(|state| state.change_function(&self.arn, change).unwrap_or_else(|| Err(gone(&self.arn))))
    }

    /// The parsed body.
    fn body<T: serde::de::DeserializeOwned>(&self) -> Result<T, Refused> {
        serde_json::from_slice(&self.call.body).map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> Refused {
    let message = format!("Could not parse request body into json: {error}");
    refused(400, "InvalidRequestContentException", Member::Lower, message)
}

fn parameter(call: &Call, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(call.query.as_bytes());
    pairs.find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// Whether a path belongs to this API: `/2015-03-31/functions/…`
pub(super) fn is_path(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    let version = segments.next().unwrap_or_default();
    let dated = version.len() == 10 && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    dated && segments.next() == Some("functions")
}

pub(super) async fn answer(cloud: &ServerContext, call: &Call, who: &Authenticated) -> Reply {
    route(cloud, Signed { call, who }).await.unwrap_or_else(|refused| *refused)
}

async fn route(cloud: &ServerContext, signed: Signed<'_>) -> ApiResult {
    let call = signed.call;
    let segments: Vec<String> = call
        .path
        .split('/')
        .skip(1)
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> =
        segments.iter().map(String::as_str).filter(|segment| !segment.is_empty()).collect();
    let method = call.method.as_str();
    if let ("GET", ["2015-03-31", "functions"]) = (method, segments.as_slice()) {
        return functions::list(cloud, signed);
    }
    let Some((action, function, sid)) = action_of(method, &segments) else {
        let message = format!(
            "The local cloud does not implement lambda {method} {}. Of lambda it has {KNOWN}.",
            call.path
        );
        return Err(refused(501, "NotImplementedException", Member::Lower, message));
    };
    let arn = enter(&cloud.store, signed, action, function)?;
    let request = FunctionRequest { cloud, call, arn };
    match action {
        Action::AddPermission => permission::add(&request),
        Action::CreateUrl => url_config::create(&request),
        Action::DeleteConcurrency => concurrency::delete(&request),
        Action::DeleteUrl => url_config::delete(&request),
        Action::GetConcurrency => concurrency::get(&request),
        Action::GetConfiguration => functions::configuration(&request),
        Action::GetFunction => functions::get(&request),
        Action::GetPolicy => permission::get(&request),
        Action::GetUrl => url_config::get(&request),
        Action::Invoke => invoke::invoke(&request).await,
        Action::ListUrls => url_config::list(&request),
        Action::PutConcurrency => concurrency::put(&request),
        Action::RemovePermission => permission::remove(&request, sid),
        Action::UpdateUrl => url_config::update(&request),
    }
}

/// The table of routes to a function: the action, the function, and the statement id of a policy.
fn action_of<'a>(method: &str, segments: &[&'a str]) -> Option<(Action, &'a str, &'a str)> {
    let [version, "functions", function, rest @ ..] = segments else { return None };
    let action = match (method, *version, rest) {
        ("GET", "2015-03-31", []) => Action::GetFunction,
        ("GET", "2015-03-31", ["configuration"]) => Action::GetConfiguration,
        ("POST", "2015-03-31", ["invocations"]) => Action::Invoke,
        ("POST", "2015-03-31", ["policy"]) => Action::AddPermission,
        ("GET", "2015-03-31", ["policy"]) => Action::GetPolicy,
        ("DELETE", "2015-03-31", ["policy", sid]) => {
            return Some((Action::RemovePermission, function, sid));
        }
        ("POST", "2021-10-31", ["url"]) => Action::CreateUrl,
        ("GET", "2021-10-31", ["url"]) => Action::GetUrl,
        ("PUT", "2021-10-31", ["url"]) => Action::UpdateUrl,
        ("DELETE", "2021-10-31", ["url"]) => Action::DeleteUrl,
        ("GET", "2021-10-31", ["urls"]) => Action::ListUrls,
        ("PUT", "2017-10-31", ["concurrency"]) => Action::PutConcurrency,
        ("GET", "2019-09-30", ["concurrency"]) => Action::GetConcurrency,
        ("DELETE", "2017-10-31", ["concurrency"]) => Action::DeleteConcurrency,
        _ => return None,
    };
    Some((action, function, ""))
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

/// An invalid member of a request.
fn validation(shown: &str, field: &str, constraint: &str) -> Refused {
    let message = format!(
        "1 validation error detected: Value {shown} at '{field}' failed to satisfy constraint: {constraint}"
    );
    refused(400, "ValidationException", Member::Lower, message)
}

fn missing(message: impl Into<String>) -> Refused {
    exception(404, "ResourceNotFoundException", "Message", message)
}

/// The function doesn't exist (any more).
fn gone(arn: &str) -> Refused {
    missing(format!("Function not found: {arn}"))
}

impl From<Unsaved> for Refused {
    fn from(unsaved: Unsaved) -> Self {
        exception(500, "ServiceException", "Message", unsaved.to_string())
    }
}

/// Finds the function and checks that the caller may do this to it.
fn enter(store: &Store, signed: Signed<'_>, action: Action, function: &str) -> Result<String, Refused> {
    let Signed { call, who } = signed;
    let state = store.read();
    let (arn, qualifier) = arn_of(who, function);
    let qualifier = parameter(call, "Qualifier").or(qualifier).filter(|qualifier| qualifier != "$LATEST");
    let mut context = authorise::context(call, who);
    if let Some(kind) = url_config::auth_type_of(action, call, state.function(&arn).map(AsRef::as_ref)) {
        context = context.with("lambda:FunctionUrlAuthType", kind);
    }
    allow(&state, signed, action.name(), &arn, &context)?;
    if state.function(&arn).is_none() || qualifier.is_some() {
        let qualifier = qualifier.map_or(String::new(), |q| format!(":{q}"));
        return Err(missing(format!("Function not found: {arn}{qualifier}")));
    }
    Ok(arn)
}

fn allow(
    state: &State,
    Signed { call, who }: Signed<'_>,
    action: &str,
    resource: &str,
    context: &Context,
) -> Result<(), Refused> {
    let function = state.function(resource);
    let policy = function.and_then(|f| Some(Attached { name: &f.name, policy: f.policy()? }));
    let decision = AccessCheck { action, resource, context, policy }.decide(state, who, &call.journal);
    if decision.allowed() {
        return Ok(());
    }
    let message = denied(who, action, resource, decision);
    Err(refused(403, "AccessDeniedException", Member::Upper, message))
}

/// The ARN of `hello`, `hello:1`, `123456789012:function:hello` or of the whole ARN, and the
/// qualifier.
fn arn_of(who: &Authenticated, function: &str) -> (String, Option<String>) {
    let own = format!("arn:aws:lambda:{}:", who.region);
    let whole = if function.starts_with("arn:") {
        function.to_owned()
    } else if function.contains(":function:") {
        format!("{own}{function}")
    } else {
        format!("{own}{}:function:{function}", who.account())
    };
    let mut parts = whole.splitn(8, ':');
    let arn: Vec<&str> = parts.by_ref().take(7).collect();
    (arn.join(":"), parts.next().map(str::to_owned))
}
