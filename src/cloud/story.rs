//! The demo's workspace.
