//! The outside world: the network, credentials, and what is on disk.

pub mod credentials;
pub mod transport;
