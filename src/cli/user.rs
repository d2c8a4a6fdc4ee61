//! `loa user add|list|disable|enable|grant|reset-password|reset-totp`

use std::io::{BufRead, IsTerminal};

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{Failure, Outcome, StoreArgs};
use crate::center::people::{COMMAND_LINE, Doer, Giving, NewUser, new_password};
use crate::domain::access::{Grant, Role};

/// Add, list, grant, reset and disable users.
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a user; the password is read from stdin (one line), or made and shown once, and must be changed at the
    /// first log-in
    Add {
        /// Log-in name
        name: String,
        /// Name for people
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        /// ROLE@AREA, such as approver@49; roles: editor, approver, operator, auditor, admin
        #[arg(long = "role", required = true, value_name = "ROLE@AREA")]
        roles: Vec<String>,
        /// The person chose the password themself, so it need not be changed at the first log-in
        #[arg(long)]
        keep_password: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List users with the roles that count today
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
    /// Let a disabled user log in again
    Enable {
        /// Log-in name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Give a user a further role, with its days
    Grant {
        /// Log-in name
        name: String,
        /// ROLE@AREA
        role: String,
        /// First day; today when left out
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        /// Last day, inclusive
        #[arg(long, value_name = "DATE")]
        to: Option<NaiveDate>,
        /// Log-in name of whoever is acted for
        #[arg(long, value_name = "USER")]
        acting_for: Option<String>,
        /// Why
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Make a new first password, shown once; the user's sessions end
    ResetPassword {
        /// Log-in name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Take a user's second factor away, to be set up anew at the next log-in; the user's sessions end
    ResetTotp {
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
        let doer = Doer::command(COMMAND_LINE);
        match self.command {
            Command::Add { name, display_name, roles, keep_password, store } => {
                let grants = roles.iter().map(|text| grant(text)).collect::<Result<Vec<_>, _>>()?;
                let center = store.open().await?;
                let (password, made) = password()?;
                if made && keep_password {
                    return Err(Failure::wrong("--keep-password needs the person's own password on stdin"));
                }
                let display_name = display_name.as_deref().unwrap_or(&name);
                let new = NewUser {
                    name: &name,
                    display_name,
                    password: &password,
                    own_password: keep_password,
                    grants: &grants,
                };
                center.add_user(&new, &doer).await?;
                println!("user {name} added");
                if made {
                    println!("password (shown only now): {password}");
                }
            }
            Command::List { store } => list(&store).await?,
            Command::Disable { name, store } => {
                store.open_existing().await?.disable_user(&name, &doer).await?;
                println!("user {name} can no longer log in");
            }
            Command::Enable { name, store } => {
                store.open_existing().await?.enable_user(&name, &doer).await?;
                println!("user {name} can log in again");
            }
            Command::Grant { name, role, from, to, acting_for, reason, store } => {
                let grant = grant(&role)?;
                let center = store.open_existing().await?;
                let from = from.unwrap_or(center.local_today().await?);
                center.give_grant(&name, Giving { grant, from, to, acting_for, reason }, &doer).await?;
                println!("{name} has {role} from {from}{}", to.map(|to| format!(" to {to}")).unwrap_or_default());
            }
            Command::ResetPassword { name, store } => {
                let password = store.open_existing().await?.reset_password(&name, &doer).await?;
                println!("password of {name} (shown only now): {password}");
            }
            Command::ResetTotp { name, store } => {
                store.open_existing().await?.reset_second_factor(&name, &doer).await?;
                println!("user {name} sets up a new second factor at the next log-in");
            }
        }
        Ok(())
    }
}

async fn list(store: &StoreArgs) -> Outcome {
    for user in store.open_existing().await?.users().await? {
        let roles: Vec<String> = user.grants.iter().map(|g| format!("{}@{}", g.role, g.area)).collect();
        let disabled = user.disabled_at.map_or("", |_| "  (disabled)");
        println!("{}  {}  {}{disabled}", user.name, user.display_name, roles.join(" "));
    }
    Ok(())
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
