//! Overlays: a stack whose topmost element has the keys.
//!
//! Owns the state of each overlay. Refuses to know how it is drawn.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use crate::config::command::Command;
use crate::core::aws_identity::AwsIdentity;
use crate::core::convert::aws_keys::AwsKeys;
use crate::core::credential::Secret;
use crate::core::exchange::NextRequest;
use crate::core::exchange_id::ExchangeId;
use crate::core::identity_fields::{IdentityField, IdentityKindInfo};
use crate::core::names::{IdentityName, RequestPath};
use crate::core::question::{Asked, QuestionId};
use crate::core::request::Request;
use crate::core::request::fields::RequestField;
use crate::core::scope::Source;
use crate::core::template::Reference;
use crate::core::trust::Flow;
use crate::io::body::BodyView;
use crate::tui::editor::Editor;
use crate::tui::model::Pane;
use crate::tui::model::field::{EditorField, Tab};
use crate::tui::model::find::Find;
use crate::tui::model::picker::Picker;
use crate::tui::model::response::ResponseTab;
use crate::tui::model::workspace_editor::WorkspaceTab;

/// An overlay.
#[derive(Clone, Debug)]
pub(crate) enum Overlay {
    /// The keys of the current context, then all others; the number is the first visible line.
    Help(usize),
    /// Every command.
    Palette(Picker<Command>),
    /// A choice from a list.
    Pick(Picker<Pick>),
    /// A text that is found in every request.
    Find(Find),
    /// A prompt for a line of text.
    Ask(Ask, Editor),
    /// A yes-or-no question.
    Confirm(Confirm),
    /// Each target has a letter.
    Jump(Vec<(char, HitTarget)>),
    /// Another program changed a file that is being saved.
    Conflict(Box<Conflict>),
    /// May this workspace send what is private?
    Trust(Box<TrustQuestion>),
    /// A page to log in at.
    Login(Box<LoginQuestion>),
    /// A text to read; the number is the first line shown.
    Text {
        /// Its title.
        title: String,
        /// The text.
        text: String,
        /// First visible line.
        scroll: usize,
    },
}

/// What can be picked from a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// A method.
    Method(String),
    /// An environment; `None` for no environment.
    Environment(Option<String>),
    /// An environment that is made first.
    NewEnvironment,
    /// Whose variables the workspace editor shows.
    Place(Source),
    /// A name in a field, whose place is opened.
    Variable(Reference),
    /// The identity whose fields the workspace editor shows.
    ShowIdentity(IdentityName),
    /// An identity that is made first; whether it then signs the request that is shown.
    NewIdentity {
        /// It signs.
        sign: bool,
    },
    /// The kind of a new identity.
    IdentityKind {
        /// Its name.
        identity: IdentityName,
        /// The kind.
        kind: &'static IdentityKindInfo,
        /// It signs the request that is shown.
        sign: bool,
    },
    /// A word for a field of an identity; `None` leaves the field out.
    IdentityWord {
        /// The identity.
        identity: IdentityName,
        /// The field.
        field: &'static IdentityField,
        /// The word.
        word: Option<String>,
    },
    /// Whom the request is signed as in this run; `None` for what it says itself.
    SignAs(Option<AwsIdentity>),
    /// An `sso-session` whose roles are listed.
    SsoSession(String),
    /// The value of a field, as the screen shows it.
    Option(RequestField, String),
    /// A request of the tree.
    Request(RequestPath),
    /// A folder to move into.
    MoveInto {
        /// What is moved. Every folder that is offered has the same.
        moving: Arc<[RequestPath]>,
        /// The folder; empty for the workspace.
        folder: RequestPath,
    },
    /// A new folder to move these into.
    MoveIntoNew(Arc<[RequestPath]>),
    /// A header of the response, to copy it.
    Header(String),
}

