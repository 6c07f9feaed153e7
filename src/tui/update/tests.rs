//! Keys and messages in, model and effects out.

mod arranging;
mod commands;
mod completing;
mod disk_changes;
mod editing;
mod files;
mod finding;
mod keys;
mod names;
mod pasting;
mod pointing;
mod questions;
mod rows;
mod secrets;
mod selecting;
mod sending;
mod signing_as;
mod undoing_in_tree;
mod who_signs;
mod workspace_editor;
mod writing;
