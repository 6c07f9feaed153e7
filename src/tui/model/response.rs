//! One send as the response pane shows it.
//!
//! Owns the life of a send on the screen: what was reported so far, and how it is looked at.
//! Refuses to index, search or decode: those come in by messages with a generation number.

use std::sync::Arc;
use std::time::SystemTime;

use crate::core::document::{Index, Kind, Layout, Matches};
use crate::core::exchange::{End, Head, Hop, Outcome, SendId, Sent, Stage};
use crate::core::finding::Finding;
use crate::io::body::BodyView;

/// A tab of the response pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ResponseTab {
    /// The body.
    #[default]
    Body,
    /// Headers and trailers.
    Headers,
    /// What went wrong and what helps.
    Diagnosis,
    /// How the request was signed.
    Signature,
    /// Where the time went.
    Timeline,
}

impl ResponseTab {
    /// Every tab, in the order in which they stand.
    pub const ALL: [Self; 5] = [Self::Body, Self::Headers, Self::Diagnosis, Self::Signature, Self::Timeline];

    /// The title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Body => "Body",
            Self::Headers => "Headers",
            Self::Diagnosis => "Diagnosis",
            Self::Signature => "Signature",
            Self::Timeline => "Timeline",
        }
    }
}

/// Where a send stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Life {
    /// Under way, and nothing has come back.
    Waiting(Stage),
    /// The head has come, the body is coming.
    Streaming,
    /// Over.
    Ended(Box<End>),
}

impl Life {
    /// Over, because the user said so, with this many bytes of the body.
    pub fn cancelled(body_bytes: u64) -> Self {
        Self::Ended(Box::new(End { wire_bytes: body_bytes, body_bytes, ..End::of(Outcome::Cancelled) }))
    }
}

/// One send.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its number; reports with another number are not for it.
    pub id: SendId,
    /// When it was started (UTC).
    pub started: SystemTime,
    /// Where it stands.
    pub life: Life,
    /// The redirects that were followed, oldest first.
    pub redirects: Vec<Hop>,
    /// The last request that left.
    pub sent: Option<Sent>,
    /// Status and headers of its response.
    pub head: Option<Head>,
    /// What has come of the body.
    pub body: BodyView,
    /// How the body is looked at.
    pub view: BodyPane,
}

impl Exchange {
    /// A send that has just been started.
    pub fn new(id: SendId, started: SystemTime, view: BodyPane) -> Self {
        Self {
            id,
            started,
            life: Life::Waiting(Stage::Connecting),
            redirects: Vec::new(),
            sent: None,
            head: None,
            body: BodyView::default(),
            view,
        }
    }

    /// True until it is over.
    pub fn is_under_way(&self) -> bool {
        match self.life {
            Life::Waiting(_) | Life::Streaming => true,
            Life::Ended(_) => false,
        }
    }

    /// How it ended, once it has.
    pub fn end(&self) -> Option<&End> {
        match &self.life {
            Life::Ended(end) => Some(end),
            Life::Waiting(_) | Life::Streaming => None,
        }
    }

    /// Why the response is a refusal, once it is over.
    pub fn findings(&self) -> &[Finding] {
        self.end().map_or(&[], |end| &end.findings)
    }

    /// The outcome, once it is over.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.end().map(|end| &end.outcome)
    }
}

/// How a body is looked at.
#[derive(Clone, Debug)]
pub struct BodyPane {
    /// Pretty, raw or as bytes.
    pub layout: Layout,
    /// Long rows are wrapped.
    pub wrap: bool,
    /// What the body is.
    pub kind: Kind,
    /// The rows, once they are known.
    pub index: Option<Arc<Index>>,
    /// The rows that stay as they are when more of the body comes, to be continued.
    pub begun: Option<Arc<Index>>,
    /// Numbers what has been asked for; an answer with another number is stale.
    pub generation: u64,
    /// How many bytes of the body the rows on the screen, or those being made, cover.
    pub asked_bytes: u64,
    /// The columns at which the rows on the screen, or those being made, are wrapped.
    pub asked_wrap: Option<usize>,
    /// Rows are being made.
    pub busy: bool,
    /// First row on the screen.
    pub scroll: usize,
    /// First column on the screen.
    pub left: usize,
    /// The search, if there is one.
    pub search: Option<Search>,
}

impl Default for BodyPane {
    fn default() -> Self {
        Self {
            layout: Layout::Pretty,
            wrap: false,
            kind: Kind::Text,
            index: None,
            begun: None,
            generation: 0,
            asked_bytes: 0,
            asked_wrap: None,
            busy: false,
            scroll: 0,
            left: 0,
            search: None,
        }
    }
}

/// A search in a body.
#[derive(Clone, Debug)]
pub struct Search {
    /// What is searched for.
    pub query: String,
    /// Where it stands; `None` while it is searched.
    pub matches: Option<Arc<Matches>>,
    /// Which of them the screen shows.
    pub current: usize,
}
