//! Effect -> task -> message.
//!
//! Owns what can be cancelled: sends, and the making of rows. Refuses to change the model: all it
//! knows comes back as messages.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::core::convert::curl;
use crate::core::document::{Index, Matches};
use crate::core::exchange::{End, Field, Outcome, Problem, Progress, SendId, Timing};
use crate::core::request::AuthKind;
use crate::core::scope::Nothing;
use crate::engine::Engine;
use crate::io::body::BodyWriter;
use crate::tui::disk::{Disk, Shared};
use crate::tui::effect::Effect;
use crate::tui::msg::{Msg, Report};

/// Reports of a send that wait for the screen; beyond them the socket waits.
const REPORTS: usize = 8;

/// Starts what updates ask for.
pub(crate) struct Runner {
    engine: Engine,
    shared: Arc<Shared>,
    disk: Disk,
    msgs: mpsc::Sender<Msg>,
    sends: BTreeMap<SendId, AbortHandle>,
    /// Tells the making of rows that newer ones are wanted.
    indexing: BTreeMap<SendId, Arc<AtomicBool>>,
}

impl Runner {
    pub(crate) fn new(engine: Engine, shared: Arc<Shared>, disk: Disk, msgs: mpsc::Sender<Msg>) -> Self {
        Self { engine, shared, disk, msgs, sends: BTreeMap::new(), indexing: BTreeMap::new() }
    }

    /// Starts an effect. What is known at once comes back at once.
    pub(crate) fn start(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Send(id, path, request) => self.send(id, &path, *request),
            Effect::Cancel(id) => {
                if let Some(task) = self.sends.remove(&id) {
                    task.abort();
                }
            }
            Effect::Preview(path, request) => {
                let preview = self.engine.preview(&self.shared.job(&path, *request));
                return Some(Msg::Previewed(path, Box::new(preview)));
            }
            Effect::Renew(identity, path, request) => {
                let (engine, job, msgs) =
                    (self.engine.clone(), self.shared.job(&path, *request), self.msgs.clone());
                tokio::spawn(async move {
                    let renewed = engine.renew(&identity, &job).await.map(|_| ());
                    // A screen that is gone needs no answer.
                    let _ = msgs.send(Msg::Renewed(identity, renewed)).await;
                });
            }
            Effect::Index { id, generation, body, kind, layout, wrap } => {
                let cancel = Arc::new(AtomicBool::new(false));
                if let Some(before) = self.indexing.insert(id, Arc::clone(&cancel)) {
                    before.store(true, Ordering::Relaxed);
                }
                let msgs = self.msgs.clone();
                tokio::task::spawn_blocking(move || {
                    let index = Index::build(&body, kind, layout, wrap, &cancel);
                    if !cancel.load(Ordering::Relaxed) {
                        let _ = msgs.blocking_send(Msg::Indexed(id, generation, Arc::new(index)));
                    }
                });
            }
            Effect::Find { id, body, query } => {
                let msgs = self.msgs.clone();
                tokio::task::spawn_blocking(move || {
                    let found = Matches::find(&body, &query, &AtomicBool::new(false));
                    let _ = msgs.blocking_send(Msg::Found(id, query, Arc::new(found)));
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

    fn send(&mut self, id: SendId, path: &str, request: crate::core::request::Request) {
        self.sends.retain(|_, task| !task.is_finished());
        let job = self.shared.job(path, request);
        let (engine, msgs) = (self.engine.clone(), self.msgs.clone());
        let (progress, reports) = mpsc::channel(REPORTS);
        let forwarding = tokio::spawn(forward(id, reports, msgs.clone()));
        let task = tokio::spawn(async move { engine.send(job, progress).await });
        self.sends.insert(id, task.abort_handle());
        tokio::spawn(async move {
            let panicked = task.await.is_err_and(|error| error.is_panic());
            // The forwarder ends with the send's last report.
            let _ = forwarding.await;
            if panicked {
                let _ = msgs.send(Msg::Send(id, Report::End(Box::new(internal_error())))).await;
            }
        });
    }
}

/// A bug of ours is an outcome of the send, not a broken screen.
fn internal_error() -> End {
    End {
        outcome: Outcome::Network(Problem {
            field: Field::Request,
            message: "signpost itself failed in this send; this is a bug".into(),
            cure: "Please report what you sent.".into(),
        }),
        timing: Timing::default(),
        wire_bytes: 0,
        body_bytes: 0,
        trailers: Vec::new(),
        remarks: Vec::new(),
    }
}

/// Takes a send's reports over to the screen, growing the body on the way.
async fn forward(id: SendId, mut reports: mpsc::Receiver<Progress>, msgs: mpsc::Sender<Msg>) {
    let mut body = BodyWriter::new();
    let mut spoiled = None;
    while let Some(progress) = reports.recv().await {
        let report = match progress {
            Progress::Stage(stage) => Report::Stage(stage),
            Progress::Sent(sent) => Report::Sent(sent),
            Progress::Head(head) => Report::Head(head),
            Progress::Chunk(_) if spoiled.is_some() => continue,
            Progress::Chunk(chunk) => match body.append(&chunk) {
                Ok(()) => Report::Body(body.view()),
                Err(error) => {
                    spoiled = Some(format!("there is no room for the rest of the body: {error}"));
                    continue;
                }
            },
            Progress::Adopted { identity, .. } => Report::Adopted(identity),
            Progress::End(mut end) => {
                if let Some(why) = spoiled.take() {
                    end.outcome = Outcome::Cut(why);
                }
                Report::End(end)
            }
        };
        if msgs.send(Msg::Send(id, report)).await.is_err() {
            return;
        }
    }
}
