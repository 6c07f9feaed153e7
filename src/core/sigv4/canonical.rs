//! The canonical request, part by part.
//!
//! Owns the rules of AWS's "Create a canonical request". Works on path and query as in the request
//! line, so that signer and verifier share it. Refuses to validate: what can't be signed is refused
//! in `sign`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request>

use std::borrow::Cow;

use super::encode;

/// The canonical headers of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalHeaders {
    /// One line `name:value\n` for each name, sorted.
    pub block: String,
    /// The names, joined with `;`.
    pub signed: String,
}

/// The canonical URI. `double_encode` is for every service except S3; the input is in wire form,
/// which counts as encoded once.
pub fn canonical_path(path: &str, normalize: bool, double_encode: bool) -> Cow<'_, str> {
    let path = if normalize { normalized(path) } else { Cow::Borrowed(path) };
    if path.is_empty() {
        return Cow::Borrowed("/");
    }
    let encode = if double_encode { encode::path } else { encode::wire_path };
    match path {
        Cow::Borrowed(path) => encode(path),
        Cow::Owned(path) => Cow::Owned(encode(&path).into_owned()),
    }
}

/// Removes dot segments (RFC 3986, section 5.2.4) and, as AWS requires, empty segments.
fn normalized(path: &str) -> Cow<'_, str> {
    if !path.contains('.') && !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let is_folder = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    let end = if is_folder && !segments.is_empty() { "/" } else { "" };
    Cow::Owned(format!("/{}{end}", segments.join("/")))
}

/// The canonical query string: every parameter of the raw query for which `keep` holds (it receives
/// the encoded name), and the added ones, whose names and values are plain text. All are encoded in
/// the same way and sorted; `k` becomes `k=`, empty pieces between `&` are dropped, and a raw `+`
/// is a plus.
pub fn canonical_query(raw: &str, keep: impl Fn(&str) -> bool, added: &[(&str, &str)]) -> String {
    let given = raw.split('&').filter(|piece| !piece.is_empty()).filter_map(|piece| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        keep(name).then(|| (encode::recode(name), encode::recode(value)))
    });
    let added = added.iter().map(|(name, value)| (encode::component(name), encode::component(value)));
    let mut pairs: Vec<_> = given.chain(added).collect();
    pairs.sort_unstable();
    let mut out = String::with_capacity(pairs.iter().map(|(name, value)| name.len() + value.len() + 2).sum());
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(&name);
        out.push('=');
        out.push_str(&value);
    }
    out
}

/// Names in lower case and sorted; values trimmed, with runs of spaces folded into one, and the
/// values of a repeated name joined with `,` in their order.
pub fn canonical_headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> CanonicalHeaders {
    let mut headers: Vec<_> =
        headers.into_iter().map(|(name, value)| (lower(name), canonical_value(value))).collect();
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    let (mut block, mut signed) = (String::with_capacity(256), String::with_capacity(64));
    for (index, (name, value)) in headers.iter().enumerate() {
        if index > 0 && headers[index - 1].0 == *name {
            block.pop();
            block.push(',');
        } else {
            if index > 0 {
                signed.push(';');
            }
            signed.push_str(name);
            block.push_str(name);
            block.push(':');
        }
        block.push_str(value);
        block.push('\n');
    }
    CanonicalHeaders { block, signed }
}

/// A header name in lower case.
pub(crate) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// A header value without surrounding white space, with folded lines joined and runs of spaces
/// folded into one. A tab within a line stays: AWS only folds spaces.
pub(crate) fn canonical_value(value: &str) -> Cow<'_, str> {
    let value = value.trim_matches([' ', '\t', '\r', '\n']);
    if !value.contains("  ") && !value.contains(['\r', '\n']) {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let (mut blank, mut folding) = (false, false);
    for c in value.chars() {
        match c {
            ' ' => blank = true,
            '\r' | '\n' => (blank, folding) = (true, true),
            '\t' if folding => {}
            _ => {
                if blank {
                    out.push(' ');
                }
                (blank, folding) = (false, false);
                out.push(c);
            }
        }
    }
    Cow::Owned(out)
}

/// Joins the parts of a canonical request.
pub fn canonical_request(
    method: &str,
    path: &str,
    query: &str,
    headers: &CanonicalHeaders,
    payload_hash: &str,
) -> String {
    let parts =
        [method, "\n", path, "\n", query, "\n", &headers.block, "\n", &headers.signed, "\n", payload_hash];
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (path, normalize, double, expected) in [
            ("", true, true, "/"),
            ("", false, false, "/"),
            ("/a:b", true, true, "/a%3Ab"),
            ("/a%3Ab", true, true, "/a%253Ab"),
            ("/a:b", false, false, "/a:b"),
            ("/a%3Ab", false, false, "/a%3Ab"),
            ("/!'()*:=+", true, true, "/%21%27%28%29%2A%3A%3D%2B"),
            ("//a//b/", true, true, "/a/b/"),
            ("//a//b/", false, false, "//a//b/"),
            ("/a/../b/./c", true, false, "/b/c"),
            ("/a/b/..", true, false, "/a/"),
            ("/../..", true, false, "/"),
            ("/a/.", true, false, "/a/"),
            ("/.well-known", true, false, "/.well-known"),
            ("/ሴ x", false, false, "/%E1%88%B4%20x"),
        ] {
            assert_eq!(canonical_path(path, normalize, double), expected, "{path} {normalize} {double}");
        }
    }

    #[test]
    fn queries() {
        for (raw, expected) in [
            ("", ""),
            ("versioning", "versioning="),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1&a", "a=&a=1&a=2"),
            ("k=a=b&l=a%3Db", "k=a%3Db&l=a%3Db"),
            ("k=a+b", "k=a%2Bb"),
            ("&&a=1&&", "a=1"),
            ("=v", "=v"),
            ("a-b=1&a=2", "a=2&a-b=1"),
            ("%7Ea=%2f", "~a=%2F"),
        ] {
            assert_eq!(canonical_query(raw, |_| true, &[]), expected, "{raw}");
        }
        assert_eq!(canonical_query("z=1&drop=2", |name| name != "drop", &[("a b", "/")]), "a%20b=%2F&z=1");
    }

    #[test]
    fn headers_are_sorted_joined_and_trimmed() {
        let headers = canonical_headers([
            ("X-B", "  two   spaces\t"),
            ("host", "h"),
            ("x-b", ""),
            ("X-A", "folded\r\n \t line"),
            ("x-b", "in\tside"),
        ]);
        assert_eq!(headers.signed, "host;x-a;x-b");
        assert_eq!(headers.block, "host:h\nx-a:folded line\nx-b:two spaces,,in\tside\n");
    }
}
