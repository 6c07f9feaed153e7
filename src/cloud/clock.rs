//! The cloud's clock, which can be moved and stopped.
//!
//! Owns two times. Credentials and presigned URLs expire by a time that can be advanced, set and
//! frozen; the dates of signatures, which clients take from their clocks, are checked by real
//! time plus a skew that can be set. Refuses times before 1970, which some of AWS's formats can't
//! express, and more than a hundred years ahead, which no test needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

/// How far ahead of real time the clock may be, in seconds: a hundred years.
const MAX_SHIFT_SECONDS: i64 = 100 * 365 * 86_400;

/// The latest time that the formats of dates can express: 9999-12-31T23:59:59Z, in seconds since 1970.
const MAX_DATE_SECONDS: u64 = 253_402_300_799;

/// The clock of one cloud. Clones are handles on the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Shifts>);

/// A time that the clock can't be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock can't be set to a time before 1970 or more than a hundred years ahead of real time")]
pub struct OutOfRange;

#[derive(Debug, Default)]
struct Shifts {
    /// Seconds ahead of real time.
    advanced: AtomicI64,
    /// While frozen: milliseconds since 1970.
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

    /// The time by which the dates of signatures are checked (UTC).
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

    /// Moves [`Clock::now`] by this many seconds; a negative number moves it back.
    ///
    /// # Errors
    /// [`OutOfRange`]; the clock is as it was.
    pub fn advance(&self, seconds: i64) -> Result<(), OutOfRange> {
        let before = self.advanced_seconds();
        let moved = within(before.checked_add(seconds).ok_or(OutOfRange)?)?;
        if self.is_frozen() {
            let by = moved.saturating_sub(before).saturating_mul(1000);
            self.0.stopped_at.fetch_add(by, Ordering::Relaxed);
        } else {
            self.0.advanced.store(moved, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Sets [`Clock::now`]; it continues, or stays frozen, from there.
    ///
    /// # Errors
    /// [`OutOfRange`]; the clock is as it was.
    pub fn set(&self, now: SystemTime) -> Result<(), OutOfRange> {
        let moved = shift_to(now)?;
        self.0.advanced.store(moved, Ordering::Relaxed);
        self.0.stopped_at.store(millis(shift(SystemTime::now(), moved)), Ordering::Relaxed);
        Ok(())
    }

    /// Freezes [`Clock::now`] at a time.
    ///
    /// # Errors
    /// [`OutOfRange`]; the clock is as it was.
    pub fn freeze_at(&self, at: SystemTime) -> Result<(), OutOfRange> {
        shift_to(at)?;
        self.0.stopped_at.store(millis(at), Ordering::Relaxed);
        self.0.frozen.store(true, Ordering::Release);
        Ok(())
    }

    /// Freezes [`Clock::now`] where it is.
    pub fn freeze(&self) {
        self.0.stopped_at.store(millis(self.now()), Ordering::Relaxed);
        self.0.frozen.store(true, Ordering::Release);
    }

    /// Lets [`Clock::now`] continue from where it is.
    pub fn unfreeze(&self) {
        self.0.advanced.store(self.advanced_seconds(), Ordering::Relaxed);
        self.0.frozen.store(false, Ordering::Release);
    }

    /// An independent clock that shows the same, to try a change on.
    pub(super) fn detached(&self) -> Self {
        let copy = Self::default();
        copy.take_over(self);
        copy
    }

    /// Takes over what another clock shows.
    pub(super) fn take_over(&self, other: &Self) {
        let (own, other) = (&self.0, &other.0);
        own.advanced.store(other.advanced.load(Ordering::Relaxed), Ordering::Relaxed);
        own.stopped_at.store(other.stopped_at.load(Ordering::Relaxed), Ordering::Relaxed);
        own.skew.store(other.skew.load(Ordering::Relaxed), Ordering::Relaxed);
        own.frozen.store(other.frozen.load(Ordering::Acquire), Ordering::Release);
    }

    /// Sets the skew of [`Clock::signature_now`].
    ///
    /// # Errors
    /// [`OutOfRange`]; the skew is as it was.
    pub fn set_skew(&self, seconds: i64) -> Result<(), OutOfRange> {
        self.0.skew.store(within(seconds)?, Ordering::Relaxed);
        Ok(())
    }
}

/// The shift from real time to a time, if that is in range.
fn shift_to(time: SystemTime) -> Result<i64, OutOfRange> {
    // Not left to the shift alone, which is in whole seconds.
    if time < SystemTime::UNIX_EPOCH { Err(OutOfRange) } else { within(ahead(time)) }
}

/// A shift from real time, if the result is in range to the second.
fn within(seconds: i64) -> Result<i64, OutOfRange> {
    let least = (-millis(SystemTime::now())).div_euclid(1000);
    if (least..=MAX_SHIFT_SECONDS).contains(&seconds) { Ok(seconds) } else { Err(OutOfRange) }
}

/// How far a time is ahead of real time, in whole seconds; negative if it is in the past.
fn ahead(time: SystemTime) -> i64 {
    let difference = millis(time).saturating_sub(millis(SystemTime::now()));
    // Rounded: a clock that was just set isn't a second behind.
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

/// The nearest time that every format of dates can express: the system's own clock may be wrong too.
fn datable(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + since.min(Duration::from_secs(MAX_DATE_SECONDS))
}

/// Whole seconds since 1970; 0 for a time before that.
pub(super) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// `20260101T000000Z`, as signatures are dated.
pub(super) fn basic(time: SystemTime) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    OffsetDateTime::from(datable(time)).format(format).unwrap_or_default()
}

/// `2026-01-01T00:00:00Z`, as in XML and JSON responses.
pub(super) fn iso(time: SystemTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    OffsetDateTime::from(datable(time)).format(format).unwrap_or_default()
}

/// `Thu, 01 Jan 2026 00:00:00 GMT`, as in the header `Date`.
pub(super) fn http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(datable(time))
}

/// `01/Jan/2026:00:00:00 +0000`, as in the event of a function.
pub(super) fn log_time(time: SystemTime) -> String {
    let format = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    OffsetDateTime::from(datable(time)).format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn dates_have_the_formats_of_aws() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        assert_eq!(basic(time), "20150830T123600Z");
        assert_eq!(iso(time), "2015-08-30T12:36:00Z");
        assert_eq!(http_date(time), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(log_time(time), "30/Aug/2015:12:36:00 +0000");
    }

    #[test]
    fn every_time_has_a_date() {
        let past = SystemTime::UNIX_EPOCH - DAY;
        assert_eq!(http_date(past), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!((basic(past).as_str(), iso(past).as_str()), ("19700101T000000Z", "1970-01-01T00:00:00Z"));
        let future = SystemTime::UNIX_EPOCH + DAY * 365 * 9000;
        assert_eq!(http_date(future), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(log_time(future), "31/Dec/9999:23:59:59 +0000");
    }

    #[test]
    fn advancing_adds_up_and_skew_is_set() {
        let clock = Clock::default();
        clock.advance(900).unwrap();
        clock.clone().advance(1).unwrap();
        clock.set_skew(5).unwrap();
        clock.set_skew(7).unwrap();
        assert_eq!((clock.advanced_seconds(), clock.skew_seconds()), (901, 7));
        let ahead = clock.now().duration_since(SystemTime::now()).unwrap();
        assert!(ahead > Duration::from_secs(899), "{ahead:?}");
    }

    #[test]
    fn times_out_of_range_are_refused_and_change_nothing() {
        let clock = Clock::default();
        for seconds in [i64::MIN, -2_000_000_000, MAX_SHIFT_SECONDS + 1, i64::MAX] {
            assert_eq!(clock.advance(seconds), Err(OutOfRange), "{seconds}");
            assert_eq!(clock.set_skew(seconds), Err(OutOfRange), "{seconds}");
        }
        let past = SystemTime::UNIX_EPOCH - DAY;
        assert_eq!((clock.set(past), clock.freeze_at(past)), (Err(OutOfRange), Err(OutOfRange)));
        let future = SystemTime::now() + DAY * 365 * 101;
        assert_eq!((clock.set(future), clock.freeze_at(future)), (Err(OutOfRange), Err(OutOfRange)));
        assert_eq!((clock.advanced_seconds(), clock.skew_seconds(), clock.is_frozen()), (0, 0, false));
        clock.freeze_at(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(iso(clock.now()), "1970-01-01T00:00:00Z");
        assert_eq!(clock.advance(-10), Err(OutOfRange));
    }

    #[test]
    fn a_frozen_clock_stands_still_and_continues_from_there() {
        let clock = Clock::default();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        clock.freeze_at(at).unwrap();
        assert_eq!((clock.is_frozen(), clock.now()), (true, at));
        clock.advance(60).unwrap();
        let moved = clock.now();
        assert!(
            moved.duration_since(at).unwrap().abs_diff(Duration::from_secs(60)) <= Duration::from_secs(1)
        );
        assert_eq!(clock.now(), moved, "it stands still");
        clock.unfreeze();
        let running = clock.now().duration_since(moved).unwrap_or_default();
        assert!(running < Duration::from_secs(5) && !clock.is_frozen(), "{running:?}");
        clock.set(at).unwrap();
        assert!(clock.now().duration_since(at).unwrap_or_default() < Duration::from_secs(5));
        clock.freeze();
        assert!(clock.is_frozen());
    }
}
