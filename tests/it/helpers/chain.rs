//! A province in a temporary folder: its schedules, bulletins, center and stations, all driven by command.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use tempfile::TempDir;

use super::running::{Done, Running, loa};
use super::sound::write_tones;
use super::until::until_within;

/// The whole of it.
pub struct Province {
    folder: TempDir,
    /// A zone in which it is the middle of the day now, so that no test runs over midnight.
    pub zone: Tz,
    begun: DateTime<Utc>,
    orders: Vec<(String, String)>,
    stations: Vec<String>,
}

impl Province {
    /// One with stations named `dai-1` and so on; each serves the commune `xa-1` and so on of the province `thu`.
    pub fn new(stations: usize) -> Self {
        let folder = tempfile::Builder::new().prefix("loa-chain-").tempdir().unwrap();
        let begun = Utc::now();
        let hours = 12 - i64::from(begun.hour());
        // The sign of these zones is reversed: Etc/GMT-7 is seven hours ahead of UTC.
        let zone: Tz = format!("Etc/GMT{}{}", if hours < 0 { '+' } else { '-' }, hours.abs()).parse().unwrap();
        let stations = (1..=stations).map(|number| format!("dai-{number}")).collect();
        let province = Self { folder, zone, begun, orders: Vec::new(), stations };
        for room in ["schedules", "bulletins"] {
            std::fs::create_dir_all(province.path(room)).unwrap();
        }
        province
    }

    /// A path in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The center's data folder.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Today's date there.
    pub fn today(&self) -> NaiveDate {
        self.begun.with_timezone(&self.zone).date_naive()
    }

    /// A bulletin made of tones, named `code`, with an order for one play in `area`.
    pub fn tones(&mut self, code: &str, voice: u32, duration_ms: u32, area: &str) -> &mut Self {
        self.bulletin(code, area);
        write_tones(&self.path(&format!("bulletins/{code}.wav")), voice, duration_ms);
        self.order(code, area)
    }

    /// The text beside a bulletin's audio.
    pub fn bulletin(&mut self, code: &str, area: &str) -> &mut Self {
        let text = format!(
            "code = \"{code}\"\ntitle = \"Tin {code}\"\ntopic = 1\npriority = \"ordinary\"\nproducer = \"Sở\"\n\
             language = \"vi\"\nsource_document = \"Văn bản thử\"\nairs_in = [\"{area}\"]\nairs_from = 2024-01-01\n\
             airs_to = 2099-12-31\ntranscript = \"Tin phát thử.\"\n"
        );
        std::fs::write(self.path(&format!("bulletins/{code}.toml")), text).unwrap();
        self
    }

    /// An order for one play a day in `area`.
    pub fn order(&mut self, code: &str, area: &str) -> &mut Self {
        self.orders.push((code.into(), area.into()));
        self
    }

    /// Writes the schedules: one slot of half an hour that has just begun.
    pub fn write_schedules(&self) {
        let mut areas = "code,valid_from,valid_to,level,kind,name,parent,successor\n\
                         thu,2024-01-01,,province,tỉnh,Tỉnh Thử,,\n"
            .to_string();
        let mut stations = "station,name,kind,transport,area,serves_from,serves_to\n".to_string();
        for (number, station) in (1..).zip(&self.stations) {
            writeln!(areas, "xa-{number},2024-01-01,,commune,xã,Xã Thử {number},thu,").unwrap();
            writeln!(stations, "{station},Đài xã Thử {number},connected,ip,xa-{number},2024-01-01,").unwrap();
        }
        let local = self.begun.with_timezone(&self.zone);
        let grid = format!(
            "zone = \"{}\"\n\n[settings]\ndue_after_minutes = 0\nlatest_start_minutes = 1\nlead_seconds = 1\n\n\
             [[guard]]\nareas = [\"thu\"]\nopen = \"00:00\"\nclose = \"24:00\"\nsession_minutes = 100000\n\
             warn_before = \"00:00\"\n\n[[rule]]\nid = \"thu\"\nname = \"Khung thử\"\nkind = \"bulletin\"\n\
             cron = \"0 {} {} * * *\"\nminutes = 30\nareas = [\"thu\"]\n",
            self.zone,
            local.minute(),
            local.hour(),
        );
        let today = self.today();
        let mut orders = String::new();
        for (number, (code, area)) in (1..).zip(&self.orders) {
            write!(
                orders,
                "[[order]]\nid = \"yc-{number:03}\"\nbulletin = \"{code}\"\nper_day = 1\nareas = [\"{area}\"]\n\
                 from = {today}\nto = {today}\n\n"
            )
            .unwrap();
        }
        for (name, text) in
            [("areas.csv", areas), ("stations.csv", stations), ("grid.toml", grid), ("orders.toml", orders)]
        {
            std::fs::write(self.path("schedules").join(name), text).unwrap();
        }
    }

    /// `loa` with these arguments.
    pub fn loa(&self, args: &[&str]) -> Done {
        loa(&self.data(), args)
    }

    /// `loa import` of both folders.
    pub fn import(&self) -> Done {
        self.loa(&["import", &self.text("schedules"), &self.text("bulletins")])
    }

    /// Writes the schedules, imports everything, and adds the approver `duyet`.
    pub fn prepare(&self) {
        self.write_schedules();
        self.import().well();
        self.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
    }

