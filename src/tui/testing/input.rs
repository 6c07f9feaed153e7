//! Keys, pastes and the mouse, as used by a person.

use super::{Screen, keys};
use crate::config::command::Command;
use crate::config::key::KeySequence;
use crate::config::keymap::{Keymap, Lookup};
use crate::tui::keymap;
use crate::tui::mouse::{Mouse, MouseKind};
use crate::tui::msg::Msg;

impl Screen {
    /// Presses keys, one after another: `j`, `ctrl-r`, `g g`. If keys were rebound, presses those
    /// that now do what these do by default.
    pub(crate) fn press(&mut self, sequence: &str) -> &mut Self {
        if self.model.config.keys != Keymap::default() {
            return self.press_rebound(sequence);
        }
        for key in keys(sequence).keys() {
            self.tell(Msg::Key(*key));
        }
        self
    }

    fn press_rebound(&mut self, sequence: &str) -> &mut Self {
        let default = Keymap::default();
        let mut pressed = Vec::new();
        for key in keys(sequence).keys() {
            pressed.push(*key);
            let context = keymap::context(&self.model);
            match default.lookup(context, &pressed) {
                Lookup::Pending => continue,
                Lookup::Command(command) => {
                    self.command(command);
                }
                Lookup::Unbound => {
                    for key in &pressed {
                        self.tell(Msg::Key(*key));
                    }
                }
            }
            pressed.clear();
        }
        self
    }

    /// Presses the first key of a command in the current context, if it has one.
    pub(crate) fn command(&mut self, command: Command) -> &mut Self {
        let context = keymap::context(&self.model);
        let bound = self.model.config.keys.keys_in(command, context).next().cloned();
        for key in bound.iter().flat_map(KeySequence::keys) {
            self.tell(Msg::Key(*key));
        }
        self
    }

    /// Types a text, letter by letter.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let key = match c {
                '\n' => "enter".parse(),
                ' ' => "space".parse(),
                c => c.to_string().parse(),
            };
            self.tell(Msg::Key(key.unwrap_or_else(|error| panic!("{c:?}: {error}"))));
        }
        self
    }

    /// The text of the field that is being edited; empty without one.
    pub(crate) fn typed(&self) -> String {
        self.model.editing.as_ref().map(|editing| editing.editor.text()).unwrap_or_default()
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.tell(Msg::Paste(text.to_owned()))
    }

    pub(crate) fn mouse(&mut self, kind: MouseKind, x: u16, y: u16) -> &mut Self {
        self.tell(Msg::Mouse(Mouse { kind, x, y }))
    }

    pub(crate) fn click(&mut self, x: u16, y: u16) -> &mut Self {
        self.mouse(MouseKind::Click, x, y)
    }
}
