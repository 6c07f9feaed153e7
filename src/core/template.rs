//! `{{name}}` references inside texts.
//!
//! Owns the syntax: `{{name}}` is a variable, `{{secret:NAME}}` a secret of the private store,
//! `{{env:NAME}}` an environment variable, `\{{` a literal `{{`. Refuses to know values:
//! [`crate::core::scope`] does.

use std::ops::Range;

/// A part of a text and the bytes that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Byte range in the text as written.
    pub span: Range<usize>,
    /// What it is.
    pub kind: PartKind,
}

/// What a part of a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// Plain text.
    Literal(String),
    /// A reference to a value.
    Reference(Reference),
    /// An unclosed `{{`, or an invalid name.
    Broken(String),
}

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reference {
    /// A variable of the workspace, a folder or an environment.
    Variable(String),
    /// A secret in the private store.
    Secret(String),
    /// An environment variable.
    Env(String),
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "{{{{{name}}}}}"),
            Self::Secret(name) => write!(f, "{{{{secret:{name}}}}}"),
            Self::Env(name) => write!(f, "{{{{env:{name}}}}}"),
        }
    }
}

/// The text as one that stands for itself: braces in it aren't read as a reference.
pub(crate) fn literal(text: &str) -> String {
    text.replace("{{", "\\{{")
}

/// Whether a text holds nothing but references, and so no secret; an empty one holds none.
pub(crate) fn is_reference(text: &str) -> bool {
    parse(text).iter().all(|part| matches!(part.kind, PartKind::Reference(_)))
}

/// Splits a text into literals and references, in order, covering every byte.
pub(crate) fn parse(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut literal_start = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find("{{").map(|i| at + i) {
        if text[..found].ends_with('\\') {
            literal.push_str(&text[at..found - 1]);
            literal.push_str("{{");
            at = found + 2;
            continue;
        }
        literal.push_str(&text[at..found]);
        flush(&mut parts, &mut literal, literal_start..found);
        let end = end_of_reference(text, found);
        parts.push(Part { span: found..end, kind: reference(&text[found..end]) });
        at = end;
        literal_start = end;
    }
    literal.push_str(&text[at..]);
    flush(&mut parts, &mut literal, literal_start..text.len());
    parts
}

/// Where what begins with `{{` ends: behind `}}`, or before another `{{`, which no name contains; the
/// backslash of an escaped one belongs to that.
fn end_of_reference(text: &str, start: usize) -> usize {
    let rest = &text[start + 2..];
    let closed = rest.find("}}").map_or(rest.len(), |at| at + 2);
    let next = rest.find("{{").map(|at| at - usize::from(rest[..at].ends_with('\\')));
    start + 2 + next.map_or(closed, |next| closed.min(next))
}

fn flush(parts: &mut Vec<Part>, literal: &mut String, span: Range<usize>) {
    if !literal.is_empty() {
        parts.push(Part { span, kind: PartKind::Literal(std::mem::take(literal)) });
    }
}

/// Parses `{{…}}`; `written` begins with `{{` and may lack its end.
fn reference(written: &str) -> PartKind {
    let Some(inner) = written.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) else {
        return PartKind::Broken(written.to_owned());
    };
    let inner = inner.trim();
    let (make, name): (fn(String) -> Reference, &str) = match inner.split_once(':') {
        Some(("secret", name)) => (Reference::Secret, name),
        Some(("env", name)) => (Reference::Env, name),
        Some(_) => return PartKind::Broken(written.to_owned()),
        None => (Reference::Variable, inner),
    };
    if is_name(name) {
        PartKind::Reference(make(name.to_owned()))
    } else {
        PartKind::Broken(written.to_owned())
    }
}

/// Whether it is a name: letters, digits, `_`, `-` and `.`.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> PartKind {
        PartKind::Reference(Reference::Variable(name.into()))
    }

    #[test]
    fn parts_cover_the_text_and_name_its_references() {
        let parts = parse("{{base}}/a?t={{secret:tok}}&e={{ env:HOME }}");
        let kinds: Vec<_> = parts.iter().map(|p| p.kind.clone()).collect();
        assert_eq!(
            kinds,
            [
                variable("base"),
                PartKind::Literal("/a?t=".into()),
                PartKind::Reference(Reference::Secret("tok".into())),
                PartKind::Literal("&e=".into()),
                PartKind::Reference(Reference::Env("HOME".into())),
            ]
        );
        assert_eq!(parts[0].span, 0..8);
        assert_eq!(parts.last().map(|p| p.span.end), Some(44));
    }

    #[test]
    fn an_escaped_brace_is_literal() {
        assert_eq!(
            parse(r"a \{{b}} {{c}}").into_iter().map(|p| p.kind).collect::<Vec<_>>(),
            [PartKind::Literal("a {{b}} ".into()), variable("c")]
        );
    }

    #[test]
    fn invalid_references_are_broken_and_never_lost() {
        for text in ["{{", "{{a", "{{}}", "{{a b}}", "{{what:x}}", "{{secret:}}"] {
            assert_eq!(parse(text)[0].kind, PartKind::Broken(text.into()), "{text}");
        }
    }

    #[test]
    fn what_is_not_closed_ends_where_the_next_one_begins() {
        let kinds = |text: &str| parse(text).into_iter().map(|part| part.kind).collect::<Vec<_>>();
        assert_eq!(kinds("{{={{a}}"), [PartKind::Broken("{{=".into()), variable("a")]);
        let escaped = [PartKind::Broken("{{".into()), PartKind::Literal("{{a}}".into())];
        assert_eq!(kinds(r"{{\{{a}}"), escaped);
        assert_eq!(kinds(r"{{a\"), [PartKind::Broken(r"{{a\".into())]);
    }

    #[test]
    fn multibyte_text_is_not_split() {
        let parts = parse("ü{{ü}}ü");
        assert_eq!(parts[1].kind, variable("ü"));
        assert_eq!(parts[1].span, 2..8);
    }
}
