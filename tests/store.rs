//! What is on disk: formats that round-trip, and saves that lose nothing.

#[path = "store/broken_workspace.rs"]
mod broken_workspace;
#[path = "store/collections.rs"]
mod collections;
#[path = "store/private.rs"]
mod private;
#[path = "store/request_file.rs"]
mod request_file;
#[path = "store/saving.rs"]
mod saving;
#[path = "store/workspace.rs"]
mod workspace;
