use proptest::prelude::*;

use super::*;

fn typed(text: &str) -> Request {
    let mut request = Request::default();
    split_into(&mut request, text);
    request
}

/// The references of a text, in order of appearance.
fn references(text: &str) -> impl Iterator<Item = template::Reference> {
    template::parse(text).into_iter().filter_map(|part| match part.kind {
        PartKind::Reference(reference) => Some(reference),
        PartKind::Literal(_) | PartKind::Broken(_) => None,
    })
}

#[test]
fn the_query_of_a_typed_url_becomes_rows() {
    let request = typed("{{base}}/a?q=a%20b&k&t={{x}}&e=a=b#top");
    assert_eq!(request.url, "{{base}}/a#top");
    assert_eq!(
        request.params,
        [Row::new("q", "a b"), Row::new("k", ""), Row::new("t", "{{x}}"), Row::new("e", "a=b")]
    );
}

#[test]
fn joining_and_splitting_round_trip() {
    for text in ["h/p?a=%26%23%25&b=+", "h/p?x=ü&y={{env:A}}", "h", "h#f", "h/p?a=1&a=2"] {
        let request = typed(text);
        let joined = join(&request);
        assert_eq!(typed(&joined), request, "{joined}");
    }
}

#[test]
fn disabled_rows_keep_their_position() {
    let mut request = typed("h?a=1&b=2");
    request.params.insert(1, Row { off: true, ..Row::new("o", "") });
    split_into(&mut request, "h?a=9");
    assert_eq!(request.params, [Row::new("a", "9"), Row { off: true, ..Row::new("o", "") }]);
    split_into(&mut request, "h?a=9&c=3&d=4");
    assert_eq!(request.params.len(), 4);
    assert_eq!(request.params[1].name, "o");
}

#[test]
fn a_plus_means_what_the_author_chose() {
    let mut request = typed("h?q=a+b");
    assert_eq!(request.params, [Row::new("q", "a+b")]);
    assert!(has_plus(&request) && !has_plus(&typed("h+h?q=1#+")));
    request.send.plus = Plus::Space;
    split_into(&mut request, "h?q=a+b%2B");
    assert_eq!(request.params, [Row::new("q", "a b+")]);
    assert!(has_plus(&request));
}

#[test]
fn touching_the_url_bar_leaves_a_plus_in_a_row_alone() {
    for plus in [Plus::Literal, Plus::Space] {
        let mut request = Request { url: "h".into(), ..Request::default() };
        request.send.plus = plus;
        request.params = vec![Row::new("a+b", "c+d e")];
        let before = request.clone();
        let joined = join(&request);
        split_into(&mut request, &joined);
        assert_eq!(request, before, "{joined}");
    }
}

#[test]
fn a_pasted_url_never_becomes_a_live_reference() {
    for pasted in ["%7B%7Bsecret:x%7D%7D", "{%7Bsecret:x}}", "{{secret%3Ax}}", "%7B%7B{{secret%3Ax}}"] {
        let request = typed(&format!("h?q={pasted}"));
        for row in &request.params {
            assert_eq!(references(&row.value).count(), 0, "{pasted} -> {}", row.value);
        }
        assert_eq!(references(&request.url).count(), 0, "{pasted} -> {}", request.url);
    }
    assert_eq!(typed("h?q=%7B%7Bx%7D%7D").params, [Row::new("q", "\\{{x}}")]);
    assert_eq!(join(&typed("h?q=%7B%7Bx%7D%7D")), "h?q=\\{{x}}");
    assert_eq!(typed("h?q={{ x }}").params, [Row::new("q", "{{ x }}")]);
    // No row can represent these.
    assert_eq!(typed("h?q=%5C{{x}}").url, "h?q=%5C{{x}}");
    assert_eq!(typed("h?q=%7B{{x}}").url, "h?q=%7B{{x}}");
}

#[test]
fn a_query_that_is_not_utf8_is_left_alone() {
    assert_eq!(typed("h?a=%FF").url, "h?a=%FF");
    assert!(typed("h?a=%FF").params.is_empty());
}

