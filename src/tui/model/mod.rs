//! Everything the screen shows, as plain data.
//!
//! Owns the state: one file per pane, and one stack of overlays. Refuses side effects: changes are
//! made by [`crate::tui::update`], and drawing only reads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::SystemTime;

use crate::config::key::Key;
use crate::config::theme::{Theme, ThemeName};
use crate::config::{Config, ResponsePlace};
use crate::core::exchange_id::{ExchangeId, ExchangeIds};
use crate::core::names::RequestPath;
use crate::core::provider::AwsSummary;
use crate::core::request::AuthKind;
use crate::core::sso_role::SsoRole;
use crate::core::template::Reference;
use crate::core::workspace::Workspace;
use crate::engine::Origin;
use crate::io::store::collections::Rearranged;
use crate::tui::layout::{self, Areas, Shape};

mod asking;
pub(crate) mod callers;
mod clock;
pub(crate) mod editing;
pub(crate) mod exchanges;
pub(crate) mod field;
pub(crate) mod find;
pub(crate) mod open_request;
pub(crate) mod overlay;
pub(crate) mod overrides;
pub(crate) mod picker;
pub(crate) mod problems;
pub(crate) mod response;
pub(crate) mod selection;
pub(crate) mod tree;
pub(crate) mod used_names;
mod view_state;
pub(crate) mod waiting;
mod words;
pub(crate) mod workspace_editor;

pub(crate) use crate::tui::layout::Pane;
use callers::Callers;
pub(crate) use clock::SECONDS_BELOW;
pub(crate) use editing::{Completion, CompletionKind, EditTarget, Editing};
use exchanges::Exchanges;
use field::EditorField;
use find::FindTexts;
use open_request::{OpenRequest, Opened};
use overlay::Overlay;
use overrides::Overrides;
use response::{Exchange, ResponseTab};
use selection::{Clicks, Part, Selection};
use tree::Tree;
use used_names::UsedNames;
use waiting::Waiting;
use workspace_editor::WorkspaceEditor;

/// Everything the screen shows.
#[derive(Debug)]
pub(crate) struct Model {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The user's configuration.
    pub config: Config,
    /// Colours.
    pub theme: Theme,
    /// The name of that theme.
    pub theme_name: ThemeName,
    /// The theme that this terminal gets where the user hasn't chosen another.
    pub usual_theme: ThemeName,
    /// Whether the terminal's own word on its background may still change the theme.
    pub theme_is_guess: bool,
    /// The terminal has 256 colours and no more.
    pub indexed_colors: bool,
    /// The keys of an incomplete sequence.
    pub pending: Vec<Key>,
    /// The workspace file.
    pub workspace: Workspace,
    /// What is wrong with the configuration, each with its place.
    pub config_problems: Vec<String>,
    /// Name of the chosen environment.
    pub environment: Option<String>,
    /// Names in the private store.
    pub secrets: BTreeSet<String>,
    /// Names of the environment variables.
    pub env_names: BTreeSet<String>,
    /// Names that the requests on disk use, as far as they have been read.
    pub used_names: UsedNames,
    /// Whether they were read, or are being read, since the last listing.
    pub used_names_are_current: bool,
    /// Requests whose open version is to be replaced by the one on disk.
    pub take_theirs: BTreeSet<RequestPath>,
    /// The tree of requests.
    pub tree: Tree,
    /// Requests that are open, by path.
    pub open_requests: BTreeMap<RequestPath, OpenRequest>,
    /// Requests that were open when the workspace was left and have yet to be read, the one that was
    /// on the screen first.
    pub reopening: Vec<RequestPath>,
    /// Path of the request that is shown.
    pub current: Option<RequestPath>,
    /// The last send of each request, by path.
    pub exchanges: Exchanges,
    /// The focused pane.
    pub focus: Pane,
    /// Which of request and response was focused last.
    pub front: Pane,
    /// Whether the focused pane fills the screen.
    pub zoom: bool,
    /// Columns of the tree, once the user has set them; else they follow its content.
    pub tree_width: Option<u16>,
    /// The divider between the tree and the panes is being dragged.
    pub dragging_tree: bool,
    /// Where the response is shown.
    pub response_side: ResponsePlace,
    /// The tab of the response that is shown.
    pub response_tab: ResponseTab,
    /// First visible line of the response tabs other than the body.
    pub response_scroll: usize,
    /// The text that is selected in the response.
    pub selection: Option<Selection>,
    /// The last clicks, to tell a double one from two.
    pub clicks: Option<Clicks>,
    /// Whether secrets are shown.
    pub revealed: bool,
    /// The field being edited.
    pub editing: Option<Editing>,
    /// The overlays, the topmost last.
    pub overlays: Vec<Overlay>,
    /// What has just happened.
    pub notice: Option<Notice>,
    /// What finding a text looks through.
    pub find: FindTexts,
    /// What was done to the tree and can be undone, the latest last; what was done together is one.
    pub rearranged: Vec<Vec<Rearranged>>,
    /// What the disk last refused to undo there.
    pub not_undone: Vec<Rearranged>,
    /// The time to compare expiries with (UTC).
    pub now: SystemTime,
    /// What the screen is waiting for, and what waits for that.
    pub waiting: Waiting,
    /// Values of variables for this run, which are in no file.
    pub overrides: Overrides,
    /// Whom the user's AWS environment and files named when they were last read.
    pub aws: AwsSummary,
    /// The roles of each `sso-session` that were listed in this run.
    pub sso_roles: BTreeMap<String, Vec<SsoRole>>,
    /// Who AWS says that credentials are.
    pub callers: Callers,
    /// Where the user is in the workspace editor.
    pub workspace_editor: WorkspaceEditor,
    /// Creates the IDs of exchanges.
    pub ids: ExchangeIds,
    /// Sends, renewals and lists of roles that were cancelled: they ask nobody any more.
    pub cancelled: BTreeSet<ExchangeId>,
}

