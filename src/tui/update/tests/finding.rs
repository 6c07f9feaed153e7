//! Finding a text in every request.

use crate::core::find::FindEntry;
use crate::core::request::{Request, Row};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Pane;
use crate::tui::model::field::{Column, EditorField, Table};
use crate::tui::model::overlay::Overlay;
use crate::tui::msg::Msg;
use crate::tui::testing::{Screen, nodes};

/// The paths of the matches.
fn found(s: &Screen) -> Vec<String> {
    let Some(Overlay::Find(find)) = s.model.overlays.last() else { panic!("nothing is looked for") };
    find.hits().iter().map(|hit| hit.entry().path().to_string()).collect()
}

/// The paths whose texts are asked for.
fn asked(s: &mut Screen) -> Vec<String> {
    let asked = s.take().into_iter().filter_map(|effect| match effect {
        Effect::Disk(DiskEffect::FindTexts { paths }) => Some(paths),
        _ => None,
    });
    asked.flatten().map(|path| path.to_string()).collect()
}

#[test]
fn a_match_opens_its_request_with_the_cursor_where_it_is() {
    let cell = |table| EditorField::Cell(table, 0, Column::Value);
    for (typed, path, field) in [
        ("amazonaws", "api/keys.toml", EditorField::Url),
        ("q: 1", "hello.toml", cell(Table::Params)),
        ("accept", "hello.toml", cell(Table::Headers)),
        ("greeting", "hello.toml", EditorField::Notes),
        ("\"name\"", "post.toml", EditorField::BodyText),
        ("a: 1", "api/form.toml", cell(Table::Form)),
    ] {
        let mut s = Screen::on("plain.toml");
        s.model.tree.fold("api", true);
        s.press("3 ctrl-f").text(typed);
        assert_eq!(found(&s), [path], "{typed}");
        s.press("enter");
        assert!(s.model.overlays.is_empty());
        assert_eq!(s.model.current.as_deref(), Some(path));
        assert_eq!(s.model.tree.current().map(|node| node.path.as_str()), Some(path));
        if field == EditorField::Url {
            assert_eq!(s.model.focus, Pane::Url);
        } else {
            assert_eq!((s.model.focus, s.model.shown().unwrap().field()), (Pane::Request, Some(field)));
        }
    }
    // A name is in the tree.
    let mut s = Screen::on("plain.toml");
    s.press("3 ctrl-f").text("say h").press("enter");
    assert_eq!((s.model.current.as_deref(), s.model.focus), (Some("hello.toml"), Pane::Tree));
}

#[test]
fn the_place_is_found_once_the_disk_has_read_the_request() {
    let mut s = Screen::on("plain.toml");
    s.press("ctrl-f").text("greeting");
    s.answers = false;
    s.press("enter x");
    assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
    let opened = s.opened("hello.toml", &s.disk["hello.toml"].clone());
    s.tell(Msg::Opened(Box::new(opened)));
    assert_eq!(s.model.shown().unwrap().field(), Some(EditorField::Notes));
}

#[test]
fn each_key_narrows_and_a_shorter_text_widens() {
    let mut s = Screen::on("plain.toml");
    s.press("ctrl-f").text("example.com/i");
    assert_eq!(found(&s), ["api/token.toml"]);
    for _ in 0..2 {
        s.press("backspace");
    }
    assert_eq!(found(&s), ["api/form.toml", "api/token.toml", "plain.toml"]);
    s.press("down down enter");
    assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
    // The text is there the next time, and typing replaces it.
    s.press("ctrl-f");
    assert_eq!(found(&s).len(), 3);
    s.text("nowhere");
    assert!(found(&s).is_empty() && s.shown().contains("nothing matches"));
    s.press("enter");
    assert_eq!((s.model.overlays.len(), s.model.current.as_deref()), (0, Some("plain.toml")));
}

#[test]
fn what_is_on_the_screen_counts_as_it_is_there_with_secrets_masked() {
    let mut s = Screen::on("plain.toml");
    let headers = vec![Row::new("x-api-key", "key-in-the-clear"), Row::new("x-new", "typed")];
    s.model.shown_mut().unwrap().request.headers = headers;
    s.press("ctrl-f").text("x-new: typed");
    assert_eq!(found(&s), ["plain.toml"]);
    s.press("ctrl-a").text("x-api");
    assert!(s.shown().contains("x-api-key: ***"), "{}", s.shown());
    s.press("ctrl-a").text("in-the-clear");
    assert!(found(&s).is_empty());
    // What was undone isn't found any more.
    s.press("esc");
    s.model.open_requests.clear();
    s.press("ctrl-f").text("x-new");
    assert!(found(&s).is_empty());
}

