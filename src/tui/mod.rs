//! The screen: an event loop over a model, messages and effects.
//!
//! Owns everything a user sees and presses. Refuses to send or save: effects ask the runner, which
//! asks the engine and the store.

mod clipboard;
mod details;
pub(crate) mod disk;
pub mod editor;
pub mod effect;
mod external;
mod hit_test;
mod input;
pub mod keymap;
pub mod layout;
pub mod model;
mod mouse;
pub mod msg;
mod overlay_lines;
mod response_pane;
pub mod rows;
mod run;
mod runner;
mod signals;
pub mod terminal;
#[cfg(test)]
mod testing;
mod text;
mod text_line;
pub mod update;
pub mod view;
mod wording;

pub use run::{Options, run};
