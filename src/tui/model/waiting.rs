//! What the screen is waiting for, and what waits for that.
//!
//! Owns requests being read, secrets being stored, saves under way, the command to run after them,
//! and whatever is typed in the meantime, in order. Fields only change through named methods, so
//! that nothing is held without a reason. Refuses to know what a key does.

use std::collections::VecDeque;

use crate::config::command::Command;
use crate::config::key::Key;
use crate::core::names::RequestPath;
use crate::tui::mouse::Mouse;

/// What the screen is waiting for, and what waits for that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    opening: Option<RequestPath>,
    saves: usize,
    /// Changes of the workspace's files among the saves. What is typed is meant for what they make.
    changes: usize,
    secrets: Vec<RequestPath>,
    command: Option<Command>,
    typed: VecDeque<Typed>,
    quitting: bool,
    /// The command to leave has been given and waits.
    leaving: bool,
}

/// Input that has to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A key.
    Key(Key),
    /// A paste.
    Paste(String),
    /// A mouse action.
    Mouse(Mouse),
}

/// What can be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A command that was waiting for saves or secrets.
    Command(Command),
    /// Input that was waiting.
    Typed(Typed),
}

impl Waiting {
    /// A request is being read so that it can be shown.
    pub(crate) fn open(&mut self, path: RequestPath) {
        self.opening = Some(path);
    }

    /// A request was read, or reading it failed. Returns whether it was the one to show.
    pub(crate) fn opened(&mut self, path: &str) -> bool {
        self.opening.take_if(|opening| *opening == *path).is_some()
    }

    /// Another request is shown that doesn't have to be read.
    pub(crate) fn open_none(&mut self) {
        self.opening = None;
    }

    /// The request that is being read so that it can be shown.
    #[cfg(test)]
    pub(crate) fn opening(&self) -> Option<&RequestPath> {
        self.opening.as_ref()
    }

    /// A save is under way.
    pub(crate) fn save(&mut self) {
        self.saves += 1;
    }

    /// A save ended, whether or not it succeeded.
    pub(crate) fn saved(&mut self) {
        self.saves = self.saves.saturating_sub(1);
    }

    /// A change of the workspace's files is under way.
    pub(crate) fn change(&mut self) {
        self.save();
        self.changes += 1;
    }

    /// That change ended, whether or not it succeeded.
    pub(crate) fn changed(&mut self) {
        self.saved();
        self.changes = self.changes.saturating_sub(1);
    }

    /// How many saves are under way.
    #[cfg(test)]
    pub(crate) fn saves(&self) -> usize {
        self.saves
    }

    /// A secret of this request is being stored.
    pub(crate) fn keep(&mut self, path: RequestPath) {
        self.secrets.push(path);
    }

    /// A secret of this request was stored, or storing it failed.
    pub(crate) fn kept(&mut self, path: &str) {
        if let Some(at) = self.secrets.iter().position(|other| *other == *path) {
            self.secrets.remove(at);
        }
    }

    /// Whether a secret of this request is being stored.
    pub(crate) fn is_keeping(&self, path: &str) -> bool {
        self.secrets.iter().any(|other| *other == *path)
    }

    /// Postpones a command while secrets are being stored or the workspace's files are being
    /// changed. Returns whether it was postponed.
    pub(crate) fn after_changes(&mut self, command: Command) -> bool {
        let put_off = !self.secrets.is_empty() || self.changes > 0;
        if put_off {
            self.command = Some(command);
        }
        put_off
    }

    /// Like [`Waiting::after_changes`], but also while saves are under way: a request that is being
    /// saved won't be dirty for long.
    pub(crate) fn after_saves(&mut self, command: Command) -> bool {
        let put_off = self.is_writing();
        self.leaving = put_off && command == Command::Quit;
        if put_off {
            self.command = Some(command);
        }
        put_off
    }

