//! `loa export grid [--out FILE]`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Outcome, StoreArgs};

/// Write what is in force as a file that can be imported.
#[derive(Args)]
pub struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The slot grid as grid.toml, with what was changed on its page
    Grid {
        /// File instead of stdout; an existing one is replaced
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        store: StoreArgs,
    },
}

impl Export {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        let What::Grid { out, store } = self.what;
        let text = store.open_existing().await?.grid_as_text().await?;
        match out {
            Some(file) => std::fs::write(file, text)?,
            None => print!("{text}"),
        }
        Ok(())
    }
}
