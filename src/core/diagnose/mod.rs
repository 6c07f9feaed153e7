//! Exchange + signing + identity + now -> findings: what went wrong, how we know, what to do.
//!
//! Owns the meaning of answers. Refuses to guess silently: a finding says how sure it is and
//! quotes its evidence. One file per family of services.

/// One cause, with its evidence and its cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for this cause, for example `expired-token`; tests and docs refer to it.
    pub id: &'static str,
    /// How sure we are.
    pub certainty: Certainty,
    /// What happened, in one sentence.
    pub cause: String,
    /// What of the exchange says so, one line each, quoted.
    pub evidence: Vec<String>,
    /// What makes it work, in one sentence.
    pub cure: String,
    /// Commands or settings to copy, one each; may be empty.
    pub commands: Vec<String>,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// One of several causes that fit.
    Possible,
    /// The answer's text names it, or nothing else fits.
    Likely,
    /// The answer's text and our own record agree.
    Certain,
}
