//! What an update asks the outside to do, as plain data.
//!
//! Owns the vocabulary between [`crate::tui::update`] and the runner. No closures: an
//! effect can be logged and compared with another.

use std::sync::Arc;

use crate::core::credential::Secret;
use crate::core::document::{Kind, Layout};
use crate::core::exchange::{NextRequest, SendId};
use crate::core::question::{Answer, QuestionId};
use crate::core::request::Request;
use crate::io::body::BodyView;
use crate::io::store::collections::Trashed;
use crate::tui::model::field::EditorField;

/// Something to be done outside.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send a request and report.
    Send(SendId, String, Box<Request>),
    /// Send the request that the engine made of a redirect, and report.
    Follow(SendId, Box<NextRequest>),
    /// Stop a send and close its socket.
    Cancel(SendId),
    /// Say who would sign a request, and for where.
    Preview(String, Box<Request>),
    /// Fetch fresh credentials for an identity; the request is the one that is shown.
    Renew(SendId, String, String, Box<Request>),
    /// Answer a question of a send or a renewal.
    Answer(SendId, QuestionId, Answer),
    /// List the workspace anew.
    List,
    /// Read the labels of these requests.
    Labels(Vec<String>),
    /// Read a request.
    Open(String),
    /// Find what holds for a request that is not on disk.
    Surroundings(String),
    /// Use the variables of this environment.
    UseEnvironment(Option<String>),
    /// Save a request over the version it is based on.
    Save {
        /// Path of the request.
        path: String,
        /// What to save.
        request: Box<Request>,
        /// The text it is based on; `None` for a new file.
        base: Option<Arc<str>>,
    },
    /// Save a request over whatever is on disk.
    SaveOver(String, Box<Request>),
    /// Make a folder.
    CreateFolder(String),
    /// Give a request or folder another path.
    Move(String, String),
    /// Write a copy of a request beside it.
    Duplicate(String),
    /// Put a request or folder into the trash.
    Delete(String),
    /// Take something out of the trash.
    Restore(Trashed),
    /// Keep what was typed into a request, so that it survives a kill.
    WriteDraft(String, Box<Request>, Option<Arc<str>>),
    /// Forget what was typed into a request.
    RemoveDraft(String),
    /// Keep a secret in the private store and give the field its reference.
    KeepSecret {
        /// Path of the request.
        path: String,
        /// The field; `None` for a secret that no field holds.
        slot: Option<EditorField>,
        /// Its name in the store.
        name: String,
        /// The text.
        secret: Secret,
    },
    /// Make rows of a body.
    Index {
        /// The send.
        id: SendId,
        /// Comes back with the rows.
        generation: u64,
        /// The body.
        body: BodyView,
        /// What it is.
        kind: Kind,
        /// How it is laid out.
        layout: Layout,
        /// Columns at which long rows are wrapped.
        wrap: Option<usize>,
    },
    /// Search a body.
    Find {
        /// The send.
        id: SendId,
        /// The body.
        body: BodyView,
        /// What is searched for.
        query: String,
    },
    /// Copy a text; the word says what it is.
    Copy(String, String),
    /// Write a request as a curl command and copy it.
    CopyCurl(String, Box<Request>),
    /// Write a body to a file; `true` overwrites.
    SaveBody(String, BodyView, bool),
    /// Open a text in the user's editor.
    Edit {
        /// The field it belongs to.
        slot: EditorField,
        /// The text.
        text: String,
        /// Ending of the temporary file's name, for highlighting.
        extension: &'static str,
    },
    /// Open a file of the workspace in the user's editor.
    EditFile(String),
}
