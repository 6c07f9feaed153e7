//! The steps of a signature, for people.

use std::fmt::Write;

use super::Steps;
use crate::core::mask::Mask;

/// The steps as numbered paragraphs. Only the canonical request can contain secrets, which are
/// masked.
pub fn explain(steps: &Steps, mask: &Mask) -> String {
    let mut out = String::new();
    let canonical_request = mask.canonical_request(&steps.canonical_request);
    let sections = [
        ("1. Canonical request", &canonical_request),
        ("2. String to sign", &steps.string_to_sign),
        ("3. Credential scope", &steps.credential_scope),
        ("4. Signed headers", &steps.signed_headers),
        ("5. Signature", &steps.signature),
    ];
    for (index, (title, text)) in sections.into_iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        // Writing to a String can't fail.
        let _ = writeln!(out, "{title}");
        for line in text.split('\n') {
            let _ = writeln!(out, "{}", if line.is_empty() { String::new() } else { format!("  {line}") });
        }
    }
    out
}
