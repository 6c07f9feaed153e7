//! Cross-origin requests to a function URL.
//!
//! Owns the preflight, which Lambda handles without a signature, and the headers of other
//! responses. Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors>

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};

use crate::cloud::state::Cors;

impl Cors {
    /// Whether pages of this origin may read responses.
    pub(in crate::cloud) fn allows(&self, origin: &HeaderValue) -> bool {
        let fits = |allowed: &String| {
            allowed == "*" || origin.to_str().is_ok_and(|origin| wildcard(allowed, origin))
        };
        self.allow_origins.iter().flatten().any(fits)
    }
}

/// `https://*.example.com` stands for every name below; else the two are the same.
fn wildcard(allowed: &str, origin: &str) -> bool {
    match allowed.split_once('*') {
        None => allowed.eq_ignore_ascii_case(origin),
        Some((before, after)) => {
            let middle = origin.len().checked_sub(before.len() + after.len());
            middle.is_some_and(|length| length > 0) && origin.starts_with(before) && origin.ends_with(after)
        }
    }
}

/// Whether this is a preflight request.
pub(super) fn is_preflight(method: &str, headers: &HeaderMap) -> bool {
    method == "OPTIONS" && headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Adds the CORS headers, replacing those of the function.
pub(super) fn decorate(cors: &Cors, origin: &HeaderValue, preflight: bool, headers: &mut HeaderMap) {
    const OWNED: [HeaderName; 6] = [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE,
    ];
    for name in OWNED {
        headers.remove(name);
    }
    if !cors.allows(origin) {
        return;
    }
    let credentials = cors.allow_credentials == Some(true);
    let everybody = cors.allow_origins.iter().flatten().any(|allowed| allowed == "*") && !credentials;
    let allowed = if everybody { HeaderValue::from_static("*") } else { origin.clone() };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    let mut list = |name: HeaderName, items: &Option<Vec<String>>| {
        let items = items.as_deref().unwrap_or_default();
        if let (false, Ok(value)) = (items.is_empty(), HeaderValue::from_str(&items.join(","))) {
            headers.insert(name, value);
        }
    };
    list(ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers);
    if preflight {
        list(ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods);
        list(ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers);
        headers.insert(ACCESS_CONTROL_MAX_AGE, cors.max_age.unwrap_or(0).into());
    }
}
