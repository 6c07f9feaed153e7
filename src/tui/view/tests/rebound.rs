//! Every key is rebound, and no text may name a default key.

use std::collections::BTreeSet;

use super::{SIZES, STATES};
use crate::config::command::{COMMANDS, Command};
use crate::config::key::Key;
use crate::config::keymap::Keymap;
use crate::tui::clipboard::NotCopied;
use crate::tui::testing::Screen;
use crate::tui::wording;

/// A keymap in which every command has one key, and none appears in a text by chance.
fn unusual() -> Keymap {
    let letters = ('а'..='я').chain('α'..='ω').chain('ა'..='ჰ').chain('ա'..='ֆ');
    let mut keys = Keymap::default();
    let mut bound = 0;
    for (info, letter) in COMMANDS.iter().zip(letters) {
        keys.bind(info.command, vec![format!("alt-{letter}").parse().unwrap()]);
        bound += 1;
    }
    assert_eq!(bound, COMMANDS.len(), "every command has a key");
    assert_eq!(keys.conflicts(), []);
    keys
}

fn screen((width, height): (u16, u16), state: fn(&mut Screen)) -> Screen {
    let mut screen = Screen::sized(width, height);
    screen.model.config.keys = unusual();
    state(&mut screen);
    screen
}

/// The states except the jump overlay, whose letters are keys themselves.
fn states() -> impl Iterator<Item = (&'static str, fn(&mut Screen))> {
    STATES.iter().copied().filter(|(name, _)| *name != "letters_to_jump_by")
}

/// The names of default keys that aren't words, numbers or punctuation.
fn names() -> BTreeSet<String> {
    const WORDS: [&str; 11] =
        ["a", "I", "up", "down", "left", "right", "home", "end", "delete", "space", "tab"];
    let keys = COMMANDS.iter().flat_map(|info| info.keys).flat_map(|key| key.split(' '));
    let keys = keys.filter(|key| !WORDS.contains(key) && key.chars().any(char::is_alphabetic));
    keys.chain(["Enter", "Esc", "Escape", "Ctrl", "Alt"]).map(str::to_owned).collect()
}

/// The lines in which a word is the name of a default key. After a number it is a unit, as in `60
/// s`; a row with a box comes from the file.
fn hints(text: &str, names: &BTreeSet<String>) -> Vec<String> {
    let names_key = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let border = |c: char| ('─'..='╿').contains(&c);
        words.iter().enumerate().any(|(i, word)| {
            let word = if i == 0 { word.trim_start_matches(border) } else { word };
            let unit = i > 0 && words[i - 1].ends_with(|c: char| c.is_ascii_digit());
            names.contains(word.trim_end_matches([':', ';', ',', '.'])) && !unit
        })
    };
    let lines = text.lines().filter(|line| !line.contains(['☑', '☐'])).filter(names_key);
    lines.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_hard_coded_key_is_found() {
    let names = names();
    for text in [
        "y copies",
        "Nothing is edited: Enter opens a field",
        "✓ done; w saves it",
        "┃Press n for more",
        "or ctrl-s.",
    ] {
        assert_eq!(hints(text, &names).len(), 1, "{text}");
    }
    assert!(hints("60 s ago, on the Auth tab a request", &names).is_empty());
    let key: Key = "alt-я".parse().unwrap();
    assert!(hints(&format!("{key} copies"), &names).is_empty());
}

#[test]
fn no_screen_names_a_key_that_was_rebound() {
    let names = names();
    let mut found = Vec::new();
    for (name, state) in states() {
        for size in SIZES {
            let lines = hints(&screen(size, state).shown(), &names);
            found.extend(lines.into_iter().map(|line| format!("{name} at {size:?}: {line}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_command_shows_a_key_that_was_rebound() {
    let names = names();
    let mut found = BTreeSet::new();
    for (name, state) in states() {
        // These two say nothing, and break what is shown at other letters.
        let silent = [Command::Jump, Command::NarrowTree, Command::WidenTree];
        for info in COMMANDS.iter().filter(|info| !silent.contains(&info.command)) {
            let mut s = screen((160, 50), state);
            s.command(info.command);
            let lines = hints(&format!("{}\n{}", s.notice(), s.shown()), &names);
            found.extend(lines.into_iter().map(|line| format!("{name}, {}: {line}", info.id)));
        }
    }
    assert!(found.is_empty(), "{}", found.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn notices_about_pasting_and_copying_name_the_current_keys() {
    let names = names();
    let mut s = screen((120, 40), |s| s.open("plain.toml"));
    s.paste("no command");
    assert!(s.notice().contains("alt-"), "{}", s.notice());
    assert_eq!(hints(s.notice(), &names), [""; 0]);
    s.paste("curl https://example.com/");
    s.command(Command::Yes);
    assert!(s.notice().contains("alt-"), "{}", s.notice());
    assert_eq!(hints(s.notice(), &names), [""; 0]);
    let words = wording::not_copied(&s.model, &NotCopied::TooLong(80_000));
    assert!(words.contains("alt-") && hints(&words, &names).is_empty(), "{words}");
}
