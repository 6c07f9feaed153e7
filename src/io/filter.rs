//! Filters at work: each on a thread with a stack that its recursion can use.
//!
//! Owns that thread, and that what is output arrives in pieces while it goes on. Whoever drops the
//! receiver stops a filter at its next output; one without outputs runs on until the process ends, and one
//! that exhausts memory or the stack ends the process. So a program that must go on runs it in another.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::core::filter::{Environment, Filter, FilterError, Language};

/// Room for documents and programs as deep as they may be. Pages that aren't used cost nothing.
const STACK_BYTES: usize = 512 * 1024 * 1024;

/// How many bytes are collected before they are handed over.
const PIECE_BYTES: usize = 64 * 1024;

/// How many pieces may wait for the receiver.
const PIECES: usize = 4;

/// A piece of the output, whole lines of JSON; or why there is no more.
pub type Piece = Result<Vec<u8>, FilterError>;

/// Compiles a program and runs it on a document. Each output is one line of compact JSON.
///
/// # Errors
/// The program's errors arrive as the last piece. A thread that can't be started is an I/O error.
pub fn start(
    language: Language,
    program: String,
    document: Vec<u8>,
    environment: Environment,
) -> std::io::Result<Receiver<Piece>> {
    let (sender, receiver) = sync_channel(PIECES);
    thread::Builder::new().name("filter".into()).stack_size(STACK_BYTES).spawn(move || {
        let ended =
            catch_unwind(AssertUnwindSafe(|| run(language, &program, &document, environment, &sender)));
        let failed = || Err(FilterError::Raised("the filter failed on this program: a bug".to_owned()));
        if let Err(error) = ended.unwrap_or_else(|_| failed()) {
            // A receiver that is gone doesn't want to know.
            let _ = sender.send(Err(error));
        }
    })?;
    Ok(receiver)
}

fn run(
    language: Language,
    program: &str,
    document: &[u8],
    environment: Environment,
    sender: &SyncSender<Piece>,
) -> Result<(), FilterError> {
    let filter = Filter::compile(language, program)?;
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    let ended = filter.run(document, environment, &mut |json| {
        piece.extend_from_slice(json);
        piece.push(b'\n');
        piece.len() < PIECE_BYTES || sender.send(Ok(std::mem::take(&mut piece))).is_ok()
    });
    if !piece.is_empty() {
        let _ = sender.send(Ok(piece));
    }
    ended
}
