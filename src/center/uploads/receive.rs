//! Bytes of an upload, from a connection to the disk: appended in order, synced before they count as received, never
//! held in memory as a whole. A connection may end, stall or be overtaken by a later one at any byte.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

use super::super::taking::blocking;
use super::super::{Center, CenterError};
use super::{Announced, Begun, Draft, ORIGINAL_FILE, UploadRow, new_id};
use crate::domain::access::Grant;
use crate::domain::ids::Sha256;
use crate::domain::upload::{HEAD_BYTES, UploadState};

/// Why a whole file was refused before it was checked.
const OTHER_HEAD: &str = "other-head";

/// Who writes a file.
#[derive(Default)]
pub(super) struct Writer {
    turn: Arc<Mutex<()>>,
    overtaken: CancellationToken,
}

/// What came of a connection's bytes; each number is how many bytes are here now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Some are missing.
    Partly(u64),
    /// All of them are here, and the file waits to be checked.
    Whole(u64),
    /// The whole file does not begin with what was announced; it is refused.
    OtherFile,
    /// They do not begin where the file here ends.
    WrongOffset(u64),
    /// They are more than was announced; those beyond it were not taken.
    TooMuch(u64),
    /// No byte came for as long as the patience lasted.
    Stalled(u64),
    /// The connection broke.
    Broken(u64),
    /// A later connection goes on with the file.
    Overtaken(u64),
    /// The disk is full.
    DiskFull(u64),
    /// It takes no bytes any more: whole, given up or swept.
    Ended,
}

/// Why reading a connection ended.
enum Cut {
    End,
    TooMuch,
    Stalled,
    Broken,
    Overtaken,
}

impl Center {
    /// Takes bytes of an upload that begin at `offset`. A client that sends nothing for `patience` is let go; what came
    /// of it stays.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub async fn receive_upload<E>(
        &self,
        id: &str,
        offset: u64,
        body: impl Stream<Item = Result<Bytes, E>>,
        patience: Duration,
    ) -> Result<Received, CenterError> {
        let (turn, overtaken) = self.overtake(id);
        let _turn = turn.lock_owned().await;
        let row = self.upload(id).await?;
        if row.state != UploadState::Receiving {
            self.uploads.writers().remove(id);
            return Ok(Received::Ended);
        }
        let held = self.received_bytes(&row);
        if overtaken.is_cancelled() {
            return Ok(Received::Overtaken(held));
        }
        if offset != held {
            return Ok(Received::WrongOffset(held));
        }
        let folder = self.files.upload_folder(id);
        tokio::fs::create_dir_all(&folder).await?;
        let written = append(&folder.join(ORIGINAL_FILE), row.bytes - held, body, patience, &overtaken).await;
        let now_held = self.received_bytes(&row);
        match written {
            Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                tracing::error!("the disk is full: upload {id} stops at byte {now_held}");
                Ok(Received::DiskFull(now_held))
            }
            Err(error) => Err(error.into()),
            Ok(Cut::TooMuch) => Ok(Received::TooMuch(now_held)),
            Ok(_) if now_held == row.bytes => self.queue_upload(&row).await,
            Ok(Cut::End) => Ok(Received::Partly(now_held)),
            Ok(Cut::Stalled) => Ok(Received::Stalled(now_held)),
            Ok(Cut::Broken) => Ok(Received::Broken(now_held)),
            Ok(Cut::Overtaken) => Ok(Received::Overtaken(now_held)),
        }
    }

    /// Takes a whole file that came by a form: announced, moved into place and queued.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub async fn take_upload(
        &self,
        by: &str,
        grants: &[Grant],
        file: &Announced,
        path: &Path,
    ) -> Result<Begun, CenterError> {
        // Never gone on with: this one is whole, whatever else its owner has open.
        self.take_upload_as(&new_id()?, (by, grants), file, path, None).await
    }

    /// As [`Self::take_upload`], under this id: one that is here already stays as it is, unless its file never came.
    pub(in crate::center) async fn take_upload_as(
        &self,
        id: &str,
        (by, grants): (&str, &[Grant]),
        file: &Announced,
        path: &Path,
        draft: Option<&Draft>,
    ) -> Result<Begun, CenterError> {
        let begun = self.begin(id, by, grants, file, false).await?;
        if matches!(begun, Begun::Refused(_)) {
            return Ok(begun);
        }
        let turn = self.take_turn(id).await;
        let row = self.upload(id).await?;
        if row.state != UploadState::Receiving {
            return Ok(Begun::Known(Box::new(row)));
        }
        if let Some(draft) = draft {
            self.store.draft_upload(id, &serde_json::to_string(draft)?).await?;
        }
        let (folder, source) = (self.files.upload_folder(id), path.to_path_buf());
        let moved = blocking(move || {
            std::fs::create_dir_all(&folder)?;
            std::fs::File::open(&source)?.sync_all()?;
            Ok(std::fs::rename(&source, folder.join(ORIGINAL_FILE))?)
        });
        if let Err(error) = moved.await {
            drop(turn);
            self.cancel_upload(id).await?;
            return Err(error);
        }
        self.queue_upload(&row).await?;
        drop(turn);
        Ok(Begun::New(Box::new(row)))
    }

    /// Queues a file that is whole, if it begins with what was announced.
    pub(super) async fn queue_upload(&self, row: &UploadRow) -> Result<Received, CenterError> {
        let file = self.upload_file(&row.id);
        let head = blocking(move || Ok(head_of(&file)?)).await?;
        let now = crate::clock::now();
        self.uploads.writers().remove(&row.id);
        if head != row.head {
            self.store.move_upload(&row.id, UploadState::Refused, Some(OTHER_HEAD), now).await?;
            self.files.remove_upload(&row.id)?;
            return Ok(Received::OtherFile);
        }
        self.store.move_upload(&row.id, UploadState::Queued, None, now).await?;
        self.uploads.queued.notify_one();
        Ok(Received::Whole(row.bytes))
    }

    /// Ends whoever writes the file, and waits until they have.
    pub(super) async fn take_turn(&self, id: &str) -> OwnedMutexGuard<()> {
        let (turn, _) = self.overtake(id);
        turn.lock_owned().await
    }

    fn overtake(&self, id: &str) -> (Arc<Mutex<()>>, CancellationToken) {
        let mut writers = self.uploads.writers();
        let writer = writers.entry(id.into()).or_default();
        writer.overtaken.cancel();
        writer.overtaken = CancellationToken::new();
        (Arc::clone(&writer.turn), writer.overtaken.clone())
    }
}