#[test]
fn texts_are_read_once_and_again_after_a_change_on_disk() {
    let mut s = Screen::on("plain.toml");
    s.answers = false;
    s.press("ctrl-f");
    let all = asked(&mut s);
    assert_eq!(all, ["hello.toml", "post.toml", "api/keys.toml", "api/token.toml", "api/form.toml"]);
    assert!(s.shown().contains("5 left to read"), "{}", s.shown());
    // One changes while it is being read: what was read is outdated.
    s.tell(Msg::DiskChanged { paths: ["post.toml".to_owned()].into(), anything: false });
    s.take();
    let entries = all.iter().map(|path| FindEntry::new(path.as_str().into(), s.disk.get(path)));
    s.tell(Msg::FindTexts(entries.collect()));
    s.text("function_url");
    assert_eq!(found(&s), ["hello.toml"]);
    let paths: Vec<String> = s.disk.keys().cloned().collect();
    let listed = Msg::Listed {
        workspace: Box::new(s.model.workspace.clone()),
        nodes: nodes(paths.iter().map(String::as_str)),
    };
    s.tell(listed);
    assert_eq!(asked(&mut s), ["post.toml"]);
    let request = Request { notes: "function_url".into(), ..Request::default() };
    s.tell(Msg::FindTexts(vec![FindEntry::new("post.toml".into(), Some(&request))]));
    assert_eq!(found(&s), ["hello.toml", "post.toml"]);
    s.press("esc ctrl-f");
    assert!(asked(&mut s).is_empty(), "what is known isn't read again");
}

#[test]
fn ten_thousand_requests_are_read_in_pieces_while_one_types() {
    let mut s = Screen::on("plain.toml");
    let paths: Vec<String> = (0..1000).map(|n| format!("r{n}.toml")).collect();
    let request = Request { url: "https://example.com/many".into(), ..Request::default() };
    s.disk.extend(paths.into_iter().map(|path| (path, request.clone())));
    s.list();
    s.answers = false;
    s.press("ctrl-f").text("many");
    let mut known = 0;
    loop {
        let batch = asked(&mut s);
        if batch.is_empty() {
            break;
        }
        assert!(batch.len() <= 200);
        let entries = batch.iter().map(|path| FindEntry::new(path.as_str().into(), s.disk.get(path)));
        s.tell(Msg::FindTexts(entries.collect()));
        assert!(found(&s).len() >= known, "matches appear as they are read");
        known = found(&s).len();
    }
    assert_eq!(known, 1000);
}

#[test]
fn a_match_is_given_up_when_the_user_goes_on_or_its_request_cannot_be_read() {
    let mut s = Screen::on("plain.toml");
    s.press("1 ctrl-f").text("greeting");
    s.answers = false;
    s.press("enter");
    s.answers = true;
    s.press("j");
    assert_ne!(s.model.current.as_deref(), Some("hello.toml"));
    assert!(s.model.find.chosen.is_none());
    s.open("hello.toml");
    assert_eq!(s.model.focus, Pane::Tree, "it only looks at the request");
    let mut s = Screen::on("plain.toml");
    s.press("ctrl-f").text("greeting");
    s.answers = false;
    s.press("enter");
    s.tell(Msg::NotOpened { path: "hello.toml".into(), problem: "permission denied".into() });
    assert!(s.model.find.chosen.is_none());
}

#[test]
fn a_path_variable_is_found_and_has_the_cursor() {
    let request = "url = \"https://example.com/users/:id\"\npath = [{ name = \"id\", value = \"u-1042\" }]\n";
    let mut s = Screen::on_disk((120, 40), &[("a.toml", ""), ("users/get.toml", request)]);
    s.press("ctrl-f").text("u-1042");
    assert_eq!(found(&s), ["users/get.toml"]);
    assert!(s.shown().contains("path variable id: u-1042"), "{}", s.shown());
    s.press("enter");
    let field = EditorField::Cell(Table::Path, 0, Column::Value);
    assert_eq!((s.model.focus, s.model.shown().unwrap().field()), (Pane::Request, Some(field)));
}
