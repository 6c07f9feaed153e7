//! What went wrong while TLS was set up.

use rustls::CertificateError;

use super::find;
use crate::core::exchange::Problem;
use crate::io::transport::outside;

/// The problem with TLS; `None` where it isn't to blame.
pub(super) fn problem(error: &reqwest::Error, name: &str) -> Option<Problem> {
    let (message, hint) = match find::<rustls::Error>(error)? {
        rustls::Error::InvalidCertificate(error) => return Some(certificate(error, name)),
        rustls::Error::InvalidMessage(_) => {
            (format!("{name} doesn't support TLS"), "Use http:// or another port.")
        }
        rustls::Error::AlertReceived(alert) => (
            format!("{name} ended the TLS handshake: received fatal alert: {alert:?}"),
            "It may require a client certificate or another TLS version.",
        ),
        other => (
            format!("the TLS handshake with {name} failed: {other}"),
            "Check which TLS versions and settings the server supports.",
        ),
    };
    Some(outside(message, hint))
}

fn certificate(error: &CertificateError, name: &str) -> Problem {
    let (message, hint) = match error {
        CertificateError::UnknownIssuer => (
            format!("the certificate of {name} is signed by an untrusted authority"),
            "Add that authority's certificate as a CA file, or disable verification for this request.",
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            format!("the certificate of {name} has expired ({error})"),
            "Renew it, or disable verification for this request.",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (format!("the certificate of {name} is not valid yet ({error})"), "Check this machine's clock.")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            format!("the certificate of {name} is for another host ({error})"),
            "Use a host name that it lists.",
        ),
        // The enum is not exhaustive.
        other => (
            format!("the certificate of {name} is invalid: {other}"),
            "Replace it, or disable verification for this request.",
        ),
    };
    outside(message, hint)
}
