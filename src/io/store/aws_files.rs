//! The user's AWS config and credentials files, as they are on disk.
//!
//! Owns finding, reading and caching them. Refuses to write them, to open anything but regular files,
//! and to judge their contents: [`crate::core::aws_files`] does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::regular_file::{self, Refused};
use crate::core::aws::Aws;
use crate::core::aws_environment::AwsEnvironment;
use crate::core::aws_files::{AwsFiles, AwsText};
use crate::core::file_problem::FileProblem;
use crate::core::provider::is_complete;

/// Bytes that one of the files may have: 1,000 profiles have less than 1 MiB.
const MAX_LEN: u64 = 16 << 20;

/// What users name in place of a file that says nothing.
pub const NULL_DEVICE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// What says that a file is still the one that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
}

/// The files of one environment. Clones share what was read.
#[derive(Clone, Debug, Default)]
pub struct AwsStore {
    environment: Arc<AwsEnvironment>,
    read: Arc<Mutex<Option<Read>>>,
}

#[derive(Clone, Debug)]
struct Read {
    stamps: [Option<Stamp>; 2],
    files: Arc<AwsFiles>,
}

/// A file that may be there.
enum Found {
    Missing,
    Text(String),
    Unreadable(FileProblem),
}

impl AwsStore {
    /// The files of this environment. Nothing is read yet.
    pub fn new(environment: AwsEnvironment) -> Self {
        Self { environment: Arc::new(environment), read: Arc::default() }
    }

    /// The files of the process environment.
    pub fn of_process() -> Self {
        let texts = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::new(AwsEnvironment::new(std::env::vars_os().filter_map(texts)))
    }

    fn aws(&self, files: Arc<AwsFiles>) -> Aws {
        Aws { environment: Arc::clone(&self.environment), files }
    }

    fn last(&self) -> MutexGuard<'_, Option<Read>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was read last, without touching the disk; `None` if nothing was.
    pub fn known(&self) -> Option<Aws> {
        self.last().as_ref().map(|read| self.aws(Arc::clone(&read.files)))
    }

    /// The environment and the files, read again if they have changed. Waits for the disk.
    pub fn read(&self) -> Aws {
        let windows = cfg!(windows);
        let paths = [self.environment.config_file(windows), self.environment.credentials_file(windows)]
            .map(|path| path.map(PathBuf::from));
        // Taken before reading: a file that changes meanwhile is read again next time.
        let stamps = [0, 1].map(|which: usize| stamp(paths[which].as_deref()?));
        let known = self.last().clone().filter(|read| read.stamps == stamps);
        // Parsed without the lock, which the screen takes to see what is known.
        let read = known.unwrap_or_else(|| Read { stamps, files: Arc::new(self.parse(paths)) });
        let files = Arc::clone(&read.files);
        *self.last() = Some(read);
        self.aws(files)
    }

    /// Whether a profile has everything that its credential needs. Waits for the disk.
    pub fn resolves(&self, profile: &str) -> bool {
        is_complete(profile, &self.read())
    }

    fn parse(&self, paths: [Option<PathBuf>; 2]) -> AwsFiles {
        let home = self.environment.home(cfg!(windows));
        let names =
            paths.clone().map(|path| path.map_or(String::new(), |path| shown(&path, home.as_deref())));
        let found = [0, 1].map(|which: usize| match &paths[which] {
            Some(path) => find(path, &names[which]),
            None => Found::Missing,
        });
        let text = |which: usize| match &found[which] {
            Found::Text(text) => Some(AwsText { name: &names[which], text }),
            Found::Missing | Found::Unreadable(_) => None,
        };
        let mut files = AwsFiles::parse(text(0), text(1));
        for found in found {
            if let Found::Unreadable(problem) = found {
                files.add_unreadable(problem);
            }
        }
        files
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some(Stamp { len: found.len(), modified: found.modified().ok() })
}

fn find(path: &Path, name: &str) -> Found {
    if path == Path::new(NULL_DEVICE) {
        return Found::Missing;
    }
    match regular_file::read_to_string(path, MAX_LEN) {
        Ok(text) => Found::Text(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Missing,
        Err(error) => {
            let (message, hint) = match Refused::of(&error) {
                Some(refused) => (refused.message.to_string(), sentence(refused.fix)),
                None if error.kind() == io::ErrorKind::InvalidData => {
                    (error.to_string(), "Save it as UTF-8.".to_owned())
                }
                None => (error.to_string(), "Check its permissions.".to_owned()),
            };
            let message = format!("couldn't be read: {message}");
            Found::Unreadable(FileProblem { file: name.to_owned(), line: None, message, hint })
        }
    }
}

/// A fix as a sentence.
fn sentence(fix: &str) -> String {
    let mut chars = fix.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// A path as users know it: the home is `~`.
fn shown(path: &Path, home: Option<&str>) -> String {
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(home: &Path, more: &[(&str, &str)]) -> AwsStore {
        let home = ("HOME".to_owned(), home.display().to_string());
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        AwsStore::new(AwsEnvironment::new([home].into_iter().chain(more)))
    }

    fn region(store: &AwsStore, profile: &str) -> Option<String> {
        store.read().files.profiles.get(profile)?.text("region").map(str::to_owned)
    }

    #[test]
    fn files_are_read_again_once_they_have_changed() {
        let home = tempfile::tempdir().unwrap();
        let store = store(home.path(), &[]);
        assert!(store.known().is_none());
        assert_eq!(region(&store, "a"), None);
        fs::create_dir(home.path().join(".aws")).unwrap();
        let config = home.path().join(".aws/config");
        fs::write(&config, "[profile a]\nregion = eu-west-1\n").unwrap();
        assert_eq!(region(&store, "a").unwrap(), "eu-west-1");
        assert!(Arc::ptr_eq(&store.read().files, &store.read().files));
        fs::write(&config, "[profile a]\nregion = us-east-1 # longer\n").unwrap();
        assert_eq!(region(&store, "a").unwrap(), "us-east-1");
        assert!(store.known().is_some());
    }

    #[test]
    fn the_null_device_counts_as_missing() {
        let home = tempfile::tempdir().unwrap();
        let named = [("AWS_CONFIG_FILE", NULL_DEVICE), ("AWS_SHARED_CREDENTIALS_FILE", NULL_DEVICE)];
        let files = store(home.path(), &named).read().files;
        assert_eq!((files.errors.len(), files.profiles.len()), (0, 0));
    }

    #[test]
    fn what_cannot_be_read_is_one_problem_with_the_name_of_the_file() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(".aws/config")).unwrap();
        let big = home.path().join("big");
        fs::File::create(&big).unwrap().set_len(50 << 20).unwrap();
        let store = store(home.path(), &[("AWS_SHARED_CREDENTIALS_FILE", big.to_str().unwrap())]);
        let files = store.read().files;
        let found: Vec<_> = files.errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "~/.aws/config: couldn't be read: it's a folder, not a file\nhint: Replace it with a regular file, or remove it.",
                "~/big: couldn't be read: it's too large to be read: the limit is 16 MiB\nhint: Make it smaller.",
            ]
        );
        fs::write(&big, [0xff, 0xfe]).unwrap();
        let found = store.read().files.errors[1].to_string();
        assert!(found.starts_with("~/big: couldn't be read: invalid utf-8"), "{found}");
    }
}
