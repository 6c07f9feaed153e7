//! The latest exchanges of each request.
//!
//! Owns how many are kept and which of them is shown. Refuses to know what happened in one, which
//! is in its record.

use std::collections::BTreeMap;

use crate::core::exchange_id::ExchangeId;
use crate::core::names::RequestPath;
use crate::tui::model::response::Exchange;

/// How many exchanges of a request are kept; a body above a megabyte is in a file, not in memory.
const MAX_KEPT: usize = 10;

/// The exchanges of every request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchanges(BTreeMap<RequestPath, Kept>);

/// The exchanges of one request, the oldest first; never empty.
#[derive(Clone, Debug)]
struct Kept {
    exchanges: Vec<Exchange>,
    /// The index of the shown one.
    shown: usize,
}

impl Exchanges {
    /// The exchange of a request that is shown.
    pub(crate) fn get(&self, path: &str) -> Option<&Exchange> {
        let kept = self.0.get(path)?;
        kept.exchanges.get(kept.shown)
    }

    /// The same, mutably.
    pub(crate) fn get_mut(&mut self, path: &str) -> Option<&mut Exchange> {
        let kept = self.0.get_mut(path)?;
        kept.exchanges.get_mut(kept.shown)
    }

    /// The exchange with this id, if it is still kept.
    pub(crate) fn by_id(&mut self, id: ExchangeId) -> Option<&mut Exchange> {
        self.0.values_mut().flat_map(|kept| &mut kept.exchanges).find(|it| it.record.id == id)
    }

    /// Whether a request has been sent.
    pub(crate) fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Requests that have been sent.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &RequestPath> {
        self.0.keys()
    }

    /// Adds the latest exchange of its request, and shows it.
    pub(crate) fn begin(&mut self, exchange: Exchange) {
        let path = exchange.record.path.clone();
        let kept = self.0.entry(path).or_insert_with(|| Kept { exchanges: Vec::new(), shown: 0 });
        if kept.exchanges.len() == MAX_KEPT {
            kept.exchanges.remove(0);
        }
        kept.exchanges.push(exchange);
        kept.shown = kept.exchanges.len() - 1;
    }

    /// The number of the shown exchange of a request, from 1, and how many there are.
    pub(crate) fn place(&self, path: &str) -> Option<(usize, usize)> {
        self.0.get(path).map(|kept| (kept.shown + 1, kept.exchanges.len()))
    }

    /// Shows an older (-1) or newer (1) exchange of a request; false if there is none.
    pub(crate) fn step(&mut self, path: &str, by: isize) -> bool {
        let Some(kept) = self.0.get_mut(path) else { return false };
        let Some(wanted) = kept.shown.checked_add_signed(by) else { return false };
        let exists = wanted < kept.exchanges.len();
        if exists {
            kept.shown = wanted;
        }
        exists
    }

    /// Moves a request's exchanges to another path.
    pub(crate) fn rename(&mut self, from: &str, to: &RequestPath) {
        if let Some(mut kept) = self.0.remove(from) {
            kept.exchanges.iter_mut().for_each(|it| it.record.path = to.clone());
            self.0.insert(to.clone(), kept);
        }
    }

    /// Forgets the exchanges of requests with such a path.
    pub(crate) fn forget(&mut self, is_one: impl Fn(&RequestPath) -> bool) {
        self.0.retain(|path, _| !is_one(path));
    }

    /// Every exchange that is kept.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Exchange> {
        self.0.values().flat_map(|kept| &kept.exchanges)
    }

    /// Every exchange that is under way.
    pub(crate) fn under_way(&self) -> impl Iterator<Item = &Exchange> {
        self.all().filter(|exchange| exchange.record.is_under_way())
    }
}
