//! The signature that a request presents, as a service parses it from the raw request.
//!
//! Owns what may be missing, repeated or unreadable, and masks credentials of other schemes in what
//! errors quote. Refuses to decide whether a scope, a key or a date is acceptable, and how that is
//! worded: both are up to the service. The order in which AWS checks is: [`Presented::parse`]
//! (parameters present, host signed, date), then expiry by the service, then [`Presented::scope`],
//! then key and token by the service, then [`Presented::verify`].

use std::borrow::Cow;
use std::time::SystemTime;

use thiserror::Error;

use super::{encode, keys};
use crate::core::credential::Secret;
use crate::core::mask::Mask;
use crate::core::request::Algorithm;

/// A request as it was received.
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
    pub(super) fn path_and_query(&self) -> (&'a str, &'a str) {
        self.target.split_once('?').unwrap_or((self.target, ""))
    }

    /// The first header of this name; bytes that aren't UTF-8 are replaced.
    fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| String::from_utf8_lossy(value))
    }

    /// The first query parameter of this name, decoded.
    fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        self.parameters(name).next().map(encode::decode)
    }

    /// The values of every query parameter of this name, as sent.
    fn parameters(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let pieces = self.path_and_query().1.split('&');
        let pairs = pieces.map(|piece| piece.split_once('=').unwrap_or((piece, "")));
        pairs.filter(move |(own, _)| *own == name).map(|(_, value)| value)
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

/// What a request must not have twice: of two, a client could mean one and a server take the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Repeated {
    /// The header `Authorization`.
    #[error("Authorization header")]
    Header,
    /// A part of that header.
    #[error("{0} in the Authorization header")]
    Part(&'static str),
    /// A parameter of the query.
    #[error("{0} in the query")]
    Query(&'static str),
}

/// Why a presented signature can't be parsed. Contains what AWS's error texts quote, and so perhaps the
/// credentials of another scheme: what others read is [`PresentError::masked`].
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
    /// The request has more than one of this header, part or parameter.
    #[error("more than one {0}")]
    Repeated(Repeated),
    /// An unsupported algorithm.
    #[error("the algorithm `{0}` isn't supported")]
    Algorithm(String),
    /// `host` is not among the signed headers.
    #[error("the host header isn't signed")]
    HostNotSigned,
    /// An invalid date.
    #[error("invalid date `{0}`")]
    Date(String),
    /// `X-Amz-Expires` isn't a number of seconds.
    #[error("the expiry `{0}` isn't a number of seconds")]
    Expires(String),
    /// The credential doesn't have five parts (four for SigV4a).
    #[error("the credential `{0}` doesn't have the form KEY/DATE/REGION/SERVICE/aws4_request")]
    Credential(String),
}

impl PresentError {
    /// The same error without what it quotes of another scheme than AWS's: `Bearer TOKEN`, or a token
    /// alone.
    #[must_use]
    pub fn masked(&self) -> Self {
        let is_foreign = |text: &str| !text.is_empty() && !text.starts_with("AWS4-");
        let masked = |text: &str| Mask::new(&[]).header("authorization", text);
        match self {
            Self::NotKeyValue { part: _, header } if is_foreign(header) => {
                Self::NotKeyValue { part: masked("-"), header: masked(header) }
            }
            Self::Missing { parameters, in_query: false, algorithm } if is_foreign(algorithm) => {
                let (parameters, algorithm) = (parameters.clone(), masked(algorithm));
                Self::Missing { parameters, in_query: false, algorithm }
            }
            Self::NotKeyValue { .. }
            | Self::Missing { .. }
            | Self::Repeated(_)
            | Self::Algorithm(_)
            | Self::HostNotSigned
            | Self::Date(_)
            | Self::Expires(_)
            | Self::Credential(_) => self.clone(),
        }
    }
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
    /// The scope as the string to sign has it.
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
    /// Names of the signed headers as presented.
    pub signed_headers: Vec<String>,
    /// The signature as presented.
    pub signature: String,
    /// The date of the signature (UTC).
    pub amz_date: SystemTime,
    /// That date as `20150830T123600Z`.
    pub amz_date_text: String,
    /// Seconds for which a presigned URL is valid.
    pub expires: Option<u64>,
    /// The session token, from the query or a header.
    pub security_token: Option<Secret>,
    /// The region set of SigV4a.
    pub region_set: Option<String>,
    /// The signature is in the query.
    pub in_query: bool,
}

/// The texts of a presented signature, from the query or a header.
struct Texts {
    algorithm: Option<String>,
    credential: Option<String>,
    signed_headers: Option<String>,
    signature: Option<String>,
    date: Option<String>,
    in_query: bool,
}

impl Presented {
    /// Parses the signature of a request; `None` if it has none.
    ///
    /// # Errors
    /// What is repeated, missing or invalid, in AWS's order.
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
        let signed_headers: Vec<_> = signed_headers.split(';').map(str::to_owned).collect();
        let is_host =
            |name: &String| matches!(name.trim().to_ascii_lowercase().as_str(), "host" | ":authority");
        if !signed_headers.iter().any(is_host) {
            return Err(PresentError::HostNotSigned);
        }
        let (amz_date, amz_date_text) = read_date(&date).ok_or(PresentError::Date(date))?;
        let expires = request.parameter("X-Amz-Expires").filter(|_| in_query).map(seconds).transpose()?;
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

    /// The parts of the credential.
    ///
    /// # Errors
    /// [`PresentError::Credential`] if it doesn't have five parts (four for SigV4a).
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
}

/// Parameters of a presigned URL.
const QUERY: [&str; 8] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Region-Set",
];

fn texts(request: &RawRequest<'_>) -> Result<Option<Texts>, PresentError> {
    let mut headers = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    if let Some((_, header)) = headers.next() {
        if headers.next().is_some() {
            return Err(PresentError::Repeated(Repeated::Header));
        }
        return from_header(request, String::from_utf8_lossy(header).trim()).map(Some);
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
    if [&texts.algorithm, &texts.credential, &texts.signature].into_iter().all(Option::is_none) {
        return Ok(None);
    }
    match QUERY.into_iter().find(|name| request.parameters(name).nth(1).is_some()) {
        Some(name) => Err(PresentError::Repeated(Repeated::Query(name))),
        None => Ok(Some(texts)),
    }
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
        let (name, slot) = match name.trim() {
            "Credential" => ("Credential", &mut texts.credential),
            "SignedHeaders" => ("SignedHeaders", &mut texts.signed_headers),
            "Signature" => ("Signature", &mut texts.signature),
            _ => continue,
        };
        if slot.replace(value.trim().to_owned()).is_some() {
            return Err(PresentError::Repeated(Repeated::Part(name)));
        }
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

/// A number of seconds. A sign isn't part of one.
fn seconds(text: Cow<'_, str>) -> Result<u64, PresentError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if digits { text.parse().ok() } else { None };
    seconds.ok_or_else(|| PresentError::Expires(text.into_owned()))
}

/// A date as `X-Amz-Date` or `Date` has it.
fn read_date(text: &str) -> Option<(SystemTime, String)> {
    let text = text.trim();
    let at = keys::parse_amz_date(text).or_else(|| httpdate::parse_http_date(text).ok())?;
    Some((at, keys::amz_date(at)?))
}
