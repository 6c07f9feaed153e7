//! The local cloud: function URLs, STS, IAM and Lambda permissions on this machine.
//!
//! Owns responding as AWS does: signatures are verified with [`crate::core::sigv4`], permissions are
//! evaluated with `core::iam`, and statuses, headers and bodies are AWS's. Refuses to listen
//! beyond loopback unless asked to, to serve web pages of other origins, and to pretend: an action
//! that isn't implemented is an error that names it.

mod admin;
mod authenticate;
mod authorise;
mod body;
mod caller;
mod can;
mod clock;
mod config;
pub mod demo;
mod demo_account;
mod function;
mod function_url;
mod iam;
mod info;
mod journal;
mod jwt;
mod lambda;
mod limits;
mod log;
mod logins;
mod metadata;
mod permission;
mod policies;
mod problem;
mod query;
mod random;
mod reply;
mod request;
mod route;
mod server;
mod server_context;
mod signin;
mod sso;
mod state;
mod sts;
mod totp;
mod trace;
mod xml;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) use can::{CanError, CanQuestion, can};
pub use clock::{Clock, OutOfRange};
pub use info::{AccountInfo, FunctionInfo, Info, Listing, UserInfo, Users};
pub use limits::Limits;
pub use problem::Problem;

use demo_account::DemoAccount;
use log::Log;
use random::Random;
use server_context::ServerContext;
pub use state::FolderError;
use state::{CloudSettings, Folder, FolderLock, Opened, State, Store};

/// How the demo's cloud is served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// Limits on what one client may send.
    pub limits: Limits,
}

/// How `signpost cloud` is served. A value here takes precedence over the configuration.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The text of a `cloud.toml`; empty gives the demo's account.
    pub config: String,
    /// Address to listen on.
    pub listen: Option<IpAddr>,
    /// Port; 0 picks a free one.
    pub port: Option<u16>,
    /// Folder in which the state is saved.
    pub state: Option<PathBuf>,
    /// Log every request to standard error.
    pub log: bool,
    /// Limits on what one client may send.
    pub limits: Limits,
}

/// Why the cloud didn't start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port can't be bound.
    #[error("Couldn't listen on {address} port {port}: {source}")]
    Listen {
        /// The address.
        address: IpAddr,
        /// The requested port.
        port: u16,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The operating system's random number generator failed.
    #[error("Couldn't generate keys: the operating system's random number generator failed: {0}")]
    Random(getrandom::Error),
    /// The configuration is invalid.
    #[error("The configuration has {} errors", .0.len())]
    Config(Vec<Problem>),
    /// The state folder can't be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The state can't be written to its folder.
    #[error("Couldn't save the state: {0}")]
    Save(String),
}

/// A running cloud and how to reach it. Dropping it stops the cloud.
#[derive(Debug)]
pub struct Running<I = Info> {
    info: I,
    clock: Clock,
    address: SocketAddr,
    /// Dropped with this value, which stops the server.
    _stop: oneshot::Sender<()>,
    /// Keeps other clouds away from the state folder.
    _lock: Option<FolderLock>,
}

impl<I> Running<I> {
    /// How to reach it and who its users are.
    pub fn info(&self) -> &I {
        &self.info
    }

    /// Its clock, by which credentials expire.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same cloud, described differently.
    fn map<J>(self, describe: impl FnOnce(I) -> J) -> Running<J> {
        let Self { info, clock, address, _stop, _lock } = self;
        Running { info: describe(info), clock, address, _stop, _lock }
    }
}

/// Serves the demo's cloud with fresh keys, on the current tokio runtime.
///
/// # Errors
/// A port that can't be bound, or a failed random number generator.
pub async fn serve(options: Options) -> Result<Running, Error> {
    let (listener, address) = listen(Ipv4Addr::LOCALHOST.into(), options.port).await?;
    let random = Random::new().map_err(Error::Random)?;
    let clock = Clock::default();
    let DemoAccount { state, users, function } = DemoAccount::new(clock.now(), &random);
    let info = Info::new(&function, users, address.port());
    let store = Store::new(state, random, CloudSettings::default(), None);
    Ok(run((listener, address), options.limits, store, clock, info))
}

/// Loads a configuration and serves its cloud, on the current tokio runtime.
///
/// # Errors
/// Every error of the configuration, a folder that can't be used, an address that can't be bound.
pub async fn load(setup: Setup) -> Result<Running<Listing>, Error> {
    let random = Random::new().map_err(Error::Random)?;
    let config::Config { options, clock, state, declared, roles } =
        config::parse(&setup.config, SystemTime::now(), &random).map_err(Error::Config)?;
    let (listener, address) =
        listen(setup.listen.unwrap_or(options.listen), setup.port.unwrap_or(options.port)).await?;
    let folder = setup.state.as_deref().or(options.state.as_deref());
    let Joined { folder, lock, state, saved } = join_saved(folder, address, state)?;
    let missing_roles = roles.check(&state, &saved).map_err(Error::Config)?;
    let mut listing = Listing::new(&state, &declared, address);
    listing.missing_roles = missing_roles;
    let settings = CloudSettings { both_actions: options.both_actions, log: setup.log || options.log };
    let store = Store::new(state, random, settings, folder);
    store.save().map_err(Error::Save)?;
    let running = run((listener, address), setup.limits, store, clock, listing);
    Ok(Running { _lock: lock, ..running })
}

/// The state to serve, and where it is saved.
struct Joined {
    folder: Option<Folder>,
    lock: Option<FolderLock>,
    state: State,
    /// Ids of the accounts that the folder had.
    saved: BTreeSet<String>,
}

/// Opens the state folder, if there is one, and merges its saved state with the configuration.
fn join_saved(folder: Option<&Path>, address: SocketAddr, declared: State) -> Result<Joined, FolderError> {
    let Some(folder) = folder else {
        return Ok(Joined { folder: None, lock: None, state: declared, saved: BTreeSet::new() });
    };
    let Opened { folder, lock, saved: state } = Folder::open(folder, address)?;
    let saved = state.iter().flat_map(|state| state.accounts.keys().cloned()).collect();
    let state = match state {
        None => declared,
        Some(mut state) => {
            state.declare(declared);
            state
        }
    };
    Ok(Joined { folder: Some(folder), lock: Some(lock), state, saved })
}

async fn listen(address: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Listen { address, port, source };
    let listener = TcpListener::bind(SocketAddr::from((address, port))).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

fn run<I>(
    (listener, address): (TcpListener, SocketAddr),
    limits: Limits,
    store: Store,
    clock: Clock,
    info: I,
) -> Running<I> {
    let (stop, stopped) = oneshot::channel();
    let log = if store.settings.log { Log::new(std::io::stderr()) } else { Log::default() };
    let cloud = ServerContext::new(Arc::new(store), clock.clone(), log, &limits, address);
    tokio::spawn(server::serve(listener, cloud, limits, stopped));
    Running { info, clock, address, _stop: stop, _lock: None }
}
