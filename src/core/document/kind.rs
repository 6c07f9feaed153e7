//! The format of a body, from its declared type and its first bytes.

use std::sync::atomic::AtomicBool;

use memchr::memchr;

use super::Index;

/// The format of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JSON, or several JSON values one after another.
    Json,
    /// XML.
    Xml,
    /// HTML, with its void elements and inline tags.
    Html,
    /// Lines of text.
    #[default]
    Text,
    /// Anything else; shown in hex.
    Binary,
}

/// How a body is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One value or tag per row, indented. Text unchanged, and binary bodies in hex.
    Pretty,
    /// Unchanged.
    Raw,
    /// 16 bytes per row.
    Hex,
}

/// How many bytes at the start of a body are inspected.
const SNIFF_BYTES: usize = 4096;

impl Kind {
    /// The format of a body, from its `content-type` and its first bytes (4 KiB are enough). If the
    /// type isn't specific (none, `text/plain`, `application/octet-stream`), the bytes decide.
    pub fn detect(content_type: Option<&str>, first_bytes: &[u8]) -> Self {
        let head = first_bytes.get(..first_bytes.len().min(SNIFF_BYTES)).unwrap_or_default();
        if looks_binary(head) {
            return Self::Binary;
        }
        let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        match Self::declared(&essence) {
            // A Lambda function that returns a string sends it without quotes, as application/json.
            Some(Self::Json) if !may_be_json(head) => Self::Text,
            Some(kind) => kind,
            None => Self::sniffed(head),
        }
    }

    fn declared(essence: &str) -> Option<Self> {
        let (family, name) = essence.split_once('/')?;
        let json = name == "json"
            || name.ends_with("+json")
            || name.starts_with("x-amz-json")
            || matches!(name, "x-ndjson" | "ndjson" | "jsonl" | "x-jsonl" | "jsonlines" | "x-jsonlines");
        match name {
            _ if json => Some(Self::Json),
            "html" | "xhtml+xml" => Some(Self::Html),
            "xml" => Some(Self::Xml),
            _ if name.ends_with("+xml") => Some(Self::Xml),
            "plain" => None,
            _ if family == "text" => Some(Self::Text),
            "javascript"
            | "x-javascript"
            | "ecmascript"
            | "yaml"
            | "x-yaml"
            | "toml"
            | "graphql"
            | "x-www-form-urlencoded"
            | "sql" => Some(Self::Text),
            _ => None,
        }
    }

    fn sniffed(head: &[u8]) -> Self {
        let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let lower: Vec<u8> = start.iter().take(64).map(u8::to_ascii_lowercase).collect();
        match start.first() {
            Some(b'{' | b'[') => {
                let mut index = Index::new(Self::Json, super::Layout::Pretty, None);
                index.extend(head, &AtomicBool::new(false));
                if index.note().is_none() && !index.is_empty() { Self::Json } else { Self::Text }
            }
            Some(b'<') if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") => Self::Html,
            Some(b'<') if matches!(lower.get(1), Some(b'?' | b'!' | b'a'..=b'z')) => Self::Xml,
            _ => Self::Text,
        }
    }
}

/// Whether a JSON value can begin like this.
fn may_be_json(head: &[u8]) -> bool {
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match start.first() {
        None | Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9') => true,
        Some(_) => {
            ["true", "false", "null", "NaN", "Infinity"].iter().any(|word| start.starts_with(word.as_bytes()))
        }
    }
}

/// NULs, or more than a tenth of bytes that aren't text.
fn looks_binary(head: &[u8]) -> bool {
    if memchr(0, head).is_some() {
        return true;
    }
    let odd = |text: &str| text.bytes().filter(|byte| *byte < 0x20 && !byte.is_ascii_whitespace()).count();
    // A character truncated at the end of `head` means nothing.
    let broken: usize = head.utf8_chunks().map(|chunk| chunk.invalid().len() + odd(chunk.valid())).sum();
    broken.saturating_sub(3) * 10 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_type_wins_and_the_bytes_decide_if_it_is_unspecific() {
        let cases: &[(Option<&str>, &[u8], Kind)] = &[
            (Some("application/json"), b"Hello from Lambda!", Kind::Text),
            (Some("application/json"), b" {oops", Kind::Json),
            (Some("Application/Problem+JSON; charset=utf-8"), b"{}", Kind::Json),
            (Some("application/x-amz-json-1.1"), b"{}", Kind::Json),
            (Some("application/x-ndjson"), b"{}\n{}", Kind::Json),
            (Some("text/html; charset=utf-8"), b"hello", Kind::Html),
            (Some("image/svg+xml"), b"<svg/>", Kind::Xml),
            (Some("text/xml"), b"<a/>", Kind::Xml),
            (Some("text/css"), b"{}", Kind::Text),
            (Some("text/plain"), b"{\"a\": 1}", Kind::Json),
            (Some("text/plain"), b"[2026-01-01] started", Kind::Text),
            (Some("application/octet-stream"), b"hello", Kind::Text),
            (None, b"\xef\xbb\xbf{\"a\":[", Kind::Json),
            (None, b"<?xml version=\"1.0\"?>", Kind::Xml),
            (None, b"<!DOCTYPE HTML><p>", Kind::Html),
            (None, b"<3 you", Kind::Text),
            (None, b"", Kind::Text),
            (Some("application/json"), b"\x00\x01\x02", Kind::Binary),
            (Some("image/png"), b"\x89PNG\r\n\x1a\n\x00\x00", Kind::Binary),
            (Some("text/plain; charset=iso-8859-1"), b"caf\xe9 au lait", Kind::Text),
        ];
        for (content_type, bytes, kind) in cases {
            assert_eq!(Kind::detect(*content_type, bytes), *kind, "{content_type:?} {bytes:?}");
        }
    }
}
