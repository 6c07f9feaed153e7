//! curl command lines, in and out.
//!
//! What is written here reads back as the same request, but for what curl has no words for: the
//! identity behind a signature, disabled rows, and the settings of a signature that
//! curl does not know.

mod export;
mod import;
mod options;
mod words;

pub use export::{export, export_request};
pub use import::{Imported, import, looks_like_curl};
pub use words::{ShellError, quote, split};

#[cfg(test)]
mod tests;
