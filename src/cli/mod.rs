//! Commands. The only layer that prints; human words go to stdout and stderr, `--json` prints one document on stdout.

mod approve;
mod audit;
mod backup;
mod demo;
mod export;
mod force_majeure;
mod import;
mod keys;
mod offer;
mod plan;
mod probe;
mod report;
mod runtime;
mod serve;
mod station;
mod stop;
mod urgent;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::audio::worker::{CHILD_COMMAND, Worker};
use crate::center::people::{Listed, PeopleError};
use crate::center::{Center, CenterError, StoreChoice};
use crate::domain::ids::{AreaCode, StationId};
use crate::domain::place::Place;

/// Done.
pub const DONE: u8 = 0;
/// Failed while working: disk, network, database.
pub const FAILED: u8 = 1;
/// The call or its input is wrong.
pub const WRONG_INPUT: u8 = 2;
/// The answer is no: refused, does not verify, falls short.
pub const NO: u8 = 3;

/// Broadcast service for grassroots radio: approve, plan, push, play, and prove what aired.
#[derive(Parser)]
#[command(name = "loa", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the whole chain on this machine
    Demo(demo::Demo),
    /// Import folders of bulletins and schedules
    Import(import::Import),
    /// Write what is in force as a file that can be imported
    Export(export::Export),
    /// Run the center
    Serve(serve::Serve),
    /// Add, list and disable users
    User(user::User),
    /// Invite, enrol, run, revoke and list stations
    Station(station::Station),
    /// Submit and approve bulletins
    Approve(approve::Approve),
    /// Silence a station, an area or one bulletin at once
    Stop(stop::StopNow),
    /// Break in with an urgent bulletin: asked for by one approver, confirmed by another
    Urgent(urgent::Urgent),
    /// Excuse what a storm, a flood or a cut of power kept from airing
    ForceMajeure(force_majeure::ForceMajeure),
    /// Answer an offer of an ordinary bulletin for a commune
    Offer(offer::AnswerOffer),
    /// List, make, admit and revoke approvers' keys
    Keys(keys::Keys),
    /// Check one audio file as an upload would be
    Probe(probe::Probe),
    /// Show a station's day, issued or as it would be planned
    Plan(plan::Plan),
    /// Planned against aired
    Report(report::Report),
    /// Check the record
    Audit(audit::Audit),
    /// Copy the center's data while it runs
    Backup(backup::Backup),
    /// The contained audio worker; reads one job on stdin
    #[command(name = CHILD_COMMAND, hide = true)]
    AudioWorker,
}

/// Where the center keeps its data.
#[derive(Args, Clone, Debug)]
pub struct StoreArgs {
    /// Data folder: database, audio, keys
    #[arg(long, env = "LOA_DATA", default_value = "data", value_name = "DIR")]
    data: PathBuf,
    /// PostgreSQL address instead of the data folder's own database; audio and keys stay in the folder
    #[arg(long, env = "LOA_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
}

impl StoreArgs {
    fn choice(&self) -> StoreChoice {
        self.database_url.clone().map_or(StoreChoice::Folder, StoreChoice::Url)
    }

    async fn open(&self) -> Result<Center, Failure> {
        Ok(Center::open(&self.data, &self.choice(), worker()?).await?)
    }

    /// Opens a center that must exist already, so that a mistyped folder is not taken for an empty province.
    async fn open_existing(&self) -> Result<Center, Failure> {
        if self.database_url.is_none() && !self.data.join("loa.db").exists() {
            return Err(Failure::wrong(format!(
                "{} holds no center: give the right --data, or begin with `loa import` or `loa serve`",
                self.data.display()
            )));
        }
        self.open().await
    }
}

/// The person in whose name a command acts.
async fn active_user(center: &Center, by: &str) -> Result<Listed, Failure> {
    let user = center.users().await?.into_iter().find(|user| user.name == by && user.disabled_at.is_none());
    user.ok_or_else(|| Failure::wrong(format!("there is no active user {by}: see `loa user list`")))
}

/// The place that two options name, of which the first given counts.
fn place_of(station: Option<StationId>, area: Option<AreaCode>) -> Result<Place, Failure> {
    let place = station.map(Place::Station).or(area.map(Place::Area));
    place.ok_or_else(|| Failure::wrong("name a station or an area"))
}

/// The contained worker: this same program.
fn worker() -> Result<Worker, Failure> {
    let exe = std::env::current_exe().map_err(|error| Failure::failed(format!("this program's path: {error}")))?;
    Ok(Worker::new(exe, Vec::new()))
}

/// How a command ended other than well.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    sentence: String,
}

impl Failure {
    fn failed(sentence: impl Into<String>) -> Self {
        Self { code: FAILED, sentence: sentence.into() }
    }

    fn wrong(sentence: impl Into<String>) -> Self {
        Self { code: WRONG_INPUT, sentence: sentence.into() }
    }

    fn no(sentence: impl Into<String>) -> Self {
        Self { code: NO, sentence: sentence.into() }
    }
}

impl From<CenterError> for Failure {
    fn from(error: CenterError) -> Self {
        match error {
            CenterError::Refused(_) | CenterError::NotFound(_) => Self::wrong(error.to_string()),
            CenterError::Forbidden(_) => Self::no(error.to_string()),
            CenterError::Urgent(ref refusal) if refusal.is_no() => Self::no(error.to_string()),
            CenterError::Desk(ref refusal) if refusal.is_no() => Self::no(error.to_string()),
            CenterError::Urgent(_) | CenterError::Desk(_) => Self::wrong(error.to_string()),
            _ => Self::failed(error.to_string()),
        }
    }
}

impl From<PeopleError> for Failure {
    fn from(error: PeopleError) -> Self {
        CenterError::from(error).into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::failed(error.to_string())
    }
}

type Outcome = Result<(), Failure>;

/// Runs the program and answers with its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no failure; clap says which.
            let code = if error.use_stderr() { WRONG_INPUT } else { DONE };
            let _printed = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match cli.command {
        Command::Demo(demo) => demo.run(),
        Command::Import(import) => runtime::many(import.run()),
        Command::Export(export) => runtime::many(export.run()),
        Command::Serve(serve) => serve.run(),
        Command::User(user) => runtime::many(user.run()),
        Command::Station(station) => station.run(),
        Command::Approve(approve) => runtime::many(approve.run()),
        Command::Stop(stop) => runtime::many(stop.run()),
        Command::Urgent(urgent) => runtime::many(urgent.run()),
        Command::ForceMajeure(force) => runtime::many(force.run()),
        Command::Offer(offer) => runtime::many(offer.run()),
        Command::Keys(keys) => runtime::many(keys.run()),
        Command::Probe(probe) => runtime::many(probe.run()),
        Command::Plan(plan) => runtime::many(plan.run()),
        Command::Report(report) => runtime::many(report.run()),
        Command::Audit(audit) => audit.run(),
        Command::Backup(backup) => runtime::many(backup.run()),
        Command::AudioWorker => {
            crate::audio::worker::serve_child(std::io::stdin(), std::io::stdout()).map_err(Failure::from)
        }
    };
    match outcome {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => {
            if !failure.sentence.is_empty() {
                eprintln!("loa: {}", failure.sentence);
            }
            ExitCode::from(failure.code)
        }
    }
}
