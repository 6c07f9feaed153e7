//! The URL as it is typed: with the query rows that are switched on.
//!
//! Owns the way between the one text in the URL bar and the rows of the Params tab. Refuses final
//! bytes: [`crate::core::wire`] makes those.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::core::request::{Plus, Request, Row};

/// What must be encoded in a row's value for the text to be split into the same rows again.
const VALUE: &AsciiSet = &CONTROLS.add(b' ').add(b'&').add(b'#').add(b'%');
/// The same for a name, which also ends at `=`.
const NAME: &AsciiSet = &VALUE.add(b'=');

/// The URL with the rows that are switched on.
pub fn join(request: &Request) -> String {
    let (base, fragment) = split_fragment(&request.url);
    let mut text = base.to_owned();
    let mut separator = if base.contains('?') { '&' } else { '?' };
    for row in request.params.iter().filter(|row| row.takes_part()) {
        text.push(separator);
        text.push_str(&encode(&row.name, NAME));
        text.push('=');
        text.push_str(&encode(&row.value, VALUE));
        separator = '&';
    }
    text.push_str(fragment);
    text
}

/// Takes a typed URL: what stands after `?` becomes rows, in the places of those that were
/// switched on; rows that are switched off or blank stay. A query that is no text when decoded stays in the
/// URL as it is.
pub fn split_into(request: &mut Request, text: &str) {
    let (base, fragment) = split_fragment(text);
    let plus = request.send.plus;
    let rows = base.split_once('?').and_then(|(url, query)| Some((url, parse(&plus.spelled_out(query))?)));
    let (url, rows) = rows.unwrap_or((base, Vec::new()));
    request.url = format!("{url}{fragment}");
    let mut new = rows.into_iter();
    let mut merged = Vec::new();
    for row in request.params.drain(..) {
        if !row.takes_part() {
            merged.push(row);
        } else {
            merged.extend(new.next());
        }
    }
    merged.extend(new);
    request.params = merged;
}

/// True where it matters what a `+` means: there is one in the query, or the author has said so.
pub fn has_plus(request: &Request) -> bool {
    let (base, _) = split_fragment(&request.url);
    request.send.plus != Plus::Literal
        || base.split_once('?').is_some_and(|(_, query)| query.contains('+'))
        || request
            .params
            .iter()
            .any(|row| row.takes_part() && (row.name.contains('+') || row.value.contains('+')))
}

fn split_fragment(text: &str) -> (&str, &str) {
    text.find('#').map_or((text, ""), |at| text.split_at(at))
}

fn parse(query: &str) -> Option<Vec<Row>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some(Row::new(decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

fn encode(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Request {
        let mut request = Request::default();
        split_into(&mut request, text);
        request
    }

    #[test]
    fn what_stands_after_the_question_mark_becomes_rows() {
        let request = typed("{{base}}/a?q=a%20b&k&t={{x}}&e=a=b#top");
        assert_eq!(request.url, "{{base}}/a#top");
        assert_eq!(
            request.params,
            [Row::new("q", "a b"), Row::new("k", ""), Row::new("t", "{{x}}"), Row::new("e", "a=b")]
        );
    }

    #[test]
    fn joining_and_splitting_go_round() {
        for text in ["h/p?a=%26%23%25&b=+", "h/p?x=ü&y={{env:A}}", "h", "h#f", "h/p?a=1&a=2"] {
            let request = typed(text);
            let joined = join(&request);
            assert_eq!(typed(&joined), request, "{joined}");
        }
    }

    #[test]
    fn rows_that_are_off_stay_in_their_place() {
        let mut request = typed("h?a=1&b=2");
        request.params.insert(1, Row { off: true, ..Row::new("o", "") });
        split_into(&mut request, "h?a=9");
        assert_eq!(request.params, [Row::new("a", "9"), Row { off: true, ..Row::new("o", "") }]);
        split_into(&mut request, "h?a=9&c=3&d=4");
        assert_eq!(request.params.len(), 4);
        assert_eq!(request.params[1].name, "o");
    }

    #[test]
    fn a_plus_is_what_the_author_says() {
        let mut request = typed("h?q=a+b");
        assert_eq!(request.params, [Row::new("q", "a+b")]);
        assert!(has_plus(&request) && !has_plus(&typed("h+h?q=1#+")));
        request.send.plus = Plus::Space;
        split_into(&mut request, "h?q=a+b%2B");
        assert_eq!(request.params, [Row::new("q", "a b+")]);
        assert!(has_plus(&request));
    }

    #[test]
    fn a_query_that_is_no_text_is_left_alone() {
        assert_eq!(typed("h?a=%FF").url, "h?a=%FF");
        assert!(typed("h?a=%FF").params.is_empty());
    }
}
