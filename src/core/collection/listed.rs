//! Which files and folders of a workspace are part of its tree.
//!
//! Owns the one rule, by which a folder is listed and by which a new name is accepted, so that
//! nothing vanishes that was just created. Refuses to look at the disk.

/// The extension of request files.
pub const EXTENSION: &str = ".toml";

/// Deeper folders are not listed.
pub const MAX_FOLDER_DEPTH: usize = 32;

/// Names of signpost's own files, which no request may have.
const OWN: [&str; 2] = ["signpost", "folder"];

/// Folders of other tools, which hold no requests.
const FOLDERS_OF_OTHERS: [&str; 6] =
    ["target", "node_modules", "__pycache__", "venv", "site-packages", "vendor"];

/// Files of other tools that are often found in the folder of a project, without [`EXTENSION`].
const FILES_OF_OTHERS: [&str; 12] = [
    "Cargo",
    "Cross",
    "Trunk",
    "pyproject",
    "rust-toolchain",
    "rustfmt",
    "clippy",
    "deny",
    "taplo",
    "netlify",
    "fly",
    "samconfig",
];

/// Why a request or folder would not be listed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unlisted {
    /// A part of its path is hidden.
    #[error(
        "`{0}` would be hidden, and hidden files and folders aren't listed; choose a name without the dot"
    )]
    Hidden(String),
    /// A part of its path is a name of another tool, or of one of our own files.
    #[error("`{0}` is a name that other tools use, which isn't listed; choose another name")]
    Reserved(String),
    /// Too many folders.
    #[error("folders are listed {MAX_FOLDER_DEPTH} deep at most; choose a folder further up")]
    Deep,
}

/// Whether a file of this name is a request.
pub fn is_request(name: &str) -> bool {
    let stem = name.strip_suffix(EXTENSION).unwrap_or_default();
    !stem.is_empty() && !is_hidden(name) && !OWN.contains(&stem) && !FILES_OF_OTHERS.contains(&stem)
}

/// Whether a folder of this name may hold requests.
pub fn is_folder(name: &str) -> bool {
    !is_hidden(name) && !FOLDERS_OF_OTHERS.contains(&name)
}

/// Whether a name, without extension, is one that no new request or folder gets. Our own count in
/// any case: file names on macOS and Windows aren't case-sensitive.
pub(super) fn is_reserved(stem: &str) -> bool {
    OWN.iter().any(|name| name.eq_ignore_ascii_case(stem))
        || FOLDERS_OF_OTHERS.contains(&stem)
        || FILES_OF_OTHERS.contains(&stem)
}

/// Makes sure that a folder of this path, with folders nested as deep as `below` inside it, would
/// be listed. `""` is the workspace.
///
/// # Errors
/// [`Unlisted`].
pub fn check_folder(path: &str, below: usize) -> Result<(), Unlisted> {
    let parts = || path.split('/').filter(|part| !part.is_empty());
    if let Some(part) = parts().find(|part| !is_folder(part)) {
        let name = part.to_owned();
        return Err(if is_hidden(part) { Unlisted::Hidden(name) } else { Unlisted::Reserved(name) });
    }
    if parts().count().saturating_add(below) > MAX_FOLDER_DEPTH { Err(Unlisted::Deep) } else { Ok(()) }
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_accepted_where_it_is_listed() {
        assert!(is_request("a.toml") && is_request("vendor.toml") && is_folder("a") && is_folder("Cargo"));
        for name in ["a", ".toml", ".a.toml", "Cargo.toml", "fly.toml", "signpost.toml", "folder.toml"] {
            assert!(!is_request(name), "{name}");
        }
        assert_eq!(check_folder("", 0), Ok(()));
        assert_eq!(check_folder("a/b", 0), Ok(()));
        assert_eq!(check_folder("a/.b/c", 0), Err(Unlisted::Hidden(".b".into())));
        assert_eq!(check_folder("a/vendor", 0), Err(Unlisted::Reserved("vendor".into())));
        let deep = vec!["d"; MAX_FOLDER_DEPTH].join("/");
        assert_eq!(check_folder(&deep, 0), Ok(()));
        assert_eq!(check_folder(&deep, 1), Err(Unlisted::Deep));
    }
}
