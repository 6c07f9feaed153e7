//! The screen: an event loop over a model, messages and effects.
//!
//! Owns everything a user sees and presses. Refuses to send or save: effects go to the runner and
//! the disk, which use the engine and the store.

mod appearance;
mod background;
mod clipboard;
mod details;
pub(crate) mod disk;
pub(crate) mod editor;
pub(crate) mod effect;
mod external;
mod footer;
mod hit_test;
mod input;
pub(crate) mod keymap;
pub(crate) mod layout;
pub(crate) mod model;
mod mouse;
pub(crate) mod msg;
mod opening;
mod overlay_lines;
mod response_pane;
pub(crate) mod rows;
mod run;
mod runner;
mod signals;
mod tab_bar;
pub(crate) mod terminal;
#[cfg(test)]
mod testing;
mod text;
mod text_line;
pub(crate) mod update;
pub(crate) mod view;
mod wording;

pub use opening::Options;
pub use run::run;
