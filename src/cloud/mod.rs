//! The local cloud: one account with a function URL, STS, IAM and Lambda permissions on loopback.
//!
//! Owns what AWS would answer: signatures are verified with [`crate::core::sigv4`], permissions
//! judged with [`crate::core::iam`], and statuses, headers and bodies are AWS's. Refuses to listen
//! on anything but loopback, to answer web pages of other origins, and to pretend: what it does not
//! implement it says so, naming the action.

mod authenticate;
mod authorise;
mod body;
mod clock;
mod function;
mod iam;
mod info;
mod lambda;
mod limits;
mod log;
mod own;
mod query;
mod random;
mod reply;
mod request;
mod route;
mod server;
mod state;
pub mod story;
mod sts;
mod trace;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use clock::Clock;
pub use info::{Info, UserInfo, Users};
pub use limits::Limits;

use state::{Demo, Store};

/// What to start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What one client may ask.
    pub limits: Limits,
}

/// Why the cloud did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port cannot be had.
    #[error("port {port} of 127.0.0.1 cannot be used: {source}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gives no random numbers, and so there are no keys.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// A running cloud. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    info: Info,
    clock: Clock,
    /// Dropped with this value, and so the server learns that it is over.
    _stop: oneshot::Sender<()>,
}

impl Running {
    /// Where it is and who its users are.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Its clock, by which credentials expire.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }
}

/// Starts a cloud with fresh keys, on the current tokio runtime.
pub async fn start(options: Options) -> Result<Running, Error> {
    let failed = |source| Error::Listen { port: options.port, source };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let random = random::Random::new().map_err(Error::Random)?;
    let clock = Clock::default();
    let Demo { state, users, function } = Demo::new(clock.now(), &random);
    let info = Info::new(&function, users, port);
    let store = Arc::new(Store::new(state, random));
    let (stop, stopped) = oneshot::channel();
    let cloud = server::Cloud::new(store, clock.clone(), log::Log::default(), &options.limits, port);
    tokio::spawn(server::serve(listener, cloud, options.limits, stopped));
    Ok(Running { info, clock, _stop: stop })
}
