//! Whatever comes in: nothing panics, nothing is obeyed, and the model stays whole.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::{
    JSON, auth, body, conflict, expiring, fine, forbidden, network, not_sent, signature, story, streaming,
};
use crate::config::command::COMMANDS;
use crate::core::credential::Secret;
use crate::core::document::{Index, Kind, Layout, Matches};
use crate::core::exchange::{Certificate, Field, Outcome, SendId, Stage};
use crate::core::request::{Request, Row};
use crate::io::body::BodyView;
use crate::tui::effect::Effect;
use crate::tui::keymap;
use crate::tui::model::Pane;
use crate::tui::model::field::{Slot, Tab, Table, Text};
use crate::tui::model::response::ResponseTab;
use crate::tui::model::tree::{Label, Node};
use crate::tui::msg::{Mouse, MouseKind, Msg, Report};
use crate::tui::testing::{Screen, end, head, loaded, nodes, now, problem, sent, workspace};
use crate::tui::view::text;

/// States of the model, each with something else on the screen.
const STATES: [fn(&mut Screen); 17] = [
    |s| s.model.notice = None,
    story,
    auth,
    body,
    fine,
    forbidden,
    streaming,
    network,
    not_sent,
    signature,
    conflict,
    expiring,
    |s| {
        fine(s);
        s.press("?");
    },
    |s| {
        fine(s);
        s.press(":").text("a");
    },
    |s| {
        fine(s);
        s.press("f");
    },
    |s| {
        s.open("plain.toml");
        s.press("2 enter ctrl-a").text("{{f");
    },
    |s| {
        s.open("plain.toml");
        s.press("D");
    },
];

#[test]
fn no_size_panics() {
    let mut s = Screen::sized(160, 50);
    fine(&mut s);
    for width in 0..=240 {
        for height in (0..=70).step_by(if (39..44).contains(&width) { 1 } else { 11 }) {
            s.tell(Msg::Resize(width, height));
            s.draw();
        }
    }
}

#[test]
fn no_size_panics_in_any_state() {
    for (number, state) in STATES.into_iter().enumerate() {
        let mut s = Screen::sized(160, 50);
        state(&mut s);
        // Each state on a grid of its own, so that together they meet most sizes.
        let offset = u16::try_from(number % 7).unwrap();
        for width in (36..48).chain((48 + offset..=240).step_by(31)) {
            for height in (8..14).chain((14 + offset..=70).step_by(12)) {
                s.tell(Msg::Resize(width, height));
                s.draw();
            }
        }
        for zoom in ["z", "\\", "z"] {
            s.press("ctrl-p esc");
            s.press(zoom);
            for size in [(40, 10), (41, 11), (79, 12), (120, 10), (121, 33), (240, 70)] {
                s.tell(Msg::Resize(size.0, size.1));
                s.draw();
            }
        }
    }
}

/// What a server or a file might say to take over a terminal.
const HOSTILE: &str =
    "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\u{8}\u{0}\u{7f}\u{85}\t\u{202e}gnp\u{200b}\u{feff}e\u{301}日本";

fn obeys_nothing(s: &Screen, what: &str) {
    for cell in s.draw().content() {
        for c in cell.symbol().chars() {
            let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
            assert!(!c.is_control() && !hidden, "{what}: {:?} in\n{}", cell.symbol(), s.shown());
        }
    }
}

/// Looks at every tab and overlay.
fn look_around(s: &mut Screen, what: &str) {
    for tab in ResponseTab::ALL {
        s.model.response_tab = tab;
        obeys_nothing(s, what);
    }
    for tab in Tab::ALL {
        if let Some(buffer) = s.model.buffer_mut() {
            buffer.tab = tab;
        }
        obeys_nothing(s, what);
    }
    for keys in ["?", ":", "/", "v", "M", "I", "f", "r", "m", "D", "W", "Y", "q"] {
        for pane in ["1", "4"] {
            s.press(pane);
            s.press(keys);
            obeys_nothing(s, keys);
            while !s.model.overlays.is_empty() {
                s.press("esc");
            }
            s.model.quitting = false;
        }
    }
}

