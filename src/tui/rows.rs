//! Finding the rows of a body, which may still be growing.
//!
//! Owns how a growing body is gone through once: what was found before is continued, never found
//! again. Runs off the loop.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::core::document::{Index, Kind, Layout};
use crate::io::body::BodyView;

/// A body whose rows are wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowsWanted {
    /// What has come of the body.
    pub body: BodyView,
    /// Whether that is all of it.
    pub whole: bool,
    /// What it is.
    pub kind: Kind,
    /// How it is laid out.
    pub layout: Layout,
    /// Columns at which long rows are wrapped.
    pub wrap: Option<usize>,
    /// The rows of its beginning, to be continued.
    pub begun: Option<Arc<Index>>,
}

/// The rows of a body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RowsFound {
    /// Every row of what has come, the last one included.
    pub index: Arc<Index>,
    /// The rows that stay as they are when more comes, to be continued; `None` for a whole body.
    pub begun: Option<Arc<Index>>,
}

impl RowsWanted {
    /// Finds the rows. Setting `cancel` ends it early; what it gives then is not complete.
    pub(crate) fn find(self, cancel: &AtomicBool) -> RowsFound {
        let mut index = match self.begun {
            // A clone shares what it knows.
            Some(begun) => (*begun).clone(),
            None => Index::new(self.kind, self.layout, self.wrap),
        };
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
    fn a_body_that_grows_has_the_rows_of_the_whole_one_at_every_moment() {
        let text = "{\"a\": [1, 2, {\"b\": null}],\n\"long\": \"0123456789\"}\n";
        for layout in [Layout::Pretty, Layout::Raw, Layout::Hex] {
            let mut begun = None;
            for end in 0..=text.len() {
                let body = BodyView::from(text.as_bytes()[..end].to_vec());
                let (whole, kind, wrap) = (end == text.len(), Kind::Json, Some(8));
                let wanted = RowsWanted { body: body.clone(), whole, kind, layout, wrap, begun };
                let never = AtomicBool::new(false);
                let found = wanted.find(&never);
                let built = Index::build(&body, kind, layout, wrap, &never);
                let rows = |index: &Index| (index.len(), index.text(0..index.len(), &body));
                assert_eq!(rows(&found.index), rows(&built), "{layout:?} {end}");
                begun = found.begun;
            }
            assert_eq!(begun, None);
        }
    }
}
