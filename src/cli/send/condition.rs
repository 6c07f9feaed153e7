//! `--time-cond`: only what changed since then.

use std::time::SystemTime;

use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::Usage;
use super::args::SendArgs;

/// The header that states the condition, and its value.
pub(super) fn header(args: &SendArgs) -> Result<Option<(&'static str, String)>, Usage> {
    let Some(text) = &args.request.time_cond else { return Ok(None) };
    let (name, text) = match text.strip_prefix('-') {
        Some(rest) => ("if-unmodified-since", rest),
        None => ("if-modified-since", text.as_str()),
    };
    let at = date(text).or_else(|| std::fs::metadata(text).and_then(|file| file.modified()).ok());
    let at = at.ok_or_else(|| {
        let hint = "Write it as 2026-01-31 or as `Sat, 31 Jan 2026 12:00:00 GMT`, or name a file.";
        Usage::new(format!("{text:?} isn't a date or a file"), hint)
    })?;
    Ok(Some((name, httpdate::fmt_http_date(at))))
}

fn date(text: &str) -> Option<SystemTime> {
    let days = format_description!("[year]-[month]-[day]");
    let plain = || Date::parse(text, &days).ok().map(|date| date.midnight().assume_utc().into());
    let exact =
        || OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok().map(Into::into);
    httpdate::parse_http_date(text).ok().or_else(plain).or_else(exact)
}
