//! A province that a storm comes to: an urgent bulletin of four seconds that two people approved, one of them with a key
//! file, and an ordinary one that plays meanwhile.

use chrono::Duration;
use loa::domain::break_in::BreakIn;
use loa::trust::envelope::{self, BREAK_IN};
use loa::trust::keys::KeyPair;

use super::chain::Province;
use super::person::add_person;
use super::sound::write_tones;

/// The ordinary bulletin's length, ms.
pub const ORDINARY_MS: u32 = 30_000;

/// The province and the file with the key of its approver `an`; `duyet` approves, too, and has none. All hours of the
/// province's days are working hours for approvers.
pub struct Storm {
    /// The province.
    pub province: Province,
    /// The key file of `an`.
    pub key: String,
}

impl Storm {
    /// Brews it over so many stations.
    pub fn over(stations: usize) -> Self {
        let mut province = Province::new(stations);
        province.tones("TIN-DAI", 1, ORDINARY_MS, "thu");
        province.bulletin("BAO-1", "thu");
        write_tones(&province.path("bulletins/BAO-1.wav"), 2, 4_000);
        let file = province.path("bulletins/BAO-1.toml");
        let text = std::fs::read_to_string(&file).unwrap().replace("\"ordinary\"", "\"urgent\"");
        std::fs::write(&file, text).unwrap();
        std::fs::write(province.path("schedules/desk.toml"), "[urgent]\nweekends = true\n").unwrap();
        province.prepare();
        add_person(&province, "an", "approver@thu");
        let key = own_key_file(&province, "an");
        province.approve_all();
        province.loa(&["approve", "BAO-1", "--by", "duyet"]).well();
        province.loa(&["approve", "BAO-1", "--by", "an", "--key", &key]).well();
        Self { province, key }
    }

    /// Asks by command with An's key for an order in that area; its number.
    pub fn ask(&self, area: &str) -> String {
        let asked = ["urgent", "ask", "BAO-1", "--area", area, "--reason", "bão đổ bộ", "--by", "an"];
        self.province.loa(&[&asked[..], &["--key", &self.key]].concat()).well().out.trim().to_string()
    }
}

/// Puts into the books an order that An signed eleven minutes ago, with the same words as one asked for now; `confirmed`
/// also by the center for somebody else.
pub async fn put_old_order(storm: &Storm, id: &str, confirmed: bool) -> BreakIn {
    storm.ask("thu");
    let mut database = storm.province.database().await;
    let (asked,): (String,) = sqlx::query_as("SELECT envelope FROM break_ins ORDER BY serial DESC LIMIT 1")
        .fetch_one(&mut database)
        .await
        .unwrap();
    let now: BreakIn = envelope::peek(asked.as_bytes(), BREAK_IN).unwrap();
    let earlier = Duration::minutes(11);
    let (issued_at, not_after) = (now.issued_at - earlier, now.not_after - earlier);
    let old = BreakIn { id: id.parse().unwrap(), issued_at, not_after, ..now };
    let payload = serde_json::to_vec(&old).unwrap();
    let data = storm.province.data();
    let keys = [storm.key.clone().into(), data.join("keys/approver.key"), data.join("keys/center.key")];
    let sign = |key: &std::path::PathBuf| envelope::sign(BREAK_IN, &payload, &KeyPair::load(key).unwrap());
    let signatures: Vec<_> = keys.iter().map(sign).collect();
    let sealed = |signatures| envelope::assemble(BREAK_IN, &payload, signatures).unwrap();
    sqlx::query("INSERT INTO break_ins (id, asked_by, at, envelope) VALUES ($1, 'an', $2, $3)")
        .bind(id)
        .bind(issued_at)
        .bind(sealed(&signatures[..1]))
        .execute(&mut database)
        .await
        .unwrap();
    if confirmed {
        sqlx::query("INSERT INTO break_in_answers (break_in, by_user, at, envelope) VALUES ($1, 'duyet', $2, $3)")
            .bind(id)
            .bind(issued_at + Duration::minutes(1))
            .bind(sealed(&signatures))
            .execute(&mut database)
            .await
            .unwrap();
    }
    old
}

/// Makes a key file for somebody and has it admitted.
pub fn own_key_file(province: &Province, user: &str) -> String {
    let key = province.text(&format!("{user}.key"));
    let made = province.loa(&["keys", "new", &key, "--user", user]).well().out;
    let print = made.lines().find_map(|line| line.strip_prefix("fingerprint: ")).unwrap().trim().to_string();
    province.loa(&["keys", "admit", &print]).well();
    key
}
