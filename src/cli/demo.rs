//! `signpost demo`: the local cloud.
//!
//! Owns the arguments, serving without a screen, and the workspace that the user keeps. `main` joins
//! it with the screen.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::stop::Stop;
use super::written;
use crate::cloud::Running;
use crate::cloud::demo::{Demo, DemoWorkspace, Play};
use crate::core::identity::IdentityKind;
use crate::core::workspace::Workspace;
use crate::io::store::dirs::Dirs;
use crate::io::store::secrets::SecretStore;
use crate::io::store::trust::TrustStore;
use crate::io::store::workspace::{self, WORKSPACE_FILE};

/// Arguments of `signpost demo`.
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// Play roles instead: a role of another account, MFA, a chain of roles, a session that renews
    /// itself
    #[arg(long)]
    pub roles: bool,
    /// Print one line of JSON with addresses and keys, and serve without a screen until interrupted
    #[arg(long)]
    pub serve: bool,
    /// Port on 127.0.0.1 [default: a free one]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub port: u16,
    /// Keep the demo's workspace in this folder, and its secrets in your private store. A workspace of
    /// an earlier demo is updated to work again
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

impl DemoArgs {
    /// Which demo the arguments mean.
    pub fn play(&self) -> Play {
        if self.roles { Play::Roles } else { Play::Story }
    }
}

/// Serves until SIGINT or SIGTERM.
pub fn serve(args: &DemoArgs, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(err, &error),
    };
    runtime.block_on(async {
        let running = match args.play().serve(args.port).await {
            Ok(running) => running,
            Err(error) => return failed(err, &error),
        };
        // Signals are handled before anybody learns that there is something to stop.
        let mut stop = match Stop::listen() {
            Ok(stop) => stop,
            Err(error) => return failed(err, &error),
        };
        if let Some(folder) = &args.keep
            && let Err(error) = keep(folder, &running.info().workspace())
        {
            // Without standard error there is nobody left to tell.
            let _ = writeln!(err, "error: {error}");
            return Exit::Usage;
        }
        match announce(out, &running) {
            Ok(()) => stop.wait().await,
            Err(error) => return written(Err(error)),
        }
        Exit::Success
    })
}

/// Writes the demo's workspace into a folder, and its secrets into the private store, where
/// `signpost send` finds them. A workspace of an earlier demo is updated: its addresses and keys
/// become those of this cloud, and everything else stays as it is.
///
/// # Errors
/// A file that can't be written, and a folder that contains another workspace, which is never
/// overwritten.
pub fn keep(folder: &Path, demo: &DemoWorkspace) -> io::Result<SecretStore> {
    let trust = TrustStore::new(Dirs::of_user().map(|dirs| dirs.data));
    if folder.join(WORKSPACE_FILE).exists() {
        revive(folder, &trust, demo)?;
    } else {
        demo.write(folder)?;
    }
    let store = if trust.keeps() {
        let mut workspace = workspace::load(folder).map_err(io::Error::other)?;
        workspace::ensure_id(&mut workspace).map_err(io::Error::other)?;
        trust.made_here(&workspace).map_err(io::Error::other)?;
        trust.open(&workspace).map_err(io::Error::other)?.1
    } else {
        SecretStore::in_memory()
    };
    for (name, secret) in demo.secrets() {
        store.set(name, secret.clone()).map_err(io::Error::other)?;
    }
    Ok(store)
}

/// Updates the workspace of an earlier demo to this cloud.
fn revive(folder: &Path, trust: &TrustStore, demo: &DemoWorkspace) -> io::Result<()> {
    let workspace = workspace::load(folder).map_err(io::Error::other)?;
    // A folder from elsewhere may look like a demo, and would be trusted as one.
    let from_here = !trust.keeps() || trust.has_store(&workspace);
    if !from_here || !is_demo(&workspace, demo) {
        let file = folder.join(WORKSPACE_FILE);
        let message = format!(
            "{} isn't from this demo and won't be overwritten; choose an empty folder or one from an earlier demo",
            file.display()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    workspace::replace_texts(folder, &demo.texts()).map_err(io::Error::other)
}

/// True if the workspace has the demo's variables, its endpoint is a local one, and the demo's users
/// have their secrets in the private store: replacing them loses nothing.
fn is_demo(workspace: &Workspace, demo: &DemoWorkspace) -> bool {
    let is_user = |name: &str| {
        let own = format!("{{{{secret:{name}}}}}");
        workspace.identities.iter().any(|identity| {
            identity.name == *name
                && matches!(&identity.kind, IdentityKind::Keys { secret_key, .. } if *secret_key == own)
        })
    };
    let endpoint = workspace.variables.get("endpoint").map_or("", String::as_str);
    let texts = demo.texts();
    let mut variables = texts.iter().filter_map(|(keys, _)| keys.strip_prefix(&["variables"]));
    endpoint.starts_with("http://127.0.0.1:")
        && variables.all(|name| name.iter().all(|name| workspace.variables.contains_key(*name)))
        && demo.secrets().iter().all(|(name, _)| is_user(name))
}

fn announce(out: &mut dyn Write, running: &Running<Demo>) -> io::Result<()> {
    let line = serde_json::to_string(running.info())?;
    writeln!(out, "{line}")?;
    out.flush()
}

fn failed(err: &mut dyn Write, error: &dyn std::error::Error) -> Exit {
    // Without standard error there is nobody left to tell.
    let _ = writeln!(err, "error: {error}\nhint: omit --port to use a free one");
    Exit::Usage
}
