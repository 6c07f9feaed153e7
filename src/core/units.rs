//! Sizes and durations for people.

use std::time::Duration;

/// A number of bytes: `512 B`, `1.5 KiB`, `10.0 MiB`.
pub(crate) fn bytes(n: u64) -> String {
    // Nobody reads more digits than an f64 has.
    let scaled = |unit: u64| n as f64 / unit as f64;
    match n {
        0..=1023 => format!("{n} B"),
        1024..=1_048_575 => format!("{:.1} KiB", scaled(1024)),
        _ => format!("{:.1} MiB", scaled(1_048_576)),
    }
}

/// The units of a size that is set, with their bytes.
const SIZES: [(&str, u64); 5] =
    [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)];

/// Reads a size: a number of bytes, or one with a unit, `512 MiB` or `2GiB`, in any case. `None` for
/// anything else.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = (text[..digits].parse::<u64>().ok()?, text[digits..].trim_start());
    let unit = if unit.is_empty() { "B" } else { unit };
    let (_, bytes) = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    number.checked_mul(*bytes)
}

/// A size that was set, in the largest unit that needs no fraction: `2 GiB`, `1000 B`.
pub(crate) fn size(bytes: u64) -> String {
    let whole = SIZES.iter().rev().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    let (name, unit) = whole.unwrap_or(&SIZES[0]);
    format!("{} {name}", bytes / unit)
}

/// A number of things, in groups of three digits: `8,706,441`.
pub(crate) fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time that was measured: `0.3 ms`, `45 ms`, `1.24 s`.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_millis() {
        0..=9 => format!("{:.1} ms", time.as_secs_f64() * 1000.0),
        10..=999 => format!("{} ms", time.as_millis()),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

/// A configured time, without digits that nobody typed: `50 ms`, `30 s`, `1.5 s`.
pub(crate) fn limit(time: Duration) -> String {
    match (time.as_secs(), time.subsec_millis()) {
        (seconds, 0) => format!("{seconds} s"),
        (0, millis) => format!("{millis} ms"),
        (seconds, millis) => format!("{seconds}.{} s", format!("{millis:03}").trim_end_matches('0')),
    }
}

/// A number of seconds, rounded: `45 s`, `10 min`, `3 h`, `2 days`. The sign is dropped.
pub(crate) fn span(seconds: i64) -> String {
    match seconds.unsigned_abs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_have_the_digits_that_matter() {
        assert_eq!([0, 1023, 1536, 10 << 20].map(bytes), ["0 B", "1023 B", "1.5 KiB", "10.0 MiB"]);
        for (text, bytes) in
            [("2 GiB", 2 << 30), ("512mib", 512 << 20), ("1000", 1000), (" 7 B ", 7), ("0", 0)]
        {
            assert_eq!(parse_size(text), Some(bytes), "{text}");
        }
        for text in ["", "GiB", "-1", "1.5 GiB", "1 GB", "1 GiB x", "99999999999 TiB"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
        assert_eq!(
            [0, 1000, 1 << 20, 2 << 30, 4 << 40].map(size),
            ["0 B", "1000 B", "1 MiB", "2 GiB", "4 TiB"]
        );
        assert_eq!([0, 999, 1000, 8_706_441].map(count), ["0", "999", "1,000", "8,706,441"]);
        let measured = [300, 45_600, 1_240_000].map(|us| duration(Duration::from_micros(us)));
        assert_eq!(measured, ["0.3 ms", "45 ms", "1.24 s"]);
        let set = [50, 30_000, 1500, 1050, 0].map(|ms| limit(Duration::from_millis(ms)));
        assert_eq!(set, ["50 ms", "30 s", "1.5 s", "1.05 s", "0 s"]);
        assert_eq!([-45, 600, 10_800, 200_000].map(span), ["45 s", "10 min", "3 h", "2 days"]);
    }
}
