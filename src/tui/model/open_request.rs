//! A request that is open for editing.
//!
//! Owns the request being edited, the version on disk for comparison, and undo. Refuses to save.

use std::sync::Arc;

use crate::core::aws_identity::AwsIdentity;
use crate::core::names::RequestPath;
use crate::core::request::fields::{AuthField, RequestField};
use crate::core::request::{Auth, AuthKind, Request};
use crate::core::scope::Scope;
use crate::engine::Preview;
use crate::io::store::{FileError, Loaded};
use crate::tui::model::field::{self, Column, EditorField, Tab, Table};

/// The most changes of one request that can be undone.
const HISTORY: usize = 200;

/// A request that was read, with everything that applies to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opened {
    /// The request.
    pub path: RequestPath,
    /// The request on disk, or in its draft.
    pub request: Request,
    /// The request on disk; `None` for a draft that was never saved.
    pub saved: Option<Request>,
    /// The text on disk.
    pub base: Option<Arc<str>>,
    /// The variables that apply to it.
    pub scope: Scope,
    /// What `inherit` means for it, and where that is declared.
    pub inherited: (Auth, String),
    /// The keys of its file that signpost doesn't know.
    pub unknown_keys: Vec<FileError>,
}

/// An open request.
#[derive(Clone, Debug)]
pub(crate) struct OpenRequest {
    /// Path in the workspace, with `/` between its parts.
    pub path: RequestPath,
    /// The request as it is now.
    pub request: Request,
    /// The request on disk; `None` if it was never saved.
    pub saved: Option<Request>,
    /// The text on disk that it is based on.
    pub base: Option<Arc<str>>,
    /// The variables that apply to it.
    pub scope: Scope,
    /// What `inherit` means for it, and where that is declared.
    pub inherited: (Auth, String),
    /// The keys of its file that signpost didn't know when it was last read.
    pub unknown_keys: Vec<FileError>,
    /// Whom it is signed as in this run; `None` for what the request says.
    pub sign_as: Option<AwsIdentity>,
    /// Who would sign, for which service, and the problems.
    pub preview: Preview,
    /// The file on disk is another one than this is based on.
    pub changed_on_disk: bool,
    /// Whether the field being edited has text that isn't in the request yet.
    pub behind: bool,
    /// The current tab.
    pub tab: Tab,
    /// The cursor's line in each tab.
    pub lines: [usize; Tab::ALL.len()],
    /// The cursor's column in tables.
    pub column: Column,
    undo: Vec<Request>,
    redo: Vec<Request>,
}

impl OpenRequest {
    /// Opens a request.
    pub(crate) fn new(
        path: RequestPath,
        request: Request,
        saved: Option<Request>,
        base: Option<Arc<str>>,
    ) -> Self {
        Self {
            path,
            request,
            saved,
            base,
            scope: Scope::default(),
            inherited: (Auth::default(), String::new()),
            unknown_keys: Vec::new(),
            sign_as: None,
            preview: Preview::default(),
            changed_on_disk: false,
            behind: false,
            tab: Tab::Params,
            lines: [0; Tab::ALL.len()],
            column: Column::Value,
            undo: Vec::new(),
            redo: Vec::new(),
        }
    }

    /// Opens a request that was read.
    pub(crate) fn opened(opened: Opened) -> Self {
        let mut open = Self::new(opened.path, opened.request, opened.saved, opened.base);
        (open.scope, open.inherited) = (opened.scope, opened.inherited);
        open.unknown_keys = opened.unknown_keys;
        open
    }

    /// Takes what was read anew. What was typed, or may be about to be, stays, unless the version on
    /// disk is to replace it; then undo brings it back.
    pub(crate) fn reload(&mut self, opened: Opened, replace: bool, being_edited: bool) {
        (self.scope, self.inherited) = (opened.scope, opened.inherited);
        self.unknown_keys = opened.unknown_keys;
        let takes = replace || !(self.is_dirty() || being_edited);
        self.changed_on_disk = !takes && self.base != opened.base;
        if takes {
            let request = opened.saved.clone().unwrap_or(opened.request);
            self.change(|mine| *mine = request);
            self.saved = opened.saved;
            self.base = opened.base;
        }
    }

    /// Takes a file that was renamed or moved, with the name that it has now. What somebody else wrote
    /// in the meantime stays a conflict for the next save.
    pub(crate) fn renamed(&mut self, loaded: Loaded) {
        let name = loaded.request.name.clone();
        let versions = self.undo.iter_mut().chain(&mut self.redo).chain([&mut self.request]);
        versions.for_each(|request| request.name.clone_from(&name));
        let Some(saved) = &mut self.saved else { return };
        saved.name = name;
        if *saved == loaded.request {
            self.base = Some(loaded.text.into());
            self.changed_on_disk = false;
        }
    }

    /// Whether it differs from what is on disk.
    pub(crate) fn is_dirty(&self) -> bool {
        self.behind || self.saved.as_ref() != Some(&self.request)
    }