/// What has just happened, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The line.
    pub text: String,
    /// How it is meant.
    pub kind: NoticeKind,
}

/// The kind of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeKind {
    /// Something worked.
    Good,
    /// Something worth knowing.
    Info,
    /// Something failed.
    Bad,
}

impl Model {
    /// A screen for a workspace whose files haven't been listed.
    pub(crate) fn new(
        config: Config,
        theme_name: ThemeName,
        workspace: Workspace,
        size: (u16, u16),
        now: SystemTime,
    ) -> Self {
        Self {
            theme: Theme::new(theme_name, &config.theme.styles),
            theme_name,
            usual_theme: theme_name,
            theme_is_guess: false,
            indexed_colors: false,
            secrets: BTreeSet::new(),
            env_names: BTreeSet::new(),
            used_names: UsedNames::default(),
            used_names_are_current: false,
            take_theirs: BTreeSet::new(),
            size,
            response_side: config.layout.response,
            config,
            pending: Vec::new(),
            workspace,
            config_problems: Vec::new(),
            environment: None,
            tree: Tree::default(),
            open_requests: BTreeMap::new(),
            reopening: Vec::new(),
            current: None,
            exchanges: Exchanges::default(),
            focus: Pane::Tree,
            front: Pane::Request,
            zoom: false,
            tree_width: None,
            dragging_tree: false,
            response_tab: ResponseTab::Body,
            response_scroll: 0,
            selection: None,
            clicks: None,
            revealed: false,
            editing: None,
            overlays: Vec::new(),
            notice: None,
            find: FindTexts::default(),
            rearranged: Vec::new(),
            not_undone: Vec::new(),
            now,
            waiting: Waiting::default(),
            overrides: Overrides::default(),
            aws: AwsSummary::default(),
            sso_roles: BTreeMap::new(),
            callers: Callers::default(),
            workspace_editor: WorkspaceEditor::default(),
            ids: ExchangeIds::new([0; 10]),
            cancelled: BTreeSet::new(),
        }
    }

    /// The areas of the screen; `None` if the terminal is too small.
    pub(crate) fn areas(&self) -> Option<Areas> {
        layout::areas(&Shape {
            size: self.size,
            focus: self.focus,
            front: self.front,
            zoom: self.zoom,
            tree_width: self.config.layout.tree_width,
            tree_content: u16::try_from(self.tree.widest() + 2).unwrap_or(u16::MAX),
            tree_chosen: self.tree_width,
            response: self.response_side,
            request_tenths: 5,
        })
    }

    /// The request that is shown.
    pub(crate) fn shown(&self) -> Option<&OpenRequest> {
        self.open_requests.get(self.current.as_ref()?)
    }

    /// The field of the shown request that is being edited.
    pub(crate) fn edited_field(&self) -> Option<EditorField> {
        self.editing.as_ref()?.field()
    }

    /// Whether a field of this request is being edited.
    pub(crate) fn is_edited(&self, path: &str) -> bool {
        self.edited_field().is_some() && self.current.as_deref() == Some(path)
    }

