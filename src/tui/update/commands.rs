//! What each command does, but for moving about.

use crate::config::ResponsePlace;
use crate::config::command::Command;
use crate::config::theme::ThemeName;
use crate::core::identity::IdentityKind;
use crate::core::request::fields::AuthField;
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::model::field::EditorField;
use crate::tui::model::overlay::{Ask, Confirm, Overlay, Pick};
use crate::tui::model::picker::Unmatched;
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{
    arranging, body, body_text, completed, completing, copying, editing, external, files, find, focus,
    follow_up, found, jump, motion, picked, pickers, prompt, questions, row_commands, saving, scratch,
    selecting, sending, show_variable, tree_changes, tree_nodes, undoing, who_signs, workspace_editor,
};

/// Carries a command out.
pub(super) fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    // The disk answers for the paths that it was asked about.
    if changes_paths(command) && model.waiting.after_saves(command) {
        return Vec::new();
    }
    match command {
        Command::Send => sending::send(model),
        Command::Cancel => cancel(model),
        Command::Save => saving::save(model),
        Command::SaveAs => prompt::ask(model, Ask::SaveAs),
        Command::NewRequest => {
            let folder = tree_nodes::folder(model);
            prompt::ask(model, Ask::NewRequest { folder })
        }
        Command::Scratch => scratch::open(model, ""),
        Command::NewFolder => {
            let folder = tree_nodes::folder(model);
            prompt::ask(model, Ask::NewFolder { folder })
        }
        Command::MethodPicker => pickers::pick_method(model),
        Command::CopyCurl => copying::copy_curl(model),
        Command::Edit => begin_edit(model),
        Command::EndEdit => end_edit(model),
        Command::Complete => completed::complete(model),
        Command::ExternalEditor => external::open(model),
        Command::FormatBody => body_text::format(model),
        Command::LiteralBody => body_text::toggle_literal(model),
        Command::Undo => undoing::undo(model),
        Command::Redo => undoing::redo(model),
        Command::Reveal => reveal(model),
        Command::ToggleRow => row_commands::toggle_row(model),
        Command::AddRow if model.focus == Pane::Workspace => workspace_editor::add(model),
        Command::AddRow => row_commands::add_row(model),
        Command::DescribeRow => row_commands::describe_row(model),
        Command::DeleteRow if model.focus == Pane::Workspace => workspace_editor::delete(model),
        Command::DeleteRow => row_commands::delete_row(model),
        Command::Open => motion::open(model),
        Command::Rename if model.focus == Pane::Workspace => workspace_editor::rename(model),
        Command::Rename => ask_rename(model),
        Command::Move => arranging::pick_folder(model),
        Command::Duplicate => {
            let path = model.tree.current().map(|node| node.path.clone());
            path.map(|path| tree_changes::duplicate(model, path)).unwrap_or_default()
        }
        Command::Delete => arranging::ask_delete(model),
        Command::Mark => arranging::mark(model),
        Command::ReorderUp => arranging::reorder(model, false),
        Command::ReorderDown => arranging::reorder(model, true),
        Command::FindInTree => pickers::pick_request(model),
        Command::FindText => find::open(model),
        Command::SearchResponse => ask_search(model),
        Command::NextMatch => step_match(model, true),
        Command::PreviousMatch => step_match(model, false),
        Command::CopySelection => selecting::copy_in_field(model),
        Command::CopyBody => copying::copy_shown(model),
        Command::CopyHeader => pickers::pick_header(model),
        Command::SaveBody => prompt::ask(model, Ask::SaveBody),
        Command::GoToRow => prompt::ask(model, Ask::GoToRow),
        Command::OlderResponse => body::step(model, -1),
        Command::NewerResponse => body::step(model, 1),
        Command::TogglePretty => body::next_layout(model),
        Command::ToggleWrap => body::toggle_wrap(model),
        Command::IdentityPicker => pickers::pick_option(model, AuthField::Identity.into()),
        Command::RenewSession => renew(model),
        Command::WhoSigns => who_signs::show(model),
        Command::EnvironmentPicker => pickers::pick_environment(model),
        Command::OverrideVariable => workspace_editor::override_variable(model),
        Command::ShowVariable => show_variable::show(model),
        Command::CopyEnvironment => workspace_editor::copy(model),
        Command::MarkProduction => workspace_editor::mark_production(model),
        Command::FocusTree => focus::give_to(model, Pane::Tree),
        Command::FocusUrl => focus::give_to(model, Pane::Url),
        Command::FocusTabs => focus::give_to(model, Pane::Request),
        Command::FocusResponse => focus::give_to(model, Pane::Response),
        Command::FocusWorkspace => workspace_editor::open(model),
        Command::FocusNext => motion::focus_step(model, 1),
        Command::FocusPrevious => motion::focus_step(model, -1),
        Command::NextRequest => files::show_next(model, true),
        Command::PreviousRequest => files::show_next(model, false),
        Command::NextTab => motion::tab_step(model, 1),
        Command::PreviousTab => motion::tab_step(model, -1),
        Command::Up => motion::vertical(model, -1),
        Command::Down => motion::vertical(model, 1),
        Command::PageUp => motion::vertical(model, -motion::page(model)),
        Command::PageDown => motion::vertical(model, motion::page(model)),
        Command::HalfPageUp => motion::vertical(model, -(motion::page(model) / 2).max(1)),
        Command::HalfPageDown => motion::vertical(model, (motion::page(model) / 2).max(1)),
        Command::Top => motion::vertical(model, isize::MIN / 2),
        Command::Bottom => motion::vertical(model, isize::MAX / 2),
        Command::Left => motion::sideways(model, -1),
        Command::Right => motion::sideways(model, 1),
        Command::WorkspaceProblems => files::show_problems(model),
        Command::Palette => pickers::palette(model),
        Command::Help => {
            model.overlays.push(Overlay::Help(0));
            Vec::new()
        }
        Command::Jump => jump::label_targets(model),
        Command::Zoom => {
            model.zoom = !model.zoom;
            Vec::new()
        }
        Command::NarrowTree => motion::resize_tree(model, -TREE_STEP),
        Command::WidenTree => motion::resize_tree(model, TREE_STEP),
        Command::SwapLayout => swap_layout(model),
        Command::ToggleTheme => toggle_theme(model),
        Command::Quit => quit(model),
        Command::ForceQuit => {
            model.waiting.quit();
            Vec::new()
        }
        Command::Accept => accept(model),
        Command::Yes => questions::decide(model, true),
        Command::No => questions::decide(model, false),
        Command::SaveYours => questions::settle_conflict(model, true),
        Command::OpenPage => questions::open_page(model),
        Command::CopyPage => questions::copy_page(model),
        Command::TakeTheirs => questions::settle_conflict(model, false),
        Command::SaveInClear => saving::save_in_clear(model),
        Command::SendAsItIs => questions::send_as_it_is(model),
        Command::Close => questions::close(model),
    }
}

