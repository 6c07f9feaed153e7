//! Signing with our canonicalizer and with the `aws-sigv4` crate, and comparing the two.
//!
//! Returns the crate's signature, or none if ours differs.

use std::borrow::Cow;
use std::time::SystemTime;

use super::canonical::{
    canonical_headers, canonical_path, canonical_query, canonical_request, canonical_value, lower,
};
use super::check::{MAX_URL_BYTES, check};
use super::error::SignError;
use super::{Settings, Signable, Signed, Steps, aws_crate, encode, keys};
use crate::core::credential::Credential;
use crate::core::mask::Mask;
use crate::core::request::{Algorithm, SignatureLocation};
use url::{Position, Url};

/// A request reduced to what both signers sign.
pub(crate) struct Prepared<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a Url,
    /// The query without the parameters that the signature adds.
    pub(crate) query: Cow<'a, str>,
    /// Names in lower case; values trimmed and folded.
    pub(crate) headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(crate) payload_hash: &'a str,
}

/// Signs a request with our canonicalizer and with the `aws-sigv4` crate.
///
/// `at` is the date of the signature. Hop-by-hop headers, `authorization`, `user-agent` and
/// `x-amzn-trace-id` are never signed, since they may change on the way; neither are
/// `x-amz-user-agent` and `x-amz-checksum-mode` if the signature is in the query.
///
/// # Errors
/// [`SignError::Disagreement`] if the two differ; otherwise what can't be signed, and why.
pub fn sign(
    request: &Signable<'_>,
    credential: &Credential,
    settings: &Settings,
    at: SystemTime,
) -> Result<Signed, SignError> {
    check(request, credential, settings)?;
    let amz_date = keys::amz_date(at).ok_or(SignError::Date)?;
    let token =
        credential.session_token.as_ref().map(|token| token.expose()).filter(|token| !token.is_empty());
    let prepared = prepare(request, settings, token.is_some());
    let scope = Scope::new(credential, settings, &amz_date);
    let added = scope.added_headers(&prepared, token);
    let mut draft = scope.draft(&prepared, &added, token);
    check_growth(&prepared, &draft)?;
    let theirs = aws_crate::signature(&prepared, credential, settings, at)?;
    compare(&draft, &scope, &theirs)?;
    draft.signature = theirs;
    Ok(scope.finish(&prepared, draft, added, token))
}

/// The crate panics if encoding makes a query too long for `http::Uri`.
fn check_growth(prepared: &Prepared<'_>, draft: &Steps) -> Result<(), SignError> {
    let query = draft.canonical_request.split('\n').nth(2).unwrap_or_default();
    if prepared.url[..Position::AfterPath].len() + 1 + query.len() > MAX_URL_BYTES {
        return Err(SignError::Url(format!("percent-encoded it is longer than {MAX_URL_BYTES} bytes")));
    }
    Ok(())
}

fn prepare<'a>(request: &Signable<'a>, settings: &Settings, has_token: bool) -> Prepared<'a> {
    let in_query = settings.location == SignatureLocation::Query;
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| (lower(name), *value))
        .filter(|(name, _)| !is_left_out(name, settings) && !is_own(name, settings, has_token))
        .map(|(name, value)| (name, canonical_value(value)))
        .collect();
    let raw = request.url.query().unwrap_or_default();
    let query = if in_query && raw.contains("X-Amz-") {
        let kept: Vec<_> = raw.split('&').filter(|piece| !is_own_parameter(piece, has_token)).collect();
        Cow::Owned(kept.join("&"))
    } else {
        Cow::Borrowed(raw)
    };
    Prepared { method: request.method, url: request.url, query, headers, payload_hash: request.payload_hash }
}

