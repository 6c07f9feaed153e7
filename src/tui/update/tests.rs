//! Keys and messages in, model and effects out.

mod commands;
mod editing;
mod files;
mod keys;
mod pointing;
mod secrets;
mod sending;
