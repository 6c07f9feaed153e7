//! Calls that fetch credentials: one file for each kind of step.
//!
//! Refuses to decide when one is needed, to ask anybody and to keep what was fetched: the engine
//! does.

pub(crate) mod get_session_token;
