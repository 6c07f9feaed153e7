//! Values that are more than text: numbers, dates, addresses and bytes.
//!
//! Owns parsing and comparing them exactly: a number keeps every digit. Refuses anything malformed.

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A decimal number of any length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number<'a> {
    negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without zeros at the end.
    fraction: &'a str,
}

impl<'a> Number<'a> {
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: negative && !zero, whole, fraction })
    }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = (self.whole.len().cmp(&other.whole.len()))
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction));
        match (self.negative, other.negative) {
            (false, false) => size,
            (true, true) => size.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A date in nanoseconds since 1970, from ISO 8601 in the W3C profile or seconds since 1970.
pub(super) fn date(text: &str) -> Option<i128> {
    const SECOND: i128 = 1_000_000_000;
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse::<i128>().ok().map(|seconds| seconds * SECOND);
    }
    let (day, clock) = match text.split_once('T') {
        Some((day, clock)) => (day, Some(clock)),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = match (parts.next(), clock) {
        (Some(day), _) => number(day, 2)?,
        (None, None) => 1,
        (None, Some(_)) => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let day =
        time::Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let midnight = day.midnight().assume_utc().unix_timestamp_nanos();
    Some(midnight + clock.map_or(Some(0), time_of_day)?)
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, with `Z` or an offset, in nanoseconds.
fn time_of_day(text: &str) -> Option<i128> {
    let at = text.find(['Z', '+', '-'])?;
    let (clock, zone) = text.split_at(at);
    let hours_and_minutes = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
        (hours < 24 && minutes < 60).then_some(i128::from(hours * 60 + minutes))
    };
    let offset = match zone.split_at(1) {
        ("Z", "") => 0,
        ("+", offset) => hours_and_minutes(offset)?,
        ("-", offset) => -hours_and_minutes(offset)?,
        _ => return None,
    };
    let (minutes, seconds) = match clock.get(5..).unwrap_or_default() {
        "" => (clock, 0),
        rest => (clock.get(..5)?, nanoseconds(rest.strip_prefix(':')?)?),
    };
    Some((hours_and_minutes(minutes)? - offset) * 60_000_000_000 + seconds)
}

/// `ss` or `ss.f`
fn nanoseconds(text: &str) -> Option<i128> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = number(seconds, 2).filter(|seconds| *seconds < 60)?;
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let fraction = number(&format!("{fraction:0<9}"), 9)?;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(fraction))
}

/// A number of exactly this many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let fits = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// A range of addresses with a common prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    address: IpAddr,
    bits: u32,
}

impl Block {
    /// `203.0.113.0/24`, `2001:db8::/32`, or one address.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) if (1..=3).contains(&bits.len()) && bits.bytes().all(|b| b.is_ascii_digit()) => {
                bits.parse().ok()?
            }
            Some(_) => return None,
        };
        (bits <= most).then_some(Self { address, bits })
    }

    pub(super) fn holds(&self, address: IpAddr) -> bool {
        let differ = match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        differ >= self.bits
    }
}

/// `true` or `false`, ignoring case.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The bytes of a base64 text.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let order = |a, b| Number::read(a).unwrap().cmp(&Number::read(b).unwrap());
        let table = [
            ("1", "1.0", Ordering::Equal),
            ("01", "1", Ordering::Equal),
            ("-0", "0", Ordering::Equal),
            (".5", "0.50", Ordering::Equal),
            ("9", "10", Ordering::Less),
            ("0.09", "0.1", Ordering::Less),
            ("-2", "-1", Ordering::Less),
            ("-1", "1", Ordering::Less),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
        ];
        for (a, b, expected) in table {
            assert_eq!(order(a, b), expected, "{a} {b}");
            assert_eq!(order(b, a), expected.reverse(), "{b} {a}");
        }
        for text in ["", "-", ".", "1e3", "1,0", " 1", "0x1", "1.2.3", "--1", "NaN"] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_parsed_in_every_form() {
        let seconds = |text| date(text).map(|nanos| nanos / 1_000_000_000);
        let table = [
            ("1970-01", Some(0)),
            ("1970-01-02", Some(86_400)),
            ("2026-01-01T00:05Z", Some(1_767_225_900)),
            ("2026-01-01T00:05:01Z", Some(1_767_225_901)),
            ("2026-01-01T00:05:01.5+01:00", Some(1_767_222_301)),
            ("2026-01-01T00:00:00-00:30", Some(1_767_227_400)),
            ("1767225901", Some(1_767_225_901)),
            ("-1", Some(-1)),
            ("2026-02-29", None),
            ("2026-01-01T24:00Z", None),
            ("2026-01-01T00:05:01", None),
            ("2026-01T00:05Z", None),
            ("2026-1-1", None),
            ("2026-01-01T00:05:61Z", None),
            ("2026-01-01Tä0:05Z", None),
            ("soon", None),
            ("", None),
            ("-", None),
            ("9999999999999999999999999999999999999999999", None),
        ];
        for (text, expected) in table {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert_eq!(date("1970-01-01T00:00:00.25Z"), Some(250_000_000));
    }

    #[test]
    fn address_ranges_contain_their_addresses() {
        let holds = |block, address: &str| Block::read(block).unwrap().holds(address.parse().unwrap());
        assert!(holds("203.0.113.0/24", "203.0.113.255"));
        assert!(!holds("203.0.113.0/24", "203.0.114.0"));
        assert!(holds("203.0.113.7", "203.0.113.7"));
        assert!(holds("0.0.0.0/0", "10.0.0.1"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:DB8::/32", "2001:db8:0:1::"));
        assert!(!holds("::/0", "10.0.0.1"));
        for text in ["", "10.0.0.0/33", "10.0.0", "::/129", "10.0.0.0/", "10.0.0.0/+8", "10.*", "010.0.0.0"] {
            assert_eq!(Block::read(text), None, "{text}");
        }
    }
}
