//! The outside world: files, sockets, other programs.
//!
//! Owns every side effect but the screen. Refuses policy: what to send and when is the engine's.

pub mod body;
pub mod store;
