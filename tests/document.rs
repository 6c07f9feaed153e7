//! What the response viewer shows: exact layouts by table, and properties over drawn bytes.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use signpost::core::document::{Index, Kind, Layout, Mark, Matches, Piece, Role, Window};

static GO: AtomicBool = AtomicBool::new(false);

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
fn json_keeps_its_spelling_when_laid_out() {
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
fn invalid_json_is_shown_with_a_note() {
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
        ("[1,2", "[\n  1,\n  2", "not valid JSON: it ends before its brackets are closed, at byte 4"),
        ("[1,]", "[\n  1,\n]", "not valid JSON: a comma before a closing bracket at byte 3"),
        ("[1 2]", "[\n  1\n  2\n]", "not valid JSON: a comma is missing at byte 3"),
        ("{1}", "{\n  1\n}", "not valid JSON: a value without a key at byte 1"),
        ("[\"a\":1]", "[\n  \"a\": 1\n]", "not valid JSON: a key in an array at byte 1"),
        (
            "[1}, 2",
            "[\n  1\n}, 2",
            "not valid JSON from byte 2 on: mismatched brackets; the rest is shown raw",
        ),
        (
            "[\"abc",
            "[\n\"abc",
            "not valid JSON from byte 1 on: an unterminated string; the rest is shown raw",
        ),
        (
            "{\"a\":",
            "{\n\"a\":",
            "not valid JSON from byte 5 on: it ends where a value is expected; the rest is shown raw",
        ),
        (
            "[01]",
            "[\n01]",
            "not valid JSON from byte 1 on: neither a value nor a bracket; the rest is shown raw",
        ),
        ("1]", "1\n]", "not valid JSON from byte 1 on: an unmatched closing bracket; the rest is shown raw"),
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
        ("<a><b></a>", "not valid XML: a closing tag that doesn't match at byte 6"),
        ("<a>", "not valid XML: it ends before its tags are closed, at byte 3"),
    ];
    for (body, note) in notes {
        assert_eq!(pretty(Kind::Xml, body.as_bytes()).1.as_deref(), Some(note));
    }
    assert_eq!(pretty(Kind::Xml, b"1 < 2 & <unclosed").0, "1 < 2 &\n<unclosed");
    let (text, note) = pretty(Kind::Html, b"<p>a <b>c</b> <b d=\"e>\n</p>");
    assert_eq!(text, "<p>\n  a <b>c</b>\n<b d=\"e>\n</p>");
    let said = "not valid HTML from byte 14 on: an unterminated tag; the rest is shown raw";
    assert_eq!(note.as_deref(), Some(said));
    assert_eq!(pretty(Kind::Xml, b"a<![CDATA[").0, "a\n<![CDATA[");
}

#[test]
fn html_keeps_scripts_and_text_together() {
    let body = b"<!doctype html><HTML><head><meta charset=utf-8><script>\nif (a</b/.x) {\n\ty();\n}\n</script><script src=x></script></head><body><p>Some <b>bold</b> text<br>here</p><ul><li>one<li>two</ul><pre>\n a\n  b</pre><img src=a></body></html>";
    let wanted = "<!doctype html>\n<HTML>\n  <head>\n    <meta charset=utf-8>\n    <script>\nif (a</b/.x) {\n\ty();\n}\n    </script>\n    <script src=x></script>\n  </head>\n  <body>\n    <p>\n      Some <b>bold</b> text<br>here\n    </p>\n    <ul>\n      <li>\n        one\n      <li>\n        two\n    </ul>\n    <pre>\n a\n  b\n    </pre>\n    <img src=a>\n  </body>\n</html>";
    assert_eq!(pretty(Kind::Html, body), (wanted.to_owned(), None));
}

