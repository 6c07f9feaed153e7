//! MFA devices: the codes that each accepts, and the user that it is enabled for.
//!
//! Owns that a code is accepted once. Codes follow the cloud's clock, so that a test can move it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{seconds, secret};
use crate::cloud::totp;
use crate::core::credential::Secret;

/// How far a device's clock may be off when two codes are given, in steps of 30 seconds.
const MAX_DRIFT_STEPS: i64 = 20;

/// How many characters a serial number has.
pub(crate) const SERIAL_LENGTHS: RangeInclusive<usize> = 9..=256;

/// Whether a serial number may have this character.
pub(crate) fn is_of_serial(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=/:,.@-".contains(c)
}

/// A virtual MFA device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MfaDevice {
    /// Its ARN.
    pub(crate) serial: String,
    pub(crate) codes: Codes,
    /// `None` until it's enabled.
    pub(crate) owner: Option<MfaOwner>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
}

/// The user that a device is enabled for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MfaOwner {
    pub(crate) user: String,
    #[serde(with = "seconds")]
    pub(crate) since: SystemTime,
}

/// Which codes a device accepts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Codes {
    /// One code, again and again: a device declared in `cloud.toml` for tests without a clock.
    Fixed {
        #[serde(with = "secret")]
        code: Secret,
    },
    /// A new code every 30 seconds.
    Totp {
        /// In Base32.
        #[serde(with = "secret")]
        seed: Secret,
        /// The step of the last accepted code.
        used: Option<i64>,
        /// How many steps its clock was ahead when it was last synchronized.
        #[serde(default)]
        drift: i64,
    },
}

impl Codes {
    /// Codes that follow from a seed in Base32.
    pub(crate) fn totp(seed: Secret) -> Self {
        Self::Totp { seed, used: None, drift: 0 }
    }

    /// The code that the device shows now.
    pub(crate) fn shown(&self, now: SystemTime) -> String {
        match self {
            Self::Fixed { code } => code.expose().to_owned(),
            Self::Totp { seed, drift, .. } => {
                let seed = totp::decode_base32(seed.expose()).unwrap_or_default();
                totp::code(&seed, totp::step(now) + drift)
            }
        }
    }

    /// Whether this code is valid now. A code that follows from a seed is then used up.
    pub(crate) fn accept(&mut self, given: &str, now: SystemTime) -> bool {
        match self {
            Self::Fixed { code } => code.expose() == given,
            Self::Totp { seed, used, drift } => {
                let steps = around(totp::step(now), *drift);
                let last = last_used(*used, &steps);
                let seed = totp::decode_base32(seed.expose()).unwrap_or_default();
                let mut unused = steps.filter(|step| last.is_none_or(|last| *step > last));
                let found = unused.find(|step| totp::code(&seed, *step) == given);
                *used = found.or(*used);
                found.is_some()
            }
        }
    }

    /// Whether these are two consecutive codes. Both are then used up, and the device's clock may be
    /// off as far as they are. Neither may be a used code or one before it.
    pub(crate) fn synchronize(&mut self, first: &str, second: &str, now: SystemTime) -> bool {
        match self {
            Self::Fixed { code } => code.expose() == first && code.expose() == second,
            Self::Totp { seed, used, drift } => {
                let now = totp::step(now);
                let steps = now - MAX_DRIFT_STEPS..=now + MAX_DRIFT_STEPS;
                let last = last_used(*used, &steps);
                let seed = totp::decode_base32(seed.expose()).unwrap_or_default();
                let is = |step: i64, given: &str| totp::code(&seed, step) == given;
                let mut unused = steps.filter(|step| last.is_none_or(|last| *step - 1 > last));
                let found = unused.find(|step| is(*step, second) && is(*step - 1, first));
                if let Some(step) = found {
                    *used = Some(step);
                    *drift = step - now;
                }
                found.is_some()
            }
        }
    }
}

