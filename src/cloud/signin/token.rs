//! CreateOAuth2Token.
//!
//! Owns that a code and a refresh token are used once, and that only the owner of the key that was
//! presented first may refresh a login.
//!
//! Source: <https://docs.aws.amazon.com/signin/latest/APIReference/API_CreateOAuth2Token.html>

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{base, refused};
use crate::cloud::clock::unix_seconds;
use crate::cloud::jwt;
use crate::cloud::logins::{Entries, SignInSession};
use crate::cloud::query;
use crate::cloud::reply::Reply;
use crate::cloud::request::Call;
use crate::cloud::server_context::ServerContext;
use crate::cloud::state::{NewSession, SessionSource, SignIn, Tags};

const KEYS_LIFE: Duration = Duration::from_secs(900);
/// How long a login lasts, whatever is refreshed.
const SESSION_LIFE: Duration = Duration::from_secs(12 * 3600);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenRequest {
    client_id: String,
    grant_type: String,
    code: Option<String>,
    code_verifier: Option<String>,
    redirect_uri: Option<String>,
    refresh_token: Option<String>,
}

fn invalid(message: &str) -> Reply {
    refused(400, "ValidationException", "INVALID_REQUEST", message)
}

fn denied(error: &str, message: &str) -> Reply {
    refused(401, "AccessDeniedException", error, message)
}

pub(super) fn create(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let given: TokenRequest =
        serde_json::from_slice(&call.body).map_err(|_| invalid("The request body is not valid JSON."))?;
    let signin = cloud.store.read().signin.clone().ok_or_else(|| invalid("Sign-in is not available."))?;
    let key = proven_key(call).ok_or_else(|| invalid("The DPoP proof is missing or invalid."))?;
    // Locked until the new token is in.
    let mut logins = cloud.logins.lock();
    let (session, id_token) = match given.grant_type.as_str() {
        "authorization_code" => {
            by_code(&mut logins, call, &given)?;
            let session = SignInSession { client: given.client_id, key, ends: call.now + SESSION_LIFE };
            let id_token = id_token(&signin, &session.client, call);
            (session, Some(id_token))
        }
        "refresh_token" => (by_refresh(&mut logins, call, &given, &key)?, None),
        _ => return Err(invalid("The grant type is not supported.")),
    };
    let left = session.ends.duration_since(call.now).unwrap_or_default();
    let life = KEYS_LIFE.min(left);
    let refresh_token = cloud.store.random.hex(64);
    logins.signin_refresh_tokens.insert(refresh_token.clone(), session, call.now, left);
    let new = NewSession {
        account: signin.account,
        source: SessionSource::SessionToken { user: Some(signin.user) },
        now: call.now,
        life,
        // Whoever has logged in to the console may use IAM; keys of GetSessionToken only with a code.
        mfa: Some(call.now),
        policies: Vec::new(),
        tags: Tags::new(),
        source_identity: None,
    };
    let minted = cloud.store.change(|state| Ok::<_, query::Error>(state.mint(new, &cloud.store.random)));
    let keys =
        minted.map_err(|failed| refused(500, "InternalServerException", "SERVER_ERROR", &failed.message))?;
    let mut body = json!({
        "accessToken": {
            "accessKeyId": keys.access_key,
            "secretAccessKey": keys.secret_key.expose(),
            "sessionToken": keys.token.expose(),
        },
        "tokenType": "aws_sigv4",
        "expiresIn": life.as_secs(),
        "refreshToken": refresh_token,
    });
    if let Some(id_token) = id_token {
        body["idToken"] = id_token.into();
    }
    Ok(Reply::json(200, body.to_string()))
}

/// The key that has signed the proof of this request. Its time isn't checked: the cloud's clock can be
/// moved.
fn proven_key(call: &Call) -> Option<String> {
    let proof = jwt::Token::read(call.header("dpop")?)?;
    let is_for_this = proof.text("htm") == Some("POST")
        && proof.text("htu") == Some(format!("{}/v1/token", base(call)).as_str())
        && proof.text("jti").is_some();
    proof.proven_key().filter(|_| is_for_this)
}

/// An authorization code is used up, whoever presents it.
fn by_code(logins: &mut Entries, call: &Call, given: &TokenRequest) -> Result<(), Reply> {
    let expired = || denied("AUTHCODE_EXPIRED", "The authorization code has expired.");
    let code = given.code.as_deref().ok_or_else(|| invalid("The parameter code is missing."))?;
    let taken = logins.signin_codes.take(code, call.now).ok_or_else(expired)?;
    let challenge =
        URL_SAFE_NO_PAD.encode(Sha256::digest(given.code_verifier.as_deref().unwrap_or_default()));
    let fits = taken.client == given.client_id
        && given.redirect_uri.as_deref() == Some(taken.redirect_uri.as_str())
        && challenge == taken.challenge.trim_end_matches('=');
    if fits { Ok(()) } else { Err(invalid("The authorization code doesn't fit the request.")) }
}

/// A refresh token is used up, and the next one takes its place.
fn by_refresh(
    logins: &mut Entries,
    call: &Call,
    given: &TokenRequest,
    key: &str,
) -> Result<SignInSession, Reply> {
    let token = given.refresh_token.as_deref();
    let token = token.ok_or_else(|| invalid("The parameter refreshToken is missing."))?;
    let known = logins.signin_refresh_tokens.get(token, call.now);
    if known.is_some_and(|session| session.client != given.client_id || session.key != key) {
        return Err(invalid("The refresh token belongs to another client or key."));
    }
    let taken = logins.signin_refresh_tokens.take(token, call.now);
    taken.ok_or_else(|| denied("TOKEN_EXPIRED", "The refresh token has expired."))
}

/// Whose login it is. Nobody verifies it: it comes over the connection that asked for it.
fn id_token(signin: &SignIn, client: &str, call: &Call) -> String {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({ "alg": "none", "typ": "JWT" }));
    let claims = part(json!({
        "sub": signin.arn, "aud": client, "iss": base(call), "iat": unix_seconds(call.now),
        "exp": unix_seconds(call.now + KEYS_LIFE),
    }));
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode("unsigned"))
}
