//! `loa import DIR… [--check] [--replace-grid]`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, StoreArgs};
use crate::center::import::Meant;

/// Import folders of bulletins (NAME.toml + NAME.mp3) and schedules (areas.csv, stations.csv, grid.toml, orders.toml).
#[derive(Args)]
pub struct Import {
    /// Folders
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Only check; change nothing
    #[arg(long)]
    check: bool,
    /// Put grid.toml in the place of a grid that was changed on its page
    #[arg(long)]
    replace_grid: bool,
    #[command(flatten)]
    store: StoreArgs,
}

impl Import {
    /// Prints every problem as `file:line: sentence`; nothing is stored when one refuses.
    pub async fn run(self) -> Outcome {
        let center = self.store.open().await?;
        let today = center.local_today().await?;
        let meant = Meant { check: self.check, replace_grid: self.replace_grid };
        let imported = center.import(&self.folders, meant, today).await?;
        for found in &imported.found {
            eprintln!("{found}");
        }
        for change in &imported.changes {
            println!("{change}");
        }
        if imported.refused() {
            let count = imported.found.iter().filter(|found| found.refuses).count();
            return Err(Failure::wrong(format!("{count} problems: mend them and import again")));
        }
        if self.check {
            println!("checked: nothing refuses, nothing was changed");
        } else if imported.changes.is_empty() {
            println!("nothing changed ({} bulletins are the same)", imported.unchanged);
        }
        Ok(())
    }
}
