//! The paths that signpost and its own local cloud agree on.
//!
//! Owns the prefixes that no AWS service uses, and the paths with them. The cloud serves them; the
//! engine and the diagnosis recognize them.

/// Prefix of the cloud's admin endpoints.
pub(crate) const ADMIN_PREFIX: &str = "/_signpost/";

/// Path of the clock: GET shows it, POST changes it.
pub(crate) const CLOCK_PATH: &str = "/_signpost/clock";

/// Path that shows what an MFA device shows now; `?serial=` names it.
pub(crate) const MFA_PATH: &str = "/_signpost/mfa";

/// Prefix of the path that explains the response to one request; followed by its request ID.
pub(crate) const TRACE_PREFIX: &str = "/_signpost/trace/";

/// Prefix of function URLs for clients that can't resolve `*.localhost`; followed by the URL's ID.
pub(crate) const FUNCTION_URL_PREFIX: &str = "/_url/";

/// Prefix of the instance metadata service.
pub(crate) const INSTANCE_PREFIX: &str = "/latest/";

/// Path of a container's credentials.
pub(crate) const CONTAINER_PATH: &str = "/v2/credentials";

/// Path of the trace of the request with this ID (the value of `x-amzn-requestid`).
pub(crate) fn trace_path(request_id: &str) -> String {
    format!("{TRACE_PREFIX}{request_id}")
}

/// Path of a function URL by its ID, without a trailing slash.
pub(crate) fn function_url_path(url_id: &str) -> String {
    format!("{FUNCTION_URL_PREFIX}{url_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_admin_path_has_the_prefix() {
        for path in [CLOCK_PATH, MFA_PATH, TRACE_PREFIX, &trace_path("f1-03")] {
            assert!(path.starts_with(ADMIN_PREFIX), "{path}");
        }
        assert_eq!(trace_path("f1-03"), "/_signpost/trace/f1-03");
        assert_eq!(function_url_path("demo"), "/_url/demo");
    }
}
