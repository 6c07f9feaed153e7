//! The credentials endpoint of a container, as Amazon ECS and Amazon EKS have it.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

use http::header::AUTHORIZATION;
use serde_json::json;

use super::{NoCredentials, credentials, failed};
use crate::cloud::clock;
use crate::cloud::reply::Reply;
use crate::cloud::request::Call;
use crate::cloud::server_context::ServerContext;
use crate::cloud::state::MachineKind;

fn refused(status: u16, code: &str, message: &str) -> Reply {
    let body = json!({ "code": code, "message": message, "HTTPErrorCode": status });
    Reply::json(status, body.to_string())
}

pub(super) fn answer(cloud: &ServerContext, call: &Call) -> Reply {
    if call.method != "GET" {
        return refused(405, "MethodNotAllowed", "The credentials endpoint accepts GET only.");
    }
    if !is_authorized(cloud, call) {
        let message = "The Authorization header is missing or isn't the container's token.";
        return refused(401, "AccessDenied", message);
    }
    let session = match credentials(cloud, MachineKind::Container, call) {
        Ok(session) => session,
        Err(NoCredentials::NotAssumable(role)) => {
            let message = format!("ECS is unable to assume the role '{role}'.");
            return refused(400, "AccessDenied", &message);
        }
        Err(NoCredentials::Unsaved(unsaved)) => return failed(unsaved),
    };
    let role = cloud.store.read().machine_role(MachineKind::Container).map(|role| role.arn.clone());
    let body = json!({
        "RoleArn": role,
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key.expose(),
        "Token": session.token.expose(),
        "Expiration": clock::iso(session.expires),
        "AccountId": session.account,
    });
    Reply::json(200, body.to_string())
}

/// Whether the request has the declared token; without one, no header is needed.
fn is_authorized(cloud: &ServerContext, call: &Call) -> bool {
    let state = cloud.store.read();
    let token = state.machine(MachineKind::Container).and_then(|machine| machine.token.as_ref());
    token.is_none_or(|token| {
        call.headers.get(AUTHORIZATION).is_some_and(|given| given.as_bytes() == token.expose().as_bytes())
    })
}