#[test]
fn nothing_that_a_server_says_is_obeyed() {
    for kind in ["application/json", "text/html", "application/xml", "text/plain", "image/png", HOSTILE] {
        for layout in 0..3 {
            for wrap in [false, true] {
                let mut s = Screen::sized(140, 40);
                story(&mut s);
                let body =
                    format!("{{\"{HOSTILE}\": \"{HOSTILE}\", <a b=\"{HOSTILE}\">{HOSTILE}</a>\n{HOSTILE}");
                s.answered(
                    418,
                    &[("content-type", kind), ("x-evil", HOSTILE), (HOSTILE, "x")],
                    body.as_bytes(),
                );
                s.press("4");
                for _ in 0..layout {
                    s.press("p");
                }
                if wrap {
                    s.press("Z");
                }
                s.settle();
                obeys_nothing(&s, kind);
                s.press("/").text("a").press("enter");
                s.settle();
                obeys_nothing(&s, "search");
            }
        }
    }
    let mut s = Screen::sized(140, 40);
    story(&mut s);
    let id = s.send();
    let mut record = sent();
    record.url = HOSTILE.into();
    record.headers[0].value = HOSTILE.into();
    let steps = &mut record.signing.as_mut().unwrap().steps;
    steps.canonical_request = HOSTILE.into();
    steps.credential_scope = HOSTILE.into();
    s.tell(Msg::Send(id, Report::Stage(Stage::Redirect(HOSTILE.into()))));
    obeys_nothing(&s, "redirect");
    s.tell(Msg::Send(id, Report::Stage(Stage::Credential(HOSTILE.into()))));
    obeys_nothing(&s, "credential");
    s.tell(Msg::Send(id, Report::Sent(Box::new(record))));
    let mut answer = head(403, &[("content-type", HOSTILE), ("x-amzn-errortype", HOSTILE)]);
    answer.protocol = HOSTILE.into();
    answer.redirects = vec![(302, HOSTILE.into())];
    answer.certificate = Some(Certificate {
        subject: HOSTILE.into(),
        issuer: HOSTILE.into(),
        names: vec![HOSTILE.into()],
        not_after: now(),
        verified: false,
    });
    s.tell(Msg::Send(id, Report::Head(Box::new(answer))));
    let mut over = end(Outcome::Cut(HOSTILE.into()), 0);
    over.trailers = vec![(HOSTILE.into(), HOSTILE.into())];
    s.tell(Msg::Send(id, Report::End(Box::new(over))));
    look_around(&mut s, "an answer");
}

#[test]
fn no_error_text_is_obeyed() {
    let outcomes = [
        Outcome::Network(problem(Field::Url, HOSTILE, HOSTILE)),
        Outcome::NotSent(vec![problem(Field::Param(0), HOSTILE, HOSTILE)]),
        Outcome::RedirectRefused { target: HOSTILE.into() },
    ];
    for outcome in outcomes {
        let mut s = Screen::sized(140, 40);
        story(&mut s);
        let id = s.send();
        s.tell(Msg::Send(id, Report::End(Box::new(end(outcome, 0)))));
        obeys_nothing(&s, "an outcome");
    }
    let mut s = Screen::sized(140, 40);
    story(&mut s);
    for msg in [
        Msg::Failed(HOSTILE.into()),
        Msg::Done(HOSTILE.into()),
        Msg::NotOpened { path: "hello.toml".into(), problem: HOSTILE.into() },
        Msg::NotSaved { path: HOSTILE.into(), problem: HOSTILE.into() },
        Msg::FileExists(HOSTILE.into()),
        Msg::Conflict {
            path: HOSTILE.into(),
            theirs: format!("{HOSTILE}\na\n"),
            ours: format!("{HOSTILE}\nb\n"),
        },
        Msg::Renewed(HOSTILE.into(), Err(vec![problem(Field::Identity(HOSTILE.into()), HOSTILE, HOSTILE)])),
    ] {
        s.tell(msg);
        obeys_nothing(&s, "a message");
    }
    s.paste(&format!("curl 'https://x.example/{HOSTILE}' -H 'a: {HOSTILE}'"));
    obeys_nothing(&s, "a pasted command");
}