/// The purpose of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The path of a new request.
    NewRequest {
        /// The folder that it starts in; empty for the workspace.
        folder: RequestPath,
    },
    /// The path of a new folder.
    NewFolder {
        /// The folder that it starts in; empty for the workspace.
        folder: RequestPath,
    },
    /// The path of a scratch request, which is then saved.
    ScratchName,
    /// The name of the workspace that is made in this folder.
    SetUp,
    /// Where to save a copy of the open request.
    SaveAs,
    /// A new name for this path.
    Rename(RequestPath),
    /// The path of a new folder to move these into.
    MoveIntoNew(Arc<[RequestPath]>),
    /// A file to save the response's body to.
    SaveBody,
    /// What to search for in the response.
    Search,
    /// A row of the response's body.
    GoToRow,
    /// A missing secret, by its name.
    Secret(String),
    /// A question of a send or a renewal.
    Question(ExchangeId, Asked),
}

/// A yes-or-no question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Confirm {
    /// Quit without saving some requests.
    Quit,
    /// Delete these paths, which can be undone.
    Delete(Vec<RequestPath>),
    /// Delete an environment from `signpost.toml`.
    RemoveEnvironment(String),
    /// Delete an identity from `signpost.toml`.
    RemoveIdentity(IdentityName),
    /// Send in an environment that is marked as production.
    SendProduction(String),
    /// Create a request from a pasted curl command.
    Curl(Box<Request>, Vec<String>),
    /// Sign the request with pasted AWS keys.
    AwsKeys(Box<PastedKeys>),
    /// Save a request with secrets in these places, in words: to the private store, or in the clear.
    ClearSecrets(Vec<String>),
    /// Overwrite a file with a response's body.
    Overwrite {
        /// The file.
        file: String,
        /// The body as it was when this was asked for.
        body: BodyView,
    },
    /// Renew an expired credential, or send with it as it is.
    Expired {
        /// The send.
        send: ExchangeId,
        /// The question.
        question: QuestionId,
        /// The identity whose credential it is.
        identity: String,
    },
    /// Read on, though a body has reached its limit.
    BodyLimit {
        /// The send.
        send: ExchangeId,
        /// The question.
        question: QuestionId,
        /// The limit, in bytes.
        limit: u64,
        /// The next limit, in bytes.
        next: u64,
    },
    /// Follow a redirect to another origin at which a request stopped, unsigned.
    FollowRedirect {
        /// Path of the request.
        path: RequestPath,
        /// The next request, as built by the engine.
        next: Box<NextRequest>,
        /// Whether the request that stopped was signed.
        signed: bool,
    },
}

/// A paste that holds AWS keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PastedKeys {
    /// The keys.
    pub keys: AwsKeys,
    /// The whole paste, if it was meant for a text of several lines.
    pub text: Option<Secret>,
}

/// Another program changed a file that is being saved.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conflict {
    /// Path of the request.
    pub path: RequestPath,
    /// The text on disk.
    pub theirs: String,
    /// The text to save.
    pub ours: String,
    /// First visible line.
    pub scroll: usize,
}

/// What a workspace that came from elsewhere wants to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrustQuestion {
    /// The request that is sent again once it is allowed.
    pub resend: Option<RequestPath>,
    /// Everything private, with where it goes.
    pub flows: BTreeSet<Flow>,
    /// Whether the other requests of the workspace were looked through.
    pub complete: bool,
    /// First line shown.
    pub scroll: usize,
}

/// A page to log in at, for a send or a renewal that goes on once somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoginQuestion {
    /// The send or renewal.
    pub send: ExchangeId,
    /// The session in words.
    pub session: String,
    /// The page.
    pub url: String,
    /// The code that the page asks for or shows; empty for none.
    pub code: String,
    /// When it's too late (UTC).
    pub expires: SystemTime,
}

/// A place that can be jumped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HitTarget {
    /// A pane.
    Pane(Pane),
    /// A row of the tree.
    TreeRow(usize),
    /// A tab of the request.
    Tab(Tab),
    /// A tab of the response.
    ResponseTab(ResponseTab),
    /// A field of the request.
    Field(EditorField),
    /// A tab of the workspace editor.
    WorkspaceTab(WorkspaceTab),
    /// A row of the workspace editor.
    WorkspaceRow(usize),
}
