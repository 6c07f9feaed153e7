//! The outside world: sockets, files and credentials.

pub mod body;
