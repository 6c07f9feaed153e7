//! Region and service of a signature, its settings, and the signing.
//!
//! Owns what is typed, inferred or missing. Refuses to fetch credentials and to read the clock.

use std::borrow::Cow;
use std::time::SystemTime;

use url::Url;

use crate::core::credential::Credential;
use crate::core::endpoint::{self, Inferred};
use crate::core::exchange::{Field, HeaderOrigin, Problem, ProblemKind, SentHeader, SigningRecord};
use crate::core::host;
use crate::core::request::fields::AuthField;
use crate::core::request::{Algorithm, PayloadMode, SignatureLocation, Sigv4Auth};
use crate::core::resolve::PlanSigning;
use crate::core::sign_as::SignAs;
use crate::core::sigv4::{self, Settings, Signable, Signed, UNSIGNED_PAYLOAD};
use crate::core::wire::{WireBody, WireRequest};

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The author typed it.
    Typed,
    /// The host says so; in words, what kind of host it is.
    Inferred(&'static str),
}

/// Region and service of a signature, each with where it came from.
pub(super) struct SigningScope {
    pub(super) region: Option<(String, Origin)>,
    pub(super) service: Option<(String, Origin)>,
    inferred: Option<Inferred>,
}

impl SigningScope {
    /// What was typed wins; the rest is read from the host.
    pub(super) fn of(auth: &Sigv4Auth, host: &str) -> Self {
        let inferred = endpoint::infer(host);
        let typed = |text: &str| (!text.is_empty()).then(|| (text.to_owned(), Origin::Typed));
        let read = |text: Option<&str>| {
            let inferred = inferred.as_ref()?;
            text.map(|text| (text.to_owned(), Origin::Inferred(inferred.what)))
        };
        let region =
            typed(&auth.region).or_else(|| read(inferred.as_ref().and_then(|i| i.region.as_deref())));
        let service = typed(&auth.service).or_else(|| read(inferred.as_ref().map(|i| i.service)));
        Self { region, service, inferred }
    }

    /// What is missing for a signature.
    pub(super) fn problems(&self, host: &str) -> Vec<Problem> {
        let missing = |what: AuthField, example: &str| {
            Problem::new(
                Field::Auth(what),
                format!("unknown {what} to sign for: the host {host} doesn't include it"),
                format!("Set the signature's {what}, for example {example}."),
            )
            .of_kind(ProblemKind::UnknownScope(what))
        };
        let region = self.region.is_none().then(|| missing(AuthField::Region, "us-east-1"));
        let service = self.service.is_none().then(|| missing(AuthField::Service, "lambda or execute-api"));
        region.into_iter().chain(service).collect()
    }

    /// Where what was typed contradicts the host.
    pub(super) fn contradictions(&self, auth: &Sigv4Auth) -> Vec<Problem> {
        let Some(inferred) = &self.inferred else { return Vec::new() };
        let differs = |field: AuthField, typed: &str, said: &str| {
            (!typed.is_empty() && typed != said).then(|| {
                Problem::new(
                    Field::Auth(field),
                    format!("the {field} is set to {typed}, but the host is a {} in {said}", inferred.what),
                    format!("Clear the {field} to use {said}, unless the host only stands in for another."),
                )
            })
        };
        let one_region = auth.algorithm == Algorithm::Sigv4;
        let region = inferred.region.as_deref().filter(|_| one_region);
        let region = region.and_then(|said| differs(AuthField::Region, &auth.region, said));
        let service = (!auth.service.is_empty() && auth.service != inferred.service).then(|| {
            Problem::new(
                Field::Auth(AuthField::Service),
                format!(
                    "the service is set to {}, but the host is a {}: {}",
                    auth.service, inferred.what, inferred.service
                ),
                format!(
                    "Clear the service to use {}, unless the host only stands in for another.",
                    inferred.service
                ),
            )
        });
        region.into_iter().chain(service).collect()
    }
}

/// The name by which the server is addressed, without its port: the author's Host, else the URL's.
pub(super) fn host_of(url: &Url, author: Option<&str>) -> String {
    host::name(author.or(url.host_str()).unwrap_or_default())
}

/// The name of the host that is signed for: that of `sign_as`, else the one that is addressed.
pub(super) fn signed_host(plan: &PlanSigning, url: &Url, author: Option<&str>) -> String {
    match &plan.sign_as {
        Some(sign_as) => host::name(sign_as.host()),
        None => host_of(url, author),
    }
}

/// The author's Host, if there is one.
fn host_header(wire: &WireRequest) -> Option<&str> {
    wire.headers.iter().find(|header| is_host(header)).map(|header| header.value.as_str())
}

fn is_host(header: &SentHeader) -> bool {
    header.name.eq_ignore_ascii_case("host")
}

/// The URL as it may be shown: a presigned query holds a signature and may hold a token.
fn without_query(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url
}

