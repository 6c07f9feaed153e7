//! What the requests of one running cloud share.

use std::net::SocketAddr;
use std::sync::Arc;

use super::clock::Clock;
use super::function::Functions;
use super::limits::{BodyReader, Limits};
use super::log::Log;
use super::logins::Logins;
use super::state::Store;
use super::trace::TraceLog;

/// What the requests of one cloud share.
pub(super) struct ServerContext {
    pub(super) store: Arc<Store>,
    pub(super) clock: Clock,
    pub(super) functions: Functions,
    pub(super) trace: TraceLog,
    pub(super) logins: Logins,
    pub(super) log: Log,
    pub(super) reader: BodyReader,
    /// The address that it listens on.
    pub(super) address: SocketAddr,
}

impl ServerContext {
    pub(super) fn new(
        store: Arc<Store>,
        clock: Clock,
        log: Log,
        limits: &Limits,
        address: SocketAddr,
    ) -> Self {
        Self {
            store,
            clock,
            functions: Functions::new(log.clone()),
            trace: TraceLog::new(),
            logins: Logins::default(),
            log,
            reader: BodyReader::new(limits),
            address,
        }
    }
}
