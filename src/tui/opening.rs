//! From the options to the first frame.
//!
//! Owns what is read before it, so that nothing on it jumps later, and what an empty workspace is
//! greeted with. Refuses to start anything that runs on.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::config::theme::ThemeName;
use crate::core::exchange_id::ExchangeIds;
use crate::core::trust::Trust;
use crate::core::workspace::{WORKSPACE_FILE, Workspace};
use crate::engine::Engine;
use crate::io::store::collections::Collections;
use crate::io::store::config_file::{ConfigPlace, LoadedConfig};
use crate::io::store::secrets::{ProcessSecrets, SecretStore};
use crate::io::store::trust::TrustStore;
use crate::io::store::view_state::{ViewState, ViewStateFile};
use crate::tui::disk::{self, WorkspaceCache};
use crate::tui::effect::{DiskEffect, Effect, TaskEffect};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::msg::Msg;
use crate::tui::signals::Signals;
use crate::tui::terminal::{Guard, Screen};
use crate::tui::update::{config_problems, offer_set_up, say_problems, update};
use crate::tui::{appearance, terminal, view};

/// What the screen is opened on.
pub struct Options {
    /// The workspace folder.
    pub root: PathBuf,
    /// The configuration, with its problems.
    pub config: LoadedConfig,
    /// The user's data folder for drafts and secrets; `None` keeps both in memory.
    pub data: Option<PathBuf>,
    /// The private store.
    pub secrets: SecretStore,
    /// How far the workspace is trusted.
    pub trust: Trust,
    /// Sends requests, and tells the time by which credentials expire.
    pub engine: Engine,
    /// An initial notice.
    pub notice: Option<String>,
    /// The URL of a scratch request to open.
    pub url: Option<String>,
}

/// The screen with its first frame, before anything runs.
pub(super) struct Opening {
    /// What the screen shows.
    pub model: Model,
    /// Sends requests.
    pub engine: Engine,
    /// Gives the terminal back.
    pub guard: Guard,
    /// The terminal that is drawn on.
    pub screen: Screen,
    /// The workspace as it was read.
    pub cache: Arc<WorkspaceCache>,
    /// The user's data folder.
    pub data: Option<PathBuf>,
    /// Where the configuration is.
    pub config_place: Option<ConfigPlace>,
    /// How the workspace was left; `None` where nothing is remembered.
    pub left_as: Option<ViewState>,
    /// Effects to start as soon as something runs.
    pub later: Vec<Effect>,
    /// Whether a signal has already asked us to leave.
    pub leave: Arc<AtomicBool>,
}

impl Opening {
    /// Reads what the first frame shows, and draws it.
    ///
    /// # Errors
    /// If there is no terminal, or if it can't be initialized or drawn on.
    pub(super) fn new(options: Options) -> io::Result<Self> {
        let Options { root, config, data, secrets, trust, engine, notice, url } = options;
        let config_place = config.place.clone();
        let (workspace, nodes) = disk::load_workspace(&root);
        let cache = Arc::new(WorkspaceCache::new(
            workspace.clone(),
            ProcessSecrets::of_process(secrets),
            trust,
            TrustStore::new(data.clone()),
        ));
        let collections = Collections::new(root);
        let mut model = Model::new(
            config.config,
            ThemeName::Dark,
            // Its problems are reported when it is listed.
            Workspace { problems: Vec::new(), ..workspace.clone() },
            crossterm::terminal::size()?,
            engine.now(),
        );
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        model.ids = ExchangeIds::new(random);
        let appearance =
            appearance::of_terminal(model.config.theme.name, |name| std::env::var(name).unwrap_or_default());
        (model.indexed_colors, model.theme_is_guess) = (appearance.indexed, appearance.guessed);
        model.usual_theme = appearance.theme;
        model.use_theme(appearance.theme);
        let mut left_as = None;
        model.secrets = cache.secret_names().into_iter().collect();
        model.env_names = std::env::vars().map(|(name, _)| name).collect();
        if let Some(data) = &data {
            let left = ViewStateFile::new(data, &workspace.root).read();
            model.recall(&left, &nodes);
            let environment = model.environment.clone();
            for draft in disk::drafts(&cache, &collections, data, environment.as_deref()) {
                model.restore(draft);
            }
            left_as = Some(left);
        }
        let mut msgs = VecDeque::from([Msg::Listed { workspace: Box::new(workspace), nodes }]);
        msgs.extend(url.map(Msg::OpenUrl));
        msgs.extend(notice.map(Msg::Done));
        model.config_problems = config_problems(&config.problems, config.path.as_deref());
        say_problems(&mut model);
        let later = read_first_frame(&mut model, msgs, &engine, &cache, &collections);
        greet(&mut model, data.as_deref());
        // From here on the terminal is changed, so a signal must not end the program directly.
        let leave = Arc::default();
        Signals::note(&leave)?;
        Signals::insist(terminal::abandon)?;
        let (guard, mut screen) = Guard::enter(model.config.behavior.mouse, model.size)?;
        if model.theme_is_guess {
            terminal::ask_background()?;
        }
        screen.draw(|frame| view::draw(&model, frame))?;
        Ok(Self { model, engine, guard, screen, cache, data, config_place, left_as, later, leave })
    }
}

