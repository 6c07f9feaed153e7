//! An exchange as the response pane shows it: its record, its body, and how both are viewed.
//!
//! Refuses to index, search or decode: the results arrive in messages with a generation number.

use std::sync::Arc;

use crate::core::document::{Index, Kind, Layout, Matches};
use crate::core::record::Record;
use crate::io::body::BodyView;

/// A tab of the response pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum ResponseTab {
    /// The body.
    #[default]
    Body,
    /// Headers and trailers.
    Headers,
    /// What went wrong, and the hint.
    Diagnosis,
    /// How the request was signed.
    Signature,
    /// Where the time went.
    Timeline,
}

impl ResponseTab {
    /// Every tab, in the order of the screen.
    pub(crate) const ALL: [Self; 5] =
        [Self::Body, Self::Headers, Self::Diagnosis, Self::Signature, Self::Timeline];

    /// The title.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Body => "Body",
            Self::Headers => "Headers",
            Self::Diagnosis => "Diagnosis",
            Self::Signature => "Signature",
            Self::Timeline => "Timeline",
        }
    }
}

/// One exchange on the screen.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// What happened.
    pub record: Record,
    /// The body received so far.
    pub document: Document,
    /// How it is viewed.
    pub view: ResponseView,
}

impl Exchange {
    /// Whether everything has come, and its rows are known.
    pub(crate) fn is_settled(&self) -> bool {
        !self.record.is_under_way() && !self.document.busy
    }
}

/// What the viewer draws: bytes and their rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// The body received so far.
    pub bytes: BodyView,
    /// Its format.
    pub kind: Kind,
    /// Its rows, once they are known.
    pub index: Option<Arc<Index>>,
    /// The rows that can't change when the body grows, to continue from.
    pub begun: Option<Arc<Index>>,
    /// Increases with each request for rows; rows with an older number are outdated.
    pub generation: u64,
    /// How many bytes the current rows, or those being computed, cover.
    pub asked_bytes: u64,
    /// The columns at which the current rows, or those being computed, are wrapped.
    pub asked_wrap: Option<usize>,
    /// Whether rows are being computed.
    pub busy: bool,
    /// How many bytes the search for rows has gone through; 0 until it says so.
    pub formatted: u64,
}

/// How a response is viewed.
#[derive(Clone, Debug)]
pub(crate) struct ResponseView {
    /// Pretty, raw or hex.
    pub layout: Layout,
    /// Whether long rows are wrapped.
    pub wrap: bool,
    /// First visible row.
    pub scroll: usize,
    /// The last row stays in view while more rows come.
    pub follow: bool,
    /// First visible column.
    pub left: usize,
    /// The search, if there is one.
    pub search: Option<Search>,
}

impl Default for ResponseView {
    fn default() -> Self {
        Self { layout: Layout::Pretty, wrap: false, scroll: 0, follow: false, left: 0, search: None }
    }
}

/// A search in a body.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// What is searched for.
    pub query: String,
    /// The matches; `None` while searching.
    pub matches: Option<Arc<Matches>>,
    /// The index of the selected match.
    pub current: usize,
}
