//! What an update wants done outside, as plain data.
//!
//! Owns the vocabulary between [`crate::tui::update`] and those who carry it out: the loop, which
//! has the terminal; the runner, which starts tasks; the disk's thread. An effect carries everything
//! that its work needs, so that nothing is looked up later, when it may have changed. Refuses
//! closures: effects are compared by value.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::core::aws_identity::AwsIdentity;
use crate::core::credential::Secret;
use crate::core::document::Index;
use crate::core::exchange::NextRequest;
use crate::core::exchange_id::ExchangeId;
use crate::core::names::{IdentityName, RequestPath};
use crate::core::question::{Answer, QuestionId};
use crate::core::request::Request;
use crate::core::trust::Flow;
use crate::core::workspace::WorkspaceChange;
use crate::io::body::BodyView;
use crate::io::store::collections::Rearranged;
use crate::io::store::view_state::ViewState;
use crate::tui::model::field::EditorField;
use crate::tui::model::overrides::Overrides;
use crate::tui::model::workspace_editor::FileStep;
use crate::tui::rows::RowsWanted;

/// Something to be done outside, by who does it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// By the loop, on the terminal.
    Screen(ScreenEffect),
    /// By the runner, as a task.
    Task(TaskEffect),
    /// By the disk's thread, in the order in which they were asked for.
    Disk(DiskEffect),
}

impl From<ScreenEffect> for Effect {
    fn from(effect: ScreenEffect) -> Self {
        Self::Screen(effect)
    }
}

impl From<TaskEffect> for Effect {
    fn from(effect: TaskEffect) -> Self {
        Self::Task(effect)
    }
}

impl From<DiskEffect> for Effect {
    fn from(effect: DiskEffect) -> Self {
        Self::Disk(effect)
    }
}

/// Something that needs the terminal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ScreenEffect {
    /// Copy a text to the clipboard.
    Copy {
        /// The text.
        text: String,
        /// What it is, for the notice: "The body".
        what: String,
    },
    /// Open a text in the user's editor.
    Edit {
        /// The field it belongs to.
        field: EditorField,
        /// The text.
        text: String,
        /// Ending of the temporary file's name, for highlighting.
        extension: &'static str,
    },
    /// Open a file of the workspace in the user's editor.
    EditFile {
        /// The file.
        path: RequestPath,
        /// Name of the environment to read it with afterwards.
        environment: Option<String>,
    },
    /// Open `signpost.toml` or a `folder.toml` in the user's editor.
    EditWorkspaceFile {
        /// The file, by its path in the workspace.
        file: String,
    },
}

/// A request with what decides how it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    /// Where it is in the workspace; what it inherits follows from that.
    pub path: RequestPath,
    /// Name of the environment whose variables it takes.
    pub environment: Option<String>,
    /// Values of variables for this run, which come first.
    pub overrides: Overrides,
    /// Whom it is signed as in this run; `None` for what the request says.
    pub sign_as: Option<AwsIdentity>,
    /// The request as it is on the screen.
    pub request: Box<Request>,
}

/// Something that runs while the screen goes on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TaskEffect {
    /// Send a request and report.
    Send {
        /// Comes with each report.
        id: ExchangeId,
        /// What is sent.
        target: Target,
    },
    /// Send the request that the engine made of a redirect, and report.
    Follow {
        /// The send.
        id: ExchangeId,
        /// The request.
        next: Box<NextRequest>,
    },
    /// Answer a question of a send or a renewal.
    Answer {
        /// The send or renewal.
        id: ExchangeId,
        /// The question.
        question: QuestionId,
        /// What is answered.
        answer: Answer,
    },
    /// Stop a send and close its socket.
    Cancel {
        /// The send.
        id: ExchangeId,
    },
    /// Find who would sign a request, and for where.
    Preview {
        /// What would be sent.
        target: Target,
    },
    /// Fetch new credentials for an identity.
    Renew {
        /// The renewal.
        id: ExchangeId,
        /// The identity.
        identity: IdentityName,
        /// The request that is signed by it.
        target: Target,
    },
    /// Open a page in the browser.
    OpenPage {
        /// The page.
        url: String,
    },
    /// List the roles of an `sso-session`.
    ListRoles {
        /// The list, for its questions.
        id: ExchangeId,
        /// The session.
        session: String,
    },
    /// Ask STS whose credential an identity has.
    AskCaller {
        /// How the credential is obtained; comes back with the response.
        chain: String,
        /// The access key that is asked about; comes back with the response.
        access_key: String,
        /// The identity.
        identity: IdentityName,
        /// The request that is signed by it.
        target: Target,
    },
    /// Read whom the user's AWS environment and files name.
    ReadAws,
    /// Find the rows of a body.
    Index {
        /// The send.
        id: ExchangeId,
        /// Comes back with the rows.
        generation: u64,
        /// The body.
        wanted: RowsWanted,
    },
    /// Search a body.
    Find {
        /// The send.
        id: ExchangeId,
        /// The body.
        body: BodyView,
        /// What is searched for.
        query: String,
    },
    /// Read the names that the workspace's requests use.
    ReadUsedNames {
        /// The requests.
        paths: Vec<RequestPath>,
    },
    /// Copy a request as a curl command.
    CopyCurl {
        /// What the command sends.
        target: Target,
    },
    /// Copy a part of a body as it is laid out.
    CopySelection {
        /// The body.
        body: BodyView,
        /// Its rows.
        index: Arc<Index>,
        /// The part.
        bytes: Range<usize>,
        /// Whether secrets stay masked.
        mask: bool,
    },
    /// Copy a body as it is laid out.
    CopyBody {
        /// The body.
        body: BodyView,
        /// Its rows, where they are known.
        index: Option<Arc<Index>>,
    },
}

