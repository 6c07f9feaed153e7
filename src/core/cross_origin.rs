//! What of a request may go along when a redirect leads to another origin.
//!
//! Owns the one list. It names what is allowed, because nobody can name every header that some
//! server takes for a credential. Refuses to know redirects: [`crate::engine`] follows them.

/// Headers that describe the client and nothing else, in lower case.
const ALLOWED: [&str; 3] = ["accept", "accept-language", "user-agent"];

/// The header that describes a body, in lower case: it goes where the body goes.
const OF_BODY: &str = "content-type";

/// True for a header, in any case, that may go to another origin; `has_body` says whether a body
/// goes along.
pub(crate) fn may_cross(name: &str, has_body: bool) -> bool {
    let is = |allowed: &str| name.eq_ignore_ascii_case(allowed);
    ALLOWED.into_iter().any(is) || has_body && is(OF_BODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_describes_the_client_or_the_body_crosses() {
        for name in ["accept", "Accept-Language", "USER-AGENT"] {
            assert!(may_cross(name, false), "{name}");
        }
        assert!(may_cross("Content-Type", true) && !may_cross("Content-Type", false));
        for name in ["authorization", "cookie", "x-api-key", "referer", "host", "x-anything", ""] {
            assert!(!may_cross(name, true), "{name}");
        }
    }
}
