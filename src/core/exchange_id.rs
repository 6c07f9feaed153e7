//! The ID of an exchange.
//!
//! Owns its form, and how a process creates many of them. Refuses clocks and random numbers: both
//! are passed in.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::{Builder, Uuid};

/// Identifies one run of a request, in this process and on disk: a UUID of version 7 ([RFC 9562,
/// section 5.7](https://www.rfc-editor.org/rfc/rfc9562#section-5.7)), so IDs sort by the time at
/// which the exchange began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ExchangeId(Uuid);

impl std::fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Creates the IDs of a process.
#[derive(Clone, Debug)]
pub(crate) struct ExchangeIds {
    /// The random part of the last ID, in its low 80 bits.
    last: u128,
}

impl ExchangeIds {
    /// Starts from random bytes, so that the IDs of two processes differ.
    pub(crate) fn new(random: [u8; 10]) -> Self {
        let last = random.into_iter().fold(0, |sum, byte| (sum << 8) | u128::from(byte));
        Self { last }
    }

    /// The ID of an exchange that begins at this time (UTC); a time before 1970 counts as 1970.
    pub(crate) fn next(&mut self, now: SystemTime) -> ExchangeId {
        self.last = self.last.wrapping_add(1);
        let mut random = [0; 10];
        random.copy_from_slice(&self.last.to_be_bytes()[6..]);
        let millis = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let millis = u64::try_from(millis).unwrap_or(u64::MAX);
        ExchangeId(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ids_have_the_form_of_version_7_and_sort_by_time() {
        let mut ids = ExchangeIds::new([0xff; 10]);
        let now = UNIX_EPOCH + Duration::from_millis(0x0123_4567_89ab);
        let first = ids.next(now);
        assert_eq!(first.to_string(), "01234567-89ab-7000-8000-000000000000");
        assert_eq!(ids.next(now).to_string(), "01234567-89ab-7000-8000-000000000001");
        assert!(ids.next(now + Duration::from_millis(1)) > first);
        assert!(ids.next(UNIX_EPOCH - Duration::from_secs(1)) < first);
    }
}
