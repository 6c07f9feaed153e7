//! Typing into a field: begin, type, leave.
//!
//! What is typed reaches the request at every key, so that nothing is lost if the program dies; a
//! long text at short intervals, so that no key copies, parses or writes the whole of it. One visit
//! to a field is one step of undo. Secrets wait: they go to the private store.

use crate::core::convert::curl;
use crate::core::credential::Secret;
use crate::core::path_variables;
use crate::core::template;
use crate::tui::editor::Editor;
use crate::tui::effect::Effect;
use crate::tui::layout::inside;
use crate::tui::model::field::{self, Column, EditorField};
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::model::{EditTarget, Editing, Model, NoticeKind};
use crate::tui::update::{cells, completing, follow_up, secret_fields};

/// Begins a new row of a table and types into its name, or into the value of a path variable.
pub(super) fn add_row(model: &mut Model, table: field::Table) -> Vec<Effect> {
    let Some(open) = model.shown_mut() else { return Vec::new() };
    if table == field::Table::Path {
        return add_path_variable(model);
    }
    let mut index = 0;
    open.change(|request| index = field::add_row(request, table));
    let field = EditorField::Cell(table, index, Column::Name);
    open.go_to(field);
    start(model, field);
    follow_up::touched(model)
}

/// Types into the value of the next path variable that has none: one of the URL without a row, or one
/// whose row is empty.
fn add_path_variable(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.shown_mut() else { return Vec::new() };
    let index = if path_variables::undeclared(&open.request).is_empty() {
        open.request.path.iter().position(|row| row.value.is_empty()).unwrap_or_default()
    } else {
        let mut index = 0;
        open.change(|request| index = field::add_row(request, field::Table::Path));
        index
    };
    let field = EditorField::Cell(field::Table::Path, index, Column::Value);
    open.go_to(field);
    start(model, field);
    follow_up::touched(model)
}

/// Begins to type into a field.
pub(super) fn start(model: &mut Model, field: EditorField) {
    let Some(open) = model.shown() else { return };
    let before = open.request.clone();
    let mut editor = Editor::new(&field::text(&before, field), field.is_multiline());
    if field.is_secret() {
        // What is typed over a reference must not be joined to it.
        editor.select_all();
    }
    let target = EditTarget::Request { field, before: Box::new(before) };
    model.editing = Some(Editing::new(target, editor));
    model.notice = None;
    // Nothing has to be read for a list that opens before a letter is typed.
    completing::refresh(model);
}

/// True for a curl command that is pasted where a URL is typed.
pub(super) fn is_curl_for_url(model: &Model, text: &str) -> bool {
    model.edited_field() == Some(EditorField::Url) && curl::looks_like_curl(text)
}

/// Takes what has been typed over into the request, a long text when it is due.
pub(super) fn typed(model: &mut Model) -> Vec<Effect> {
    let mut effects: Vec<Effect> = completing::refresh(model).into_iter().collect();
    keep_in_view(model);
    effects.extend(take_over_if_due(model));
    effects
}

fn take_over_if_due(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(editing) = model.editing.as_mut() else { return Vec::new() };
    if editing.taken == editing.editor.version() {
        return Vec::new();
    }
    match editing.field() {
        None => {
            cells::check_typed(model);
            return Vec::new();
        }
        Some(field) if field.is_secret() => return Vec::new(),
        Some(_) => {}
    }
    if !editing.editor.is_long() {
        return take_over(model);
    }
    editing.behind_since.get_or_insert(now);
    if let Some(open) = model.shown_mut() {
        open.behind = true;
    }
    Vec::new()
}

/// Takes a long text over that has been typed for long enough, or before the program ends.
pub(super) fn finish_editing(model: &mut Model) -> Vec<Effect> {
    let due = |editing: &Editing| {
        editing.behind_since.is_some() && (model.waiting.is_quitting() || editing.is_due(model.now))
    };
    if model.editing.as_ref().is_some_and(due) { take_over(model) } else { Vec::new() }
}

