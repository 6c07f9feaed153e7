//! Everything that can happen to the screen, as plain data.
//!
//! Owns the vocabulary that reaches [`crate::tui::update`]. No closures: a message can be logged
//! and compared with another.

use std::sync::Arc;

use crate::config::key::Key;
use crate::core::credential::Secret;
use crate::core::document::{Index, Matches};
use crate::core::exchange::{End, Head, Problem, SendId, Sent, Stage};
use crate::core::question::Asked;
use crate::core::request::{Auth, Request};
use crate::core::scope::Scope;
use crate::core::workspace::Workspace;
use crate::engine::Preview;
use crate::io::body::BodyView;
use crate::io::store::collections::Trashed;
use crate::io::store::{FileError, Loaded};
use crate::tui::model::field::EditorField;
use crate::tui::model::tree::{Label, Node};

/// Something that happened.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has another size, in columns and rows.
    Resize(u16, u16),
    /// Time has come to what the screen was waiting for.
    Tick,
    /// What holds for a request that is not on disk.
    Surrounded(String, Scope, Box<(Auth, String)>),
    /// A report of a send.
    Send(SendId, Report),
    /// A renewal asks a question.
    Ask(SendId, Asked),
    /// Rows of a body are ready; the number is the generation that asked for them.
    Indexed(SendId, u64, Arc<Index>),
    /// A search for this text is done.
    Found(SendId, String, Arc<Matches>),
    /// Who would sign a request, and for where.
    Previewed(String, Box<Preview>),
    /// The workspace's folders and requests.
    Listed(Box<Workspace>, Vec<Node>),
    /// What some requests' files say.
    Labels(Vec<(String, Label)>),
    /// A request's file was read.
    Opened(Box<Opened>),
    /// A file could not be read, or does not parse.
    NotOpened {
        /// Path of the request.
        path: String,
        /// Why, with the place.
        problem: String,
    },
    /// A request was saved.
    Saved {
        /// Path of the request.
        path: String,
        /// The path it was saved under; another one where that name could not be.
        now: String,
        /// What was saved.
        loaded: Box<Loaded>,
    },
    /// Somebody else changed the file that was to be saved.
    Conflict {
        /// Path of the request.
        path: String,
        /// The file's text.
        theirs: String,
        /// The text that was to be written.
        ours: String,
    },
    /// A request was not saved.
    NotSaved {
        /// Path of the request.
        path: String,
        /// Why.
        problem: String,
    },
    /// A request or folder has another path.
    Moved {
        /// The path it had.
        from: String,
        /// The path it has.
        to: String,
    },
    /// Something was deleted.
    Deleted(String, Trashed),
    /// A secret is in the private store; the field takes its reference.
    SecretKept {
        /// Path of the request.
        path: String,
        /// The field; `None` for a secret that no field holds.
        slot: Option<EditorField>,
        /// The reference.
        reference: String,
        /// Its name in the store.
        name: String,
    },
    /// A secret could not be kept; the field stays open with its text.
    SecretNotKept {
        /// Path of the request.
        path: String,
        /// The field; `None` for a secret that no field holds.
        slot: Option<EditorField>,
        /// The name it was to have in the store.
        name: String,
        /// The text.
        text: Secret,
        /// Why.
        problem: String,
    },
    /// The user's editor has ended.
    Edited(EditorField, Result<String, String>),
    /// A credential was renewed, or not.
    Renewed(String, Result<(), Vec<Problem>>),
    /// A text is ready to be copied; the word says what it is. The loop does it.
    CopyText(String, String),
    /// The file that a body was to be saved to is there already.
    FileExists(String),
    /// Something worked; the line says what.
    Done(String),
    /// Something did not work; the line says what and why.
    Failed(String),
    /// The terminal or the system asks us to leave.
    Terminate,
}

/// What a file holds, with what holds for it.
#[derive(Debug)]
pub struct Opened {
    /// Path of the request.
    pub path: String,
    /// The request as it is on disk, or as the draft has it.
    pub request: Request,
    /// The request as it is on disk; `None` for a draft that was never saved.
    pub saved: Option<Request>,
    /// The text on disk.
    pub base: Option<Arc<str>>,
    /// Variables that hold for it.
    pub scope: Scope,
    /// What `inherit` means for it, and where that is declared.
    pub inherited: (Auth, String),
    /// The keys of its file that signpost doesn't know.
    pub unknown_keys: Vec<FileError>,
}

/// A report of a send.
#[derive(Debug)]
pub enum Report {
    /// What it waits for.
    Stage(Stage),
    /// A request left.
    Sent(Box<Sent>),
    /// A redirect is followed; these were its status and headers.
    Redirected(Box<Head>),
    /// Status and headers of the response came.
    Head(Box<Head>),
    /// The body grew.
    Body(BodyView),
    /// A question has to be answered.
    Ask(Asked),
    /// The answer's credentials are now this identity's.
    Adopted(String),
    /// It is over.
    End(Box<End>),
}

/// What the mouse did, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Click,
    /// The wheel went up.
    WheelUp,
    /// The wheel went down.
    WheelDown,
}