#[test]
fn split_rows_give_the_same_query_again() {
    let (base, rows) = split_query("{{u}}/p?q=a%20b&x={{v}}").unwrap();
    assert_eq!((base.as_str(), rows), ("{{u}}/p", vec![Row::new("q", "a b"), Row::new("x", "{{v}}")]));
    for kept in ["http://h/?acl", "http://h/?a=1+2", "http://h/?a=%ff", "http://h/", "http://h/?a=1#f"] {
        assert_eq!(split_query(kept), None, "{kept}");
    }
}

fn meaning(text: &str) -> Vec<PartKind> {
    joined(template::parse(text).into_iter().map(|part| part.kind).collect())
}

proptest! {
    /// Rows survive a round trip through the URL bar, with both meanings of `+`.
    #[test]
    fn rows_round_trip_through_the_url_bar(
        pairs in prop::collection::vec(
            (
                "([a-z]|\\{\\{|\\}\\}|\\{\\{x\\}\\}|\\{\\{secret:x\\}\\}|\\\\|[+%&=# {}:7BD]|ü|💥){1,8}",
                "([a-z]|\\{\\{|\\}\\}|\\{\\{x\\}\\}|\\{\\{secret:x\\}\\}|\\\\|[+%&=# {}:7BD]|ü|💥){0,12}",
            ),
            1..4,
        ),
        space: bool,
    ) {
        let mut request = Request { url: "http://h/p".into(), ..Request::default() };
        request.send.plus = if space { Plus::Space } else { Plus::Literal };
        request.params = pairs.iter().map(|(name, value)| Row::new(name.as_str(), value.as_str())).collect();
        request.params.retain(Row::takes_part);
        let before = request.clone();
        let joined = join(&request);
        split_into(&mut request, &joined);
        if joined.contains("{\\{{") && request.params.is_empty() {
            // A brace in front of escaped braces: no row can represent that, so the URL keeps it.
            prop_assert_eq!(&request.url, &joined);
            return Ok(());
        }
        prop_assert_eq!(&request.url, &before.url, "{}", &joined);
        prop_assert_eq!(request.params.len(), before.params.len(), "{}", &joined);
        for (row, was) in request.params.iter().zip(&before.params) {
            prop_assert_eq!(meaning(&row.name), meaning(&was.name), "{}", &joined);
            prop_assert_eq!(meaning(&row.value), meaning(&was.value), "{}", &joined);
        }
        // `{\{{` is spelled `\{{{` from then on.
        let again = join(&request);
        let once = request.clone();
        split_into(&mut request, &again);
        prop_assert_eq!(request, once, "{}", &again);
    }

    /// Splitting a typed text adds no references to those that it contains.
    #[test]
    fn splitting_adds_no_reference(
        query in "([a-z]|\\{\\{|\\}\\}|%7B|%7D|%3A|%5C|secret:x|[+%&= {}:]){0,16}",
    ) {
        let request = typed(&format!("h?{query}"));
        let written: Vec<_> = references(&query).collect();
        let texts = request.params.iter().flat_map(|row| [&row.name, &row.value]);
        let live: Vec<_> = texts.flat_map(|text| references(text)).collect();
        prop_assert!(live.iter().all(|one| written.contains(one)), "{live:?} of {query}");
    }
}

#[test]
fn a_row_keeps_its_description_while_its_name_or_value_is_typed() {
    let described = |name: &str, value: &str| Row { description: "why".into(), ..Row::new(name, value) };
    let mut request = typed("h?a=1&b=2");
    request.params[1].description = "why".into();
    split_into(&mut request, "h?a=1&b=23");
    assert_eq!(request.params, [Row::new("a", "1"), described("b", "23")]);
    split_into(&mut request, "h?a=1&bc=23");
    assert_eq!(request.params, [Row::new("a", "1"), described("bc", "23")]);
    split_into(&mut request, "h?bc=23");
    assert_eq!(request.params, [described("bc", "23")]);
    split_into(&mut request, "h?bc=1&bc=2");
    assert_eq!(request.params, [described("bc", "1"), Row::new("bc", "2")]);
}
