//! Effect -> task -> message.
//!
//! Owns what can be cancelled: sends, and the making of rows. Refuses to change the model: all it
//! knows comes back as messages.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::core::convert::curl;
use crate::core::document::{Index, Matches};
use crate::core::exchange::{End, Event, Field, Outcome, Problem, SendId};
use crate::core::request::AuthKind;
use crate::core::scope::Nothing;
use crate::engine::{Command, Engine, RenewHandle, Renewal, SendHandle};
use crate::io::body::BodyWriter;
use crate::tui::disk::{Disk, WorkspaceCache};
use crate::tui::effect::Effect;
use crate::tui::msg::{Msg, Report};

/// Starts what updates ask for.
pub(crate) struct Runner {
    engine: Engine,
    shared: Arc<WorkspaceCache>,
    disk: Disk,
    msgs: mpsc::Sender<Msg>,
    sends: BTreeMap<SendId, UnderWay>,
    /// Tells the making of rows that newer ones are wanted.
    indexing: BTreeMap<SendId, Arc<AtomicBool>>,
}

/// A send or a renewal under way.
struct UnderWay {
    /// Takes answers to its questions.
    commands: mpsc::Sender<Command>,
    /// Holds its handle: when aborted, it is cancelled.
    forwarding: AbortHandle,
}

impl Runner {
    pub(crate) fn new(
        engine: Engine,
        shared: Arc<WorkspaceCache>,
        disk: Disk,
        msgs: mpsc::Sender<Msg>,
    ) -> Self {
        Self { engine, shared, disk, msgs, sends: BTreeMap::new(), indexing: BTreeMap::new() }
    }

    /// Starts an effect. What is known at once comes back at once.
    pub(crate) fn start(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Send(id, path, request) => self.send(id, &path, *request),
            Effect::Follow(id, next) => {
                let handle = self.engine.follow(*next);
                self.follow(id, handle);
            }
            Effect::Answer(id, question, answer) => {
                if let Some(under_way) = self.sends.get(&id) {
                    let command = Command::Answer { id: question, answer };
                    // There is room for more answers than questions.
                    let _ = under_way.commands.try_send(command);
                }
            }
            Effect::Cancel(id) => {
                if let Some(under_way) = self.sends.remove(&id) {
                    under_way.forwarding.abort();
                }
            }
            Effect::Preview(path, request) => {
                let preview = self.engine.preview(&self.shared.job(&path, *request));
                return Some(Msg::Previewed(path, Box::new(preview)));
            }
            Effect::Renew(id, identity, path, request) => {
                let handle = self.engine.renew(&identity, self.shared.job(&path, *request));
                let (commands, msgs) = (handle.commands.clone(), self.msgs.clone());
                let task = tokio::spawn(forward_renewal(id, identity, handle, msgs));
                self.sends.insert(id, UnderWay { commands, forwarding: task.abort_handle() });
            }
            Effect::Index { id, generation, body, kind, layout, wrap } => {
                let cancel = Arc::new(AtomicBool::new(false));
                if let Some(before) = self.indexing.insert(id, Arc::clone(&cancel)) {
                    before.store(true, Ordering::Relaxed);
                }
                self.aside("making the rows of a body", move || {
                    let index = Index::build(&body, kind, layout, wrap, &cancel);
                    let wanted = !cancel.load(Ordering::Relaxed);
                    wanted.then(|| Msg::Indexed(id, generation, Arc::new(index)))
                });
            }
            Effect::Find { id, body, query } => {
                self.aside("searching a body", move || {
                    let found = Matches::find(&body, &query, &AtomicBool::new(false));
                    Some(Msg::Found(id, query, Arc::new(found)))
                });
            }
            Effect::CopyCurl(path, request) => {
                let job = self.shared.job(&path, *request);
                let preview = self.engine.preview(&job);
                let known = |value: Option<(String, _)>| value.map(|(text, _)| text).unwrap_or_default();
                let (region, service) = (known(preview.region), known(preview.service));
                let inherits = job.request.auth.kind == AuthKind::Inherit;
                let auth = if inherits { &job.inherited_auth } else { &job.request.auth };
                let variable = |name: &str| {
                    job.scope.expand(&format!("{{{{{name}}}}}"), &Nothing).ok().map(|value| value.text)
                };
                let text = curl::export(&job.request, auth, (&region, &service), variable);
                return Some(Msg::CopyText(text, "The request as curl".into()));
            }
            other => self.disk.ask(other),
        }
        None
    }

    /// Does what takes a while on a thread of its own. A bug of ours in it is a message.
    fn aside(&self, doing: &'static str, work: impl FnOnce() -> Option<Msg> + Send + 'static) {
        let msgs = self.msgs.clone();
        tokio::task::spawn_blocking(move || {
            let failed = |_| {
                Some(Msg::Failed(format!("signpost itself failed {doing}; this is a bug, please report it")))
            };
            let answer = std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(failed);
            if let Some(msg) = answer {
                // A screen that is gone needs no answer.
                let _ = msgs.blocking_send(msg);
            }
        });
    }

    fn send(&mut self, id: SendId, path: &str, request: crate::core::request::Request) {
        let handle = self.engine.open(self.shared.job(path, request));
        self.follow(id, handle);
    }

    /// Takes the reports of a send to the screen.
    fn follow(&mut self, id: SendId, handle: SendHandle) {
        self.sends.retain(|_, under_way| !under_way.forwarding.is_finished());
        let commands = handle.commands.clone();
        let task = tokio::spawn(forward(id, handle, self.msgs.clone()));
        self.sends.insert(id, UnderWay { commands, forwarding: task.abort_handle() });
    }
}

