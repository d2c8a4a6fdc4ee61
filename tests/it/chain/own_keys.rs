//! Approvers' own keys by command: what may be signed, what a station then plays and what not, and what becomes of it
//! when a key is revoked, all while the center serves.

use std::time::Duration;

use loa::domain::rundown::Rundown;
use loa::trust::envelope;
use loa::trust::keys::KeyPair;
use loa::trust::manifest::Manifest;
use serde_json::Value;

use crate::helpers::chain::{Province, linked, serve, settled, wav_files};
use crate::helpers::running::loa_in;
use crate::helpers::sound::write_tones;
use crate::helpers::until::{until, until_within};

/// A station that plays falls silent within this time (trust.md, R13).
const SILENT_WITHIN: Duration = Duration::from_secs(5);

/// A province with so many short bulletins for one station, and a second approver for another commune.
fn ready(bulletins: u32) -> Province {
    let mut province = Province::new(2);
    for number in 1..=bulletins {
        province.tones(&format!("TIN-{number}"), number, 1500, "xa-1");
    }
    province.prepare();
    for (name, area) in [("an", "thu"), ("binh", "thu"), ("xa", "xa-2")] {
        province.loa(&["user", "add", name, "--role", &format!("approver@{area}")]).well();
    }
    province
}

/// Makes a key file for a user, has it admitted by the fingerprint that is read out, and returns both.
fn own_key(province: &Province, user: &str) -> (String, String) {
    let file = province.text(&format!("{user}.key"));
    let made = province.loa(&["keys", "new", &file, "--user", user]).well().out;
    let print = made.lines().find_map(|line| line.strip_prefix("fingerprint: ")).unwrap().trim().to_string();
    province.loa(&["keys", "admit", &print]).well();
    (file, print)
}

/// Standing of each bulletin in today's report, by code.
fn standing(province: &Province, code: &str) -> String {
    let rows = province.report_rows();
    let row = rows.iter().find(|row| row["bulletin"] == code);
    row.map(|row| row["standing"].clone()).unwrap_or_default()
}

async fn aired(province: &Province, code: &str) {
    let what = format!("{code} to have aired");
    until_within(Duration::from_secs(40), &what, async || (standing(province, code) == "aired").then_some(())).await;
}

/// The journal's ending of what plays last, once there is one.
async fn ending_within(province: &Province, deadline: Duration) -> Value {
    until_within(deadline, "what plays to be stopped", async || {
        province.journal("dai-1").into_iter().rfind(|line| line["kind"] == "end")
    })
    .await
}

async fn begun(province: &Province) {
    let begun = |line: &Value| line["kind"] == "begin";
    until("something to play", async || province.journal("dai-1").iter().any(begun).then_some(())).await;
    // The output takes sound, a second of it at least: then what is stopped is partial, not missed.
    let progress = province.dir("dai-1").join("progress");
    until("a second of sound", async || (std::fs::metadata(&progress).ok()?.len() > 0).then_some(())).await;
}

#[tokio::test]
async fn only_what_an_admitted_key_of_the_right_person_signed_is_played() {
    let province = ready(3);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let (an, _) = own_key(&province, "an");
    let (xa, _) = own_key(&province, "xa");
    let stray = province.text("la.key");
    // By its bare name, as people call it who stand in its folder.
    loa_in(&province.path(""), &province.data(), &["keys", "new", "la.key"]).well();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&an).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    let approve = |code: &str, by: &str, key: &str| province.loa(&["approve", code, "--by", by, "--key", key]);
    // The center does not sign for whoever has a key; nobody signs with another's, or with one that nobody knows.
    province.loa(&["approve", "TIN-1", "--by", "an"]).refused(3, "has a key of their own");
    approve("TIN-1", "an", &xa).refused(3, "is not theirs");
    approve("TIN-1", "an", &stray).refused(3, "was never admitted");
    approve("TIN-1", "duyet", &an).refused(3, "is not theirs");
    approve("TIN-1", "xa", &xa).refused(3, "no approver for the whole area");
    for taking_back in ["--return", "--withdraw"] {
        let done = province.loa(&["approve", "TIN-1", "--by", "xa", taking_back, "không phải xã này"]);
        assert_eq!(done.code, if taking_back == "--return" { 3 } else { 2 }, "{done:?}");
    }
    approve("TIN-1", "an", &province.text("khong-co.key")).refused(2, "cannot be used");
    // Nobody approves their own.
    let mut database = province.database().await;
    let own = "UPDATE bulletin_versions SET author = 'an' WHERE code = 'TIN-2'";
    sqlx::query(own).execute(&mut database).await.unwrap();
    approve("TIN-2", "an", &an).refused(3, "cannot decide on it");
    // The sound that lies there must be the sound that was checked.
    let sound: (String,) = sqlx::query_as("SELECT sound FROM bulletin_versions WHERE code = 'TIN-3'")
        .fetch_one(&mut database)
        .await
        .unwrap();
    let sound: Value = serde_json::from_str(&sound.0).unwrap();
    let name = sound["rendition"].as_str().unwrap();
    let file = province.data().join("audio").join(&name[..2]).join(format!("{name}.opus"));
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    approve("TIN-3", "an", &an).refused(3, "not the audio that was checked");

    let done = approve("TIN-1", "an", &an).well();
    assert!(done.out.contains("custody=own"), "{done:?}");
    aired(&province, "TIN-1").await;
    let played = wav_files(&province.dir("dai-1"));
    assert_eq!(played.len(), 1, "{played:?}");
    let journal = province.journal("dai-1");
    assert!(!journal.iter().any(|line| line["kind"] == "refused"), "{journal:?}");
    // Refused steps left nothing behind: only what was approved has a signature.
    let signed: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM bulletin_steps WHERE manifest IS NOT NULL")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(signed.0, 1);
    // What is on the air is not another commune's to withdraw, and is not approved twice.
    province.loa(&["approve", "TIN-1", "--by", "xa", "--withdraw", "không phải xã này"]).refused(3, "no approver for");
    approve("TIN-1", "an", &an).refused(2, "cannot become approved");
}

