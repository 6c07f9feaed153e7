//! A signature as one JSON object, or step by step for people.

use serde::Serialize;
use url::Url;

use super::Signing;
use crate::core::mask::Mask;
use crate::core::sigv4;

#[derive(Serialize)]
struct Output<'a> {
    canonical_request: &'a str,
    string_to_sign: &'a str,
    credential_scope: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    headers: Vec<HeaderOutput<'a>>,
    url: &'a str,
    /// Only with `--sign-as`.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_for: Option<&'a str>,
}

#[derive(Serialize)]
struct HeaderOutput<'a> {
    name: &'a str,
    value: &'a str,
}

impl Signing {
    pub(super) fn json(&self) -> String {
        let steps = &self.signed.steps;
        let output = Output {
            canonical_request: &steps.canonical_request,
            string_to_sign: &steps.string_to_sign,
            credential_scope: &steps.credential_scope,
            signed_headers: &steps.signed_headers,
            signature: &steps.signature,
            headers: self.headers.iter().map(|(name, value)| HeaderOutput { name, value }).collect(),
            url: self.signed.url.as_str(),
            signed_for: self.signed_for.as_ref().map(Url::as_str),
        };
        let json = serde_json::to_string_pretty(&output).expect("strings always serialize");
        json + "\n"
    }

    /// For people: the token is masked but in a presigned URL, which is of no use without it.
    pub(super) fn text(&self) -> String {
        let mask = Mask::new(self.token.as_slice());
        let mut text = sigv4::explain(&self.signed.steps, &mask);
        text.push_str("\n6. Headers to send\n");
        for (name, value) in &self.headers {
            text.push_str(&format!("  {name}: {}\n", mask.header(name, value)));
        }
        text.push_str(&format!("\n7. URL to send\n  {}\n", self.signed.url));
        if let Some(url) = &self.signed_for {
            text.push_str(&format!("\n8. URL that was signed in its place\n  {url}\n"));
        }
        text
    }
}
