//! Tokens of OpenID Connect providers: reading them, and verifying what can be verified.
//!
//! Owns the three parts of a token and its signature by a provider's published keys (RS256 and
//! ES256). Refuses to fetch keys: they come from `cloud.toml`, and without them no signature is
//! checked.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A parsed token, not yet verified.
pub(super) struct Token<'a> {
    header: Header,
    pub(super) claims: Map<String, Value>,
    /// The signed part.
    signed: &'a str,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    jwk: Option<Jwk>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()
}

impl<'a> Token<'a> {
    /// Parses a token; `None` if it isn't one.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            header: serde_json::from_slice(&decode(header)?).ok()?,
            claims: serde_json::from_slice(&decode(claims)?).ok()?,
            signed,
            signature: decode(signature)?,
        })
    }

    /// A claim that is text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// A claim that is a time, in seconds since 1970.
    pub(super) fn seconds(&self, claim: &str) -> Option<u64> {
        let value = self.claims.get(claim)?;
        value
            .as_u64()
            .or_else(|| value.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64))
    }

    /// A claim that is a text or a list of texts.
    pub(super) fn texts(&self, claim: &str) -> Vec<&str> {
        match self.claims.get(claim) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text],
            Some(_) | None => Vec::new(),
        }
    }

    /// Whether one of a provider's keys signed it.
    pub(super) fn is_signed_by(&self, keys: &str) -> bool {
        let Ok(set) = serde_json::from_str::<KeySet>(keys) else { return false };
        let mut candidates =
            set.keys.iter().filter(|key| self.header.kid.is_none() || key.kid == self.header.kid);
        candidates.any(|key| self.verifies(key).is_some())
    }

    /// The key of a DPoP proof, which has signed it (<https://www.rfc-editor.org/rfc/rfc9449>); `None` if
    /// it isn't a valid one.
    pub(super) fn proven_key(&self) -> Option<String> {
        let key = self.header.jwk.as_ref().filter(|_| self.header.typ.as_deref() == Some("dpop+jwt"))?;
        self.verifies(key)?;
        Some(format!("{}.{}", key.x.as_deref()?, key.y.as_deref()?))
    }

    fn verifies(&self, key: &Jwk) -> Option<()> {
        let part = |part: &Option<String>| decode(part.as_deref()?);
        let message = self.signed.as_bytes();
        match (self.header.alg.as_str(), key.kty.as_str()) {
            ("RS256", "RSA") => {
                let public = RsaPublicKeyComponents { n: part(&key.n)?, e: part(&key.e)? };
                public.verify(&RSA_PKCS1_2048_8192_SHA256, message, &self.signature).ok()
            }
            ("ES256", "EC") => {
                let point = [vec![4], part(&key.x)?, part(&key.y)?].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &self.signature).ok()
            }
            _ => None,
        }
    }
}

/// Checks that this is a key set.
pub(super) fn check_keys(keys: &str) -> Result<(), String> {
    match serde_json::from_str::<KeySet>(keys) {
        Ok(set) if set.keys.is_empty() => Err("the key set is empty".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("invalid JSON Web Key Set: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.3: ES256.
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

    #[test]
    fn the_token_of_the_rfc_is_verified() {
        let token = Token::read(TOKEN).unwrap();
        assert_eq!((token.text("iss"), token.seconds("exp")), (Some("joe"), Some(1_300_819_380)));
        assert!(token.is_signed_by(KEYS));
        let changed = TOKEN.replace("DtEhU3", "DtEhU4");
        assert!(!Token::read(&changed).unwrap().is_signed_by(KEYS));
    }

    #[test]
    fn an_invalid_token_is_not_parsed() {
        for text in ["", "a", "a.b", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.W10."] {
            assert!(Token::read(text).is_none(), "{text}");
        }
        let unsigned = Token::read("eyJhbGciOiJub25lIn0.e30.").unwrap();
        assert!(!unsigned.is_signed_by(KEYS));
        assert!(check_keys("{}").is_err() && check_keys(r#"{"keys":[]}"#).is_err());
    }
}
