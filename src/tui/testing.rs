//! A screen without a terminal, for tests: keys and messages in; model, effects and cells out.
//!
//! Owns a small workspace in memory and immediately answers what the disk and the engine's preview
//! would answer. All other effects are kept for the test to inspect.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer as Cells;

use crate::config::Config;
use crate::config::key::KeySequence;
use crate::config::theme::ThemeName;
use crate::core::diagnose::{Evidence, diagnose};
use crate::core::document::Matches;
use crate::core::exchange::{End, Event, Outcome};
use crate::core::exchange_id::ExchangeId;
use crate::core::expect;
use crate::core::find::FindEntry;
use crate::core::names::RequestPath;
use crate::core::provider::AwsSummary;
use crate::core::request::Request;
use crate::core::scope::{Layer, Scope, Source};
use crate::core::trust::Trust;
use crate::core::workspace::Workspace;
use crate::engine::{Engine, Job};
use crate::io::body::BodyView;
use crate::io::store::{request_edit, request_file};
use crate::tui::effect::{DiskEffect, Effect, TaskEffect};
use crate::tui::hit_test;
use crate::tui::model::Model;
use crate::tui::model::open_request::Opened;
use crate::tui::model::tree::Label;
use crate::tui::msg::{Msg, Report};
use crate::tui::text;
use crate::tui::update::update;
use crate::tui::view;

mod answers;
mod aws_files;
mod input;
mod on_disk;
mod workspace;

pub(crate) use answers::{end, head, loaded, problem, redirected, sent};
use workspace::{FILES, Private};
pub(crate) use workspace::{TOKEN, nodes, workspace};

/// A screen under test.
pub(crate) struct Screen {
    pub(crate) model: Model,
    /// The effects since they were last taken, except those that were answered immediately.
    effects: Vec<Effect>,
    /// The requests on disk, by path.
    pub(crate) disk: BTreeMap<String, Request>,
    /// False if the test itself answers for the disk.
    pub(crate) answers: bool,
    engine: Engine,
    /// The time that has passed since [`now`].
    passed: Duration,
    /// The workspace, where it is really on disk.
    on_disk: Option<on_disk::OnDisk>,
    /// The user's home, where they have AWS files.
    aws_home: Option<tempfile::TempDir>,
}

/// The time of all tests.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160)
}

