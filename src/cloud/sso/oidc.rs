//! RegisterClient, StartDeviceAuthorization and CreateToken.
//!
//! Source: <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/>

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::refused;
use crate::cloud::clock::unix_seconds;
use crate::cloud::logins::{Client, Device, Entries, Session};
use crate::cloud::reply::Reply;
use crate::cloud::request::Call;
use crate::cloud::server_context::ServerContext;

const CLIENT_LIFE: Duration = Duration::from_secs(90 * 86_400);
const DEVICE_CODE_LIFE: Duration = Duration::from_secs(600);
const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(3600);
/// How long a login lasts, as Identity Center has it unless it's configured.
const SESSION_LIFE: Duration = Duration::from_secs(8 * 3600);

/// The largest request; what a client registers is kept in memory.
const MAX_BODY_BYTES: usize = 16_384;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    client_name: Option<String>,
    client_type: Option<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartDevice {
    client_id: Option<String>,
    client_secret: Option<String>,
    start_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenRequest {
    client_id: Option<String>,
    client_secret: Option<String>,
    grant_type: Option<String>,
    device_code: Option<String>,
    code: Option<String>,
    code_verifier: Option<String>,
    redirect_uri: Option<String>,
    refresh_token: Option<String>,
}

fn read<'a, T: Deserialize<'a>>(call: &'a Call) -> Result<T, Reply> {
    if call.body.len() > MAX_BODY_BYTES {
        return Err(invalid_request("The request body is too large."));
    }
    serde_json::from_slice(&call.body).map_err(|_| invalid_request("The request body is not valid JSON."))
}

fn invalid_request(description: &str) -> Reply {
    refused(400, "InvalidRequestException", "invalid_request", description)
}

fn invalid_client() -> Reply {
    refused(401, "InvalidClientException", "invalid_client", "Invalid client or client credentials")
}

fn invalid_grant() -> Reply {
    refused(400, "InvalidGrantException", "invalid_grant", "Invalid grant provided")
}

fn expired(description: &str) -> Reply {
    refused(400, "ExpiredTokenException", "expired_token", description)
}

pub(super) fn register(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let given: Registration = read(call)?;
    if given.client_name.is_none_or(|name| name.is_empty()) {
        return Err(invalid_request("The parameter clientName is missing."));
    }
    if given.client_type.as_deref() != Some("public") {
        let description = "The only client type is public.";
        return Err(refused(400, "InvalidClientMetadataException", "invalid_client_metadata", description));
    }
    let random = &cloud.store.random;
    let (id, secret) = (random.base32(22), random.hex(64));
    let client = Client { secret: secret.clone(), redirect_uris: given.redirect_uris };
    cloud.logins.lock().clients.insert(id.clone(), client, call.now, CLIENT_LIFE);
    let body = json!({
        "clientId": id,
        "clientSecret": secret,
        "clientIdIssuedAt": unix_seconds(call.now),
        "clientSecretExpiresAt": unix_seconds(call.now + CLIENT_LIFE),
    });
    Ok(Reply::json(200, body.to_string()))
}

/// The id of a client whose secret is right.
fn client(logins: &Entries, call: &Call, id: Option<String>, secret: Option<&str>) -> Result<String, Reply> {
    let id = id.ok_or_else(invalid_client)?;
    let known =
        logins.clients.get(&id, call.now).is_some_and(|client| Some(client.secret.as_str()) == secret);
    if known { Ok(id) } else { Err(invalid_client()) }
}

pub(super) fn start_device(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let given: StartDevice = read(call)?;
    let client = client(&cloud.logins.lock(), call, given.client_id, given.client_secret.as_deref())?;
    let bare = |url: &str| url.trim_end_matches(['#', '/']).to_owned();
    let start_url = cloud.store.read().sso.as_ref().map(|sso| bare(&sso.start_url));
    if given.start_url.as_deref().map(bare) != start_url {
        return Err(invalid_request("The start URL isn't the one of this Identity Center."));
    }
    let random = &cloud.store.random;
    let (device_code, letters) = (random.hex(32), random.base32(8));
    let user_code = format!("{}-{}", &letters[..4], &letters[4..]);
    let page = format!("http://{}/device", cloud.address);
    let body = json!({
        "deviceCode": device_code,
        "userCode": user_code,
        "verificationUri": page,
        "verificationUriComplete": format!("{page}?user_code={user_code}"),
        "expiresIn": DEVICE_CODE_LIFE.as_secs(),
        "interval": 1,
    });
    let device = Device { client, user_code, approved: false };
    cloud.logins.lock().devices.insert(device_code, device, call.now, DEVICE_CODE_LIFE);
    Ok(Reply::json(200, body.to_string()))
}

pub(super) fn token(cloud: &ServerContext, call: &Call) -> Result<Reply, Reply> {
    let given: TokenRequest = read(call)?;
    // Locked until the new tokens are in: a logout in between wouldn't end them.
    let mut logins = cloud.logins.lock();
    let client = client(&logins, call, given.client_id.clone(), given.client_secret.as_deref())?;
    let new =
        |client: String| Session { client, id: cloud.store.random.uuid(), ends: call.now + SESSION_LIFE };
    let session = match given.grant_type.as_deref() {
        Some(DEVICE_GRANT) => new(by_device(&mut logins, call, &client, given.device_code.as_deref())?),
        Some("authorization_code") => new(by_code(&mut logins, call, &client, &given)?),
        Some("refresh_token") => by_refresh(&logins, call, &client, given.refresh_token.as_deref())?,
        Some(_) => {
            let description = "The grant type is not supported.";
            return Err(refused(400, "UnsupportedGrantTypeException", "unsupported_grant_type", description));
        }
        None => return Err(invalid_request("The parameter grantType is missing.")),
    };
    let random = &cloud.store.random;
    let (access, refresh) = (format!("aoaAAAAA{}", random.hex(48)), format!("aorAAAAA{}", random.hex(48)));
    let left = session.ends.duration_since(call.now).unwrap_or_default();
    let life = ACCESS_TOKEN_LIFE.min(left);
    logins.access_tokens.insert(access.clone(), session.clone(), call.now, life);
    logins.refresh_tokens.insert(refresh.clone(), session, call.now, left);
    let body = json!({
        "accessToken": access,
        "tokenType": "Bearer",
        "expiresIn": life.as_secs(),
        "refreshToken": refresh,
    });
    Ok(Reply::json(200, body.to_string()))
}

fn by_device(logins: &mut Entries, call: &Call, client: &str, code: Option<&str>) -> Result<String, Reply> {
    let code = code.ok_or_else(|| invalid_request("The parameter deviceCode is missing."))?;
    match logins.devices.get(code, call.now) {
        Some(device) if device.client != client => Err(invalid_grant()),
        Some(device) if device.approved => {
            logins.devices.take(code, call.now);
            Ok(client.to_owned())
        }
        Some(_) => Err(refused(400, "AuthorizationPendingException", "authorization_pending", "")),
        None if logins.devices.has(code) => Err(expired("Device code has expired")),
        None => Err(refused(400, "InvalidGrantException", "invalid_grant", "Invalid device code provided")),
    }
}

/// An authorization code is used up, whoever presents it.
fn by_code(logins: &mut Entries, call: &Call, client: &str, given: &TokenRequest) -> Result<String, Reply> {
    let code = given.code.as_deref().ok_or_else(|| invalid_request("The parameter code is missing."))?;
    let taken = logins.codes.take(code, call.now).ok_or_else(invalid_grant)?;
    let verifier = given.code_verifier.as_deref().unwrap_or_default();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let fits = taken.client == client
        && given.redirect_uri.as_deref() == Some(taken.redirect_uri.as_str())
        && challenge == taken.challenge.trim_end_matches('=');
    if fits { Ok(taken.client) } else { Err(invalid_grant()) }
}

/// Older refresh tokens of a login stay valid until it ends.
fn by_refresh(logins: &Entries, call: &Call, client: &str, token: Option<&str>) -> Result<Session, Reply> {
    let token = token.ok_or_else(|| invalid_request("The parameter refreshToken is missing."))?;
    let session = logins.refresh_tokens.get(token, call.now).filter(|session| session.client == client);
    session.cloned().ok_or_else(|| {
        refused(400, "InvalidGrantException", "invalid_grant", "Invalid refresh token provided")
    })
}
