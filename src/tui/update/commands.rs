//! What each command does.

use crate::config::ResponsePlace;
use crate::config::command::Command;
use crate::config::theme::ThemeName;
use crate::core::diagnose::Finding;
use crate::tui::effect::Effect;
use crate::tui::layout::inside;
use crate::tui::model::buffer::Buffer;
use crate::tui::model::field::{self, Column, Slot, Tab};
use crate::tui::model::overlay::{Ask, Confirm, Overlay};
use crate::tui::model::response::ResponseTab;
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{body, editing, files, overlays, sending, waiting};

/// Carries a command out.
pub(super) fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    // The disk answers for the paths that it was asked about.
    if changes_paths(command) && waiting::for_saves(model, command) {
        return Vec::new();
    }
    match command {
        Command::Send => sending::send(model),
        Command::Cancel => cancel(model),
        Command::Save => files::save(model),
        Command::SaveAs => overlays::ask(model, Ask::SaveAs),
        Command::NewRequest => overlays::ask(model, Ask::NewRequest),
        Command::NewFolder => overlays::ask(model, Ask::NewFolder),
        Command::MethodPicker => overlays::pick_method(model),
        Command::CopyCurl => copy_curl(model),
        Command::Edit => editing::begin(model),
        Command::EndEdit => end_edit(model),
        Command::ExternalEditor => editing::external(model),
        Command::Undo => undo(model),
        Command::Redo => redo(model),
        Command::Reveal => reveal(model),
        Command::ToggleRow => toggle_row(model),
        Command::AddRow => add_row(model),
        Command::DeleteRow => delete_row(model),
        Command::Open => open(model),
        Command::Rename => with_node(model, |path| Ask::Rename(path.to_owned())),
        Command::Move => with_node(model, |path| Ask::Move(path.to_owned())),
        Command::Duplicate => {
            let path = model.tree.current().map(|node| node.path.clone());
            path.map(|path| files::duplicate(model, path)).unwrap_or_default()
        }
        Command::Delete => {
            if let Some(node) = model.tree.current() {
                let confirm = Confirm::Delete(node.path.clone());
                model.overlays.push(Overlay::Confirm(confirm));
            }
            Vec::new()
        }
        Command::FindInTree => overlays::pick_request(model),
        Command::SearchResponse => overlays::ask(model, Ask::Search),
        Command::NextMatch => step_match(model, true),
        Command::PreviousMatch => step_match(model, false),
        Command::CopyBody => copy_shown(model),
        Command::CopyHeader => overlays::pick_header(model),
        Command::SaveBody => overlays::ask(model, Ask::SaveBody),
        Command::TogglePretty => body::next_layout(model),
        Command::ToggleWrap => body::toggle_wrap(model),
        Command::IdentityPicker => overlays::pick_option(model, field::Choice::Identity),
        Command::RenewSession => renew(model),
        Command::EnvironmentPicker => overlays::pick_environment(model),
        Command::FocusTree => focus(model, Pane::Tree),
        Command::FocusUrl => focus(model, Pane::Url),
        Command::FocusTabs => focus(model, Pane::Request),
        Command::FocusResponse => focus(model, Pane::Response),
        Command::FocusNext => focus_step(model, 1),
        Command::FocusPrevious => focus_step(model, -1),
        Command::NextRequest => files::show_next(model, true),
        Command::PreviousRequest => files::show_next(model, false),
        Command::NextTab => tab_step(model, 1),
        Command::PreviousTab => tab_step(model, -1),
        Command::Up => vertical(model, -1),
        Command::Down => vertical(model, 1),
        Command::PageUp => vertical(model, -page(model)),
        Command::PageDown => vertical(model, page(model)),
        Command::Top => vertical(model, isize::MIN / 2),
        Command::Bottom => vertical(model, isize::MAX / 2),
        Command::Left => sideways(model, -1),
        Command::Right => sideways(model, 1),
        Command::Palette => overlays::palette(model),
        Command::Help => {
            model.overlays.push(Overlay::Help(0));
            Vec::new()
        }
        Command::Jump => overlays::jump(model),
        Command::Zoom => {
            model.zoom = !model.zoom;
            Vec::new()
        }
        Command::SwapLayout => swap_layout(model),
        Command::ToggleTheme => toggle_theme(model),
        Command::Quit => quit(model),
        Command::ForceQuit => {
            model.quitting = true;
            Vec::new()
        }
        Command::Accept => overlays::accept(model),
        Command::Close => {
            model.overlays.pop();
            Vec::new()
        }
    }
}