#[test]
fn html_and_json_pieces_have_their_roles() {
    use Role::{Attribute, AttributeValue, Bool, Comment, Invisible, Key, Number, Plain, Punctuation, Tag};
    let roles = |kind, body: &str| -> Vec<(String, Role)> {
        let index = Index::build(body.as_bytes(), kind, Layout::Pretty, None, &GO);
        let pieces = (0..index.len()).flat_map(|row| draw(&index, row, body.as_bytes(), Window::default()));
        pieces.map(|piece| (piece.text.into_owned(), piece.role)).filter(|(text, _)| text != " ").collect()
    };
    let wanted = |pairs: &[(&str, Role)]| -> Vec<(String, Role)> {
        pairs.iter().map(|(text, role)| ((*text).to_owned(), *role)).collect()
    };
    assert_eq!(
        roles(Kind::Json, "{\"k\":-1}[true]"),
        wanted(&[
            ("{", Punctuation),
            ("  ", Plain),
            ("\"k\"", Key),
            (":", Punctuation),
            ("-1", Number),
            ("}", Punctuation),
            ("[", Punctuation),
            ("  ", Plain),
            ("true", Bool),
            ("]", Punctuation),
        ])
    );
    assert_eq!(
        roles(Kind::Xml, "<a b='c' d=e f>t\u{1b}</a><!--x-->"),
        wanted(&[
            ("<", Punctuation),
            ("a", Tag),
            ("b", Attribute),
            ("=", Punctuation),
            ("'c'", AttributeValue),
            ("d", Attribute),
            ("=", Punctuation),
            ("e", AttributeValue),
            ("f", Attribute),
            (">", Punctuation),
            ("t", Plain),
            ("␛", Invisible),
            ("</", Punctuation),
            ("a", Tag),
            (">", Punctuation),
            ("<!--x-->", Comment),
        ])
    );
}

#[test]
fn what_a_terminal_could_act_on_is_made_visible() {
    let body = b"\x1b[31mred\x07\x7f \xc2\x9b \xe2\x80\xae \xff\xfe\ta\rb \xe2\x80\x8b";
    let index = Index::build(body, Kind::Text, Layout::Raw, None, &GO);
    let shown = "␛[31mred␇␡ ⟨U+009B⟩ ⟨U+202E⟩ \\xFF\\xFE";
    let tab = " ".repeat(8 - shown.chars().count() % 8);
    assert_eq!(rows(&index, body), [format!("{shown}{tab}a␍b ⟨U+200B⟩")]);
}

#[test]
fn hex_rows_hold_sixteen_bytes() {
    let body: Vec<u8> = (b'A'..=b'R').chain([0, 0xff]).collect();
    let index = Index::build(&body, Kind::Binary, Layout::Pretty, None, &GO);
    assert_eq!(
        rows(&index, &body),
        [
            "00000000  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP",
            "00000010  51 52 00 ff                                       QR..",
        ]
    );
    let found = Matches::find(&body, "pq", &GO);
    let window = Window { matches: Some(&found), current: Some(0), ..Window::default() };
    let marked: Vec<String> = (0..2)
        .flat_map(|row| draw(&index, row, &body, window))
        .filter(|piece| piece.mark == Mark::Current)
        .map(|piece| piece.text.into_owned())
        .collect();
    assert_eq!(marked, ["50", "P", "51", "Q"]);
}

#[test]
fn long_rows_wrap_and_are_joined_again_when_copied() {
    let body = "{\"key\":\"0123456789界界\",\"n\":[1]}".as_bytes();
    let index = Index::build(body, Kind::Json, Layout::Pretty, Some(12), &GO);
    assert_eq!(
        rows(&index, body),
        ["{", "  \"key\": \"01", "  23456789界", "  界\",", "  \"n\": [", "    1", "  ]", "}"]
    );
    assert_eq!(index.text(1..4, body), "  \"key\": \"0123456789界界\",");
    let spans: Vec<bool> =
        (0..4).filter_map(|row| index.span(row, body)).map(|row| row.continuation).collect();
    assert_eq!(spans, [false, false, true, true]);

    let text = b"12345678901234567890123456789012345\r\n\r\nab\tc\n";
    let index = Index::build(text, Kind::Text, Layout::Pretty, Some(15), &GO);
    assert_eq!(rows(&index, text), ["123456789012345", "678901234567890", "12345", "", "ab      c"]);
    assert_eq!(index.text(0..5, text), "12345678901234567890123456789012345\n\nab\tc");
}

