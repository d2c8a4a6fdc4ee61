//! Uploads with the real center: cut, stalled, overrun, killed, given up, refused, and in a browser.

mod browser;
mod faults;
mod forms;
mod refusals;

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;

use loa::domain::ids::Sha256;
use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Account, add_person};
use crate::helpers::running::Running;
use crate::helpers::sound::write_tones;
use crate::helpers::until::until_within;

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);
const API: &str = "/api/v1/uploads";

/// A province with an editor, its center running.
struct Desk {
    province: Province,
    center: Option<Running>,
    url: String,
    editor: Account,
}

impl Desk {
    async fn open() -> Self {
        Self::open_with("").await
    }

    /// With these settings of the desk.
    async fn open_with(settings: &str) -> Self {
        let province = Province::new(2);
        province.write_schedules();
        std::fs::write(province.path("schedules/desk.toml"), settings).unwrap();
        Self::serve(province).await
    }

    async fn serve(province: Province) -> Self {
        province.loa(&["import", &province.text("schedules")]).well();
        for (name, role) in [("bientap", "editor@thu"), ("truc", "operator@xa-1"), ("duyet", "approver@thu")] {
            add_person(&province, name, role);
        }
        let (center, url) = serve(&province, "127.0.0.1:0").await;
        let editor = Account::log_in(&url, "bientap").await;
        Self { province, center: Some(center), url, editor }
    }

    /// Kills the center and starts it again at the same address.
    async fn kill_and_restart(&mut self) {
        self.center.take().unwrap().kill();
        let listen = self.url.trim_start_matches("http://").to_string();
        let (center, _) = serve(&self.province, &listen).await;
        self.center = Some(center);
    }

    /// A WAV of tones and its bytes.
    fn tones(&self, name: &str, duration_ms: u32) -> Vec<u8> {
        let file = self.province.path(name);
        write_tones(&file, 1, duration_ms);
        std::fs::read(file).unwrap()
    }

    async fn announce_as(&self, who: &Account, name: &str, bytes: &[u8]) -> (u16, Value) {
        let head = &bytes[..bytes.len().min(1024 * 1024)];
        let body = json!({ "file_name": name, "bytes": bytes.len(), "head_sha256": Sha256::of(head).to_string() });
        answer(who.ask(Method::POST, API).json(&body)).await
    }

    async fn announce(&self, name: &str, bytes: &[u8]) -> String {
        let (status, said) = self.announce_as(&self.editor, name, bytes).await;
        assert_eq!(status, 201, "{said}");
        said["id"].as_str().unwrap().into()
    }

    async fn send(&self, id: &str, offset: u64, bytes: &[u8]) -> (u16, Value) {
        let request = self.editor.ask(Method::PATCH, &format!("{API}/{id}")).header("upload-offset", offset);
        answer(request.body(bytes.to_vec())).await
    }

    /// A connection that has begun to send the rest of an upload, with `part` of it on its way.
    fn begin_to_send(&self, id: &str, offset: u64, rest: u64, part: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        let head = format!(
            "PATCH {API}/{id} HTTP/1.1\r\nhost: loa\r\ncookie: {}\r\nx-csrf: {}\r\nupload-offset: {offset}\r\n\
             content-length: {rest}\r\n\r\n",
            self.editor.cookie, self.editor.csrf
        );
        stream.write_all(head.as_bytes()).unwrap();
        // The center may answer and close before it took all of it.
        let _sent = stream.write_all(part);
        stream
    }

    async fn look(&self, id: &str) -> Value {
        let (status, said) = answer(self.editor.ask(Method::GET, &format!("{API}/{id}"))).await;
        assert_eq!(status, 200, "{said}");
        said
    }

    async fn until_state(&self, id: &str, state: &str) -> Value {
        until_within(PATIENCE, &format!("upload {id} to be {state}"), async || {
            let said = self.look(id).await;
            (said["state"] == state).then_some(said)
        })
        .await
    }

    /// Gives facts of a bulletin with this code.
    async fn give_facts(&self, id: &str, code: &str) -> reqwest::Response {
        self.editor.post(&format!("/tai-len/{id}"), &facts(code)).await
    }

    async fn versions(&self, code: &str) -> i64 {
        use sqlx::Row;
        let mut database = self.province.database().await;
        let row = sqlx::query("SELECT COUNT(*) AS n FROM bulletin_versions WHERE code = $1").bind(code);
        row.fetch_one(&mut database).await.unwrap().get("n")
    }

    fn incoming(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.province.data().join("audio/incoming")).unwrap().flatten();
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }
}

/// Fields of the form for facts, all of them right.
fn facts(code: &str) -> [(&str, &str); 12] {
    [
        ("code", code),
        ("title", "Tin tải lên"),
        ("topic", "1"),
        ("priority", "ordinary"),
        ("origin", "department"),
        ("producer", "Sở"),
        ("language", "vi"),
        ("source_document", "Văn bản thử"),
        ("transcript", "Tin phát thử."),
        ("areas", "thu"),
        ("airs_from", "2026-01-01"),
        ("airs_to", "2099-12-31"),
    ]
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| json!({ "text": text })))
}

fn sha256(file: &Path) -> String {
    Sha256::of(&std::fs::read(file).unwrap()).to_string()
}