    /// Approves every bulletin that is ordered.
    pub fn approve_all(&self) {
        let codes: std::collections::BTreeSet<&str> = self.orders.iter().map(|(code, _)| code.as_str()).collect();
        let mut args = vec!["approve", "--by", "duyet"];
        args.extend(codes);
        self.loa(&args).well();
    }

    /// A path in its folder, as text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_string()
    }

    /// A station's folder.
    pub fn dir(&self, station: &str) -> PathBuf {
        self.path(station)
    }

    /// Enrols a station at the center with this address.
    pub fn enrol(&self, station: &str, center: &str) {
        let code = self.loa(&["station", "invite", station]).well().out;
        let dir = self.text(station);
        self.loa(&["station", "enroll", "--center", center, "--code", code.trim(), "--dir", &dir]).well();
    }

    /// Runs an enrolled station that plays into WAV files.
    pub fn run(&self, station: &str) -> Running {
        let sink = format!("wav:{}", self.dir(station).join("wav").display());
        self.run_with(station, &sink)
    }

    /// Runs an enrolled station with a sink.
    pub fn run_with(&self, station: &str, sink: &str) -> Running {
        let dir = self.text(station);
        Running::start(&self.data(), &["station", "run", "--ends-with-stdin", "--dir", &dir, "--sink", sink])
    }

    /// Runs an enrolled station on a device that believes to be in this zone.
    pub fn run_in(&self, station: &str, zone: &str) -> Running {
        let (dir, sink) = (self.text(station), format!("wav:{}", self.dir(station).join("wav").display()));
        let args = ["station", "run", "--ends-with-stdin", "--dir", &dir, "--sink", &sink];
        Running::start_with(&self.data(), &args, &[("TZ", zone)])
    }

    /// Enrols and runs a station, and waits until the center knows it.
    pub async fn join(&self, station: &str, center: &str) -> Running {
        self.enrol(station, center);
        let running = self.run(station);
        linked(&running).await;
        running
    }

    /// The issued rundown of a station today, as `loa plan --json` tells it.
    pub fn plan(&self, station: &str) -> Value {
        let date = self.today().to_string();
        self.loa(&["plan", "--station", station, "--date", &date, "--json"]).well().json()
    }

    /// Today's report.
    pub fn report(&self) -> Value {
        let date = self.today().to_string();
        self.loa(&["report", "--from", &date, "--to", &date, "--format", "json"]).well().json()
    }

    /// Today's report as rows of named columns.
    pub fn report_rows(&self) -> Vec<BTreeMap<String, String>> {
        let date = self.today().to_string();
        let text = self.loa(&["report", "--from", &date, "--to", &date, "--format", "csv"]).well().out;
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        reader.deserialize().map(Result::unwrap).collect()
    }

    /// Waits until the report's sums please; returns the report.
    #[expect(clippy::print_stdout, reason = "shown with a failed test")]
    pub async fn report_until(&self, seconds: u64, what: &str, pleases: impl Fn(&Value) -> bool) -> Value {
        let mut looks = 0;
        let deadline = std::time::Duration::from_secs(seconds);
        let report = until_within(deadline, what, async || {
            looks += 1;
            // Each look is a process that opens the store: not on every tick.
            let report = (looks % 10 == 1).then(|| self.report())?;
            if !pleases(&report["total"]) {
                println!("{}", report["total"]);
                return None;
            }
            Some(report)
        });
        let report = report.await;
        assert_sums(&report);
        report
    }

    /// A station's journal, line by line.
    pub fn journal(&self, station: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.dir(station).join("journal.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The center's database.
    pub async fn database(&self) -> sqlx::SqliteConnection {
        use sqlx::Connection;
        let url = format!("sqlite://{}", self.data().join("loa.db").display());
        sqlx::SqliteConnection::connect(&url).await.unwrap()
    }
}

/// Starts the center on this address (port 0 for any), demanding no second factors, and waits until it listens; also
/// returns its URL.
pub async fn serve(province: &Province, listen: &str) -> (Running, String) {
    serve_with(province, &["--listen", listen, "--second-factor", "off"]).await
}

/// As [`serve`], with these arguments: second factors are demanded where they leave it at that.
pub async fn serve_with(province: &Province, args: &[&str]) -> (Running, String) {
    let center = Running::start(&province.data(), &[&["serve"], args].concat());
    let url = listening(&center).await;
    (center, url)
}

/// Waits until a center says where it listens.
pub async fn listening(center: &Running) -> String {
    let address = |line: &str| line.split_once("loa listens on ").map(|(_, url)| url.trim().to_string());
    center.says("the center to listen", address).await
}

/// Waits until a station is linked to the center.
pub async fn linked(station: &Running) {
    station.says("the station to be linked", |line| line.contains("linked to the center").then_some(())).await;
}

/// Everything planned has an outcome.
pub fn settled(total: &Value) -> bool {
    total["upcoming"] == 0 && total["unreported"] == 0 && total["planned"].as_u64() > Some(0)
}

/// The sums equal the plan, in total and for each station.
pub fn assert_sums(report: &Value) {
    let rows = report["rows"].as_array().unwrap();
    for row in rows.iter().chain([&report["total"]]) {
        let number = |name: &str| row[name].as_u64().unwrap();
        let outcomes =
            number("aired") + number("partial") + number("missed") + number("unreported") + number("excused");
        assert_eq!(number("planned"), outcomes, "{row}");
    }
}

/// What each station's WAV folder holds, by name.
pub fn wav_files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir.join("wav")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}
