//! Context and keys -> command.
//!
//! Owns which keys are bound, and that no two bindings conflict. Refuses timeouts: an incomplete
//! sequence waits for the next key.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::command::{COMMANDS, Command, Context};
use super::key::{Key, KeySequence};

/// The keys of every command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    keys: BTreeMap<Command, Vec<KeySequence>>,
}

/// What keys mean in a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// This command.
    Command(Command),
    /// The beginning of a longer sequence.
    Pending,
    /// Nothing; where letters are typed, it is the editor's.
    Unbound,
}

/// Two commands with conflicting keys in the same context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The context.
    pub context: Context,
    /// One command with its keys.
    pub first: (Command, KeySequence),
    /// The other; its keys are the same, or one is a prefix of the other.
    pub second: (Command, KeySequence),
}

impl Default for Keymap {
    /// The default keys.
    fn default() -> Self {
        let parse = |keys: &[&str]| keys.iter().filter_map(|key| key.parse().ok()).collect();
        Self { keys: COMMANDS.iter().map(|info| (info.command, parse(info.keys))).collect() }
    }
}

/// Whether a sequence applies in a context: where letters are typed, none begins with a character.
fn counts(sequence: &KeySequence, context: Context) -> bool {
    !(context.takes_text() && sequence.keys().first().is_some_and(|key| key.is_text()))
}

impl Keymap {
    /// Binds a command to exactly these keys.
    pub fn bind(&mut self, command: Command, keys: Vec<KeySequence>) {
        self.keys.insert(command, keys);
    }

    /// The keys of a command; the first is the one to show.
    pub fn keys(&self, command: Command) -> &[KeySequence] {
        self.keys.get(&command).map_or(&[], Vec::as_slice)
    }

    /// The keys of a command that apply in this context; the first is the one to show.
    pub fn keys_in(&self, command: Command, context: Context) -> impl Iterator<Item = &KeySequence> {
        self.keys(command).iter().filter(move |sequence| counts(sequence, context))
    }

    /// A sentence that begins with the command's first key.
    pub fn says(&self, command: Command, words: &str) -> String {
        match self.keys(command).first() {
            Some(key) => format!("{key} {words}"),
            None => format!("{} {words}", command.info().title),
        }
    }

    /// What the keys pressed so far mean in a context.
    pub fn lookup(&self, context: Context, pressed: &[Key]) -> Lookup {
        let mut pending = false;
        for (command, sequence) in self.in_context(context) {
            if sequence.keys() == pressed {
                return Lookup::Command(command);
            }
            pending |= !pressed.is_empty() && sequence.keys().starts_with(pressed);
        }
        if pending { Lookup::Pending } else { Lookup::Unbound }
    }

    /// Every binding that applies in a context; in a pane, including those of [`Context::Global`].
    pub fn in_context(&self, context: Context) -> impl Iterator<Item = (Command, &KeySequence)> {
        let here = move |command: Command| {
            let contexts = command.info().contexts;
            contexts.contains(&context) || (context.is_pane() && contexts.contains(&Context::Global))
        };
        self.keys
            .iter()
            .filter(move |(command, _)| here(**command))
            .flat_map(|(command, keys)| keys.iter().map(move |sequence| (*command, sequence)))
            .filter(move |(_, sequence)| counts(sequence, context))
    }

    /// Every conflict; each pair of bindings once, in the first context where it occurs.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut found: Vec<Conflict> = Vec::new();
        for context in Context::ALL {
            let bindings: Vec<_> = self.in_context(context).collect();
            for (index, (first, keys)) in bindings.iter().enumerate() {
                for (second, others) in &bindings[index + 1..] {
                    if !keys.clashes(others) {
                        continue;
                    }
                    let pair = ((*first, (*keys).clone()), (*second, (*others).clone()));
                    if !found.iter().any(|c| c.first == pair.0 && c.second == pair.1) {
                        found.push(Conflict { context, first: pair.0, second: pair.1 });
                    }
                }
            }
        }
        found
    }
}

/// The default keys in Markdown, one table per context, for the documents.
pub fn markdown() -> String {
    let mut out = String::new();
    for context in Context::ALL {
        // Writing to a String can't fail.
        let _ = write!(out, "### {}\n\n| Keys | Command | What it does |\n|---|---|---|\n", context.title());
        for info in COMMANDS.iter().filter(|info| info.contexts.contains(&context)) {
            let keys = info.keys.iter().filter_map(|key| key.parse::<KeySequence>().ok());
            let keys: Vec<String> = keys
                .filter(|sequence| counts(sequence, context))
                .map(|sequence| format!("`{}`", sequence.to_string().replace('|', "\\|")))
                .collect();
            let _ = writeln!(out, "| {} | {} (`{}`) | {} |", keys.join(" "), info.title, info.id, info.doc);
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
