//! What is on disk: formats that round-trip, and saves that lose nothing.

#[path = "store/broken_workspace.rs"]
mod broken_workspace;
#[path = "store/collections.rs"]
mod collections;
#[path = "store/not_files.rs"]
mod not_files;
#[path = "store/private.rs"]
mod private;
#[path = "store/relocating.rs"]
mod relocating;
#[path = "store/request_file.rs"]
mod request_file;
#[path = "store/saving.rs"]
mod saving;
#[path = "store/staying_inside.rs"]
mod staying_inside;
#[path = "store/workspace.rs"]
mod workspace;
