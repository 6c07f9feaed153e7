//! The login page: one button, and the page that shows a code.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{CROSS_DEVICE, SAME_DEVICE, base};
use crate::cloud::logins::SignInGrant;
use crate::cloud::query::escape;
use crate::cloud::reply::Reply;
use crate::cloud::request::Call;
use crate::cloud::server_context::ServerContext;
use crate::cloud::sso::login::{fits, page as html, problem};
use crate::cloud::sso::parameter;

const CODE_LIFE: Duration = Duration::from_secs(300);

/// Where the AWS CLI waits for the browser, whatever the port.
const CALLBACK: &str = "http://127.0.0.1/oauth/callback";

/// The button sends the browser back to the program, or to the page that shows the code.
pub(super) fn page(cloud: &ServerContext, call: &Call) -> Reply {
    let get = |name: &str| parameter(&call.query, name).unwrap_or_default();
    let (client, redirect_uri, challenge) = (get("client_id"), get("redirect_uri"), get("code_challenge"));
    let is_known = match client.as_str() {
        SAME_DEVICE => fits(CALLBACK, &redirect_uri),
        CROSS_DEVICE => redirect_uri == format!("{}/v1/sessions/confirmation", base(call)),
        _ => return problem("The client isn't known."),
    };
    if !is_known {
        return problem("The redirect URI isn't one of this client.");
    }
    let is_valid = get("response_type") == "code"
        && get("code_challenge_method") == "SHA-256"
        && get("scope") == "openid"
        && !challenge.is_empty();
    if !is_valid {
        return problem(
            "The request isn't one for an authorization code with a challenge of method SHA-256.",
        );
    }
    if call.method != "POST" {
        let user = cloud.store.read().signin.as_ref().map(|signin| signin.user.clone()).unwrap_or_default();
        let button = format!("<form method=\"post\"><button>Log in as {}</button></form>", escape(&user));
        return html(200, &button);
    }
    let code = cloud.store.random.hex(32);
    let Ok(mut back) = url::Url::parse(&redirect_uri) else { return problem("The redirect URI is invalid.") };
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &get("state"));
    let grant = SignInGrant { client, redirect_uri, challenge };
    cloud.logins.lock().signin_codes.insert(code, grant, call.now, CODE_LIFE);
    html(302, "").with("location", back.to_string())
}

/// Shows the code and the state in the form that `aws login --remote` takes.
pub(super) fn confirmation(call: &Call) -> Reply {
    let (Some(code), Some(state)) = (parameter(&call.query, "code"), parameter(&call.query, "state")) else {
        return problem("There is no code.");
    };
    let shown = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("state", &state)
        .append_pair("code", &code)
        .finish();
    html(200, &format!("<p>Copy this code to your program:</p>\n<pre>{}</pre>", STANDARD.encode(shown)))
}
