//! A list that is filtered by typing.
//!
//! Owns the fuzzy match and the selection. Refuses to know what a choice means.

use std::sync::Arc;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::core::names::RequestPath;
use crate::tui::editor::Editor;

/// One line of a picker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item<T> {
    /// The text that is matched and shown.
    pub label: String,
    /// Shown dim after the label.
    pub detail: String,
    /// The value to choose.
    pub value: T,
}

impl<T> Item<T> {
    pub(crate) fn new(label: impl Into<String>, detail: impl Into<String>, value: T) -> Self {
        Self { label: label.into(), detail: detail.into(), value }
    }
}

/// What happens when a typed text that matches no item is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unmatched {
    /// Nothing.
    Ignored,
    /// It becomes the request's method.
    IsMethod,
    /// It is the path of a new folder to move these into.
    IsFolder(Arc<[RequestPath]>),
}

/// A list that is filtered by typing.
#[derive(Clone, Debug)]
pub(crate) struct Picker<T> {
    /// What is being chosen, in words.
    pub title: String,
    /// The filter.
    pub query: Editor,
    /// What happens to a text that matches no item.
    pub unmatched: Unmatched,
    items: Vec<Item<T>>,
    shown: Vec<usize>,
    selected: usize,
}

impl<T> Picker<T> {
    /// A picker over these items, with the first one selected.
    pub(crate) fn new(title: impl Into<String>, items: Vec<Item<T>>) -> Self {
        let shown = (0..items.len()).collect();
        let query = Editor::new("", false);
        Self { title: title.into(), query, unmatched: Unmatched::Ignored, items, shown, selected: 0 }
    }

    /// Offers other items, of which those that match the filter are shown. The selection stays on its
    /// value if that's still there.
    pub(crate) fn replace_items(&mut self, items: Vec<Item<T>>)
    where
        T: PartialEq + Clone,
    {
        let chosen = self.choice().cloned();
        self.items = items;
        self.narrow();
        let at = self.shown().position(|item| Some(&item.value) == chosen.as_ref());
        self.selected = at.unwrap_or(0);
    }

    /// Selects the first item for which `wanted` holds.
    pub(crate) fn select_where(mut self, wanted: impl Fn(&T) -> bool) -> Self {
        if let Some(at) =
            self.shown.iter().position(|&i| self.items.get(i).is_some_and(|it| wanted(&it.value)))
        {
            self.selected = at;
        }
        self
    }

    /// How many items there are, whatever the filter.
    pub(crate) fn all_len(&self) -> usize {
        self.items.len()
    }

    /// The items that match the filter, the best match first.
    pub(crate) fn shown(&self) -> impl ExactSizeIterator<Item = &Item<T>> {
        self.shown.iter().map(|&i| &self.items[i])
    }

    /// The index of the selection among the shown items.
    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// The selected value.
    pub(crate) fn choice(&self) -> Option<&T> {
        self.shown.get(self.selected).map(|&i| &self.items[i].value)
    }

    /// Moves the selection within the list.
    pub(crate) fn move_by(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
    }

    /// Applies the filter and selects the best match. Labels are matched loosely and come first;
    /// details only by whole words or parts of them.
    pub(crate) fn narrow(&mut self) {
        let query = self.query.text();
        self.selected = 0;
        if query.is_empty() {
            self.shown = (0..self.items.len()).collect();
            return;
        }
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(&query, CaseMatching::Smart, Normalization::Smart);
        let mut open = Vec::new();
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let mut scored: Vec<(u32, usize)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(i, item)| {
                let score = pattern.score(Utf32Str::new(&item.label, &mut open), &mut matcher);
                let detail = || {
                    let text = format!("{} {}", item.label, item.detail).to_lowercase();
                    words.iter().all(|word| text.contains(word)).then_some(0)
                };
                Some((score.or_else(detail)?, i))
            })
            .collect();
        scored.sort_by_key(|&(score, i)| (std::cmp::Reverse(score), i));
        self.shown = scored.into_iter().map(|(_, i)| i).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker() -> Picker<u8> {
        let item = |label: &str, value| Item { label: label.into(), detail: String::new(), value };
        Picker::new("t", vec![item("Send request", 1), item("Save request", 2), item("Quit", 3)])
    }

    #[test]
    fn typing_narrows_and_selects_the_best() {
        let mut picker = picker();
        picker.query.insert("savreq");
        picker.narrow();
        assert_eq!(picker.choice(), Some(&2));
        picker.query.insert("zzz");
        picker.narrow();
        assert_eq!(picker.choice(), None);
        picker.move_by(1);
        assert_eq!(picker.selected(), 0);
    }

    #[test]
    fn details_match_as_they_are_written_and_after_labels() {
        let item =
            |label: &str, detail: &str, value| Item { label: label.into(), detail: detail.into(), value };
        let items = vec![
            item("Delete", "Moves the settings to the trash", 1),
            item("Set words", "", 2),
            item("Sort", "Every tidy thing in general", 3),
        ];
        let mut picker = Picker::new("t", items);
        picker.query.insert("settings");
        picker.narrow();
        assert_eq!(picker.shown().map(|item| item.value).collect::<Vec<_>>(), [1]);
        picker.query.replace("set");
        picker.narrow();
        assert_eq!(picker.shown().map(|item| item.value).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn the_selection_stays_in_the_list() {
        let mut picker = picker();
        picker.move_by(-3);
        assert_eq!(picker.choice(), Some(&1));
        picker.move_by(99);
        assert_eq!(picker.choice(), Some(&3));
        assert_eq!(picker.select_where(|v| *v == 2).choice(), Some(&2));
    }
}
