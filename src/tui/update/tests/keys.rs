//! Keys that move about, keys of chords, and keys where there is nothing to be done.

use crate::config::command::{COMMANDS, Command, Context};
use crate::tui::effect::{DiskEffect, Effect, TaskEffect};
use crate::tui::model::overlay::Overlay;
use crate::tui::testing::Screen;
use crate::tui::update::tests::commands::{ask, line, top};

pub(super) fn moves(s: &mut Screen, command: Command, here: Context) {
    use Command as C;
    match here {
        Context::Global => {
            s.press("3 ] ] j j");
            let before = line(s);
            ask(s, command, here);
            let last = s.model.shown().unwrap().fields().len() - 1;
            let wanted = match command {
                C::Up => before - 1,
                C::Down => before + 1,
                C::PageUp | C::Top => 0,
                C::HalfPageUp => return assert!(line(s) < before),
                C::HalfPageDown => return assert!(line(s) > before),
                _ => last,
            };
            assert_eq!(line(s), wanted);
        }
        Context::Overlay => {
            s.press("j j");
            ask(s, command, here);
            let Overlay::Help(scroll) = top(s) else { panic!("no help") };
            let scroll = *scroll;
            match command {
                C::Up => assert_eq!(scroll, 1),
                C::Down => assert_eq!(scroll, 3),
                C::PageUp | C::HalfPageUp | C::Top => assert_eq!(scroll, 0),
                _ => assert!(scroll > 3),
            }
        }
        _ => {
            s.press("down down");
            ask(s, command, here);
            let Overlay::Palette(picker) = top(s) else { panic!("no palette") };
            let selected = picker.selected();
            match command {
                C::Up => assert_eq!(selected, 1),
                C::Down => assert_eq!(selected, 3),
                C::PageUp => assert_eq!(selected, 0),
                _ => assert!(selected > 3),
            }
        }
    }
}

#[test]
fn a_chord_waits_for_its_second_key_and_for_nothing_else() {
    let mut s = Screen::on("plain.toml");
    s.press("g");
    assert_eq!(s.model.tree.cursor(), 6);
    s.press("g");
    assert_eq!(s.model.tree.cursor(), 0);
    s.press("G");
    assert_eq!(s.model.tree.cursor(), 6);
    // A key that does not complete the chord ends it.
    s.press("g x g");
    assert_eq!(s.model.tree.cursor(), 6);
}

#[test]
fn commands_that_need_an_answer_say_so_without_one() {
    for key in ["/", "Y", "o"] {
        let mut s = Screen::new();
        s.press("4");
        s.press(key);
        assert!(s.model.overlays.is_empty());
        assert!(s.notice().contains("No response yet"), "{key}: {}", s.notice());
    }
}

#[test]
fn every_key_of_an_empty_workspace_is_harmless() {
    for info in COMMANDS {
        for context in info.contexts {
            for key in info.keys {
                let mut s = Screen::empty((100, 30));
                s.tell(crate::tui::msg::Msg::Listed {
                    workspace: Box::new(s.model.workspace.clone()),
                    nodes: Vec::new(),
                });
                match context {
                    Context::Overlay => s.press("?"),
                    Context::Prompt => s.press(":"),
                    Context::Response => s.press("4"),
                    Context::Url => s.press("2"),
                    _ => &mut s,
                };
                s.press(key);
                let sent = s.take().iter().any(|e| {
                    matches!(e, Effect::Task(TaskEffect::Send { .. }) | Effect::Disk(DiskEffect::Save { .. }))
                });
                let begins = matches!(info.command, Command::Scratch | Command::Edit);
                assert!(!sent && (begins || s.model.editing.is_none()), "{key}");
            }
        }
    }
}
