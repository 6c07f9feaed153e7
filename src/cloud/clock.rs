//! The cloud's clock, which can be moved.
//!
//! Owns two times. Credentials and presigned URLs expire by a time that can be advanced; the dates
//! of signatures are judged by real time plus a skew that can be set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

/// A hundred years: far enough for every story, near enough for every date format.
const FARTHEST_SECONDS: i64 = 100 * 365 * 86_400;

/// The clock of one cloud. Clones are handles on the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Shifts>);

#[derive(Debug, Default)]
struct Shifts {
    advanced: AtomicI64,
    skew: AtomicI64,
}

impl Clock {
    /// The time by which credentials and presigned URLs expire (UTC).
    pub fn now(&self) -> SystemTime {
        shift(SystemTime::now(), self.advanced_seconds())
    }

    /// The time by which the dates of signatures are judged (UTC).
    pub fn signature_now(&self) -> SystemTime {
        shift(SystemTime::now(), self.skew_seconds())
    }

    /// How far [`Clock::now`] is ahead of real time, in seconds.
    pub fn advanced_seconds(&self) -> i64 {
        self.0.advanced.load(Ordering::Relaxed)
    }

    /// How far [`Clock::signature_now`] is ahead of real time, in seconds.
    pub fn skew_seconds(&self) -> i64 {
        self.0.skew.load(Ordering::Relaxed)
    }

    /// Moves [`Clock::now`] by this many seconds; a negative number moves it back. The result stays
    /// within a hundred years of real time.
    pub fn advance(&self, seconds: i64) {
        let moved = self.advanced_seconds().saturating_add(seconds);
        self.0.advanced.store(moved.clamp(-FARTHEST_SECONDS, FARTHEST_SECONDS), Ordering::Relaxed);
    }

    /// Sets the skew of [`Clock::signature_now`], within a hundred years of real time.
    pub fn set_skew(&self, seconds: i64) {
        self.0.skew.store(seconds.clamp(-FARTHEST_SECONDS, FARTHEST_SECONDS), Ordering::Relaxed);
    }
}

fn shift(time: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let moved = if seconds < 0 { time.checked_sub(by) } else { time.checked_add(by) };
    moved.unwrap_or(time)
}

/// `20260101T000000Z`, as signatures are dated.
pub(super) fn basic(time: SystemTime) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    OffsetDateTime::from(time).format(format).unwrap_or_default()
}

/// `2026-01-01T00:00:00Z`, as XML and JSON answers have it.
pub(super) fn iso(time: SystemTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    OffsetDateTime::from(time).format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_dates() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        assert_eq!(basic(time), "20150830T123600Z");
        assert_eq!(iso(time), "2015-08-30T12:36:00Z");
    }

    #[test]
    fn advancing_adds_up_and_skew_is_set() {
        let clock = Clock::default();
        clock.advance(900);
        clock.clone().advance(1);
        clock.set_skew(5);
        clock.set_skew(7);
        assert_eq!((clock.advanced_seconds(), clock.skew_seconds()), (901, 7));
        let ahead = clock.now().duration_since(SystemTime::now()).unwrap();
        assert!(ahead > Duration::from_secs(899), "{ahead:?}");
        clock.advance(i64::MAX);
        clock.advance(i64::MAX);
        assert_eq!(clock.advanced_seconds(), FARTHEST_SECONDS);
    }
}
