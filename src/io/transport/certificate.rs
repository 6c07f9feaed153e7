//! What a server's certificate says.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime};

use x509_parser::extensions::GeneralName;

use crate::core::exchange::Certificate;

/// Reads a certificate (DER). `None` if it isn't X.509.
pub(super) fn read(der: &[u8], verified: bool) -> Option<Certificate> {
    let (_, parsed) = x509_parser::parse_x509_certificate(der).ok()?;
    let names = match parsed.subject_alternative_name() {
        Ok(Some(extension)) => extension.value.general_names.iter().filter_map(name).collect(),
        Ok(None) | Err(_) => Vec::new(),
    };
    let not_after = u64::try_from(parsed.validity().not_after.timestamp()).unwrap_or_default();
    Some(Certificate {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        names,
        not_after: SystemTime::UNIX_EPOCH + Duration::from_secs(not_after),
        verified,
    })
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            if let Ok(four) = <[u8; 4]>::try_from(*bytes) {
                return Some(Ipv4Addr::from(four).to_string());
            }
            <[u8; 16]>::try_from(*bytes).ok().map(|sixteen| Ipv6Addr::from(sixteen).to_string())
        }
        // Only hosts are of interest here; the enum is the parser's.
        _ => None,
    }
}
