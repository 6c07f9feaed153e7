//! Effect -> task -> message.
//!
//! Owns what can be cancelled: sends, and computing rows. Refuses to change the model: results are
//! returned as messages.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use url::Url;

use crate::core::convert::curl;
use crate::core::document::{Index, Matches, has_secrets};
use crate::core::exchange::{End, Event, Field, Outcome, Problem};
use crate::core::exchange_id::ExchangeId;
use crate::core::names::IdentityName;
use crate::core::provider::AwsSummary;
use crate::core::request::AuthKind;
use crate::core::scope::Nothing;
use crate::engine::{
    CallerError, Command, Engine, Job, ListRoles, RenewHandle, Renewal, RolesHandle, SendHandle,
};
use crate::io::body::{BodyView, BodyWriter};
use crate::io::browser;
use crate::tui::disk::{WorkspaceCache, read};
use crate::tui::effect::{Target, TaskEffect};
use crate::tui::msg::{Msg, Report};

/// Pieces of a body in one report at most: a fast server must not keep the screen waiting.
const PIECES: usize = 8;

/// How often the search for rows says how far it has come.
const PROGRESS: Duration = Duration::from_millis(100);

/// Starts what updates ask for.
pub(crate) struct Runner {
    engine: Engine,
    cache: Arc<WorkspaceCache>,
    msgs: mpsc::Sender<Msg>,
    sends: BTreeMap<ExchangeId, UnderWay>,
    /// Cancels computing rows when newer ones are needed. Has another owner while that runs.
    indexing: BTreeMap<ExchangeId, Arc<AtomicBool>>,
    /// Has another owner while a body or a part of it is rendered for copying: only one at a time,
    /// since its text may be as large as memory allows.
    copying: Arc<()>,
}

/// A send or a renewal under way.
struct UnderWay {
    /// Receives answers to its questions.
    commands: mpsc::Sender<Command>,
    /// Owns its handle: aborting this cancels the send.
    forwarding: AbortHandle,
}

impl Runner {
    pub(crate) fn new(engine: Engine, cache: Arc<WorkspaceCache>, msgs: mpsc::Sender<Msg>) -> Self {
        Self {
            engine,
            cache,
            msgs,
            sends: BTreeMap::new(),
            indexing: BTreeMap::new(),
            copying: Arc::default(),
        }
    }

    /// Starts to renew the credentials that were used before they expire, as long as the screen is open.
    pub(crate) fn keep_fresh(&self) {
        let (engine, msgs) = (self.engine.clone(), self.msgs.clone());
        tokio::spawn(async move {
            loop {
                engine.renew_next().await;
                if msgs.send(Msg::KeptFresh).await.is_err() {
                    return;
                }
            }
        });
    }