/// Columns by which a key makes the tree wider or narrower.
const TREE_STEP: i16 = 4;

/// Begins to edit what is under the cursor: types into a text, begins a row, opens a choice.
pub(super) fn begin_edit(model: &mut Model) -> Vec<Effect> {
    let field = match model.focus {
        Pane::Workspace => return workspace_editor::edit(model),
        Pane::Url if model.current.is_none() => return scratch::open(model, ""),
        Pane::Url => Some(EditorField::Url),
        Pane::Request => model.shown().and_then(|open| open.field()),
        Pane::Tree | Pane::Response => None,
    };
    match field {
        Some(EditorField::NewRow(table)) => editing::add_row(model, table),
        Some(field) => match field.choice() {
            Some(choice) => pickers::pick_option(model, choice),
            None => {
                editing::start(model, field);
                Vec::new()
            }
        },
        None => Vec::new(),
    }
}

/// Takes what is chosen in the topmost overlay.
fn accept(model: &mut Model) -> Vec<Effect> {
    match model.overlays.pop() {
        Some(Overlay::Palette(picker)) => match picker.choice() {
            Some(command) => run(model, *command),
            None => Vec::new(),
        },
        Some(Overlay::Pick(picker)) => {
            let typed = picker.query.text();
            match (picker.choice().cloned(), picker.unmatched) {
                (Some(choice), _) => picked::picked(model, choice),
                (None, Unmatched::IsFolder(moving)) => arranging::move_into_new(model, moving, &typed),
                (None, Unmatched::IsMethod) => picked::picked(model, Pick::Method(typed)),
                (None, Unmatched::Ignored) => Vec::new(),
            }
        }
        Some(Overlay::Find(found)) => found.choice().map(|hit| found::choose(model, hit)).unwrap_or_default(),
        Some(Overlay::Ask(ask, editor)) => questions::answered(model, ask, &editor.text()),
        Some(Overlay::Confirm(confirm)) => questions::confirmed(model, confirm),
        // Enter alone decides nothing between two versions, trusts nobody and ends no login.
        Some(undecided @ (Overlay::Conflict(_) | Overlay::Trust(_) | Overlay::Login(_))) => {
            model.overlays.push(undecided);
            Vec::new()
        }
        Some(Overlay::Help(_) | Overlay::Jump(_) | Overlay::Text { .. }) | None => Vec::new(),
    }
}

fn changes_paths(command: Command) -> bool {
    matches!(
        command,
        Command::SaveAs
            | Command::Rename
            | Command::Move
            | Command::ReorderUp
            | Command::ReorderDown
            | Command::Duplicate
            | Command::Delete
    )
}

