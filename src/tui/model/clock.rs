//! When the screen changes though nothing happens: countdowns, and the seconds of a send.

use std::time::Duration;

use crate::tui::model::Model;
use crate::tui::model::overlay::Overlay;

impl Model {
    /// How long nothing needs to be done if nothing happens: until the countdown or the seconds of a
    /// send change, or the request takes over what was typed. `None` if nothing depends on time.
    pub(crate) fn next_change(&self) -> Option<Duration> {
        let typed = self.editing.as_ref().and_then(|editing| editing.due(self.now));
        [typed, self.next_count(), self.next_elapsed(), self.next_login()].into_iter().flatten().min()
    }

    /// How long a send that the screen shows has been under way.
    pub(crate) fn elapsed(&self) -> Option<Duration> {
        let exchange = self.exchange().filter(|exchange| exchange.record.is_under_way())?;
        self.areas()?.response?;
        // A clock that was set back shows no time.
        Some(self.now.duration_since(exchange.record.started).unwrap_or_default())
    }

    /// How long the seconds of a send under way stay the same.
    fn next_elapsed(&self) -> Option<Duration> {
        let into_second = Duration::from_nanos(u64::from(self.elapsed()?.subsec_nanos()));
        Some(Duration::from_secs(1) - into_second)
    }

    /// How long the time that is left for a login is shown as it is.
    fn next_login(&self) -> Option<Duration> {
        let expires = |overlay: &Overlay| match overlay {
            Overlay::Login(login) => Some(login.expires),
            _ => None,
        };
        let expires = self.overlays.iter().find_map(expires)?;
        Some(until_next_value(expires.duration_since(self.now).ok()?))
    }

    fn next_count(&self) -> Option<Duration> {
        let expires_at = self.shown()?.preview.signer.as_ref()?.credential.as_ref()?.expires_at?;
        let left = expires_at.duration_since(self.now).ok()?;
        Some(until_next_value(left))
    }
}

/// A countdown shows seconds from this time on.
pub(crate) const SECONDS_BELOW: Duration = Duration::from_secs(300);

/// How long the countdown of `left` stays the same.
fn until_next_value(left: Duration) -> Duration {
    let step = if left <= SECONDS_BELOW { Duration::from_secs(1) } else { Duration::from_secs(60) };
    let into_step = left.as_millis() % step.as_millis();
    let wait = if into_step == 0 { step.as_millis() } else { into_step };
    Duration::from_millis(u64::try_from(wait).unwrap_or(1000).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_screen_wakes_when_the_countdown_changes() {
        assert_eq!(until_next_value(Duration::from_millis(14 * 60_000 + 1)), Duration::from_millis(1));
        assert_eq!(until_next_value(Duration::from_secs(14 * 60)), Duration::from_secs(60));
        assert_eq!(until_next_value(Duration::from_millis(4_500)), Duration::from_millis(500));
        assert_eq!(until_next_value(Duration::from_secs(4)), Duration::from_secs(1));
    }
}
