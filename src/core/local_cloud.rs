//! The paths by which signpost and its own local cloud know each other.
//!
//! Owns the prefixes that no AWS service uses, and the paths built from them. The cloud serves them;
//! the engine and the diagnosis recognise them.

/// Prefix of the cloud's admin endpoints.
pub(crate) const ADMIN_PREFIX: &str = "/_signpost/";

/// Path of the clock: GET shows it, POST changes it.
pub(crate) const CLOCK_PATH: &str = "/_signpost/clock";

/// Prefix of the path that explains how one request was answered; its request id follows.
pub(crate) const TRACE_PREFIX: &str = "/_signpost/trace/";

/// Prefix of function URLs for clients that can't resolve `*.localhost`; the URL's id follows.
pub(crate) const FUNCTION_URL_PREFIX: &str = "/_url/";

/// Path of the trace of the request with this id (the value of `x-amzn-requestid`).
pub(crate) fn trace_path(request_id: &str) -> String {
    format!("{TRACE_PREFIX}{request_id}")
}

/// Path of a function URL by its id, without a slash at its end.
pub(crate) fn function_url_path(url_id: &str) -> String {
    format!("{FUNCTION_URL_PREFIX}{url_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_admin_path_has_the_prefix() {
        for path in [CLOCK_PATH, TRACE_PREFIX, &trace_path("f1-03")] {
            assert!(path.starts_with(ADMIN_PREFIX), "{path}");
        }
        assert_eq!(trace_path("f1-03"), "/_signpost/trace/f1-03");
        assert_eq!(function_url_path("demo"), "/_url/demo");
    }
}
