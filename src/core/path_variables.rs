//! Path variables: segments of a URL's path that are written `:name`, and the rows with their values.
//!
//! Owns what counts as one: a whole segment of the path, a colon and a name that begins with a letter
//! and continues with letters, digits, `_` and `-`. Only one that has an enabled row is replaced; any
//! other stays as it is written, so a URL without rows means what it always did. Refuses to expand
//! references: [`crate::core::resolve`] does.

use std::ops::Range;

use crate::core::request::{Request, Row};

/// The names in the path of a URL, in order, each once.
pub(crate) fn names(url: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (_, name) in segments(url) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The names in the URL that have no row, not even a disabled one: they are sent as written.
pub(crate) fn undeclared(request: &Request) -> Vec<&str> {
    let mut names = names(&request.url);
    names.retain(|name| !request.path.iter().any(|row| row.name == *name));
    names
}

/// The URL with the segments that have an enabled row replaced by what `value` makes of it. A name is
/// its first enabled row's.
pub(crate) fn fill(url: &str, rows: &[Row], mut value: impl FnMut(usize, &Row) -> String) -> String {
    let mut out = String::with_capacity(url.len());
    let mut end = 0;
    for (span, name) in segments(url) {
        let row = rows.iter().enumerate().find(|(_, row)| !row.off && row.name == name);
        let Some((index, row)) = row else { continue };
        out.push_str(&url[end..span.start]);
        out.push_str(&value(index, row));
        end = span.end;
    }
    out.push_str(&url[end..]);
    out
}

/// Renames a path variable, in its row and in the URL.
///
/// # Errors
/// Why it can't have this name, in words; nothing is changed.
pub(crate) fn rename(request: &mut Request, index: usize, name: &str) -> Result<(), String> {
    if !is_name(name) {
        return Err("A path variable's name begins with a letter and has letters, digits, _ and -".into());
    }
    if request.path.iter().enumerate().any(|(other, row)| other != index && row.name == name) {
        return Err(format!("There is already a path variable {name}"));
    }
    let Some(row) = request.path.get_mut(index) else { return Ok(()) };
    let old = Row::new(std::mem::replace(&mut row.name, name.to_owned()), "");
    request.url = fill(&request.url, &[old], |_, _| format!(":{name}"));
    Ok(())
}

/// Whether every path variable in the URL has a value.
pub(crate) fn have_values(request: &Request) -> bool {
    let mut have = true;
    fill(&request.url, &request.path, |_, row| {
        have &= !row.value.is_empty();
        String::new()
    });
    have
}

/// Lets the rows follow a URL that was typed, given the request from before: a name that is new in the
/// URL gets a row, a renamed one keeps its row, and one that is gone takes its row along. A name that
/// stood there without a row stays without.
pub(crate) fn follow(request: &mut Request, before: &Request) {
    let (old, new) = (names(&before.url), names(&request.url));
    let mut gone = old.iter().filter(|name| !new.contains(name));
    let mut rows = before.path.clone();
    for name in new.iter().filter(|name| !old.contains(name)) {
        let has_row = rows.iter().any(|row| row.name == **name);
        match gone.next().and_then(|gone| rows.iter_mut().find(|row| row.name == **gone)) {
            Some(row) if !has_row => (*name).clone_into(&mut row.name),
            None if !has_row => rows.push(Row::new(*name, "")),
            Some(_) | None => {}
        }
    }
    let gone: Vec<_> = gone.collect();
    rows.retain(|row| !gone.iter().any(|name| **name == row.name));
    request.path = rows;
}

/// The segments that are names, with their bytes.
fn segments(url: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let (start, end) = path(url);
    let mut at = start;
    // What stands before the first slash isn't a segment.
    url[start..end].split('/').filter_map(move |segment| {
        let span = at..at + segment.len();
        at = span.end + 1;
        let name = segment.strip_prefix(':').filter(|name| span.start > start && is_name(name))?;
        Some((span, name))
    })
}

/// The bytes of the path, beginning behind the authority.
fn path(url: &str) -> (usize, usize) {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let authority = url[..end].find("//").filter(|at| *at == 0 || url[..*at].ends_with(':'));
    let start = authority.map_or(0, |at| at + 2);
    let slash = url[start..end].find('/').map_or(end, |at| start + at);
    (slash, end)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_whole_segment_of_the_path() {
        for (url, wanted) in [
            ("https://h/users/:id/posts/:post-id", vec!["id", "post-id"]),
            ("{{base}}/:a/:b_2/:a?x=/:c#/:d", vec!["a", "b_2"]),
            (":3000/:id", vec!["id"]),
            ("h/:id", vec!["id"]),
            ("//h/:id/", vec!["id"]),
            ("https://h/a//:id", vec!["id"]),
            ("https://:id/x", vec![]),
            ("https://me:pw@h/x", vec![]),
            (":id/x", vec![]),
            ("https://h/models/x:predict", vec![]),
            ("https://h/:1/:_a/:", vec![]),
            ("https://h/arn:aws:lambda:us-east-1:123456789012:function:f", vec![]),
            ("https://h/:{{id}}/:a{{b}}/{{c}}:d/%3Aid", vec![]),
            ("https://h/:ä", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(names(url), wanted, "{url}");
        }
    }

    #[test]
    fn only_what_has_an_enabled_row_is_replaced() {
        let off = Row { off: true, ..Row::new("off", "1") };
        let rows = [Row::new("id", "1"), off, Row::new("id", "2")];
        let filled = fill("http://h/:id/:off/:other/:id?:id", &rows, |_, row| row.value.clone());
        assert_eq!(filled, "http://h/1/:off/:other/1?:id");
    }

    #[test]
    fn a_renamed_row_renames_its_segments() {
        let path = vec![Row::new("id", "1"), Row::new("b", "")];
        let mut request = Request { url: "h/:id/:b/:id?x=:id".into(), path, ..Request::default() };
        for wrong in ["", "1", "a b", "b"] {
            assert!(rename(&mut request, 0, wrong).is_err(), "{wrong}");
        }
        rename(&mut request, 0, "user").unwrap();
        assert_eq!((request.url.as_str(), request.path[0].name.as_str()), ("h/:user/:b/:user?x=:id", "user"));
        assert!(!have_values(&request));
        request.path[1].off = true;
        assert!(have_values(&request));
    }

    /// The rows after a URL was typed over another one, as `name=value`.
    fn followed(before: &str, rows: &[(&str, &str)], after: &str) -> Vec<String> {
        let path = rows.iter().map(|(name, value)| Row::new(*name, *value)).collect();
        let before = Request { url: before.into(), path, ..Request::default() };
        let mut request = Request { url: after.into(), ..before.clone() };
        follow(&mut request, &before);
        request.path.iter().map(|row| format!("{}={}", row.name, row.value)).collect()
    }

    #[test]
    fn rows_follow_the_url() {
        assert_eq!(followed("h", &[], "h/:id/:b"), ["id=", "b="]);
        assert_eq!(followed("h/:id", &[("id", "1")], "h/:user"), ["user=1"]);
        assert_eq!(followed("h/:id", &[("id", "1")], "h/x"), [""; 0]);
        assert_eq!(followed("h/:a/:b", &[("a", "1"), ("b", "2")], "h/:b/:c"), ["c=1", "b=2"]);
        // What was literal stays so, and a row that isn't in the URL stays.
        assert_eq!(followed("h/:id", &[], "h/:id/:x"), ["x="]);
        assert_eq!(followed("h", &[("x", "1")], "h/:x/:y"), ["x=1", "y="]);
    }
}