    /// Starts an effect. Returns a message if the result is already known.
    pub(crate) fn start(&mut self, effect: TaskEffect) -> Option<Msg> {
        match effect {
            TaskEffect::Send { id, target } => {
                let handle = self.engine.open(self.job(&target));
                self.follow(id, handle);
            }
            TaskEffect::Follow { id, next } => {
                let handle = self.engine.follow(*next);
                self.follow(id, handle);
            }
            TaskEffect::Answer { id, question, answer } => {
                if let Some(under_way) = self.sends.get(&id) {
                    let command = Command::Answer { id: question, answer };
                    // The channel has room for more answers than there are questions.
                    let _ = under_way.commands.try_send(command);
                }
            }
            TaskEffect::Cancel { id } => {
                if let Some(under_way) = self.sends.remove(&id) {
                    // Fails only if the send has ended.
                    let _ = under_way.commands.try_send(Command::Cancel);
                    under_way.forwarding.abort();
                }
            }
            TaskEffect::Preview { target } => {
                let path = target.path.clone();
                let job = self.job(&target);
                // Every change of the workspace or the AWS files comes here.
                self.engine.renew_only_declared(&job);
                let preview = Box::new(self.engine.preview(&job));
                return Some(Msg::Previewed { path, preview });
            }
            TaskEffect::Renew { id, identity, target } => {
                let handle = self.engine.renew(&identity, self.job(&target));
                let (commands, msgs) = (handle.commands.clone(), self.msgs.clone());
                let task = tokio::spawn(forward_renewal(id, identity, handle, msgs));
                self.sends.insert(id, UnderWay { commands, forwarding: task.abort_handle() });
            }
            TaskEffect::ListRoles { id, session } => {
                let handle = self.engine.list_roles(&session);
                let (commands, msgs) = (handle.commands.clone(), self.msgs.clone());
                let task = tokio::spawn(forward_roles(id, session, handle, msgs));
                self.sends.insert(id, UnderWay { commands, forwarding: task.abort_handle() });
            }
            TaskEffect::OpenPage { url } => return open_page(&url),
            TaskEffect::AskCaller { chain, access_key, identity, target } => {
                let (engine, job, msgs) = (self.engine.clone(), self.job(&target), self.msgs.clone());
                tokio::spawn(async move {
                    let asked = engine.caller(&identity, &job, None).await;
                    let result = asked.map_err(CallerError::problems);
                    // Fails only if the screen is gone.
                    let _ = msgs.send(Msg::Caller { chain, access_key, result }).await;
                });
            }
            TaskEffect::ReadAws => {
                let engine = self.engine.clone();
                self.aside("reading the AWS files", move || {
                    Some(Msg::AwsRead(Box::new(AwsSummary::of(&engine.read_aws()))))
                });
            }
            TaskEffect::Index { id, generation, wanted } => {
                let cancel = self.newest_index(id);
                let (msgs, mut said) = (self.msgs.clone(), Instant::now());
                self.aside("finding the rows of a body", move || {
                    let rows = wanted.find(&cancel, |done| {
                        if said.elapsed() >= PROGRESS {
                            said = Instant::now();
                            // Where the screen is busy, the next report says more. Fails, too, when it is gone.
                            let _ = msgs.try_send(Msg::Indexing { id, generation, done });
                        }
                    });
                    let is_newest = !cancel.load(Ordering::Relaxed);
                    is_newest.then_some(Msg::Indexed { id, generation, rows })
                });
            }
            TaskEffect::Find { id, body, query } => {
                self.aside("searching a body", move || {
                    let matches = Arc::new(Matches::find(&body, &query, &AtomicBool::new(false)));
                    Some(Msg::Found { id, query, matches })
                });
            }
            TaskEffect::ReadUsedNames { paths } => {
                let cache = Arc::clone(&self.cache);
                self.aside("reading names", move || Some(Msg::UsedNames(read::used_names(&cache, paths))));
            }
            TaskEffect::CopyCurl { target } => return Some(self.curl(&target)),
            TaskEffect::CopySelection { body, index, bytes, mask } => {
                return self.copy(move || (index.selected_text(bytes, &body, mask), "The selection"));
            }
            TaskEffect::CopyBody { body, index } => return self.copy(move || body_text(&body, index)),
        }
        None
    }

    /// Everything that one send needs.
    fn job(&self, target: &Target) -> Job {
        let mut job = self.cache.job(target);
        match &target.sign_as {
            Some(who) => self.engine.sign_as(&mut job, who),
            None => self.engine.complete_known_region(&mut job),
        }
        job
    }

    /// Cancels computing older rows of this exchange, and returns the flag that cancels the next
    /// run.
    fn newest_index(&mut self, id: ExchangeId) -> Arc<AtomicBool> {
        self.indexing.retain(|_, cancel| Arc::strong_count(cancel) > 1);
        let cancel = Arc::new(AtomicBool::new(false));
        if let Some(before) = self.indexing.insert(id, Arc::clone(&cancel)) {
            before.store(true, Ordering::Relaxed);
        }
        cancel
    }

