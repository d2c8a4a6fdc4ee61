//! `loa backup FILE`: a consistent copy while running.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, StoreArgs};

/// Copy database, audio and keys into one tar file while the center runs. It holds secret keys: keep it safe.
#[derive(Args)]
pub struct Backup {
    /// File to write
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

impl Backup {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let center = self.store.open_existing().await?;
        let bytes = center.backup(&self.file, &self.store.choice()).await?;
        println!("{} written, {bytes} bytes; it holds the center's secret keys", self.file.display());
        Ok(())
    }
}
