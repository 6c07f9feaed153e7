//! The configuration of function URLs.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html>

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Action, ApiResult, FunctionRequest, Refused, exception, gone, missing, validation};
use crate::cloud::clock;
use crate::cloud::reply::Reply;
use crate::cloud::request::Call;
use crate::cloud::state::{AuthType, Cors, Function, InvokeMode, UrlConfig};

/// The most origins and headers of a CORS configuration.
const MAX_CORS_NAMES: usize = 100;
const MAX_CORS_METHODS: usize = 6;
const METHODS: [&str; 7] = ["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"];
const MAX_CORS_AGE_SECONDS: u32 = 86_400;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Body {
    auth_type: Option<String>,
    cors: Option<Cors>,
    invoke_mode: Option<String>,
}

/// `lambda:FunctionUrlAuthType` of a call on a URL: the new value, else the current one.
pub(super) fn auth_type_of(action: Action, call: &Call, function: Option<&Function>) -> Option<String> {
    let now = || Some(function?.url.as_ref()?.auth_type.as_str().to_owned());
    match action {
        Action::CreateUrl | Action::UpdateUrl => {
            let body: Option<Body> = serde_json::from_slice(&call.body).ok();
            body.and_then(|body| body.auth_type).or_else(now)
        }
        Action::GetUrl | Action::DeleteUrl | Action::ListUrls => now(),
        Action::AddPermission
        | Action::DeleteConcurrency
        | Action::GetConcurrency
        | Action::GetConfiguration
        | Action::GetFunction
        | Action::GetPolicy
        | Action::Invoke
        | Action::PutConcurrency
        | Action::RemovePermission => None,
    }
}

fn auth_type(given: Option<&str>) -> Result<Option<AuthType>, Refused> {
    match given {
        None => Ok(None),
        Some("AWS_IAM") => Ok(Some(AuthType::AwsIam)),
        Some("NONE") => Ok(Some(AuthType::None)),
        Some(other) => {
            let constraint = "Member must satisfy enum value set: [NONE, AWS_IAM]";
            Err(validation(&format!("'{other}'"), "authType", constraint))
        }
    }
}

fn invoke_mode(given: Option<&str>) -> Result<Option<InvokeMode>, Refused> {
    match given {
        None => Ok(None),
        Some("BUFFERED") => Ok(Some(InvokeMode::Buffered)),
        Some("RESPONSE_STREAM") => Ok(Some(InvokeMode::ResponseStream)),
        Some(other) => {
            let constraint = "Member must satisfy enum value set: [BUFFERED, RESPONSE_STREAM]";
            Err(validation(&format!("'{other}'"), "invokeMode", constraint))
        }
    }
}

fn check_cors(cors: &Cors) -> Result<(), Refused> {
    let lists = [
        (&cors.allow_origins, "cors.allowOrigins", MAX_CORS_NAMES),
        (&cors.allow_headers, "cors.allowHeaders", MAX_CORS_NAMES),
        (&cors.expose_headers, "cors.exposeHeaders", MAX_CORS_NAMES),
        (&cors.allow_methods, "cors.allowMethods", MAX_CORS_METHODS),
    ];
    for (list, field, most) in lists {
        if let Some(list) = list.as_ref().filter(|list| list.len() > most) {
            let constraint = format!("Member must have length less than or equal to {most}");
            return Err(validation(&format!("'[{}]'", list.join(", ")), field, &constraint));
        }
    }
    let methods = cors.allow_methods.iter().flatten();
    if let Some(other) = methods.into_iter().find(|method| !METHODS.contains(&method.as_str())) {
        let constraint = format!("Member must satisfy enum value set: [{}]", METHODS.join(", "));
        return Err(validation(&format!("'{other}'"), "cors.allowMethods", &constraint));
    }
    if let Some(age) = cors.max_age.filter(|age| *age > MAX_CORS_AGE_SECONDS) {
        let constraint = format!("Member must have value less than or equal to {MAX_CORS_AGE_SECONDS}");
        return Err(validation(&format!("'{age}'"), "cors.maxAge", &constraint));
    }
    Ok(())
}

