//! Commands of the request and its rows.

use crate::config::command::{Command, Context};
use crate::core::request::fields::{AuthField, RequestField};
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, Target, TaskEffect};
use crate::tui::model::Pane;
use crate::tui::model::field::{Column, EditorField, Table};
use crate::tui::model::overlay::Overlay;
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::testing::Screen;
use crate::tui::update::tests::commands::{ask, broken, top};

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
pub(super) fn check(s: &mut Screen, command: Command, context: Context) {
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
        other => panic!("{other:?} is checked elsewhere"),
    }
}
