//! ListFunctions, GetFunction and GetFunctionConfiguration.

use serde_json::{Value, json};

use super::{ApiResult, FunctionRequest, Signed, allow, invalid, parameter};
use crate::cloud::authorise;
use crate::cloud::clock;
use crate::cloud::reply::Reply;
use crate::cloud::server_context::ServerContext;
use crate::cloud::state::{Function, Handler};

/// Functions of one page.
const MAX_PAGE_ITEMS: usize = 50;

fn configuration_of(function: &Function) -> Value {
    let (runtime, handler) = match &function.handler {
        Handler::Builtin(_) => ("provided.al2023", "bootstrap".to_owned()),
        Handler::Program { command, .. } | Handler::Runtime { command, .. } => {
            ("provided.al2023", command.join(" "))
        }
        Handler::Proxy { url } => ("provided.al2023", url.clone()),
    };
    let modified = clock::iso(function.modified);
    let mut configuration = json!({
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Runtime": runtime,
        "Role": format!("arn:aws:iam::{}:role/lambda", function.account),
        "Handler": handler,
        "CodeSize": 0,
        "Description": "",
        "Timeout": function.timeout,
        "MemorySize": 128,
        "LastModified": modified.replace('Z', ".000+0000"),
        "CodeSha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "Version": "$LATEST",
        "TracingConfig": { "Mode": "PassThrough" },
        "RevisionId": function.revision,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
    });
    if !function.environment.is_empty() {
        configuration["Environment"] = json!({ "Variables": function.environment });
    }
    configuration
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub(super) fn list(cloud: &ServerContext, signed: Signed<'_>) -> ApiResult {
    let Signed { call, who } = signed;
    let state = cloud.store.read();
    allow(&state, signed, "lambda:ListFunctions", "*", &authorise::context(call, who))?;
    let most = match parameter(call, "MaxItems").map(|given| given.parse::<usize>()) {
        None => MAX_PAGE_ITEMS,
        Some(Ok(most @ 1..=10_000)) => most.min(MAX_PAGE_ITEMS),
        Some(_) => return Err(invalid("MaxItems must be a number from 1 to 10000.")),
    };
    let after = parameter(call, "Marker");
    let mine = state.functions().filter(|f| f.account == who.account() && f.region == who.region);
    let mut rest = mine.skip_while(|f| after.as_ref().is_some_and(|after| f.name <= *after)).peekable();
    let page: Vec<_> = rest.by_ref().take(most).collect();
    let mut body = json!({ "Functions": page.iter().map(|f| configuration_of(f)).collect::<Vec<_>>() });
    if let (Some(last), true) = (page.last(), rest.peek().is_some()) {
        body["NextMarker"] = json!(last.name);
    }
    Ok(Reply::json(200, body.to_string()))
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>
pub(super) fn get(request: &FunctionRequest<'_>) -> ApiResult {
    request.read(|function| {
        let mut body = json!({
            "Configuration": configuration_of(function),
            "Code": { "RepositoryType": "S3" },
        });
        if let Some(reserved) = function.reserved_concurrency {
            body["Concurrency"] = json!({ "ReservedConcurrentExecutions": reserved });
        }
        Ok(Reply::json(200, body.to_string()))
    })
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>
pub(super) fn configuration(request: &FunctionRequest<'_>) -> ApiResult {
    request.read(|function| Ok(Reply::json(200, configuration_of(function).to_string())))
}
