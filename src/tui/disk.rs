//! What the screen reads from and writes to the disk.
//!
//! Owns one thread that does these things one after another, in the order in which they were
//! asked for, so that a draft never overtakes a save. Refuses to send requests.

use std::convert::Infallible;
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::core::find::FindEntry;
use crate::engine::survey;
use crate::io::store::collections::Collections;
use crate::io::store::drafts::Drafts;
use crate::io::store::view_state::ViewStateFile;
use crate::tui::effect::DiskEffect;
use crate::tui::model::overlay::Ask;
use crate::tui::msg::Msg;

mod change;
mod private;
pub(crate) mod read;
mod unwritten;
mod watch;
mod workspace_cache;
mod workspace_files;

use private::PendingDrafts;
pub(crate) use read::{drafts, labels, load_workspace, open};
use unwritten::{Unwritten, written};
pub(crate) use watch::start_watching;
pub(crate) use workspace_cache::WorkspaceCache;

/// How long typing must pause before a draft is written.
const DRAFT_PAUSE: Duration = Duration::from_millis(200);
/// How long a draft waits at most for such a pause.
const DRAFT_WAIT: Duration = Duration::from_secs(1);

/// The thread, and the way to ask it.
pub(crate) struct Disk {
    asks: Option<Sender<DiskEffect>>,
    /// Ends when the thread does.
    running: Receiver<Infallible>,
    unwritten: Unwritten,
}

/// How long leaving waits for the disk.
pub(crate) const PATIENCE: Duration = Duration::from_millis(1500);

impl Disk {
    /// Starts the thread. `data` is the user's data folder; without it drafts are not
    /// written.
    pub(crate) fn start(cache: Arc<WorkspaceCache>, data: Option<&Path>, msgs: mpsc::Sender<Msg>) -> Self {
        let (asks, asked) = channel();
        let root = cache.current().workspace.root.clone();
        let drafts = PendingDrafts::new(data.map(|data| Drafts::new(data, &root)));
        let view_state = data.map(|data| ViewStateFile::new(data, &root));
        let unwritten = Unwritten::default();
        let worker = Worker {
            cache,
            collections: Collections::new(root),
            drafts,
            view_state,
            msgs,
            unwritten: unwritten.clone(),
            drafted: Vec::new(),
        };
        let (ends, running) = channel();
        let work = move || {
            worker.work(&asked);
            drop(ends);
        };
        // Without a thread `running` has ended already.
        let _ = thread::Builder::new().name("disk".into()).spawn(work);
        Self { asks: Some(asks), running, unwritten }
    }

    /// Asks for something.
    pub(crate) fn ask(&self, effect: DiskEffect) {
        if let Some(asks) = &self.asks {
            self.unwritten.add(&effect);
            // The thread is gone only after a panic, which has been reported.
            let _ = asks.send(effect);
        }
    }

    /// Waits until everything that was asked for is on disk, but not beyond a moment.
    ///
    /// # Errors
    /// What isn't on disk by then.
    pub(crate) fn finish(mut self, by: Instant) -> io::Result<()> {
        if self.wait(by) {
            return Ok(());
        }
        let names: Vec<String> = self.unwritten.names().into_iter().collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("the disk didn't respond in time; not saved: {}", names.join(", ")),
        ))
    }

    /// Whether the thread has come to its end.
    fn wait(&mut self, by: Instant) -> bool {
        self.asks = None;
        let left = by.saturating_duration_since(Instant::now());
        self.running.recv_timeout(left) == Err(RecvTimeoutError::Disconnected)
    }
}

impl Drop for Disk {
    /// Waits until everything that was asked for is on disk, but not for a disk that doesn't respond.
    fn drop(&mut self) {
        if self.asks.is_some() {
            self.wait(Instant::now() + PATIENCE);
        }
    }
}

/// Does what was asked. A bug of ours on the way becomes a message, so that nobody waits in vain
/// and the thread goes on.
fn guarded(effect: DiskEffect, run: impl FnOnce(DiskEffect) -> Option<Msg>) -> Option<Msg> {
    let otherwise = failed(&effect);
    // What is half done is on disk or not at all, and the worker holds nothing in between.
    std::panic::catch_unwind(AssertUnwindSafe(|| run(effect))).unwrap_or(Some(otherwise))
}

