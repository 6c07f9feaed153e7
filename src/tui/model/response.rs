//! One exchange as the response pane shows it: its record, its body and how both are looked at.
//!
//! Refuses to index, search or decode: those come in by messages with a generation number.

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
    /// Every tab, in the order in which they stand.
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
    /// The body, as far as it has come.
    pub document: Document,
    /// How it is looked at.
    pub view: ResponseView,
}

/// What the viewer draws: bytes, and the rows they make.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// What has come of the body.
    pub bytes: BodyView,
    /// What they are.
    pub kind: Kind,
    /// The rows, once they are known.
    pub index: Option<Arc<Index>>,
    /// The rows that stay as they are when more of the body comes, to be continued.
    pub begun: Option<Arc<Index>>,
    /// Numbers what has been asked for; rows with another number are stale.
    pub generation: u64,
    /// How many bytes the rows on the screen, or those being found, cover.
    pub asked_bytes: u64,
    /// The columns at which the rows on the screen, or those being found, are wrapped.
    pub asked_wrap: Option<usize>,
    /// Rows are being found.
    pub busy: bool,
}

/// How a response is looked at.
#[derive(Clone, Debug)]
pub(crate) struct ResponseView {
    /// Pretty, raw or as bytes.
    pub layout: Layout,
    /// Long rows are wrapped.
    pub wrap: bool,
    /// First row on the screen.
    pub scroll: usize,
    /// First column on the screen.
    pub left: usize,
    /// The search, if there is one.
    pub search: Option<Search>,
}

impl Default for ResponseView {
    fn default() -> Self {
        Self { layout: Layout::Pretty, wrap: false, scroll: 0, left: 0, search: None }
    }
}

/// A search in a body.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// What is searched for.
    pub query: String,
    /// Where it stands; `None` while it is searched.
    pub matches: Option<Arc<Matches>>,
    /// Which of them the screen shows.
    pub current: usize,
}
