//! (model, message) -> effects.
//!
//! Owns every change of the model. Synchronous and total: no message makes it wait, reach outside
//! or fail. Time arrives with the message.

use std::time::SystemTime;

use crate::config::command::{Command, Context};
use crate::config::key::Key;
use crate::config::keymap::Lookup;
use crate::config::theme::ThemeName;
use crate::core::exchange::Problem;
use crate::tui::effect::{Effect, ScreenEffect};
use crate::tui::keymap;
use crate::tui::model::overlay::{Ask, Confirm, Overlay};
use crate::tui::model::waiting::{Next, Typed};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::msg::Msg;

mod arranging;
mod aws_keys;
mod body;
mod body_text;
mod cells;
mod commands;
mod completed;
mod completing;
mod copying;
mod disk_changes;
mod editing;
mod external;
mod files;
mod find;
mod focus;
mod follow_up;
mod found;
mod identity_picker;
mod jump;
mod listing;
mod motion;
mod mouse;
mod next_field;
mod overlays;
mod picked;
mod pickers;
mod prompt;
mod questions;
mod rearranging;
mod row_commands;
mod rows;
mod saving;
mod scratch;
mod secret_fields;
mod secrets;
mod selecting;
mod sending;
mod show_variable;
mod sso_roles;
mod tree_changes;
mod tree_nodes;
mod trust;
mod typing;
mod undoing;
mod waiting;
mod who_signs;
mod workspace_editor;

pub(crate) use disk_changes::config_problems;
pub(crate) use files::say_problems;

/// Offers to make a workspace in the folder that is open; closing the question leaves it as it is.
/// What was said before stays: it may be a problem.
pub(crate) fn offer_set_up(model: &mut Model) {
    prompt::ask(model, Ask::SetUp);
    if model.notice.is_none() {
        let files = "signpost.toml, a first request and a line in .gitignore are written here";
        model.say(NoticeKind::Info, files);
    }
}

/// Changes the model as a message asks, and gives what is to be done outside.
pub(crate) fn update(model: &mut Model, msg: Msg, now: SystemTime) -> Vec<Effect> {
    model.now = now;
    let mut effects = dispatch(model, msg);
    effects.extend(replay_typeahead(model));
    effects.extend(editing::finish_editing(model));
    effects.extend(disk_changes::take_put_off(model));
    effects.extend(body::rewrap(model));
    effects
}

