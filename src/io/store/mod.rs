//! Files: the workspace and its requests, the private store, drafts.
//!
//! Owns what is on disk and that no save loses anything. Refuses to send and to draw.

pub mod atomic;
mod request_edit;
pub mod request_file;
mod rows_edit;

pub use crate::config::FileError;
pub use atomic::{SaveError, Stamp};
