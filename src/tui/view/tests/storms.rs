//! Anything in any order: keys, pastes, the mouse, unexpected messages. The model stays consistent
//! and every frame can be drawn.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::JSON;
use crate::config::command::COMMANDS;
use crate::core::collection::{file_name, join};
use crate::core::credential::Secret;
use crate::core::document::{Index, Kind, Layout, Matches};
use crate::core::exchange::{Field, Outcome, Stage};
use crate::core::exchange_id::{ExchangeId, ExchangeIds};
use crate::core::names::RequestPath;
use crate::core::request::fields::{AuthField, RequestField};
use crate::io::body::BodyView;
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect};
use crate::tui::keymap;
use crate::tui::model::Pane;
use crate::tui::model::field::{Column, EditorField, Tab, Table};
use crate::tui::mouse::{Mouse, MouseKind};
use crate::tui::msg::{Moved, Msg, Report};
use crate::tui::rows::RowsFound;
use crate::tui::testing::{Screen, end, head, loaded, nodes, problem, redirected, sent, workspace};

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
        9 => over(redirected("https://b.example/")),
        10 => over(Outcome::Network(problem(Field::Url, "no", ""))),
        _ => over(Outcome::NotSent(vec![problem(
            Field::Auth(AuthField::SecretKey),
            "no secret named \"x\"",
            "",
        )])),
    }
}

fn moved(paths: Vec<(RequestPath, RequestPath)>) -> Msg {
    let moved = paths.into_iter().map(|(from, to)| Moved { from, to, loaded: None });
    Msg::Moved { moved: moved.collect(), undo: Vec::new(), problem: None }
}

/// A message from the disk, expected or not.
fn from_disk(s: &Screen, what: u8) -> Msg {
    let path = s.model.current.clone().unwrap_or_else(|| "nowhere.toml".into());
    let request = s.model.shown().map(|open| open.request.clone()).unwrap_or_default();
    let field = EditorField::Line(RequestField::Auth(AuthField::SecretKey));
    let name = || "name".to_owned();
    match what {
        0 => Msg::Saved { path: path.clone(), now: path, loaded: loaded(&request) },
        1 => Msg::Saved { path, now: "renamed.toml".into(), loaded: loaded(&request) },
        2 => Msg::NotSaved { path, problem: "no".into() },
        3 => Msg::Conflict { path, theirs: "a\n".into(), ours: "b\n".into() },
        4 => moved(vec![("api".into(), "v2".into())]),
        5 => moved(vec![(path, "elsewhere/one.toml".into())]),
        6 => Msg::SecretKept { path, field: Some(field), reference: "{{secret:name}}".into(), name: name() },
        7 => Msg::SecretNotKept {
            path,
            field: Some(field),
            name: name(),
            text: Secret::new("s"),
            problem: "no".into(),
        },
        8 => Msg::SecretNotKept {
            path,
            field: None,
            name: name(),
            text: Secret::new("s"),
            problem: "no".into(),
        },
        9 => Msg::NotOpened { path, problem: "no".into() },
        10 => Msg::Opened(Box::new(s.opened(&path, &request))),
        11 => Msg::Listed {
            workspace: Box::new(workspace()),
            nodes: nodes(["hello.toml", "api/keys.toml", "gone/away.toml", "plain.toml"]),
        },
        12 => Msg::Edited { field: EditorField::Cell(Table::Form, 9, Column::Name), text: Ok("x".into()) },
        _ => Msg::FileExists { file: "f".into(), body: BodyView::default() },
    }
}

/// The exchange with this number among those shown, or else an unknown one.
fn exchange_id(s: &Screen, number: u64) -> ExchangeId {
    let known = s.model.exchanges.all().map(|exchange| exchange.record.id);
    let unknown = || ExchangeIds::new([7; 10]).next(s.model.now);
    known.zip(0..).find(|(_, at)| *at == number).map_or_else(unknown, |(id, _)| id)
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
        Step::Report(id, what) => s.tell(Msg::Send { id: exchange_id(s, *id), report: report(*what) }),
        Step::Rows(id, generation) => {
            let index = Index::build(b"[1,\n2]", Kind::Json, Layout::Pretty, Some(3), &never);
            s.tell(Msg::Indexed {
                id: exchange_id(s, *id),
                generation: *generation,
                rows: RowsFound { index: Arc::new(index), begun: None },
            })
        }
        Step::Found(id) => {
            let found = Matches::find(b"aaaa", "a", &never);
            s.tell(Msg::Found { id: exchange_id(s, *id), query: "a".into(), matches: Arc::new(found) })
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

/// Answers everything that was asked for.
fn settle(s: &mut Screen) -> &mut Screen {
    s.settle();
    let environment = s.model.environment.clone();
    let opening =
        s.model.waiting.opening().cloned().map(|path| DiskEffect::Open { path, environment }.into());
    for effect in s.take().into_iter().chain(opening) {
        let answer = match effect {
            Effect::Disk(DiskEffect::KeepSecret { path, field, name, .. }) => {
                Msg::SecretKept { path, field, reference: format!("{{{{secret:{name}}}}}"), name }
            }
            Effect::Disk(DiskEffect::Save { path, request, .. })
            | Effect::Disk(DiskEffect::SaveOver { path, request, .. }) => {
                Msg::Saved { now: path.clone(), path, loaded: loaded(&request) }
            }
            Effect::Disk(DiskEffect::Move { from, folder }) => {
                let to = |path: &RequestPath| join(&folder, file_name(path)).into();
                moved(from.into_iter().map(|path| (path.clone(), to(&path))).collect())
            }
            Effect::Screen(ScreenEffect::Edit { field, text, .. }) => {
                Msg::Edited { field, text: Ok(format!("{text}\nmore\n")) }
            }
            Effect::Disk(DiskEffect::SaveBody { file, body, overwrite: false }) => {
                Msg::FileExists { file, body }
            }
            effect => match s.answer(&effect) {
                Some(answer) => answer,
                None => continue,
            },
        };
        s.tell(answer);
    }
    s
}

/// What must hold, whatever has happened.
fn holds(s: &Screen) -> Result<(), TestCaseError> {
    let model = &s.model;
    prop_assert!(model.tree.cursor() < model.tree.shown().len().max(1));
    let has_place = model.shown().is_some() || model.edited_cell().is_some();
    prop_assert!(model.editing.is_none() || has_place, "editing nothing");
    for (path, open) in &model.open_requests {
        prop_assert_eq!(path, &open.path);
        for tab in Tab::ALL {
            let fields = crate::tui::model::field::fields(&open.request, tab).len();
            prop_assert!(open.lines[tab as usize] < fields.max(1));
        }
    }
    if let Some(areas) = model.areas() {
        let area = match model.focus {
            Pane::Tree => areas.tree,
            Pane::Url => areas.url,
            Pane::Request => areas.request,
            Pane::Response => areas.response,
            Pane::Workspace => areas.workspace,
        };
        prop_assert!(area.is_some(), "the pane with the keys is on the screen");
    }
    if let Some(editing) = &model.editing {
        let (line, column) = editing.editor.cursor();
        prop_assert!(line < editing.editor.lines().len());
        prop_assert!(column <= editing.editor.lines()[line].chars().count());
    }
    for exchange in model.exchanges.all() {
        let rows = exchange.document.index.as_ref().map_or(0, |index| index.len());
        prop_assert!(exchange.view.scroll < rows.max(1));
    }
    prop_assert!(model.waiting.clone().take_next().is_none());
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
