//! The query of a URL: between its text and the rows of the Params tab.
//!
//! Owns the only splitter, joiner and percent-encoding of a query. A reference (`{{name}}`) is kept
//! as written; text that only decodes to one becomes literal (`\{{name}}`), so a pasted URL never
//! reads a secret. Refuses the final URL: [`crate::core::wire`] builds that.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::core::request::{Plus, Request, Row};
use crate::core::template::{self, Part, PartKind};

/// Everything except the unreserved characters of RFC 3986, section 2.3, as in SigV4's canonical
/// query, so that a row's value is signed and sent in the same spelling.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What must be encoded in the URL bar so that a row's value can be split off again; the rest stays
/// readable.
const VALUE: &AsciiSet = &CONTROLS.add(b' ').add(b'&').add(b'#').add(b'%');
/// The same, if a `+` means a space.
const VALUE_PLUS: &AsciiSet = &VALUE.add(b'+');
/// The same for a name, which also ends at `=`.
const NAME: &AsciiSet = &VALUE.add(b'=');
/// The same for a name, if a `+` means a space.
const NAME_PLUS: &AsciiSet = &NAME.add(b'+');

/// Percent-encodes a name or a value of a query for the wire.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Decodes a name or value that may contain references. `None` if the result isn't UTF-8, or no row
/// can represent it, as in `%5C{{x}}`.
pub(crate) fn decode(text: &str) -> Option<String> {
    decode_with(text, Plus::Literal)
}

fn decode_with(text: &str, plus: Plus) -> Option<String> {
    let mut out = String::new();
    let mut meant = Vec::new();
    for part in template::parse(text) {
        let kind = decoded(part.kind, &text[part.span.clone()], plus)?;
        match &kind {
            PartKind::Literal(literal) => out.push_str(&literal.replace("{{", "\\{{")),
            PartKind::Reference(_) => out.push_str(&text[part.span]),
            PartKind::Broken(written) => out.push_str(written),
        }
        meant.push(kind);
    }
    // Parts that are harmless alone may mean something else when joined.
    let kinds = template::parse(&out).into_iter().map(|part| part.kind).collect();
    (joined(kinds) == joined(meant)).then_some(out)
}

fn decoded(kind: PartKind, written: &str, plus: Plus) -> Option<PartKind> {
    let decode = |text: &str| {
        let text = plus.spelled_out(text);
        percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    Some(match kind {
        PartKind::Reference(reference) => PartKind::Reference(reference),
        PartKind::Literal(text) => PartKind::Literal(decode(&text)?),
        PartKind::Broken(_) => {
            let text = decode(written)?;
            match template::parse(&text).as_slice() {
                [Part { kind: PartKind::Broken(_), .. }] => PartKind::Broken(text),
                // Percent-encoding hid a reference.
                _ => PartKind::Literal(text),
            }
        }
    })
}

/// Merges neighbouring literals.
fn joined(kinds: Vec<PartKind>) -> Vec<PartKind> {
    let mut out: Vec<PartKind> = Vec::new();
    for kind in kinds {
        match (out.last_mut(), kind) {
            (Some(PartKind::Literal(before)), PartKind::Literal(text)) => before.push_str(&text),
            (_, kind) => out.push(kind),
        }
    }
    out
}

/// The URL as shown in the URL bar: with the enabled rows.
pub(crate) fn join(request: &Request) -> String {
    let (base, fragment) = split_fragment(&request.url);
    let (name_set, value_set) = match request.send.plus {
        Plus::Literal => (NAME, VALUE),
        Plus::Space => (NAME_PLUS, VALUE_PLUS),
    };
    let mut text = base.to_owned();
    let mut separator = if base.contains('?') { '&' } else { '?' };
    for row in request.params.iter().filter(|row| row.takes_part()) {
        text.push(separator);
        text.push_str(&encode_around(&row.name, name_set));
        text.push('=');
        text.push_str(&encode_around(&row.value, value_set));
        separator = '&';
    }
    text.push_str(fragment);
    text
}

/// Encodes the text around references.
fn encode_around(text: &str, set: &'static AsciiSet) -> String {
    let parts = template::parse(text).into_iter();
    parts
        .map(|part| match part.kind {
            PartKind::Reference(_) => text[part.span].to_owned(),
            PartKind::Literal(_) | PartKind::Broken(_) => {
                utf8_percent_encode(&text[part.span], set).to_string()
            }
        })
        .collect()
}

/// Reads a typed URL: what follows `?` becomes rows, which replace the enabled ones; disabled and
/// blank rows stay. A query that rows can't represent stays in the URL.
pub(crate) fn split_into(request: &mut Request, text: &str) {
    let (base, fragment) = split_fragment(text);
    let plus = request.send.plus;
    let rows = base.split_once('?').and_then(|(url, query)| Some((url, rows(query, plus)?)));
    let (url, rows) = rows.unwrap_or((base, Vec::new()));
    request.url = format!("{url}{fragment}");
    let mut new = described(rows, &request.params).into_iter();
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

/// Rows read from a URL, with the descriptions of those that they replace: the enabled row of the same
/// name, or the one at the same place of which only the name was changed.
fn described(mut rows: Vec<Row>, old: &[Row]) -> Vec<Row> {
    let mut old: Vec<Option<&Row>> = old.iter().filter(|row| row.takes_part()).map(Some).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        let here = old.get(index).copied().flatten();
        let same_name = |old: &Option<&Row>| old.is_some_and(|old| old.name == row.name);
        let found = match here.filter(|old| old.name == row.name) {
            Some(_) => Some(index),
            None => {
                old.iter().position(same_name).or(here.filter(|old| old.value == row.value).map(|_| index))
            }
        };
        if let Some(from) = found.and_then(|at| old.get_mut(at)).and_then(Option::take) {
            row.description.clone_from(&from.description);
        }
    }
    rows
}

/// Splits a URL into the part before `?` and rows that give exactly the same query. `None` if rows
/// would change it (a pair without `=`, text that isn't UTF-8, a raw `+`, a fragment) or there is
/// no query.
pub(crate) fn split_query(url: &str) -> Option<(String, Vec<Row>)> {
    let (base, query) = url.split_once('?')?;
    let same =
        !query.is_empty() && !query.contains(['#', '+']) && query.split('&').all(|pair| pair.contains('='));
    Some((base.to_owned(), same.then(|| rows(query, Plus::Literal))??))
}

/// Whether the meaning of `+` matters: there is one in the query, or the meaning was chosen.
pub(crate) fn has_plus(request: &Request) -> bool {
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

fn rows(query: &str, plus: Plus) -> Option<Vec<Row>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some(Row::new(decode_with(name, plus)?, decode_with(value, plus)?))
        })
        .collect()
}

#[cfg(test)]
mod tests;
