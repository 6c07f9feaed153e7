//! Headers that belong to one origin.
//!
//! Owns the one list of headers that never follow a request to another origin.

/// Names in lower case: what authenticates, and what a signature adds.
pub(crate) const PRIVATE_HEADERS: [&str; 7] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-api-key",
];

/// True for a header, in any case, that never follows a request to another origin.
pub(crate) fn is_private(name: &str) -> bool {
    PRIVATE_HEADERS.iter().any(|private| name.eq_ignore_ascii_case(private))
}