fn take_over(model: &mut Model) -> Vec<Effect> {
    let Some(editing) = model.editing.as_mut() else { return Vec::new() };
    let EditTarget::Request { field, before } = &editing.target else { return Vec::new() };
    let (field, text) = (*field, editing.editor.text());
    let url_before = (field == EditorField::Url).then(|| before.clone());
    editing.error = None;
    editing.behind_since = None;
    editing.taken = editing.editor.version();
    let Some(open) = model.shown_mut() else { return Vec::new() };
    open.behind = false;
    let error = field::set_text(&mut open.request, field, text).err();
    // Lines of the tab may come and go with what is typed.
    open.go_to(field);
    if let Some(before) = url_before {
        path_variables::follow(&mut open.request, &before);
    }
    if let Some(editing) = model.editing.as_mut() {
        editing.error = error;
    }
    follow_up::touched(model)
}

/// Ends typing. A text that cannot be keeps the field open and says why.
pub(super) fn leave(model: &mut Model) -> Vec<Effect> {
    if model.editing.as_ref().is_some_and(|editing| editing.behind_since.is_some()) {
        take_over(model);
    }
    let Some(editing) = model.editing.take() else { return Vec::new() };
    let text = editing.editor.text();
    let (field, before) = match editing.target {
        EditTarget::Request { field, ref before } => (field, before),
        EditTarget::Workspace(_) => return cells::leave(model, editing),
    };
    if let Some(error) = &editing.error {
        model.say(NoticeKind::Bad, error.clone());
        let is_invalid = || field::set_text(&mut (**before).clone(), field, text.clone()).is_err();
        if !field.is_multiline() && is_invalid() {
            model.editing = Some(editing);
            return Vec::new();
        }
    }
    if field.is_secret() {
        let untouched = field::text(before, field) == text;
        return if untouched { Vec::new() } else { leave_secret(model, field, text) };
    }
    let Some(open) = model.shown_mut() else { return Vec::new() };
    open.record((**before).clone());
    follow_up::touched(model)
}

/// Ends typing, even where the text is invalid. A secret that was being typed is dropped. Returns
/// whether anything typed is lost.
pub(super) fn abandon(model: &mut Model) -> (Vec<Effect>, bool) {
    let is_cell = model.edited_cell().is_some();
    let is_secret = model.edited_field().is_some_and(EditorField::is_secret)
        || model.edited_cell().is_some_and(WorkspaceCell::is_secret);
    let effects = if is_secret { Vec::new() } else { leave(model) };
    let left = model.editing.take();
    if is_cell {
        model.settle_workspace_editor();
    }
    (effects, left.is_some_and(|editing| editing.editor.version() > 0))
}

/// A secret goes to the private store; a reference or an empty text goes into the field.
fn leave_secret(model: &mut Model, field: EditorField, text: String) -> Vec<Effect> {
    let text = text.trim().to_owned();
    let Some(path) = model.current.clone() else { return Vec::new() };
    if template::is_reference(&text) {
        if let Some(open) = model.shown_mut() {
            open.change(|request| {
                // Only number fields refuse a text, and no secret is one.
                let _ = field::set_text(request, field, text);
            });
        }
        return follow_up::touched(model);
    }
    let name = secret_fields::secret_name(model, &path, field);
    vec![secret_fields::keep(model, path, Some(field), name, Secret::new(text))]
}

/// Scrolls a text of several lines so that its cursor is in view.
pub(super) fn keep_in_view(model: &mut Model) {
    let height = model
        .areas()
        .and_then(|areas| areas.request)
        .map_or(1, |area| usize::from(inside(area).height).saturating_sub(1).max(1));
    let Some(editing) = model.editing.as_mut() else { return };
    let line = editing.editor.cursor().0;
    if line < editing.scroll {
        editing.scroll = line;
    } else if line >= editing.scroll + height {
        editing.scroll = line + 1 - height;
    }
}