fn changes_paths(command: Command) -> bool {
    matches!(
        command,
        Command::SaveAs | Command::Rename | Command::Move | Command::Duplicate | Command::Delete
    )
}

fn cancel(model: &mut Model) -> Vec<Effect> {
    if model.zoom && model.exchange().is_none_or(|exchange| !exchange.is_under_way()) {
        model.zoom = false;
        return Vec::new();
    }
    let effects = sending::cancel(model);
    if !effects.is_empty() {
        model.say(NoticeKind::Info, "Cancelled");
    }
    effects
}

fn end_edit(model: &mut Model) -> Vec<Effect> {
    if editing::close_completion(model) { Vec::new() } else { editing::leave(model) }
}

fn copy_curl(model: &Model) -> Vec<Effect> {
    let (Some(path), Some(buffer)) = (&model.current, model.buffer()) else { return Vec::new() };
    vec![Effect::CopyCurl(path.clone(), Box::new(buffer.request.clone()))]
}

fn undo(model: &mut Model) -> Vec<Effect> {
    if let Some(editing) = model.editing.as_mut() {
        editing.editor.undo();
        return editing::typed(model);
    }
    if model.focus == Pane::Tree {
        return match model.deleted.pop() {
            Some(trashed) => vec![Effect::Restore(trashed)],
            None => {
                model.say(NoticeKind::Info, "Nothing was deleted here");
                Vec::new()
            }
        };
    }
    changed_by(model, Buffer::undo, "Nothing to undo")
}

fn redo(model: &mut Model) -> Vec<Effect> {
    if let Some(editing) = model.editing.as_mut() {
        editing.editor.redo();
        return editing::typed(model);
    }
    changed_by(model, Buffer::redo, "Nothing to redo")
}

fn changed_by(model: &mut Model, change: fn(&mut Buffer) -> bool, otherwise: &str) -> Vec<Effect> {
    if model.buffer_mut().is_some_and(change) {
        return files::touched(model);
    }
    model.say(NoticeKind::Info, otherwise);
    Vec::new()
}

fn reveal(model: &mut Model) -> Vec<Effect> {
    model.revealed = !model.revealed;
    let words = if model.revealed { "Secrets are shown: * masks them again" } else { "Secrets are masked" };
    model.say(NoticeKind::Info, words);
    Vec::new()
}

fn toggle_row(model: &mut Model) -> Vec<Effect> {
    match current_slot(model) {
        Some(Slot::Cell(table, index, _)) => {
            if let Some(buffer) = model.buffer_mut() {
                buffer.change(|request| field::toggle(request, table, index));
            }
            files::touched(model)
        }
        Some(Slot::NewRow(table)) => editing::add_row(model, table),
        _ => Vec::new(),
    }
}

fn add_row(model: &mut Model) -> Vec<Effect> {
    match current_slot(model) {
        Some(Slot::Cell(table, ..) | Slot::NewRow(table)) => editing::add_row(model, table),
        _ => Vec::new(),
    }
}

fn delete_row(model: &mut Model) -> Vec<Effect> {
    let Some(Slot::Cell(table, index, _)) = current_slot(model) else { return Vec::new() };
    if let Some(buffer) = model.buffer_mut() {
        buffer.change(|request| field::delete_row(request, table, index));
    }
    model.say(NoticeKind::Info, "Row deleted: u takes it back");
    files::touched(model)
}

fn current_slot(model: &Model) -> Option<Slot> {
    if model.focus == Pane::Request { model.buffer()?.slot() } else { None }
}