#[test]
fn a_window_cuts_wide_characters_at_its_edges() {
    let body = "a界b界c".as_bytes();
    let index = Index::build(body, Kind::Text, Layout::Raw, None, &GO);
    let seen = |skip, width| joined(&draw(&index, 0, body, Window { skip, width, ..Window::default() }));
    assert_eq!(seen(0, 3), "a界");
    assert_eq!(seen(0, 2), "a ");
    assert_eq!(seen(2, 4), " b界");
    assert_eq!(seen(1, 4), "界b ");
    assert_eq!(seen(6, 9), "c");
    assert_eq!(seen(7, 9), "");
}

#[test]
fn paths_are_as_jq_writes_them() {
    let body = br#"{"items":[{"name":"x"},{"first name":[[],1]}],"n":{}}"#;
    let index = Index::build(body, Kind::Json, Layout::Pretty, None, &GO);
    let paths: Vec<String> = (0..index.len()).filter_map(|row| index.path_at(row, body)).collect();
    let wanted = [
        ".",
        ".items",
        ".items[0]",
        ".items[0].name",
        ".items[0]",
        ".items[1]",
        ".items[1][\"first name\"]",
        ".items[1][\"first name\"][0]",
        ".items[1][\"first name\"][1]",
        ".items[1][\"first name\"]",
        ".items[1]",
        ".items",
        ".n",
        ".",
    ];
    assert_eq!(paths, wanted);
}

#[test]
fn unclosed_bodies_take_linear_time() {
    // Each tempts a reader to look through the whole rest once for every few bytes.
    let heads = [
        "<a\n", "<a \"'\n", "<b '\n", "<b \"'x ", "<script>", "<!--\n", "<? ", "<!D ", "</p ", "\"", "[",
        "{\"a\":", "\t", "x",
    ];
    for head in heads {
        let body = head.repeat(300_000 / head.len()).into_bytes();
        for kind in [Kind::Json, Kind::Xml, Kind::Html] {
            let mut grown = Index::new(kind, Layout::Pretty, Some(80));
            for end in (0..body.len()).step_by(4096) {
                grown.extend(&body[..end], &GO);
            }
            grown.finish(&body, &GO);
            let whole = Index::build(&body, kind, Layout::Pretty, Some(80), &GO);
            assert!(grown.is_complete(), "{head:?} as {kind:?}");
            assert_eq!((grown.len(), grown.note()), (whole.len(), whole.note()), "{head:?} as {kind:?}");
        }
    }
}

#[test]
fn rows_are_available_before_the_body_is_complete() {
    let mut index = Index::new(Kind::Json, Layout::Pretty, None);
    assert!(index.extend(b"[1,2,\"unfin", &GO));
    assert_eq!(index.text(0..9, b"[1,2,\"unfin"), "[\n  1,\n  2,");
    let older = index.clone();
    assert!(index.finish(b"[1,2,\"unfinished\"]", &GO));
    assert_eq!(index.text(0..9, b"[1,2,\"unfinished\"]"), "[\n  1,\n  2,\n  \"unfinished\"\n]");
    assert_eq!((older.len(), older.is_complete(), index.is_complete()), (3, false, true));
    assert!(index.note().is_none());

    let cancelled = AtomicBool::new(true);
    let body = "[1],".repeat(1000).into_bytes();
    let mut index = Index::new(Kind::Json, Layout::Pretty, None);
    assert!(!index.finish(&body, &cancelled) && !index.is_complete() && index.len() < 100);
    assert!(index.finish(&body, &GO));
    assert_eq!(index.len(), 3000);
}

#[test]
fn a_tag_within_text_waits_for_its_end() {
    // The only `>` that could end `<a` is the last byte.
    let body = b"/?>\r<a<<![CDATA[</script>";
    let whole = Index::build(body, Kind::Html, Layout::Pretty, None, &GO);
    for step in 1..body.len() {
        let mut grown = Index::new(Kind::Html, Layout::Pretty, None);
        for end in (0..body.len()).step_by(step) {
            grown.extend(&body[..end], &GO);
        }
        grown.finish(body, &GO);
        assert_eq!(rows(&grown, body), rows(&whole, body), "in steps of {step}");
    }
}

