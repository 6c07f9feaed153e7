//! How many invocations of a function may run, and begin: reserved concurrency.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-throttling>

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Requests per second that a URL accepts for each concurrent invocation.
const REQUESTS_PER_SECOND: f64 = 10.0;

/// The invocations of one function.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<Use>);

#[derive(Debug, Default)]
struct Use {
    running: u32,
    /// Requests that may still begin, and the time of that count.
    budget: Option<(f64, Instant)>,
}

/// One invocation; it runs until this is dropped.
#[derive(Debug)]
pub(in crate::cloud) struct Permit(Option<Arc<Throttle>>);

impl Permit {
    /// Without a limit.
    pub(super) fn unlimited() -> Self {
        Self(None)
    }
}

impl Throttle {
    /// Lets one more invocation begin, if the limits allow it.
    pub(super) fn enter(self: &Arc<Self>, reserved: Option<u32>, now: Instant) -> Option<Permit> {
        let Some(reserved) = reserved else { return Some(Permit::unlimited()) };
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = f64::from(reserved) * REQUESTS_PER_SECOND;
        let (left, since) = current.budget.unwrap_or((rate, now));
        let left = (left + now.saturating_duration_since(since).as_secs_f64() * rate).min(rate);
        current.budget = Some((left, now));
        if current.running >= reserved || left < 1.0 {
            return None;
        }
        current.running += 1;
        current.budget = Some((left - 1.0, now));
        Some(Permit(Some(Arc::clone(self))))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(throttle) = &self.0 {
            let mut current = throttle.0.lock().unwrap_or_else(PoisonError::into_inner);
            current.running = current.running.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ten_requests_per_second_for_each_concurrent_invocation() {
        let (throttle, start) = (Arc::new(Throttle::default()), Instant::now());
        let enter = |reserved, millis| throttle.enter(reserved, start + Duration::from_millis(millis));
        assert!(Arc::new(Throttle::default()).enter(Some(0), start).is_none());
        assert!(enter(None, 0).is_some());
        let first = enter(Some(1), 0);
        assert!(first.is_some() && enter(Some(1), 0).is_none(), "one at a time");
        drop(first);
        let served = (0..20).filter(|_| enter(Some(1), 0).is_some()).count();
        assert_eq!(served, 9, "ten in the first second");
        assert!(enter(Some(1), 50).is_none());
        assert!(enter(Some(1), 151).is_some(), "another after a tenth of a second");
        assert_eq!((0..20).filter(|_| enter(Some(1), 60_000).is_some()).count(), 10, "nothing is saved up");
    }
}