fn open(model: &mut Model) -> Vec<Effect> {
    let Some(node) = model.tree.current().cloned() else { return Vec::new() };
    if node.folder {
        let folded = model.tree.is_folded(&node.path);
        model.tree.fold(&node.path, !folded);
        files::keep_tree_in_view(model);
        return files::label_effects(model);
    }
    let effects = files::show_cursor(model);
    focus(model, Pane::Request);
    effects
}

fn with_node(model: &mut Model, ask: impl Fn(&str) -> Ask) -> Vec<Effect> {
    let Some(ask) = model.tree.current().map(|node| ask(&node.path)) else { return Vec::new() };
    overlays::ask(model, ask)
}

fn step_match(model: &mut Model, forward: bool) -> Vec<Effect> {
    body::step_match(model, forward);
    Vec::new()
}

/// Copies what the shown tab of the response holds.
fn copy_shown(model: &mut Model) -> Vec<Effect> {
    let Some(exchange) = model.exchange() else { return Vec::new() };
    match model.response_tab {
        ResponseTab::Body => {
            let bytes: &[u8] = &exchange.body;
            let text = match &exchange.view.index {
                Some(index) => index.text(0..index.len(), bytes),
                None => String::from_utf8_lossy(bytes).into_owned(),
            };
            vec![Effect::Copy(text, "The body".into())]
        }
        ResponseTab::Headers => {
            let headers = exchange.head.iter().flat_map(|head| &head.headers);
            let text: String = headers.map(|(name, value)| format!("{name}: {value}\n")).collect();
            vec![Effect::Copy(text, "The headers".into())]
        }
        ResponseTab::Diagnosis => {
            let text: Vec<String> = exchange.findings.iter().map(finding_text).collect();
            vec![Effect::Copy(text.join("\n\n"), "The diagnosis".into())]
        }
        ResponseTab::Signature | ResponseTab::Timeline => {
            let text = crate::tui::view::response_text(model);
            vec![Effect::Copy(text, "This tab".into())]
        }
    }
}

/// A finding as plain text; its commands are what people copy it for.
fn finding_text(finding: &Finding) -> String {
    let mut lines = vec![finding.cause.clone(), finding.cure.clone()];
    lines.extend(finding.commands.iter().cloned());
    lines.join("\n")
}

fn renew(model: &mut Model) -> Vec<Effect> {
    let identity = model.buffer().and_then(|buffer| buffer.preview.signer.as_ref()?.identity.clone());
    match (identity, &model.current, model.buffer()) {
        (Some(identity), Some(path), Some(buffer)) => {
            let effect = Effect::Renew(identity.clone(), path.clone(), Box::new(buffer.request.clone()));
            model.say(NoticeKind::Info, format!("Fetching credentials for {identity}…"));
            vec![effect]
        }
        _ => {
            model.say(NoticeKind::Info, "This request is not signed by a session that can be renewed");
            Vec::new()
        }
    }
}

/// Gives a pane the keys.
pub(super) fn focus(model: &mut Model, pane: Pane) -> Vec<Effect> {
    let effects = editing::leave(model);
    if model.editing.is_some() {
        return effects;
    }
    model.focus = pane;
    if matches!(pane, Pane::Request | Pane::Response) {
        model.front = pane;
    }
    files::keep_tree_in_view(model);
    effects
}

fn focus_step(model: &mut Model, by: isize) -> Vec<Effect> {
    const ORDER: [Pane; 4] = [Pane::Tree, Pane::Url, Pane::Request, Pane::Response];
    let at = ORDER.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    focus(model, ORDER[at.wrapping_add_signed(by) % ORDER.len()])
}

fn tab_step(model: &mut Model, by: isize) -> Vec<Effect> {
    if model.focus == Pane::Response {
        let all = ResponseTab::ALL;
        let at = all.iter().position(|tab| *tab == model.response_tab).unwrap_or(0);
        show_response_tab(model, all[(at + all.len()).wrapping_add_signed(by) % all.len()]);
    } else if let Some(buffer) = model.buffer_mut() {
        let at = Tab::ALL.iter().position(|tab| *tab == buffer.tab).unwrap_or(0);
        buffer.tab = Tab::ALL[(at + Tab::ALL.len()).wrapping_add_signed(by) % Tab::ALL.len()];
    }
    Vec::new()
}

