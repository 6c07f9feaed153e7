//! The screen: an event loop over a model, messages and effects.
//!
//! Owns everything a user sees and presses. Refuses to send or save: effects ask the
//! runner, which asks the engine and the store.

mod clipboard;
pub(crate) mod disk;
pub mod editor;
pub mod effect;
mod external;
mod hit_test;
pub mod keymap;
pub mod layout;
pub mod model;
pub mod msg;
pub mod rows;
mod run;
mod runner;
pub mod terminal;
#[cfg(test)]
mod testing;
pub mod update;
pub mod view;
mod wording;

pub use run::{Options, run};