fn dispatch(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => {
            let pressed = look_up(model, key);
            if waiting::must_wait(model, &pressed) {
                match pressed.lookup {
                    Lookup::Command(Command::Quit) => model.waiting.hold_quit(key),
                    Lookup::Command(_) | Lookup::Pending | Lookup::Unbound => {
                        model.waiting.hold(Typed::Key(key));
                    }
                }
                return Vec::new();
            }
            press(model, pressed)
        }
        Msg::OpenUrl(url) => scratch::open(model, &url),
        Msg::Paste(text) if model.waiting.is_behind() => {
            model.waiting.hold(Typed::Paste(text));
            Vec::new()
        }
        Msg::Paste(text) => paste(model, &text),
        Msg::Mouse(event) if waiting::mouse_must_wait(model, event) => {
            model.waiting.hold(Typed::Mouse(event));
            Vec::new()
        }
        Msg::Mouse(event) => mouse::mouse(model, event),
        Msg::Resize(width, height) => {
            model.size = (width, height);
            tree_nodes::keep_tree_in_view(model);
            editing::keep_in_view(model);
            tree_nodes::label_effects(model)
        }
        Msg::Background { light } => {
            if std::mem::take(&mut model.theme_is_guess) {
                model.usual_theme = if light { ThemeName::Light } else { ThemeName::Dark };
                model.use_theme(model.usual_theme);
            }
            Vec::new()
        }
        Msg::Tick => Vec::new(),
        Msg::Send { id, report } => sending::report(model, id, report),
        Msg::Indexed { id, generation, rows } => body::indexed(model, id, generation, rows),
        Msg::Indexing { id, generation, done } => {
            body::indexing(model, id, generation, done);
            Vec::new()
        }
        Msg::Found { id, query, matches } => {
            body::found(model, id, &query, matches);
            Vec::new()
        }
        Msg::Previewed { path, preview } => {
            if let Some(open) = model.open_requests.get_mut(&path) {
                open.preview = *preview;
            }
            Vec::new()
        }
        Msg::Listed { workspace, nodes } => listing::listed(model, *workspace, nodes),
        Msg::DiskChanged { paths, anything } => disk_changes::changed(model, &paths, anything),
        Msg::ConfigRead(loaded) => disk_changes::config_read(model, *loaded),
        Msg::Labels(labels) => {
            for (path, label) in labels {
                model.tree.set_label(&path, label);
            }
            Vec::new()
        }
        Msg::FindTexts(entries) => find::read(model, entries),
        Msg::Opened(opened) => listing::opened(model, *opened),
        Msg::Inherited { path, scope, auth } => {
            let scope = model.with_overrides(scope);
            if let Some(open) = model.open_requests.get_mut(&path) {
                (open.scope, open.inherited) = (scope, *auth);
            }
            follow_up::preview_all(model)
        }
        Msg::NotOpened { path, problem } => listing::not_opened(model, &path, problem),
        Msg::Saved { path, now, loaded } => saving::saved(model, &path, &now, *loaded),
        Msg::Conflict { path, theirs, ours } => saving::conflict(model, path, theirs, ours),
        Msg::NotSaved { path, problem } => {
            model.waiting.saved();
            model.waiting.give_up();
            model.say(NoticeKind::Bad, format!("{path} is not saved: {problem}"));
            Vec::new()
        }
        Msg::Moved { moved, undo, problem } => {
            model.note_rearranged(undo);
            tree_changes::moved(model, moved, problem)
        }
        Msg::Rearranged { done, listed } => rearranging::rearranged(model, done, *listed),
        Msg::UndoneInTree { undone, moved, left, problem } => {
            rearranging::undone(model, &undone, moved, left, problem)
        }
        Msg::AskAgain { ask, text, problem } => {
            model.say(NoticeKind::Bad, problem);
            model.ask_again(ask, &text);
            Vec::new()
        }
        Msg::Duplicated { path, listed } => {
            let mut effects = dispatch(model, *listed);
            effects.extend(files::go_to(model, &path));
            effects
        }
        Msg::Deleted { trashed, problem } => tree_changes::deleted(model, trashed, problem),
        Msg::SecretKept { path, field, reference, name } => {
            secrets::kept(model, &path, field, reference, name)
        }
        Msg::SecretNotKept { path, field, name, text, problem } => {
            let effects = secrets::not_kept(model, &path, field, name, &text);
            model.say(NoticeKind::Bad, problem);
            effects
        }
        Msg::SetUp { request, listed } => {
            let mut effects = dispatch(model, *listed);
            effects.extend(files::go_to(model, &request));
            let edit = keymap::says(model, Command::FocusWorkspace, "opens its variables");
            model.say(NoticeKind::Good, format!("New workspace {}: {edit}", model.workspace.name));
            effects
        }
        Msg::WorkspaceChanged { change, edit, secrets, listed } => {
            workspace_editor::changed(model, &change, edit, secrets, *listed)
        }
        Msg::FileRestored { step, redo, listed } => workspace_editor::restored(model, step, redo, *listed),
        Msg::WorkspaceNotChanged { problem, listed } => {
            workspace_editor::not_changed(model, problem, listed.map(|listed| *listed))
        }
        Msg::Surveyed { flows } => {
            trust::surveyed(model, flows);
            Vec::new()
        }
        Msg::Trusted { resend, secrets } => sending::allowed(model, resend.as_ref(), secrets),
        Msg::Edited { field, text: Ok(text) } => external::edited(model, field, &text),
        Msg::Edited { field: _, text: Err(problem) } | Msg::Failed(problem) => {
            model.say(NoticeKind::Bad, problem);
            Vec::new()
        }
        // It was on its way when what it belongs to was cancelled.
        Msg::Ask { id, .. } | Msg::Renewed { id, .. } | Msg::SsoRoles { id, .. }
            if model.cancelled.contains(&id) =>
        {
            Vec::new()
        }
        Msg::Ask { id, asked } => {
            model.end_login(id);
            model.ask(id, asked);
            Vec::new()
        }
        Msg::Renewed { id, identity, result: Ok(()) } => {
            model.withdraw_questions(id);
            model.say(NoticeKind::Good, format!("{identity} has fresh credentials"));
            follow_up::preview_all(model)
        }
        Msg::Renewed { id, identity, result: Err(problems) } => {
            model.withdraw_questions(id);
            if let Some(flows) = trust::refused(&problems) {
                return trust::ask(model, None, flows);
            }
            let why: Vec<String> = problems.iter().map(Problem::in_one_line).collect();
            model.say(NoticeKind::Bad, format!("{identity} could not be renewed: {}", why.join("; ")));
            Vec::new()
        }
        Msg::Caller { chain, access_key, result } => who_signs::told(model, chain, access_key, result),
        // Who signs says how it went.
        Msg::KeptFresh => follow_up::preview_all(model),
        Msg::FileExists { file, body } => {
            model.overlays.push(Overlay::Confirm(Confirm::Overwrite { file, body }));
            Vec::new()
        }
        Msg::SsoRoles { id, session, roles } => {
            model.withdraw_questions(id);
            sso_roles::listed(model, session, roles)
        }
        Msg::AwsRead(found) => {
            identity_picker::read(model, *found);
            Vec::new()
        }
        Msg::CopyText { text, what } => vec![ScreenEffect::Copy { text, what }.into()],
        Msg::UsedNames(names) => {
            completing::used(model, names);
            Vec::new()
        }
        Msg::Done(line) => {
            model.say(NoticeKind::Good, line);
            Vec::new()
        }
        Msg::Terminate => {
            model.waiting.quit();
            Vec::new()
        }
    }
}

