//! Reserved concurrency.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html>

use serde::Deserialize;
use serde_json::json;

use super::{ApiResult, FunctionRequest, gone, invalid, validation};
use crate::cloud::reply::Reply;

/// Concurrent invocations of an account that may be reserved; the rest must stay unreserved.
const MAX_RESERVED_CONCURRENCY: u32 = 900;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Put {
    reserved_concurrent_executions: Option<i64>,
}

pub(super) fn put(request: &FunctionRequest<'_>) -> ApiResult {
    let asked: Put = request.body()?;
    let Some(given) = asked.reserved_concurrent_executions else {
        return Err(validation("null", "reservedConcurrentExecutions", "Member must not be null"));
    };
    let Ok(reserved) = u32::try_from(given) else {
        let constraint = "Member must have value greater than or equal to 0";
        return Err(validation(&format!("'{given}'"), "reservedConcurrentExecutions", constraint));
    };
    request.store().change(|state| {
        let account = state.function(&request.arn).ok_or_else(|| gone(&request.arn))?.account.clone();
        let others = state.functions().filter(|f| f.account == account && f.arn != request.arn);
        let sum: u32 = others.filter_map(|f| f.reserved_concurrency).fold(0, u32::saturating_add);
        if sum.saturating_add(reserved) > MAX_RESERVED_CONCURRENCY {
            return Err(invalid(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
            ));
        }
        state.change_function(&request.arn, |function| function.reserved_concurrency = Some(reserved));
        Ok(Reply::json(200, json!({ "ReservedConcurrentExecutions": reserved }).to_string()))
    })
}

pub(super) fn get(request: &FunctionRequest<'_>) -> ApiResult {
    request.read(|function| {
        let body = match function.reserved_concurrency {
            Some(reserved) => json!({ "ReservedConcurrentExecutions": reserved }),
            None => json!({}),
        };
        Ok(Reply::json(200, body.to_string()))
    })
}

pub(super) fn delete(request: &FunctionRequest<'_>) -> ApiResult {
    request.change(|function| {
        function.reserved_concurrency = None;
        Ok(Reply::json(204, String::new()))
    })
}
