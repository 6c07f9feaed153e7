//! Names of headers, query parameters and form fields whose value is a secret.
//!
//! Owns both lists: names that surely mean a secret, for whoever asks a user about it, and names
//! that may mean one, for whoever masks. Refuses to look at values.

/// Names whose whole value is a secret, in lower case.
const NAMES: [&str; 9] =
    ["authorization", "proxy-authorization", "cookie", "pwd", "sig", "signature", "sid", "apikey", "jwt"];

/// Words that make a name one of a secret.
const WORDS: [&str; 6] = ["token", "secret", "password", "passwd", "signature", "apikey"];

/// Pairs of words that do, such as those of `x-api-key`.
const PAIRS: [[&str; 2]; 8] = [
    ["api", "key"],
    ["access", "key"],
    ["auth", "key"],
    ["functions", "key"],
    ["private", "key"],
    ["secret", "key"],
    ["subscription", "key"],
    ["session", "id"],
];

/// Words that make it something else: where a list goes on, or what a form was drawn with.
const HARMLESS: [&str; 9] =
    ["page", "next", "continuation", "pagination", "cursor", "sync", "csrf", "xsrf", "type"];

/// Words that may mean a secret. Masking a harmless value costs a second look; showing a secret costs
/// the secret.
const SUSPICIOUS: [&str; 12] = [
    "auth",
    "authorization",
    "cookie",
    "cookie2",
    "credential",
    "csrf",
    "jwt",
    "pwd",
    "session",
    "sid",
    "sig",
    "token",
];

/// Names that end in `key` and hold no secret.
const PUBLIC_KEYS: [&str; 2] = ["idempotency-key", "surrogate-key"];

/// True for a name whose value is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    if NAMES.contains(&name.trim().to_ascii_lowercase().as_str()) {
        return true;
    }
    let words = words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let pairs = words.windows(2).any(|pair| PAIRS.iter().any(|known| pair == known));
    (has(&WORDS) || pairs) && !has(&HARMLESS)
}

/// True for a name whose value may be a secret, and so is masked.
pub(crate) fn may_be_secret(name: &str) -> bool {
    let words = words(name);
    let suspicious = words.iter().any(|word| SUSPICIOUS.contains(&word.as_str()));
    let key = words.last().is_some_and(|word| word == "key");
    let public = PUBLIC_KEYS.contains(&name.trim().to_ascii_lowercase().as_str());
    is_secret(name) || suspicious || key && !public
}

/// The words of `x-api-key`, `access_token`, `apiKey` and the like, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.trim().chars() {
        let ends = !c.is_alphanumeric();
        if ends || (after_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(last) = words.last_mut().filter(|_| !ends) {
            last.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_recognised_however_they_are_written() {
        for name in [
            "Authorization",
            "cookie",
            "x-api-key",
            "X-Auth-Token",
            "PRIVATE-TOKEN",
            "X-Vault-Token",
            "access_token",
            "accessToken",
            "client_secret",
            "refreshToken",
            "password",
            "api_key",
            "apikey",
            "Ocp-Apim-Subscription-Key",
            "X-Amz-Signature",
            "X-Amz-Security-Token",
            "x-goog-api-key",
            "sig",
            "x-functions-key",
            "DD-API-KEY",
        ] {
            assert!(is_secret(name) && may_be_secret(name), "{name}");
        }
        for name in [
            "accept",
            "content-type",
            "max_tokens",
            "idempotency-key",
            "x-amz-date",
            "author",
            "secretary",
            "signed",
            "etag",
            "x-keyboard",
            "sec-fetch-site",
            "",
        ] {
            assert!(!is_secret(name) && !may_be_secret(name), "{name}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_masked_and_not_asked_about() {
        for name in
            ["nextToken", "page_token", "token_type", "key", "x-csrf-token", "X-Amz-Credential", "set-cookie"]
        {
            assert!(!is_secret(name) && may_be_secret(name), "{name}");
        }
    }
}
