//! Where the keys go: from pane to pane, tab to tab, line to line.

use crate::tui::effect::Effect;
use crate::tui::layout::{self, inside};
use crate::tui::model::field::{self, EditorField, Tab};
use crate::tui::model::response::ResponseTab;
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{body, files, focus, follow_up, overlays, tree_nodes, workspace_editor};

pub(super) fn focus_step(model: &mut Model, by: isize) -> Vec<Effect> {
    const ORDER: [Pane; 4] = [Pane::Tree, Pane::Url, Pane::Request, Pane::Response];
    let at = ORDER.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    focus::give_to(model, ORDER[at.wrapping_add_signed(by) % ORDER.len()])
}

pub(super) fn tab_step(model: &mut Model, by: isize) -> Vec<Effect> {
    if model.focus == Pane::Workspace {
        workspace_editor::tab_step(model, by);
    } else if model.focus == Pane::Response {
        let all = ResponseTab::ALL;
        let at = all.iter().position(|tab| *tab == model.response_tab).unwrap_or(0);
        show_response_tab(model, all[(at + all.len()).wrapping_add_signed(by) % all.len()]);
    } else if let Some(open) = model.shown_mut() {
        let at = Tab::ALL.iter().position(|tab| *tab == open.tab).unwrap_or(0);
        open.tab = Tab::ALL[(at + Tab::ALL.len()).wrapping_add_signed(by) % Tab::ALL.len()];
    }
    Vec::new()
}

/// Shows a tab of the response from its top.
pub(super) fn show_response_tab(model: &mut Model, tab: ResponseTab) {
    model.response_tab = tab;
    model.response_scroll = 0;
}

/// Makes the tree wider or narrower by columns, from the width that it has on the screen.
pub(super) fn resize_tree(model: &mut Model, by: i16) -> Vec<Effect> {
    match model.areas().filter(|areas| !areas.folded).and_then(|areas| areas.tree) {
        Some(tree) => set_tree_width(model, tree.width.saturating_add_signed(by)),
        None => model.say(NoticeKind::Info, "The tree isn't next to the other panes"),
    }
    Vec::new()
}

/// Gives the tree a width in columns, within what the terminal has room for.
pub(super) fn set_tree_width(model: &mut Model, columns: u16) {
    model.tree_width = Some(columns.clamp(layout::LEAST_TREE, layout::most_tree(model.size.0)));
}

/// Rows that a page moves.
pub(super) fn page(model: &Model) -> isize {
    let areas = model.areas().unwrap_or_default();
    let area = match model.focus {
        Pane::Tree => areas.tree,
        Pane::Url | Pane::Request => areas.request,
        Pane::Response => areas.response,
        Pane::Workspace => areas.workspace,
    };
    let rows = area.map_or(10, |area| inside(area).height.saturating_sub(2).max(1));
    isize::try_from(rows).unwrap_or(10)
}

pub(super) fn vertical(model: &mut Model, by: isize) -> Vec<Effect> {
    if overlays::move_by(model, by) {
        return Vec::new();
    }
    match model.focus {
        Pane::Tree => {
            model.tree.move_by(by);
            tree_nodes::keep_tree_in_view(model);
            let mut effects = files::show_cursor(model);
            effects.extend(tree_nodes::label_effects(model));
            effects
        }
        Pane::Url => {
            if by > 0 {
                focus::give_to(model, Pane::Request);
            }
            Vec::new()
        }
        Pane::Request => {
            let at_top = model.shown().is_none_or(|open| open.line() == 0);
            if at_top && by == -1 {
                return focus::give_to(model, Pane::Url);
            }
            if let Some(open) = model.shown_mut() {
                let line = open.line().saturating_add_signed(by);
                open.set_line(line);
            }
            Vec::new()
        }
        Pane::Response => {
            body::scroll(model, by);
            Vec::new()
        }
        Pane::Workspace => {
            workspace_editor::move_by(model, by);
            Vec::new()
        }
    }
}

/// The field that has the keys in the request's tabs.
pub(super) fn current_field(model: &Model) -> Option<EditorField> {
    if model.focus == Pane::Request { model.shown()?.field() } else { None }
}

/// Opens the request under the cursor, or folds and unfolds the folder.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(node) = model.tree.current().cloned() else { return Vec::new() };
    if node.folder {
        let folded = model.tree.is_folded(&node.path);
        model.tree.fold(&node.path, !folded);
        tree_nodes::keep_tree_in_view(model);
        return tree_nodes::label_effects(model);
    }
    let effects = files::show_cursor(model);
    focus::give_to(model, Pane::Request);
    effects
}

pub(super) fn sideways(model: &mut Model, by: isize) -> Vec<Effect> {
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
                tree_nodes::keep_tree_in_view(model);
            }
            tree_nodes::label_effects(model)
        }
        Pane::Url => Vec::new(),
        Pane::Request => sideways_in_request(model, by),
        Pane::Response => {
            body::scroll_sideways(model, by * 8);
            Vec::new()
        }
        Pane::Workspace => {
            workspace_editor::sideways(model, by);
            Vec::new()
        }
    }
}

fn sideways_in_request(model: &mut Model, by: isize) -> Vec<Effect> {
    match current_field(model) {
        Some(EditorField::Cell(..)) => {
            if let Some(open) = model.shown_mut() {
                open.column = open.column.beside(by < 0);
            }
            Vec::new()
        }
        Some(EditorField::Line(line)) => {
            let words = field::options(line, &model.identity_names());
            let Some(open) = model.shown_mut().filter(|_| !words.is_empty()) else { return Vec::new() };
            let now = field::text(&open.request, EditorField::Line(line));
            let at = words.iter().position(|word| *word == now).unwrap_or(0);
            let word = words[(at + words.len()).wrapping_add_signed(by) % words.len()].clone();
            open.choose(line, &word);
            follow_up::touched(model)
        }
        _ => Vec::new(),
    }
}
