//! How long an operator's page takes while three 30-minute uploads are sent and checked, beside how long it takes in
//! peace: the real center, real requests. Needs ffmpeg to make the files. `cargo bench --bench upload`; with
//! `LOA_BENCH_SECONDS` the files are shorter.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops at the first failure and prints")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use loa::domain::ids::Sha256;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

const UPLOADS: usize = 3;
const PASSWORD: &str = "mat-khau-thu-1234";
/// One look at the page each time this has passed.
const BETWEEN: Duration = Duration::from_millis(20);
/// Looks in peace.
const PEACEFUL: usize = 500;
const API: &str = "/api/v1/uploads";

/// The center; killed when dropped.
struct Center(Child);

impl Drop for Center {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn loa(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
    command.args(args).env("LOA_DATA", data);
    command
}

fn make_user(data: &Path, name: &str, role: &str) {
    let mut child = loa(data, &["user", "add", name, "--role", role, "--keep-password"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// Somebody logged in.
struct Account {
    http: Client,
    url: String,
    cookie: String,
    csrf: String,
}

impl Account {
    async fn log_in(url: &str, name: &str, page: &str) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let request = http.post(format!("{url}/dang-nhap")).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(format!("user={name}&password={PASSWORD}")).send().await.unwrap();
        let set = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let cookie = set.filter(|value| value.starts_with("loa=")).find_map(|value| value.split(';').next());
        let cookie = cookie.expect("a session").to_string();
        let mut account = Self { http, url: url.into(), cookie, csrf: String::new() };
        let html = account.ask(Method::GET, page).send().await.unwrap().text().await.unwrap();
        let csrf = html.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split('"').next());
        account.csrf = csrf.expect("a form with a token").to_string();
        account
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        request.header("cookie", &self.cookie).header("x-csrf", &self.csrf)
    }

    async fn upload(&self, name: &str, bytes: Vec<u8>) {
        let head = Sha256::of(&bytes[..bytes.len().min(1024 * 1024)]).to_string();
        let announced = json!({ "file_name": name, "bytes": bytes.len(), "head_sha256": head });
        let said: Value = self.ask(Method::POST, API).json(&announced).send().await.unwrap().json().await.unwrap();
        let path = format!("{API}/{}", said["id"].as_str().unwrap_or_else(|| panic!("{said}")));
        let sent = self.ask(Method::PATCH, &path).header("upload-offset", 0).body(bytes).send().await.unwrap();
        assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    }

    /// Whether anything still waits or is checked; what ended must have been accepted.
    async fn busy(&self) -> bool {
        let listed: Value = self.ask(Method::GET, API).send().await.unwrap().json().await.unwrap();
        let states: Vec<&str> = listed.as_array().unwrap().iter().filter_map(|row| row["state"].as_str()).collect();
        assert!(!states.contains(&"refused") && !states.contains(&"failed"), "{listed}");
        states.len() < UPLOADS || states.iter().any(|state| *state != "checked")
    }

    /// One look at the operator's day.
    async fn look(&self) -> Duration {
        let begun = Instant::now();
        let answer = self.ask(Method::GET, "/hom-nay").send().await.unwrap();
        assert!(answer.status().is_success());
        answer.bytes().await.unwrap();
        begun.elapsed()
    }
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |permille: usize| times[(times.len() * permille / 1000).min(times.len() - 1)];
    println!(
        "{what}: {} looks, median {:.1?}, p99 {:.1?}, longest {:.1?}",
        times.len(),
        at(500),
        at(990),
        times[times.len() - 1]
    );
}

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let seconds = std::env::var("LOA_BENCH_SECONDS").unwrap_or_else(|_| "1800".into());
    let folder = tempfile::tempdir().unwrap();
    let (root, data) = (Path::new(env!("CARGO_MANIFEST_DIR")), folder.path().join("data"));
    let [schedules, bulletins] = ["schedules", "bulletins"].map(|name| root.join(name).display().to_string());
    assert!(loa(&data, &["import", &schedules, &bulletins]).stdout(Stdio::null()).status().unwrap().success());
    make_user(&data, "bientap", "editor@49");
    // An operator of one commune that stands today, as most are.
    let stations = std::fs::read_to_string(root.join("schedules/stations.csv")).unwrap();
    let area = stations.lines().skip(1).find(|line| line.ends_with(',')).and_then(|line| line.split(',').rev().nth(2));
    make_user(&data, "truc", &format!("operator@{}", area.unwrap()));
    let files: Vec<Vec<u8>> = (0..UPLOADS)
        .map(|number| {
            let file = folder.path().join(format!("{number}.mp3"));
            let made = Command::new("ffmpeg")
                .args(["-v", "error", "-stream_loop", "-1", "-i"])
                .arg(root.join("bulletins/01-ba-con-do-di-lai.mp3"))
                .args(["-t", &seconds, "-ar", "44100", "-ac", "2", "-b:a", "128k"])
                .args(["-metadata", &format!("title=bản {number}")])
                .arg(&file)
                .status()
                .expect("ffmpeg is needed to make the files: install it");
            assert!(made.success(), "ffmpeg failed");
            std::fs::read(file).unwrap()
        })
        .collect();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let mut center = Center(loa(&data, &serve).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap());
    let (out, err) = (center.0.stdout.take().unwrap(), center.0.stderr.take().unwrap());
    let lines = std::sync::mpsc::channel();
    for pipe in [Box::new(out) as Box<dyn std::io::Read + Send>, Box::new(err)] {
        let told = lines.0.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                // Nobody reads on once the address is known.
                let _told = told.send(line);
            }
        });
    }
    let url = lines.1.iter().find_map(|line| Some(line.split_once("loa listens on ")?.1.trim().to_string()));
    tokio::runtime::Runtime::new().unwrap().block_on(measure(&url.expect("an address"), files));
}

async fn measure(url: &str, files: Vec<Vec<u8>>) {
    let editor = Account::log_in(url, "bientap", "/tai-len").await;
    let operator = Account::log_in(url, "truc", "/tai-len").await;
    let mut ticks = tokio::time::interval(BETWEEN);
    let mut peaceful = Vec::new();
    for _ in 0..PEACEFUL {
        ticks.tick().await;
        peaceful.push(operator.look().await);
    }
    tell("in peace", peaceful);
    let begun = Instant::now();
    // A task of its own: looks must not wait for it, nor it for looks.
    let sending = tokio::spawn(async move {
        let all = files.into_iter().enumerate().map(|(number, bytes)| {
            let (editor, name) = (&editor, format!("{number}.mp3"));
            async move { editor.upload(&name, bytes).await }
        });
        futures_util::future::join_all(all).await;
        let mut looks = tokio::time::interval(Duration::from_millis(500));
        while editor.busy().await {
            looks.tick().await;
        }
    });
    let mut busy = Vec::new();
    while !sending.is_finished() {
        ticks.tick().await;
        busy.push(operator.look().await);
    }
    sending.await.unwrap();
    tell("while three uploads are sent and checked", busy);
    println!("all three checked after {:.1?}", begun.elapsed());
}