/// The sequence named by a text such as `g g` or `ctrl-r`.
pub(crate) fn keys(text: &str) -> KeySequence {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

impl Screen {
    /// A screen of this size whose workspace hasn't been listed.
    pub(crate) fn empty(size: (u16, u16)) -> Self {
        let mut config = Config::default();
        config.behavior.wrap = false;
        let mut model =
            Model::new(config, ThemeName::Dark, Workspace::bare(Path::new("sample")), size, now());
        model.secrets = ["stored".to_owned()].into();
        model.env_names = ["HOME".to_owned()].into();
        Self {
            model,
            effects: Vec::new(),
            disk: BTreeMap::new(),
            answers: true,
            engine: Engine::new(Arc::new(now)),
            passed: Duration::ZERO,
            on_disk: None,
            aws_home: None,
        }
    }

    /// A screen of this size on the test workspace, with the first request open.
    pub(crate) fn sized(width: u16, height: u16) -> Self {
        let mut screen = Self::empty((width, height));
        screen.disk = FILES
            .iter()
            .map(|(path, text)| ((*path).to_owned(), request_file::parse(text).expect("a request")))
            .collect();
        screen.list();
        screen
    }

    /// Like [`Screen::sized`], wide enough to show everything.
    pub(crate) fn new() -> Self {
        let mut screen = Self::sized(140, 40);
        screen.take();
        screen
    }

    /// Like [`Screen::new`], on another request, with the focus on the tree.
    pub(crate) fn on(path: &str) -> Self {
        let mut screen = Self::new();
        screen.open(path);
        screen
    }

    /// Opens a request from the tree.
    pub(crate) fn open(&mut self, path: &str) {
        self.press("1");
        let row = self.model.tree.shown().position(|node| node.path == path);
        let row = row.unwrap_or_else(|| panic!("{path} is not in the tree"));
        self.press("g g");
        for _ in 0..row {
            self.press("j");
        }
        assert_eq!(self.model.current.as_deref(), Some(path));
        self.take();
    }

    /// Lists what is on disk.
    pub(crate) fn list(&mut self) {
        let known = FILES.iter().map(|(path, _)| *path).filter(|path| self.disk.contains_key(*path));
        let others =
            self.disk.keys().map(String::as_str).filter(|path| FILES.iter().all(|(known, _)| known != path));
        let nodes = nodes(known.chain(others));
        let workspace = if self.disk.is_empty() { self.model.workspace.clone() } else { workspace() };
        self.tell(Msg::Listed { workspace: Box::new(workspace), nodes });
    }

    /// Advances the time until whatever the screen is waiting for is due.
    pub(crate) fn pause(&mut self) -> &mut Self {
        self.passed += self.model.next_change().expect("nothing depends on time");
        self.tell(Msg::Tick)
    }

    /// Lets this much time pass.
    pub(crate) fn wait(&mut self, time: Duration) -> &mut Self {
        self.passed += time;
        self.tell(Msg::Tick)
    }

    /// Handles a message and everything that follows from it.
    pub(crate) fn tell(&mut self, msg: Msg) -> &mut Self {
        let mut msgs = std::collections::VecDeque::from([msg]);
        while let Some(msg) = msgs.pop_front() {
            for effect in update(&mut self.model, msg, now() + self.passed) {
                match self.answer(&effect).filter(|_| self.answers) {
                    Some(answer) => msgs.push_back(answer),
                    None => self.effects.push(effect),
                }
            }
        }
        self
    }

    /// The immediate answers of the disk and the engine.
    pub(crate) fn answer(&self, effect: &Effect) -> Option<Msg> {
        if let Some(answer) = self.on_disk.as_ref().and_then(|on_disk| on_disk.answer(effect)) {
            return Some(answer);
        }
        Some(match effect {
            Effect::Disk(DiskEffect::Open { path, environment }) => match self.disk.get(&**path) {
                Some(request) => {
                    let opened = self.opened(path, request);
                    Msg::Opened(Box::new(Opened { scope: self.scope(environment.as_deref()), ..opened }))
                }
                None => Msg::NotOpened { path: path.clone(), problem: "no such file".into() },
            },
            Effect::Disk(DiskEffect::Reread { path, environment }) => {
                let request = self.disk.get(&**path)?;
                let opened = self.opened(path, request);
                Msg::Opened(Box::new(Opened { scope: self.scope(environment.as_deref()), ..opened }))
            }
            Effect::Disk(DiskEffect::Inherit { path, environment }) => Msg::Inherited {
                path: path.clone(),
                scope: self.scope(environment.as_deref()),
                auth: Box::new((self.model.workspace.auth.clone(), "signpost.toml".into())),
            },
            Effect::Disk(DiskEffect::Labels { paths }) => {
                let label = |path: &RequestPath| {
                    let request = self.disk.get(&**path)?;
                    let (name, method) = (request.name.clone(), request.method.clone());
                    Some((path.clone(), Label::Request { name, method }))
                };
                Msg::Labels(paths.iter().filter_map(label).collect())
            }
            Effect::Disk(DiskEffect::FindTexts { paths }) => {
                let entry = |path: &RequestPath| FindEntry::new(path.clone(), self.disk.get(&**path));
                Msg::FindTexts(paths.iter().map(entry).collect())
            }
            Effect::Disk(DiskEffect::ChangeWorkspace { .. } | DiskEffect::RestoreFile { .. }) => {
                Msg::WorkspaceNotChanged { problem: "no such file".into(), listed: None }
            }
            Effect::Task(TaskEffect::Preview { target }) => {
                let mut job = self.job(&target.request, target.environment.as_deref());
                if let Some(who) = &target.sign_as {
                    self.engine.sign_as(&mut job, who);
                }
                let preview = self.engine.preview(&job);
                Msg::Previewed { path: target.path.clone(), preview: Box::new(preview) }
            }
            Effect::Task(TaskEffect::ReadAws) => {
                Msg::AwsRead(Box::new(AwsSummary::of(&self.engine.read_aws())))
            }
            _ => return None,
        })
    }

    /// The engine's input for sending a request.
    fn job(&self, request: &Request, environment: Option<&str>) -> Job {
        Job {
            request: request.clone(),
            scope: self.scope(environment),
            inherited_auth: self.model.workspace.auth.clone(),
            identities: self.model.workspace.identities.clone(),
            blocked: Vec::new(),
            outside: Arc::new(Private),
            sessions: Arc::new(crate::core::scope::Nothing),
            root: self.model.workspace.root.clone(),
            trust: Trust::MadeHere,
            given: BTreeSet::new(),
        }
    }

    /// The end of a send of the current request by the real engine; for requests that aren't sent.
    pub(crate) async fn engine_end(&self) -> Box<End> {
        let job = self.job(self.request(), self.model.environment.as_deref());
        let mut handle = self.engine.open(job);
        while let Some(event) = handle.events.recv().await {
            if let Event::End(end) = event {
                return end;
            }
        }
        panic!("a send reports its end")
    }

    pub(crate) fn opened(&self, path: &str, request: &Request) -> Opened {
        Opened {
            path: path.into(),
            request: request.clone(),
            saved: Some(request.clone()),
            base: Some(request_edit::update("", request).into()),
            scope: self.scope(self.model.environment.as_deref()),
            inherited: (self.model.workspace.auth.clone(), "signpost.toml".into()),
            unknown_keys: Vec::new(),
        }
    }

    fn scope(&self, chosen: Option<&str>) -> Scope {
        let environment = self
            .model
            .workspace
            .environments
            .iter()
            .find(|e| Some(e.name.as_str()) == chosen)
            .map(|e| Layer::new(Source::Environment(e.name.clone()), e.variables.clone()));
        let own = Layer::new(Source::Workspace, self.model.workspace.variables.clone());
        Scope { layers: environment.into_iter().chain([own]).collect() }
    }

    /// The effects since the last time.
    pub(crate) fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The request that is shown, as it is now.
    pub(crate) fn request(&self) -> &Request {
        &self.model.shown().expect("a request is open").request
    }

    /// The notice at the bottom.
    pub(crate) fn notice(&self) -> &str {
        self.model.notice.as_ref().map_or("", |notice| &notice.text)
    }

    /// Sends the current request and returns the send's ID.
    pub(crate) fn send(&mut self) -> ExchangeId {
        self.press("f5");
        let sent = self.take().into_iter().find_map(|effect| match effect {
            Effect::Task(TaskEffect::Send { id, .. }) => Some(id),
            _ => None,
        });
        sent.unwrap_or_else(|| panic!("nothing is sent: {}", self.notice()))
    }

    /// Sends the current request and receives a response.
    pub(crate) fn answered(&mut self, status: u16, headers: &[(&str, &str)], body: &[u8]) -> ExchangeId {
        let id = self.send();
        self.tell(Msg::Send { id, report: Report::Sent(Box::new(sent())) });
        self.tell(Msg::Send { id, report: Report::Head(Box::new(head(status, headers))) });
        if !body.is_empty() {
            self.tell(Msg::Send { id, report: Report::Body(BodyView::from(body.to_vec())) });
        }
        let (sent, head) = (sent(), head(status, headers));
        let signer = sent.signing.as_ref().and_then(|signing| signing.identity.as_deref());
        let identities = &self.model.workspace.identities;
        let identity = identities.iter().find(|identity| Some(identity.name.as_str()) == signer);
        let evidence = Evidence { sent: Some(&sent), head: &head, body, identity, now: now(), trace: None };
        let end = End {
            verdicts: expect::check(&self.request().expect, status),
            findings: diagnose(&evidence),
            ..end(Outcome::Answered, body.len() as u64)
        };
        self.tell(Msg::Send { id, report: Report::End(Box::new(end)) });
        self.settle();
        id
    }

    /// Runs the effects that index and search.
    pub(crate) fn settle(&mut self) {
        let never = std::sync::atomic::AtomicBool::new(false);
        loop {
            let (asked, others): (Vec<_>, Vec<_>) = self.take().into_iter().partition(|effect| {
                matches!(
                    effect,
                    Effect::Task(TaskEffect::Index { .. }) | Effect::Task(TaskEffect::Find { .. })
                )
            });
            self.effects = others;
            if asked.is_empty() {
                return;
            }
            for effect in asked {
                let msg = match effect {
                    Effect::Task(TaskEffect::Index { id, generation, wanted }) => {
                        Msg::Indexed { id, generation, rows: wanted.find(&never, |_| {}) }
                    }
                    Effect::Task(TaskEffect::Find { id, body, query }) => {
                        let found = Matches::find(&body, &query, &never);
                        Msg::Found { id, query, matches: Arc::new(found) }
                    }
                    _ => continue,
                };
                self.tell(msg);
            }
        }
    }

    /// The cells of a frame.
    pub(crate) fn draw(&self) -> Cells {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test backend");
        terminal.draw(|frame| view::draw(&self.model, frame)).expect("a frame");
        terminal.backend().buffer().clone()
    }

    /// The lines of a frame, without spaces at their ends.
    pub(crate) fn lines(&self) -> Vec<String> {
        let cells = self.draw();
        let width = usize::from(cells.area.width.max(1));
        cells
            .content()
            .chunks(width)
            .map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned())
            .collect()
    }

    /// A frame as one text.
    pub(crate) fn shown(&self) -> String {
        self.lines().join("\n")
    }

    /// Where the terminal's cursor is while something is typed.
    pub(crate) fn cursor(&self) -> Option<(u16, u16)> {
        hit_test::cursor(&self.model, &self.model.areas()?)
    }

    /// The position of a text on the screen.
    pub(crate) fn find(&self, text: &str) -> (u16, u16) {
        let place = self.lines().iter().enumerate().find_map(|(y, line)| {
            let at = line.find(text)?;
            let x = line[..at].chars().map(text::width).sum::<usize>();
            Some((u16::try_from(x).ok()?, u16::try_from(y).ok()?))
        });
        place.unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{}", self.shown()))
    }
}
