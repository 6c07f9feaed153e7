//! The position of each target on the screen.
//!
//! Owns the only mapping between targets and areas, shared by the jump overlay, the mouse and
//! drawing. Pure: model and areas in, rectangles out.

use ratatui::layout::Rect;

use crate::core::completion::Word;
use crate::tui::layout::{self, Areas, inside};
use crate::tui::model::field::{Column, EditorField, Tab};
use crate::tui::model::overlay::HitTarget;
use crate::tui::model::response::ResponseTab;
use crate::tui::model::workspace_editor::{WorkspaceCell, WorkspaceTab};
use crate::tui::model::{EditTarget, Editing, Model, Pane};
use crate::tui::{tab_bar, text};

/// Columns of a label in the request's tabs, including the mark before it.
pub(crate) const LABEL: u16 = 18;

/// Columns of the mark before the current line.
pub(crate) const MARK: u16 = 2;

/// Columns of an environment's name in the workspace editor.
pub(crate) const ENVIRONMENT: u16 = 24;

/// Every target on the screen, in reading order.
pub(crate) fn all(model: &Model, areas: &Areas) -> Vec<HitTarget> {
    let mut targets = Vec::new();
    if let Some(tree) = areas.tree {
        let rows = usize::from(inside(tree).height);
        let shown = model.tree.shown().len();
        let last = shown.min(model.tree.scroll + rows);
        targets.extend((model.tree.scroll..last).map(HitTarget::TreeRow));
    }
    if areas.url.is_some() {
        targets.push(HitTarget::Field(EditorField::Url));
    }
    if let (Some(_), Some(open)) = (areas.request, model.shown()) {
        targets.extend(Tab::ALL.map(HitTarget::Tab));
        targets.extend(open.fields().into_iter().map(HitTarget::Field));
    }
    if areas.response.is_some() && model.exchange().is_some() {
        targets.extend(ResponseTab::ALL.map(HitTarget::ResponseTab));
    }
    if areas.workspace.is_some() {
        targets.extend(WorkspaceTab::ALL.map(HitTarget::WorkspaceTab));
        targets.extend((0..model.workspace_rows().len()).map(HitTarget::WorkspaceRow));
    } else {
        targets.push(HitTarget::Pane(Pane::Workspace));
    }
    targets.retain(|target| area(model, areas, *target).is_some());
    targets
}

/// The area of a target; `None` if it isn't on the screen.
pub(crate) fn area(model: &Model, areas: &Areas, target: HitTarget) -> Option<Rect> {
    match target {
        HitTarget::Pane(Pane::Tree) => areas.tree,
        HitTarget::Pane(Pane::Url) | HitTarget::Field(EditorField::Url | EditorField::Method) => {
            areas.url.map(inside)
        }
        HitTarget::Pane(Pane::Request) => areas.request,
        HitTarget::Pane(Pane::Response) => areas.response,
        // Its name on the tree's border opens it.
        HitTarget::Pane(Pane::Workspace) => areas.workspace.or_else(|| {
            let tree = areas.tree?;
            let width = u16::try_from(text::text_width(&model.workspace.name)).unwrap_or(u16::MAX);
            let room = tree.width.saturating_sub(2);
            Some(Rect { x: tree.x + 1, width: width.saturating_add(2).min(room), height: 1, ..tree })
        }),
        HitTarget::WorkspaceTab(tab) => {
            let pane = areas.workspace?;
            tab_bar::workspace(model, pane.width).area(pane, tab)
        }
        HitTarget::WorkspaceRow(row) => {
            let inner = workspace_list(areas.workspace?);
            let first = workspace_first(model, inner);
            line(inner, row.checked_sub(first)?)
        }
        HitTarget::TreeRow(row) => {
            let inner = inside(areas.tree?);
            line(inner, row.checked_sub(model.tree.scroll)?)
        }
        HitTarget::Tab(tab) => {
            let pane = areas.request?;
            tab_bar::request(model, pane.width).area(pane, tab)
        }
        HitTarget::ResponseTab(tab) => {
            let pane = areas.response?;
            tab_bar::response(model, pane.width).area(pane, tab)
        }
        HitTarget::Field(field) => {
            let inner = inside(areas.request?);
            let open = model.shown()?;
            let first = (open.line() + 1).saturating_sub(usize::from(inner.height));
            let at = open.fields().iter().position(|other| other.same_line(field))?;
            line(inner, at.checked_sub(first)?)
        }
    }
}

/// The arrow of a folder in a row of the tree, with the space behind it.
pub(crate) fn arrow(model: &Model, areas: &Areas, row: usize) -> Option<Rect> {
    let node = model.tree.at(row).filter(|node| node.folder)?;
    let marks = if model.tree.marks() > 0 { MARK } else { 0 };
    let row = right_of(area(model, areas, HitTarget::TreeRow(row))?, node.depth * 2 + marks);
    Some(Rect { width: row.width.min(2), ..row })
}

