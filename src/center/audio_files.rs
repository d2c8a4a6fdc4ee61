//! Originals, masters and renditions, by the SHA-256 of their bytes: written once, never changed, never removed.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::ids::Sha256;

/// What a file is, and so its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As uploaded.
    Original,
    /// WAV, 48 kHz mono.
    Master,
    /// Ogg Opus for stations.
    Rendition,
}

/// What an interrupted ingest left is removed after this time.
const SWEEP_AFTER: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// Folders of uploads begin with this.
const UPLOAD_PREFIX: &str = "up-";

fn upload_id(entry: &std::fs::DirEntry) -> Option<String> {
    entry.file_name().to_str()?.strip_prefix(UPLOAD_PREFIX).map(String::from)
}

/// The folder.
#[derive(Debug, Clone)]
pub struct AudioFiles {
    root: PathBuf,
}

impl AudioFiles {
    /// Opens the folder, made if needed, and sweeps what an interrupted ingest left.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(root: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(root)?;
        let incoming = root.join("incoming");
        std::fs::create_dir_all(&incoming)?;
        for entry in std::fs::read_dir(&incoming)?.flatten() {
            // Uploads outlive the process that took them; the queue sweeps those that no row waits for.
            if upload_id(&entry).is_some() {
                continue;
            }
            // A younger one may belong to another process at work.
            let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
            if age.is_some_and(|age| age > SWEEP_AFTER) {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(Self { root: root.to_path_buf() })
    }

    /// A fresh folder for one ingest, on the same disk; removed when dropped.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn incoming(&self) -> io::Result<tempfile::TempDir> {
        tempfile::Builder::new().prefix("in-").tempdir_in(self.root.join("incoming"))
    }

    /// The folder of one upload, made or not.
    pub fn upload_folder(&self, id: &str) -> PathBuf {
        self.root.join("incoming").join(format!("{UPLOAD_PREFIX}{id}"))
    }

    /// Removes an upload's folder, if there is one.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn remove_upload(&self, id: &str) -> io::Result<()> {
        match std::fs::remove_dir_all(self.upload_folder(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Ids of the uploads that have a folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn uploads(&self) -> io::Result<Vec<String>> {
        Ok(std::fs::read_dir(self.root.join("incoming"))?.flatten().filter_map(|entry| upload_id(&entry)).collect())
    }

    /// Where the bytes with this hash lie.
    pub fn path(&self, digest: &Sha256, form: Form) -> PathBuf {
        let name = digest.to_string();
        let ending = match form {
            Form::Original => "original",
            Form::Master => "wav",
            Form::Rendition => "opus",
        };
        self.root.join(&name[..2]).join(format!("{name}.{ending}"))
    }

    /// Takes a finished file in, durably. Bytes already here stay as they are.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, file: &Path, digest: &Sha256, form: Form) -> io::Result<()> {
        let path = self.path(digest, form);
        if path.exists() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder)?;
        File::open(file)?.sync_all()?;
        std::fs::rename(file, &path)?;
        File::open(folder)?.sync_all()?;
        File::open(&self.root)?.sync_all()
    }

    /// The folder itself, for backups.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
