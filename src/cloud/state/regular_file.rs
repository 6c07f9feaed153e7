//! Opens regular files only.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a regular file. Without `NONBLOCK`, opening a FIFO would wait for its other end; what was
/// opened is checked afterwards, so that nothing can be swapped in between.
pub(super) fn open_regular(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = match options.open(path) {
        // The system's own error would only say that access is denied, or that it is a directory.
        Err(_) if path.is_dir() => return Err(not_regular()),
        opened => opened?,
    };
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_regular()) }
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it isn't a regular file")
}
