//! The other side: reading the signature that a request presents, and verifying it.
//!
//! Owns what a service reads from a raw request. Refuses to decide: whether a scope, a key or a
//! date is acceptable, and in which words that is said, is the service's affair. The order in which
//! AWS checks is: [`Presented::parse`] (parameters present, host signed, date), then expiry by the
//! caller, then [`Presented::scope`], then key and token by the caller, then [`Presented::verify`].

use std::borrow::Cow;
use std::time::SystemTime;

use p256::ecdsa::VerifyingKey;
use thiserror::Error;
use zeroize::Zeroizing;

use super::canonical::{canonical_headers, canonical_path, canonical_query, canonical_request};
use super::{encode, keys};
use crate::core::credential::Secret;
use crate::core::endpoint::SigningDefaults;
use crate::core::request::Algorithm;

/// A request as it came over the wire.
#[derive(Clone, Copy)]
pub struct RawRequest<'a> {
    /// Method.
    pub method: &'a str,
    /// Path and query as on the request line.
    pub target: &'a str,
    /// Names and values in order, `host` among them.
    pub headers: &'a [(&'a str, &'a [u8])],
}

impl<'a> RawRequest<'a> {
    fn path_and_query(&self) -> (&'a str, &'a str) {
        self.target.split_once('?').unwrap_or((self.target, ""))
    }

    /// The first header of this name; bytes that aren't UTF-8 are replaced.
    fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| String::from_utf8_lossy(value))
    }

    /// The first query parameter of this name, decoded.
    fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        let pieces = self.path_and_query().1.split('&');
        let mut pairs = pieces.map(|piece| piece.split_once('=').unwrap_or((piece, "")));
        pairs.find(|(own, _)| *own == name).map(|(_, value)| encode::decode(value))
    }
}

/// A part of a signature that a service asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// `X-Amz-Algorithm`; in the query only.
    Algorithm,
    /// `Credential`.
    Credential,
    /// `Signature`.
    Signature,
    /// `SignedHeaders`.
    SignedHeaders,
    /// `X-Amz-Date`, or in headers `Date` too.
    Date,
}

/// Why what a request presents cannot be read. Holds what AWS's error texts quote.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PresentError {
    /// A part of the `Authorization` header isn't a `key=value` pair.
    #[error("a part of the Authorization header is not a key=value pair")]
    NotKeyValue {
        /// The part.
        part: String,
        /// The whole header.
        header: String,
    },
    /// Parameters are missing, in the order of AWS's text.
    #[error("parts of the signature are missing")]
    Missing {
        /// Which.
        parameters: Vec<Parameter>,
        /// They are missing from the query, not from headers.
        in_query: bool,
        /// The algorithm as presented, which AWS quotes after its text; may be empty.
        algorithm: String,
    },
    /// An unsupported algorithm.
    #[error("the algorithm `{0}` isn't supported")]
    Algorithm(String),
    /// `host` is not among the signed headers.
    #[error("the host header isn't signed")]
    HostNotSigned,
    /// A date that cannot be read.
    #[error("invalid date `{0}`")]
    Date(String),
    /// `X-Amz-Expires` isn't a number of seconds.
    #[error("the expiry `{0}` isn't a number of seconds")]
    Expires(String),
    /// The credential has not five parts (four for SigV4a).
    #[error("the credential `{0}` doesn't have the form KEY/DATE/REGION/SERVICE/aws4_request")]
    Credential(String),
}

/// The parts of a credential scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialScope {
    /// Access key id.
    pub access_key: String,
    /// `20150830`.
    pub date: String,
    /// Region; `None` for SigV4a.
    pub region: Option<String>,
    /// Service.
    pub service: String,
    /// Should be `aws4_request`.
    pub terminator: String,
}

impl CredentialScope {
    /// The scope as it stands in the string to sign.
    pub fn text(&self) -> String {
        let parts =
            [Some(self.date.as_str()), self.region.as_deref(), Some(&self.service), Some(&self.terminator)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("/")
    }
}

/// The signature that a request presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// SigV4 or SigV4a.
    pub algorithm: Algorithm,
    /// The whole credential as presented; see [`Presented::scope`].
    pub credential: String,
    /// Names of the signed headers in lower case, in the order presented.
    pub signed_headers: Vec<String>,
    /// The signature as presented.
    pub signature: String,
    /// The date of the signature (UTC).
    pub amz_date: SystemTime,
    /// That date as `20150830T123600Z`.
    pub amz_date_text: String,
    /// Seconds for which a presigned URL is good.
    pub expires: Option<u64>,
    /// The session token, wherever it stands.
    pub security_token: Option<Secret>,
    /// The region set of SigV4a.
    pub region_set: Option<String>,
    /// The signature stands in the query.
    pub in_query: bool,
}

