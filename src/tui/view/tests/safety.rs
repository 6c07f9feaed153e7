//! Whatever the input, nothing panics, nothing acts on the terminal, and the model stays
//! consistent.

use super::{
    auth, body, conflict, expiring, fine, forbidden, network, not_sent, signature, story, streaming,
};
use crate::core::exchange::{Certificate, Field, Outcome, Redirect, Stage};
use crate::core::question::{Asked, Question, QuestionId};
use crate::core::request::{Request, Row};
use crate::core::visible;
use crate::tui::model::field::{EditorField, Tab};
use crate::tui::model::response::ResponseTab;
use crate::tui::model::tree::{Label, Node};
use crate::tui::msg::{Msg, Report};
use crate::tui::testing::{Screen, end, head, now, problem, redirected, sent, workspace};
use crate::tui::text;

/// States of the model, each showing something else.
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
        // Each state uses a different grid, so that together they cover most sizes.
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
const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\u{8}\u{0}\u{7f}\u{85}\t\u{202e}gnp\u{200b}\u{feff}e\u{301}日本\u{2028}\u{2029}\u{61c}\u{2066}\u{e0041}";

fn obeys_nothing(s: &Screen, what: &str) {
    for cell in s.draw().content() {
        for c in cell.symbol().chars() {
            assert!(visible::classify(c).is_none(), "{what}: {:?} in\n{}", cell.symbol(), s.shown());
        }
    }
}

/// Shows every tab and overlay.
fn look_around(s: &mut Screen, what: &str) {
    for tab in ResponseTab::ALL {
        s.model.response_tab = tab;
        obeys_nothing(s, what);
    }
    for tab in Tab::ALL {
        if let Some(open) = s.model.shown_mut() {
            open.tab = tab;
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
            s.model.waiting.give_up();
        }
    }
}

#[test]
fn nothing_from_a_server_acts_on_the_terminal() {
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
    s.tell(Msg::Send { id, report: Report::Stage(Stage::Redirect(HOSTILE.into())) });
    obeys_nothing(&s, "redirect");
    let question = Question::MfaCode { identity: HOSTILE.into(), serial: HOSTILE.into() };
    s.tell(Msg::Send { id, report: Report::Ask(Asked { id: QuestionId(0), question }) });
    obeys_nothing(&s, "question");
    let (session, url, code) = (HOSTILE.into(), HOSTILE.into(), HOSTILE.into());
    let question = Question::OpenUrl { session, url, code, expires: now() };
    s.tell(Msg::Send { id, report: Report::Ask(Asked { id: QuestionId(1), question }) });
    obeys_nothing(&s, "login");
    s.model.overlays.clear();
    s.tell(Msg::Send { id, report: Report::Stage(Stage::Credential(HOSTILE.into())) });
    obeys_nothing(&s, "credential");
    s.tell(Msg::Send { id, report: Report::Sent(Box::new(record.clone())) });
    let left_behind = vec![HOSTILE.into()];
    let redirect = Redirect { head: head(302, &[("location", HOSTILE)]), left_behind };
    s.tell(Msg::Send { id, report: Report::Redirected(Box::new(redirect)) });
    s.tell(Msg::Send { id, report: Report::Sent(Box::new(record)) });
    let mut answer = head(403, &[("content-type", HOSTILE), ("x-amzn-errortype", HOSTILE)]);
    answer.protocol = HOSTILE.into();
    answer.certificate = Some(Certificate {
        subject: HOSTILE.into(),
        issuer: HOSTILE.into(),
        names: vec![HOSTILE.into()],
        not_after: now(),
        verified: false,
    });
    s.tell(Msg::Send { id, report: Report::Head(Box::new(answer)) });
    let mut over = end(Outcome::Cut(HOSTILE.into()), 0);
    over.trailers = vec![(HOSTILE.into(), HOSTILE.into())];
    s.tell(Msg::Send { id, report: Report::End(Box::new(over)) });
    look_around(&mut s, "a response");
}

