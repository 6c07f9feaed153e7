//! What the screen waits for, and what waits for it.
//!
//! Owns requests that are being read, secrets that are being stored, saves that are under way, the
//! command that comes after them, and whatever is typed in the meantime, in its order. Fields are
//! changed by named steps alone, so that nothing is held while nothing is waited for. Refuses to
//! know what a key does.

use std::collections::VecDeque;

use crate::config::command::Command;
use crate::config::key::Key;
use crate::core::names::RequestPath;
use crate::tui::mouse::Mouse;

/// What the screen waits for, and what waits for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    opening: Option<RequestPath>,
    saves: usize,
    secrets: Vec<RequestPath>,
    command: Option<Command>,
    typed: VecDeque<Typed>,
    quitting: bool,
    /// The command to leave has been given and waits.
    leaving: bool,
}

/// Something that was typed before its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A key.
    Key(Key),
    /// A paste.
    Paste(String),
    /// Something that the mouse did.
    Mouse(Mouse),
}

/// What has waited and can be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A command that waited for saves or secrets.
    Command(Command),
    /// Something that was typed.
    Typed(Typed),
}

impl Waiting {
    /// A request is being read, to be shown.
    pub(crate) fn open(&mut self, path: RequestPath) {
        self.opening = Some(path);
    }

    /// A request was read, or could not be. Gives whether it was the one to be shown.
    pub(crate) fn opened(&mut self, path: &str) -> bool {
        self.opening.take_if(|opening| *opening == *path).is_some()
    }

    /// Another request is shown, which need not be read.
    pub(crate) fn open_none(&mut self) {
        self.opening = None;
    }

    /// The request that is being read, to be shown.
    #[cfg(test)]
    pub(crate) fn opening(&self) -> Option<&RequestPath> {
        self.opening.as_ref()
    }

    /// A save is under way.
    pub(crate) fn save(&mut self) {
        self.saves += 1;
    }

    /// A save is over, well or not.
    pub(crate) fn saved(&mut self) {
        self.saves = self.saves.saturating_sub(1);
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

    /// A secret of this request is stored, or could not be.
    pub(crate) fn kept(&mut self, path: &str) {
        if let Some(at) = self.secrets.iter().position(|other| *other == *path) {
            self.secrets.remove(at);
        }
    }

    /// True while a secret of this request is being stored.
    pub(crate) fn is_keeping(&self, path: &str) -> bool {
        self.secrets.iter().any(|other| *other == *path)
    }

    /// Puts a command off while secrets are being stored. Gives whether it was put off.
    pub(crate) fn after_secrets(&mut self, command: Command) -> bool {
        let put_off = !self.secrets.is_empty();
        if put_off {
            self.command = Some(command);
        }
        put_off
    }

    /// As [`Waiting::after_secrets`], while saves are under way as well: what is being saved is not
    /// dirty for long.
    pub(crate) fn after_saves(&mut self, command: Command) -> bool {
        let put_off = self.is_writing();
        self.leaving = put_off && command == Command::Quit;
        if put_off {
            self.command = Some(command);
        }
        put_off
    }

    /// True while what is typed must wait.
    pub(crate) fn is_behind(&self) -> bool {
        self.opening.is_some() || self.command.is_some() || !self.typed.is_empty()
    }

    /// True when what is typed would wait for nothing but a request that is being read.
    pub(crate) fn is_only_opening(&self) -> bool {
        self.command.is_none() && self.typed.is_empty()
    }

    /// Holds what was typed until [`Waiting::take_next`] gives it back.
    pub(crate) fn hold(&mut self, typed: Typed) {
        self.typed.push_back(typed);
    }

    /// Takes out what can be done now, in its order.
    pub(crate) fn take_next(&mut self) -> Option<Next> {
        if self.opening.is_some() || (self.command.is_some() && self.is_writing()) {
            return None;
        }
        self.command.take().map(Next::Command).or_else(|| self.typed.pop_front().map(Next::Typed))
    }

    /// What was waited for did not happen: nothing that was typed after it may take effect.
    pub(crate) fn give_up(&mut self) {
        self.command = None;
        self.typed.clear();
        (self.quitting, self.leaving) = (false, false);
    }

    /// The user wants to leave.
    pub(crate) fn quit(&mut self) {
        self.quitting = true;
    }

    /// True when the user wants to leave.
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
    fn a_command_and_what_is_typed_after_it_wait_for_every_save_and_secret() {
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
    fn leaving_waits_for_saves_and_a_failure_takes_it_back() {
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
    fn a_request_that_was_passed_is_not_the_one_to_be_shown() {
        let mut waiting = Waiting::default();
        waiting.open("a.toml".into());
        waiting.open("b.toml".into());
        assert!(!waiting.opened("a.toml") && waiting.is_behind());
        assert!(waiting.opened("b.toml") && !waiting.is_behind());
    }
}
