//! The `aws-sigv4` crate, called so that it signs exactly what our canonicalizer signs.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SessionTokenMode, SignableBody, SignableRequest,
    SignatureLocation as CrateLocation, SigningParams, SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::{v4, v4a};
use aws_smithy_runtime_api::client::identity::Identity;
use url::Url;

use super::error::SignError;
use super::sign::Prepared;
use super::{Settings, UNSIGNED_PAYLOAD};
use crate::core::credential::Credential;
use crate::core::request::{Algorithm, SignatureLocation};

/// The crate's signature of a prepared request.
pub(crate) fn signature(
    prepared: &Prepared<'_>,
    credential: &Credential,
    settings: &Settings,
    at: SystemTime,
) -> Result<String, SignError> {
    let identity = identity(credential);
    let params = params(&identity, settings, at)?;
    let body = match prepared.payload_hash {
        UNSIGNED_PAYLOAD => SignableBody::UnsignedPayload,
        hash => SignableBody::Precomputed(hash.to_owned()),
    };
    let headers = prepared.headers.iter().map(|(name, value)| (&**name, &**value));
    let request = SignableRequest::new(prepared.method, url(prepared), headers, body).map_err(refused)?;
    let output = aws_sigv4::http_request::sign(request, &params).map_err(refused)?;
    Ok(output.signature().to_owned())
}

fn identity(credential: &Credential) -> Identity {
    let token = credential.session_token.as_ref().filter(|token| !token.is_empty());
    let token = token.map(|token| token.expose().to_owned());
    Credentials::new(&credential.access_key, credential.secret_key.expose(), token, None, "signpost").into()
}

fn params<'a>(
    identity: &'a Identity,
    settings: &'a Settings,
    at: SystemTime,
) -> Result<SigningParams<'a>, SignError> {
    let (region, service) = (settings.region.as_str(), settings.service.as_str());
    let signing = signing_settings(settings);
    // The two builders have these methods in common, but no trait.
    macro_rules! build {
        ($builder:expr) => {
            $builder
                .identity(identity)
                .name(service)
                .time(at)
                .settings(signing)
                .build()
                .map(SigningParams::from)
                .map_err(refused)
        };
    }
    match settings.algorithm {
        Algorithm::Sigv4 => build!(v4::SigningParams::builder().region(region)),
        Algorithm::Sigv4a => build!(v4a::SigningParams::builder().region_set(region)),
    }
}

fn signing_settings(settings: &Settings) -> SigningSettings {
    let mut signing = SigningSettings::default();
    // The headers passed to the crate are already only those to be signed.
    signing.excluded_headers = None;
    signing.percent_encoding_mode =
        if settings.double_encode { PercentEncodingMode::Double } else { PercentEncodingMode::Single };
    signing.uri_path_normalization_mode = UriPathNormalizationMode::from(settings.normalize);
    signing.payload_checksum_kind =
        if settings.content_sha256 { PayloadChecksumKind::XAmzSha256 } else { PayloadChecksumKind::NoHeader };
    signing.session_token_mode =
        if settings.token_unsigned { SessionTokenMode::Exclude } else { SessionTokenMode::Include };
    match settings.location {
        SignatureLocation::Headers => signing.signature_location = CrateLocation::Headers,
        SignatureLocation::Query => {
            signing.signature_location = CrateLocation::QueryParams;
            signing.expires_in = Some(Duration::from_secs(settings.expires));
        }
    }
    signing
}

/// The URL for the crate. It would read a raw `+` as a space and user information as part of the
/// host, so such a URL is rewritten to one with the meaning that we sign.
fn url<'a>(prepared: &Prepared<'a>) -> Cow<'a, str> {
    let url = prepared.url;
    let raw = url.query().unwrap_or_default();
    if raw == prepared.query && !raw.contains('+') && url.username().is_empty() && url.password().is_none() {
        return Cow::Borrowed(url.as_str());
    }
    let mut out = format!("{}://{}{}", url.scheme(), host(url), url.path());
    if !prepared.query.is_empty() {
        // Writing to a String can't fail.
        let _ = write!(out, "?{}", prepared.query.replace('+', "%2B"));
    }
    Cow::Owned(out)
}

/// Host and port as in the `Host` header: without the scheme's default port.
pub fn host(url: &Url) -> Cow<'_, str> {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => Cow::Owned(format!("{host}:{port}")),
        None => Cow::Borrowed(host),
    }
}

fn refused(error: impl std::error::Error) -> SignError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let _ = write!(text, ": {inner}");
        source = inner.source();
    }
    SignError::Refused(text)
}
