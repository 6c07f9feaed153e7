//! The pure floor: what a request is, how it resolves, how it is signed, and what a response means.
//!
//! Owns every rule that can be stated without the outside world. Refuses clocks, files, the
//! environment, sockets and screens: the time and file contents are passed in as values.

pub mod aws;
pub mod aws_environment;
pub mod aws_files;
pub mod aws_identity;
pub(crate) mod caller_identity;
pub(crate) mod clear_secrets;
pub(crate) mod cloud_trace;
pub mod collection;
pub(crate) mod command_words;
pub(crate) mod completion;
pub(crate) mod convert;
pub mod cookie_file;
pub mod credential;
pub(crate) mod credential_json;
pub(crate) mod cross_origin;
pub(crate) mod diagnose;
pub mod document;
pub mod endpoint;
pub mod exchange;
pub(crate) mod exchange_id;
pub(crate) mod expect;
pub(crate) mod file_name;
pub(crate) mod file_problem;
pub mod filter;
pub mod find;
pub(crate) mod finding;
pub(crate) mod hex;
pub(crate) mod host;
pub(crate) mod iam;
pub mod identity;
pub mod identity_fields;
pub(crate) mod local_cloud;
pub(crate) mod mask;
pub mod names;
pub(crate) mod path_variables;
pub(crate) mod provider;
pub(crate) mod query;
pub mod question;
pub(crate) mod record;
pub mod request;
pub(crate) mod resolve;
pub mod scope;
pub(crate) mod secret_names;
pub(crate) mod shell_quote;
pub mod sigv4;
pub(crate) mod suggest;
pub(crate) mod template;
pub mod trust;
pub(crate) mod units;
pub mod visible;
pub mod wire;
pub(crate) mod wire_request;
pub mod workspace;
