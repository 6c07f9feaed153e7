//! The outside world: files, sockets, credentials.
//!
//! Owns every side effect but the screen. Refuses policy: what to send and when is the engine's.

pub mod body;
pub mod browser;
pub mod child;
pub mod credential_endpoint;
pub mod credentials;
pub mod filter;
pub mod job_control;
pub mod log;
pub mod store;
pub mod transport;
pub mod watch;