/// Appends at most `missing` bytes and syncs them, however the stream ends.
async fn append<E>(
    path: &Path,
    missing: u64,
    body: impl Stream<Item = Result<Bytes, E>>,
    patience: Duration,
    overtaken: &CancellationToken,
) -> std::io::Result<Cut> {
    let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(path).await?;
    let mut body = std::pin::pin!(body);
    let mut missing = missing;
    let cut = loop {
        let next = tokio::select! {
            biased;
            () = overtaken.cancelled() => break Cut::Overtaken,
            next = tokio::time::timeout(patience, body.next()) => next,
        };
        let bytes = match next {
            Err(_) => break Cut::Stalled,
            Ok(None) => break Cut::End,
            Ok(Some(Err(_))) => break Cut::Broken,
            Ok(Some(Ok(bytes))) => bytes,
        };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > missing {
            break Cut::TooMuch;
        }
        file.write_all(&bytes).await?;
        missing -= length;
    };
    file.flush().await?;
    file.sync_all().await?;
    Ok(cut)
}

/// SHA-256 of a file's start.
pub(super) fn head_of(path: &Path) -> std::io::Result<Sha256> {
    let mut head = Vec::new();
    std::fs::File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(Sha256::of(&head))
}

/// SHA-256 of the start and the length of a file that a form brought.
///
/// # Errors
/// When the disk refuses.
pub async fn measure(path: &Path) -> Result<(u64, Sha256), CenterError> {
    let path = path.to_path_buf();
    blocking(move || Ok((std::fs::metadata(&path)?.len(), head_of(&path)?))).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    async fn run(
        folder: &Path,
        missing: u64,
        body: impl Stream<Item = Result<Bytes, ()>>,
        overtaken: &CancellationToken,
    ) -> (Cut, Vec<u8>) {
        let path = folder.join("original");
        let cut = append(&path, missing, body, Duration::from_millis(40), overtaken).await.unwrap();
        (cut, std::fs::read(path).unwrap())
    }

    fn parts(parts: &[&'static str]) -> Vec<Result<Bytes, ()>> {
        parts.iter().map(|part| Ok(Bytes::from_static(part.as_bytes()))).collect()
    }

    #[tokio::test]
    async fn a_client_that_stalls_is_let_go_and_its_bytes_stay() {
        let folder = tempfile::tempdir().unwrap();
        let body = stream::iter(parts(&["abc", "de"])).chain(stream::pending());
        let (cut, held) = run(folder.path(), 9, body, &CancellationToken::new()).await;
        assert!(matches!(cut, Cut::Stalled));
        assert_eq!(held, b"abcde");
    }

    #[tokio::test]
    async fn bytes_beyond_what_was_announced_are_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (cut, held) = run(folder.path(), 4, stream::iter(parts(&["abc", "de"])), &CancellationToken::new()).await;
        assert!(matches!(cut, Cut::TooMuch));
        assert_eq!(held, b"abc");
    }

    #[tokio::test]
    async fn a_broken_connection_leaves_what_came_before() {
        let folder = tempfile::tempdir().unwrap();
        let mut broken = parts(&["abc"]);
        broken.push(Err(()));
        let (cut, _) = run(folder.path(), 9, stream::iter(broken), &CancellationToken::new()).await;
        assert!(matches!(cut, Cut::Broken));
        let (cut, held) = run(folder.path(), 6, stream::iter(parts(&["defghi"])), &CancellationToken::new()).await;
        assert!(matches!(cut, Cut::End));
        assert_eq!(held, b"abcdefghi");
    }

    #[tokio::test]
    async fn a_later_connection_ends_an_earlier_one_that_hangs() {
        let folder = tempfile::tempdir().unwrap();
        let overtaken = CancellationToken::new();
        let token = overtaken.clone();
        let body = stream::iter(parts(&["abc"])).chain(stream::once(async move {
            token.cancel();
            std::future::pending().await
        }));
        let (cut, held) = run(folder.path(), 9, body, &overtaken).await;
        assert!(matches!(cut, Cut::Overtaken));
        assert_eq!(held, b"abc");
    }
}
