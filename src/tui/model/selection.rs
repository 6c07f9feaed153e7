//! The text that is selected in the response.
//!
//! Owns what stays selected while a body is scrolled, wrapped or laid out anew. Refuses to copy.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use crate::core::exchange_id::ExchangeId;
use crate::tui::model::response::ResponseTab;

/// The text that is selected in the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The exchange whose response it is.
    pub exchange: ExchangeId,
    /// What is selected at a time.
    pub grain: Grain,
    /// The selected part.
    pub part: Part,
    /// The button is still down.
    pub is_dragged: bool,
}

/// What is selected at a time: what a click, a double and a triple one mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// Characters.
    Char,
    /// Words.
    Word,
    /// Rows.
    Row,
}

/// A place in the lines of a tab: line, then column.
pub(crate) type LinePlace = (usize, usize);

/// The selected part of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Bytes of the body.
    Bytes(Span<usize>),
    /// A part of the lines of another tab, in that tab at that width.
    Lines {
        /// The tab.
        tab: ResponseTab,
        /// The columns for which its lines were broken.
        columns: usize,
        /// The part.
        span: Span<LinePlace>,
    },
}

/// From one unit (a character, a word, a row) to another, in either order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span<T> {
    /// Where the button went down.
    pub anchor: Range<T>,
    /// Where the mouse is.
    pub head: Range<T>,
}

impl<T: Ord + Copy> Span<T> {
    /// A single unit.
    pub(crate) fn of(unit: Range<T>) -> Self {
        Self { anchor: unit.clone(), head: unit }
    }

    /// Both units and what lies between them.
    pub(crate) fn range(&self) -> Range<T> {
        self.anchor.start.min(self.head.start)..self.anchor.end.max(self.head.end)
    }
}

/// Clicks in the same place, one soon after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clicks {
    at: SystemTime,
    place: (u16, u16),
    /// How many there have been.
    pub count: u8,
}

/// How soon a click follows another one as its second.
const SOON: Duration = Duration::from_millis(400);

impl Clicks {
    /// Counts a click after those before it.
    pub(crate) fn next(before: Option<Self>, place: (u16, u16), at: SystemTime) -> Self {
        let follows = before.filter(|before| {
            before.place == place && at.duration_since(before.at).is_ok_and(|passed| passed <= SOON)
        });
        // A fourth one begins anew.
        let count = follows.map_or(1, |before| before.count % 3 + 1);
        Self { at, place, count }
    }

    /// Where they were.
    pub(crate) fn place(self) -> (u16, u16) {
        self.place
    }

    /// What this click selects.
    pub(crate) fn grain(self) -> Grain {
        match self.count {
            2 => Grain::Word,
            3 => Grain::Row,
            _ => Grain::Char,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_count_only_soon_and_in_one_place() {
        let start = SystemTime::UNIX_EPOCH;
        let later = |millis| start + Duration::from_millis(millis);
        let one = Clicks::next(None, (3, 4), start);
        let two = Clicks::next(Some(one), (3, 4), later(200));
        assert_eq!([one.grain(), two.grain()], [Grain::Char, Grain::Word]);
        assert_eq!(Clicks::next(Some(two), (3, 4), later(400)).grain(), Grain::Row);
        assert_eq!(Clicks::next(Some(one), (3, 4), later(401)).grain(), Grain::Char);
        assert_eq!(Clicks::next(Some(one), (4, 4), later(1)).grain(), Grain::Char);
    }
}