#[test]
fn no_error_text_acts_on_the_terminal() {
    let mut hostile_url = url::Url::parse("https://b.example/").unwrap();
    hostile_url.set_fragment(Some(HOSTILE));
    let outcomes = [
        Outcome::Network(problem(Field::Url, HOSTILE, HOSTILE)),
        Outcome::NotSent(vec![problem(Field::Param(0), HOSTILE, HOSTILE)]),
        redirected(hostile_url.as_str()),
    ];
    for outcome in outcomes {
        let mut s = Screen::sized(140, 40);
        story(&mut s);
        let id = s.send();
        s.tell(Msg::Send { id, report: Report::End(Box::new(end(outcome, 0))) });
        obeys_nothing(&s, "an outcome");
    }
    let mut s = Screen::sized(140, 40);
    story(&mut s);
    let id = s.model.next_id();
    for msg in [
        Msg::Failed(HOSTILE.into()),
        Msg::Done(HOSTILE.into()),
        Msg::NotOpened { path: "hello.toml".into(), problem: HOSTILE.into() },
        Msg::NotSaved { path: HOSTILE.into(), problem: HOSTILE.into() },
        Msg::FileExists { file: HOSTILE.into(), body: crate::io::body::BodyView::default() },
        Msg::Conflict {
            path: HOSTILE.into(),
            theirs: format!("{HOSTILE}\na\n"),
            ours: format!("{HOSTILE}\nb\n"),
        },
        Msg::Renewed {
            id,
            identity: HOSTILE.into(),
            result: Err(vec![problem(Field::Identity(HOSTILE.into()), HOSTILE, HOSTILE)]),
        },
    ] {
        s.tell(msg);
        obeys_nothing(&s, "a message");
    }
    s.paste(&format!("curl 'https://x.example/{HOSTILE}' -H 'a: {HOSTILE}'"));
    obeys_nothing(&s, "a pasted command");
}

#[test]
fn nothing_in_a_workspaces_files_acts_on_the_terminal() {
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
        Node { path: path.clone().into(), depth: 0, folder: false },
        Node { path: "broken.toml".into(), depth: 0, folder: false },
    ];
    s.tell(Msg::Listed { workspace: Box::new(hostile), nodes });
    s.tell(Msg::Labels(vec![("broken.toml".into(), Label::Broken(HOSTILE.into()))]));
    s.model.environment = Some(HOSTILE.into());
    s.model.secrets.insert(HOSTILE.into());
    assert_eq!(s.model.current.as_deref(), Some(path.as_str()));
    look_around(&mut s, "a request");
    for kind in crate::core::request::AuthKind::ALL {
        s.model.shown_mut().unwrap().request.auth.kind = kind;
        s.model.revealed = true;
        look_around(&mut s, kind.as_str());
    }
    for kind in crate::core::request::BodyKind::ALL {
        s.model.shown_mut().unwrap().request.body.kind = kind;
        look_around(&mut s, kind.as_str());
    }
    for field in [EditorField::Url, EditorField::BodyText, EditorField::Notes] {
        s.model.shown_mut().unwrap().request.body.kind = crate::core::request::BodyKind::Text;
        s.model.shown_mut().unwrap().go_to(field);
        s.press(if field == EditorField::Url { "2 enter" } else { "3 enter" });
        s.paste(HOSTILE).text("{{");
        obeys_nothing(&s, "an editor");
        s.press("esc esc");
    }
}

#[test]
fn safe_text_has_no_invisible_or_moving_characters() {
    assert!(text::safe(HOSTILE).chars().all(|c| !c.is_control() && c != '\u{202e}'));
}

/// Pasting megabytes of garbage by accident must not break any field.
#[test]
fn garbage_pasted_into_any_field_is_drawn_and_can_be_undone() {
    let rubbish = "x\u{1b}[2J\0\r\n{{a}}{{\u{202e}日\u{7f}&=?#%zz\t\u{9b}".repeat(4000);
    for path in ["hello.toml", "post.toml", "api/keys.toml", "api/token.toml", "api/form.toml"] {
        let fields: Vec<(Tab, EditorField)> = {
            let s = Screen::on(path);
            let request = s.request().clone();
            let of = |tab| {
                crate::tui::model::field::fields(&request, tab).into_iter().map(move |field| (tab, field))
            };
            let typed = Tab::ALL.into_iter().flat_map(of).filter(|(_, field)| field.is_typed());
            typed.chain([(Tab::Params, EditorField::Url)]).collect()
        };
        for (tab, field) in fields {
            let mut s = Screen::on(path);
            s.model.shown_mut().unwrap().tab = tab;
            s.press(if field == EditorField::Url { "2" } else { "3" });
            s.model.shown_mut().unwrap().go_to(field);
            s.press("enter");
            assert!(s.model.editing.is_some(), "{field:?}");
            s.paste(&rubbish);
            obeys_nothing(&s, path);
            s.press("home x ctrl-s esc");
            obeys_nothing(&s, path);
            s.press("enter ctrl-z ctrl-z esc");
            obeys_nothing(&s, path);
        }
    }
}