/// The smallest target that contains a point.
pub(crate) fn at(model: &Model, areas: &Areas, x: u16, y: u16) -> Option<HitTarget> {
    let holds = |area: Rect| area.contains((x, y).into());
    if let Some(target) =
        all(model, areas).into_iter().find(|target| area(model, areas, *target).is_some_and(holds))
    {
        return Some(target);
    }
    [Pane::Workspace, Pane::Tree, Pane::Url, Pane::Request, Pane::Response]
        .into_iter()
        .find(|pane| area(model, areas, HitTarget::Pane(*pane)).is_some_and(holds))
        .map(HitTarget::Pane)
}

fn line(area: Rect, offset: usize) -> Option<Rect> {
    let offset = u16::try_from(offset).ok()?;
    (offset < area.height).then(|| Rect { y: area.y + offset, height: 1, ..area })
}

/// Rows below the workspace editor's list, for what is to say about the row with the cursor.
fn workspace_words(height: u16) -> u16 {
    match height {
        13.. => 4,
        8.. => 2,
        _ => height.min(1),
    }
}

/// The rows of the workspace editor.
pub(crate) fn workspace_list(pane: Rect) -> Rect {
    let inner = inside(pane);
    Rect { height: inner.height - workspace_words(inner.height), ..inner }
}

/// The first row that the list shows, so that the cursor is in view.
pub(crate) fn workspace_first(model: &Model, list: Rect) -> usize {
    (model.workspace_editor.line() + 1).saturating_sub(usize::from(list.height))
}

/// The name, value and source of a row of the workspace editor; the source has no room on a narrow
/// one.
pub(crate) fn workspace_cells(row: Rect) -> (Rect, Rect, Rect) {
    let rest = right_of(row, MARK);
    let name = (rest.width / 3).min(30);
    let source = if rest.width >= 70 { (rest.width * 7 / 20).min(48) } else { 0 };
    let value = rest.width.saturating_sub(name + source + 2);
    (
        Rect { width: name, ..rest },
        Rect { width: value, ..right_of(rest, name + 1) },
        right_of(rest, name + value + 2),
    )
}

/// The area where a text is edited.
pub(crate) fn edit_area(model: &Model, areas: &Areas, editing: &Editing) -> Option<Rect> {
    match &editing.target {
        EditTarget::Request { field, .. } => field_area(model, areas, *field),
        EditTarget::Workspace(cell) => {
            let row = area(model, areas, HitTarget::WorkspaceRow(model.workspace_editor.line()))?;
            Some(workspace_cell(row, cell))
        }
    }
}

/// The area of a cell on its line of the workspace editor.
pub(crate) fn workspace_cell(row: Rect, cell: &WorkspaceCell) -> Rect {
    match cell {
        WorkspaceCell::NewVariable(_) | WorkspaceCell::RenameVariable { .. } => workspace_cells(row).0,
        WorkspaceCell::Value { .. } => workspace_cells(row).1,
        WorkspaceCell::NewEnvironment { .. }
        | WorkspaceCell::CopyEnvironment(_)
        | WorkspaceCell::NewIdentity { .. } => right_of(row, MARK),
        WorkspaceCell::RenameEnvironment(_) => {
            let rest = right_of(row, MARK + MARK);
            Rect { width: rest.width.min(ENVIRONMENT), ..rest }
        }
        WorkspaceCell::RenameIdentity(_) | WorkspaceCell::Field { .. } => right_of(row, LABEL),
    }
}

/// The area where a field is edited.
pub(crate) fn field_area(model: &Model, areas: &Areas, field: EditorField) -> Option<Rect> {
    match field {
        EditorField::Url | EditorField::Method => {
            let inner = inside(areas.url?);
            let method = model.shown().map_or("", |open| &open.request.method);
            let method = if method.is_empty() { "GET" } else { method };
            Some(right_of(inner, u16::try_from(text::text_width(&text::fit(method, 10))).ok()? + 3))
        }
        EditorField::Notes => Some(right_of(inside(areas.request?), MARK)),
        EditorField::BodyText => {
            let inner = inside(areas.request?);
            let row = area(model, areas, HitTarget::Field(field))?;
            Some(right_of(Rect { y: row.y, height: inner.bottom() - row.y, ..inner }, MARK))
        }
        EditorField::Cell(table, _, column) => {
            let row = area(model, areas, HitTarget::Field(field))?;
            Some(cell(row, column, model.shown()?.shows_descriptions(table)))
        }
        EditorField::NewRow(_) => None,
        EditorField::Line(_) => Some(right_of(area(model, areas, HitTarget::Field(field))?, LABEL)),
    }
}

