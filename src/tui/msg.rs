//! Everything that can happen to the screen, as plain data.
//!
//! Owns the vocabulary that reaches [`crate::tui::update`]. Refuses closures: messages are compared
//! by value.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::key::Key;
use crate::core::caller_identity::CallerIdentity;
use crate::core::credential::Secret;
use crate::core::document::Matches;
use crate::core::exchange::{End, Head, Problem, Redirect, Sent, Stage};
use crate::core::exchange_id::ExchangeId;
use crate::core::find::FindEntry;
use crate::core::names::{IdentityName, RequestPath};
use crate::core::provider::AwsSummary;
use crate::core::question::Asked;
use crate::core::request::Auth;
use crate::core::scope::Scope;
use crate::core::sso_role::SsoRole;
use crate::core::trust::Flow;
use crate::core::workspace::{Workspace, WorkspaceChange};
use crate::engine::Preview;
use crate::io::body::BodyView;
use crate::io::store::Loaded;
use crate::io::store::collections::{Rearranged, Trashed};
use crate::io::store::config_file::LoadedConfig;
use crate::io::store::workspace::FileEdit;
use crate::tui::model::field::EditorField;
use crate::tui::model::open_request::Opened;
use crate::tui::model::overlay::Ask;
use crate::tui::model::tree::{Label, Node};
use crate::tui::model::used_names::UsedNames;
use crate::tui::model::workspace_editor::FileStep;
use crate::tui::mouse::Mouse;
use crate::tui::rows::RowsFound;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Msg {
    /// A key was pressed.
    Key(Key),
    /// The command line gave a URL to open.
    OpenUrl(String),
    /// A text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has said whether its background is light.
    Background {
        /// It is light.
        light: bool,
    },
    /// The terminal has another size, in columns and rows.
    Resize(u16, u16),
    /// The search for the rows of a body has gone through this many bytes.
    Indexing {
        /// The send.
        id: ExchangeId,
        /// The number it was asked with.
        generation: u64,
        /// Bytes gone through.
        done: u64,
    },
    /// Time has come to what the screen was waiting for.
    Tick,
    /// What a request inherits that is not on disk.
    Inherited {
        /// The request.
        path: RequestPath,
        /// Variables that hold for it.
        scope: Scope,
        /// What `inherit` means for it, and where that is declared.
        auth: Box<(Auth, String)>,
    },
    /// A report of a send.
    Send {
        /// The send.
        id: ExchangeId,
        /// What it reports.
        report: Report,
    },
    /// A renewal asks a question.
    Ask {
        /// The renewal.
        id: ExchangeId,
        /// The question.
        asked: Asked,
    },
    /// Rows of a body are ready.
    Indexed {
        /// The send.
        id: ExchangeId,
        /// The number that asked for them.
        generation: u64,
        /// The rows.
        rows: RowsFound,
    },
    /// A search is done.
    Found {
        /// The send.
        id: ExchangeId,
        /// What was searched for.
        query: String,
        /// Where it is.
        matches: Arc<Matches>,
    },
    /// Who would sign a request, and for where.
    Previewed {
        /// The request.
        path: RequestPath,
        /// Who and where.
        preview: Box<Preview>,
    },
    /// A request or folder was copied.
    Duplicated {
        /// Path of the copy.
        path: RequestPath,
        /// The workspace with it, as [`Msg::Listed`].
        listed: Box<Msg>,
    },
    /// The workspace was read.
    Listed {
        /// The workspace.
        workspace: Box<Workspace>,
        /// Its folders and requests.
        nodes: Vec<Node>,
    },
    /// The names that the workspace's requests use.
    UsedNames(UsedNames),
    /// Somebody changed files of the workspace, perhaps we.
    DiskChanged {
        /// Requests and files like `signpost.toml`, by their path in the workspace.
        paths: BTreeSet<String>,
        /// Folders came or went: everything may be another.
        anything: bool,
    },
    /// The configuration has changed and was read again.
    ConfigRead(Box<LoadedConfig>),
    /// The texts of some requests' files, to find something in them.
    FindTexts(Vec<FindEntry>),
    /// What some requests' files say.
    Labels(Vec<(RequestPath, Label)>),
    /// A request's file was read.
    Opened(Box<Opened>),
    /// A file could not be read, or does not parse.
    NotOpened {
        /// The request.
        path: RequestPath,
        /// Why, with the place.
        problem: String,
    },
    /// A request was saved.
    Saved {
        /// The request.
        path: RequestPath,
        /// The path it was saved under; another one where that name could not be.
        now: RequestPath,
        /// What was saved.
        loaded: Box<Loaded>,
    },
    /// Somebody else changed the file that was to be saved.
    Conflict {
        /// The request.
        path: RequestPath,
        /// The file's text.
        theirs: String,
        /// The text that was to be written.
        ours: String,
    },
    /// A request was not saved.
    NotSaved {
        /// The request.
        path: RequestPath,
        /// Why.
        problem: String,
    },
    /// Requests and folders have other paths.
    Moved {
        /// Those that have.
        moved: Vec<Moved>,
        /// How that is undone; nothing of what was never on disk.
        undo: Vec<Rearranged>,
        /// Why others don't.
        problem: Option<String>,
    },
    /// The tree was changed on disk in a way that can be undone.
    Rearranged {
        /// What was done.
        done: Rearranged,
        /// The workspace with it, as [`Msg::Listed`].
        listed: Box<Msg>,
    },
    /// What was done to the tree was undone.
    UndoneInTree {
        /// What was undone.
        undone: Vec<Rearranged>,
        /// The requests and folders that have their old paths again.
        moved: Vec<Moved>,
        /// What couldn't be undone.
        left: Vec<Rearranged>,
        /// Why not.
        problem: Option<String>,
    },
    /// What was typed can't be done; it is asked for again.
    AskAgain {
        /// What is asked for.
        ask: Ask,
        /// What was typed.
        text: String,
        /// Why it can't be done.
        problem: String,
    },
    /// Requests and folders were deleted.
    Deleted {
        /// Takes them back.
        trashed: Vec<Trashed>,
        /// Why others weren't.
        problem: Option<String>,
    },
    /// A secret is in the private store; the field takes its reference.
    SecretKept {
        /// The request.
        path: RequestPath,
        /// The field; `None` for a secret that no field holds.
        field: Option<EditorField>,
        /// The reference.
        reference: String,
        /// Its name in the store.
        name: String,
    },
    /// A secret could not be kept; the field stays open with its text.
    SecretNotKept {
        /// The request.
        path: RequestPath,
        /// The field; `None` for a secret that no field holds.
        field: Option<EditorField>,
        /// The name it was to have in the store.
        name: String,
        /// The text.
        text: Secret,
        /// Why.
        problem: String,
    },
    /// A workspace was made in the folder that is open.
    SetUp {
        /// Its first request.
        request: RequestPath,
        /// The workspace, as [`Msg::Listed`].
        listed: Box<Msg>,
    },
    /// A file of the workspace was changed.
    WorkspaceChanged {
        /// What was changed.
        change: WorkspaceChange,
        /// Undoes it.
        edit: FileEdit,
        /// Names in the private store.
        secrets: Vec<String>,
        /// The workspace with it, as [`Msg::Listed`].
        listed: Box<Msg>,
    },
    /// A change of a file of the workspace was undone, or made again.
    FileRestored {
        /// The change.
        step: FileStep,
        /// It was made again.
        redo: bool,
        /// The workspace with it, as [`Msg::Listed`].
        listed: Box<Msg>,
    },
    /// A file of the workspace was not changed.
    WorkspaceNotChanged {
        /// Why.
        problem: String,
        /// The workspace as it is, as [`Msg::Listed`]; `None` where it wasn't read.
        listed: Option<Box<Msg>>,
    },
    /// What the workspace's requests would send.
    Surveyed {
        /// Everything private, with where it goes.
        flows: BTreeSet<Flow>,
    },
    /// The workspace may send what its user allowed.
    Trusted {
        /// The request that asked for it; `None` where something else did.
        resend: Option<RequestPath>,
        /// Names in the private store that it may see now.
        secrets: Vec<String>,
    },
    /// The user's editor has ended.
    Edited {
        /// The field that was edited.
        field: EditorField,
        /// The text, or why there is none.
        text: Result<String, String>,
    },
    /// A credential was renewed, or not.
    Renewed {
        /// The renewal.
        id: ExchangeId,
        /// Whose it is.
        identity: IdentityName,
        /// Why not.
        result: Result<(), Vec<Problem>>,
    },
    /// The roles that a session leads to.
    SsoRoles {
        /// The list.
        id: ExchangeId,
        /// The session.
        session: String,
        /// The roles, or why they couldn't be listed.
        roles: Result<Vec<SsoRole>, Vec<Problem>>,
    },
    /// Who AWS says that a credential is.
    Caller {
        /// How the credential is obtained.
        chain: String,
        /// Its access key.
        access_key: String,
        /// Account and ARN, or why they aren't known.
        result: Result<CallerIdentity, Vec<Problem>>,
    },
    /// Credentials that would have expired soon have been renewed, or not.
    KeptFresh,
    /// Whom the user's AWS environment and files name.
    AwsRead(Box<AwsSummary>),
    /// A text is ready to be copied.
    CopyText {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: String,
    },
    /// The file that a body was to be saved to exists.
    FileExists {
        /// The file.
        file: String,
        /// The body that was to be saved.
        body: BodyView,
    },
    /// Something worked; the line says what.
    Done(String),
    /// Something did not work; the line says what and why.
    Failed(String),
    /// The terminal is gone, or a signal asks signpost to end.
    Terminate,
}

/// A request or folder that has another path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moved {
    /// The path it had.
    pub from: RequestPath,
    /// The path it has.
    pub to: RequestPath,
    /// A request as its file is now; `None` for a folder and for a file that does not parse.
    pub loaded: Option<Box<Loaded>>,
}

/// A report of a send.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Report {
    /// What it waits for.
    Stage(Stage),
    /// A request left.
    Sent(Box<Sent>),
    /// A redirect is followed.
    Redirected(Box<Redirect>),
    /// Status and headers of the response came.
    Head(Box<Head>),
    /// The body grew.
    Body(BodyView),
    /// A question has to be answered.
    Ask(Asked),
    /// The response's credentials are now this identity's.
    Adopted(IdentityName),
    /// It is over.
    End(Box<End>),
}
