//! How a workspace looked when it was left: the chosen environment, the cursor, folded folders.
//!
//! Owns one file for each workspace folder, in the user's data folder, for the user alone. Refuses to
//! fail: a file that is missing or broken is an empty state.

use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, value};

use super::atomic::{self, Access, Expected};
use super::private_folder;
use super::regular_file::{self, MAX_LEN};
use super::{SaveError, Stamp, place_of};
use crate::config::text::{self, Section};

/// How a workspace was left. What is `None` was as the configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewState {
    /// Name of the chosen environment.
    pub environment: Option<String>,
    /// Path of the request or folder under the cursor.
    pub cursor: Option<String>,
    /// Paths of the folded folders.
    pub folded: Vec<String>,
    /// Where the response stands, as the configuration calls it.
    pub response: Option<String>,
    /// The theme, as the configuration calls it.
    pub theme: Option<String>,
    /// Columns of the tree.
    pub tree_width: Option<u16>,
    /// Paths of the open requests, the one on the screen first.
    pub open: Vec<String>,
}

/// The file of one workspace folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewStateFile {
    folder: PathBuf,
    file: PathBuf,
}

impl ViewStateFile {
    /// That of the workspace in `root`, below the user's data folder.
    pub fn new(data: &Path, root: &Path) -> Self {
        let folder = data.join("views");
        let name = Stamp::of(place_of(root).as_os_str().as_encoded_bytes()).to_string();
        Self { file: folder.join(format!("{name}.toml")), folder }
    }

    /// What was kept last.
    pub fn read(&self) -> ViewState {
        let text = regular_file::read_to_string(&self.file, MAX_LEN).unwrap_or_default();
        parse(&text).unwrap_or_default()
    }

    /// Keeps a state.
    ///
    /// # Errors
    /// [`SaveError`]; what was kept before stays.
    pub fn write(&self, state: &ViewState) -> Result<(), SaveError> {
        private_folder::create(&self.folder)
            .map_err(|source| SaveError::Io { path: self.folder.clone(), source })?;
        let ViewState { environment, cursor, folded, response, theme, tree_width, open } = state;
        let mut document = DocumentMut::new();
        let texts =
            [("environment", environment), ("cursor", cursor), ("response", response), ("theme", theme)];
        for (key, text) in texts {
            if let Some(text) = text {
                document.insert(key, value(text));
            }
        }
        if let Some(columns) = tree_width {
            document.insert("tree_width", value(i64::from(*columns)));
        }
        for (key, paths) in [("folded", folded), ("open", open)] {
            if !paths.is_empty() {
                document.insert(key, value(paths.iter().collect::<Array>()));
            }
        }
        atomic::write(&self.file, document.to_string().as_bytes(), Expected::Anything, Access::Private)?;
        Ok(())
    }
}

fn parse(text: &str) -> Option<ViewState> {
    let document = text::document(text).ok()?;
    let section = Section::root(&document);
    let columns = section.integer("tree_width", 0..=i64::from(u16::MAX)).ok()?;
    Some(ViewState {
        environment: section.string("environment").ok()?,
        cursor: section.string("cursor").ok()?,
        folded: section.strings("folded").ok()?.unwrap_or_default(),
        response: section.string("response").ok()?,
        theme: section.string("theme").ok()?,
        tree_width: columns.and_then(|columns| u16::try_from(columns).ok()),
        open: section.strings("open").ok()?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_and_anything_else_is_an_empty_state() {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, root) = (folder.path().join("data"), folder.path().join("work"));
        let file = ViewStateFile::new(&data, &root);
        assert_eq!(file.read(), ViewState::default());
        let state = ViewState {
            environment: Some("prod".into()),
            cursor: Some("api/a.toml".into()),
            folded: vec!["b \"c\"".into()],
            response: Some("below".into()),
            theme: Some("light".into()),
            tree_width: Some(48),
            open: vec!["api/a.toml".into(), "b.toml".into()],
        };
        file.write(&state).expect("it is written");
        assert_eq!(file.read(), state);
        assert_eq!(ViewStateFile::new(&data, &folder.path().join("other")).read(), ViewState::default());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
            assert_eq!((mode(&file.file), mode(&file.folder)), (0o600, 0o700));
        }
        for broken in ["environment = 1\n", "<<<<<<< HEAD\n", "folded = [1]\n", "tree_width = -1\n"] {
            std::fs::write(&file.file, broken).expect("it is written");
            assert_eq!(file.read(), ViewState::default(), "{broken}");
        }
    }
}
