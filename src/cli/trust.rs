//! `signpost trust`: what a workspace from elsewhere may read and send.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::{prompt, written};
use crate::core::trust::{Flow, Trust, by_origin};
use crate::core::workspace::Workspace;
use crate::engine::survey;
use crate::io::store::dirs::Dirs;
use crate::io::store::listing;
use crate::io::store::trust::{TrustRecord, TrustStore};
use crate::io::store::workspace;

const EXAMPLES: &str = "\
A workspace that was made on this machine may use your environment variables, your secrets and your \
files. One that came from elsewhere (a clone, an archive, a moved folder) sends plain requests until \
you have seen here, or at the question on the screen, what it would read and where that would go.

Examples:
  signpost trust               # list what this workspace would send, and ask
  signpost trust --list
  signpost trust --revoke ~/src/api

Exit codes: 0 done; 1 not allowed; 2 wrong usage or an unreadable file.";

/// Allow a workspace from elsewhere to read what it asks for
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TrustArgs {
    /// Workspace folder [default: the nearest one from here upward]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Allow without asking; the list is still printed
    #[arg(short = 'y', long)]
    yes: bool,
    /// List the workspaces that are known, and what each may send
    #[arg(long, conflicts_with_all = ["folder", "revoke", "yes"])]
    list: bool,
    /// Forget what was allowed
    #[arg(long, conflicts_with = "yes")]
    revoke: bool,
}

/// Runs `signpost trust`.
pub(super) fn run(args: &TrustArgs, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let Some(dirs) = Dirs::of_user() else {
        return failed(err, "no home folder to store this in", "Set HOME.");
    };
    let store = TrustStore::new(Some(dirs.data.clone()));
    let done = if args.list {
        list(&store, out).map(|()| Exit::Success)
    } else {
        match find(args, &dirs) {
            Some(root) if args.revoke => revoke(&store, &root, out),
            Some(root) => allow(args, &store, &root, out),
            None => {
                return failed(err, "no workspace here", "Name its folder: `signpost trust DIR`.");
            }
        }
    };
    match done {
        Ok(exit) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => written(Err(error)),
        Err(error) => failed(err, &error.to_string(), ""),
    }
}

fn failed(err: &mut dyn Write, message: &str, hint: &str) -> Exit {
    // Without standard error there is nobody left to tell.
    let _ = writeln!(err, "error: {message}");
    if !hint.is_empty() {
        let _ = writeln!(err, "hint: {hint}");
    }
    Exit::Usage
}

/// The folder that is meant. One that another user owns is found too: this is where it's allowed.
fn find(args: &TrustArgs, dirs: &Dirs) -> Option<PathBuf> {
    match &args.folder {
        Some(folder) => folder.is_dir().then(|| std::path::absolute(folder).ok()).flatten(),
        None => Some(workspace::find_or_own(&std::env::current_dir().ok()?, Some(dirs))),
    }
}

fn list(store: &TrustStore, out: &mut dyn Write) -> io::Result<()> {
    let records = store.list()?;
    if records.is_empty() {
        writeln!(out, "No workspace is remembered yet.")?;
    }
    for record in records {
        match record.trust() {
            Trust::MadeHere => writeln!(out, "{}\n  made here", record.place)?,
            Trust::Allowed(flows) => {
                writeln!(out, "{}", record.place)?;
                print(&flows, out)?;
            }
        }
    }
    Ok(())
}

fn revoke(store: &TrustStore, root: &Path, out: &mut dyn Write) -> io::Result<Exit> {
    let place = root.display();
    if store.revoke(root)? {
        writeln!(out, "{place} may read nothing private until you allow it again.")?;
        return Ok(Exit::Success);
    }
    writeln!(out, "{place} wasn't trusted.")?;
    Ok(Exit::Success)
}

fn allow(args: &TrustArgs, store: &TrustStore, root: &Path, out: &mut dyn Write) -> io::Result<Exit> {
    let mut found = workspace::load(root).map_err(io::Error::other)?;
    found.folders = listing::list(&found).folders;
    let (trust, _) = store.open(&found).map_err(io::Error::other)?;
    let place = root.display();
    if trust == Trust::MadeHere {
        writeln!(out, "{place} was made here: its requests may use whatever they name.")?;
        return Ok(Exit::Success);
    }
    let missing = trust.missing(survey(&found));
    match missing.is_empty() {
        true => writeln!(out, "The requests of {place} read nothing private that isn't allowed yet.")?,
        false => {
            writeln!(out, "{place} wants to send what is private to you:")?;
            print(&missing, out)?;
        }
    }
    let sharing = sharing(store, &found)?;
    for other in &sharing {
        writeln!(out, "It shares the id, and so the secrets, of {}.", other.place)?;
    }
    if missing.is_empty() && sharing.is_empty() && store.check_owner(root).is_ok() {
        return Ok(Exit::Success);
    }
    out.flush()?;
    if !args.yes {
        match prompt::confirm("Allow exactly this? [y/N] ") {
            Ok(true) => {}
            Ok(false) => return Ok(Exit::Unexpected),
            Err(_) => {
                return Err(io::Error::other(
                    "no terminal is available; give --yes to allow it without asking",
                ));
            }
        }
    }
    store.allow(&found, missing).map_err(io::Error::other)?;
    writeln!(out, "Allowed.")?;
    Ok(Exit::Success)
}

/// Other workspaces that have this one's id, where it hasn't been allowed their secrets yet.
fn sharing(store: &TrustStore, workspace: &Workspace) -> io::Result<Vec<TrustRecord>> {
    if workspace.id.is_none() || store.has_store(workspace) {
        return Ok(Vec::new());
    }
    Ok(store.list()?.into_iter().filter(|record| record.id == workspace.id).collect())
}

fn print(flows: &BTreeSet<Flow>, out: &mut dyn Write) -> io::Result<()> {
    for (origin, reads) in by_origin(flows) {
        writeln!(out, "  to {origin}")?;
        for read in reads {
            writeln!(out, "    {read}")?;
        }
    }
    Ok(())
}
