//! The center as a whole: its store, its audio files, its keys, and who is connected.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::audio_files::AudioFiles;
use super::break_ins::UrgentRefusal;
use super::custody::Custodian;
use super::hub::Hub;
use super::listening::ReadListening;
use super::planning::Schedules;
use super::refusal::DeskRefusal;
use super::uploads::UnderWay;
use crate::audio::worker::Worker;
use crate::store::{Store, StoreError};
use crate::trust::sealing::Sealer;

/// Where the center keeps its rows.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// `loa.db` in the data folder.
    Folder,
    /// A PostgreSQL server.
    Url(String),
}

impl std::fmt::Debug for StoreChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URL may hold a password.
        f.write_str(match self {
            Self::Folder => "Folder",
            Self::Url(_) => "Url(…)",
        })
    }
}

/// Why a use case could not be carried out. `Refused` is for the person asking; the others are for the log.
#[derive(Debug, thiserror::Error)]
pub enum CenterError {
    /// The person may not, or the input is wrong: one sentence with the remedy.
    #[error("{0}")]
    Refused(String),
    /// The answer is no, whatever the input: the person has no right to it, or what they sent does not verify.
    #[error("{0}")]
    Forbidden(String),
    /// What is urgent, refused or forbidden for a reason that the pages say in the reader's language.
    #[error(transparent)]
    Urgent(#[from] UrgentRefusal),
    /// Refused or forbidden otherwise, for a reason that the pages say in the reader's language.
    #[error(transparent)]
    Desk(#[from] DeskRefusal),
    /// The thing asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk or the system.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Something of ours has no JSON form, or what was stored by us does not read.
    #[error("something stored here cannot be read: {0}")]
    Broken(String),
}

impl CenterError {
    /// A refusal with its sentence.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }

    /// A no with its sentence.
    pub fn forbidden(sentence: impl Into<String>) -> Self {
        Self::Forbidden(sentence.into())
    }
}

impl From<serde_json::Error> for CenterError {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<crate::trust::envelope::NotTrusted> for CenterError {
    fn from(error: crate::trust::envelope::NotTrusted) -> Self {
        Self::Broken(error.to_string())
    }
}

/// A revision, and the documents as they were read at it.
pub(super) type ReadSchedules = Option<(i64, Arc<Schedules>)>;

/// The center. Cheap to clone; one a process.
#[derive(Clone)]
pub struct Center {
    pub(super) data: PathBuf,
    pub(super) store: Store,
    pub(super) files: AudioFiles,
    pub(super) custodian: Arc<Custodian>,
    /// The number of the trust list that was read last; see `refresh_trust`.
    pub(super) seen_trust: Arc<std::sync::atomic::AtomicI64>,
    pub(super) worker: Arc<Worker>,
    pub(super) hub: Arc<Hub>,
    /// Held while rundowns are issued, so that two issues never interleave.
    pub(super) planning: Arc<tokio::sync::Mutex<()>>,
    /// Schedule documents as last read, with the revision they were read at.
    pub(super) read_schedules: Arc<Mutex<ReadSchedules>>,
    /// What everybody may hear, as last read.
    pub(super) read_listening: Arc<Mutex<ReadListening>>,
    /// What versions would do to the plans, as last compared.
    pub(super) outlooks: Arc<super::reach::Outlooks>,
    /// Uploads that come in or are checked at this moment.
    pub(super) uploads: Arc<UnderWay>,
    /// Seals secrets before they are stored.
    pub(super) sealer: Arc<Sealer>,
    /// Whether approvers and administrators must have a second factor.
    pub(super) second_factor: bool,
}

impl Center {
    /// Opens the center's data folder and store, making what is missing, keys included.
    ///
    /// # Errors
    /// When the folder, the database or a key file cannot be used.
    pub async fn open(data: &Path, choice: &StoreChoice, worker: Worker) -> Result<Self, CenterError> {
        std::fs::create_dir_all(data)?;
        let store = match choice {
            StoreChoice::Folder => Store::open_folder(data).await?,
            StoreChoice::Url(url) => Store::open_url(url).await?,
        };
        let files = AudioFiles::open(&data.join("audio"))?;
        let custodian = Custodian::open(&data.join("keys"), crate::clock::now())?;
        let sealer = Sealer::open(&data.join("keys").join("secrets.key"))?;
        let keys = format!("{} {}", custodian.root(), custodian.center().public());
        if store.fact_or_set("keys", &keys).await? != keys {
            return Err(CenterError::refused(format!(
                "the keys in {} are not those this database was made with; stations would refuse what they sign: give the \
                 --data folder that belongs to it, or put the backed-up keys in its place",
                data.join("keys").display()
            )));
        }
        Ok(Self {
            data: data.to_path_buf(),
            store,
            files,
            custodian: Arc::new(custodian),
            seen_trust: Arc::default(),
            worker: Arc::new(worker),
            hub: Arc::default(),
            planning: Arc::default(),
            read_schedules: Arc::default(),
            read_listening: Arc::default(),
            outlooks: Arc::default(),
            uploads: Arc::default(),
            sealer: Arc::new(sealer),
            second_factor: true,
        })
    }

    /// The same center without demanding second factors: only for trying it out on one machine. Every page says so.
    #[must_use]
    pub fn without_second_factor(self) -> Self {
        Self { second_factor: false, ..self }
    }

    /// Whether approvers and administrators must have a second factor.
    pub fn demands_second_factor(&self) -> bool {
        self.second_factor
    }

    /// Who is connected.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }
}
