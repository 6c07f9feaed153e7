//! Which workspaces are trusted, in the user's data folder.
//!
//! Owns one small file for each workspace, named after its place, and which private store a workspace
//! is given: only the one that was made for this id at this place. Refuses to ask.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{self, Access, Expected};
use super::dirs::OWN_WORKSPACE;
use super::private_folder;
use super::secrets::SecretStore;
use super::workspace::WORKSPACE_FILE;
use super::{LoadError, SaveError, Stamp, listing, place_of};
use crate::core::trust::{Flow, PrivateRead, Trust};
use crate::core::workspace::Workspace;

/// What is remembered about one workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct TrustRecord {
    /// Its folder, absolute and without links; for people, since a name needn't be UTF-8.
    pub place: String,
    /// The id that it had; another one is another workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether it was made here.
    #[serde(default)]
    pub made_here: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<StoredFlow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct StoredFlow {
    to: String,
    read: String,
}

impl TrustRecord {
    /// How far it is trusted.
    pub fn trust(&self) -> Trust {
        if self.made_here {
            return Trust::MadeHere;
        }
        let flow = |stored: &StoredFlow| {
            Some(Flow { to: stored.to.clone(), read: PrivateRead::from_key(&stored.read)? })
        };
        Trust::Allowed(self.allowed.iter().filter_map(flow).collect())
    }
}

/// A workspace file that another user wrote.
#[derive(Debug, thiserror::Error)]
#[error("{} belongs to another user (uid {uid})", file.display())]
pub struct ForeignOwner {
    /// The file.
    pub file: PathBuf,
    /// Its owner.
    pub uid: u32,
}

/// The user's trust in workspaces.
#[derive(Clone, Debug)]
pub struct TrustStore {
    /// The user's data folder; `None` remembers nothing beyond this run.
    data: Option<PathBuf>,
}

impl TrustStore {
    /// The one in the user's data folder; without one, nothing is remembered.
    pub fn new(data: Option<PathBuf>) -> Self {
        Self { data }
    }

    /// How far this workspace is trusted, with the secrets that it may see. One that came from
    /// elsewhere and names the id of another's secrets sees none of them.
    ///
    /// # Errors
    /// [`LoadError`] where its secrets are there and can't be read.
    pub fn open(&self, workspace: &Workspace) -> Result<(Trust, SecretStore), LoadError> {
        let record = self.record(workspace);
        let secrets = match (&self.data, &workspace.id, &record) {
            (Some(data), Some(id), Some(_)) => SecretStore::open(data, id)?,
            _ => SecretStore::in_memory(),
        };
        Ok((record.map(|record| record.trust()).unwrap_or_default(), secrets))
    }

    /// Refuses a workspace file of another user, unless the user has trusted its folder. The
    /// superuser's is not refused: nothing is safe from the superuser. Only Unix tells owners.
    ///
    /// # Errors
    /// [`ForeignOwner`].
    pub fn check_owner(&self, root: &Path) -> Result<(), ForeignOwner> {
        let file = root.join(WORKSPACE_FILE);
        let trusted = || self.file(root).is_some_and(|file| file.exists());
        match foreign_owner(&file) {
            Some(uid) if !trusted() => Err(ForeignOwner { file, uid }),
            Some(_) | None => Ok(()),
        }
    }

    /// What is remembered about this workspace, `None` where it is another than was there.
    fn record(&self, workspace: &Workspace) -> Option<TrustRecord> {
        let data = self.data.as_ref()?;
        if workspace.root == data.join(OWN_WORKSPACE) {
            // Nobody else puts anything there.
            return Some(TrustRecord { made_here: true, ..bare(workspace) });
        }
        read(&self.file(&workspace.root)?).filter(|record| record.id == workspace.id)
    }

    /// True where something is remembered beyond this run.
    pub fn keeps(&self) -> bool {
        self.data.is_some()
    }

    /// True where the workspace has a private store: an id, and a record that it is this workspace's.
    pub fn has_store(&self, workspace: &Workspace) -> bool {
        workspace.id.is_some() && self.record(workspace).is_some()
    }

    /// True where no other workspace has secrets under this one's id.
    pub fn may_store_secrets(&self, workspace: &Workspace) -> bool {
        let (Some(data), Some(id)) = (&self.data, &workspace.id) else { return true };
        self.has_store(workspace) || !data.join("secrets").join(id).exists()
    }