/// The least width of a row with room for its description next to its value.
const WIDE_ROW: u16 = 56;

/// Whether a row has room for three columns.
pub(crate) fn is_wide(row: Rect) -> bool {
    row.width >= WIDE_ROW
}

/// The area of a row's cell on its line. A description has a column where the table shows them and
/// there is room, else the value's place.
pub(crate) fn cell(row: Rect, column: Column, descriptions: bool) -> Rect {
    let name = (row.width.saturating_sub(4) * 2 / 5).min(32);
    let rest = right_of(row, 5 + name);
    let value = if descriptions && is_wide(row) { rest.width / 2 } else { rest.width };
    match column {
        Column::Name => Rect { width: name, ..right_of(row, 4) }.intersection(row),
        Column::Value => Rect { width: value, ..rest },
        Column::Description if value < rest.width => right_of(rest, value + 1),
        Column::Description => rest,
    }
}

/// The rest of an area without its first columns.
pub(crate) fn right_of(area: Rect, taken: u16) -> Rect {
    let taken = taken.min(area.width);
    Rect { x: area.x + taken, width: area.width - taken, ..area }
}

/// Line and column, in characters, of a point in the field that is edited; a point next to it stands
/// for the nearest one in it.
pub(crate) fn place_in_field(model: &Model, areas: &Areas, x: u16, y: u16) -> Option<(usize, usize)> {
    let editing = model.editing.as_ref()?;
    let area = edit_area(model, areas, editing).filter(|area| !area.is_empty())?;
    let (x, y) = (x.clamp(area.x, area.right() - 1), y.clamp(area.y, area.bottom() - 1));
    let lines = editing.editor.lines();
    let line = (editing.scroll + usize::from(y - area.y)).min(lines.len().saturating_sub(1));
    // As many columns are scrolled off as the editor scrolls off for its cursor.
    let at = text::text_width(editing.editor.before_cursor());
    let left = (at + 1).saturating_sub(usize::from(area.width));
    let column = left + usize::from(x - area.x);
    let mut seen = 0;
    let before = lines.get(line)?.chars().take_while(|c| {
        seen += text::width(*c);
        seen <= column
    });
    Some((line, before.count()))
}

/// The most rows of the list of words, and the most columns of a word and of what it means.
const WORDS: u16 = 8;
const WORD: usize = 36;
const DETAIL: usize = 48;

/// The list of words that is offered while typing.
pub(crate) struct WordList {
    /// Its area.
    pub area: Rect,
    /// The first word that is shown.
    pub first: usize,
    /// Columns of a word.
    pub word: usize,
    /// Columns of what it means.
    pub detail: usize,
}

/// Where the list of words is: under the word that is typed. `None` if nothing is offered.
pub(crate) fn word_list(model: &Model, areas: &Areas) -> Option<WordList> {
    let completion = model.editing.as_ref()?.completion.as_ref()?;
    let (x, y) = cursor(model, areas)?;
    let widest = |text: fn(&Word) -> &str, most| {
        completion.words.iter().map(|word| text::text_width(text(word))).max().unwrap_or(0).min(most)
    };
    let (word, detail) = (widest(|word| &word.text, WORD), widest(|word| &word.detail, DETAIL));
    let width = u16::try_from(word + detail + if detail > 0 { 4 } else { 2 }).unwrap_or(u16::MAX);
    let height = u16::try_from(completion.words.len()).unwrap_or(u16::MAX).min(WORDS);
    let typed = u16::try_from(completion.typed).unwrap_or(u16::MAX).saturating_add(1);
    // The bottom lines keep telling what the keys do.
    let within = Rect { height: areas.who.y, ..areas.screen };
    let area = layout::popup(within, (x.saturating_sub(typed), y), (width, height));
    let first = (completion.selected.unwrap_or(0) + 1).saturating_sub(usize::from(area.height));
    Some(WordList { area, first, word, detail })
}

/// The word of the list at a point.
pub(crate) fn word_at(model: &Model, areas: &Areas, x: u16, y: u16) -> Option<usize> {
    let list = word_list(model, areas).filter(|list| list.area.contains((x, y).into()))?;
    Some(list.first + usize::from(y - list.area.y))
}

/// The position of the text's cursor.
pub(crate) fn cursor(model: &Model, areas: &Areas) -> Option<(u16, u16)> {
    let editing = model.editing.as_ref()?;
    let area = edit_area(model, areas, editing)?;
    let (line, _) = editing.editor.cursor();
    let at = text::text_width(editing.editor.before_cursor());
    let left = (at + 1).saturating_sub(usize::from(area.width));
    let row = u16::try_from(line.checked_sub(editing.scroll)?).ok()?;
    Some((area.x + u16::try_from(at - left).ok()?, area.y.saturating_add(row)))
}
