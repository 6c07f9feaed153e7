//! A workspace in a real folder, which answers as the disk's thread does.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::Screen;
use crate::core::workspace::Workspace;
use crate::io::store::secrets::ProcessSecrets;
use crate::io::store::trust::TrustStore;
use crate::tui::disk::{self, WorkspaceCache};
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;

/// A workspace that was made here, in a folder that goes with it.
pub(crate) struct OnDisk {
    home: tempfile::TempDir,
    cache: Arc<WorkspaceCache>,
}

impl OnDisk {
    fn new(files: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("w");
        fs::create_dir(&root).expect("the workspace");
        let root = root.canonicalize().expect("the workspace");
        let trust = TrustStore::new(Some(home.path().join("data")));
        trust.note_if_new(&Workspace::bare(&root)).expect("it's made here");
        for (path, text) in files {
            let file = root.join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        }
        let (workspace, _) = disk::load_workspace(&root);
        let (granted, secrets) = trust.open(&workspace).expect("its secrets");
        let secrets = ProcessSecrets::new(secrets, []);
        Self { cache: Arc::new(WorkspaceCache::new(workspace, secrets, granted, trust)), home }
    }

    fn root(&self) -> PathBuf {
        self.home.path().join("w")
    }

    /// What the disk's thread answers.
    pub(super) fn answer(&self, effect: &Effect) -> Option<Msg> {
        match effect {
            Effect::Disk(effect) => disk::at_once(&self.cache, effect.clone()),
            Effect::Screen(_) | Effect::Task(_) => None,
        }
    }
}

impl Screen {
    /// A screen of this size on a workspace with these files, which are really on disk.
    pub(crate) fn on_disk(size: (u16, u16), files: &[(&str, &str)]) -> Self {
        let mut screen = Self::empty(size);
        let on_disk = OnDisk::new(files);
        let (workspace, nodes) = disk::load_workspace(&on_disk.root().canonicalize().expect("the workspace"));
        screen.model.secrets.clear();
        screen.on_disk = Some(on_disk);
        screen.tell(Msg::Listed { workspace: Box::new(workspace), nodes });
        screen.take();
        screen
    }

    /// The folder of the workspace.
    pub(crate) fn folder(&self) -> PathBuf {
        self.on_disk.as_ref().expect("a workspace on disk").root()
    }

    /// The text of a file of the workspace.
    pub(crate) fn file(&self, path: &str) -> String {
        let on_disk = self.on_disk.as_ref().expect("a workspace on disk");
        fs::read_to_string(on_disk.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Whether a file or folder of the workspace is there.
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.folder().join(path).exists()
    }

    /// Somebody else removes a file, and the screen sees it.
    pub(crate) fn remove(&mut self, path: &str) -> &mut Self {
        fs::remove_file(self.folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        self.tell(Msg::DiskChanged { paths: [path.to_owned()].into(), anything: false })
    }

    /// Somebody else writes a file, and the screen sees it.
    pub(crate) fn write(&mut self, path: &str, text: &str) -> &mut Self {
        let on_disk = self.on_disk.as_ref().expect("a workspace on disk");
        fs::write(on_disk.root().join(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
        self.tell(Msg::DiskChanged { paths: [path.to_owned()].into(), anything: false })
    }

    /// Somebody else writes a file, and the screen doesn't know yet.
    pub(crate) fn write_unseen(&mut self, path: &str, text: &str) {
        let on_disk = self.on_disk.as_ref().expect("a workspace on disk");
        fs::write(on_disk.root().join(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// A secret of the workspace's private store.
    pub(crate) fn secret(&self, name: &str) -> Option<String> {
        let cache = &self.on_disk.as_ref()?.cache;
        let job = cache.job(&crate::tui::effect::Target {
            path: "a.toml".into(),
            environment: None,
            overrides: Default::default(),
            sign_as: None,
            request: Box::default(),
        });
        job.outside.secret(name).map(|secret| secret.expose().to_owned())
    }
}
