//! signpost: a request workbench for the terminal that signs AWS Signature Version 4, says why a
//! 403 is a 403, and rehearses it offline.
//!
//! The floors, from the ground up: [`core`] (pure), [`config`], [`io`], [`engine`], [`cloud`], and
//! side by side [`cli`] and [`tui`]. A floor imports only floors above it in this list;
//! `tests/floors.rs` holds them to it. `docs/architecture.md` is the map.

pub mod core;

pub mod config;

pub mod io;

pub mod engine;

pub mod cloud;

pub mod cli;

pub mod tui;

#[cfg(fuzzing)]
pub mod fuzzing;

#[cfg(test)]
mod parity;