/// Markup that is cut and nested wrongly.
fn broken_markup() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "<",
        ">",
        "/",
        "?>",
        "\r",
        "\n",
        "\"",
        "'",
        "<a",
        "<b ",
        "</a",
        "</p",
        "<script>",
        "</script>",
        "<pre\n",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!D",
        "<?",
        "<br/",
        "=",
        "text",
        "]",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..24)
        .prop_map(|words| words.concat().into_bytes())
}

/// Bodies that look like something, and bodies that do not.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\"key\"",
        "1",
        "-0.5e3",
        "true",
        "null",
        " ",
        "\n",
        "\r\n",
        "\t",
        "<",
        ">",
        "/",
        "<a>",
        "</a>",
        "<b c='d'>",
        "<br>",
        "<p>",
        "</p>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x ?>",
        "<!DOCTYPE h [",
        "<script>",
        "</script>",
        "<pre>",
        "</pre>",
        "<li>",
        "=",
        "'",
        "text",
        "界",
        "é",
        "\u{202e}",
        "\u{1b}",
        "\u{7f}",
        "\u{9b}",
        "\u{fe0f}",
        "e\u{301}",
        "\u{feff}",
        "0123456789012345678901234567890123456789",
    ];
    let soup = proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..60);
    let repeated = (soup.clone(), 1..200_usize);
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        soup.prop_map(|words| words.concat().into_bytes()),
        repeated.prop_map(|(words, times)| words.concat().repeat(times).into_bytes()),
        values().prop_map(|value| value.to_string().into_bytes()),
    ]
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 200, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::vec((".{0,6}", inner), 0..8).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

fn views() -> impl Strategy<Value = (Kind, Layout, Option<usize>)> {
    let kinds = [Kind::Json, Kind::Xml, Kind::Html, Kind::Text, Kind::Binary];
    let layouts = [Layout::Pretty, Layout::Pretty, Layout::Raw, Layout::Hex];
    let widths = prop_oneof![Just(None), (0..8_usize).prop_map(Some), (24..120_usize).prop_map(Some)];
    (proptest::sample::select(kinds.to_vec()), proptest::sample::select(layouts.to_vec()), widths)
}