/// The message for an effect that ended in a bug of ours.
fn failed(effect: &DiskEffect) -> Msg {
    let problem = "signpost itself failed here; this is a bug, please report it".to_owned();
    match effect {
        DiskEffect::Save { path, .. } | DiskEffect::SaveOver { path, .. } => {
            Msg::NotSaved { path: path.clone(), problem }
        }
        DiskEffect::Open { path, .. } => Msg::NotOpened { path: path.clone(), problem },
        DiskEffect::KeepSecret { path, field, name, secret } => Msg::SecretNotKept {
            path: path.clone(),
            field: *field,
            name: name.clone(),
            text: secret.clone(),
            problem,
        },
        DiskEffect::ChangeWorkspace { .. } | DiskEffect::RestoreFile { .. } => {
            Msg::WorkspaceNotChanged { problem, listed: None }
        }
        DiskEffect::UndoInTree { steps } => Msg::UndoneInTree {
            undone: Vec::new(),
            moved: Vec::new(),
            left: steps.clone(),
            problem: Some(problem),
        },
        // Without their texts, so that the search goes on with the others.
        DiskEffect::FindTexts { paths } => {
            Msg::FindTexts(paths.iter().map(|path| FindEntry::new(path.clone(), None)).collect())
        }
        DiskEffect::SetUp { name } => Msg::AskAgain { ask: Ask::SetUp, text: name.clone(), problem },
        DiskEffect::List
        | DiskEffect::Labels { .. }
        | DiskEffect::Reread { .. }
        | DiskEffect::Inherit { .. }
        | DiskEffect::CreateFolder { .. }
        | DiskEffect::Rename { .. }
        | DiskEffect::Move { .. }
        | DiskEffect::Reorder { .. }
        | DiskEffect::Duplicate { .. }
        | DiskEffect::Delete { .. }
        | DiskEffect::WriteDraft { .. }
        | DiskEffect::RemoveDraft { .. }
        | DiskEffect::Survey
        | DiskEffect::Trust { .. }
        | DiskEffect::Remember(_)
        | DiskEffect::SaveBody { .. } => Msg::Failed(problem),
    }
}

/// True for what may be the first file of a workspace.
fn makes_a_file(effect: &DiskEffect) -> bool {
    matches!(
        effect,
        DiskEffect::Save { base: None, .. }
            | DiskEffect::CreateFolder { .. }
            | DiskEffect::ChangeWorkspace { .. }
    )
}

struct Worker {
    cache: Arc<WorkspaceCache>,
    collections: Collections,
    drafts: PendingDrafts,
    view_state: Option<ViewStateFile>,
    msgs: mpsc::Sender<Msg>,
    unwritten: Unwritten,
    /// What `unwritten` calls the drafts that are still in memory.
    drafted: Vec<String>,
}

