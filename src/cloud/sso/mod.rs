//! IAM Identity Center: logging in, and the keys of the roles that are assigned.
//!
//! Owns which paths are served. Everybody who presses the
//! button of the login page is the declared user. Refuses clients on other machines.

pub(super) mod login;
mod oidc;
mod portal;

use serde_json::json;

use super::reply::{Member, Reply};
use super::request::Call;
use super::server_context::ServerContext;
use super::state::State;

/// What a path belongs to.
#[derive(Clone, Copy)]
pub(super) enum Endpoint {
    Register,
    StartDevice,
    Token,
    /// The login page for a device code.
    Device,
    /// The login page for an authorization code.
    Authorize,
    RoleCredentials,
    Accounts,
    Roles,
    Logout,
}

/// What serves this path, if Identity Center is declared.
pub(super) fn find(state: &State, path: &str) -> Option<Endpoint> {
    let endpoint = match path {
        "/client/register" => Endpoint::Register,
        "/device_authorization" => Endpoint::StartDevice,
        "/token" => Endpoint::Token,
        "/device" => Endpoint::Device,
        "/authorize" => Endpoint::Authorize,
        "/federation/credentials" => Endpoint::RoleCredentials,
        "/assignment/accounts" => Endpoint::Accounts,
        "/assignment/roles" => Endpoint::Roles,
        "/logout" => Endpoint::Logout,
        _ => return None,
    };
    state.sso.as_ref().map(|_| endpoint)
}

pub(super) fn answer(cloud: &ServerContext, endpoint: Endpoint, call: &Call) -> Reply {
    if !call.peer.is_loopback() {
        return Reply::text(403, "the login of this cloud serves this machine only\n");
    }
    let result = match (endpoint, call.method.as_str()) {
        (Endpoint::Register, "POST") => oidc::register(cloud, call),
        (Endpoint::StartDevice, "POST") => oidc::start_device(cloud, call),
        (Endpoint::Token, "POST") => oidc::token(cloud, call),
        (Endpoint::Device, "GET" | "POST") => return login::device(cloud, call),
        (Endpoint::Authorize, "GET" | "POST") => return login::authorize(cloud, call),
        (Endpoint::RoleCredentials, "GET") => portal::role_credentials(cloud, call),
        (Endpoint::Accounts, "GET") => portal::accounts(cloud, call),
        (Endpoint::Roles, "GET") => portal::roles(cloud, call),
        (Endpoint::Logout, "POST") => portal::logout(cloud, call),
        _ => {
            return Reply::error(405, "MethodNotAllowedException", Member::Lower, Some("Method Not Allowed"));
        }
    };
    result.unwrap_or_else(|reply| reply)
}

/// An error of the login, in the words of OAuth 2.0 (RFC 6749, RFC 8628).
fn refused(status: u16, kind: &str, error: &str, description: &str) -> Reply {
    let body = json!({ "error": error, "error_description": description });
    Reply::json(status, body.to_string()).with("x-amzn-ErrorType", kind)
}

/// The value of a parameter in a query.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(own, _)| own == name)
        .map(|(_, value)| value.into_owned())
}