    /// Changes the request as one undo step. Returns whether anything changed.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Request)) -> bool {
        let before = self.request.clone();
        change(&mut self.request);
        if self.request == before {
            return false;
        }
        self.push(before);
        self.clamp();
        true
    }

    /// Chooses an option of a field. Who chooses whom the request is signed as no longer means somebody
    /// else for this run.
    pub(crate) fn choose(&mut self, field: RequestField, word: &str) {
        let identity = field == AuthField::Identity.into();
        if identity || field == AuthField::Kind.into() {
            self.sign_as = None;
        }
        self.change(|request| {
            if identity {
                request.auth.kind = AuthKind::AwsSigv4;
            }
            field::choose(request, field, word);
        });
    }

    /// Turns everything changed since `before` into one undo step.
    pub(crate) fn record(&mut self, before: Request) {
        if before != self.request {
            self.push(before);
        }
        self.clamp();
    }

    fn push(&mut self, before: Request) {
        self.redo.clear();
        self.undo.push(before);
        if self.undo.len() > HISTORY {
            self.undo.remove(0);
        }
    }

    /// Whether there is something to undo or redo.
    pub(crate) fn has_history(&self) -> bool {
        !self.undo.is_empty() || !self.redo.is_empty()
    }

    /// Undoes the last change. Returns whether there was one.
    pub(crate) fn undo(&mut self) -> bool {
        Self::swap(&mut self.undo, &mut self.redo, &mut self.request) && self.clamp()
    }

    /// Redoes the last undone change. Returns whether there was one.
    pub(crate) fn redo(&mut self) -> bool {
        Self::swap(&mut self.redo, &mut self.undo, &mut self.request) && self.clamp()
    }

    fn swap(from: &mut Vec<Request>, to: &mut Vec<Request>, request: &mut Request) -> bool {
        let Some(other) = from.pop() else { return false };
        to.push(std::mem::replace(request, other));
        true
    }

    /// The fields of the current tab.
    pub(crate) fn fields(&self) -> Vec<EditorField> {
        field::fields(&self.request, self.tab)
    }

    /// Whether a table shows descriptions: a row has one, or the cursor is where one is written.
    pub(crate) fn shows_descriptions(&self, table: Table) -> bool {
        self.column == Column::Description || field::has_descriptions(&self.request, table)
    }

    /// The cursor's line in the current tab.
    pub(crate) fn line(&self) -> usize {
        self.lines[self.tab as usize]
    }

    /// Moves the cursor to a line of the current tab, clamped to it.
    pub(crate) fn set_line(&mut self, line: usize) {
        self.lines[self.tab as usize] = line.min(self.fields().len().saturating_sub(1));
    }

    /// The field under the cursor.
    pub(crate) fn field(&self) -> Option<EditorField> {
        let field = self.fields().get(self.line()).copied()?;
        Some(match field {
            EditorField::Cell(table, index, _) => EditorField::Cell(table, index, self.column),
            EditorField::Method
            | EditorField::Url
            | EditorField::NewRow(_)
            | EditorField::Line(_)
            | EditorField::BodyText
            | EditorField::Notes => field,
        })
    }

    /// Moves the cursor to a field, changing the tab if necessary.
    pub(crate) fn go_to(&mut self, field: EditorField) {
        for tab in Tab::ALL {
            let line = field::fields(&self.request, tab).iter().position(|other| other.same_line(field));
            if let Some(line) = line {
                self.tab = tab;
                self.lines[tab as usize] = line;
                if let EditorField::Cell(_, _, column) = field {
                    self.column = column;
                }
                return;
            }
        }
    }

    /// Keeps the cursor on existing lines.
    fn clamp(&mut self) -> bool {
        for tab in Tab::ALL {
            let last = field::fields(&self.request, tab).len().saturating_sub(1);
            let line = &mut self.lines[tab as usize];
            *line = (*line).min(last);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::request::Row;

    fn open() -> OpenRequest {
        let request = Request { headers: vec![Row::new("a", "1"), Row::new("b", "2")], ..Request::default() };
        OpenRequest::new("a.toml".into(), request.clone(), Some(request), None)
    }

    #[test]
    fn undo_and_redo_walk_the_changes() {
        let mut open = open();
        assert!(!open.change(|_| {}));
        assert!(open.change(|r| r.url = "one".into()));
        assert!(open.change(|r| r.url = "two".into()));
        assert!(open.is_dirty());
        assert!(open.undo());
        assert_eq!(open.request.url, "one");
        assert!(open.undo());
        assert!(!open.is_dirty() && !open.undo());
        assert!(open.redo() && open.redo() && !open.redo());
        assert_eq!(open.request.url, "two");
        open.undo();
        open.change(|r| r.url = "three".into());
        assert!(!open.redo());
    }

    #[test]
    fn the_cursor_stays_on_an_existing_line() {
        let mut open = open();
        open.go_to(EditorField::Cell(Table::Headers, 1, Column::Name));
        assert_eq!(open.field(), Some(EditorField::Cell(Table::Headers, 1, Column::Name)));
        open.change(|r| r.headers.clear());
        assert_eq!(open.field(), Some(EditorField::NewRow(Table::Headers)));
    }
}