#[tokio::test]
async fn a_revoked_key_signs_nothing_new_and_keeps_what_is_in_force_on_the_air() {
    let province = ready(3);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    province.enrol("dai-1", &url);
    let (an, print) = own_key(&province, "an");
    for code in ["TIN-1", "TIN-2"] {
        province.loa(&["approve", code, "--by", "an", "--key", &an]).well();
    }
    province.loa(&["keys", "revoke", &print, "--drop", "TIN-3"]).refused(2, "does not rest on this key");
    let done = province.loa(&["keys", "revoke", &print, "--drop", "TIN-2"]).well();
    assert!(done.out.contains("stays on the air: TIN-1"), "{done:?}");
    assert!(done.out.contains("withdrawn: TIN-2"), "{done:?}");
    province.loa(&["approve", "TIN-3", "--by", "an", "--key", &an]).refused(3, "was revoked");
    // A lost key is made anew without stopping anything.
    std::fs::rename(&an, province.path("mat.key")).unwrap();
    let (new, _) = own_key(&province, "an");
    province.loa(&["approve", "TIN-3", "--by", "an", "--key", &new]).well();
    let listed = province.loa(&["keys", "list", "--json"]).well().json();
    let of_an: Vec<(bool, usize)> = listed["approvers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["user"] == "an")
        .map(|key| (key["revoked"] == true, key["resting"].as_array().unwrap().len()))
        .collect();
    assert_eq!(of_an, [(true, 1), (false, 1)], "{listed}");
    // Who leaves signs nothing any more, and their key is listed as one to be revoked.
    let (binh, _) = own_key(&province, "binh");
    province.loa(&["user", "disable", "binh"]).well();
    province.loa(&["approve", "TIN-3", "--by", "binh", "--key", &binh]).refused(2, "no active user binh");
    let listed = province.loa(&["keys", "list"]).well().out;
    assert_eq!(listed.matches("no active approver any more").count(), 1, "{listed}");

    let station = province.run("dai-1");
    linked(&station).await;
    aired(&province, "TIN-1").await;
    aired(&province, "TIN-3").await;
    let played = wav_files(&province.dir("dai-1"));
    assert!(!played.iter().any(|file| file.to_str().unwrap().contains("TIN-2")), "{played:?}");
}

#[tokio::test]
async fn a_stolen_key_is_revoked_and_what_it_put_on_the_air_is_silent_within_seconds() {
    let mut province = Province::new(1);
    province.tones("TIN-1", 1, 30_000, "xa-1").tones("TIN-2", 2, 3000, "xa-1");
    province.prepare();
    province.loa(&["user", "add", "an", "--role", "approver@thu"]).well();
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let (an, print) = own_key(&province, "an");
    province.loa(&["approve", "TIN-1", "TIN-2", "--by", "an", "--key", &an]).well();
    begun(&province).await;
    // Root's key is off line by now.
    let root = province.text("root-o-noi-khac.key");
    std::fs::rename(province.data().join("keys/root.key"), &root).unwrap();
    province.loa(&["keys", "revoke", &print, "--drop-all"]).refused(2, "--root-key");
    province.loa(&["keys", "revoke", &print, "--drop-all", "--root-key", &an]).refused(3, "is not the root key");
    province.loa(&["keys", "revoke", &print, "--drop-all", "--root-key", &root]).well();
    let ending = ending_within(&province, SILENT_WITHIN).await;
    assert!(["not_verified", "withdrawn"].contains(&ending["cause"].as_str().unwrap()), "{ending}");
    assert!(ending["samples"].as_u64().unwrap() < 29 * 48_000, "{ending}");
    let report = province.report_until(30, "the rest to be settled", settled).await;
    assert_eq!(report["total"]["aired"], 0, "{report}");
    assert!(center.said().contains("trust list version 3 is in force"), "{}", center.said());
}

#[tokio::test]
async fn a_withdrawal_silences_what_plays_and_what_was_about_to_begin() {
    let mut province = Province::new(1);
    province.tones("TIN-1", 1, 30_000, "xa-1").tones("TIN-2", 2, 3000, "xa-1");
    province.prepare();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    province.approve_all();
    begun(&province).await;
    assert_eq!(province.plan("dai-1")["items"][0]["bulletin"], "TIN-1");
    province.loa(&["approve", "TIN-1", "TIN-2", "--by", "duyet", "--withdraw", "sai số điện thoại"]).well();
    let ending = ending_within(&province, SILENT_WITHIN).await;
    assert_eq!(ending["cause"], "withdrawn", "{ending}");
    assert!(ending["samples"].as_u64().unwrap() < 29 * 48_000, "{ending}");
    let report = province.report_until(30, "the rest to be settled", settled).await;
    assert_eq!((&report["total"]["partial"], &report["total"]["planned"]), (&1.into(), &1.into()), "{report}");
    let plan = province.plan("dai-1");
    assert!(plan["items"].as_array().unwrap().is_empty(), "{plan}");
}

#[tokio::test]
async fn two_approvers_are_two_people_and_their_signatures_are_both_asked_for() {
    let province = ready(4);
    std::fs::write(province.path("schedules/desk.toml"), "[approval]\nsecond_above_stations = 0\n").unwrap();
    province.import().well();
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let _station = province.join("dai-1", &url).await;
    let (an, _) = own_key(&province, "an");
    let (binh, _) = own_key(&province, "binh");
    let signs = |code: &str, by: &str, key: &str| province.loa(&["approve", code, "--by", by, "--key", key]);
    let center_signs = |code: &str| province.loa(&["approve", code, "--by", "duyet"]);
    // Both with a key; a key and the center; the center and a key; and one that nobody approves a second time.
    signs("TIN-1", "an", &an).well();
    signs("TIN-1", "an", &an).refused(3, "cannot approve it a second time");
    let first = signs("TIN-2", "an", &an).well();
    assert!(first.out.contains("a second approver is needed"), "{first:?}");
    center_signs("TIN-3").well();
    signs("TIN-4", "binh", &binh).well();
    assert!(province.plan("dai-1")["items"].as_array().unwrap().is_empty(), "nothing airs by one approval");
    signs("TIN-1", "binh", &binh).well();
    center_signs("TIN-2").well();
    signs("TIN-3", "binh", &binh).well();
    province.loa(&["approve", "TIN-4", "--by", "binh", "--return", "nghe lại thấy sai"]).well();
    for code in ["TIN-1", "TIN-2", "TIN-3"] {
        aired(&province, code).await;
    }
    assert_eq!(standing(&province, "TIN-4"), "");

    let mut database = province.database().await;
    let signed: Vec<(String, String)> = sqlx::query_as(
        "SELECT s.code, e.body FROM bulletin_steps s JOIN envelopes e ON e.digest = s.manifest
         WHERE s.state = 'approved' ORDER BY s.code",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    let told: Vec<(u32, usize, String)> = signed
        .iter()
        .map(|(_, body)| {
            let (payload, signatures) = envelope::parts(body.as_bytes(), envelope::MANIFEST).unwrap();
            let manifest: Manifest = serde_json::from_slice(&payload).unwrap();
            (manifest.signers_needed, signatures.len(), manifest.approver)
        })
        .collect();
    assert_eq!(told, [(2, 2, "an".into()), (2, 2, "an".into()), (1, 1, "binh".into())]);
}

/// What a thief of server, database and all keys that lie there can do once the approvers have their own.
#[tokio::test]
async fn a_stolen_center_plays_neither_a_new_version_on_an_old_approval_nor_one_it_approves_itself() {
    let province = ready(2);
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    province.enrol("dai-1", &url);
    let (an, _) = own_key(&province, "an");
    let center_key = KeyPair::load(&province.data().join("keys/approver.key")).unwrap();
    let print = center_key.public().fingerprint();
    province.loa(&["approve", "TIN-1", "TIN-2", "--by", "an", "--key", &an]).well();
    // A second version of the same bulletin, which nobody approved.
    write_tones(&province.path("bulletins/TIN-1.wav"), 7, 1700);
    province.import().well();
    province.loa(&["keys", "revoke", &print]).well();
    province.loa(&["approve", "TIN-1", "--by", "duyet"]).refused(3, "the center signs for nobody any more");
    center.kill();

    // The newest rundown, forged with the center's own key: the second version's sound on the first one's approval, and
    // once more on an approval by the revoked key.
    let mut database = province.database().await;
    let (body, version): (String, i64) = sqlx::query_as(
        "SELECT body, version FROM rundowns WHERE station = 'dai-1' AND date = $1 ORDER BY version DESC",
    )
    .bind(province.today())
    .fetch_one(&mut database)
    .await
    .unwrap();
    let rundown: Rundown = envelope::peek(body.as_bytes(), envelope::RUNDOWN).unwrap();
    let (sound,): (String,) =
        sqlx::query_as("SELECT sound FROM bulletin_versions WHERE code = 'TIN-1' AND version = 2")
            .fetch_one(&mut database)
            .await
            .unwrap();
    let second: loa::domain::bulletin::Sound = serde_json::from_str(&sound).unwrap();
    let mut forged = rundown.clone();
    forged.version += 1;
    let copy = forged.items[0].clone();
    forged.items.insert(1, copy);
    let approved = forged.items[0].sound.as_ref().unwrap().manifest;
    let (manifest,): (String,) = sqlx::query_as("SELECT body FROM envelopes WHERE digest = $1")
        .bind(approved.to_string())
        .fetch_one(&mut database)
        .await
        .unwrap();
    let mut own: Manifest = envelope::peek(manifest.as_bytes(), envelope::MANIFEST).unwrap();
    own.version = 2;
    own.rendition = second.rendition;
    own.duration_ms = second.duration_ms;
    own.custody = loa::trust::manifest::Custody::Center;
    let own = envelope::seal(envelope::MANIFEST, &own, &center_key).unwrap();
    for (nth, manifest) in [(0, approved), (1, envelope::digest(&own))] {
        let item = &mut forged.items[nth];
        item.duration_ms = second.duration_ms;
        let sound = item.sound.as_mut().unwrap();
        sound.rendition = second.rendition;
        sound.bulletin_version = 2;
        sound.manifest = manifest;
        item.airing = Some(loa::domain::ids::AiringId::new(
            &rundown.station,
            &item.slot.rule,
            item.slot.start,
            sound.order.as_str(),
            u32::try_from(nth).unwrap(),
        ));
        sound.nth = u32::try_from(nth).unwrap();
    }
    let pair = KeyPair::load(&province.data().join("keys/center.key")).unwrap();
    let sealed = envelope::seal(envelope::RUNDOWN, &forged, &pair).unwrap();
    sqlx::query("INSERT INTO envelopes (digest, payload_type, body, created_at) VALUES ($1, $2, $3, 'now')")
        .bind(envelope::digest(&own).to_string())
        .bind(envelope::MANIFEST)
        .bind(&own)
        .execute(&mut database)
        .await
        .unwrap();
    // In place of the newest, so that the center's own planning goes on from it.
    sqlx::query("UPDATE rundowns SET body = $1, version = $2 WHERE station = 'dai-1' AND date = $3 AND version = $4")
        .bind(&sealed)
        .bind(version + 1)
        .bind(province.today())
        .bind(version)
        .execute(&mut database)
        .await
        .unwrap();

    let (_center, _) = serve(&province, url.trim_start_matches("http://")).await;
    let station = province.run("dai-1");
    linked(&station).await;
    let said = |words: &str| {
        let told = |line: &Value| line["kind"] == "refused" && line["note"].as_str().is_some_and(|n| n.contains(words));
        province.journal("dai-1").iter().any(told)
    };
    for words in ["names other audio than the rundown", "no trusted key signed the envelope"] {
        until(words, async || said(words).then_some(())).await;
    }
    // What was really approved plays, after the time of both has come.
    until("the approved bulletin to play", async || {
        province.journal("dai-1").iter().any(|line| line["kind"] == "end").then_some(())
    })
    .await;
    let played = wav_files(&province.dir("dai-1"));
    assert!(played.len() == 1 && played[0].to_str().unwrap().contains("TIN-2"), "{played:?}");
}