/// Shows a tab of the response from its top.
pub(super) fn show_response_tab(model: &mut Model, tab: ResponseTab) {
    model.response_tab = tab;
    model.response_scroll = 0;
}

/// Rows that a page moves.
fn page(model: &Model) -> isize {
    let areas = model.areas().unwrap_or_default();
    let area = match model.focus {
        Pane::Tree => areas.tree,
        Pane::Url | Pane::Request => areas.request,
        Pane::Response => areas.response,
    };
    let rows = area.map_or(10, |area| inside(area).height.saturating_sub(2).max(1));
    isize::try_from(rows).unwrap_or(10)
}

fn vertical(model: &mut Model, by: isize) -> Vec<Effect> {
    if overlays::move_by(model, by) {
        return Vec::new();
    }
    match model.focus {
        Pane::Tree => {
            model.tree.move_by(by);
            files::keep_tree_in_view(model);
            let mut effects = files::show_cursor(model);
            effects.extend(files::label_effects(model));
            effects
        }
        Pane::Url => {
            if by > 0 {
                focus(model, Pane::Request);
            }
            Vec::new()
        }
        Pane::Request => {
            let at_top = model.buffer().is_none_or(|buffer| buffer.line() == 0);
            if at_top && by == -1 {
                return focus(model, Pane::Url);
            }
            if let Some(buffer) = model.buffer_mut() {
                let line = buffer.line().saturating_add_signed(by);
                buffer.set_line(line);
            }
            Vec::new()
        }
        Pane::Response => {
            body::scroll(model, by);
            Vec::new()
        }
    }
}

fn sideways(model: &mut Model, by: isize) -> Vec<Effect> {
    match model.focus {
        Pane::Tree => {
            if let Some(node) = model.tree.current().cloned() {
                if node.folder {
                    model.tree.fold(&node.path, by < 0);
                } else if by < 0
                    && let Some((folder, _)) = node.path.rsplit_once('/')
                {
                    model.tree.go_to(folder);
                } else if by > 0 {
                    return open(model);
                }
                files::keep_tree_in_view(model);
            }
            files::label_effects(model)
        }
        Pane::Url => Vec::new(),
        Pane::Request => sideways_in_request(model, by),
        Pane::Response => {
            body::scroll_sideways(model, by * 8);
            Vec::new()
        }
    }
}

fn sideways_in_request(model: &mut Model, by: isize) -> Vec<Effect> {
    match current_slot(model) {
        Some(Slot::Cell(..)) => {
            if let Some(buffer) = model.buffer_mut() {
                buffer.column = if by < 0 { Column::Name } else { Column::Value };
            }
            Vec::new()
        }
        Some(Slot::Choice(choice)) => {
            let words = field::options(choice, &model.identity_names());
            let Some(buffer) = model.buffer_mut() else { return Vec::new() };
            let now = field::text(&buffer.request, Slot::Choice(choice));
            let at = words.iter().position(|word| *word == now).unwrap_or(0);
            let word = words[(at + words.len()).wrapping_add_signed(by) % words.len()].clone();
            buffer.change(|request| field::choose(request, choice, &word));
            files::touched(model)
        }
        _ => Vec::new(),
    }
}

fn swap_layout(model: &mut Model) -> Vec<Effect> {
    let beside = model.areas().and_then(|areas| Some(areas.request?.y == areas.response?.y)).unwrap_or(false);
    model.response_side = if beside { ResponsePlace::Below } else { ResponsePlace::Beside };
    Vec::new()
}

fn toggle_theme(model: &mut Model) -> Vec<Effect> {
    model.use_theme(match model.theme_name {
        ThemeName::Light => ThemeName::Dark,
        ThemeName::Auto | ThemeName::Dark | ThemeName::Sixteen | ThemeName::Mono => ThemeName::Light,
    });
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let effects = editing::leave(model);
    if waiting::for_saves(model, Command::Quit) {
        return effects;
    }
    if model.dirty().next().is_some() {
        model.overlays.push(Overlay::Confirm(Confirm::Quit));
    } else {
        model.quitting = true;
    }
    effects
}
