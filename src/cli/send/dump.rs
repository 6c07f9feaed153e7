//! `--dump-header`: the heads of one send in a file.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// The file, from the first head on.
pub(super) struct Dump(File);

impl Dump {
    /// Writes one more head; the first one makes the file.
    pub(super) fn append(dump: &mut Option<Self>, path: &Path, head: &str) -> io::Result<()> {
        let Self(file) = match dump {
            Some(dump) => dump,
            None => dump.insert(Self(File::create(path)?)),
        };
        file.write_all(head.as_bytes())
    }
}