impl Worker {
    fn work(mut self, asked: &Receiver<DiskEffect>) {
        loop {
            let next = if self.drafts.is_empty() {
                asked.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                asked.recv_timeout(DRAFT_PAUSE)
            };
            match next {
                Ok(effect) => {
                    let (name, is_draft) =
                        (written(&effect), matches!(effect, DiskEffect::WriteDraft { .. }));
                    let done = guarded(effect, |effect| self.run(effect));
                    match name {
                        Some(name) if is_draft => self.drafted.push(name),
                        Some(name) => self.unwritten.remove(&name),
                        None => {}
                    }
                    self.report(done);
                    if self.drafts.are_due() {
                        self.write_drafts();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.write_drafts(),
                Err(RecvTimeoutError::Disconnected) => {
                    self.write_drafts();
                    return;
                }
            }
        }
    }

    fn report(&self, msgs: impl IntoIterator<Item = Msg>) {
        for msg in msgs {
            // Fails only when the screen is gone.
            let _ = self.msgs.blocking_send(msg);
        }
    }

    fn write_drafts(&mut self) {
        let failures = self.drafts.write();
        self.drafted.drain(..).for_each(|name| self.unwritten.remove(&name));
        self.report(failures);
    }

    /// Carries an effect out, with one function for each kind.
    fn run(&mut self, effect: DiskEffect) -> Option<Msg> {
        let (cache, collections) = (&*self.cache, &self.collections);
        if makes_a_file(&effect)
            && let Err(problem) = private::note_if_new(cache)
        {
            self.report([Msg::Failed(problem)]);
        }
        Some(match effect {
            DiskEffect::List => read::list(cache),
            DiskEffect::Labels { paths } => read::labels(collections, paths),
            DiskEffect::FindTexts { paths } => read::find_texts(collections, paths),
            DiskEffect::Open { path, environment } => open(cache, collections, path, environment.as_deref()),
            DiskEffect::Reread { path, environment } => {
                return read::reread(cache, collections, path, environment.as_deref());
            }
            DiskEffect::Inherit { path, environment } => {
                let (scope, auth) = cache.inherited(&path, environment.as_deref());
                Msg::Inherited { path, scope, auth: Box::new(auth) }
            }
            DiskEffect::Save { path, request, base } => {
                change::save(collections, path, &request, base.as_deref())
            }
            DiskEffect::SaveOver { path, request, theirs } => {
                change::save(collections, path, &request, Some(&theirs))
            }
            DiskEffect::CreateFolder { path } => change::create_folder(cache, collections, &path),
            DiskEffect::Rename { path, name } => change::rename(collections, path, &name),
            DiskEffect::Move { from, folder } => change::move_to(collections, from, &folder),
            DiskEffect::Reorder { path, down } => change::reorder(cache, collections, &path, down),
            DiskEffect::Duplicate { path } => change::duplicate(cache, collections, &path),
            DiskEffect::Delete { paths } => change::delete(collections, &paths),
            DiskEffect::UndoInTree { steps } => change::undo(collections, steps),
            DiskEffect::WriteDraft { path, request, base } => {
                self.drafts.add(path, *request, base);
                return None;
            }
            DiskEffect::RemoveDraft { path } => return self.drafts.remove(&path),
            DiskEffect::KeepSecret { path, field, name, secret } => {
                match private::keep_secret(cache, field, &name, secret.clone()) {
                    Ok(name) => {
                        Msg::SecretKept { path, field, reference: format!("{{{{secret:{name}}}}}"), name }
                    }
                    Err(problem) => Msg::SecretNotKept { path, field, name, text: secret, problem },
                }
            }
            DiskEffect::SetUp { name } => workspace_files::set_up(cache, &name),
            DiskEffect::ChangeWorkspace { change } => workspace_files::change(cache, change),
            DiskEffect::RestoreFile { step, redo } => workspace_files::restore(cache, step, redo),
            DiskEffect::Remember(state) => {
                if let Some(file) = &self.view_state {
                    // How the screen looked isn't worth a message to somebody who is leaving.
                    let _ = file.write(&state);
                }
                return None;
            }
            DiskEffect::Survey => Msg::Surveyed { flows: survey(&cache.workspace()) },
            DiskEffect::Trust { resend, flows } => match private::allow(cache, flows) {
                Ok(()) => Msg::Trusted { resend, secrets: cache.secret_names() },
                Err(problem) => Msg::Failed(problem),
            },
            DiskEffect::SaveBody { file, body, overwrite } => change::save_body(&file, body, overwrite),
        })
    }
}

/// Does what was asked, for tests: without a thread, drafts or a view to remember.
#[cfg(test)]
pub(crate) fn at_once(cache: &Arc<WorkspaceCache>, effect: DiskEffect) -> Option<Msg> {
    let (msgs, _) = mpsc::channel(1);
    let collections = Collections::new(cache.current().workspace.root.clone());
    let mut worker = Worker {
        cache: Arc::clone(cache),
        collections,
        drafts: PendingDrafts::new(None),
        view_state: None,
        msgs,
        unwritten: Unwritten::default(),
        drafted: Vec::new(),
    };
    worker.run(effect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::credential::Secret;

    fn panics(_: DiskEffect) -> Option<Msg> {
        panic!("asked to")
    }

    #[test]
    fn a_bug_is_an_answer_to_what_was_asked() {
        let save = DiskEffect::Save { path: "a.toml".into(), request: Box::default(), base: None };
        assert!(matches!(guarded(save, panics), Some(Msg::NotSaved { path, .. }) if path == "a.toml"));
        let open = DiskEffect::Open { path: "a.toml".into(), environment: None };
        assert!(matches!(guarded(open, panics), Some(Msg::NotOpened { path, .. }) if path == "a.toml"));
        let secret = Secret::new("zyx");
        let keep = DiskEffect::KeepSecret { path: "a.toml".into(), field: None, name: "n".into(), secret };
        let kept = guarded(keep, panics);
        assert!(matches!(kept, Some(Msg::SecretNotKept { text, .. }) if text.expose() == "zyx"));
        assert!(matches!(guarded(DiskEffect::List, panics), Some(Msg::Failed(why)) if why.contains("bug")));
        assert_eq!(guarded(DiskEffect::List, |_| Some(Msg::Tick)), Some(Msg::Tick));
        // A search waits for each request that it asked for.
        let texts = DiskEffect::FindTexts { paths: vec!["a.toml".into()] };
        let Some(Msg::FindTexts(entries)) = guarded(texts, panics) else { panic!("the search waits") };
        assert_eq!(entries.iter().map(|entry| entry.path().as_str()).collect::<Vec<_>>(), ["a.toml"]);
    }
}
