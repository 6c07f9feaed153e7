//! The local cloud: one account with a function URL, STS, IAM and Lambda permissions on loopback.
//!
//! Owns what AWS would answer: signatures are verified with [`crate::core::sigv4`], permissions
//! judged with [`crate::core::iam`], and statuses, headers and bodies are AWS's. Refuses to listen
//! on anything but loopback, to answer web pages of other origins, and to pretend: what it does not
//! implement it says so, naming the action.

mod admin;
mod authenticate;
mod authorise;
mod body;
mod caller;
mod can;
mod clock;
pub mod config;
mod demo_account;
pub mod demo_workspace;
mod function;
mod function_url;
mod iam;
mod info;
mod journal;
mod jwt;
mod lambda;
mod limits;
mod log;
mod permission;
mod policies;
mod query;
mod random;
mod reply;
mod request;
mod route;
mod server;
mod server_context;
mod state;
mod sts;
mod trace;
mod xml;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use can::{Asked, Unanswered, can};
pub use clock::Clock;
pub use info::{AccountInfo, FunctionInfo, Info, Listing, UserInfo, Users};
pub use limits::Limits;

use demo_account::DemoAccount;
use log::Log;
use random::Random;
use server_context::ServerContext;
pub use state::FolderError;
use state::{CloudSettings, Folder, State, Store};

/// What the demo starts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What one client may ask.
    pub limits: Limits,
}

/// What `signpost cloud` starts. What stands here goes before what the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The text of a `cloud.toml`; empty gives the demo's account.
    pub config: String,
    /// Address to listen on.
    pub listen: Option<IpAddr>,
    /// Port; 0 takes a free one.
    pub port: Option<u16>,
    /// Folder in which the state is kept.
    pub state: Option<PathBuf>,
    /// Tell every request on standard error.
    pub log: bool,
    /// What one client may ask.
    pub limits: Limits,
}

/// Why the cloud did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port cannot be had.
    #[error("port {port} of {address} cannot be used: {source}")]
    Listen {
        /// The address.
        address: IpAddr,
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gives no random numbers, and so there are no keys.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// The configuration has mistakes.
    #[error("the configuration has {} mistakes", .0.len())]
    Config(Vec<config::Problem>),
    /// The state folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The state cannot be written into its folder.
    #[error("the state cannot be saved: {0}")]
    Save(String),
}

/// A running cloud and what there is to know of it. Dropping it stops it.
#[derive(Debug)]
pub struct Running<I = Info> {
    info: I,
    clock: Clock,
    address: SocketAddr,
    /// Dropped with this value, and so the server learns that it is over.
    _stop: oneshot::Sender<()>,
}

impl<I> Running<I> {
    /// Where it is and who its users are.
    pub fn info(&self) -> &I {
        &self.info
    }

    /// Its clock, by which credentials expire.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Starts the demo's cloud with fresh keys, on the current tokio runtime.
pub async fn serve(options: Options) -> Result<Running, Error> {
    let (listener, address) = listen(Ipv4Addr::LOCALHOST.into(), options.port).await?;
    let random = Random::new().map_err(Error::Random)?;
    let clock = Clock::default();
    let DemoAccount { state, users, function } = DemoAccount::new(clock.now(), &random);
    let info = Info::new(&function, users, address.port());
    let store = Store::new(state, random, CloudSettings::default(), None);
    Ok(run(listener, options.limits, address, store, clock, info))
}

/// Starts a cloud as its configuration says, on the current tokio runtime.
///
/// # Errors
/// Every mistake of the configuration, a folder that cannot be used, an address that cannot be had.
pub async fn load(setup: Setup) -> Result<Running<Listing>, Error> {
    let random = Random::new().map_err(Error::Random)?;
    let clock = Clock::default();
    let config::Config { options, state, declared } =
        config::parse(&setup.config, clock.now(), &random).map_err(Error::Config)?;
    let (listener, address) =
        listen(setup.listen.unwrap_or(options.listen), setup.port.unwrap_or(options.port)).await?;
    options.now.into_iter().for_each(|now| clock.set(now));
    clock.advance(options.advance_seconds);
    if options.frozen {
        clock.freeze(Some(clock.now()));
    }
    clock.set_skew(options.skew_seconds);
    let folder = setup.state.as_deref().or(options.state.as_deref());
    let settings = CloudSettings { both_actions: options.both_actions, log: setup.log || options.log };
    let (store, listing) = keep(folder, state, &declared, random, settings, address)?;
    Ok(run(listener, setup.limits, address, store, clock, listing))
}

/// Joins what is declared with what was kept.
fn keep(
    folder: Option<&Path>,
    declared: State,
    keys: &BTreeSet<String>,
    random: Random,
    settings: CloudSettings,
    address: SocketAddr,
) -> Result<(Store, Listing), Error> {
    let (folder, state) = match folder.map(Folder::open).transpose()? {
        None => (None, declared),
        Some((folder, None)) => (Some(folder), declared),
        Some((folder, Some(mut kept))) => {
            kept.declare(declared);
            (Some(folder), kept)
        }
    };
    let listing = Listing::new(&state, keys, address);
    let store = Store::new(state, random, settings, folder);
    store.save().map_err(|unsaved| Error::Save(unsaved.0))?;
    Ok((store, listing))
}

async fn listen(address: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Listen { address, port, source };
    let listener = TcpListener::bind(SocketAddr::from((address, port))).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

fn run<I>(
    listener: TcpListener,
    limits: Limits,
    address: SocketAddr,
    store: Store,
    clock: Clock,
    info: I,
) -> Running<I> {
    let (stop, stopped) = oneshot::channel();
    let log = if store.settings.log { Log::new(std::io::stderr()) } else { Log::default() };
    let cloud = ServerContext::new(Arc::new(store), clock.clone(), log, &limits, address);
    tokio::spawn(server::serve(listener, cloud, limits, stopped));
    Running { info, clock, address, _stop: stop }
}
