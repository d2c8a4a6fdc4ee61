//! `loa demo`: the whole chain on one machine in real time. A center, three stations as processes of their own that
//! play real sound into WAV files, and a fourth that waits for your press.

mod assets;
mod stations;
mod watch;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::user::grant;
use super::{Failure, Outcome, runtime, serve, worker};
use crate::center::import::Meant;
use crate::center::people::{Doer, NewUser, new_password};
use crate::center::signed::SignedBy;
use crate::center::{Center, StoreChoice};
use crate::domain::bulletin::State;
use stations::Stations;

/// The demo's users: name, name for people, role, area.
const USERS: [(&str, &str, &str, &str); 5] = [
    ("bientap", "Trần Thị Thử", "editor", "demo"),
    ("duyet", "Nguyễn Văn Thử", "approver", "demo"),
    ("tructhu", "Phạm Thị Thử", "operator", "demo"),
    ("kiemtra", "Lê Văn Thử", "auditor", "demo"),
    ("quantri", "Quản trị phát thử", "admin", "demo"),
];

/// Show the whole chain on this machine: approve, plan, push, play, confirm, reconcile.
#[derive(Args)]
pub struct Demo {
    /// Data folder of the demo; a second run keeps its history
    #[arg(long, value_name = "DIR", default_value = "loa-demo")]
    data: PathBuf,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// End after so many minutes, as Ctrl-C does
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
}

impl Demo {
    /// Runs until Ctrl-C, SIGTERM or `--minutes`.
    pub fn run(self) -> Outcome {
        if !self.listen.ip().is_loopback() {
            return Err(Failure::wrong(format!("the demo listens on this machine only, not on {}", self.listen)));
        }
        runtime::many(self.go())
    }

    async fn go(self) -> Outcome {
        let ended = self.ended();
        tokio::pin!(ended);
        let listener = serve::bind(self.listen)?;
        let address = listener.local_addr()?;
        println!("loa demo: preparing {} (checking and rendering five short spots)", self.data.display());
        // On this machine only, to be looked at: nobody should need a phone for it. Every page says so.
        let center = Center::open(&self.data, &StoreChoice::Folder, worker()?).await?.without_second_factor();
        tokio::select! {
            prepared = prepare(&center, &self.data) => prepared?,
            () = &mut ended => return Ok(()),
        }
        let passwords = users(&center, &self.data).await?;
        approve(&center).await?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(serve::serve(center.clone(), listener, None, false, async {
            // A dropped sender ends it as well.
            let _told = stopped.await;
        }));
        let mut stations = Stations::start(&center, &self.data, address).await?;
        introduce(address, &self.data, &passwords);
        let outcome = tokio::select! {
            watched = watch::watch(&center, &mut stations) => watched,
            () = &mut ended => Ok(()),
        };
        println!("\nloa demo: ending");
        stations.end().await;
        let _told = stop.send(());
        match server.await {
            Ok(served) => outcome.and(served),
            Err(error) => Err(Failure::failed(error.to_string())),
        }
    }

    fn ended(&self) -> impl Future<Output = ()> + use<> {
        let minutes = self.minutes;
        async move {
            match minutes {
                None => runtime::ended().await,
                Some(minutes) => {
                    tokio::select! {
                        () = runtime::ended() => {}
                        () = tokio::time::sleep(Duration::from_secs(minutes.saturating_mul(60))) => {}
                    }
                }
            }
        }
    }
}

/// Imports the demo's own areas, stations, rules and spots.
async fn prepare(center: &Center, data: &Path) -> Outcome {
    let now = crate::clock::now().with_timezone(&chrono_tz::Asia::Ho_Chi_Minh).naive_local();
    let folders = assets::write(&data.join("source"), now)?;
    // Its slots follow the hour at which it starts, whatever was tried on the grid's page before.
    let meant = Meant { check: false, replace_grid: true };
    let imported = center.import(&folders, meant, now.date()).await?;
    if imported.refused() {
        for found in &imported.found {
            eprintln!("{found}");
        }
        return Err(Failure::failed("the demo's own files were refused"));
    }
    Ok(())
}

/// Has the demo's approver approve the spots.
async fn approve(center: &Center) -> Outcome {
    for row in center.bulletin_versions(None).await? {
        let code = &row.facts.code;
        if code.as_str().starts_with("DEMO-") && row.state() == State::Draft {
            center.step_bulletin(code, row.version, State::Submitted, &row.author, None).await?;
            center.approve_without_planning(code, row.version, "duyet", SignedBy::Center).await?;
        }
    }
    Ok(())
}

/// Adds the demo's users on first run; their passwords are random for each data folder and kept in it.
async fn users(center: &Center, data: &Path) -> Result<Vec<(String, String)>, Failure> {
    let file = data.join("passwords.txt");
    let held = std::fs::read_to_string(&file).unwrap_or_default();
    let mut passwords: Vec<(String, String)> = held
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, password)| (name.to_string(), password.to_string()))
        .collect();
    let known = center.users().await?;
    for (name, display_name, role, area) in USERS {
        if known.iter().any(|user| user.name == name) {
            continue;
        }
        let password = new_password()?;
        let grants = [grant(&format!("{role}@{area}"))?];
        // Printed below for whoever runs the demo: theirs to use as they are.
        let new = NewUser { name, display_name, password: &password, own_password: true, grants: &grants };
        center.add_user(&new, &Doer::command("demo")).await?;
        passwords.push((name.into(), password));
        let text: String = passwords.iter().map(|(name, password)| format!("{name} {password}\n")).collect();
        write_secret(&file, &text)?;
    }
    Ok(passwords)
}

fn write_secret(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut out = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    out.write_all(text.as_bytes())
}

fn introduce(address: SocketAddr, data: &Path, passwords: &[(String, String)]) {
    println!();
    println!("The center: http://{address}/   (Ctrl-C ends everything; a second run keeps the history)");
    println!("Log in as (the demo demands no second factor; a real center does of approvers and administrators):");
    for (name, password) in passwords {
        let role = USERS.iter().find(|user| user.0 == name).map_or("", |user| user.2);
        println!("  {name:<8} {password}   {role}");
    }
    println!("Watch:");
    println!("  http://{address}/hom-nay?station=demo-4   the manual station waits for your press (tructhu)");
    println!("  http://{address}/doi-soat                 planned against aired (kiemtra)");
    println!("  http://{address}/ban-tin                  the spots and their approval (bientap, duyet)");
    println!("  http://{address}/nghe                     what everybody may hear, without a log-in");
    println!("  {}   what the stations played", data.join("stations/demo-1/wav").display());
    println!("Station demo-2 is killed in the middle of its first spot and comes back after the next one has passed.");
    println!("The demo's areas have their guard hours open around the clock, for them alone.");
    println!();
}