/// What our own computation gives for a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Verification {
    /// The presented signature is ours.
    pub matches: bool,
    /// Our canonical request. It may hold the session token.
    pub canonical_request: String,
    /// Our string to sign.
    pub string_to_sign: String,
}

/// What signatures are verified with, so that it can be kept: it hangs on a secret and, for SigV4, on
/// one day, region and service.
#[derive(Clone)]
pub struct VerificationKey(Kind);

#[derive(Clone)]
enum Kind {
    Sigv4(Zeroizing<[u8; 32]>),
    Sigv4a(Box<VerifyingKey>),
}

impl VerificationKey {
    /// Derives the key of a secret for a scope. `None` only where SigV4a finds no key, which does not
    /// happen.
    pub fn derive(secret: &Secret, scope: &CredentialScope) -> Option<Self> {
        let secret = secret.expose();
        match &scope.region {
            Some(region) => {
                Some(Self(Kind::Sigv4(keys::signing_key(secret, &scope.date, region, &scope.service))))
            }
            None => keys::sigv4a_public_key(&scope.access_key, secret)
                .map(|key| Self(Kind::Sigv4a(Box::new(key)))),
        }
    }
}

impl std::fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerificationKey(***)")
    }
}

/// The texts of a presented signature, wherever they stood.
struct Texts {
    algorithm: Option<String>,
    credential: Option<String>,
    signed_headers: Option<String>,
    signature: Option<String>,
    date: Option<String>,
    in_query: bool,
}

impl Presented {
    /// Reads what a request presents; `None` where it presents nothing at all.
    ///
    /// # Errors
    /// What is missing or cannot be read, in the order in which AWS says so.
    pub fn parse(request: &RawRequest<'_>) -> Result<Option<Self>, PresentError> {
        let Some(texts) = texts(request)? else { return Ok(None) };
        let in_query = texts.in_query;
        let Texts {
            algorithm: Some(algorithm),
            credential: Some(credential),
            signed_headers: Some(signed_headers),
            signature: Some(signature),
            date: Some(date),
            ..
        } = texts
        else {
            return Err(missing(texts));
        };
        let algorithm = [Algorithm::Sigv4, Algorithm::Sigv4a]
            .into_iter()
            .find(|known| known.wire_name() == algorithm)
            .ok_or(PresentError::Algorithm(algorithm))?;
        let signed_headers: Vec<_> =
            signed_headers.split(';').map(|name| name.trim().to_ascii_lowercase()).collect();
        if !signed_headers.iter().any(|name| name == "host" || name == ":authority") {
            return Err(PresentError::HostNotSigned);
        }
        let (amz_date, amz_date_text) = read_date(&date).ok_or(PresentError::Date(date))?;
        let expires = request.parameter("X-Amz-Expires").filter(|_| in_query);
        let expires = expires
            .map(|text| text.parse().map_err(|_| PresentError::Expires(text.into_owned())))
            .transpose()?;
        let own = |name: &str| if in_query { request.parameter(name) } else { request.header(name) };
        let security_token = request.parameter("X-Amz-Security-Token").filter(|_| in_query);
        let security_token = security_token.or_else(|| request.header("x-amz-security-token"));
        Ok(Some(Self {
            algorithm,
            credential,
            signed_headers,
            signature,
            amz_date,
            amz_date_text,
            expires,
            security_token: security_token.map(|token| Secret::new(token.trim())),
            region_set: own("X-Amz-Region-Set").map(Cow::into_owned),
            in_query,
        }))
    }

    /// Takes the credential apart.
    ///
    /// # Errors
    /// [`PresentError::Credential`] where it has not five parts (four for SigV4a).
    pub fn scope(&self) -> Result<CredentialScope, PresentError> {
        let parts: Vec<_> = self.credential.split('/').collect();
        let (access_key, date, region, service, terminator) = match (self.algorithm, parts.as_slice()) {
            (Algorithm::Sigv4, &[key, date, region, service, end]) => (key, date, Some(region), service, end),
            (Algorithm::Sigv4a, &[key, date, service, end]) => (key, date, None, service, end),
            _ => return Err(PresentError::Credential(self.credential.clone())),
        };
        Ok(CredentialScope {
            access_key: access_key.to_owned(),
            date: date.to_owned(),
            region: region.map(str::to_owned),
            service: service.to_owned(),
            terminator: terminator.to_owned(),
        })
    }

    /// Computes the signature that this request should have and compares in constant time.
    ///
    /// `payload_hash` is that of the body that came (or what the service takes in its place).
    /// A raw `+` in the query may have been signed as a plus or as a space; both are accepted.
    ///
    /// # Errors
    /// As [`Presented::scope`].
    pub fn verify(
        &self,
        secret: &Secret,
        request: &RawRequest<'_>,
        payload_hash: &str,
        rules: &SigningDefaults,
    ) -> Result<Verification, PresentError> {
        let scope = self.scope()?;
        let key = VerificationKey::derive(secret, &scope);
        Ok(self.verify_with(key.as_ref(), &scope, request, payload_hash, rules))
    }

