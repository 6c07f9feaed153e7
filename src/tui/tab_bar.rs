//! The titles of tabs on the border of their pane.
//!
//! Owns which titles fit and where each is, shared by drawing and the mouse. A narrow pane has one
//! column between titles, then marks in place of numbers, then only the titles up to the current one.
//! Refuses to choose colours.

use ratatui::layout::Rect;

use crate::tui::model::Model;
use crate::tui::model::field::Tab;
use crate::tui::model::response::ResponseTab;
use crate::tui::model::workspace_editor::WorkspaceTab;
use crate::tui::text;

/// From this width of the screen on, borders show the panes' keys, in [`KEY`] columns.
pub(crate) const KEYS: u16 = 60;

/// Columns of a pane's key on its border.
const KEY: usize = 3;

/// The titles that a pane shows.
pub(crate) struct TabBar<T> {
    titles: Vec<(String, T)>,
    current: T,
    /// Columns between two titles: one or two.
    gap: usize,
}

/// The tabs of a request, in a pane of so many columns.
pub(crate) fn request(model: &Model, width: u16) -> TabBar<Tab> {
    let current = model.shown().map_or(Tab::default(), |open| open.tab);
    let titles = |numbers| Tab::ALL.map(|tab| (request_title(model, tab, numbers), tab)).to_vec();
    TabBar::new([titles(true), titles(false)], current, room(model, width))
}

/// The tabs of a response, in a pane of so many columns.
pub(crate) fn response(model: &Model, width: u16) -> TabBar<ResponseTab> {
    let titles = ResponseTab::ALL.map(|tab| (tab.title().to_owned(), tab)).to_vec();
    TabBar::new([titles.clone(), titles], model.response_tab, room(model, width))
}

/// The tabs of the workspace editor, in a pane of so many columns.
pub(crate) fn workspace(model: &Model, width: u16) -> TabBar<WorkspaceTab> {
    let titles = WorkspaceTab::ALL.map(|tab| (tab.title().to_owned(), tab)).to_vec();
    TabBar::new([titles.clone(), titles], model.workspace_editor.tab, room(model, width))
}

/// Columns of a pane's border for titles.
fn room(model: &Model, width: u16) -> usize {
    let key = if model.size.0 >= KEYS { KEY } else { 0 };
    usize::from(width).saturating_sub(2 + key)
}

/// A tab of a request, with the number of its items or a mark that it has some.
fn request_title(model: &Model, tab: Tab, numbers: bool) -> String {
    let count = model.shown().map_or(0, |open| tab.count(&open.request));
    match tab {
        _ if count == 0 => tab.title().to_owned(),
        Tab::Params | Tab::Headers if numbers => format!("{} {count}", tab.title()),
        Tab::Params | Tab::Headers | Tab::Auth | Tab::Body | Tab::Expect | Tab::Notes | Tab::Settings => {
            format!("{}•", tab.title())
        }
    }
}

impl<T: Copy + PartialEq> TabBar<T> {
    /// The longer titles if they fit, else the shorter ones, as many as lead to the current one.
    fn new([long, short]: [Vec<(String, T)>; 2], current: T, room: usize) -> Self {
        if let Some(gap) = [2, 1].into_iter().find(|gap| columns(&long, *gap) <= room) {
            return Self { titles: long, current, gap };
        }
        let mut titles = short;
        while let Some(at) = titles.iter().position(|(_, tab)| *tab == current).filter(|at| *at > 0)
            && titles.get(..=at).is_some_and(|titles| columns(titles, 1) > room)
        {
            titles.remove(0);
        }
        Self { titles, current, gap: 1 }
    }

    /// The titles as they are drawn one after another, each with whether it is the current one, which
    /// is in brackets.
    pub(crate) fn pieces(&self) -> Vec<(String, bool)> {
        let mut pieces = Vec::new();
        let mut after_current = false;
        for (title, tab) in &self.titles {
            let is_current = *tab == self.current;
            // With one column between titles, the bracket takes the space of the next one.
            let before = if self.gap == 1 && after_current { "" } else { " " };
            pieces.push(match (is_current, self.gap) {
                (true, _) => (format!("[{title}]"), true),
                (false, 1) => (format!("{before}{title}"), false),
                (false, _) => (format!("{before}{title} "), false),
            });
            after_current = is_current;
        }
        pieces
    }

    /// The area of a title, with the column before and behind it. `None` if it isn't shown.
    pub(crate) fn area(&self, pane: Rect, wanted: T) -> Option<Rect> {
        let mut x = pane.x.saturating_add(1);
        for (title, tab) in &self.titles {
            let width = u16::try_from(text::text_width(title)).ok()?;
            if *tab == wanted {
                let area = Rect { x, y: pane.y, width: width.saturating_add(2), height: 1 };
                return (area.right() < pane.right() && pane.height > 0).then_some(area);
            }
            x = x.saturating_add(width).saturating_add(u16::try_from(self.gap).ok()?);
        }
        None
    }
}

/// Columns of titles with a gap.
fn columns<T>(titles: &[(String, T)], gap: usize) -> usize {
    let widths: usize = titles.iter().map(|(title, _)| text::text_width(title) + gap).sum();
    widths + 2 - gap
}