#[test]
fn nothing_in_a_workspaces_files_is_obeyed() {
    let mut s = Screen::empty((140, 40));
    let row = || vec![Row::new(HOSTILE, HOSTILE)];
    let mut request = Request {
        name: Some(HOSTILE.into()),
        method: HOSTILE.into(),
        url: HOSTILE.into(),
        params: row(),
        headers: row(),
        notes: HOSTILE.into(),
        ..Request::default()
    };
    request.auth.sigv4.identity = HOSTILE.into();
    request.auth.sigv4.region = HOSTILE.into();
    request.auth.kind = crate::core::request::AuthKind::AwsSigv4;
    request.auth.bearer.token = HOSTILE.into();
    request.body.kind = crate::core::request::BodyKind::Json;
    request.body.text = format!("{HOSTILE}\n{{{{{HOSTILE}}}}}");
    request.body.form = row();
    let path = format!("{HOSTILE}.toml");
    s.disk.insert(path.clone(), request);
    s.list();
    let mut hostile = workspace();
    hostile.name = HOSTILE.into();
    hostile.variables.insert(HOSTILE.into(), HOSTILE.into());
    hostile.environments[0].name = HOSTILE.into();
    hostile.identities[0].name = HOSTILE.into();
    let nodes = vec![
        Node { path: HOSTILE.into(), depth: 0, folder: true },
        Node { path: path.clone(), depth: 0, folder: false },
        Node { path: "broken.toml".into(), depth: 0, folder: false },
    ];
    s.tell(Msg::Listed(Box::new(hostile), nodes));
    s.tell(Msg::Labels(vec![("broken.toml".into(), Label::Broken(HOSTILE.into()))]));
    s.model.environment = Some(HOSTILE.into());
    s.model.secrets.insert(HOSTILE.into());
    assert_eq!(s.model.current.as_deref(), Some(path.as_str()));
    look_around(&mut s, "a request");
    for kind in crate::core::request::AuthKind::ALL {
        s.model.buffer_mut().unwrap().request.auth.kind = kind;
        s.model.revealed = true;
        look_around(&mut s, kind.as_str());
    }
    for kind in crate::core::request::BodyKind::ALL {
        s.model.buffer_mut().unwrap().request.body.kind = kind;
        look_around(&mut s, kind.as_str());
    }
    for slot in [Slot::Url, Slot::BodyText, Slot::Notes] {
        s.model.buffer_mut().unwrap().request.body.kind = crate::core::request::BodyKind::Text;
        s.model.buffer_mut().unwrap().go_to(slot);
        s.press(if slot == Slot::Url { "2 enter" } else { "3 enter" });
        s.paste(HOSTILE).text("{{");
        obeys_nothing(&s, "an editor");
        s.press("esc esc");
    }
}

