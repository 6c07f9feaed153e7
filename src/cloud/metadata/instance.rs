//! The instance metadata service, version 2.
//!
//! Owns its session tokens, which a PUT gives and every GET needs. Refuses version 1, which has none.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::json;

use super::{NoCredentials, credentials, failed};
use crate::cloud::clock;
use crate::cloud::random::Random;
use crate::cloud::reply::Reply;
use crate::cloud::request::Call;
use crate::cloud::server_context::ServerContext;
use crate::cloud::state::MachineKind;

const TTL_HEADER: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
const TTL_SECONDS: RangeInclusive<u64> = 1..=21_600;

const TOKEN_PATH: &str = "/latest/api/token";
const CREDENTIALS_PATH: &str = "/latest/meta-data/iam/security-credentials";

/// The digits of a time in a token.
const TIME_DIGITS: usize = 16;

pub(super) fn answer(cloud: &ServerContext, call: &Call) -> Reply {
    let random = &cloud.store.random;
    match (call.method.as_str(), call.path.as_str()) {
        ("PUT", TOKEN_PATH) => new_token(random, call),
        ("GET" | "HEAD", path) if path != TOKEN_PATH => {
            if !has_token(random, call) {
                return page(401, "Unauthorized");
            }
            metadata(cloud, call)
        }
        _ => page(405, "Method Not Allowed"),
    }
}

fn metadata(cloud: &ServerContext, call: &Call) -> Reply {
    let state = cloud.store.read();
    let role = state.machine_role(MachineKind::Instance).map(|role| role.name.clone());
    let region = state.region.clone();
    drop(state);
    match call.path.as_str() {
        "/latest/meta-data/placement/region" => return Reply::text(200, region),
        "/latest/meta-data/placement/availability-zone" => return Reply::text(200, format!("{region}a")),
        _ => {}
    }
    match (call.path.strip_prefix(CREDENTIALS_PATH), role) {
        // SDKs leave out the last slash.
        (Some("" | "/"), Some(role)) => Reply::text(200, role),
        (Some(asked), Some(role)) if asked.strip_prefix('/') == Some(&role) => {
            credentials_of_role(cloud, call)
        }
        _ => page(404, "Not Found"),
    }
}

fn credentials_of_role(cloud: &ServerContext, call: &Call) -> Reply {
    let body = match credentials(cloud, MachineKind::Instance, call) {
        Ok(session) => json!({
            "Code": "Success",
            "LastUpdated": clock::iso(session.issued),
            "Type": "AWS-HMAC",
            "AccessKeyId": session.access_key,
            "SecretAccessKey": session.secret_key.expose(),
            "Token": session.token.expose(),
            "Expiration": clock::iso(session.expires),
        }),
        Err(NoCredentials::NotAssumable(role)) => json!({
            "Code": "AssumeRoleUnauthorizedAccess",
            "Message": format!("EC2 cannot assume the role {role}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc."),
            "LastUpdated": clock::iso(call.now),
        }),
        Err(NoCredentials::Unsaved(unsaved)) => return failed(unsaved),
    };
    Reply::text(200, body.to_string())
}

/// A token: its expiry and a code that only this cloud can compute.
fn new_token(random: &Random, call: &Call) -> Reply {
    // A request that was forwarded comes from elsewhere.
    if call.header("x-forwarded-for").is_some() {
        return page(403, "Forbidden");
    }
    let ttl = call.header(TTL_HEADER).and_then(|ttl| ttl.trim().parse().ok());
    let Some(ttl) = ttl.filter(|ttl| TTL_SECONDS.contains(ttl)) else {
        return page(400, "Bad Request");
    };
    let expires = format!("{:0TIME_DIGITS$x}", clock::unix_seconds(call.now + Duration::from_secs(ttl)));
    let token = format!("{expires}{}", random.code_for(&token_text(&expires)));
    Reply::text(200, token).with(TTL_HEADER, ttl.to_string())
}

fn has_token(random: &Random, call: &Call) -> bool {
    let Some(given) = call.header(TOKEN_HEADER) else { return false };
    let Some((expires, code)) = given.split_at_checked(TIME_DIGITS) else { return false };
    let lasts = u64::from_str_radix(expires, 16).is_ok_and(|expires| expires > clock::unix_seconds(call.now));
    lasts && random.code_for(&token_text(expires)) == code
}

fn token_text(expires: &str) -> String {
    format!("instance metadata {expires}")
}

/// An error, as the page that the service has for it.
fn page(status: u16, reason: &str) -> Reply {
    let title = format!("{status} - {reason}");
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n\t\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n <head>\n  <title>{title}</title>\n </head>\n <body>\n  <h1>{title}</h1>\n </body>\n</html>\n"
    );
    Reply { content_type: "text/html", ..Reply::text(status, body) }
}
