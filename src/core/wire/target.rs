//! The final URL: the path as the WHATWG parser returns it, and the typed query joined with the
//! rows.

use percent_encoding::{AsciiSet, percent_decode_str, percent_encode};
use url::Url;

use crate::core::endpoint;
use crate::core::exchange::{Field, Problem};
use crate::core::query;
use crate::core::resolve::{Plan, PlanAuth, check_url, problem};

/// Characters that are encoded in a path; slashes aren't.
const PATH: &AsciiSet = &query::RESERVED.remove(b'/');

/// User name and password of a URL.
type UserInfo = (String, String);

/// The URL that is signed and sent, and the user name and password that it contained.
///
/// The fragment is dropped, a raw `+` in the query becomes `%2B` or `%20` as its author chose, and
/// the rows are appended.
pub fn final_url(plan: &Plan) -> Result<(Url, Option<UserInfo>), Problem> {
    let mut url = check_url(&plan.url)?;
    if is_s3(plan, &url) {
        check_s3_key(&plan.url)?;
        url.set_path(&s3_spelling(url.path()));
    }
    url.set_fragment(None);
    let userinfo = take_userinfo(&mut url, plan)?;
    let typed = url.query().map(|query| plan.send.plus.spelled_out(query));
    let mut pairs: Vec<String> =
        plan.params.iter().map(|(_, name, value)| encode_pair(name, value)).collect();
    if let PlanAuth::ApiKeyQuery { name, value } = &plan.auth {
        pairs.push(encode_pair(name, value.expose()));
    }
    let pieces: Vec<String> = typed.filter(|typed| !typed.is_empty()).into_iter().chain(pairs).collect();
    url.set_query((!pieces.is_empty()).then(|| pieces.join("&")).as_deref());
    Ok((url, userinfo))
}

fn encode_pair(name: &str, value: &str) -> String {
    format!("{}={}", query::encode(name), query::encode(value))
}

/// Removes `user:password@` from the URL. As in curl, it becomes basic authentication.
fn take_userinfo(url: &mut Url, plan: &Plan) -> Result<Option<UserInfo>, Problem> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let authorized = plan.headers.iter().any(|(_, name, _)| name.eq_ignore_ascii_case("authorization"));
    if authorized || plan.auth != PlanAuth::None {
        return Err(problem(
            Field::Url,
            "the URL contains a user name, but the request uses another authentication",
            "Remove everything before the @ in the URL.",
        ));
    }
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let userinfo = (decode(url.username()), decode(url.password().unwrap_or_default()));
    // Both only fail for URLs without a host, which http and https URLs always have.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(Some(userinfo))
}

/// Whether the request goes to S3, by the chosen service or else by the host.
fn is_s3(plan: &Plan, url: &Url) -> bool {
    let chosen =
        if let PlanAuth::Sigv4(signing) = &plan.auth { signing.settings.service.as_str() } else { "" };
    if chosen.is_empty() {
        let host = plan.signed_host().or(url.host_str());
        host.and_then(endpoint::infer).is_some_and(|inferred| inferred.service.starts_with("s3"))
    } else {
        chosen.starts_with("s3")
    }
}

/// S3 takes a key literally, and not every key fits into a URL: dot segments and backslashes would
/// be resolved on the way, and the request would be for another object.
fn check_s3_key(url: &str) -> Result<(), Problem> {
    let after_host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_host.find(['/', '?', '#']).map_or("", |at| &after_host[at..]);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if path.contains('\\') {
        return Err(problem(
            Field::Url,
            "a backslash in an S3 key would be sent as a slash",
            "Write it as %5C.",
        ));
    }
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    if decoded.split(|byte| *byte == b'/').any(|segment| matches!(segment, b"." | b"..")) {
        return Err(problem(
            Field::Url,
            "an S3 key with a dot segment can't be sent: every URL parser resolves it and requests another object",
            "Use a key without . and .. segments.",
        ));
    }
    Ok(())
}

/// The only spelling of an S3 path that every party reads alike. The client signs the path as sent;
/// S3 extracts the key and encodes every byte except unreserved ones and `/` (`UriEncode` of
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>). So we send
/// exactly that: `a:b` as `a%3Ab`, and `%2F`, which is the same key, as `/`.
pub fn s3_spelling(path: &str) -> String {
    let key: Vec<u8> = percent_decode_str(path).collect();
    percent_encode(&key, PATH).to_string()
}