/// Offers to set up an empty folder. The user's own workspace, which is open where no other was found,
/// needs no file; where its files are is said instead.
fn greet(model: &mut Model, data: Option<&Path>) {
    let root = &model.workspace.root;
    if data.is_some_and(|data| root.starts_with(data)) {
        if model.notice.is_none() {
            let words = format!("There is no workspace here; your own is open: {}", root.display());
            model.say(NoticeKind::Info, words);
        }
    } else if model.tree.nodes().is_empty() && !root.join(WORKSPACE_FILE).exists() {
        offer_set_up(model);
    }
}

/// Reads what the first frame shows, so that nothing jumps later. Returns what can wait.
fn read_first_frame(
    model: &mut Model,
    mut msgs: VecDeque<Msg>,
    engine: &Engine,
    cache: &WorkspaceCache,
    collections: &Collections,
) -> Vec<Effect> {
    let mut later = Vec::new();
    while let Some(msg) = msgs.pop_front() {
        for effect in update(model, msg, engine.now()) {
            match effect {
                Effect::Disk(DiskEffect::Open { path, environment }) => {
                    msgs.push_back(disk::open(cache, collections, path, environment.as_deref()));
                }
                Effect::Disk(DiskEffect::Labels { paths }) => {
                    msgs.push_back(disk::labels(collections, paths));
                }
                Effect::Task(TaskEffect::Preview { target }) => {
                    let path = target.path.clone();
                    let preview = Box::new(engine.preview(&cache.job(&target)));
                    msgs.push_back(Msg::Previewed { path, preview });
                }
                other => later.push(other),
            }
        }
    }
    if let Some(notice) = model.notice.take() {
        let kind = if notice.kind == NoticeKind::Bad { NoticeKind::Bad } else { NoticeKind::Info };
        model.say(kind, notice.text);
    }
    later
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::Screen;

    fn greeted(files: &[(&str, &str)], is_own: bool) -> (Screen, String) {
        let mut s = Screen::on_disk((100, 30), files);
        let folder = s.folder().canonicalize().expect("the workspace");
        let elsewhere = folder.join("data");
        greet(&mut s.model, Some(if is_own { &folder } else { &elsewhere }));
        let shown = s.shown();
        (s, shown)
    }

    #[test]
    fn an_empty_folder_is_offered_a_workspace_and_nothing_else_is() {
        let offer = "Set up a workspace in this folder: its name";
        assert!(greeted(&[], false).1.contains(offer));
        for (files, is_own) in [
            (&[][..], true),
            (&[("signpost.toml", "")][..], false),
            (&[("a.toml", "url = \"https://a.example/\"\n")][..], false),
        ] {
            let (s, shown) = greeted(files, is_own);
            assert!(!shown.contains(offer) && s.model.overlays.is_empty(), "{shown}");
        }
    }

    #[test]
    fn the_own_workspace_says_where_its_files_are_unless_there_is_more_to_say() {
        let (s, _) = greeted(&[], true);
        let folder = s.folder().canonicalize().expect("the workspace");
        assert!(s.notice().ends_with(&*folder.to_string_lossy()), "{}", s.notice());
        let mut s = Screen::on_disk((100, 30), &[]);
        s.model.say(NoticeKind::Bad, "`theme.name` isn't a theme");
        let folder = s.folder().canonicalize().expect("the workspace");
        greet(&mut s.model, Some(&folder));
        assert_eq!(s.notice(), "`theme.name` isn't a theme");
    }
}