/// Something to be read from or written to the disk.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DiskEffect {
    /// List the workspace.
    List,
    /// Read the labels of requests.
    Labels {
        /// The requests.
        paths: Vec<RequestPath>,
    },
    /// Read the texts of requests, to find something in them.
    FindTexts {
        /// The requests.
        paths: Vec<RequestPath>,
    },
    /// Read a request.
    Open {
        /// The request.
        path: RequestPath,
        /// Name of the environment whose variables it takes.
        environment: Option<String>,
    },
    /// Read a request that is on the screen and may have changed on disk; one that is gone is left to
    /// the listing.
    Reread {
        /// The request.
        path: RequestPath,
        /// Name of the environment whose variables it takes.
        environment: Option<String>,
    },
    /// Find what a request inherits that is not on disk.
    Inherit {
        /// The request.
        path: RequestPath,
        /// Name of the environment whose variables it takes.
        environment: Option<String>,
    },
    /// Save a request over the version it is based on.
    Save {
        /// The request's file.
        path: RequestPath,
        /// What to save.
        request: Box<Request>,
        /// The text it is based on; `None` for a new file.
        base: Option<Arc<str>>,
    },
    /// Save a request over the version that a conflict showed.
    SaveOver {
        /// The request's file.
        path: RequestPath,
        /// What to save.
        request: Box<Request>,
        /// The text that was shown.
        theirs: String,
    },
    /// Make a folder.
    CreateFolder {
        /// The folder.
        path: RequestPath,
    },
    /// Give a request or folder another name; its file's name follows from that.
    Rename {
        /// Where it is.
        path: RequestPath,
        /// The name as it was typed.
        name: String,
    },
    /// Move requests and folders into another folder.
    Move {
        /// Where they are.
        from: Vec<RequestPath>,
        /// The folder, created if it is missing; empty for the workspace.
        folder: RequestPath,
    },
    /// Give a request or folder another place among those of its folder.
    Reorder {
        /// The request or folder.
        path: RequestPath,
        /// Behind the next one; else before the one above.
        down: bool,
    },
    /// Write a copy of a request next to it.
    Duplicate {
        /// The request.
        path: RequestPath,
    },
    /// Put requests and folders into the trash.
    Delete {
        /// The requests and folders.
        paths: Vec<RequestPath>,
    },
    /// Undo what was done to the tree together.
    UndoInTree {
        /// What was done, in its order.
        steps: Vec<Rearranged>,
    },
    /// Keep what was typed into a request, so that it survives a kill.
    WriteDraft {
        /// The request.
        path: RequestPath,
        /// The request as it is on the screen.
        request: Box<Request>,
        /// The text on disk it is based on; `None` for a request that was never saved.
        base: Option<Arc<str>>,
    },
    /// Forget what was typed into a request.
    RemoveDraft {
        /// The request.
        path: RequestPath,
    },
    /// Store a secret in the private store and give the field its reference.
    KeepSecret {
        /// The request.
        path: RequestPath,
        /// The field; `None` for a secret that no field holds.
        field: Option<EditorField>,
        /// Its name in the store; that of a field's secret is counted up where it is taken.
        name: String,
        /// The text.
        secret: Secret,
    },
    /// Make a workspace in the folder that is open.
    SetUp {
        /// Its name.
        name: String,
    },
    /// Change a file of the workspace.
    ChangeWorkspace {
        /// What to change.
        change: WorkspaceChange,
    },
    /// Undo a change of a file of the workspace, or make it again.
    RestoreFile {
        /// The change.
        step: FileStep,
        /// It's made again.
        redo: bool,
    },
    /// Find everything private that the workspace's requests would send.
    Survey,
    /// Allow the workspace these flows, then send the request that asked.
    Trust {
        /// The request; `None` where something else asked.
        resend: Option<RequestPath>,
        /// What was shown.
        flows: BTreeSet<Flow>,
    },
    /// Remember how the workspace's screen was left.
    Remember(ViewState),
    /// Write a body to a file.
    SaveBody {
        /// The file, as it was typed.
        file: String,
        /// The body that was on the screen when this was asked for.
        body: BodyView,
        /// Whether a file that exists is replaced.
        overwrite: bool,
    },
}
