//! Every command can be asked for by key, and does what its line of the table says.

use crate::config::command::{COMMANDS, Command, Context};
use crate::core::file_problem::FileProblem;
use crate::core::workspace::{Part, Workspace, WorkspaceProblem};
use crate::tui::keymap;
use crate::tui::model::field::Tab;
use crate::tui::model::overlay::Overlay;
use crate::tui::msg::Msg;
use crate::tui::testing::Screen;

mod moving;
mod overlays;
mod response;
mod tree;
mod writing;

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

/// Which file checks a command, so that none is left out.
fn check(s: &mut Screen, command: Command, context: Context) {
    use Command as C;
    match command {
        C::Rename if context == Context::Workspace => writing::check(s, command, context),
        C::Send
        | C::Cancel
        | C::Save
        | C::SaveAs
        | C::NewRequest
        | C::Scratch
        | C::CopySelection
        | C::Complete
        | C::FormatBody
        | C::LiteralBody
        | C::NewFolder
        | C::WorkspaceProblems
        | C::FindText
        | C::MethodPicker
        | C::CopyCurl
        | C::Edit
        | C::AddRow
        | C::DeleteRow
        | C::CopyEnvironment
        | C::MarkProduction
        | C::OverrideVariable
        | C::ShowVariable
        | C::FocusWorkspace
        | C::EndEdit
        | C::ExternalEditor
        | C::Undo
        | C::Redo
        | C::Reveal
        | C::ToggleRow
        | C::DescribeRow => writing::check(s, command, context),
        C::Open
        | C::Rename
        | C::Duplicate
        | C::Move
        | C::Mark
        | C::ReorderUp
        | C::ReorderDown
        | C::Delete
        | C::FindInTree => tree::check(s, command, context),
        C::SearchResponse
        | C::NextMatch
        | C::PreviousMatch
        | C::CopyBody
        | C::CopyHeader
        | C::SaveBody
        | C::OlderResponse
        | C::NewerResponse
        | C::TogglePretty
        | C::ToggleWrap
        | C::IdentityPicker
        | C::RenewSession
        | C::WhoSigns
        | C::EnvironmentPicker => response::check(s, command, context),
        C::FocusTree
        | C::FocusUrl
        | C::FocusTabs
        | C::FocusResponse
        | C::FocusNext
        | C::FocusPrevious
        | C::NextRequest
        | C::PreviousRequest
        | C::NextTab
        | C::PreviousTab
        | C::Up
        | C::Down
        | C::PageUp
        | C::PageDown
        | C::HalfPageUp
        | C::HalfPageDown
        | C::Top
        | C::Bottom
        | C::Left
        | C::Right
        | C::Palette
        | C::Help
        | C::Jump
        | C::Zoom
        | C::NarrowTree
        | C::WidenTree
        | C::GoToRow
        | C::SwapLayout
        | C::ToggleTheme
        | C::Quit
        | C::ForceQuit => moving::check(s, command, context),
        C::Yes
        | C::No
        | C::SaveInClear
        | C::SendAsItIs
        | C::SaveYours
        | C::TakeTheirs
        | C::OpenPage
        | C::CopyPage
        | C::Accept
        | C::Close => overlays::check(s, command, context),
    }
}