/// A key with what it means here.
struct Pressed {
    key: Key,
    context: Context,
    /// The keys of its chord so far, this one last.
    chord: Vec<Key>,
    lookup: Lookup,
}

fn look_up(model: &Model, key: Key) -> Pressed {
    let context = keymap::context(model);
    let chord: Vec<Key> = model.pending.iter().copied().chain([key]).collect();
    let lookup = model.config.keys.lookup(context, &chord);
    Pressed { key, context, chord, lookup }
}

/// Does what has waited, as far as it can be done now.
fn replay_typeahead(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some(next) = model.waiting.take_next() {
        effects.extend(match next {
            Next::Command(command) => commands::run(model, command),
            Next::Typed(Typed::Key(key)) => {
                let pressed = look_up(model, key);
                press(model, pressed)
            }
            Next::Typed(Typed::Paste(text)) => paste(model, &text),
            Next::Typed(Typed::Mouse(event)) => mouse::mouse(model, event),
        });
    }
    effects
}

/// One key: the topmost overlay has it first, then the text that is being typed, then the pane.
fn press(model: &mut Model, pressed: Pressed) -> Vec<Effect> {
    let Pressed { key, context, chord, lookup } = pressed;
    if let Some(effects) = jump::jump_to(model, key) {
        return effects;
    }
    model.pending.clear();
    match lookup {
        Lookup::Command(command) => {
            if context != Context::Editing {
                model.notice = None;
            }
            commands::run(model, command)
        }
        Lookup::Pending => {
            model.pending = chord;
            Vec::new()
        }
        Lookup::Unbound => match context {
            Context::Editing => typing::key(model, key),
            Context::Prompt => overlays::typed(model, key),
            Context::Global
            | Context::Tree
            | Context::Url
            | Context::Rows
            | Context::Text
            | Context::Response
            | Context::Workspace
            | Context::Overlay => Vec::new(),
        },
    }
}

/// A paste is text, never keys: it lands in what is being typed, else a curl command offers to
/// become a request, and anything else is refused with a word. No URL is a curl command, so that one
/// offers the same while a URL is typed. AWS keys offer to sign the request wherever they land.
fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    // A terminal pastes CR where a line ends.
    let text = &*text.replace("\r\n", "\n").replace('\r', "\n");
    match keymap::context(model) {
        Context::Editing if editing::is_curl_for_url(model, text) => {
            let mut effects = editing::leave(model);
            effects.extend(questions::offer_paste(model, text));
            effects
        }
        Context::Editing => {
            if let Some(effects) = workspace_editor::paste_keys(model, text) {
                return effects;
            }
            if aws_keys::offer(model, text) { Vec::new() } else { typing::paste(model, text) }
        }
        Context::Prompt => overlays::pasted(model, text),
        Context::Overlay => Vec::new(),
        Context::Global
        | Context::Tree
        | Context::Url
        | Context::Rows
        | Context::Text
        | Context::Response
        | Context::Workspace => questions::offer_paste(model, text),
    }
}

#[cfg(test)]
mod tests;
