//! The proof that a refresh comes from where the login was made: DPoP with ES256
//! (<https://www.rfc-editor.org/rfc/rfc9449>).

use std::time::SystemTime;

use aws_lc_rs::encoding::{AsDer as _, EcPrivateKeyRfc5915Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use zeroize::Zeroizing;

use crate::core::hex;

/// Characters of a line of PEM (<https://www.rfc-editor.org/rfc/rfc7468>).
const PEM_LINE: usize = 64;

/// A P-256 key of the AWS CLI's.
pub(super) struct Key(EcdsaKeyPair);

impl Key {
    /// Reads the form in which the AWS CLI keeps it: SEC 1, PEM. `None` for anything else.
    pub(super) fn of_pem(text: &str) -> Option<Self> {
        let base64: Zeroizing<String> =
            Zeroizing::new(text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect());
        let der = Zeroizing::new(STANDARD.decode(base64.as_bytes()).ok()?);
        EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).ok().map(Self)
    }

    /// A new key. `None` if the system has no random numbers.
    pub(super) fn new() -> Option<Self> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok().map(Self)
    }

    /// The form in which the AWS CLI keeps it.
    pub(super) fn pem(&self) -> Option<Zeroizing<String>> {
        let der: EcPrivateKeyRfc5915Der<'_> = self.0.private_key().as_der().ok()?;
        let base64 = Zeroizing::new(STANDARD.encode(der.as_ref()));
        let mut pem = Zeroizing::new("-----BEGIN EC PRIVATE KEY-----\n".to_owned());
        let mut rest = base64.as_str();
        while !rest.is_empty() {
            let (line, more) = rest.split_at(rest.len().min(PEM_LINE));
            pem.push_str(line);
            pem.push('\n');
            rest = more;
        }
        pem.push_str("-----END EC PRIVATE KEY-----\n");
        Some(pem)
    }

    /// Signs that this request is made at this time. `None` if the system has no random numbers.
    pub(super) fn proof(&self, method: &str, url: &str, at: SystemTime) -> Option<String> {
        // A point in its uncompressed form: 4, x, y.
        let (x, y) = self.0.public_key().as_ref().get(1..65)?.split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({"kty": "EC", "x": encode(x), "y": encode(y), "crv": "P-256"});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
        let mut id = [0; 16];
        getrandom::fill(&mut id).ok()?;
        let issued_at = at.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        let claims = json!({"htm": method, "htu": url, "iat": issued_at, "jti": hex::encode(id)});
        let signed =
            format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", encode(signature.as_ref())))
    }
}
