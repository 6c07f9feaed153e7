//! Requests in other tools' words: one file per format.
//!
//! Owns reading and writing them and says what was left out. Refuses to read files or to send.

pub(crate) mod aws_keys;
pub(crate) mod aws_keys_export;
pub(crate) mod brackets;
pub(crate) mod curl;
pub(crate) mod json_text;
pub(crate) mod rows;
