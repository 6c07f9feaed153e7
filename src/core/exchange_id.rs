//! The id of an exchange.
//!
//! Owns its form and how one process makes many. Refuses clocks and random numbers: both come in.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::{Builder, Uuid};

/// Identifies one run of a request, in this process and in what it keeps: a UUID of version 7
/// ([RFC 9562, section 5.7](https://www.rfc-editor.org/rfc/rfc9562#section-5.7)), so ids sort by the
/// moment at which the exchange began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ExchangeId(Uuid);

impl std::fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Makes the ids of one process.
#[derive(Clone, Debug)]
pub(crate) struct ExchangeIds {
    /// The random part of the last id, in its low 80 bits.
    last: u128,
}

impl ExchangeIds {
    /// Starts from random bytes, which keep the ids of two processes apart.
    pub(crate) fn new(random: [u8; 10]) -> Self {
        let last = random.into_iter().fold(0, |sum, byte| (sum << 8) | u128::from(byte));
        Self { last }
    }

    /// The id of an exchange that begins at this moment (UTC); a moment before 1970 counts as 1970.
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
