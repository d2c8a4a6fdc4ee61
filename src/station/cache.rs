//! Fetched renditions, by their SHA-256. A file counts as held only after its bytes were hashed in this run.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use sha2::Digest;

use super::folder::Folder;
use crate::domain::ids::Sha256;

/// The cache room of the folder.
#[derive(Debug)]
pub struct Cache {
    room: PathBuf,
    held: BTreeSet<Sha256>,
}

/// Why fetched bytes are not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// Other bytes than were signed for.
    #[error("audio {expected} was asked for, but bytes with hash {found} came: they will not play")]
    WrongBytes {
        /// Hash in the manifest.
        expected: Sha256,
        /// Hash of what came.
        found: Sha256,
    },
    /// The disk.
    #[error("the audio cache cannot be used: {0}")]
    Io(#[from] io::Error),
}

fn hash_file(path: &std::path::Path) -> io::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Sha256::from_bytes(hasher.finalize().into()));
        }
        hasher.update(&buffer[..read]);
    }
}

impl Cache {
    /// Opens the room and hashes what lies in it; damaged files are removed, to be fetched again.
    pub fn open(folder: &Folder) -> Self {
        let room = folder.path("audio");
        let mut held = BTreeSet::new();
        for entry in std::fs::read_dir(&room).into_iter().flatten().flatten() {
            let Some(named) = entry.file_name().to_str().and_then(|name| name.parse::<Sha256>().ok()) else {
                continue;
            };
            match hash_file(&entry.path()) {
                Ok(found) if found == named => {
                    held.insert(named);
                }
                // A wrong file must never play; whether removing works or not, it is not in `held`.
                _ => {
                    let _removed = std::fs::remove_file(entry.path());
                }
            }
        }
        Self { room, held }
    }

    /// Renditions held and verified.
    pub fn held(&self) -> &BTreeSet<Sha256> {
        &self.held
    }

    /// Where a download gathers its bytes, and how many are there already.
    pub fn part(&self, rendition: &Sha256) -> (PathBuf, u64) {
        let path = self.room.join(format!("{rendition}.part"));
        let length = std::fs::metadata(&path).map_or(0, |meta| meta.len());
        (path, length)
    }

    /// Takes a finished download in, if its bytes are the ones asked for.
    ///
    /// # Errors
    /// [`NotKept`]; wrong bytes are removed.
    pub fn keep(&mut self, rendition: &Sha256) -> Result<(), NotKept> {
        let (part, _) = self.part(rendition);
        let found = hash_file(&part)?;
        if found != *rendition {
            std::fs::remove_file(&part)?;
            return Err(NotKept::WrongBytes { expected: *rendition, found });
        }
        File::open(&part)?.sync_all()?;
        std::fs::rename(&part, self.room.join(rendition.to_string()))?;
        File::open(&self.room)?.sync_all()?;
        self.held.insert(*rendition);
        Ok(())
    }

    /// The bytes to play, read once and hashed: what is verified is what plays.
    ///
    /// # Errors
    /// [`NotKept`]; a damaged file is removed and no longer counts as held.
    pub fn read(&mut self, rendition: &Sha256) -> Result<Vec<u8>, NotKept> {
        let path = self.room.join(rendition.to_string());
        let bytes = std::fs::read(&path).inspect_err(|_| {
            self.held.remove(rendition);
        })?;
        let found = Sha256::of(&bytes);
        if found == *rendition {
            return Ok(bytes);
        }
        self.held.remove(rendition);
        std::fs::remove_file(&path)?;
        Err(NotKept::WrongBytes { expected: *rendition, found })
    }
}
