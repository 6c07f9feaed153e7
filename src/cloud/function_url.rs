//! The function URL: who may call it, and what the function says.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

use std::time::SystemTime;

use super::authenticate::{Authenticated, Refusal};
use super::authorise::{Ask, decide};
use super::random::Random;
use super::reply::{Member, Reply};
use super::state::{Function, State};
use crate::core::iam::Context;

/// The largest body that a buffered call takes, in bytes.
pub(super) const MOST_BYTES: usize = 6_291_456;

const DENIED: &str = "AccessDeniedException";

/// There is no URL of this id.
pub(super) fn unknown() -> Reply {
    Reply::error(403, DENIED, Member::Upper, None)
}

/// The body is larger than [`MOST_BYTES`].
pub(super) fn too_large() -> Reply {
    let message = format!("Request must be smaller than {MOST_BYTES} bytes for the InvokeFunction operation");
    Reply::error(413, "RequestTooLargeException", Member::Upper, Some(&message))
}

/// The caller did not prove who it is.
pub(super) fn refused(refusal: &Refusal) -> Reply {
    match refusal {
        Refusal::Unsigned => Reply::error(403, DENIED, Member::Upper, Some("Forbidden")),
        _ => refusal.json(),
    }
}

/// Since October 2025 a function URL asks for both actions.
pub(super) fn answer(
    state: &State,
    function: &Function,
    who: &Authenticated,
    now: SystemTime,
    random: &Random,
) -> Reply {
    let context = Context::default()
        .with("lambda:FunctionUrlAuthType", "AWS_IAM")
        .with("lambda:InvokedViaFunctionUrl", "true");
    let allowed = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"].iter().all(|action| {
        decide(state, who, &Ask { action, resource: &function.arn, context: &context }).allowed()
    });
    if !allowed {
        let message = "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";
        return Reply::error(403, DENIED, Member::Upper, Some(message));
    }
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let (root, parent) = (random.hex(12), random.hex(8));
    let trace = format!("Root=1-{seconds:08x}-{root};Parent={parent};Sampled=0");
    hello().with("X-Amzn-Trace-Id", trace)
}

/// The function: it returns a string, which Lambda sends unquoted, as application/json.
fn hello() -> Reply {
    Reply::json(200, "Hello from Lambda!".to_owned())
}
