//! The cloud's clock, which can be moved and stopped.
//!
//! Owns two times. Credentials and presigned URLs expire by a time that can be advanced, set and
//! frozen; the dates of signatures, which clients take from their clocks, are checked by real
//! time plus a skew that can be set.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

/// A hundred years: far enough for every story, near enough for every date format.
const MAX_SHIFT_SECONDS: i64 = 100 * 365 * 86_400;

/// The clock of one cloud. Clones are handles on the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Shifts>);

#[derive(Debug, Default)]
struct Shifts {
    /// Seconds ahead of real time; where frozen, milliseconds since 1970.
    advanced: AtomicI64,
    stopped_at: AtomicI64,
    frozen: AtomicBool,
    skew: AtomicI64,
}

impl Clock {
    /// The time by which credentials and presigned URLs expire (UTC).
    pub fn now(&self) -> SystemTime {
        if self.is_frozen() {
            return at_millis(self.0.stopped_at.load(Ordering::Relaxed));
        }
        shift(SystemTime::now(), self.0.advanced.load(Ordering::Relaxed))
    }

    /// The time by which the dates of signatures are judged (UTC).
    pub fn signature_now(&self) -> SystemTime {
        shift(SystemTime::now(), self.skew_seconds())
    }

    /// Whether [`Clock::now`] is frozen.
    pub fn is_frozen(&self) -> bool {
        self.0.frozen.load(Ordering::Acquire)
    }

    /// How far [`Clock::now`] is ahead of real time, in seconds.
    pub fn advanced_seconds(&self) -> i64 {
        if self.is_frozen() {
            return ahead(self.now());
        }
        self.0.advanced.load(Ordering::Relaxed)
    }

    /// How far [`Clock::signature_now`] is ahead of real time, in seconds.
    pub fn skew_seconds(&self) -> i64 {
        self.0.skew.load(Ordering::Relaxed)
    }

    /// Moves [`Clock::now`] by this many seconds; a negative number moves it back. The result stays
    /// within a hundred years of real time.
    pub fn advance(&self, seconds: i64) {
        let moved = within(self.advanced_seconds().saturating_add(seconds));
        if self.is_frozen() {
            let by = moved.saturating_sub(self.advanced_seconds()).saturating_mul(1000);
            self.0.stopped_at.fetch_add(by, Ordering::Relaxed);
        } else {
            self.0.advanced.store(moved, Ordering::Relaxed);
        }
    }

    /// Sets [`Clock::now`], within a hundred years of real time; it runs on, or stands still, from
    /// there.
    pub fn set(&self, now: SystemTime) {
        let moved = within(ahead(now));
        self.0.advanced.store(moved, Ordering::Relaxed);
        self.0.stopped_at.store(millis(shift(SystemTime::now(), moved)), Ordering::Relaxed);
    }

    /// Stops [`Clock::now`] at a time within a hundred years of real time; with `None` it runs on
    /// from where it stands.
    pub fn freeze(&self, at: Option<SystemTime>) {
        match at {
            Some(at) => {
                let at = at.clamp(
                    shift(SystemTime::now(), -MAX_SHIFT_SECONDS),
                    shift(SystemTime::now(), MAX_SHIFT_SECONDS),
                );
                self.0.stopped_at.store(millis(at), Ordering::Relaxed);
                self.0.frozen.store(true, Ordering::Release);
            }
            None => {
                self.0.advanced.store(within(self.advanced_seconds()), Ordering::Relaxed);
                self.0.frozen.store(false, Ordering::Release);
            }
        }
    }

    /// Sets the skew of [`Clock::signature_now`], within a hundred years of real time.
    pub fn set_skew(&self, seconds: i64) {
        self.0.skew.store(within(seconds), Ordering::Relaxed);
    }
}

fn within(seconds: i64) -> i64 {
    seconds.clamp(-MAX_SHIFT_SECONDS, MAX_SHIFT_SECONDS)
}

/// Whole seconds from real time to another; negative if that is in the past.
fn ahead(time: SystemTime) -> i64 {
    let difference = millis(time).saturating_sub(millis(SystemTime::now()));
    // To the nearest: a clock that was just set is not a second behind.
    difference.saturating_add(500).div_euclid(1000)
}

/// Milliseconds since 1970.
fn millis(time: SystemTime) -> i64 {
    let whole = |length: Duration| i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => whole(since),
        Err(before) => -whole(before.duration()),
    }
}

fn at_millis(millis: i64) -> SystemTime {
    let length = Duration::from_millis(millis.unsigned_abs());
    let at = SystemTime::UNIX_EPOCH;
    let moved = if millis < 0 { at.checked_sub(length) } else { at.checked_add(length) };
    moved.unwrap_or(at)
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

/// `2026-01-01T00:00:00Z`, as in XML and JSON responses.
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
        assert_eq!(clock.advanced_seconds(), MAX_SHIFT_SECONDS);
    }

    #[test]
    fn a_frozen_clock_stands_still_and_runs_on_from_there() {
        let clock = Clock::default();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        clock.freeze(Some(at));
        assert_eq!((clock.is_frozen(), clock.now()), (true, at));
        clock.advance(60);
        let moved = clock.now();
        assert!(
            moved.duration_since(at).unwrap().abs_diff(Duration::from_secs(60)) <= Duration::from_secs(1)
        );
        assert_eq!(clock.now(), moved, "it stands still");
        clock.freeze(None);
        let running = clock.now().duration_since(moved).unwrap_or_default();
        assert!(running < Duration::from_secs(5) && !clock.is_frozen(), "{running:?}");
        clock.set(at);
        assert!(clock.now().duration_since(at).unwrap_or_default() < Duration::from_secs(5));
        clock.freeze(Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40)));
        assert!(ahead(clock.now()) <= MAX_SHIFT_SECONDS + 1);
        assert_eq!(iso(clock.now()).len(), 20);
    }
}