#[test]
fn a_safe_text_holds_nothing_that_hides_or_moves() {
    assert!(text::safe(HOSTILE).chars().all(|c| !c.is_control() && c != '\u{202e}'));
}

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Press(&'static str),
    Type(char),
    Paste(String),
    Mouse(u8, u16, u16),
    Resize(u16, u16),
    Report(u64, u8),
    Rows(u64, u64),
    Found(u64),
    Disk(u8),
    Settle,
    Answers(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let keys: Vec<&'static str> = COMMANDS
        .iter()
        .flat_map(|info| info.keys)
        .copied()
        .chain(["enter", "esc", "tab", "y", "n", "o", "t", "backspace", "delete", "left", "ctrl-a", "ctrl-k"])
        .filter(|key| *key != "ctrl-c")
        .collect();
    prop_oneof![
        12 => prop::sample::select(keys).prop_map(Step::Press),
        4 => prop::sample::select(vec!['a', '{', '}', '1', '9', '?', '=', '&', '日', '\u{301}', 'ü']).prop_map(Step::Type),
        1 => prop::sample::select(vec!["x\ny\r\n", "{{function", "curl https://a.example/b -d @c", "\u{1b}[2J", ""])
            .prop_map(|text| Step::Paste(text.to_owned())),
        3 => (0u8..3, 0u16..170, 0u16..50).prop_map(|(kind, x, y)| Step::Mouse(kind, x, y)),
        1 => (0u16..170, 0u16..50).prop_map(|(width, height)| Step::Resize(width, height)),
        4 => (0u64..6, 0u8..12).prop_map(|(id, what)| Step::Report(id, what)),
        1 => (0u64..6, 0u64..4).prop_map(|(id, generation)| Step::Rows(id, generation)),
        1 => (0u64..6).prop_map(Step::Found),
        3 => (0u8..14).prop_map(Step::Disk),
        2 => Just(Step::Settle),
        1 => any::<bool>().prop_map(Step::Answers),
    ]
}

fn report(what: u8) -> Report {
    let over = |outcome| Report::End(Box::new(end(outcome, 3)));
    match what {
        0 => Report::Stage(Stage::Waiting),
        1 => Report::Sent(Box::new(sent())),
        2 => Report::Head(Box::new(head(200, JSON))),
        3 => Report::Head(Box::new(head(403, &[]))),
        4 => Report::Body(BodyView::from(br#"{"a": [1, 2, {"b": null}], "c": "d"}"#.repeat(3).to_vec())),
        5 => Report::Body(BodyView::default()),
        6 => Report::Adopted("session".into()),
        7 => over(Outcome::Answered),
        8 => over(Outcome::Cut("gone".into())),
        9 => over(Outcome::RedirectRefused { target: "https://b.example/".into() }),
        10 => over(Outcome::Network(problem(Field::Url, "no", ""))),
        _ => over(Outcome::NotSent(vec![problem(Field::Auth("secret_key"), "no secret named \"x\"", "")])),
    }
}

/// What the disk might say, asked or not.
fn from_disk(s: &Screen, what: u8) -> Msg {
    let path = s.model.current.clone().unwrap_or_else(|| "nowhere.toml".into());
    let request = s.model.buffer().map(|buffer| buffer.request.clone()).unwrap_or_default();
    let slot = Slot::Text(Text::SecretKey);
    let name = || "name".to_owned();
    match what {
        0 => Msg::Saved { path: path.clone(), now: path, loaded: loaded(&request) },
        1 => Msg::Saved { path, now: "renamed.toml".into(), loaded: loaded(&request) },
        2 => Msg::NotSaved { path, problem: "no".into() },
        3 => Msg::Conflict { path, theirs: "a\n".into(), ours: "b\n".into() },
        4 => Msg::Moved { from: "api".into(), to: "v2".into() },
        5 => Msg::Moved { from: path, to: "elsewhere/one.toml".into() },
        6 => Msg::SecretKept { path, slot: Some(slot), reference: "{{secret:name}}".into(), name: name() },
        7 => Msg::SecretNotKept {
            path,
            slot: Some(slot),
            name: name(),
            text: Secret::new("s"),
            problem: "no".into(),
        },
        8 => Msg::SecretNotKept {
            path,
            slot: None,
            name: name(),
            text: Secret::new("s"),
            problem: "no".into(),
        },
        9 => Msg::NotOpened { path, problem: "no".into() },
        10 => Msg::Opened(Box::new(s.opened(&path, &request))),
        11 => Msg::Listed(
            Box::new(workspace()),
            nodes(["hello.toml", "api/keys.toml", "gone/away.toml", "plain.toml"]),
        ),
        12 => Msg::Edited(Slot::Cell(Table::Form, 9, crate::tui::model::field::Column::Name), Ok("x".into())),
        _ => Msg::FileExists("f".into()),
    }
}

fn happen(s: &mut Screen, step: &Step) {
    let never = AtomicBool::new(false);
    match step {
        Step::Press(keys) => s.press(keys),
        Step::Type(c) => s.text(&c.to_string()),
        Step::Paste(text) => s.paste(text),
        Step::Mouse(kind, x, y) => {
            let kind = [MouseKind::Click, MouseKind::WheelUp, MouseKind::WheelDown][usize::from(*kind)];
            s.tell(Msg::Mouse(Mouse { kind, x: *x, y: *y }))
        }
        Step::Resize(width, height) => s.tell(Msg::Resize(*width, *height)),
        Step::Report(id, what) => s.tell(Msg::Send(SendId(*id), report(*what))),
        Step::Rows(id, generation) => {
            let index = Index::build(b"[1,\n2]", Kind::Json, Layout::Pretty, Some(3), &never);
            s.tell(Msg::Indexed(SendId(*id), *generation, Arc::new(index)))
        }
        Step::Found(id) => {
            let found = Matches::find(b"aaaa", "a", &never);
            s.tell(Msg::Found(SendId(*id), "a".into(), Arc::new(found)))
        }
        Step::Disk(what) => {
            let msg = from_disk(s, *what);
            s.tell(msg)
        }
        Step::Settle => settle(s),
        Step::Answers(answers) => {
            s.answers = *answers;
            s
        }
    };
}

/// Lets everybody who was asked answer.
fn settle(s: &mut Screen) -> &mut Screen {
    s.settle();
    let opening = s.model.opening.clone().map(Effect::Open);
    for effect in s.take().into_iter().chain(opening) {
        let answer = match effect {
            Effect::KeepSecret { path, slot, name, .. } => {
                Msg::SecretKept { path, slot, reference: format!("{{{{secret:{name}}}}}"), name }
            }
            Effect::Save { path, request, .. } | Effect::SaveOver(path, request) => {
                Msg::Saved { now: path.clone(), path, loaded: loaded(&request) }
            }
            Effect::Move(from, to) => Msg::Moved { from, to },
            Effect::Edit { slot, text, .. } => Msg::Edited(slot, Ok(format!("{text}\nmore\n"))),
            Effect::SaveBody(path, _, false) => Msg::FileExists(path),
            effect => match s.answer(&effect) {
                Some(answer) => answer,
                None => continue,
            },
        };
        s.tell(answer);
    }
    s
}

/// What holds whatever has happened.
fn holds(s: &Screen) -> Result<(), TestCaseError> {
    let model = &s.model;
    prop_assert!(model.tree.cursor() < model.tree.shown().len().max(1));
    prop_assert!(model.editing.is_none() || model.buffer().is_some(), "editing nothing");
    for (path, buffer) in &model.buffers {
        prop_assert_eq!(path, &buffer.path);
        for tab in Tab::ALL {
            let slots = crate::tui::model::field::slots(&buffer.request, tab).len();
            prop_assert!(buffer.lines[tab as usize] < slots.max(1));
        }
    }
    if let Some(areas) = model.areas() {
        let area = match model.focus {
            Pane::Tree => areas.tree,
            Pane::Url => areas.url,
            Pane::Request => areas.request,
            Pane::Response => areas.response,
        };
        prop_assert!(area.is_some(), "the pane with the keys is on the screen");
    }
    if let Some(editing) = &model.editing {
        let (line, column) = editing.editor.cursor();
        prop_assert!(line < editing.editor.lines().len());
        prop_assert!(column <= editing.editor.lines()[line].chars().count());
    }
    for exchange in model.exchanges.values() {
        let rows = exchange.view.index.as_ref().map_or(0, |index| index.len());
        prop_assert!(exchange.view.scroll < rows.max(1));
    }
    prop_assert!(model.typeahead.is_empty() || model.opening.is_some() || model.later.is_some());
    let _ = (keymap::hints(model), keymap::help(model));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_happens_breaks_the_screen(steps in prop::collection::vec(step(), 1..120)) {
        let mut s = Screen::sized(130, 36);
        for step in &steps {
            happen(&mut s, step);
            holds(&s)?;
            s.draw();
        }
    }
}
