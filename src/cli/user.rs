//! `loa user add|list|disable`

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};

use super::{Failure, Outcome, StoreArgs};
use crate::center::people::new_password;
use crate::domain::access::{Grant, Role};

/// Who appears as the doer of what is done by command.
pub const COMMAND_LINE: &str = "command-line";

/// Add, list and disable users.
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a user; the password is read from stdin (one line), or made and shown once
    Add {
        /// Log-in name
        name: String,
        /// Name for people
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        /// ROLE@AREA, such as approver@49; roles: editor, approver, operator, auditor, admin
        #[arg(long = "role", required = true, value_name = "ROLE@AREA")]
        roles: Vec<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List users
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// End a user's right to log in; nothing they did is removed
    Disable {
        /// Log-in name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Reads `ROLE@AREA`.
pub fn grant(text: &str) -> Result<Grant, Failure> {
    let (role, area) = text.split_once('@').ok_or_else(|| {
        Failure::wrong(format!("role \"{text}\" has no area: write ROLE@AREA, such as operator@20335"))
    })?;
    Ok(Grant {
        role: role.parse::<Role>().map_err(Failure::wrong)?,
        area: area.parse().map_err(|error| Failure::wrong(format!("{error}")))?,
    })
}

impl User {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        match self.command {
            Command::Add { name, display_name, roles, store } => {
                let grants = roles.iter().map(|text| grant(text)).collect::<Result<Vec<_>, _>>()?;
                let center = store.open().await?;
                let (password, made) = password()?;
                let shown = display_name.as_deref().unwrap_or(&name);
                center.add_user(&name, shown, &password, &grants, COMMAND_LINE).await?;
                println!("user {name} added");
                if made {
                    println!("password (shown only now): {password}");
                }
            }
            Command::List { store } => {
                for user in store.open_existing().await?.users().await? {
                    let roles: Vec<String> = user.grants.iter().map(|g| format!("{}@{}", g.role, g.area)).collect();
                    let disabled = user.disabled_at.map_or("", |_| "  (disabled)");
                    println!("{}  {}  {}{disabled}", user.name, user.display_name, roles.join(" "));
                }
            }
            Command::Disable { name, store } => {
                store.open_existing().await?.disable_user(&name, COMMAND_LINE).await?;
                println!("user {name} can no longer log in");
            }
        }
        Ok(())
    }
}

/// The password on stdin, or a new one when there is none; says which.
fn password() -> Result<(String, bool), Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        let mut line = String::new();
        stdin.lock().read_line(&mut line)?;
        let line = line.trim_end_matches(['\r', '\n']);
        if !line.is_empty() {
            return Ok((line.into(), false));
        }
    }
    Ok((new_password()?, true))
}
