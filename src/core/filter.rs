//! Filters of JSON: jq programs and JSONPath queries.
//!
//! Owns what a program may do, the form of its output, and the place of an error in it. Refuses the
//! environment, files and other programs, so that a filter of somebody else's workspace reads nothing
//! but the document. It also refuses to stop itself: a program without end, or with endless memory, is
//! stopped by whoever runs it.

mod depth;
mod jq;
mod json_path;
mod write;

use std::ops::Range;
use std::time::SystemTime;

/// Of UTF-8; it isn't part of the document.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The language of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// jq 1.8, as far as jaq and the prelude have it: <https://jqlang.org/manual/>.
    Jq,
    /// <https://www.rfc-editor.org/rfc/rfc9535>.
    JsonPath,
}

/// Why a filter has no output, or no more of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The program isn't valid.
    #[error("{message}")]
    Program {
        /// What is wrong, in one sentence.
        message: String,
        /// Where in the program, in bytes.
        at: Range<usize>,
    },
    /// The document isn't JSON.
    #[error("the document isn't valid JSON: {0}")]
    Document(String),
    /// The program raised an error that it didn't catch.
    #[error("{0}")]
    Raised(String),
}

/// What a filter may use besides the document.
#[derive(Clone, Copy, Debug)]
pub struct Environment {
    /// The time that `now` gives.
    pub now: SystemTime,
}

/// A program that is valid.
pub struct Filter(Compiled);

enum Compiled {
    Jq(jq::Program),
    JsonPath(json_path::Query),
}

impl Filter {
    /// Compiles a program.
    ///
    /// # Errors
    /// [`FilterError::Program`], with the place.
    pub fn compile(language: Language, program: &str) -> Result<Self, FilterError> {
        Ok(Self(match language {
            Language::Jq => Compiled::Jq(jq::Program::compile(program)?),
            Language::JsonPath => Compiled::JsonPath(json_path::Query::compile(program)?),
        }))
    }

    /// Runs it on every JSON value of a document, and hands each output to `sink` as JSON without a
    /// line end, until that returns false. Numbers that aren't calculated with keep their digits.
    ///
    /// # Errors
    /// [`FilterError::Document`] and [`FilterError::Raised`]; what was output before stays valid.
    pub fn run(
        &self,
        document: &[u8],
        environment: Environment,
        sink: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), FilterError> {
        let document = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
        depth::check(document)?;
        match &self.0 {
            Compiled::Jq(program) => program.run(document, environment, sink),
            Compiled::JsonPath(query) => query.run(document, sink),
        }
    }
}

#[cfg(test)]
mod tests;
