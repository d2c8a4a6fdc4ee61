//! The agent's folder: who it is, what it holds. Every file is written beside and renamed, so that a power cut leaves
//! the old one or the new one.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::ids::StationId;
use crate::trust::keys::{KeyPair, PublicKey};

/// Who this device is, as learned when it enrolled.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    /// The station.
    pub station: StationId,
    /// Its name, for people.
    pub name: String,
    /// The center's address, `https://…`.
    pub center: String,
    /// The root's public key, pinned.
    pub root: PublicKey,
    /// Certificate authorities to believe instead of the system's, PEM; for a center with its own certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub center_ca: Option<String>,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Nothing was enrolled here.
    #[error("{0} holds no enrolled station: run `loa station enroll` with this --dir first")]
    NotEnrolled(PathBuf),
    /// Another agent runs in it.
    #[error("{0} is in use by another `loa station run`: stop that one first")]
    InUse(PathBuf),
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
}

/// The folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder, made if needed, with the rooms inside it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(root: &Path) -> Result<Self, FolderError> {
        for room in ["", "audio", "rundowns", "manifests", "break-ins"] {
            let path = root.join(room);
            std::fs::create_dir_all(&path).map_err(|source| FolderError::Io { path, source })?;
        }
        Ok(Self { root: root.to_path_buf() })
    }

    /// A file or room inside.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The device's key, made on first use; it never leaves the device.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn key(&self) -> Result<KeyPair, FolderError> {
        let path = self.path("station.key");
        KeyPair::load_or_create(&path).map_err(|source| FolderError::Io { path, source })
    }

    /// Who the device is.
    ///
    /// # Errors
    /// When it was not enrolled or the file cannot be read.
    pub fn identity(&self) -> Result<Identity, FolderError> {
        let path = self.path("station.json");
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(FolderError::NotEnrolled(self.root.clone()));
            }
            other => other.map_err(|source| FolderError::Io { path: path.clone(), source })?,
        };
        serde_json::from_str(&text)
            .map_err(|error| FolderError::Io { path, source: io::Error::new(io::ErrorKind::InvalidData, error) })
    }

    /// Holds the folder for one process until the returned file is dropped.
    ///
    /// # Errors
    /// When another process holds it.
    pub fn lock(&self) -> Result<File, FolderError> {
        let path = self.path("lock");
        let file = File::create(&path).map_err(|source| FolderError::Io { path, source })?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(_) => Err(FolderError::InUse(self.root.clone())),
        }
    }

    /// Writes a file whole or not at all, durably.
    ///
    /// # Errors
    /// When the disk refuses; the old file stands then.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path(name);
        write_whole(&path, bytes).map_err(|source| FolderError::Io { path, source })
    }

    /// Reads every file of a room, by name; unreadable ones are left out.
    pub fn read_room(&self, room: &str) -> Vec<(String, Vec<u8>)> {
        let Ok(entries) = std::fs::read_dir(self.path(room)) else { return Vec::new() };
        let mut files: Vec<(String, Vec<u8>)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let name = entry.file_name().into_string().ok()?;
                let whole = !name.ends_with(".new");
                whole.then(|| std::fs::read(entry.path()).ok()).flatten().map(|bytes| (name, bytes))
            })
            .collect();
        files.sort();
        files
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
