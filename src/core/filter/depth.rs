//! How deep a JSON document is nested.
//!
//! Owns the limit: the parsers of both languages recurse.

use super::FilterError;

/// The deepest nesting that a filter reads or writes. jq's own limit is the same.
pub(super) const MAX_DEPTH: usize = 10_000;

/// Refuses a document that is nested deeper than [`MAX_DEPTH`].
pub(super) fn check(document: &[u8]) -> Result<(), FilterError> {
    let mut depth = 0_usize;
    let places = memchr::memchr3_iter(b'[', b'{', b'"', document);
    let mut next = 0;
    // Only what opens is looked for by memchr; closing brackets are counted between.
    for at in places {
        if at < next {
            continue;
        }
        let between = document.get(next..at).unwrap_or_default();
        let closed = memchr::memchr2_iter(b']', b'}', between).count();
        depth = depth.saturating_sub(closed);
        next = at + 1;
        match document.get(at) {
            Some(b'"') => next = end_of_string(document, at + 1),
            _ => depth += 1,
        }
        if depth > MAX_DEPTH {
            return Err(FilterError::Document(format!(
                "it is nested deeper than {MAX_DEPTH} levels at byte {at}"
            )));
        }
    }
    Ok(())
}

/// The index behind the closing quote of a string that starts at `from`.
fn end_of_string(document: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(rest) = document.get(at..)
        && let Some(found) = memchr::memchr2(b'"', b'\\', rest)
    {
        at += found;
        match document.get(at) {
            Some(b'\\') => at += 2,
            _ => return at + 1,
        }
    }
    document.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_and_closed_ones_do_not_count() {
        let deep = |open: &str, levels: usize| check(open.repeat(levels).as_bytes());
        assert!(deep("[", MAX_DEPTH).is_ok() && deep("{\"a\":", MAX_DEPTH).is_ok());
        assert!(deep("[", MAX_DEPTH + 1).is_err() && deep("{\"a\":", MAX_DEPTH + 1).is_err());
        assert!(deep("[]", MAX_DEPTH * 2).is_ok() && deep("[{}],", MAX_DEPTH * 2).is_ok());
        assert!(deep("\"[\\\"[\",", MAX_DEPTH * 2).is_ok());
        assert!(check(b"[\"never closed [[").is_ok() && check(b"\"\\").is_ok());
    }
}
