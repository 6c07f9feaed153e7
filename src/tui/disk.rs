//! What the screen reads from and writes to the disk.
//!
//! Owns one thread that does these things one after another, in the order in which they were
//! asked for, so that a draft never overtakes a save. Refuses to send requests.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::core::collection;
use crate::core::request::Request;
use crate::io::store::collections::{ChangeError, Collections};
use crate::io::store::drafts::{Draft, Drafts};
use crate::io::store::secrets::{ProcessSecrets, SecretStore};
use crate::io::store::{SaveError, workspace};
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;

mod read;
mod workspace_cache;

use read::with_folders;
pub(crate) use read::{drafts, label, load_workspace, open};
pub(crate) use workspace_cache::WorkspaceCache;

/// How long typing must pause before a draft is written.
const DRAFT_PAUSE: Duration = Duration::from_millis(200);
/// How long a draft waits at most for such a pause.
const DRAFT_WAIT: Duration = Duration::from_secs(1);

/// The thread, and the way to ask it.
pub(crate) struct Disk {
    asks: Option<Sender<Effect>>,
    thread: Option<JoinHandle<()>>,
}

impl Disk {
    /// Starts the thread. `data` is the user's data folder; without it nothing private is kept.
    pub(crate) fn start(shared: Arc<WorkspaceCache>, data: Option<PathBuf>, msgs: mpsc::Sender<Msg>) -> Self {
        let (asks, asked) = channel();
        let root = shared.with(|state| state.workspace.root.clone());
        let drafts = data.as_deref().map(|data| Drafts::new(data, &root));
        let worker = Worker {
            shared,
            collections: Collections::new(root),
            drafts,
            data,
            msgs,
            typed: BTreeMap::new(),
            waiting: None,
        };
        let thread = thread::Builder::new().name("disk".into()).spawn(move || worker.work(&asked)).ok();
        Self { asks: Some(asks), thread }
    }

    /// Asks for something.
    pub(crate) fn ask(&self, effect: Effect) {
        if let Some(asks) = &self.asks {
            // The thread is gone only after a panic, which has been reported.
            let _ = asks.send(effect);
        }
    }
}

