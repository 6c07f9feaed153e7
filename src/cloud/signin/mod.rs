//! AWS Sign-In, for `aws login`: a page to log in at, and the keys that a login gives.
//!
//! Owns which paths are served. Everybody who presses the button of the page is the declared user.
//! Refuses clients on other machines.

mod authorize;
mod token;

use serde_json::json;

use super::reply::{Member, Reply};
use super::request::Call;
use super::server_context::ServerContext;
use super::state::State;

const SAME_DEVICE: &str = "arn:aws:signin:::devtools/same-device";
const CROSS_DEVICE: &str = "arn:aws:signin:::devtools/cross-device";

/// What a path belongs to.
#[derive(Clone, Copy)]
pub(super) enum Endpoint {
    /// The login page.
    Authorize,
    /// The page that shows the code to whoever logs in for another machine.
    Confirmation,
    Token,
}

/// What serves this path, if AWS Sign-In is declared.
pub(super) fn find(state: &State, path: &str) -> Option<Endpoint> {
    let endpoint = match path {
        "/v1/authorize" => Endpoint::Authorize,
        "/v1/sessions/confirmation" => Endpoint::Confirmation,
        "/v1/token" => Endpoint::Token,
        _ => return None,
    };
    state.signin.as_ref().map(|_| endpoint)
}

pub(super) fn answer(cloud: &ServerContext, endpoint: Endpoint, call: &Call) -> Reply {
    if !call.peer.is_loopback() {
        return Reply::text(403, "the login of this cloud serves this machine only\n");
    }
    match (endpoint, call.method.as_str()) {
        (Endpoint::Authorize, "GET" | "POST") => authorize::page(cloud, call),
        (Endpoint::Confirmation, "GET") => authorize::confirmation(call),
        (Endpoint::Token, "POST") => token::create(cloud, call).unwrap_or_else(|reply| reply),
        _ => Reply::error(405, "MethodNotAllowedException", Member::Lower, Some("Method Not Allowed")),
    }
}

/// An error, as the service words it.
fn refused(status: u16, kind: &str, error: &str, message: &str) -> Reply {
    let body = json!({ "error": error, "message": message });
    Reply::json(status, body.to_string()).with("x-amzn-ErrorType", kind)
}

/// The address of the cloud, as the client names it.
fn base(call: &Call) -> String {
    format!("http://{}", call.header("host").unwrap_or_default())
}
