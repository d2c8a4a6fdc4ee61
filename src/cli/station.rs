//! `loa station invite|revoke|list|enroll|run`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Failure, Outcome, StoreArgs, runtime};
use crate::audio::sink::SinkChoice;
use crate::center::people::COMMAND_LINE;
use crate::domain::ids::StationId;
use crate::station::{FolderError, agent, enrol};

/// Invite, enrol, run, revoke and list stations.
#[derive(Args)]
pub struct Station {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a one-time code for a station's device (center)
    Invite {
        /// Station id
        id: StationId,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Revoke a station's codes and devices (center)
    Revoke {
        /// Station id
        id: StationId,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List stations and what is known of their devices (center)
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Enrol this device with a one-time code (station)
    #[command(alias = "enrol")]
    Enroll {
        /// The center's address, https://…
        #[arg(long, value_name = "URL")]
        center: String,
        /// The code
        #[arg(long)]
        code: String,
        /// The device's folder
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// Believe this certificate authority (PEM) instead of the system's
        #[arg(long, value_name = "FILE")]
        center_ca: Option<PathBuf>,
    },
    /// Run the agent (station)
    Run {
        /// The device's folder
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// Output: wav:DIR writes files, command:'aplay -q -' pipes a WAV into a program
        #[arg(long, value_name = "SINK", default_value = "command:aplay -q -")]
        sink: SinkChoice,
        /// End when stdin closes, for a program that starts stations
        #[arg(long, hide = true)]
        ends_with_stdin: bool,
    },
}

impl Station {
    /// Runs it.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Run { dir, sink, ends_with_stdin } => runtime::single(run_agent(dir, sink, ends_with_stdin)),
            other => runtime::many(at_the_desk(other)),
        }
    }
}

async fn run_agent(dir: PathBuf, sink: SinkChoice, ends_with_stdin: bool) -> Outcome {
    runtime::log();
    agent::run(&dir, sink, runtime::ended_or_stdin_closed(ends_with_stdin)).await.map_err(|error| match &error {
        agent::AgentError::Folder(FolderError::NotEnrolled(_) | FolderError::InUse(_)) => {
            Failure::wrong(error.to_string())
        }
        _ => Failure::failed(error.to_string()),
    })
}

async fn at_the_desk(command: Command) -> Outcome {
    match command {
        Command::Invite { id, store } => {
            let code = store.open_existing().await?.invite_station(&id, COMMAND_LINE).await?;
            println!("{code}");
        }
        Command::Revoke { id, store } => {
            store.open_existing().await?.revoke_station(&id, COMMAND_LINE).await?;
            println!("{id}: codes and devices are revoked");
        }
        Command::List { store } => {
            for status in store.open_existing().await?.station_statuses().await? {
                let device = match (status.enrolled, status.last_seen_at) {
                    (false, _) => "no device".to_string(),
                    (true, None) => "enrolled, never heard".to_string(),
                    (true, Some(at)) => format!("last heard {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
                };
                println!("{}  {}  {}  {device}", status.station.id, status.station.kind, status.station.name);
            }
        }
        Command::Enroll { center, code, dir, center_ca } => {
            let identity = enrol::enrol(&center, &code, &dir, center_ca.as_deref()).await.map_err(|error| {
                let wrong = matches!(error, enrol::EnrolError::Address(_) | enrol::EnrolError::Taken { .. });
                match &error {
                    enrol::EnrolError::Refused(_) => Failure::no(error.to_string()),
                    _ if wrong => Failure::wrong(error.to_string()),
                    _ => Failure::failed(error.to_string()),
                }
            })?;
            println!("this device is now {} ({})", identity.station, identity.name);
        }
        // Taken by the caller, which runs it on one thread.
        Command::Run { dir, sink, ends_with_stdin } => return run_agent(dir, sink, ends_with_stdin).await,
    }
    Ok(())
}