fn cancel(model: &mut Model) -> Vec<Effect> {
    if model.focus == Pane::Tree && model.tree.clear_marks() {
        return Vec::new();
    }
    let is_under_way = model.exchange().is_some_and(|exchange| exchange.record.is_under_way());
    if model.zoom && !is_under_way && model.selection.is_none() {
        model.zoom = false;
        return Vec::new();
    }
    let was_selected = model.selection.take().is_some();
    let effects = if was_selected && !is_under_way { Vec::new() } else { sending::cancel(model) };
    if !effects.is_empty() {
        model.say(NoticeKind::Info, "Cancelled");
    } else if model.focus == Pane::Workspace && !was_selected {
        return workspace_editor::leave(model);
    }
    effects
}

fn end_edit(model: &mut Model) -> Vec<Effect> {
    if completing::close(model) || workspace_editor::drop_refused(model) {
        return Vec::new();
    }
    editing::leave(model)
}

/// Asks what to search for; the last search is selected, so that typing replaces it.
fn ask_search(model: &mut Model) -> Vec<Effect> {
    let effects = prompt::ask(model, Ask::Search);
    if let Some(Overlay::Ask(Ask::Search, editor)) = model.overlays.last_mut() {
        editor.select_all();
    }
    effects
}

fn reveal(model: &mut Model) -> Vec<Effect> {
    model.revealed = !model.revealed;
    let words = if model.revealed { "Secrets are shown: * masks them again" } else { "Secrets are masked" };
    model.say(NoticeKind::Info, words);
    Vec::new()
}

fn ask_rename(model: &mut Model) -> Vec<Effect> {
    let Some(path) = model.tree.current().map(|node| node.path.clone()) else { return Vec::new() };
    prompt::ask(model, Ask::Rename(path))
}

fn step_match(model: &mut Model, forward: bool) -> Vec<Effect> {
    body::step_match(model, forward);
    Vec::new()
}

fn renew(model: &mut Model) -> Vec<Effect> {
    let identity = model.shown().and_then(|open| open.preview.signer.as_ref()?.identity.clone());
    if let Some(name) = &identity
        && let Some(why) = why_not_renewed(model, name)
    {
        model.say(NoticeKind::Info, why);
        return Vec::new();
    }
    match (identity, follow_up::shown_target(model)) {
        (Some(identity), Some(target)) => {
            model.say(NoticeKind::Info, format!("Fetching credentials for {identity}…"));
            let id = model.next_id();
            vec![TaskEffect::Renew { id, identity: identity.into(), target }.into()]
        }
        _ => {
            model.say(NoticeKind::Info, "This request is not signed by a session that can be renewed");
            Vec::new()
        }
    }
}

/// Why there is nothing to renew for an identity that signs with declared keys.
fn why_not_renewed(model: &Model, name: &str) -> Option<String> {
    let identity = model.workspace.identities.iter().find(|identity| *identity.name == *name)?;
    match &identity.kind {
        IdentityKind::Keys { session_token, .. } if session_token.is_empty() => {
            Some(format!("The keys of {name} don't expire: nothing was renewed"))
        }
        IdentityKind::Keys { .. } => {
            Some(format!("{name} signs with a session token that was pasted: paste a fresh one to renew it"))
        }
        IdentityKind::Anonymous => Some(format!("{name} signs nothing: nothing was renewed")),
        IdentityKind::GetSessionToken { .. }
        | IdentityKind::FederationToken(_)
        | IdentityKind::AssumeRole(_)
        | IdentityKind::Profile { .. }
        | IdentityKind::Environment
        | IdentityKind::Process { .. }
        | IdentityKind::SsoRole(_)
        | IdentityKind::Broken(_) => None,
    }
}

fn swap_layout(model: &mut Model) -> Vec<Effect> {
    let beside = model.areas().and_then(|areas| Some(areas.request?.y == areas.response?.y)).unwrap_or(false);
    model.response_side = if beside { ResponsePlace::Below } else { ResponsePlace::Beside };
    Vec::new()
}

fn toggle_theme(model: &mut Model) -> Vec<Effect> {
    model.theme_is_guess = false;
    model.use_theme(match model.theme_name {
        ThemeName::Light => ThemeName::Dark,
        ThemeName::Auto | ThemeName::Dark | ThemeName::Sixteen | ThemeName::Mono => ThemeName::Light,
    });
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let effects = editing::leave(model);
    if model.waiting.after_saves(Command::Quit) {
        return effects;
    }
    if model.dirty().next().is_some() {
        model.overlays.push(Overlay::Confirm(Confirm::Quit));
    } else {
        model.waiting.quit();
    }
    effects
}
