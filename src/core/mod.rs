//! The pure floor: what a request is, how it resolves, how it is signed, and what an answer means.
//!
//! Owns every rule that can be stated without the outside world. Refuses clocks, files, the
//! environment, sockets and screens: `now` and whatever was read come in as values.

pub mod cloud_trace;
pub mod collection;
pub mod convert;
pub mod credential;
pub mod diagnose;
pub mod document;
pub mod endpoint;
pub mod exchange;
pub mod exchange_id;
pub mod expect;
pub mod file_problem;
pub mod finding;
pub mod hex;
pub mod host;
pub mod iam;
pub mod identity;
pub mod local_cloud;
pub mod mask;
pub mod names;
pub mod private_headers;
pub mod provider;
pub mod query;
pub mod question;
pub mod record;
pub mod request;
pub mod resolve;
pub mod scope;
pub mod sigv4;
pub mod suggest;
pub mod template;
pub mod units;
pub mod visible;
pub mod wire;
pub mod wire_request;
pub mod workspace;