/// What is said of a task that ended in a bug of ours.
fn bug() -> Problem {
    Problem::new(Field::Request, "signpost itself failed here; this is a bug", "Please report what you did.")
}

/// A bug of ours is an outcome of the send, not a broken screen.
fn internal_error() -> End {
    End::of(Outcome::Network(bug()))
}

/// Takes a renewal's questions and its end over to the screen.
async fn forward_renewal(id: SendId, identity: String, mut handle: RenewHandle, msgs: mpsc::Sender<Msg>) {
    while let Some(event) = handle.events.recv().await {
        let msg = match event {
            Renewal::Ask(asked) => Msg::Ask(id, asked),
            Renewal::Done(renewed) => Msg::Renewed(identity.clone(), renewed.map(drop)),
        };
        let over = matches!(msg, Msg::Renewed(..));
        // A screen that is gone needs no answer.
        if msgs.send(msg).await.is_err() || over {
            return;
        }
    }
    let _ = msgs.send(Msg::Renewed(identity, Err(vec![bug()]))).await;
}

/// Takes a send's reports over to the screen, growing the body on the way. Reports that stop without
/// an end mean a bug of ours, which is that end.
async fn forward(id: SendId, mut handle: SendHandle, msgs: mpsc::Sender<Msg>) {
    let mut body = BodyWriter::new();
    let mut spoiled = None;
    while let Some(event) = handle.events.recv().await {
        let report = match event {
            Event::Ask(asked) => Report::Ask(asked),
            Event::Stage(stage) => Report::Stage(stage),
            Event::Sent(sent) => Report::Sent(sent),
            Event::Redirected(head) => Report::Redirected(head),
            Event::Head(head) => Report::Head(head),
            Event::Chunk(_) if spoiled.is_some() => continue,
            Event::Chunk(chunk) => match body.append(&chunk) {
                Ok(()) => Report::Body(body.view()),
                Err(error) => {
                    spoiled = Some(format!("there is no room for the rest of the body: {error}"));
                    continue;
                }
            },
            Event::Adopted { identity, .. } => Report::Adopted(identity),
            Event::End(mut end) => {
                if let Some(why) = spoiled.take() {
                    end.outcome = Outcome::Cut(why);
                }
                Report::End(end)
            }
        };
        let over = matches!(report, Report::End(_));
        if msgs.send(Msg::Send(id, report)).await.is_err() || over {
            return;
        }
    }
    let _ = msgs.send(Msg::Send(id, Report::End(Box::new(internal_error())))).await;
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::SystemTime;

    use super::*;
    use crate::core::workspace::Workspace;
    use crate::engine::Handle;
    use crate::io::store::secrets::{ProcessSecrets, SecretStore};

    fn runner(root: &Path) -> (Runner, mpsc::Receiver<Msg>) {
        let surroundings = ProcessSecrets::of_process(SecretStore::in_memory());
        let shared = Arc::new(WorkspaceCache::new(Workspace::bare(root), surroundings));
        let (sender, msgs) = mpsc::channel(8);
        let disk = Disk::start(Arc::clone(&shared), None, sender.clone());
        (Runner::new(Engine::new(Arc::new(SystemTime::now)), shared, disk, sender), msgs)
    }

    #[tokio::test]
    async fn a_bug_in_a_task_is_a_message_and_the_rest_goes_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut runner, mut msgs) = runner(folder.path());
        let end = Event::End(Box::new(internal_error()));
        runner.follow(SendId(7), Handle::start(end, |_| async { panic!("asked to") }));
        let Some(Msg::Send(SendId(7), Report::End(end))) = msgs.recv().await else { panic!("no end") };
        assert!(
            matches!(&end.outcome, Outcome::Network(problem) if problem.message.contains("this is a bug"))
        );
        runner.aside("being tested", || panic!("asked to"));
        let Some(Msg::Failed(words)) = msgs.recv().await else { panic!("no message") };
        assert!(words.contains("failed being tested") && words.contains("bug"), "{words}");
        runner.start(Effect::List);
        assert!(matches!(msgs.recv().await, Some(Msg::Listed(..))));
    }
}
