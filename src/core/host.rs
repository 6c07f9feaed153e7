//! The name of a host, in the form that is compared.

/// The name in a `Host` header or the authority of a URL: in lower case, without its port, the
/// brackets of an IPv6 address and a final dot. A "port" that isn't a number stays.
pub(crate) fn name(authority: &str) -> String {
    let name = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => match authority.split_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            Some(_) | None => authority,
        },
    };
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_host_have_the_same_name() {
        for (authority, expected) in [
            ("Demo.lambda-url.us-east-1.localhost:9000", "demo.lambda-url.us-east-1.localhost"),
            ("example.com.", "example.com"),
            ("example.com.:443", "example.com"),
            ("example.com:", "example.com"),
            ("example.com:port", "example.com:port"),
            ("[::1]:80", "::1"),
            ("[::1]", "::1"),
            ("::1", "::1"),
            ("", ""),
        ] {
            assert_eq!(name(authority), expected, "{authority}");
        }
    }
}
