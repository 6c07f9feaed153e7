//! Every command can be asked for by key, and does what its line of the table says.

use crate::config::ResponsePlace;
use crate::config::command::{COMMANDS, Command, Context};
use crate::config::theme::ThemeName;
use crate::core::document::Layout;
use crate::core::file_problem::FileProblem;
use crate::core::question::{Answer, Asked, Question, QuestionId};
use crate::core::request::AuthKind;
use crate::core::request::fields::{AuthField, RequestField};
use crate::core::workspace::{Part, Workspace, WorkspaceProblem};
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, Target, TaskEffect};
use crate::tui::keymap;
use crate::tui::model::Pane;
use crate::tui::model::field::{Column, EditorField, Tab, Table};
use crate::tui::model::overlay::{Ask, Confirm, Conflict, LoginQuestion, Overlay};
use crate::tui::model::response::ResponseTab;
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::msg::{Msg, Report};
use crate::tui::rows::RowsWanted;
use crate::tui::testing::Screen;
use crate::tui::update::tests::keys;

/// A screen in which this place has the keys.
pub(super) fn at(context: Context) -> Screen {
    let mut s = Screen::new();
    // A request with notes shows them first.
    s.model.shown_mut().unwrap().tab = Tab::Params;
    match context {
        Context::Global | Context::Tree => s.press("1"),
        Context::Url => s.press("2"),
        Context::Rows => s.press("3"),
        Context::Text => s.press("3 ] ]"),
        Context::Response => {
            s.answered(200, &[("content-type", "application/json")], br#"{"a": [1, 2, 3], "b": "a"}"#);
            s.press("4")
        }
        Context::Workspace => s.press("5"),
        Context::Editing => s.press("2 enter"),
        Context::Overlay => s.press("?"),
        Context::Prompt => s.press(":"),
    };
    s.take();
    let wanted = if context == Context::Global { Context::Tree } else { context };
    assert_eq!(keymap::context(&s.model), wanted);
    s
}

/// Presses the first key of a command that counts in this place.
pub(super) fn ask(s: &mut Screen, command: Command, context: Context) {
    let key = s.model.config.keys.keys_in(command, context).next().map(ToString::to_string);
    s.press(&key.unwrap_or_else(|| panic!("{command:?} has no key in {context:?}")));
}

pub(super) fn top(s: &Screen) -> &Overlay {
    s.model.overlays.last().unwrap_or_else(|| panic!("no overlay: {}", s.notice()))
}

pub(super) fn line(s: &Screen) -> usize {
    s.model.shown().unwrap().line()
}

/// A key of a file that signpost does not know.
fn broken(file: &str, line: usize) -> WorkspaceProblem {
    let problem = FileProblem {
        file: file.into(),
        line: Some(line),
        message: "unknown key `colour`".into(),
        hint: "Remove it.".into(),
    };
    WorkspaceProblem { part: Part::Key("colour".into()), problem }
}

#[test]
fn problems_of_the_workspace_are_said_once_with_their_place_and_what_to_do() {
    let mut s = Screen::new();
    let listed = |problems| {
        let workspace = Workspace { problems, ..crate::tui::testing::workspace() };
        Msg::Listed { workspace: Box::new(workspace), nodes: crate::tui::testing::nodes(["hello.toml"]) }
    };
    s.tell(listed(vec![broken("signpost.toml", 3)]));
    assert_eq!(s.notice(), "signpost.toml:3: unknown key `colour`. Remove it.");
    let two = || vec![broken("signpost.toml", 3), broken("a/folder.toml", 7)];
    s.tell(listed(two()));
    let said = s.notice();
    assert!(said.starts_with("2 problems (! lists them)"), "{said}");
    assert!(said.contains("signpost.toml:3: unknown key `colour`. Remove it."), "{said}");
    s.model.notice = None;
    s.tell(listed(two()));
    assert!(s.model.notice.is_none(), "the same are not said again");
}

#[test]
fn every_command_does_what_it_says() {
    for info in COMMANDS {
        for context in info.contexts {
            let mut s = at(*context);
            check(&mut s, info.command, *context);
        }
    }
}

/// What a command asks for, or asks of the disk, in the workspace editor.
fn in_workspace(s: &mut Screen, command: Command) {
    if matches!(command, Command::CopyEnvironment | Command::MarkProduction) {
        s.press("]");
    } else {
        s.press("j");
    }
    s.answers = false;
    ask(s, command, Context::Workspace);
    let effects = s.take();
    let cell = s.model.edited_cell();
    match command {
        Command::DeleteRow | Command::MarkProduction => {
            let name = if command == Command::DeleteRow { "function_url" } else { "production" };
            assert!(
                matches!(&effects[..], [Effect::Disk(DiskEffect::ChangeWorkspace { change })] if change.name() == name)
            );
        }
        Command::Edit => assert!(matches!(cell, Some(WorkspaceCell::Value { .. }))),
        Command::AddRow => assert!(matches!(cell, Some(WorkspaceCell::NewVariable(_)))),
        Command::Rename => assert!(matches!(cell, Some(WorkspaceCell::RenameVariable { .. }))),
        Command::CopyEnvironment => assert_eq!(cell, Some(&WorkspaceCell::CopyEnvironment("test".into()))),
        other => panic!("{other:?}"),
    }
}

#[allow(clippy::too_many_lines)] // one arm a command, so that none is left out
fn check(s: &mut Screen, command: Command, context: Context) {
    use Command as C;
    let here = context;
    match command {
        C::Send => {
            ask(s, command, here);
            assert!(s.take().iter().any(|e| matches!(e, Effect::Task(TaskEffect::Send { target: Target { path, .. }, .. }) if path == "hello.toml")));
            assert!(s.model.exchange().unwrap().record.is_under_way());
        }
        C::Cancel => {
            let id = s.send();
            ask(s, command, here);
            assert!(
                matches!(s.take()[..], [Effect::Task(TaskEffect::Cancel { id: cancelled })] if cancelled == id)
            );
            assert!(!s.model.exchange().unwrap().record.is_under_way());
        }
        C::Save => {
            s.model.shown_mut().unwrap().request.notes = "changed".into();
            ask(s, command, here);
            assert!(
                s.take().iter().any(
                    |e| matches!(e, Effect::Disk(DiskEffect::Save { path, .. }) if path == "hello.toml")
                )
            );
        }
        C::SaveAs => {
            ask(s, command, here);
            s.press("ctrl-a").text("copy").press("enter");
            assert!(s.take().iter().any(
                |e| matches!(e, Effect::Disk(DiskEffect::Save { path, base: None, request }) if path == "copy.toml" && request.url.contains("hello"))
            ));
        }
        C::NewRequest => {
            ask(s, command, here);
            s.text("made").press("enter");
            assert_eq!(s.model.current.as_deref(), Some("made.toml"));
            assert_eq!(s.model.edited_field(), Some(EditorField::Url));
        }
        C::Scratch => {
            ask(s, command, here);
            assert_eq!(s.model.current.as_deref(), Some("untitled.toml"));
            assert_eq!(s.model.edited_field(), Some(EditorField::Url));
        }
        C::CopySelection => {
            ask(s, command, here);
            assert!(matches!(
                &s.take()[..],
                [Effect::Screen(ScreenEffect::Copy { text, .. })] if text.ends_with("/hello?q=1")
            ));
        }
        C::Complete => {
            s.text("&de");
            ask(s, command, here);
            assert!(s.model.editing.as_ref().unwrap().editor.text().ends_with("&debug="));
        }
        C::FormatBody => {
            ask(s, command, here);
            assert_eq!(s.notice(), "The body isn't JSON");
        }
        C::LiteralBody => {
            ask(s, command, here);
            assert_eq!(s.notice(), "The body isn't a text");
        }
        C::NewFolder => {
            ask(s, command, here);
            s.text("dir").press("enter");
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::CreateFolder { path })] if path == "dir")
            );
        }
        C::WorkspaceProblems => {
            ask(s, command, here);
            assert_eq!(s.notice(), "The workspace's files and the configuration have no problems");
            s.model.workspace.problems = vec![broken("signpost.toml", 3), broken("a/folder.toml", 7)];
            ask(s, command, here);
            let Overlay::Text { text, .. } = top(s) else { panic!("{:?}", top(s)) };
            assert!(text.contains("signpost.toml:3: ") && text.contains("a/folder.toml:7: "), "{text}");
            assert!(text.contains("hint: Remove it."), "{text}");
        }
        C::FindText => {
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Find(_)));
        }
        C::MethodPicker => {
            ask(s, command, here);
            s.text("patc").press("enter");
            assert_eq!(s.request().method, "PATCH");
            // Methods are case-sensitive, and a variable has its own name.
            for method in ["{{verb}}", "Purge"] {
                ask(s, command, here);
                s.text(method).press("enter");
                assert_eq!(s.request().method, method);
            }
        }
        C::CopyCurl => {
            ask(s, command, here);
            assert!(
                matches!(&s.take()[..], [Effect::Task(TaskEffect::CopyCurl { target: Target { path, .. } })] if path == "hello.toml")
            );
        }
        C::Edit | C::AddRow | C::DeleteRow | C::Rename | C::CopyEnvironment | C::MarkProduction
            if here == Context::Workspace =>
        {
            in_workspace(s, command);
        }
        C::OverrideVariable => {
            s.press("j");
            ask(s, command, here);
            s.press("ctrl-a").text("x").press("enter");
            assert_eq!(s.model.overrides["function_url"], "x");
        }
        C::ShowVariable => {
            if here == Context::Editing {
                s.press("ctrl-a").text("{{stored}}");
            } else {
                s.model.shown_mut().unwrap().request.params[0].value = "{{stored}}".into();
                s.model.shown_mut().unwrap().request.auth.sigv4.region = "{{stored}}".into();
                if here == Context::Text {
                    s.press("j j");
                }
            }
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Pick(_)));
        }
        C::CopyEnvironment | C::MarkProduction => panic!("{command:?} has no other place"),
        C::FocusWorkspace => {
            ask(s, command, here);
            assert_eq!(s.model.focus, Pane::Workspace);
        }
        C::Edit => {
            if here == Context::Text {
                s.press("j j");
            }
            ask(s, command, here);
            let field = s.model.edited_field();
            let wanted = match here {
                Context::Url => EditorField::Url,
                Context::Rows => EditorField::Cell(Table::Params, 0, Column::Value),
                _ => EditorField::Line(RequestField::Auth(AuthField::Region)),
            };
            assert_eq!(field, Some(wanted));
        }
        C::EndEdit => {
            ask(s, command, here);
            assert!(s.model.editing.is_none());
        }
        C::ExternalEditor => {
            ask(s, command, here);
            match s.take().pop() {
                Some(Effect::Screen(ScreenEffect::EditFile { path, .. })) if here == Context::Global => {
                    assert_eq!(path, "hello.toml")
                }
                Some(Effect::Screen(ScreenEffect::Edit { field: EditorField::Url, text, .. })) => {
                    assert!(text.ends_with("/hello?q=1"))
                }
                other => panic!("{other:?}"),
            }
        }
        C::Undo | C::Redo => {
            if here == Context::Editing {
                s.text("xy");
                s.press("ctrl-z");
                assert!(!s.request().params[0].value.ends_with("xy"));
                s.press("ctrl-y ctrl-y");
                assert!(s.request().params[0].value.ends_with("xy"));
            } else {
                s.press("3 space");
                assert!(s.request().params[0].off);
                ask(s, C::Undo, here);
                assert!(!s.request().params[0].off);
                ask(s, C::Redo, here);
                assert!(s.request().params[0].off);
            }
        }
        C::Reveal => {
            ask(s, command, here);
            assert!(s.model.revealed);
            ask(s, command, here);
            assert!(!s.model.revealed);
        }
        C::ToggleRow => {
            ask(s, command, here);
            assert!(s.request().params[0].off);
        }
        C::AddRow => {
            ask(s, command, here);
            assert_eq!(s.request().params.len(), 3);
            assert_eq!(s.model.edited_field(), Some(EditorField::Cell(Table::Params, 2, Column::Name)));
        }
        C::DescribeRow => {
            ask(s, command, here);
            s.text("the search words").press("esc");
            assert_eq!(s.request().params[0].description, "the search words");
            assert_eq!(s.request().params[0].value, "1");
        }
        C::DeleteRow => {
            ask(s, command, here);
            assert_eq!(s.request().params.len(), 1);
        }
        C::Open => {
            s.open("post.toml");
            ask(s, command, here);
            assert_eq!((s.model.focus, s.request().method.as_str()), (Pane::Request, "POST"));
            s.press("1 j");
            assert!(s.model.tree.current().unwrap().folder);
            ask(s, command, here);
            assert!(s.model.tree.is_folded("api"));
        }
        C::Rename => {
            ask(s, command, here);
            s.press("ctrl-a").text("hi").press("enter");
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::Rename { path, name })] if path == "hello.toml" && name == "hi")
            );
        }
        C::Duplicate => {
            ask(s, command, here);
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::Duplicate { path })] if path == "hello.toml")
            );
        }
        C::Move => {
            ask(s, command, here);
            s.text("api").press("enter");
            let moved = DiskEffect::Move { from: vec!["hello.toml".into()], folder: "api".into() };
            assert_eq!(s.take(), [moved.into()]);
        }
        C::Mark => {
            ask(s, command, here);
            assert!(s.model.tree.is_marked("hello.toml") && s.model.tree.cursor() == 1);
        }
        C::ReorderUp | C::ReorderDown => {
            ask(s, command, here);
            let reordered =
                DiskEffect::Reorder { path: "hello.toml".into(), down: command == C::ReorderDown };
            assert_eq!(s.take(), [reordered.into()]);
        }
        C::Delete => {
            ask(s, command, here);
            assert!(
                matches!(top(s), Overlay::Confirm(Confirm::Delete(paths)) if paths[..] == ["hello.toml"])
            );
            s.press("y");
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::Delete { paths })] if paths[0] == "hello.toml")
            );
        }
        C::FindInTree => {
            ask(s, command, here);
            s.text("token").press("enter");
            assert_eq!(s.model.current.as_deref(), Some("api/token.toml"));
        }
        C::SearchResponse | C::NextMatch | C::PreviousMatch => {
            ask(s, C::SearchResponse, here);
            s.text("\"").press("enter");
            s.settle();
            let current = |s: &Screen| s.model.exchange().unwrap().view.search.as_ref().unwrap().current;
            assert_eq!(current(s), 0);
            ask(s, C::NextMatch, here);
            assert_eq!(current(s), 1);
            ask(s, C::PreviousMatch, here);
            assert_eq!(current(s), 0);
        }
        C::CopyBody => {
            ask(s, command, here);
            let exchange = s.model.exchange().unwrap();
            let (body, index) = (exchange.document.bytes.clone(), exchange.document.index.clone());
            assert!(index.is_some());
            assert_eq!(s.take(), [TaskEffect::CopyBody { body, index }.into()]);
        }
        C::CopyHeader => {
            ask(s, command, here);
            s.text("content").press("enter");
            assert!(
                matches!(&s.take()[..], [Effect::Screen(ScreenEffect::Copy { text, .. })] if text == "application/json")
            );
        }
        C::SaveBody => {
            ask(s, command, here);
            s.press("ctrl-a").text("out.json").press("enter");
            assert!(
                matches!(&s.take()[..], [Effect::Disk(DiskEffect::SaveBody { file, overwrite: false, .. })] if file == "out.json")
            );
        }
        C::OlderResponse | C::NewerResponse => {
            ask(s, command, here);
            assert!(s.notice().starts_with("There is no "), "{}", s.notice());
        }
        C::TogglePretty => {
            ask(s, command, here);
            assert_eq!(s.model.exchange().unwrap().view.layout, Layout::Raw);
            assert!(matches!(
                s.take()[..],
                [Effect::Task(TaskEffect::Index { wanted: RowsWanted { layout: Layout::Raw, .. }, .. })]
            ));
        }
        C::ToggleWrap => {
            ask(s, command, here);
            assert!(matches!(
                s.take()[..],
                [Effect::Task(TaskEffect::Index { wanted: RowsWanted { wrap: Some(1..), .. }, .. })]
            ));
        }
        C::IdentityPicker => {
            s.open("plain.toml");
            ask(s, command, here);
            s.text("admin").press("enter");
            assert_eq!(s.request().auth.kind, AuthKind::AwsSigv4);
            assert_eq!(s.request().auth.sigv4.identity, "admin");
        }
        C::RenewSession => {
            s.model.shown_mut().unwrap().request.auth.sigv4.identity = "session".into();
            s.press("v enter");
            s.model.shown_mut().unwrap().preview.signer =
                Some(crate::engine::PreviewSigner { identity: Some("session".into()), ..Default::default() });
            s.take();
            ask(s, command, here);
            assert!(
                matches!(&s.take()[..], [Effect::Task(TaskEffect::Renew { identity, .. })] if identity == "session")
            );
        }
        C::WhoSigns => {
            ask(s, command, here);
            assert!(
                s.shown().contains("Who signs") && s.shown().contains("identity  alice"),
                "{}",
                s.shown()
            );
            assert!(
                matches!(&s.take()[..], [Effect::Task(TaskEffect::AskCaller { identity, .. })] if identity == "alice")
            );
        }
        C::EnvironmentPicker => {
            ask(s, command, here);
            s.text("test");
            s.answers = false;
            s.press("enter");
            s.answers = true;
            assert_eq!(s.model.environment.as_deref(), Some("test"));
            let (path, environment) = ("hello.toml".into(), Some("test".to_owned()));
            assert!(s.take().contains(&DiskEffect::Open { path, environment }.into()));
        }
        C::FocusTree | C::FocusUrl | C::FocusTabs | C::FocusResponse => {
            ask(s, command, here);
            let wanted = match command {
                C::FocusTree => Pane::Tree,
                C::FocusUrl => Pane::Url,
                C::FocusTabs => Pane::Request,
                _ => Pane::Response,
            };
            assert_eq!(s.model.focus, wanted);
            assert!(s.model.editing.is_none());
        }
        C::FocusNext => {
            ask(s, command, here);
            assert_eq!(s.model.focus, Pane::Url);
        }
        C::FocusPrevious => {
            ask(s, command, here);
            assert_eq!(s.model.focus, Pane::Response);
        }
        C::NextRequest | C::PreviousRequest => {
            s.open("api/keys.toml");
            ask(s, command, here);
            let wanted = if command == C::NextRequest { "api/token.toml" } else { "post.toml" };
            assert_eq!(s.model.current.as_deref(), Some(wanted));
        }
        C::NextTab | C::PreviousTab => {
            ask(s, command, here);
            let wanted = if command == C::NextTab { Tab::Headers } else { Tab::Settings };
            assert_eq!(s.model.shown().unwrap().tab, wanted);
            s.press("4");
            ask(s, command, here);
            let wanted = if command == C::NextTab { ResponseTab::Headers } else { ResponseTab::Timeline };
            assert_eq!(s.model.response_tab, wanted);
        }
        C::Up | C::Down | C::PageUp | C::PageDown | C::HalfPageUp | C::HalfPageDown | C::Top | C::Bottom => {
            keys::moves(s, command, here)
        }
        C::Left | C::Right => {
            if here == Context::Global {
                s.press("3");
                ask(s, command, here);
                let wanted = if command == C::Left { Column::Name } else { Column::Description };
                assert_eq!(s.model.shown().unwrap().column, wanted);
            }
        }
        C::Palette => {
            ask(s, command, here);
            s.text("reveal").press("enter");
            assert!(s.model.revealed && s.model.overlays.is_empty());
        }
        C::Help => {
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Help(0)));
        }
        C::Jump => {
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Jump(targets) if targets.len() > 10));
        }
        C::Zoom => {
            ask(s, command, here);
            assert_eq!(s.model.areas().unwrap().url, None);
            ask(s, command, here);
            assert!(s.model.areas().unwrap().url.is_some());
        }
        C::NarrowTree | C::WidenTree => {
            let width =
                |s: &Screen| s.model.areas().and_then(|areas| areas.tree).map_or(0, |tree| tree.width);
            let before = width(s);
            ask(s, command, here);
            assert_eq!(width(s) > before, command == C::WidenTree);
        }
        C::GoToRow => {
            ask(s, command, here);
            assert!(matches!(top(s), Overlay::Ask(Ask::GoToRow, _)));
        }
        C::SwapLayout => {
            ask(s, command, here);
            assert_eq!(s.model.response_side, ResponsePlace::Beside);
            ask(s, command, here);
            assert_eq!(s.model.response_side, ResponsePlace::Below);
        }
        C::ToggleTheme => {
            ask(s, command, here);
            assert_eq!(s.model.theme_name, ThemeName::Light);
        }
        C::Quit => {
            ask(s, command, here);
            assert!(s.model.waiting.is_quitting());
        }
        C::ForceQuit => {
            s.model.open_requests.get_mut("hello.toml").unwrap().request.notes = "changed".into();
            ask(s, command, here);
            assert!(s.model.waiting.is_quitting());
        }
        C::Yes | C::No => {
            s.model.overlays = vec![Overlay::Confirm(Confirm::Delete(vec!["hello.toml".into()]))];
            ask(s, command, here);
            let deletes = matches!(&s.take()[..], [Effect::Disk(DiskEffect::Delete { paths })] if paths[0] == "hello.toml");
            assert!(s.model.overlays.is_empty() && deletes == (command == C::Yes));
        }
        C::SaveInClear => {
            s.model.overlays = vec![Overlay::Confirm(Confirm::ClearSecrets(vec!["header cookie".into()]))];
            ask(s, command, here);
            assert!(s.model.overlays.is_empty());
            assert!(matches!(&s.take()[..], [Effect::Disk(DiskEffect::Save { .. })]));
        }
        C::SendAsItIs => {
            s.model.overlays.clear();
            let id = s.send();
            let question = Question::Expired { identity: "session".into() };
            s.tell(Msg::Send { id, report: Report::Ask(Asked { id: QuestionId(7), question }) });
            s.take();
            ask(s, command, here);
            assert!(s.model.overlays.is_empty());
            let answer = TaskEffect::Answer { id, question: QuestionId(7), answer: Answer::AsItIs };
            assert_eq!(s.take(), [answer.into()]);
        }
        C::SaveYours | C::TakeTheirs => {
            let conflict = Conflict { path: "hello.toml".into(), ..Conflict::default() };
            s.model.overlays = vec![Overlay::Conflict(Box::new(conflict))];
            s.answers = false;
            ask(s, command, here);
            let effects = s.take();
            assert!(s.model.overlays.is_empty());
            assert_eq!(
                matches!(&effects[..], [Effect::Disk(DiskEffect::SaveOver { .. })]),
                command == C::SaveYours
            );
            assert_eq!(
                matches!(&effects[..], [Effect::Disk(DiskEffect::Open { .. })]),
                command == C::TakeTheirs
            );
        }
        C::OpenPage | C::CopyPage => {
            let login = LoginQuestion {
                send: s.model.next_id(),
                session: "the SSO session `dev`".into(),
                url: "https://example.com/".into(),
                code: String::new(),
                expires: s.model.now,
            };
            s.model.overlays = vec![Overlay::Login(Box::new(login))];
            ask(s, command, here);
            let effects = s.take();
            let opens = matches!(&effects[..], [Effect::Task(TaskEffect::OpenPage { .. })]);
            let copies = matches!(&effects[..], [Effect::Screen(ScreenEffect::Copy { .. })]);
            assert_eq!((opens, copies), (command == C::OpenPage, command == C::CopyPage));
        }
        C::Accept | C::Close => {
            ask(s, command, here);
            // The palette's first command is to send.
            assert_eq!(s.model.exchange().is_some(), command == C::Accept && here == Context::Prompt);
            assert!(s.model.overlays.is_empty());
        }
    }
}