    /// Whether input has to wait.
    pub(crate) fn is_behind(&self) -> bool {
        self.opening.is_some() || self.changes > 0 || self.command.is_some() || !self.typed.is_empty()
    }

    /// Whether input only has to wait for a request that is being read.
    pub(crate) fn is_only_opening(&self) -> bool {
        self.command.is_none() && self.typed.is_empty() && self.changes == 0
    }

    /// Holds input until [`Waiting::take_next`] returns it.
    pub(crate) fn hold(&mut self, typed: Typed) {
        self.typed.push_back(typed);
    }

    /// Takes what can be done now, in order.
    pub(crate) fn take_next(&mut self) -> Option<Next> {
        if self.opening.is_some() || self.changes > 0 || (self.command.is_some() && self.is_writing()) {
            return None;
        }
        self.command.take().map(Next::Command).or_else(|| self.typed.pop_front().map(Next::Typed))
    }

    /// What was waited for failed: nothing typed after it may take effect.
    pub(crate) fn give_up(&mut self) {
        self.command = None;
        self.typed.clear();
        (self.quitting, self.leaving) = (false, false);
    }

    /// The user wants to leave.
    pub(crate) fn quit(&mut self) {
        self.quitting = true;
    }

    /// Whether the user wants to leave.
    pub(crate) fn is_quitting(&self) -> bool {
        self.quitting
    }

    /// Holds the command to leave until its turn.
    pub(crate) fn hold_quit(&mut self, key: Key) {
        self.leaving = true;
        self.hold(Typed::Key(key));
    }

    /// True when the user wants to leave and something is waited for at most: nobody who wants to
    /// leave waits for a disk that doesn't respond.
    pub(crate) fn is_leaving(&self) -> bool {
        self.quitting || self.leaving
    }

    /// True when the user wants to leave and no save is under way.
    pub(crate) fn may_leave(&self) -> bool {
        self.quitting && self.saves == 0
    }

    fn is_writing(&self) -> bool {
        self.saves > 0 || !self.secrets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_later_input_wait_for_every_save_and_secret() {
        let mut waiting = Waiting::default();
        assert!(!waiting.after_saves(Command::Quit) && !waiting.is_behind());
        waiting.save();
        waiting.keep("a.toml".into());
        assert!(waiting.after_saves(Command::Quit) && waiting.is_leaving());
        waiting.hold(Typed::Paste("later".into()));
        waiting.saved();
        assert_eq!(waiting.take_next(), None);
        waiting.kept("a.toml");
        assert_eq!(waiting.take_next(), Some(Next::Command(Command::Quit)));
        assert_eq!(waiting.take_next(), Some(Next::Typed(Typed::Paste("later".into()))));
        assert_eq!((waiting.take_next(), waiting.is_behind()), (None, false));
    }

    #[test]
    fn a_send_waits_for_the_variables_that_were_just_typed() {
        let mut waiting = Waiting::default();
        waiting.change();
        waiting.change();
        assert!(waiting.after_changes(Command::Send));
        waiting.changed();
        assert_eq!(waiting.take_next(), None);
        waiting.changed();
        assert_eq!(waiting.take_next(), Some(Next::Command(Command::Send)));
    }

    #[test]
    fn leaving_waits_for_saves_and_a_failure_cancels_it() {
        let mut waiting = Waiting::default();
        waiting.save();
        waiting.quit();
        assert!(waiting.is_quitting() && !waiting.may_leave());
        waiting.saved();
        assert!(waiting.may_leave());
        waiting.give_up();
        assert!(!waiting.is_quitting());
    }

    #[test]
    fn a_request_that_the_cursor_has_left_is_not_shown() {
        let mut waiting = Waiting::default();
        waiting.open("a.toml".into());
        waiting.open("b.toml".into());
        assert!(!waiting.opened("a.toml") && waiting.is_behind());
        assert!(waiting.opened("b.toml") && !waiting.is_behind());
    }
}
