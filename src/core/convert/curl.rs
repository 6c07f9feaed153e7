//! curl command lines, in and out.
//!
//! What is written here reads back as the same request, but for what curl has no words for: the
//! identity behind a signature, disabled rows, and the settings of a signature that
//! curl does not know.

/// The media type of a file's bytes, which curl guesses and we don't.
const OCTETS: &str = "application/octet-stream";

mod connect_to;
mod export;
mod form;
mod import;
mod options;
mod words;

pub(crate) use export::export;
pub(crate) use form::{attributes, unquoted};
pub(crate) use import::{import, looks_like_curl};
#[cfg(test)]
pub(crate) use words::split;

#[cfg(test)]
mod tests;