    /// As [`Presented::verify`], with the key at hand. Without a key nothing matches.
    pub fn verify_with(
        &self,
        key: Option<&VerificationKey>,
        scope: &CredentialScope,
        request: &RawRequest<'_>,
        payload_hash: &str,
        rules: &SigningDefaults,
    ) -> Verification {
        let (_, query) = request.path_and_query();
        let judge = |query: &str| {
            let canonical_request = self.canonical_request(request, query, payload_hash, rules);
            let string_to_sign =
                keys::string_to_sign(self.algorithm, &self.amz_date_text, &scope.text(), &canonical_request);
            let matches = match key {
                Some(VerificationKey(Kind::Sigv4(key))) => {
                    keys::signature_matches(key, &string_to_sign, &self.signature)
                }
                Some(VerificationKey(Kind::Sigv4a(key))) => {
                    keys::sigv4a_verifies(key, &string_to_sign, &self.signature)
                }
                None => false,
            };
            Verification { matches, canonical_request, string_to_sign }
        };
        let ours = judge(query);
        if ours.matches || !query.contains('+') {
            return ours;
        }
        let spaced = judge(&query.replace('+', "%20"));
        if spaced.matches { spaced } else { ours }
    }

    fn canonical_request(
        &self,
        request: &RawRequest<'_>,
        query: &str,
        payload_hash: &str,
        rules: &SigningDefaults,
    ) -> String {
        let (path, _) = request.path_and_query();
        let values: Vec<_> = request
            .headers
            .iter()
            .filter(|(name, _)| self.signed_headers.iter().any(|signed| name.eq_ignore_ascii_case(signed)))
            .map(|(name, value)| (*name, String::from_utf8_lossy(value)))
            .collect();
        let headers = canonical_headers(values.iter().map(|(name, value)| (*name, &**value)));
        let keep = |name: &str| {
            !self.in_query
                || (name != "X-Amz-Signature" && !(rules.token_unsigned && name == "X-Amz-Security-Token"))
        };
        let query = canonical_query(query, keep, &[]);
        let path = canonical_path(path, rules.normalize, rules.double_encode);
        canonical_request(request.method, &path, &query, &headers, payload_hash)
    }
}

fn texts(request: &RawRequest<'_>) -> Result<Option<Texts>, PresentError> {
    if let Some(header) = request.header("authorization") {
        return from_header(request, header.trim()).map(Some);
    }
    let own = |name: &str| request.parameter(name).map(Cow::into_owned);
    let texts = Texts {
        algorithm: own("X-Amz-Algorithm"),
        credential: own("X-Amz-Credential"),
        signed_headers: own("X-Amz-SignedHeaders"),
        signature: own("X-Amz-Signature"),
        date: own("X-Amz-Date"),
        in_query: true,
    };
    let any = [&texts.algorithm, &texts.credential, &texts.signature].into_iter().any(Option::is_some);
    Ok(any.then_some(texts))
}

fn from_header(request: &RawRequest<'_>, header: &str) -> Result<Texts, PresentError> {
    let (algorithm, rest) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
    let mut texts = Texts {
        algorithm: Some(algorithm.to_owned()),
        credential: None,
        signed_headers: None,
        signature: None,
        date: request.header("x-amz-date").or_else(|| request.header("date")).map(Cow::into_owned),
        in_query: false,
    };
    for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let Some((name, value)) = part.split_once('=') else {
            return Err(PresentError::NotKeyValue { part: part.to_owned(), header: header.to_owned() });
        };
        let slot = match name.trim() {
            "Credential" => &mut texts.credential,
            "SignedHeaders" => &mut texts.signed_headers,
            "Signature" => &mut texts.signature,
            _ => continue,
        };
        *slot = Some(value.trim().to_owned());
    }
    Ok(texts)
}

fn missing(texts: Texts) -> PresentError {
    let all = [
        (Parameter::Algorithm, texts.algorithm.is_some()),
        (Parameter::Credential, texts.credential.is_some()),
        (Parameter::Signature, texts.signature.is_some()),
        (Parameter::SignedHeaders, texts.signed_headers.is_some()),
        (Parameter::Date, texts.date.is_some()),
    ];
    PresentError::Missing {
        parameters: all.into_iter().filter(|(_, there)| !there).map(|(parameter, _)| parameter).collect(),
        in_query: texts.in_query,
        algorithm: texts.algorithm.unwrap_or_default(),
    }
}

/// `X-Amz-Date` and its kin, or an HTTP date.
fn read_date(text: &str) -> Option<(SystemTime, String)> {
    let text = text.trim();
    let at = keys::parse_amz_date(text).or_else(|| httpdate::parse_http_date(text).ok())?;
    Some((at, keys::amz_date(at)?))
}
