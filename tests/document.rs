//! What the response viewer shows: exact layouts by table, and properties over drawn bytes.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use signpost::core::document::{Index, Kind, Layout, Mark, Matches, Piece, Role, Window};

const GO: AtomicBool = AtomicBool::new(false);

fn pretty(kind: Kind, body: &[u8]) -> (String, Option<String>) {
    let index = Index::build(body, kind, Layout::Pretty, None, &GO);
    (index.text(0..index.len(), body), index.note().map(str::to_owned))
}

fn rows(index: &Index, body: &[u8]) -> Vec<String> {
    (0..index.len()).map(|row| joined(&draw(index, row, body, Window::default()))).collect()
}

fn draw<'a>(index: &'a Index, row: usize, body: &'a [u8], window: Window<'a>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    assert!(index.row(row, body, window, &mut pieces));
    pieces
}

fn joined(pieces: &[Piece<'_>]) -> String {
    pieces.iter().map(|piece| piece.text.as_ref()).collect()
}

#[test]
fn json_is_laid_out_with_its_own_spelling() {
    let cases: &[(&str, &str)] = &[
        ("", ""),
        (" \n", ""),
        ("1", "1"),
        ("{}", "{}"),
        ("[ \n ]", "[]"),
        (
            r#"{"a":1.50e+3,"a":[],"b":{ },"c":"\u00e9\"é"}"#,
            "{\n  \"a\": 1.50e+3,\n  \"a\": [],\n  \"b\": {},\n  \"c\": \"\\u00e9\\\"é\"\n}",
        ),
        ("[true,false , null,\n-0]", "[\n  true,\n  false,\n  null,\n  -0\n]"),
        (
            r#"{"a":{"b":[[1],{}]}}"#,
            "{\n  \"a\": {\n    \"b\": [\n      [\n        1\n      ],\n      {}\n    ]\n  }\n}",
        ),
        ("{\"a\":1}\n{\"a\":2}\n", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}"),
        ("\u{feff}[1]", "[\n  1\n]"),
        ("[NaN,-Infinity]", "[\n  NaN,\n  -Infinity\n]"),
    ];
    for (body, wanted) in cases {
        assert_eq!(pretty(Kind::Json, body.as_bytes()), ((*wanted).to_owned(), None), "{body}");
    }
}

#[test]
fn what_is_not_json_is_shown_and_said() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "Hello there\nyou",
            "Hello there\nyou",
            "not valid JSON from byte 0 on: neither a value nor a bracket; the rest is shown raw",
        ),
        (
            r#"{"a":1,"b" 2, "c":3}"#,
            "{\n  \"a\": 1,\n  \"b\"\n  2,\n  \"c\": 3\n}",
            "not valid JSON: a value without a key at byte 7",
        ),
        ("[1,2", "[\n  1,\n  2", "not valid JSON: it ends before its brackets close, at byte 4"),
        ("[1,]", "[\n  1,\n]", "not valid JSON: a comma before a closing bracket at byte 3"),
        ("[1 2]", "[\n  1\n  2\n]", "not valid JSON: a comma is missing at byte 3"),
        ("{1}", "{\n  1\n}", "not valid JSON: a value without a key at byte 1"),
        ("[\"a\":1]", "[\n  \"a\": 1\n]", "not valid JSON: a key in an array at byte 1"),
        (
            "[1}, 2",
            "[\n  1\n}, 2",
            "not valid JSON from byte 2 on: a bracket of the other kind closes; the rest is shown raw",
        ),
        (
            "[\"abc",
            "[\n\"abc",
            "not valid JSON from byte 1 on: a string that does not end; the rest is shown raw",
        ),
        (
            "{\"a\":",
            "{\n\"a\":",
            "not valid JSON from byte 5 on: it ends where a value should be; the rest is shown raw",
        ),
        (
            "[01]",
            "[\n01]",
            "not valid JSON from byte 1 on: neither a value nor a bracket; the rest is shown raw",
        ),
        (
            "1]",
            "1\n]",
            "not valid JSON from byte 1 on: a closing bracket that nothing opened; the rest is shown raw",
        ),
    ];
    for (body, wanted, note) in cases {
        let (text, said) = pretty(Kind::Json, body.as_bytes());
        assert_eq!(&text, wanted, "{body}");
        assert_eq!(said.as_deref(), Some(*note), "{body}");
    }
}

#[test]
fn xml_is_indented_by_its_tags() {
    let body = b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ELEMENT a ANY>]><a x='1>2'\n   y=\"2\"><b>text</b><c/><d>\n</d><!-- one\n two --><e>long <f>mixed</f>\n lines</e><![CDATA[ <kept>\n  so ]]></a>";
    let wanted = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ELEMENT a ANY>]>\n<a x='1>2' y=\"2\">\n  <b>text</b>\n  <c/>\n  <d> </d>\n  <!-- one\n two -->\n  <e>\n    long\n    <f>mixed</f>\n    lines\n  </e>\n  <![CDATA[ <kept>\n  so ]]>\n</a>";
    assert_eq!(pretty(Kind::Xml, body), (wanted.to_owned(), None));
    let notes = [
        ("<a><b></a>", "not valid XML: a closing tag that does not match at byte 6"),
        ("<a>", "not valid XML: it ends before its tags close, at byte 3"),
    ];
    for (body, note) in notes {
        assert_eq!(pretty(Kind::Xml, body.as_bytes()).1.as_deref(), Some(note));
    }
    assert_eq!(pretty(Kind::Xml, b"1 < 2 & <unclosed").0, "1 < 2 &\n<unclosed");
}

#[test]
fn html_keeps_scripts_and_text_together() {
    let body = b"<!doctype html><HTML><head><meta charset=utf-8><script>\nif (a</b/.x) {\n\ty();\n}\n</script><script src=x></script></head><body><p>Some <b>bold</b> text<br>here</p><ul><li>one<li>two</ul><pre>\n a\n  b</pre><img src=a></body></html>";
    let wanted = "<!doctype html>\n<HTML>\n  <head>\n    <meta charset=utf-8>\n    <script>\nif (a</b/.x) {\n\ty();\n}\n    </script>\n    <script src=x></script>\n  </head>\n  <body>\n    <p>\n      Some <b>bold</b> text<br>here\n    </p>\n    <ul>\n      <li>\n        one\n      <li>\n        two\n    </ul>\n    <pre>\n a\n  b\n    </pre>\n    <img src=a>\n  </body>\n</html>";
    assert_eq!(pretty(Kind::Html, body), (wanted.to_owned(), None));
}

proptest! {
    #[test]
    fn smoke(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let index = Index::build(&body, Kind::Json, Layout::Pretty, None, &GO);
        prop_assert_eq!(rows(&index, &body).len(), index.len());
        let _ = (Mark::None, Role::Plain, Matches::default());
    }
}
