//! Finding text in a body.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::{memchr2, memmem};

/// The most matches that are remembered; further ones are only counted.
const MAX_MATCHES: usize = 100_000;
/// How many bytes are searched between checks for cancellation.
const STRIDE: usize = 1 << 20;

/// Where a text was found in a body, in order and without overlaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    spans: Vec<Range<usize>>,
    total: usize,
}

impl Matches {
    /// Finds `needle` in a body. A needle without capitals ignores case. Setting `cancel` stops the
    /// search early with the matches found so far.
    pub fn find(bytes: &[u8], needle: &str, cancel: &AtomicBool) -> Self {
        let mut found = Self::default();
        if needle.is_empty() {
            return found;
        }
        if needle.chars().any(char::is_uppercase) || !needle.chars().any(has_case) {
            found.find_exact(bytes, needle, cancel);
        } else {
            found.find_any_case(bytes, needle, cancel);
        }
        found
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The number of matches that can be selected: all of them, up to 100,000.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The bytes of a match.
    pub fn get(&self, number: usize) -> Option<Range<usize>> {
        self.spans.get(number).cloned()
    }

    /// The number of the first match at or after this byte; if there is none, the first match.
    pub fn at_or_after(&self, offset: usize) -> Option<usize> {
        let number = self.spans.partition_point(|span| span.start < offset);
        if number < self.spans.len() { Some(number) } else { (!self.spans.is_empty()).then_some(0) }
    }

    /// The number of the first match that ends after this byte.
    pub(super) fn ending_after(&self, offset: usize) -> usize {
        self.spans.partition_point(|span| span.end <= offset)
    }

    fn push(&mut self, start: usize, len: usize) {
        self.total += 1;
        if self.spans.len() < MAX_MATCHES {
            self.spans.push(start..start + len);
        }
    }

    fn find_exact(&mut self, bytes: &[u8], needle: &str, cancel: &AtomicBool) {
        let finder = memmem::Finder::new(needle);
        let mut from = 0;
        while from < bytes.len() && !cancel.load(Ordering::Relaxed) {
            // Strides overlap by less than the needle, so that no match is missed or found twice.
            let end = bytes.len().min(from + STRIDE + needle.len() - 1);
            let stride = bytes.get(from..end).unwrap_or_default();
            let mut next = from + STRIDE;
            for start in finder.find_iter(stride) {
                self.push(from + start, needle.len());
                next = next.max(from + start + needle.len());
            }
            from = next;
        }
    }

    fn find_any_case(&mut self, bytes: &[u8], needle: &str, cancel: &AtomicBool) {
        let folded: Vec<char> = needle.chars().map(fold).collect();
        let Some(&first) = folded.first() else { return };
        // The folded form of a few characters starts with another byte than their upper and lower
        // case; they are found if the needle's own upper or lower case occurs.
        let lead = |char: char| char.encode_utf8(&mut [0; 4]).as_bytes().first().copied().unwrap_or(0);
        let upper = first.to_uppercase().next().unwrap_or(first);
        let (lower, upper) = (lead(first), lead(upper));
        let mut from = 0;
        let mut check = STRIDE;
        while let Some(found) = bytes.get(from..).and_then(|rest| memchr2(lower, upper, rest)) {
            let start = from + found;
            if start >= check {
                if cancel.load(Ordering::Relaxed) {
                    return;
                }
                check = start + STRIDE;
            }
            from = start + 1;
            if let Some(len) = matches_here(bytes.get(start..).unwrap_or_default(), &folded) {
                self.push(start, len);
                from = start + len;
            }
        }
    }
}

/// The length of the match at the start of `rest`.
fn matches_here(rest: &[u8], folded: &[char]) -> Option<usize> {
    let mut at = 0;
    for &wanted in folded {
        let byte = *rest.get(at)?;
        if byte < 0x80 {
            if fold(char::from(byte)) != wanted {
                return None;
            }
            at += 1;
        } else {
            let window = rest.get(at..rest.len().min(at + 4))?;
            let char = window.utf8_chunks().next()?.valid().chars().next()?;
            if fold(char) != wanted {
                return None;
            }
            at += char.len_utf8();
        }
    }
    Some(at)
}

/// Simple case folding: the lower case, if it is a single character.
fn fold(char: char) -> char {
    if char.is_ascii() {
        return char.to_ascii_lowercase();
    }
    let mut lower = char.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => char,
    }
}

fn has_case(char: char) -> bool {
    char.is_lowercase() || char.is_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, needle: &str) -> Vec<Range<usize>> {
        Matches::find(text.as_bytes(), needle, &AtomicBool::new(false)).spans
    }

    #[test]
    fn capitals_in_the_needle_make_case_matter() {
        assert_eq!(find("Error error ERROR", "error"), [0..5, 6..11, 12..17]);
        assert_eq!(find("Error error ERROR", "Error"), vec![0..5]);
        assert_eq!(find("a.b a.b", "."), [1..2, 5..6]);
        assert_eq!(find("Ärger und ärger", "ärger"), [0..6, 11..17]);
        assert_eq!(find("aaaa", "aa"), [0..2, 2..4]);
        assert!(find("abc", "").is_empty());
        assert!(find("ab", "abc").is_empty());
    }

    #[test]
    fn matches_beyond_the_limit_are_only_counted() {
        let text = "x".repeat(MAX_MATCHES + 7);
        let found = Matches::find(text.as_bytes(), "x", &AtomicBool::new(false));
        assert_eq!((found.len(), found.total()), (MAX_MATCHES, MAX_MATCHES + 7));
        assert_eq!(found.at_or_after(5), Some(5));
        assert_eq!(found.at_or_after(MAX_MATCHES + 1), Some(0));
    }

    #[test]
    fn strides_neither_miss_nor_repeat_a_match() {
        for before in STRIDE - 4..STRIDE + 4 {
            let text = format!("{}NEEDLENEEDLE", "-".repeat(before));
            assert_eq!(find(&text, "NEEDLE"), [before..before + 6, before + 6..before + 12]);
            let text = format!("{}123", "-".repeat(before));
            assert_eq!(find(&text, "123"), vec![before..before + 3]);
        }
    }

    #[test]
    fn a_cancelled_search_ends() {
        let text = vec![b'1'; 3 * STRIDE];
        assert_eq!(Matches::find(&text, "1", &AtomicBool::new(true)).total(), 0);
    }
}