fn columns(text: &str) -> usize {
    text.chars().map(|char| unicode_width::UnicodeWidthChar::width(char).unwrap_or(0)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn rows_are_safe_cover_the_body_and_fit(body in bodies(), (kind, layout, wrap) in views()) {
        let index = Index::build(&body, kind, layout, wrap, &GO);
        let mut drawn = index.rows(0, &body, Window::default());
        let mut covered = 0;
        for number in 0..index.len() {
            let mut pieces = Vec::new();
            let row = drawn.draw_next(&mut pieces).expect("as many rows as it says");
            let gap = &body[covered..row.bytes.start];
            prop_assert!(gap.iter().all(|byte| byte.is_ascii_whitespace() || covered == 0), "{:?}", gap);
            prop_assert!(row.bytes.start >= covered && row.bytes.end >= row.bytes.start);
            covered = row.bytes.end;
            let text = joined(&pieces);
            for char in text.chars() {
                let bad = char.is_control() || matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
                prop_assert!(!bad, "{text:?}");
            }
            if let Some(wrap) = wrap.filter(|wrap| *wrap >= 24 && layout != Layout::Hex && kind != Kind::Binary) {
                prop_assert!(columns(&text) <= wrap, "{} of {wrap}: {text:?}", columns(&text));
            }
            if number % 7 == 0 {
                prop_assert_eq!(index.span(number, &body), Some(row.clone()));
                prop_assert_eq!(&joined(&draw(&index, number, &body, Window::default())), &text);
                if !row.bytes.is_empty() {
                    prop_assert_eq!(index.row_of(row.bytes.start, &body), number);
                    prop_assert_eq!(index.row_of(row.bytes.end - 1, &body), number);
                }
            }
        }
        prop_assert!(drawn.draw_next(&mut Vec::new()).is_none());
        prop_assert!(body[covered..].iter().all(u8::is_ascii_whitespace) || body.starts_with(b"\xef\xbb\xbf"));
    }

    #[test]
    fn a_growing_body_has_the_rows_of_the_complete_one(
        body in bodies(),
        (kind, layout, wrap) in views(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let whole = Index::build(&body, kind, layout, wrap, &GO);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
        cuts.sort_unstable();
        let mut grown = Index::new(kind, layout, wrap);
        for cut in cuts {
            grown.extend(&body[..cut], &GO);
            let seen = rows(&grown.clone(), &body[..cut]);
            prop_assert_eq!(seen.len(), grown.len());
        }
        grown.finish(&body, &GO);
        prop_assert_eq!(rows(&grown, &body), rows(&whole, &body));
        prop_assert_eq!(grown.note(), whole.note());
    }

    #[test]
    fn broken_markup_has_the_same_rows_in_pieces_as_at_once(body in broken_markup(), step in 1..8_usize) {
        for kind in [Kind::Html, Kind::Xml] {
            let whole = Index::build(&body, kind, Layout::Pretty, None, &GO);
            let mut grown = Index::new(kind, Layout::Pretty, None);
            for end in (0..body.len()).step_by(step) {
                grown.extend(&body[..end], &GO);
            }
            grown.finish(&body, &GO);
            prop_assert_eq!(rows(&grown, &body), rows(&whole, &body));
            prop_assert_eq!(grown.note(), whole.note());
        }
    }

    #[test]
    fn pretty_json_is_the_same_json(value in values(), wrap in prop_oneof![Just(None), (1..60_usize).prop_map(Some)]) {
        let body = value.to_string().into_bytes();
        let index = Index::build(&body, Kind::Json, Layout::Pretty, wrap, &GO);
        prop_assert_eq!(index.note(), None);
        let pretty = index.text(0..index.len(), &body);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty).expect("JSON"), value.clone());
        prop_assert_eq!(pretty, serde_json::to_string_pretty(&value).expect("JSON"));
    }

    #[test]
    fn raw_text_is_copied_unchanged(lines in proptest::collection::vec("[^\r\n]{0,40}", 0..20), wrap in 1..40_usize) {
        let body = lines.join("\n").into_bytes();
        let index = Index::build(&body, Kind::Json, Layout::Raw, Some(wrap), &GO);
        let copied = index.text(0..index.len(), &body);
        let mut wanted = lines.join("\n");
        if wanted.ends_with('\n') {
            // A line break at the end ends the last line; it opens none.
            wanted.pop();
        }
        prop_assert_eq!(copied, wanted);
    }

    #[test]
    fn a_window_shows_a_part_of_the_row(body in "[ -~\u{1b}\t\u{ff}\n<>{}\":,]{0,300}", (kind, layout, wrap) in views(), skip in 0..60_usize, width in 0..60_usize) {
        let index = Index::build(body.as_bytes(), kind, layout, wrap, &GO);
        let whole = rows(&index, body.as_bytes());
        for (number, whole) in whole.iter().enumerate() {
            let seen = joined(&draw(&index, number, body.as_bytes(), Window { skip, width, ..Window::default() }));
            let cut: String = whole.chars().skip(skip).take(width).collect();
            prop_assert_eq!(seen, cut);
        }
    }

    #[test]
    fn the_marked_text_is_the_searched_text(body in "[ab{}\\[\\]\",:<>/]{0,200}", needle in "[ab\",]{1,3}", (kind, layout, wrap) in views()) {
        let body = body.as_bytes();
        let found = Matches::find(body, &needle, &GO);
        // Hex marks each byte twice; it has its own test.
        let layout = if layout == Layout::Hex { Layout::Raw } else { layout };
        let kind = if kind == Kind::Binary { Kind::Text } else { kind };
        let index = Index::build(body, kind, layout, wrap, &GO);
        let window = Window { matches: Some(&found), ..Window::default() };
        let marked: String = (0..index.len())
            .flat_map(|row| draw(&index, row, body, window))
            .filter(|piece| piece.mark == Mark::Match)
            .map(|piece| piece.text.into_owned())
            .collect();
        prop_assert_eq!(marked, needle.repeat(found.total()));
    }
}
