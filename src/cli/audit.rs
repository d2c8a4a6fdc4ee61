//! `loa audit journal FILE`: checks a station's journal from its first line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Failure, Outcome};
use crate::station::journal::check_file;

/// Check the record.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a station's journal: every line must follow from the one before
    Journal {
        /// journal.jsonl
        file: PathBuf,
    },
}

impl Audit {
    /// Exit code 0 when the chain holds, 3 when it does not; the first bad line is named.
    pub fn run(self) -> Outcome {
        let Command::Journal { file } = self.command;
        let checked =
            check_file(&file).map_err(|error| Failure::wrong(format!("{} cannot be read: {error}", file.display())))?;
        println!("{} lines follow from each other, head {}", checked.lines, checked.head);
        if checked.torn_bytes > 0 {
            println!("the last {} bytes are a line that was never finished", checked.torn_bytes);
        }
        match checked.broken {
            None => Ok(()),
            Some(broken) => Err(Failure::no(format!("the chain is broken: {broken}"))),
        }
    }
}