/// A request with its signature.
pub(super) struct SignedRequest {
    pub(super) signed: Signed,
    pub(super) record: SigningRecord,
}

/// Everything that a signature needs but its date. Decided once a send; every hop is signed with it.
pub(super) struct Signing {
    /// The identity's name, if it has one.
    pub(super) identity: Option<String>,
    /// What signs.
    pub(super) credential: Credential,
    settings: Settings,
    payload: PayloadMode,
    /// The URL that stands for the called one, if there is one.
    sign_as: Option<SignAs>,
}

impl Signing {
    /// The settings of a signature for this scope, or what is missing.
    pub(super) fn settings(plan: &PlanSigning, wire: &WireRequest) -> Result<Settings, Vec<Problem>> {
        let auth = &plan.settings;
        let host = signed_host(plan, &wire.url, host_header(wire));
        let scope = SigningScope::of(auth, &host);
        let problems = scope.problems(&host);
        let (Some((region, _)), Some((service, _))) = (scope.region, scope.service) else {
            return Err(problems);
        };
        let defaults = Settings::for_service(&service, &region);
        Ok(Settings {
            algorithm: auth.algorithm,
            location: auth.location,
            expires: auth.expires.unwrap_or(defaults.expires),
            normalize: auth.normalize.unwrap_or(defaults.normalize),
            double_encode: auth.double_encode.unwrap_or(defaults.double_encode),
            content_sha256: auth.content_sha256.unwrap_or(defaults.content_sha256 || announces_payload(auth)),
            token_unsigned: auth.token_unsigned.unwrap_or(defaults.token_unsigned),
            ..defaults
        })
    }

    /// Joins who signs and how.
    pub(super) fn new(
        identity: Option<String>,
        credential: Credential,
        settings: Settings,
        plan: &PlanSigning,
    ) -> Self {
        let (payload, sign_as) = (plan.settings.payload.clone(), plan.sign_as.clone());
        Self { identity, credential, settings, payload, sign_as }
    }

    /// Service of the credential scope.
    pub(super) fn service(&self) -> &str {
        &self.settings.service
    }

    /// Signs a wire form; `at` dates the signature.
    pub(super) fn sign(&self, wire: &WireRequest, at: SystemTime) -> Result<SignedRequest, Vec<Problem>> {
        let Self { identity, credential, settings, payload: _, sign_as } = self;
        let url = sign_as
            .as_ref()
            .map_or(Cow::Borrowed(&wire.url), |sign_as| Cow::Owned(sign_as.signed(&wire.url)));
        let payload_hash = self.payload_hash(&wire.body);
        let headers: Vec<_> = wire
            .headers
            .iter()
            .filter(|header| is_signed(header) && !(sign_as.is_some() && is_host(header)))
            .map(|header| (header.name.as_str(), header.value.as_str()))
            .collect();
        let request =
            Signable { method: &wire.method, url: &url, headers: &headers, payload_hash: &payload_hash };
        let mut signed = sigv4::sign(&request, credential, settings, at)
            .map_err(|error| vec![Problem::new(Field::Request, error.to_string(), error.hint())])?;
        let record = SigningRecord {
            steps: signed.steps.clone(),
            identity: identity.clone(),
            access_key: credential.access_key.clone(),
            source: credential.source.clone(),
            has_token: credential.session_token.as_ref().is_some_and(|token| !token.is_empty()),
            expires_at: credential.expires_at,
            region: settings.region.clone(),
            service: settings.service.clone(),
            signed_for: sign_as.as_ref().map(|_| without_query(&url)),
        };
        if sign_as.is_some() {
            signed.url = SignAs::called(&wire.url, &signed.url);
        }
        Ok(SignedRequest { signed, record })
    }

    fn payload_hash(&self, body: &WireBody) -> String {
        match &self.payload {
            PayloadMode::Given(hash) => hash.clone(),
            PayloadMode::Unsigned => UNSIGNED_PAYLOAD.to_owned(),
            PayloadMode::Signed => {
                let in_query = self.settings.location == SignatureLocation::Query;
                let presigned =
                    in_query.then(|| endpoint::defaults(&self.settings.service).presigned_payload());
                match (presigned.flatten(), body) {
                    (Some(words), _) => words.to_owned(),
                    (None, WireBody::Bytes(bytes)) => sigv4::payload_hash(bytes),
                    (None, WireBody::Streamed { sha256, .. }) => sha256.clone(),
                }
            }
        }
    }
}

/// Everything the author wrote is signed, and the media type. The other defaults are not: a proxy
/// may change them, and the signature would be blamed.
fn is_signed(header: &SentHeader) -> bool {
    header.origin != HeaderOrigin::Default || header.name.eq_ignore_ascii_case("content-type")
}

/// A payload hash other than that of the body has to be announced in a header.
fn announces_payload(auth: &Sigv4Auth) -> bool {
    auth.location == SignatureLocation::Headers && auth.payload != PayloadMode::Signed
}
