//! A name for the file of a response's body.

use super::collection;

/// File extensions by media type.
const EXTENSIONS: [(&str, &str); 16] = [
    ("application/json", "json"),
    ("application/xml", "xml"),
    ("text/xml", "xml"),
    ("text/html", "html"),
    ("text/csv", "csv"),
    ("text/css", "css"),
    ("text/javascript", "js"),
    ("text/plain", "txt"),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/svg+xml", "svg"),
    ("image/webp", "webp"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("application/gzip", "gz"),
];

/// A name made of the last segment of a URL's path and of the content type.
pub(crate) fn for_body(url: &str, content_type: &str) -> String {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, path)| path);
    let segment = path.rsplit('/').find(|part| !part.is_empty() && !part.contains("{{"));
    let name = segment.map_or_else(|| "response".to_owned(), collection::safe_name);
    if has_extension(&name) { name } else { format!("{name}.{}", extension(content_type)) }
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, end)| {
        let is_short = (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric());
        !stem.is_empty() && is_short && end.bytes().any(|b| b.is_ascii_alphabetic())
    })
}

fn extension(content_type: &str) -> &'static str {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = EXTENSIONS.iter().find(|(known, _)| *known == media).map(|(_, extension)| *extension);
    known.unwrap_or(match media.rsplit_once('+') {
        Some((_, "json")) => "json",
        Some((_, "xml")) => "xml",
        _ if media.starts_with("text/") => "txt",
        _ => "bin",
    })
}

#[cfg(test)]
mod tests {
    use super::for_body;

    #[test]
    fn the_name_comes_from_the_path_and_the_content_type() {
        for (url, media, name) in [
            ("https://example.com/api/users?page=2", "application/json; charset=utf-8", "users.json"),
            ("https://example.com/logo.png", "image/png", "logo.png"),
            ("https://example.com/v1.2/", "application/problem+json", "v1.2.json"),
            ("https://example.com", "text/html", "response.html"),
            ("{{base}}/{{id}}", "", "response.bin"),
            ("https://example.com/a%20b:c", "text/markdown", "a%20b-c.txt"),
        ] {
            assert_eq!(for_body(url, media), name, "{url}");
        }
    }
}
