//! The body of a response as rows on a screen: pretty, raw, or in hex.
//!
//! Owns how bytes become rows: an [`Index`] that grows with the body and remembers a position every
//! few rows, and drawing single rows from there. The body itself is never copied, parsed into a
//! tree or changed, so the index of a large body is small in comparison, and drawing costs no more
//! than what is visible. Refuses to fail: a body that isn't in the format it claims is shown
//! unchanged, with a note. Refuses to pass on anything that a terminal could act on.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//! use signpost::core::document::{Index, Kind, Layout};
//!
//! let body = br#"{"a":[1,2],"b":{}}"#;
//! let index = Index::build(body, Kind::Json, Layout::Pretty, None, &AtomicBool::new(false));
//! assert_eq!(index.text(0..2, body), "{\n  \"a\": [");
//! ```

mod cell;
mod chunks;
mod draw;
mod hex;
mod index;
mod json;
mod kind;
mod line;
mod painter;
mod raw;
mod search;
mod secrets;
mod selection;
mod text;
mod walk;
mod xml;

pub use draw::{Row, Rows};
pub use index::Index;
pub use kind::{Kind, Layout};
pub use painter::{Mark, Piece, Role, Window};
pub use search::Matches;
pub use secrets::has_secrets;
pub use selection::word_around;
