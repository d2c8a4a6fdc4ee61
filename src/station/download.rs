//! Fetching one rendition, going on where an earlier try stopped. What came is believed only after its hash.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use futures_util::StreamExt;

/// Fetches into the part file, of which `have` bytes are there already.
///
/// # Errors
/// When the center refuses or the link breaks; what came so far stays for the next try.
pub async fn download(http: &reqwest::Client, url: &str, token: &str, path: &Path, have: u64) -> anyhow::Result<()> {
    let mut request = http.get(url).bearer_auth(token);
    if have > 0 {
        request = request.header("range", format!("bytes={have}-"));
    }
    let response = request.send().await?;
    let resumed = response.status() == reqwest::StatusCode::PARTIAL_CONTENT;
    if response.status() == reqwest::StatusCode::RANGE_NOT_SATISFIABLE {
        // The part was whole already; its hash decides.
        return Ok(());
    }
    if !response.status().is_success() {
        anyhow::bail!("the center answered {}", response.status());
    }
    let mut file: File = OpenOptions::new().create(true).write(true).append(resumed).truncate(!resumed).open(path)?;
    let mut body = response.bytes_stream();
    while let Some(chunk) = body.next().await {
        file.write_all(&chunk?)?;
    }
    file.sync_all()?;
    Ok(())
}
