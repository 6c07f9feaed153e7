//! Changing `signpost.toml` in place.
//!
//! Owns the few edits that the program makes there: adding an id, and replacing some texts. Refuses
//! to touch anything else: comments, order and unknown keys stay.

use std::io;
use std::path::Path;

use toml_edit::{DocumentMut, Item};

use super::atomic::{self, Access, Expected};
use super::inside;
use super::key_edit::put;
use super::private_folder;
use super::regular_file::{self, MAX_LEN};
use super::workspace_parse::{WORKSPACE_FILE, parse};
use super::{SaveError, Stamp};
use crate::core::hex;
use crate::core::workspace::{Part, Workspace};

/// The id that scopes this workspace's secrets. Where it has none, one is drawn and written to
/// `signpost.toml`, which is created if need be.
///
/// # Errors
/// [`SaveError`] where the file cannot be written.
pub fn ensure_id(workspace: &mut Workspace) -> Result<String, SaveError> {
    if let Some(id) = &workspace.id {
        return Ok(id.clone());
    }
    let path = workspace.root.join(WORKSPACE_FILE);
    let io_error = |source| SaveError::Io { path: path.clone(), source };
    if !workspace.root.exists() {
        private_folder::create(&workspace.root).map_err(io_error)?;
    }
    let place = inside::resolve(&workspace.root, &path).map_err(io_error)?;
    let (text, expected) = match regular_file::read_to_string(&path, MAX_LEN) {
        Ok(text) => {
            let stamp = Stamp::of(text.as_bytes());
            (text, Expected::Loaded(stamp))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => (String::new(), Expected::Nothing),
        Err(error) => return Err(io_error(error)),
    };
    // Somebody may have drawn one since this workspace was loaded.
    let known = parse(&workspace.root, &text).map_err(|error| io_error(io::Error::other(error)))?;
    if let Some(found) = known.problems.iter().find(|found| found.part == Part::Key("id".into())) {
        // An id that cannot be used still names somebody's secrets: it is not written over.
        return Err(io_error(io::Error::other(found.problem.placed())));
    }
    let id = match known.id {
        Some(id) => id,
        None => {
            let id = draw_id().map_err(io_error)?;
            let mut document: DocumentMut =
                text.parse().map_err(|error| io_error(io::Error::other(error)))?;
            put(document.as_table_mut(), "id", Some(id.as_str().into()));
            atomic::write(&place, document.to_string().as_bytes(), expected, Access::Usual)?;
            id
        }
    };
    workspace.id = Some(id.clone());
    Ok(id)
}

/// Replaces texts of `signpost.toml`, each named by its path of keys. One that is not there is not
/// added.
///
/// # Errors
/// [`SaveError`] where the file cannot be written, or does not parse; it is as it was.
pub fn replace_texts(root: &Path, texts: &[(&[&str], &str)]) -> Result<(), SaveError> {
    let path = root.join(WORKSPACE_FILE);
    let io_error = |source| SaveError::Io { path: path.clone(), source };
    let place = inside::resolve(root, &path).map_err(io_error)?;
    let text = regular_file::read_to_string(&path, MAX_LEN).map_err(io_error)?;
    let mut document: DocumentMut = text.parse().map_err(|error| io_error(io::Error::other(error)))?;
    for (keys, new) in texts {
        let Some((last, above)) = keys.split_last() else { continue };
        let table = above.iter().try_fold(document.as_item_mut(), |item, key| item.get_mut(key));
        let table = table.and_then(Item::as_table_like_mut);
        if let Some(table) = table.filter(|table| table.get(last).is_some_and(Item::is_str)) {
            put(table, last, Some((*new).into()));
        }
    }
    let expected = Expected::Loaded(Stamp::of(text.as_bytes()));
    atomic::write(&place, document.to_string().as_bytes(), expected, Access::Usual)?;
    Ok(())
}

/// 128 bits that no other workspace has, as hex.
fn draw_id() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}
