//! What the user may say: texts in, plain data and problems out.
//!
//! Owns the meaning of `config.toml`, the table of commands, and the themes. Refuses to read files
//! (`io` does) and to know a terminal's types (`tui` does).

pub mod command;
pub mod key;
pub mod keymap;
pub(crate) mod text;

pub use text::FileError;
