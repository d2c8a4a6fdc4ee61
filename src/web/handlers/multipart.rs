//! Forms with files: the token first, then fields and files in any order; files go to the disk as they come.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use tokio::io::AsyncWriteExt;

use super::Failed;
use crate::web::session::Signed;

/// Longest body of a form, bytes: a few files of the largest size; more go one by one.
pub const LONGEST_FORM: usize = 2_001_000_000;
/// Longest field, bytes; a transcript of a two-hour bulletin is far below.
const LONGEST_FIELD: usize = 300_000;
/// Most fields and files of a form.
const MOST_FIELDS: usize = 100;
/// A client that sends nothing for so long is let go.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A file of a form, on the disk.
pub struct SentFile {
    /// Name as uploaded, for people.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Removed when dropped.
    _folder: tempfile::TempDir,
}

impl SentFile {
    /// A file that lies there already, in a folder of its own, as if it had come.
    pub fn kept(name: String, path: PathBuf, folder: tempfile::TempDir) -> Self {
        Self { name, path, _folder: folder }
    }
}

/// A form with its files.
#[derive(Default)]
pub struct Sent {
    /// Fields as typed, without the blanks around them.
    pub typed: BTreeMap<String, String>,
    /// Files, in order; those left empty are none.
    pub files: Vec<SentFile>,
}

/// Bytes of a refused form that are read on and thrown away: a connection closed in the middle of it would take the
/// refusal with it.
const READ_ON: usize = 64_000_000;

/// Reads on a form that is refused, for a while.
pub async fn read_on(me: &Signed, form: &mut Multipart) {
    let mut read = 0;
    while let Ok(Some(mut field)) = patiently(me, form.next_field()).await {
        while let Ok(Some(chunk)) = patiently(me, field.chunk()).await {
            read += chunk.len();
            if read > READ_ON {
                return;
            }
        }
    }
}

impl Sent {
    /// Reads a form from a page of ours; of any other nothing is written.
    pub async fn read(me: &Signed, mut form: Multipart) -> Result<Self, Failed> {
        let read = Self::try_read(me, &mut form).await;
        if read.is_err() {
            read_on(me, &mut form).await;
        }
        read
    }

    async fn try_read(me: &Signed, form: &mut Multipart) -> Result<Self, Failed> {
        let most = me.visit.web.center.largest_upload().await?;
        let mut sent = Self::default();
        let mut from_our_page = false;
        let mut fields = 0;
        while let Some(field) = patiently(me, form.next_field()).await? {
            fields += 1;
            if fields > MOST_FIELDS {
                return Err(Failed::Bad(StatusCode::BAD_REQUEST, None));
            }
            let name = field.name().unwrap_or("").to_string();
            if name == "file" {
                if !from_our_page {
                    return Err(foreign(me));
                }
                let folder = me.visit.web.center.form_folder()?;
                let path = folder.path().join("file");
                let file_name = plain_name(field.file_name().unwrap_or_default());
                if keep(me, field, &path, most).await? > 0 {
                    sent.files.push(SentFile { name: file_name, path, _folder: folder });
                }
            } else {
                let value = text(me, field).await?;
                if name == "csrf" {
                    from_our_page |= me.csrf_is_right(&value);
                } else {
                    sent.typed.insert(name, value.trim().to_string());
                }
            }
        }
        if from_our_page { Ok(sent) } else { Err(foreign(me)) }
    }
}

fn foreign(me: &Signed) -> Failed {
    Failed::Bad(StatusCode::FORBIDDEN, Some(me.words().t("error-csrf")))
}

/// What comes next of a form, unless nothing comes for too long.
async fn patiently<T>(me: &Signed, next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Failed> {
    match tokio::time::timeout(PATIENCE, next).await {
        Ok(next) => next.map_err(|error| Failed::Bad(error.status(), None)),
        Err(_) => {
            let text = me.words().count("upload-refused-stalled", PATIENCE.as_secs());
            Err(Failed::Bad(StatusCode::REQUEST_TIMEOUT, Some(text)))
        }
    }
}

async fn text(me: &Signed, mut field: Field<'_>) -> Result<String, Failed> {
    let mut bytes = Vec::new();
    while let Some(chunk) = patiently(me, field.chunk()).await? {
        if bytes.len() + chunk.len() > LONGEST_FIELD {
            return Err(Failed::Bad(StatusCode::PAYLOAD_TOO_LARGE, None));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Failed::Bad(StatusCode::BAD_REQUEST, None))
}

async fn keep(me: &Signed, mut field: Field<'_>, path: &Path, most: u64) -> Result<u64, Failed> {
    let mut file = tokio::fs::File::create(path).await?;
    let mut length = 0;
    while let Some(chunk) = patiently(me, field.chunk()).await? {
        length += chunk.len() as u64;
        if length > most {
            let text = me.words().t1("upload-refused-long", "size", me.words().megabytes(most));
            return Err(Failed::Bad(StatusCode::PAYLOAD_TOO_LARGE, Some(text)));
        }
        file.write_all(&chunk).await.map_err(|error| full(me, error))?;
    }
    file.flush().await.map_err(|error| full(me, error))?;
    Ok(length)
}

/// A full disk is told to the reader; any other failure of it is not their business.
fn full(me: &Signed, error: std::io::Error) -> Failed {
    if !matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return error.into();
    }
    tracing::error!("the disk is full: a form's file is not taken");
    Failed::Bad(StatusCode::INSUFFICIENT_STORAGE, Some(me.words().t("upload-refused-disk")))
}

/// The last part of a path, for people only; never a path of ours.
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_never_a_path() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\Bản tin\\tin\u{0}\n 1.mp3"), "tin 1.mp3");
    }
}
