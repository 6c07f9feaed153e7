//! What happened in one exchange, independent of how it is shown.
//!
//! Owns how the events of a send become a record: every hop, the last request and response, and the
//! end. Refuses the body, which may be as large as the disk; whoever receives it stores it. A
//! record contains its secrets in the clear, so that they can be masked when shown; it must be
//! masked before it is written to disk.

use std::time::SystemTime;

use super::exchange::{End, Head, Hop, Outcome, Redirect, Sent, Stage};
use super::exchange_id::ExchangeId;
use super::finding::Finding;
use super::names::RequestPath;

/// One run of a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// Its ID; events with another ID belong to another exchange.
    pub id: ExchangeId,
    /// Path of the request that was sent.
    pub path: RequestPath,
    /// Name of the environment that was chosen.
    pub environment: Option<String>,
    /// When it began (UTC).
    pub started: SystemTime,
    /// The redirects that were followed, the oldest first.
    pub redirects: Vec<Hop>,
    /// The last request, in its final form.
    pub sent: Option<Sent>,
    /// Whether there was a connection on which `sent` could leave.
    pub left: bool,
    /// Status and headers of its response.
    pub head: Option<Head>,
    /// Its progress.
    pub state: State,
}

/// The progress of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing has arrived yet.
    Waiting(Stage),
    /// The head has arrived; the body is arriving.
    Streaming,
    /// Over.
    Ended(Box<End>),
}

impl Record {
    /// A send that has just begun.
    pub(crate) fn new(
        id: ExchangeId,
        path: RequestPath,
        environment: Option<String>,
        started: SystemTime,
    ) -> Self {
        Self {
            id,
            path,
            environment,
            started,
            redirects: Vec::new(),
            sent: None,
            left: false,
            head: None,
            state: State::Waiting(Stage::Connecting),
        }
    }

    /// Takes a stage before the response.
    pub(crate) fn reached(&mut self, stage: Stage) {
        self.left = stage == Stage::Waiting;
        self.state = State::Waiting(stage);
    }

    /// Takes the redirect in which the last request ended; another request follows.
    pub(crate) fn redirected(&mut self, redirect: Redirect) {
        let sent = self.sent.take();
        self.redirects.extend(sent.map(|sent| Hop { sent, redirect }));
    }

    /// Sets the head of the response; its body follows.
    pub(crate) fn answered(&mut self, head: Head) {
        self.state = State::Streaming;
        self.left = true;
        self.head = Some(head);
    }

    /// Ends it because the user cancelled, after this many bytes of the body.
    pub(crate) fn cancel(&mut self, body_bytes: u64) {
        let end = End { wire_bytes: body_bytes, body_bytes, ..End::of(Outcome::Cancelled) };
        self.state = State::Ended(Box::new(end));
    }

    /// Whether it hasn't ended yet.
    pub(crate) fn is_under_way(&self) -> bool {
        match self.state {
            State::Waiting(_) | State::Streaming => true,
            State::Ended(_) => false,
        }
    }

    /// How it ended, if it has.
    pub(crate) fn end(&self) -> Option<&End> {
        match &self.state {
            State::Ended(end) => Some(end),
            State::Waiting(_) | State::Streaming => None,
        }
    }

    /// Why the response is a refusal, if the exchange has ended.
    pub(crate) fn findings(&self) -> &[Finding] {
        self.end().map_or(&[], |end| &end.findings)
    }

    /// The outcome, if the exchange has ended.
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        self.end().map(|end| &end.outcome)
    }
}
