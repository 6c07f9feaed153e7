//! Waiting by the wall clock.
//!
//! Owns what a jump of the clock does to a wait. Timers of the runtime count the time that the
//! computer is awake, so that after a sleep they would be late by all of it.

use std::time::{Duration, SystemTime};

use super::Engine;

/// How late a jump of the clock may be noticed.
const CHECK: Duration = Duration::from_secs(10);

impl Engine {
    /// Waits for this long by the clock that credentials expire by. Ends at once where that clock was
    /// set back, and soon after it jumped past the end: then what was waited for has to be judged again.
    pub async fn wait(&self, wait: Duration) {
        let mut seen = self.now();
        let Some(end) = seen.checked_add(wait) else { return std::future::pending().await };
        let mut rest = (!wait.is_zero()).then_some(wait);
        while let Some(left) = rest {
            tokio::time::sleep(left.min(CHECK)).await;
            let now = self.now();
            (rest, seen) = (remaining(end, seen, now), now);
        }
    }
}

/// What is left of a wait that ends at `end`; `None` where it is over, or the clock was set back since
/// `seen`.
fn remaining(end: SystemTime, seen: SystemTime, now: SystemTime) -> Option<Duration> {
    let left = end.duration_since(now).ok().filter(|left| !left.is_zero())?;
    (now >= seen).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_wait_goes_by_the_clock_and_ends_where_it_jumps() {
        assert_eq!(remaining(at(60), at(0), at(10)), Some(Duration::from_secs(50)));
        assert_eq!(remaining(at(60), at(10), at(60)), None, "over");
        assert_eq!(remaining(at(60), at(10), at(9_000)), None, "the computer slept");
        assert_eq!(remaining(at(60), at(10), at(3)), None, "set back");
        assert_eq!(remaining(at(60), at(10), at(10)), Some(Duration::from_secs(50)), "a clock that stands");
    }
}