    fn curl(&self, target: &Target) -> Msg {
        let job = self.job(target);
        let preview = self.engine.preview(&job);
        let known = |value: Option<(String, _)>| value.map(|(text, _)| text).unwrap_or_default();
        let (region, service) = (known(preview.region), known(preview.service));
        let inherits = job.request.auth.kind == AuthKind::Inherit;
        let auth = if inherits { &job.inherited_auth } else { &job.request.auth };
        let variable =
            |name: &str| job.scope.expand(&format!("{{{{{name}}}}}"), &Nothing).ok().map(|value| value.text);
        let text = curl::export(&job.request, auth, (&region, &service), variable);
        Msg::CopyText { text, what: "The request as curl".into() }
    }

    /// Renders a text of a body on a separate thread, and has it copied under a name. Refuses while
    /// another one is rendered.
    fn copy(&self, render: impl FnOnce() -> (String, &'static str) + Send + 'static) -> Option<Msg> {
        if Arc::strong_count(&self.copying) > 1 {
            return Some(Msg::Failed("The body is still being copied".into()));
        }
        let running = Arc::clone(&self.copying);
        self.aside("copying a body", move || {
            let (text, what) = render();
            drop(running);
            Some(Msg::CopyText { text, what: what.into() })
        });
        None
    }

    /// Runs something slow on a separate thread. A panic there becomes a message.
    fn aside(&self, doing: &'static str, work: impl FnOnce() -> Option<Msg> + Send + 'static) {
        let msgs = self.msgs.clone();
        tokio::task::spawn_blocking(move || {
            let failed = |_| {
                Some(Msg::Failed(format!("signpost itself failed {doing}; this is a bug, please report it")))
            };
            let done = std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(failed);
            if let Some(msg) = done {
                // Fails only if the screen is gone.
                let _ = msgs.blocking_send(msg);
            }
        });
    }

    /// Passes the reports of a send to the screen. If that panics, the send ends with an internal
    /// error.
    fn follow(&mut self, id: ExchangeId, handle: SendHandle) {
        self.sends.retain(|_, under_way| !under_way.forwarding.is_finished());
        let (commands, msgs) = (handle.commands.clone(), self.msgs.clone());
        let forwarded = msgs.clone();
        // A body may be written to a file, which no task may wait for.
        let forwarding = tokio::task::spawn_blocking(move || forward(id, handle, &forwarded));
        self.sends.insert(id, UnderWay { commands, forwarding: forwarding.abort_handle() });
        tokio::spawn(async move {
            if forwarding.await.is_err_and(|error| error.is_panic()) {
                let report = Report::End(Box::new(internal_error()));
                // Fails only if the screen is gone.
                let _ = msgs.send(Msg::Send { id, report }).await;
            }
        });
    }
}

/// Opens a page in the browser. Gives why it isn't open.
fn open_page(url: &str) -> Option<Msg> {
    if !browser::is_available() {
        return Some(Msg::Failed("No browser can be shown here: open the page on any machine".to_owned()));
    }
    let opened = Url::parse(url).map_err(|error| error.to_string()).and_then(|url| browser::open(&url));
    opened.err().map(|why| Msg::Failed(format!("Couldn't open the browser: {why}")))
}

/// The text of a whole body, and what it is called.
fn body_text(body: &BodyView, index: Option<Arc<Index>>) -> (String, &'static str) {
    let text = match index {
        Some(index) => index.text(0..index.len(), body),
        None => String::from_utf8_lossy(body).into_owned(),
    };
    // It is masked on the screen only, and whoever pastes it must know.
    let what = if has_secrets(body) { "The body, with its secrets in the clear" } else { "The body" };
    (text, what)
}

/// The problem of a task that ended with an internal error.
fn bug() -> Problem {
    Problem::new(Field::Request, "signpost itself failed here; this is a bug", "Please report what you did.")
}

/// An internal error ends the send, not the screen.
fn internal_error() -> End {
    End::of(Outcome::Network(bug()))
}

/// Passes a renewal's questions and its end to the screen.
async fn forward_renewal(
    id: ExchangeId,
    identity: IdentityName,
    mut handle: RenewHandle,
    msgs: mpsc::Sender<Msg>,
) {
    let mut result = Err(vec![bug()]);
    while let Some(event) = handle.events.recv().await {
        match event {
            // Fails only if the screen is gone, and then nobody waits for the end either.
            Renewal::Ask(asked) => drop(msgs.send(Msg::Ask { id, asked }).await),
            Renewal::Done(renewed) => result = renewed.map(drop),
        }
    }
    // Fails only if the screen is gone.
    let _ = msgs.send(Msg::Renewed { id, identity, result }).await;
}

/// Passes the questions and the end of a list of roles to the screen.
async fn forward_roles(id: ExchangeId, session: String, mut handle: RolesHandle, msgs: mpsc::Sender<Msg>) {
    let mut roles = Err(vec![bug()]);
    while let Some(event) = handle.events.recv().await {
        match event {
            // Fails only if the screen is gone, and then nobody waits for the end either.
            ListRoles::Ask(asked) => drop(msgs.send(Msg::Ask { id, asked }).await),
            ListRoles::Done(listed) => roles = listed,
        }
    }
    // Fails only if the screen is gone.
    let _ = msgs.send(Msg::SsoRoles { id, session, roles }).await;
}

/// Passes a send's reports to the screen and writes its body. Runs on a thread that may wait for
/// the disk; the channels on both sides are bounded, so a slow one slows the socket. If the reports
/// stop without an end, that is an internal error, which becomes the end.
fn forward(id: ExchangeId, mut handle: SendHandle, msgs: &mpsc::Sender<Msg>) {
    let mut body = BodyWriter::new();
    let mut unwritten = None;
    let mut following = None;
    while let Some(event) = following.take().or_else(|| handle.events.blocking_recv()) {
        let report = match event {
            Event::Ask(asked) => Report::Ask(asked),
            Event::Stage(stage) => Report::Stage(stage),
            Event::Sent(sent) => Report::Sent(sent),
            Event::Redirected(redirect) => Report::Redirected(redirect),
            Event::Head(head) => Report::Head(head),
            Event::Chunk(_) if unwritten.is_some() => continue,
            Event::Chunk(chunk) => {
                let appended;
                (appended, following) = append(&mut body, &chunk, &mut handle);
                if let Err(error) = appended {
                    unwritten = Some(format!("couldn't write the rest of the body to the disk: {error}"));
                    continue;
                }
                Report::Body(body.view())
            }
            Event::Adopted { identity, .. } => Report::Adopted(identity.into()),
            Event::End(mut end) => {
                if let Some(why) = unwritten.take() {
                    end.outcome = Outcome::Cut(why);
                }
                Report::End(end)
            }
        };
        let over = matches!(report, Report::End(_));
        if msgs.blocking_send(Msg::Send { id, report }).is_err() || over {
            return;
        }
    }
    let report = Report::End(Box::new(internal_error()));
    // Fails only if the screen is gone.
    let _ = msgs.blocking_send(Msg::Send { id, report });
}

/// Appends a piece of a body and those that have come meanwhile, so that they are one report. Gives
/// the event after them, if that has come, too.
fn append(
    body: &mut BodyWriter,
    piece: &[u8],
    handle: &mut SendHandle,
) -> (std::io::Result<()>, Option<Event>) {
    let mut appended = body.append(piece);
    for _ in 1..PIECES {
        if appended.is_err() {
            break;
        }
        match handle.events.try_recv() {
            Ok(Event::Chunk(piece)) => appended = body.append(&piece),
            Ok(other) => return (appended, Some(other)),
            Err(_) => break,
        }
    }
    (appended, None)
}

#[cfg(test)]
mod tests;