    /// Allows these flows, in addition to those that are allowed.
    ///
    /// # Errors
    /// [`SaveError`]; nothing changes.
    pub fn allow(
        &self,
        workspace: &Workspace,
        flows: impl IntoIterator<Item = Flow>,
    ) -> Result<(), SaveError> {
        let mut record = self.record(workspace).unwrap_or_else(|| bare(workspace));
        for flow in flows {
            let stored = StoredFlow { to: flow.to, read: flow.read.key() };
            if !record.allowed.contains(&stored) {
                record.allowed.push(stored);
            }
        }
        self.write(&workspace.root, &record)
    }

    /// Remembers a workspace that is new here, before the first file is written into it: one without
    /// a workspace file and without requests. Gives whether it was.
    ///
    /// # Errors
    /// [`SaveError`]; nothing changes.
    pub fn note_if_new(&self, workspace: &Workspace) -> Result<bool, SaveError> {
        let is_new =
            !workspace.root.join(WORKSPACE_FILE).exists() && listing::list(workspace).tree.lines().is_empty();
        if is_new {
            self.made_here(workspace)?;
        }
        Ok(is_new)
    }

    /// Remembers a workspace that this program made.
    ///
    /// # Errors
    /// [`SaveError`]; nothing changes.
    pub fn made_here(&self, workspace: &Workspace) -> Result<(), SaveError> {
        self.write(&workspace.root, &TrustRecord { made_here: true, ..bare(workspace) })
    }

    /// Gives a workspace the store of the id that it has now: what was allowed before stays.
    ///
    /// # Errors
    /// [`SaveError`]; nothing changes.
    pub fn bind(&self, before: &Workspace, now: &Workspace) -> Result<(), SaveError> {
        let record = self.record(before).unwrap_or_else(|| bare(before));
        self.write(&now.root, &TrustRecord { id: now.id.clone(), ..record })
    }

    /// Every workspace that is remembered, by place.
    ///
    /// # Errors
    /// What the system says of the folder.
    pub fn list(&self) -> io::Result<Vec<TrustRecord>> {
        let Some(folder) = self.folder() else { return Ok(Vec::new()) };
        let files = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            files => files?,
        };
        let mut records: Vec<_> = files.flatten().filter_map(|file| read(&file.path())).collect();
        records.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(records)
    }

    /// Forgets a workspace. Gives whether it was remembered.
    ///
    /// # Errors
    /// What the system says of its file.
    pub fn revoke(&self, root: &Path) -> io::Result<bool> {
        let Some(file) = self.file(root) else { return Ok(false) };
        match fs::remove_file(file) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn folder(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join("trust"))
    }

    fn file(&self, root: &Path) -> Option<PathBuf> {
        let name = Stamp::of(place_of(root).as_os_str().as_encoded_bytes()).to_string();
        Some(self.folder()?.join(format!("{}.toml", name.get(..32).unwrap_or(&name))))
    }

    fn write(&self, root: &Path, record: &TrustRecord) -> Result<(), SaveError> {
        let (Some(folder), Some(file)) = (self.folder(), self.file(root)) else { return Ok(()) };
        let failed = |source| SaveError::Io { path: file.clone(), source };
        private_folder::create(&folder).map_err(failed)?;
        let text = toml::to_string(record).map_err(|error| failed(io::Error::other(error)))?;
        atomic::write(&file, text.as_bytes(), Expected::Anything, Access::Private)?;
        Ok(())
    }
}

fn bare(workspace: &Workspace) -> TrustRecord {
    let place = place_of(&workspace.root).display().to_string();
    TrustRecord { place, id: workspace.id.clone(), ..TrustRecord::default() }
}

/// A record; one that can't be read counts as none, and so the user is asked again.
fn read(file: &Path) -> Option<TrustRecord> {
    toml::from_str(&super::read_text(file).ok()?).ok()
}

/// The owner of a file, where that is neither the user nor the superuser.
#[cfg(unix)]
fn foreign_owner(file: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let uid = fs::metadata(file).ok()?.uid();
    (uid != 0 && uid != rustix::process::geteuid().as_raw()).then_some(uid)
}

#[cfg(not(unix))]
fn foreign_owner(_file: &Path) -> Option<u32> {
    None
}
