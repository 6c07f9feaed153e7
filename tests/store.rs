//! What is on disk: formats that go round, saves that lose nothing.

#[path = "store/request_file.rs"]
mod request_file;