    /// The same, mutably.
    pub(crate) fn shown_mut(&mut self) -> Option<&mut OpenRequest> {
        self.open_requests.get_mut(self.current.as_ref()?)
    }

    /// The last send of the request that is shown.
    pub(crate) fn exchange(&self) -> Option<&Exchange> {
        self.exchanges.get(self.current.as_ref()?)
    }

    /// The bytes that are selected in the body on the screen.
    pub(crate) fn selected_bytes(&self) -> Option<Range<usize>> {
        let selection = self.selection.as_ref().filter(|_| self.response_tab == ResponseTab::Body)?;
        match &selection.part {
            Part::Bytes(span) if self.exchange()?.record.id == selection.exchange => Some(span.range()),
            Part::Bytes(_) | Part::Lines { .. } => None,
        }
    }

    /// The same, mutably.
    pub(crate) fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        self.exchanges.get_mut(self.current.as_ref()?)
    }

    /// The ID of a new send or renewal.
    pub(crate) fn next_id(&mut self) -> ExchangeId {
        self.ids.next(self.now)
    }

    /// The requests that differ from what is on disk.
    pub(crate) fn dirty(&self) -> impl Iterator<Item = &OpenRequest> {
        self.open_requests.values().filter(|open| open.is_dirty())
    }

    /// Names of the declared identities.
    pub(crate) fn identity_names(&self) -> Vec<String> {
        self.workspace.identities.iter().map(|identity| identity.name.to_string()).collect()
    }

    /// Whether the chosen environment is marked as production.
    pub(crate) fn is_production(&self) -> bool {
        let name = self.environment.as_deref();
        name.is_some_and(|name| self.environments().any(|(other, production)| other == name && production))
    }

    /// The workspace's environments, each with whether it is marked as production.
    pub(crate) fn environments(&self) -> impl Iterator<Item = (&str, bool)> {
        self.workspace
            .environments
            .iter()
            .map(|environment| (environment.name.as_str(), environment.production))
    }

    /// The chosen request whose file is invalid, with why and where.
    pub(crate) fn invalid_request(&self) -> Option<(&RequestPath, &str)> {
        let path = self.current.as_ref().filter(|_| self.shown().is_none())?;
        match self.tree.label(path)? {
            tree::Label::Broken(why) => Some((path, why)),
            tree::Label::Request { .. } => None,
        }
    }

    /// Whether a reference of the shown request has a value.
    pub(crate) fn knows(&self, reference: &Reference) -> bool {
        let in_scope = |name: &str| self.shown().is_some_and(|open| open.scope.get(name).is_some());
        self.knows_among(reference, &in_scope)
    }

    /// Whether a reference has a value where `declared` says which variables there are.
    pub(crate) fn knows_among(&self, reference: &Reference, declared: &dyn Fn(&str) -> bool) -> bool {
        match reference {
            Reference::Variable(name) => declared(name),
            Reference::Secret(name) => self.secrets.contains(name),
            Reference::Env(name) => self.env_names.contains(name),
        }
    }

    /// The AWS host to which the shown request goes without any authentication: what it is, and its
    /// region.
    pub(crate) fn unsigned_host(&self) -> Option<(&'static str, Option<&str>)> {
        let open = self.shown()?;
        let kind = match open.request.auth.kind {
            AuthKind::Inherit => open.inherited.0.kind,
            own => own,
        };
        let Some((_, Origin::Inferred(what))) = &open.preview.service else { return None };
        let region = open.preview.region.as_ref().map(|(region, _)| region.as_str());
        matches!(kind, AuthKind::Inherit | AuthKind::None).then_some((what, region))
    }

    /// Switches to another theme.
    pub(crate) fn use_theme(&mut self, name: ThemeName) {
        let theme = Theme::new(name, &self.config.theme.styles);
        self.theme = if self.indexed_colors { theme.in_256_colors() } else { theme };
        self.theme_name = name;
    }

    /// Remembers what was done to the tree together, so that it can be undone.
    pub(crate) fn note_rearranged(&mut self, steps: Vec<Rearranged>) {
        if !steps.is_empty() {
            self.rearranged.push(steps);
        }
    }

    /// Opens a draft of an earlier run.
    pub(crate) fn restore(&mut self, draft: Opened) {
        self.open_requests.insert(draft.path.clone(), OpenRequest::opened(draft));
    }

    /// Shows a notice.
    pub(crate) fn say(&mut self, kind: NoticeKind, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), kind });
    }
}
