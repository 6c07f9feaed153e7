//! Which file the body goes into, and what of it is there already.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Usage;
use super::args::SendArgs;
use crate::core::exchange::Head;
use crate::core::visible;
use crate::io::store::output_file::OutputFile;

/// A file that a body is written to.
pub(super) enum BodyFile {
    /// It takes its place at the end.
    Whole(OutputFile),
    /// It grows as the body comes.
    Growing(File),
}

impl BodyFile {
    /// Ends the file.
    pub(super) fn keep(self) -> io::Result<()> {
        match self {
            Self::Whole(file) => file.keep(),
            Self::Growing(mut file) => file.flush(),
        }
    }
}

impl Write for BodyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Whole(file) => file.write(bytes),
            Self::Growing(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Whole(file) => file.flush(),
            Self::Growing(file) => file.flush(),
        }
    }
}

/// The file that the arguments name for a response from this URL; `None` for standard output.
pub(super) fn path(args: &SendArgs, url: &str) -> Result<Option<PathBuf>, Usage> {
    let output = &args.output;
    let name = match &output.file {
        Some(file) if file.as_os_str() == "-" => return Ok(None),
        Some(file) => file.clone(),
        None if output.remote_name => remote_name(url)?,
        None => return Ok(None),
    };
    Ok(Some(match &output.output_dir {
        Some(folder) => folder.join(name),
        None => name,
    }))
}

/// The last part of the URL's path.
fn remote_name(url: &str) -> Result<PathBuf, Usage> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    match path.rsplit_once('/') {
        Some((_, name)) if is_name(name) => Ok(name.into()),
        Some(_) | None => Err(Usage::new("the URL has no file name for -O", "Name the file with `-o FILE`.")),
    }
}

fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\\']) && !name.chars().any(char::is_control)
}

/// The name in `content-disposition`, without folders.
fn suggested_name(head: &Head) -> Option<String> {
    let value = head.header("content-disposition")?;
    let parts = value.split(';').filter_map(|part| part.trim().split_once('='));
    let name =
        parts.filter(|(key, _)| key.trim().eq_ignore_ascii_case("filename")).map(|(_, name)| name).next()?;
    let name = name.trim().trim_matches('"');
    let name = name.rsplit(['/', '\\']).next().filter(|name| is_name(name) && !name.starts_with('.'))?;
    Some(visible::line(name))
}

/// The range to ask for.
pub(super) fn range(args: &SendArgs) -> Result<Option<String>, Usage> {
    match offset(args)? {
        Some(0) => Ok(None),
        Some(from) => Ok(Some(format!("{from}-"))),
        None => Ok(args.request.range.clone()),
    }
}

/// Where `--continue-at` goes on.
pub(super) fn offset(args: &SendArgs) -> Result<Option<u64>, Usage> {
    let Some(text) = &args.output.continue_at else { return Ok(None) };
    if text != "-" {
        let hint = "Give a number of bytes, or - to go on where the file ends.";
        let offset = text.parse().map_err(|_| Usage::new(format!("{text:?} isn't an offset"), hint));
        return offset.map(Some);
    }
    let file = path(args, args.target())?
        .ok_or_else(|| Usage::new("`-C -` needs a file to resume", "Name it with `-o FILE` or `-O`."))?;
    Ok(Some(fs::metadata(file).map_or(0, |file| file.len())))
}

/// Opens the file for a response. Gives `None` where the body goes to standard output.
pub(super) fn open(args: &SendArgs, url: &str, head: &Head) -> Result<Option<(BodyFile, PathBuf)>, Usage> {
    let Some(mut path) = path(args, url)? else { return Ok(None) };
    let suggested = suggested_name(head).filter(|_| args.output.remote_header_name);
    if let Some(name) = &suggested {
        path.set_file_name(name);
    }
    let failed = |error: io::Error| {
        let hint = match error.kind() {
            io::ErrorKind::NotFound => "Create its folder, or give --create-dirs.",
            io::ErrorKind::AlreadyExists => "Name the file with `-o FILE`.",
            _ => "Check the disk and the permissions.",
        };
        Usage::new(format!("couldn't write to {}: {error}", path.display()), hint)
    };
    if let Some(folder) = path.parent().filter(|_| args.output.create_dirs) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = match offset(args)? {
        Some(from) if from > 0 && head.status == 206 => resumed(&path, from).map(BodyFile::Growing),
        Some(from) if from > 0 && head.status != 200 => {
            let message = format!("{} couldn't be resumed: status {}", path.display(), head.status);
            return Err(Usage::new(message, "The file is unchanged; with 416 it may be complete."));
        }
        // A server names no file that is there.
        Some(_) | None if suggested.is_some() => File::create_new(&path).map(BodyFile::Growing),
        Some(_) | None => OutputFile::create(&path).map(BodyFile::Whole),
    };
    Ok(Some((file.map_err(failed)?, path)))
}

fn resumed(path: &Path, from: u64) -> io::Result<File> {
    use std::io::{Seek as _, SeekFrom};
    let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    file.seek(SeekFrom::Start(from))?;
    Ok(file)
}