/// Headers that may change on the way, so no signer signs them.
fn is_left_out(name: &str, settings: &Settings) -> bool {
    match name {
        "authorization" | "connection" | "expect" | "keep-alive" | "te" | "trailer" | "transfer-encoding"
        | "upgrade" | "user-agent" | "x-amzn-trace-id" => true,
        "x-amz-user-agent" | "x-amz-checksum-mode" => settings.location == SignatureLocation::Query,
        "x-amz-security-token" => settings.token_unsigned,
        _ => name.starts_with("proxy-"),
    }
}

/// Headers that the signature adds, which would otherwise be sent twice.
fn is_own(name: &str, settings: &Settings, has_token: bool) -> bool {
    let in_headers = settings.location == SignatureLocation::Headers;
    match name {
        "x-amz-date" => true,
        "x-amz-security-token" => has_token,
        "x-amz-content-sha256" => in_headers && settings.content_sha256,
        "x-amz-region-set" => in_headers && settings.algorithm == Algorithm::Sigv4a,
        _ => false,
    }
}

/// Parameters of an earlier signature in the query.
fn is_own_parameter(piece: &str, has_token: bool) -> bool {
    let name = piece.split_once('=').map_or(piece, |(name, _)| name);
    match name {
        "X-Amz-Algorithm"
        | "X-Amz-Credential"
        | "X-Amz-Date"
        | "X-Amz-Expires"
        | "X-Amz-SignedHeaders"
        | "X-Amz-Signature"
        | "X-Amz-Region-Set" => true,
        "X-Amz-Security-Token" => has_token,
        _ => false,
    }
}

type Header = (&'static str, String);

/// The inputs of a signature.
struct Scope<'a> {
    credential: &'a Credential,
    settings: &'a Settings,
    amz_date: &'a str,
    text: String,
}

impl<'a> Scope<'a> {
    fn new(credential: &'a Credential, settings: &'a Settings, amz_date: &'a str) -> Self {
        let (date, service) = (&amz_date[..8], settings.service.as_str());
        let text = match settings.algorithm {
            Algorithm::Sigv4 => [date, &settings.region, service, keys::TERMINATOR].join("/"),
            Algorithm::Sigv4a => [date, service, keys::TERMINATOR].join("/"),
        };
        Self { credential, settings, amz_date, text }
    }

    fn in_query(&self) -> bool {
        self.settings.location == SignatureLocation::Query
    }

    /// The headers that a signature in headers adds, except `authorization`.
    fn added_headers(&self, prepared: &Prepared<'_>, token: Option<&str>) -> Vec<Header> {
        if self.in_query() {
            return Vec::new();
        }
        let mut added = vec![("x-amz-date", self.amz_date.to_owned())];
        if let Some(token) = token {
            added.push(("x-amz-security-token", token.to_owned()));
        }
        if self.settings.content_sha256 {
            added.push(("x-amz-content-sha256", prepared.payload_hash.to_owned()));
        }
        if self.settings.algorithm == Algorithm::Sigv4a {
            added.push(("x-amz-region-set", self.settings.region.clone()));
        }
        added
    }

