//! The demos: which cloud each starts, and how it is reached.
//!
//! Owns that a demo's cloud is made of the same parts as any other. The files that it writes are
//! [`DemoWorkspace`]'s.

mod roles;
mod story;
mod workspace;

use serde::Serialize;

use super::info::{Info, Listing};
use super::{Error, Options, Running, Setup, load, serve};

pub use workspace::{DemoWorkspace, Text};

/// What a demo plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    /// From 403 to 200 and back: an identity policy, a resource policy, temporary credentials.
    Story,
    /// A role of another account, MFA, a chain of roles, and a session that renews itself.
    Roles,
}

/// A demo's cloud, as one line of JSON describes it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Demo {
    /// The cloud of [`Play::Story`].
    Story(Info),
    /// The cloud of [`Play::Roles`].
    Roles(Listing),
}

impl Demo {
    /// The workspace that goes with this cloud.
    pub fn workspace(&self) -> DemoWorkspace {
        match self {
            Self::Story(info) => story::workspace(info),
            Self::Roles(listing) => roles::workspace(listing),
        }
    }
}

impl Play {
    /// Serves its cloud with fresh keys on 127.0.0.1, on the current tokio runtime. Port 0 is a free one.
    ///
    /// # Errors
    /// A port that can't be bound, or a failed random number generator.
    pub async fn serve(self, port: u16) -> Result<Running<Demo>, Error> {
        match self {
            Self::Story => {
                let running = serve(Options { port, ..Options::default() }).await?;
                Ok(running.map(Demo::Story))
            }
            Self::Roles => {
                let setup = Setup { config: roles::CLOUD.to_owned(), port: Some(port), ..Setup::default() };
                Ok(load(setup).await?.map(Demo::Roles))
            }
        }
    }
}
