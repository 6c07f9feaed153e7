//! Invoke, which waits for the response.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{ApiResult, FunctionRequest, gone, refused, unreadable};
use crate::cloud::clock;
use crate::cloud::function::{Invocation, InvocationError};
use crate::cloud::limits::MAX_PAYLOAD_BYTES;
use crate::cloud::reply::{Member, Reply};

pub(super) async fn invoke(request: &FunctionRequest<'_>) -> ApiResult {
    let call = request.call;
    match call.header("x-amz-invocation-type").unwrap_or("RequestResponse") {
        "RequestResponse" => {}
        "DryRun" => return Ok(Reply::json(204, String::new())),
        other => {
            let message = format!(
                "The local cloud does not implement lambda:Invoke with the invocation type {other}. It has RequestResponse and DryRun."
            );
            return Err(refused(501, "NotImplementedException", Member::Lower, message));
        }
    }
    let payload = if call.body.is_empty() { Bytes::from_static(b"{}") } else { call.body.clone() };
    if payload.len() > MAX_PAYLOAD_BYTES {
        let message = format!(
            "FunctionRequest must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation"
        );
        return Err(refused(413, "RequestTooLargeException", Member::Lower, message));
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(&payload).map_err(|error| unreadable(&error))?;
    let function = request.store().read().function(&request.arn).map(Arc::clone);
    let function = function.ok_or_else(|| gone(&request.arn))?;
    let seconds = clock::unix_seconds(call.now);
    let trace_id = format!("Root=1-{seconds:08x}-{}", request.store().random.hex(12));
    let invocation = Invocation::new(call.id.clone(), function, payload, trace_id.clone());
    let (body, failed) = match request.cloud.functions.call(invocation).await {
        Ok(payload) => (String::from_utf8_lossy(&payload).into_owned(), false),
        Err(InvocationError::Busy) => {
            let body = r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#;
            let reply = Reply::json(429, body.to_owned());
            return Err(Box::new(reply.with("x-amzn-ErrorType", "TooManyRequestsException")));
        }
        Err(failure) => {
            call.journal.note(failure.to_string());
            (told(&failure, request).to_string(), true)
        }
    };
    let reply =
        Reply::json(200, body).with("x-amz-executed-version", "$LATEST").with("x-amzn-trace-id", trace_id);
    Ok(if failed { reply.with("x-amz-function-error", "Unhandled") } else { reply })
}

/// What Lambda returns in place of the response of a failed function.
fn told(failure: &InvocationError, request: &FunctionRequest<'_>) -> Value {
    let id = &request.call.id;
    match failure {
        InvocationError::Function { kind, message } => json!({ "errorMessage": message, "errorType": kind }),
        InvocationError::TimedOut(seconds) => {
            let at = clock::iso(request.now());
            let message = format!("{at} {id} Task timed out after {seconds}.00 seconds");
            json!({ "errorMessage": message, "errorType": "Sandbox.Timedout" })
        }
        InvocationError::Exited(why) => {
            let message = format!("RequestId: {id} Error: {why}");
            json!({ "errorMessage": message, "errorType": "Runtime.ExitError" })
        }
        InvocationError::TooLarge(_) => {
            json!({ "errorMessage": failure.to_string(), "errorType": "Function.ResponseSizeTooLarge" })
        }
        InvocationError::InvalidResponse(_) | InvocationError::Unreachable { .. } | InvocationError::Busy => {
            json!({ "errorMessage": failure.to_string(), "errorType": "Runtime.UnhandledPromiseRejection" })
        }
    }
}