    /// Our steps up to the string to sign, without the signature.
    fn draft(&self, prepared: &Prepared<'_>, added: &[Header], token: Option<&str>) -> Steps {
        let settings = self.settings;
        let host = aws_crate::host(prepared.url);
        let host = (!prepared.headers.iter().any(|(name, _)| name == "host")).then_some(("host", &*host));
        let own = added.iter().map(|(name, value)| (*name, value.as_str()));
        let own = own.filter(|(name, _)| !(settings.token_unsigned && *name == "x-amz-security-token"));
        let given = prepared.headers.iter().map(|(name, value)| (&**name, &**value));
        let headers = canonical_headers(given.chain(host).chain(own));
        let query = if self.in_query() {
            let parameters = self.parameters(&headers.signed, token.filter(|_| !settings.token_unsigned));
            let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, &**value)).collect();
            canonical_query(&prepared.query, |_| true, &parameters)
        } else {
            canonical_query(&prepared.query, |_| true, &[])
        };
        let path = canonical_path(prepared.url.path(), settings.normalize, settings.double_encode);
        let canonical_request =
            canonical_request(prepared.method, &path, &query, &headers, prepared.payload_hash);
        let string_to_sign =
            keys::string_to_sign(settings.algorithm, self.amz_date, &self.text, &canonical_request);
        Steps {
            algorithm: settings.algorithm.wire_name(),
            canonical_request,
            string_to_sign,
            credential_scope: self.text.clone(),
            signed_headers: headers.signed,
            payload_hash: prepared.payload_hash.to_owned(),
            amz_date: self.amz_date.to_owned(),
            signature: String::new(),
        }
    }

    /// The parameters that a signature in the query adds, except the signature itself.
    fn parameters<'b>(
        &'b self,
        signed_headers: &'b str,
        token: Option<&'b str>,
    ) -> Vec<(&'static str, Cow<'b, str>)> {
        let mut parameters = vec![
            ("X-Amz-Algorithm", Cow::Borrowed(self.settings.algorithm.wire_name())),
            ("X-Amz-Credential", Cow::Owned(self.credential())),
            ("X-Amz-Date", Cow::Borrowed(self.amz_date)),
            ("X-Amz-Expires", Cow::Owned(self.settings.expires.to_string())),
            ("X-Amz-SignedHeaders", Cow::Borrowed(signed_headers)),
        ];
        if self.settings.algorithm == Algorithm::Sigv4a {
            parameters.push(("X-Amz-Region-Set", Cow::Borrowed(&self.settings.region)));
        }
        if let Some(token) = token {
            parameters.push(("X-Amz-Security-Token", Cow::Borrowed(token)));
        }
        parameters
    }

    fn credential(&self) -> String {
        [&self.credential.access_key, "/", &self.text].concat()
    }

    fn finish(
        &self,
        prepared: &Prepared<'_>,
        steps: Steps,
        added: Vec<Header>,
        token: Option<&str>,
    ) -> Signed {
        let mut url = prepared.url.clone();
        let mut headers: Vec<_> = added.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if self.in_query() {
            let mut query = prepared.query.clone().into_owned();
            let signature = ("X-Amz-Signature", Cow::Borrowed(steps.signature.as_str()));
            let parameters = self.parameters(&steps.signed_headers, token);
            for (name, value) in parameters.into_iter().chain([signature]) {
                if !query.is_empty() {
                    query.push('&');
                }
                query.push_str(name);
                query.push('=');
                query.push_str(&encode::component(&value));
            }
            url.set_query(Some(&query));
        } else {
            let value = format!(
                "{} Credential={}, SignedHeaders={}, Signature={}",
                steps.algorithm,
                self.credential(),
                steps.signed_headers,
                steps.signature
            );
            headers.push(("authorization".to_owned(), value));
        }
        Signed { steps, headers, url }
    }
}

/// Compares the crate's signature with our steps. SigV4a signatures are randomized, so the crate's
/// must verify against our string to sign.
fn compare(ours: &Steps, scope: &Scope<'_>, theirs: &str) -> Result<(), SignError> {
    let (credential, settings) = (scope.credential, scope.settings);
    let secret = credential.secret_key.expose();
    let (agree, shown) = match settings.algorithm {
        Algorithm::Sigv4 => {
            let key = keys::signing_key(secret, &ours.amz_date[..8], &settings.region, &settings.service);
            let signature = keys::signature(&key, &ours.string_to_sign);
            (signature == theirs, signature)
        }
        Algorithm::Sigv4a => {
            let key = keys::sigv4a_public_key(&credential.access_key, secret);
            let agree = key.is_some_and(|key| keys::sigv4a_verifies(&key, &ours.string_to_sign, theirs));
            (agree, keys::payload_hash(ours.string_to_sign.as_bytes()))
        }
    };
    if agree {
        return Ok(());
    }
    Err(SignError::Disagreement {
        ours: shown,
        theirs: theirs.to_owned(),
        canonical_request: Mask::new(credential.session_token.as_slice())
            .canonical_request(&ours.canonical_request),
    })
}
