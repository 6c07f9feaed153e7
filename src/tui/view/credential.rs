//! How the credential of whoever signs stands, in a few words of the bottom line.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::Span;

use crate::config::command::Command;
use crate::core::credential::Expiry;
use crate::core::exchange::Problem;
use crate::engine::{CredentialState, PreviewSigner};
use crate::tui::keymap;
use crate::tui::model::{Model, SECONDS_BELOW};
use crate::tui::text;
use crate::tui::view::style::Paint;

/// With less than this left, the time is an error's colour.
const NEARLY_EXPIRED: Duration = Duration::from_secs(60);

/// The state in at most `room` columns. `is_broken` says that the request has problems, which explain
/// why there's no credential.
pub(super) fn state(
    model: &Model,
    signer: &PreviewSigner,
    is_broken: bool,
    room: usize,
    paint: &Paint<'_>,
) -> Vec<Span<'static>> {
    let spans = match &signer.credential {
        Some(credential) => {
            let expiry = credential.expiry(model.now);
            held(model, signer, expiry, room, paint)
        }
        None if is_broken => vec![Span::styled("  no credential: see the Auth tab", paint.dim())],
        None => vec![missing(signer, room, paint)],
    };
    spans.into_iter().map(|span| Span::styled(text::fit(&span.content, room), span.style)).collect()
}

/// Why there is no credential yet.
fn missing(signer: &PreviewSigner, room: usize, paint: &Paint<'_>) -> Span<'static> {
    let word = match signer.state {
        CredentialState::Fetching => "  fetching credentials…",
        CredentialState::NeedsInput => "  needs a code: the send asks for it",
        CredentialState::NeedsLogin => "  needs a login: the send asks for it",
        CredentialState::Failed => {
            return failed("  ✗ no credential: ", signer.failure.as_ref(), room, paint.error());
        }
        CredentialState::Unfetched | CredentialState::Ready | CredentialState::Expired => {
            "  credentials are fetched at the send"
        }
    };
    Span::styled(word, paint.dim())
}

/// A credential that is known, expired or not.
fn held(
    model: &Model,
    signer: &PreviewSigner,
    expiry: Expiry,
    room: usize,
    paint: &Paint<'_>,
) -> Vec<Span<'static>> {
    let mut spans = match expiry {
        Expiry::Unlimited => Vec::new(),
        Expiry::Left(left) => {
            let style = time_style(left, paint);
            vec![Span::styled(format!("  {} left", countdown(left)), style)]
        }
        Expiry::Expired(_) => {
            let renew = keymap::says(model, Command::RenewSession, "renews it");
            vec![Span::styled(format!("  ✗ expired: {renew}"), paint.production())]
        }
    };
    let used = spans.iter().map(|span| text::text_width(&span.content)).sum::<usize>();
    let rest = room.saturating_sub(used);
    match signer.state {
        CredentialState::Fetching => spans.push(Span::styled("  renewing…", paint.dim())),
        CredentialState::NeedsInput | CredentialState::NeedsLogin => {
            spans.push(Span::styled("  waits for you", paint.warning()));
        }
        CredentialState::Ready | CredentialState::Unfetched => {
            if let (Some(failure), Expiry::Left(_)) = (&signer.failure, expiry) {
                spans.push(failed("  ! not renewed: ", Some(failure), rest, paint.warning()));
            }
        }
        CredentialState::Failed => {
            if let Some(failure) = &signer.failure {
                spans.push(failed("  ", Some(failure), rest, paint.error()));
            }
        }
        CredentialState::Expired => {}
    }
    spans
}

/// A failure, shortened to the room that there is.
fn failed(mark: &str, failure: Option<&Problem>, room: usize, style: Style) -> Span<'static> {
    let why = failure.map_or("credentials couldn't be fetched", |problem| problem.message.as_str());
    let short = mark.trim_end().trim_end_matches(':');
    let words = if text::text_width(mark) + LEAST_REASON <= room {
        text::fit(&format!("{mark}{why}"), room)
    } else {
        short.to_owned()
    };
    Span::styled(words, style)
}

/// Columns that a reason needs to say anything.
const LEAST_REASON: usize = 12;

fn time_style(left: Duration, paint: &Paint<'_>) -> Style {
    if left < NEARLY_EXPIRED {
        paint.error()
    } else if left <= SECONDS_BELOW {
        paint.warning()
    } else {
        paint.bold()
    }
}

/// Time left: in minutes, or below five minutes in minutes and seconds.
fn countdown(left: Duration) -> String {
    if left > SECONDS_BELOW {
        let minutes = left.as_millis().div_ceil(60_000);
        return if minutes >= 120 {
            format!("{} h {} min", minutes / 60, minutes % 60)
        } else {
            format!("{minutes} min")
        };
    }
    let seconds = left.as_millis().div_ceil(1000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countdown_shows_minutes_then_seconds() {
        for (seconds, words) in [
            (43_200, "12 h 0 min"),
            (900, "15 min"),
            (899, "15 min"),
            (301, "6 min"),
            (300, "5:00"),
            (61, "1:01"),
            (1, "0:01"),
        ] {
            assert_eq!(countdown(Duration::from_secs(seconds)), words);
        }
    }
}
