//! A workspace on disk, and the program on a terminal before it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::home::made_here;
use crate::pty::{Home, Pty};

pub(crate) const WIDE: (u16, u16) = (120, 40);
pub(crate) const PLAIN: &str =
    "# Mine.\nmethod = \"GET\"\nurl = \"http://127.0.0.1:9/a\" # here\n\n[auth]\nkind = \"none\"\n";

/// A workspace in a home of its own.
pub(crate) struct Desk {
    pub(crate) home: Home,
    pub(crate) folder: PathBuf,
}

impl Desk {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let folder = home.path().join("requests");
        fs::create_dir(&folder).unwrap();
        let desk = Self { home, folder };
        desk.write("signpost.toml", "name = \"the desk\"\n");
        for (name, text) in files {
            desk.write(name, text);
        }
        desk
    }

    /// Has the workspace count as made on this machine.
    pub(crate) fn is_made_here(&self) {
        made_here(&self.folder, self.home.path());
    }

    /// With one request, which asks this URL.
    pub(crate) fn asking(url: &str) -> Self {
        Self::new(&[("a.toml", &format!("method = \"GET\"\nurl = \"{url}\"\n[auth]\nkind = \"none\"\n"))])
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    pub(crate) fn open(&self, size: (u16, u16)) -> Pty {
        self.open_with(size, &[])
    }

    pub(crate) fn open_with(&self, size: (u16, u16), env: &[(&str, &OsStr)]) -> Pty {
        let mut pty = self.home.signpost_with(&[self.folder.as_os_str()], size, env);
        pty.wait_for("s Send");
        pty
    }

    /// The drafts that are on disk, wherever this system keeps data.
    pub(crate) fn drafts(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        files(self.home.path(), &mut found);
        // Another ending is a file that is still being written.
        found.retain(|path| {
            path.iter().any(|part| part == "drafts") && path.extension() == Some("toml".as_ref())
        });
        found
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

pub(crate) fn holds(path: &Path, text: &str) -> bool {
    // A file that is gone by now holds nothing.
    fs::read(path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

pub(crate) fn quit(mut pty: Pty) {
    pty.press("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}
