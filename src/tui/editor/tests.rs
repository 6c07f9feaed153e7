//! Keys in, text out.

use super::*;

fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: true, alt: false, shift: false }
}

fn press(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: false, alt: false, shift: false }
}

#[test]
fn a_single_line_accepts_no_line_breaks() {
    let mut editor = Editor::new("a", false);
    editor.insert("b\r\nc\n");
    assert!(!editor.key(Key { code: KeyCode::Enter, ctrl: false, alt: false, shift: false }));
    assert!(!editor.key(ctrl('m')));
    assert_eq!(editor.text(), "ab c");
}

#[test]
fn a_large_paste_is_one_step_of_undo() {
    let mut editor = Editor::new("", false);
    let token = "A".repeat(2048);
    editor.insert(&token);
    assert_eq!(editor.text(), token);
    assert!(editor.key(ctrl('z')));
    assert_eq!(editor.text(), "");
    assert!(editor.key(ctrl('y')));
    assert_eq!(editor.text(), token);
}

#[test]
fn replace_is_undone_at_once() {
    let mut editor = Editor::new("one\ntwo", true);
    editor.replace("three");
    assert_eq!(editor.text(), "three");
    assert!(editor.undo());
    assert_eq!(editor.text(), "one\ntwo");
}

#[test]
fn the_cursor_moves_by_lines_without_a_screen() {
    let mut editor = Editor::new("abc\nd\nefg", true);
    editor.go_to(0, 2, false);
    editor.key(Key { code: KeyCode::Down, ctrl: false, alt: false, shift: false });
    assert_eq!(editor.cursor(), (1, 1));
    editor.move_lines(10);
    assert_eq!(editor.cursor().0, 2);
    editor.key(press('x'));
    assert_eq!(editor.lines()[2], "efxg");
    assert_eq!(editor.before_cursor(), "efx");
}

#[test]
fn a_paste_over_a_selection_is_one_step_of_undo() {
    let mut editor = Editor::new("one two", false);
    editor.select_all();
    editor.insert("three");
    assert_eq!(editor.text(), "three");
    assert!(editor.key(ctrl('z')));
    assert_eq!((editor.text().as_str(), editor.cursor()), ("one two", (0, 7)));
    assert!(editor.key(ctrl('y')));
    assert_eq!(editor.text(), "three");
    editor.select_all();
    editor.key(press('x'));
    assert!(editor.undo());
    assert_eq!(editor.text(), "three", "a letter over a selection as well");
    editor.key(press('x'));
    editor.select_all();
    editor.key(press('y'));
    assert!(editor.undo());
    assert_eq!(editor.text(), "threex", "which no letter goes on before");
}

#[test]
fn a_word_is_one_step_of_undo() {
    let mut editor = Editor::new("", false);
    for c in "one two".chars() {
        editor.key(press(c));
    }
    let mut seen = Vec::new();
    while editor.undo() {
        seen.push(editor.text());
    }
    assert_eq!(seen, ["one ", "one", ""]);
}

#[test]
fn the_oldest_steps_are_forgotten_completely() {
    let mut editor = Editor::new("0", false);
    for n in 1..=EDITS {
        editor.replace(&n.to_string());
    }
    while editor.undo() {}
    assert_eq!(editor.text(), (EDITS / 2).to_string(), "each change takes two edits");
    editor.redo();
    editor.key(press('a'));
    let typed = editor.text();
    while editor.undo() {}
    assert_eq!(editor.text(), (EDITS / 2).to_string());
    while editor.redo() {}
    assert_eq!(editor.text(), typed);
}

/// The text area's jump ends at 65,535.
#[test]
fn texts_of_more_lines_and_columns_than_a_jump_reaches_are_edited() {
    let key = |text: &str| text.parse::<Key>().unwrap_or_else(|error| panic!("{text}: {error}"));
    for long in ["a\n".repeat(70_000), "a".repeat(70_000) + "\nb"] {
        let mut editor = Editor::new(&long, true);
        editor.replace("x");
        assert_eq!(editor.text(), "x");
        assert!(editor.undo());
        assert_eq!(editor.text(), long);
    }
    let mut editor = Editor::new(&"ab ".repeat(30_000), false);
    for typed in ["left", "x", "left", "delete", "ctrl-w", "shift-left", "y"] {
        editor.key(key(typed));
    }
    assert_eq!((editor.text(), editor.cursor()), ("ab ".repeat(29_998) + "aby ", (0, 89_997)));
    assert_eq!(editor.selection(), None);
    let mut editor = Editor::new(&"ab\n".repeat(70_000), true);
    for typed in ["ctrl-end", "up", "end", "x", "left", "left", "left", "y", "down", "backspace"] {
        editor.key(key(typed));
    }
    assert_eq!(editor.text(), "ab\n".repeat(69_999) + "yabx");
}

#[test]
fn the_cursor_moves_selects_and_deletes_by_words_and_lines() {
    let mut editor = Editor::new("GET https://a.example/x", false);
    let key = |text: &str| text.parse::<Key>().unwrap_or_else(|error| panic!("{text}: {error}"));
    editor.key(key("ctrl-w"));
    assert_eq!(editor.text(), "GET https://a.example/");
    editor.key(key("shift-home"));
    assert_eq!(editor.selection(), Some(((0, 0), (0, 22))));
    editor.key(key("right"));
    assert_eq!((editor.selection(), editor.cursor()), (None, (0, 22)));
    editor.key(key("home"));
    editor.key(key("ctrl-right"));
    assert_eq!(editor.before_cursor(), "GET");
    editor.key(key("ctrl-k"));
    assert_eq!(editor.text(), "GET");
    editor.key(key("ctrl-u"));
    assert_eq!(editor.text(), "");
    let mut editor = Editor::new("ab\ncd\nef", true);
    editor.go_to(2, 0, false);
    editor.key(key("backspace"));
    assert_eq!((editor.text().as_str(), editor.cursor()), ("ab\ncdef", (1, 2)));
    editor.go_to(0, 2, false);
    editor.key(key("delete"));
    assert_eq!(editor.text(), "abcdef");
}

/// Every change, undo and redo, compared with plain strings.
#[test]
fn any_change_can_be_undone_and_redone() {
    let texts = ["", "x", "日本\n", "a\nb\nc", "\n"];
    for text in ["", "ab", "é\nb", "one\ntwo\nthree\n"] {
        let ends = text.chars().count();
        for from in 0..=ends {
            for to in from..=ends {
                for new in texts {
                    let place = |n: usize| {
                        let before: String = text.chars().take(n).collect();
                        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
                        (before.matches('\n').count(), column)
                    };
                    let mut editor = Editor::new(text, true);
                    editor.go((place(from), CursorMove::Top), false);
                    editor.go((place(to), CursorMove::Top), true);
                    editor.insert(new);
                    let (head, tail): (String, String) =
                        (text.chars().take(from).collect(), text.chars().skip(to).collect());
                    let whole = format!("{head}{new}{tail}");
                    assert_eq!(editor.text(), whole, "{text:?} {from}..{to} {new:?}");
                    assert_eq!(editor.undo(), from != to || !new.is_empty());
                    assert_eq!(editor.text(), text);
                    editor.redo();
                    assert_eq!(editor.text(), whole);
                }
            }
        }
    }
}

#[test]
fn debug_does_not_show_the_text() {
    assert!(!format!("{:?}", Editor::new("wJalrXUtnFEMI", false)).contains("wJalr"));
}
