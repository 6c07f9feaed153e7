//! Computes the rows of a body, which may still be growing.
//!
//! Owns that a growing body is only read once: earlier rows are continued, never computed again.
//! Runs off the loop.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::core::document::{Index, Kind, Layout};
use crate::io::body::BodyView;

/// A body whose rows are needed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowsWanted {
    /// The body received so far.
    pub body: BodyView,
    /// Whether it is complete.
    pub whole: bool,
    /// Its format.
    pub kind: Kind,
    /// Its layout.
    pub layout: Layout,
    /// Columns at which long rows are wrapped.
    pub wrap: Option<usize>,
    /// The rows of its beginning, to continue from.
    pub begun: Option<Arc<Index>>,
}

/// The rows of a body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowsFound {
    /// Every row so far, including the last one.
    pub index: Arc<Index>,
    /// The rows that can't change when the body grows, to continue from; `None` if it is complete.
    pub begun: Option<Arc<Index>>,
}

/// Bytes that are gone through between two reports of progress.
const STEP: usize = 1 << 20;

impl RowsWanted {
    /// Computes the rows, and calls `progress` now and then with the number of bytes processed. Setting
    /// `cancel` stops early, with an incomplete result.
    pub(crate) fn find(self, cancel: &AtomicBool, mut progress: impl FnMut(u64)) -> RowsFound {
        let mut index = match self.begun {
            // A clone shares its data.
            Some(begun) => (*begun).clone(),
            None => Index::new(self.kind, self.layout, self.wrap),
        };
        let mut end = index.read_to().saturating_add(STEP);
        while end < self.body.len() && index.extend(&self.body[..end], cancel) {
            progress(end as u64);
            end += STEP;
        }
        let mut begun = None;
        if !self.whole {
            index.extend(&self.body, cancel);
            begun = Some(Arc::new(index.clone()));
        }
        index.finish(&self.body, cancel);
        RowsFound { index: Arc::new(index), begun }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_growing_body_has_the_rows_of_the_complete_one_at_any_time() {
        let text = "{\"a\": [1, 2, {\"b\": null}],\n\"long\": \"0123456789\"}\n";
        for layout in [Layout::Pretty, Layout::Raw, Layout::Hex] {
            let mut begun = None;
            for end in 0..=text.len() {
                let body = BodyView::from(text.as_bytes()[..end].to_vec());
                let (whole, kind, wrap) = (end == text.len(), Kind::Json, Some(8));
                let wanted = RowsWanted { body: body.clone(), whole, kind, layout, wrap, begun };
                let never = AtomicBool::new(false);
                let found = wanted.find(&never, |_| {});
                let built = Index::build(&body, kind, layout, wrap, &never);
                let rows = |index: &Index| (index.len(), index.text(0..index.len(), &body));
                assert_eq!(rows(&found.index), rows(&built), "{layout:?} {end}");
                begun = found.begun;
            }
            assert_eq!(begun, None);
        }
    }

    #[test]
    fn progress_is_reported_in_steps_and_changes_no_row() {
        let text = format!("[{}0]", "123,\n".repeat(STEP / 2));
        let body = BodyView::from(text.into_bytes());
        let never = AtomicBool::new(false);
        for layout in [Layout::Pretty, Layout::Raw, Layout::Hex] {
            let wanted = RowsWanted {
                body: body.clone(),
                whole: true,
                kind: Kind::Json,
                layout,
                wrap: None,
                begun: None,
            };
            let mut seen = Vec::new();
            let found = wanted.find(&never, |done| seen.push(done));
            assert_eq!(seen, [STEP as u64, 2 * STEP as u64], "{layout:?}");
            let built = Index::build(&body, Kind::Json, layout, None, &never);
            assert_eq!((found.index.len(), found.index.note()), (built.len(), None), "{layout:?}");
        }
    }
}