/// The steps whose codes are accepted: those around the time, and as far as the device's clock is off.
fn around(now: i64, drift: i64) -> RangeInclusive<i64> {
    now + drift.min(0) - 1..=now + drift.max(0) + 1
}

/// The last used step, unless it is later than all of these: then the clock was moved back since.
fn last_used(used: Option<i64>, steps: &RangeInclusive<i64>) -> Option<i64> {
    used.filter(|used| used <= steps.end())
}

impl MfaDevice {
    /// Whether it is enabled for this user.
    pub(crate) fn is_of(&self, user: &str) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.user.eq_ignore_ascii_case(user))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// AWS's documented example.
    const SEED: &str = "2K5K5XTLA7GGE75TQLYEXAMPLEEXAMPLEEXAMPLECHDFW4KJYZ6UFQ75LL7COCYKM";

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn code(seconds: u64) -> String {
        totp::code(&totp::decode_base32(SEED).unwrap(), totp::step(at(seconds)))
    }

    #[test]
    fn a_code_is_accepted_once_and_never_before_a_used_one() {
        let mut codes = Codes::totp(Secret::new(SEED));
        assert!(!codes.accept(&code(900), at(1000)) && !codes.accept(&code(1100), at(1000)));
        assert!(codes.accept(&code(1000), at(1010)));
        assert!(!codes.accept(&code(1000), at(1010)) && !codes.accept(&code(970), at(1010)));
        assert!(codes.accept(&code(1030), at(1010)), "the next one is accepted early");
        // The clock was moved back.
        assert!(codes.accept(&code(100), at(100)));
    }

    #[test]
    fn a_device_is_accepted_as_far_off_as_it_was_when_synchronized() {
        let mut codes = Codes::totp(Secret::new(SEED));
        assert!(!codes.synchronize(&code(1000), &code(1060), at(1000)), "not consecutive");
        assert!(!codes.synchronize(&code(3000), &code(3030), at(1000)), "too far off");
        assert!(codes.synchronize(&code(1300), &code(1330), at(1000)));
        assert!(!codes.accept(&code(1330), at(1000)), "used when it was enabled");
        assert!(codes.accept(&code(1400), at(1100)));
    }

    #[test]
    fn the_code_that_a_device_shows_is_accepted_by_the_clock_it_has() {
        let mut codes = Codes::totp(Secret::new(SEED));
        assert_eq!(codes.shown(at(1000)), code(1000));
        assert!(codes.synchronize(&code(1300), &code(1330), at(1000)));
        let shown = codes.shown(at(1100));
        assert_eq!(shown, code(1430));
        assert!(codes.accept(&shown, at(1100)));
        assert_eq!(Codes::Fixed { code: Secret::new("123456") }.shown(at(0)), "123456");
    }

    #[test]
    fn a_used_code_stays_used_when_a_device_is_synchronized() {
        let mut codes = Codes::totp(Secret::new(SEED));
        assert!(codes.accept(&code(1030), at(1010)));
        assert!(!codes.synchronize(&code(970), &code(1000), at(1010)), "before the used one");
        assert!(!codes.synchronize(&code(1000), &code(1030), at(1010)), "the second is used");
        assert!(!codes.synchronize(&code(1030), &code(1060), at(1010)), "the first is used");
        assert!(!codes.accept(&code(1030), at(1010)));
        assert!(codes.synchronize(&code(1060), &code(1090), at(1010)));
        assert!(!codes.accept(&code(1090), at(1080)) && codes.accept(&code(1120), at(1100)));
        // The clock was moved back.
        assert!(codes.synchronize(&code(100), &code(130), at(100)));
    }

    #[test]
    fn a_declared_code_is_accepted_again_and_again() {
        let mut codes = Codes::Fixed { code: Secret::new("123456") };
        assert!(codes.accept("123456", at(0)) && codes.accept("123456", at(0)));
        assert!(!codes.accept("123457", at(0)));
    }
}
