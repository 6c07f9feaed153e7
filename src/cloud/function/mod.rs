//! A function behind its URL: from the request to the event, and from the answer to the response.

pub(super) mod config;
