//! Header rows and literal texts of a request.

use super::args::SendArgs;
use crate::core::request::{Request, Row};
pub(super) use crate::core::template::literal;

/// Adds a header.
pub(super) fn set(request: &mut Request, name: &str, value: &str) {
    request.headers.push(Row::new(name, value));
}

/// Puts a header in place of the saved one, unless the arguments give it.
pub(super) fn add_unless_given(args: &SendArgs, request: &mut Request, name: &str, value: &str) {
    let said = |text: &&String| {
        text.split([':', ';']).next().is_some_and(|own| own.trim().eq_ignore_ascii_case(name))
    };
    request.headers.retain(|row| !row.name.eq_ignore_ascii_case(name));
    if args.request.headers.iter().find(said).is_none() {
        request.headers.push(Row::new(name, value));
    }
}
