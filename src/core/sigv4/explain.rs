//! The steps of a signature for people, and the masking of secrets in any text.

use std::fmt::Write;

use super::{Steps, encode};
use crate::core::credential::Secret;

/// Stands where a secret stood.
const MASK: &str = "***";

/// The steps as numbered paragraphs. Holds whatever the steps hold: [`mask`] it before it is shown.
pub fn explain(steps: &Steps) -> String {
    let mut out = String::new();
    let sections = [
        ("1. Canonical request", &steps.canonical_request),
        ("2. String to sign", &steps.string_to_sign),
        ("3. Credential scope", &steps.credential_scope),
        ("4. Signed headers", &steps.signed_headers),
        ("5. Signature", &steps.signature),
    ];
    for (index, (title, text)) in sections.into_iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{title}");
        for line in text.split('\n') {
            let _ = writeln!(out, "{}", if line.is_empty() { String::new() } else { format!("  {line}") });
        }
    }
    out
}

/// Replaces every one of these secrets by `***`, in the clear and percent-encoded as it stands in a
/// query.
pub fn mask(text: &str, secrets: &[Secret]) -> String {
    let mut forms: Vec<String> = secrets
        .iter()
        .map(Secret::expose)
        .filter(|secret| !secret.is_empty())
        .flat_map(|secret| [secret.to_owned(), encode::component(secret).into_owned()])
        .collect();
    // The longest first: a secret may be a part of another.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    let masked = forms.iter().fold(text.to_owned(), |text, form| text.replace(form.as_str(), MASK));
    forms.iter_mut().for_each(zeroize::Zeroize::zeroize);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_both_forms_of_every_secret() {
        let secrets = [Secret::new("to/ken="), Secret::new("to"), Secret::new("")];
        let text = "x-amz-security-token:to/ken=\nX-Amz-Security-Token=to%2Fken%3D&a=1";
        assert_eq!(mask(text, &secrets), "x-amz-security-***ken:***\nX-Amz-Security-Token=***&a=1");
        assert_eq!(mask("nothing", &[]), "nothing");
    }
}
