//! The login page: one button, and nothing that is loaded from elsewhere.

use std::time::Duration;

use super::parameter;
use crate::cloud::logins::Authorization;
use crate::cloud::query::escape;
use crate::cloud::reply::Reply;
use crate::cloud::request::Call;
use crate::cloud::server_context::ServerContext;

const CODE_LIFE: Duration = Duration::from_secs(300);

/// What a page may do: send its form here, and be sent on to a program on this machine.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:* http://localhost:* http://[::1]:*; frame-ancestors 'none'";

pub(in crate::cloud) fn page(status: u16, inner: &str) -> Reply {
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>signpost cloud</title>\n<style>body {{ font: 1rem sans-serif; margin: 4rem auto; max-width: 30rem }}</style>\n<h1>signpost cloud</h1>\n{inner}\n</html>\n"
    );
    Reply { content_type: "text/html; charset=utf-8", ..Reply::text(status, body) }
        .with("content-security-policy", CONTENT_POLICY)
}

pub(in crate::cloud) fn problem(text: &str) -> Reply {
    page(400, &format!("<p>{}</p>", escape(text)))
}

fn user(cloud: &ServerContext) -> String {
    cloud.store.read().sso.as_ref().map(|sso| sso.user.clone()).unwrap_or_default()
}

/// For a device code: the code that the program showed, and the button.
pub(super) fn device(cloud: &ServerContext, call: &Call) -> Reply {
    let Some(given) = parameter(&call.query, "user_code") else {
        return page(
            200,
            "<form method=\"get\"><label>Code <input name=\"user_code\" autofocus></label> <button>Next</button></form>",
        );
    };
    let mut logins = cloud.logins.lock();
    let mut devices = logins.devices.values_mut(call.now);
    let Some(device) = devices.find(|device| device.user_code.eq_ignore_ascii_case(given.trim())) else {
        return problem("This code is unknown or has expired.");
    };
    if call.method == "POST" {
        device.approved = true;
        return page(200, "<p>Request approved. You can close this window.</p>");
    }
    let (code, user) = (escape(&device.user_code), escape(&user(cloud)));
    page(
        200,
        &format!(
            "<p>Does your program show <strong>{code}</strong>?</p>\n<form method=\"post\"><button>Log in as {user}</button></form>"
        ),
    )
}

/// For an authorization code: the button sends the browser back to the program.
pub(super) fn authorize(cloud: &ServerContext, call: &Call) -> Reply {
    let get = |name: &str| parameter(&call.query, name).unwrap_or_default();
    let (client, redirect_uri) = (get("client_id"), get("redirect_uri"));
    let mut logins = cloud.logins.lock();
    let registered = logins.clients.get(&client, call.now);
    let Some(registered) = registered else { return problem("The client isn't registered.") };
    if !registered.redirect_uris.iter().any(|known| fits(known, &redirect_uri)) {
        return problem("The redirect URI isn't the client's, or isn't on this machine.");
    }
    let challenge = get("code_challenge");
    if get("response_type") != "code" || get("code_challenge_method") != "S256" || challenge.is_empty() {
        return problem("The request isn't one for an authorization code with a challenge of method S256.");
    }
    if call.method != "POST" {
        let user = escape(&user(cloud));
        return page(200, &format!("<form method=\"post\"><button>Log in as {user}</button></form>"));
    }
    let code = cloud.store.random.hex(32);
    let Ok(mut back) = url::Url::parse(&redirect_uri) else { return problem("The redirect URI is invalid.") };
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &get("state"));
    logins.codes.insert(code, Authorization { client, redirect_uri, challenge }, call.now, CODE_LIFE);
    page(302, "").with("location", back.to_string())
}

/// Whether a redirect URI is the registered one, whatever its port, and on this machine (RFC 8252,
/// section 7.3).
pub(in crate::cloud) fn fits(registered: &str, given: &str) -> bool {
    let (Ok(registered), Ok(given)) = (url::Url::parse(registered), url::Url::parse(given)) else {
        return false;
    };
    let here = matches!(given.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    here && given.scheme() == "http"
        && registered.scheme() == "http"
        && registered.host_str() == given.host_str()
        && registered.path() == given.path()
}
