//! Keys and messages in, model and effects out.

mod commands;
mod completing;
mod disk_changes;
mod editing;
mod files;
mod keys;
mod pasting;
mod pointing;
mod secrets;
mod selecting;
mod sending;
mod writing;
