//! `--retry`: which failures are tried again, and after how long.

use std::time::{Duration, Instant, SystemTime};

use super::args::SendArgs;
use crate::core::exchange::Head;

/// Statuses that may pass.
const TRANSIENT: [u16; 6] = [408, 429, 500, 502, 503, 504];
/// The longest pause that doubling leads to.
const MAX_PAUSE: Duration = Duration::from_secs(600);

/// The retries that are left.
pub(super) struct Retries<'a> {
    args: &'a SendArgs,
    left: u32,
    next: Duration,
    started: Instant,
}

impl<'a> Retries<'a> {
    pub(super) fn new(args: &'a SendArgs) -> Self {
        let left = args.redirects.retry.unwrap_or(0);
        Self { args, left, next: Duration::from_secs(1), started: Instant::now() }
    }

    /// How many are left.
    pub(super) fn left(&self) -> u32 {
        self.left
    }

    /// How long to wait if a response is to be asked for once more.
    pub(super) fn after_status(&mut self, head: &Head) -> Option<Duration> {
        let fails = self.args.output.fail || self.args.output.fail_with_body;
        let any = self.args.redirects.retry_all_errors && fails && head.status >= 400;
        if !any && !TRANSIENT.contains(&head.status) {
            return None;
        }
        self.pause(retry_after(head, SystemTime::now()))
    }

    /// How long to wait if the network failed and the request is to be sent once more. One whose
    /// effect may be there already is sent again only where that was asked for.
    pub(super) fn after_failure(&mut self, method: &str) -> Option<Duration> {
        let repeatable = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" | "QUERY");
        if !repeatable && !self.args.redirects.retry_all_errors {
            return None;
        }
        self.pause(None)
    }

    fn pause(&mut self, asked: Option<Duration>) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let doubled = self.next;
        self.next = (self.next * 2).min(MAX_PAUSE);
        let pause = self.args.redirects.retry_delay.or(asked).unwrap_or(doubled);
        let over = self.args.redirects.retry_max_time;
        over.is_none_or(|most| self.started.elapsed() + pause <= most).then_some(pause)
    }
}

/// RFC 9110, section 10.2.3: seconds, or a date.
fn retry_after(head: &Head, now: SystemTime) -> Option<Duration> {
    let value = head.header("retry-after")?.trim();
    let seconds = value.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| httpdate::parse_http_date(value).ok()?.duration_since(now).ok())
}
