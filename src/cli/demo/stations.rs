//! The demo's stations: processes of their own, enrolled with real codes, one of them killed on purpose.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::center::Center;
use crate::cli::Failure;
use crate::domain::ids::StationId;

/// Stations with a device.
const CONNECTED: [&str; 3] = ["demo-1", "demo-2", "demo-3"];
/// The one that is killed.
pub const VICTIM: &str = "demo-2";
/// How long a station may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// The running stations.
pub struct Stations {
    folder: PathBuf,
    running: Vec<(&'static str, Child)>,
}

impl Stations {
    /// Enrols what is not enrolled yet and starts all.
    ///
    /// # Errors
    /// When a process cannot be started.
    pub async fn start(center: &Center, data: &Path, address: SocketAddr) -> Result<Self, Failure> {
        let mut stations = Self { folder: data.join("stations"), running: Vec::new() };
        for name in CONNECTED {
            let dir = stations.folder.join(name);
            std::fs::create_dir_all(&dir)?;
            let center_url = format!("http://{address}");
            if dir.join("station.json").exists() {
                repoint(&dir, &center_url)?;
            } else {
                let id: StationId = name.parse().map_err(|error| Failure::failed(format!("{error}")))?;
                let code = center.invite_station(&id, "demo").await?;
                crate::station::enrol::enrol(&center_url, &code, &dir, None)
                    .await
                    .map_err(|error| Failure::failed(error.to_string()))?;
            }
            stations.launch(name)?;
        }
        Ok(stations)
    }

    fn launch(&mut self, name: &'static str) -> Result<(), Failure> {
        let dir = self.folder.join(name);
        let log = std::fs::File::options().create(true).append(true).open(dir.join("agent.log"))?;
        let child = Command::new(std::env::current_exe()?)
            .args(["station", "run", "--ends-with-stdin", "--dir"])
            .arg(&dir)
            .arg("--sink")
            .arg(format!("wav:{}", dir.join("wav").display()))
            // Its end of the pipe closes with this process, however that ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        self.running.push((name, child));
        Ok(())
    }

    /// Kills the victim at once, as a power cut would.
    pub async fn kill(&mut self) -> Result<(), Failure> {
        if let Some(index) = self.running.iter().position(|(name, _)| *name == VICTIM) {
            let (_, mut child) = self.running.remove(index);
            child.kill().await?;
        }
        Ok(())
    }

    /// Starts the victim again.
    pub fn revive(&mut self) -> Result<(), Failure> {
        self.launch(VICTIM)
    }

    /// Ends all: asked first, then killed.
    pub async fn end(&mut self) {
        for (_, child) in &mut self.running {
            drop(child.stdin.take());
        }
        for (name, child) in &mut self.running {
            if tokio::time::timeout(PATIENCE, child.wait()).await.is_err() {
                eprintln!("station {name} did not end by itself and is killed");
                let _killed = child.kill().await;
            }
        }
    }
}

/// A second run may listen on another port.
fn repoint(dir: &Path, center: &str) -> Result<(), Failure> {
    let folder = crate::station::Folder::open(dir).map_err(|error| Failure::failed(error.to_string()))?;
    let mut identity = folder.identity().map_err(|error| Failure::failed(error.to_string()))?;
    identity.center = center.into();
    let text = serde_json::to_vec_pretty(&identity)?;
    folder.write("station.json", &text).map_err(|error| Failure::failed(error.to_string()))
}