fn shown(request: &FunctionRequest<'_>, function: &Function, url: &UrlConfig) -> Value {
    let mode = match url.invoke_mode {
        InvokeMode::Buffered => "BUFFERED",
        InvokeMode::ResponseStream => "RESPONSE_STREAM",
    };
    let port = request.cloud.address.port();
    let mut body = json!({
        "FunctionUrl": format!("http://{}.lambda-url.{}.localhost:{port}/", url.id, function.region),
        "FunctionArn": function.arn,
        "AuthType": url.auth_type.as_str(),
        "CreationTime": clock::iso(url.created),
        "LastModifiedTime": clock::iso(url.modified),
        "InvokeMode": mode,
    });
    if let Some(cors) = &url.cors {
        body["Cors"] = json!(cors);
    }
    body
}

fn none() -> Refused {
    missing("The resource you requested does not exist.")
}

pub(super) fn create(request: &FunctionRequest<'_>) -> ApiResult {
    let asked: Body = request.body()?;
    let Some(auth_type) = auth_type(asked.auth_type.as_deref())? else {
        return Err(validation("null", "authType", "Member must not be null"));
    };
    let invoke_mode = invoke_mode(asked.invoke_mode.as_deref())?.unwrap_or(InvokeMode::Buffered);
    asked.cors.as_ref().map_or(Ok(()), check_cors)?;
    let id = request.store().random.hex(16);
    request.change(|function| {
        if function.url.is_some() {
            return Err(exception(
                409,
                "ResourceConflictException",
                "message",
                format!(
                    "Failed to create function url config for [functionArn = {}]. Error message:  FunctionUrlConfig exists for this Lambda function",
                    function.arn
                ),
            ));
        }
        let mut url = UrlConfig::new(id, request.now());
        (url.auth_type, url.invoke_mode, url.cors) = (auth_type, invoke_mode, asked.cors);
        let mut body = shown(request, function, &url);
        body.as_object_mut().and_then(|body| body.remove("LastModifiedTime"));
        function.url = Some(url);
        Ok(Reply::json(201, body.to_string()))
    })
}

pub(super) fn get(request: &FunctionRequest<'_>) -> ApiResult {
    request.read(|function| {
        let url = function.url.as_ref().ok_or_else(none)?;
        Ok(Reply::json(200, shown(request, function, url).to_string()))
    })
}

pub(super) fn list(request: &FunctionRequest<'_>) -> ApiResult {
    request.read(|function| {
        let configs: Vec<_> = function.url.iter().map(|url| shown(request, function, url)).collect();
        Ok(Reply::json(200, json!({ "FunctionUrlConfigs": configs }).to_string()))
    })
}

pub(super) fn update(request: &FunctionRequest<'_>) -> ApiResult {
    let asked: Body = request.body()?;
    let auth_type = auth_type(asked.auth_type.as_deref())?;
    let invoke_mode = invoke_mode(asked.invoke_mode.as_deref())?;
    asked.cors.as_ref().map_or(Ok(()), check_cors)?;
    request.change(|function| {
        let url = function.url.as_mut().ok_or_else(none)?;
        url.auth_type = auth_type.unwrap_or(url.auth_type);
        url.invoke_mode = invoke_mode.unwrap_or(url.invoke_mode);
        // An empty configuration removes the old one.
        if let Some(cors) = asked.cors {
            url.cors = Some(cors).filter(|cors| *cors != Cors::default());
        }
        url.modified = request.now();
        let url = function.url.as_ref().ok_or_else(|| gone(&request.arn))?;
        Ok(Reply::json(200, shown(request, function, url).to_string()))
    })
}

pub(super) fn delete(request: &FunctionRequest<'_>) -> ApiResult {
    request.change(|function| match function.url.take() {
        Some(_) => Ok(Reply::json(204, String::new())),
        None => Err(none()),
    })
}
