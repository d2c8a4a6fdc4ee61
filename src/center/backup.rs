//! A consistent copy of the center while it runs: the database first, then audio, which is only ever added to.

use std::fs::File;
use std::path::Path;

use super::{Center, CenterError, StoreChoice};

impl Center {
    /// Writes database, audio and keys into one tar file, readable by its owner only.
    ///
    /// # Errors
    /// When the file exists, the disk refuses, or PostgreSQL's own dump tool fails.
    pub async fn backup(&self, file: &Path, choice: &StoreChoice) -> Result<u64, CenterError> {
        if file.exists() {
            return Err(CenterError::refused(format!("{} exists already: choose another name", file.display())));
        }
        let scratch = self.files.incoming()?;
        let (name, copy) = match choice {
            StoreChoice::Folder => {
                let copy = scratch.path().join("loa.db");
                self.store.copy_to(&copy).await?;
                ("loa.db", copy)
            }
            StoreChoice::Url(url) => {
                let copy = scratch.path().join("loa.dump");
                dump(url, &copy).await?;
                ("loa.dump", copy)
            }
        };
        let (audio, keys) = (self.files.root().to_path_buf(), self.data.join("keys"));
        let target = file.to_path_buf();
        let work = move || write_tar(&target, name, &copy, &audio, &keys);
        let written =
            tokio::task::spawn_blocking(work).await.map_err(|error| CenterError::Broken(error.to_string()))?;
        Ok(written?)
    }
}

async fn dump(url: &str, copy: &Path) -> Result<(), CenterError> {
    let (plain, password) = without_password(url);
    let mut command = tokio::process::Command::new("pg_dump");
    if let Some(password) = password {
        // Through the environment, so that it never stands in the list of processes.
        command.env("PGPASSWORD", password);
    }
    let output = command
        .arg("--format=custom")
        .arg("--file")
        .arg(copy)
        .arg(format!("--dbname={plain}"))
        .output()
        .await
        .map_err(|error| {
            CenterError::refused(format!("pg_dump could not be run ({error}): install PostgreSQL's client programs"))
        })?;
    if output.status.success() {
        return Ok(());
    }
    Err(CenterError::refused(format!("pg_dump failed: {}", String::from_utf8_lossy(&output.stderr).trim())))
}

/// Splits `postgres://user:password@host/…` into the address without the password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = url.split_once("://")?;
        let (person, place) = rest.split_once('@')?;
        let (user, password) = person.split_once(':')?;
        Some((format!("{scheme}://{user}@{place}"), password.to_string()))
    };
    split().map_or_else(|| (url.to_string(), None), |(plain, password)| (plain, Some(password)))
}

fn write_tar(file: &Path, name: &str, copy: &Path, audio: &Path, keys: &Path) -> std::io::Result<u64> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let out = File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    let mut tar = tar::Builder::new(std::io::BufWriter::new(out));
    tar.append_path_with_name(copy, name)?;
    tar.append_dir_all("keys", keys)?;
    for entry in std::fs::read_dir(audio)?.flatten() {
        let folder = entry.file_name();
        // What is still being taken in is in no row of the copied database.
        if folder != "incoming" && entry.path().is_dir() {
            tar.append_dir_all(Path::new("audio").join(&folder), entry.path())?;
        }
    }
    let out = tar.into_inner()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    out.sync_all()?;
    std::fs::rename(&beside, file)?;
    Ok(std::fs::metadata(file)?.len())
}