impl Drop for Disk {
    /// Waits until everything that was asked for is on disk.
    fn drop(&mut self) {
        self.asks = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Does what was asked. A bug of ours on the way is an answer, so that nobody waits for it in vain
/// and the thread goes on.
fn guarded(effect: Effect, run: impl FnOnce(Effect) -> Option<Msg>) -> Option<Msg> {
    let otherwise = failed(&effect);
    // What is half done is on disk or not at all, and the worker holds nothing in between.
    std::panic::catch_unwind(AssertUnwindSafe(|| run(effect))).unwrap_or(Some(otherwise))
}

/// What is said of an effect that ended in a bug of ours.
fn failed(effect: &Effect) -> Msg {
    let problem = "signpost itself failed here; this is a bug, please report it".to_owned();
    match effect {
        Effect::Save { path, .. } | Effect::SaveOver(path, _) => {
            Msg::NotSaved { path: path.clone(), problem }
        }
        Effect::Open(path) => Msg::NotOpened { path: path.clone(), problem },
        Effect::KeepSecret { path, slot, name, secret } => Msg::SecretNotKept {
            path: path.clone(),
            slot: *slot,
            name: name.clone(),
            text: secret.clone(),
            problem,
        },
        _ => Msg::Failed(problem),
    }
}

struct Worker {
    shared: Arc<WorkspaceCache>,
    collections: Collections,
    drafts: Option<Drafts>,
    data: Option<PathBuf>,
    msgs: mpsc::Sender<Msg>,
    /// Drafts that are not written yet, by path.
    typed: BTreeMap<String, Draft>,
    /// Since when the first of them has waited.
    waiting: Option<Instant>,
}

impl Worker {
    fn work(mut self, asked: &Receiver<Effect>) {
        loop {
            let next = if self.typed.is_empty() {
                asked.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                asked.recv_timeout(DRAFT_PAUSE)
            };
            match next {
                Ok(effect) => {
                    let answer = guarded(effect, |effect| self.run(effect));
                    if let Some(msg) = answer {
                        // The screen is gone when it does not listen.
                        let _ = self.msgs.blocking_send(msg);
                    }
                    if self.waiting.is_some_and(|since| since.elapsed() > DRAFT_WAIT) {
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

    fn run(&mut self, effect: Effect) -> Option<Msg> {
        Some(match effect {
            Effect::List => self.list(),
            Effect::Labels(paths) => {
                let labels = paths.into_iter().map(|path| (label(&self.collections, &path), path));
                Msg::Labels(labels.map(|(label, path)| (path, label)).collect())
            }
            Effect::Open(path) => open(&self.shared, &self.collections, path),
            Effect::Surroundings(path) => {
                let (scope, inherited) = self.shared.surrounding(&path);
                Msg::Surrounded(path, scope, Box::new(inherited))
            }
            Effect::UseEnvironment(name) => {
                self.shared.with(|state| state.environment = name);
                return None;
            }
            Effect::Save { path, request, base } => self.save(path, *request, base.as_deref()),
            Effect::SaveOver(path, request) => self.save_over(path, *request),
            Effect::CreateFolder(path) => {
                let made =
                    self.collections.create_folder(collection::parent(&path), collection::file_name(&path));
                match made {
                    Ok(_) => self.list(),
                    Err(error) => Msg::Failed(error.to_string()),
                }
            }
            Effect::Move(from, to) => match self.move_to(&from, &to) {
                Ok(to) => Msg::Moved { from, to },
                Err(error) => Msg::Failed(error.to_string()),
            },
            Effect::Duplicate(path) => match self.collections.duplicate(&path) {
                Ok(_) => self.list(),
                Err(error) => Msg::Failed(error.to_string()),
            },
            Effect::Delete(path) => match self.collections.delete(&path) {
                Ok(trashed) => Msg::Deleted(path, trashed),
                Err(error) => Msg::Failed(error.to_string()),
            },
            Effect::Restore(trashed) => match self.collections.restore(&trashed) {
                Ok(_) => self.list(),
                Err(error) => Msg::Failed(error.to_string()),
            },
            Effect::WriteDraft(path, request, base) => {
                let saved = base.is_some();
                let draft = Draft {
                    key: path.clone(),
                    path: saved.then(|| path.clone()),
                    base: base.map(|base| base.to_string()).unwrap_or_default(),
                    request: *request,
                };
                self.typed.insert(path, draft);
                self.waiting.get_or_insert_with(Instant::now);
                return None;
            }
            Effect::RemoveDraft(path) => {
                self.typed.remove(&path);
                return self.remove_draft(&path);
            }
            Effect::KeepSecret { path, slot, name, secret } => {
                let text = secret.clone();
                match self.keep_secret(&name, secret) {
                    Ok(()) => {
                        Msg::SecretKept { path, slot, reference: format!("{{{{secret:{name}}}}}"), name }
                    }
                    Err(problem) => Msg::SecretNotKept { path, slot, name, text, problem },
                }
            }
            Effect::SaveBody(file, body, over) => self.save_body(&file, &body, over),
            Effect::Send(..)
            | Effect::Follow(..)
            | Effect::Cancel(_)
            | Effect::Preview(..)
            | Effect::Renew(..)
            | Effect::Answer(..)
            | Effect::Index { .. }
            | Effect::Find { .. }
            | Effect::Copy(..)
            | Effect::CopyCurl(..)
            | Effect::Edit { .. }
            | Effect::EditFile(_) => return None,
        })
    }

    fn list(&self) -> Msg {
        let root = self.shared.with(|state| state.workspace.root.clone());
        // One that is invalid as a whole changes nothing: what was read before still counts.
        let loaded = match workspace::load(&root) {
            Ok(workspace) => workspace,
            Err(error) => return Msg::Failed(error.to_string()),
        };
        let (loaded, nodes) = with_folders(loaded);
        self.shared.with(|state| state.workspace = loaded.clone());
        Msg::Listed(Box::new(loaded), nodes)
    }

    fn save(&self, path: String, request: Request, base: Option<&str>) -> Msg {
        let saved = match base {
            Some(base) => self.collections.save(&path, base, &request).map(|loaded| (path.clone(), loaded)),
            None => {
                let name = request.name.clone().unwrap_or_else(|| collection::stem(&path).to_owned());
                self.collections.create_request(collection::parent(&path), &name, &request)
            }
        };
        match saved {
            Ok((now, loaded)) => Msg::Saved { path, now, loaded: Box::new(loaded) },
            Err(ChangeError::Save(SaveError::Changed { theirs, .. })) => {
                let ours = crate::io::store::request_edit::update(base.unwrap_or_default(), &request);
                Msg::Conflict { path, theirs, ours }
            }
            Err(error) => Msg::NotSaved { path, problem: error.to_string() },
        }
    }

    /// Saves over whatever is on disk now, after both versions were seen.
    fn save_over(&self, path: String, request: Request) -> Msg {
        let theirs = self.collections.place(&path).ok().and_then(|place| std::fs::read_to_string(place).ok());
        self.save(path, request, theirs.as_deref())
    }

    /// A new path is a new folder, a new name, or both.
    fn move_to(&self, from: &str, to: &str) -> Result<String, ChangeError> {
        let to = to.trim_matches('/');
        let mut path = from.to_owned();
        if collection::parent(to) != collection::parent(from) {
            path = self.collections.move_to(&path, collection::parent(to))?;
        }
        if collection::stem(to) != collection::stem(&path) {
            path = self.collections.rename(&path, collection::file_name(to))?;
        }
        Ok(path)
    }

    fn write_drafts(&mut self) {
        self.waiting = None;
        let Some(drafts) = &self.drafts else {
            self.typed.clear();
            return;
        };
        for (path, draft) in std::mem::take(&mut self.typed) {
            if let Err(error) = drafts.write(&draft) {
                // The text is still in its field; the next key tries again.
                let _ = self.msgs.blocking_send(Msg::Failed(format!("No draft of {path} is kept: {error}")));
            }
        }
    }

    fn remove_draft(&self, path: &str) -> Option<Msg> {
        let error = self.drafts.as_ref()?.remove(path).err()?;
        Some(Msg::Failed(format!("The draft of {path} stays: {error}")))
    }

    fn keep_secret(&self, name: &str, secret: crate::core::credential::Secret) -> Result<(), String> {
        self.shared.with(|state| {
            if let (None, Some(data)) = (&state.workspace.id, &self.data) {
                let id = workspace::ensure_id(&mut state.workspace).map_err(|error| error.to_string())?;
                let store = SecretStore::open(data, &id).map_err(|error| error.to_string())?;
                state.surroundings = Arc::new(ProcessSecrets::of_process(store));
            }
            state.surroundings.secrets.set(name, secret).map_err(|error| error.to_string())
        })
    }

    fn save_body(&self, file: &str, body: &[u8], over: bool) -> Msg {
        let file = PathBuf::from(file);
        let place =
            if file.is_absolute() { file } else { std::env::current_dir().unwrap_or_default().join(file) };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(!over).create(over).truncate(over);
        let written = options.open(&place).and_then(|mut out| std::io::Write::write_all(&mut out, body));
        match written {
            Ok(()) => Msg::Done(format!("{} bytes saved to {}", body.len(), place.display())),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Msg::FileExists(place.to_string_lossy().into_owned())
            }
            Err(error) => Msg::Failed(format!("{} is not written: {error}", place.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::credential::Secret;

    fn panics(_: Effect) -> Option<Msg> {
        panic!("asked to")
    }

    #[test]
    fn a_bug_is_an_answer_to_what_was_asked() {
        let save = Effect::Save { path: "a.toml".into(), request: Box::default(), base: None };
        assert!(matches!(guarded(save, panics), Some(Msg::NotSaved { path, .. }) if path == "a.toml"));
        let open = Effect::Open("a.toml".into());
        assert!(matches!(guarded(open, panics), Some(Msg::NotOpened { path, .. }) if path == "a.toml"));
        let secret = Secret::new("zyx");
        let keep = Effect::KeepSecret { path: "a.toml".into(), slot: None, name: "n".into(), secret };
        let kept = guarded(keep, panics);
        assert!(matches!(kept, Some(Msg::SecretNotKept { text, .. }) if text.expose() == "zyx"));
        assert!(matches!(guarded(Effect::List, panics), Some(Msg::Failed(why)) if why.contains("bug")));
        assert!(matches!(guarded(Effect::List, |_| Some(Msg::Tick)), Some(Msg::Tick)));
    }
}
