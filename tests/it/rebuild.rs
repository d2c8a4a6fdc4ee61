//! Same inputs, same bytes: one history played on both databases gives the same signed rundowns, and every version of
//! every day of it can be planned again from what is stored, or the first stored thing that was changed is named.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use loa::audio::worker::Worker;
use loa::center::import::Meant;
use loa::center::rebuild::Verdict;
use loa::center::{Center, StoreChoice};
use loa::domain::area::Target;
use loa::domain::as_run::{Cause, Evidence, Said};
use loa::domain::bulletin::{Facts, Origin, Priority, Sound, State, Step};
use loa::domain::ids::{Sha256, StationId};
use loa::domain::offer::Answer;
use loa::domain::order::{Demand, Order};
use loa::domain::place::Place;
use loa::domain::rundown::{Item, Rundown};
use loa::domain::slot::Daypart;
use loa::domain::station::StandingChoice;
use loa::domain::upload::UploadState;
use loa::store::Store;
use loa::store::bulletins::{Expect, NewVersion, SignedManifest};
use loa::store::confirmations::NewRecord;
use loa::store::local_items::{NewLocal, SubmittedLocal};
use loa::store::offers::AnswerRow;
use loa::store::rundowns::RundownRow;
use loa::store::schedules::PLANNING;
use loa::store::stops::NewStop;
use loa::store::uploads::{NewUpload, UploadBounds};
use loa::trust::envelope;
use loa::trust::keys::KeyPair;
use loa::trust::manifest::{Custody, Manifest};
use sqlx::Connection;

use crate::helpers::postgres::fresh_url;
use crate::helpers::running::loa;

const AREAS: &str = "code,valid_from,valid_to,level,kind,name,parent,successor\n\
    thu,2024-01-01,,province,tỉnh,Tỉnh Thử,,\n\
    xa-1,2024-01-01,,commune,xã,Xã Một,thu,\nxa-2,2024-01-01,,commune,xã,Xã Hai,thu,\n";
const STATIONS: &str = "station,name,kind,transport,area,serves_from,serves_to\n\
    dai-1,Đài xã Một,manual,fm,xa-1,2024-01-01,\ndai-2,Đài xã Hai,connected,ip,xa-2,2024-01-01,\n";
const GRID: &str = r#"
zone = "Asia/Ho_Chi_Minh"

[[guard]]
areas = ["thu"]
open = "05:00"
close = "21:00"
session_minutes = 90
warn_before = "05:00"

[[rule]]
id = "sang"
name = "Buổi sáng"
kind = "bulletin"
cron = "0 45 5 * * *"
minutes = 15
areas = ["thu"]
overrun = "push"

[[rule]]
id = "chieu"
name = "Buổi chiều"
kind = "bulletin"
cron = "0 30 17 * * *"
minutes = 12
areas = ["thu"]
overrun = "drop"

[[rule]]
id = "xa"
name = "Tin của xã"
kind = "commune"
cron = "0 15 18 * * *"
minutes = 10
areas = ["thu"]
"#;
const FILLER: &str = "\n[[filler]]\nname = \"Nhạc\"\nareas = [\"thu\"]\nbulletins = [\"NHAC-1\", \"TIN-4\"]\n";

fn orders(list: &[(&str, &str)]) -> String {
    let one = |(number, (code, demand)): (usize, &(&str, &str))| {
        format!(
            "[[order]]\nid = \"yc-{number}\"\nbulletin = \"{code}\"\n{demand}\nareas = [\"thu\"]\n\
             from = 2024-01-01\nto = 2099-12-31\n\n"
        )
    };
    list.iter().enumerate().map(one).collect()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Facts and sound of a version of an origin for an area.
fn made(
    (code, version): (&str, u32),
    (origin, area): (Origin, &str),
    priority: Priority,
    minutes: u64,
) -> (Facts, Sound) {
    let facts = Facts {
        code: code.parse().unwrap(),
        title: format!("Tin {code} bản {version}"),
        topic: 3.try_into().unwrap(),
        priority,
        producer: "Sở".into(),
        language: "vi".into(),
        source_document: "Văn bản thử".into(),
        transcript: "Tin phát thử.".into(),
        target: Target { areas: [area.parse().unwrap()].into(), except: [].into() },
        airs_from: "2024-01-01".parse().unwrap(),
        airs_to: "2099-12-31".parse().unwrap(),
        document_ends: None,
        sibling_of: None,
        origin,
    };
    let digest = |what: &str| Sha256::of(format!("{what} {code} {version}").as_bytes());
    let sound = Sound {
        original: digest("original"),
        master: digest("master"),
        rendition: digest("rendition"),
        rendition_bytes: 1,
        duration_ms: minutes * 60_000 + 345,
        original_lufs: -20.0,
        reached_lufs: -23.0,
        reached_true_peak_dbtp: -1.0,
        mend: None,
    };
    (facts, sound)
}

fn version_digest((code, version): (&str, u32)) -> Sha256 {
    Sha256::of(format!("version {code} {version}").as_bytes())
}

fn new_version<'a>(digest: Sha256, facts: &'a Facts, sound: &'a Sound) -> NewVersion<'a> {
    NewVersion { digest, facts, sound, findings: "[]", author: "bientap", file_name: "tin.mp3" }
}

/// One telling of the history.
struct Played {
    center: Center,
    store: Store,
}

impl Played {
    /// An empty province with these keys.
    async fn open(folder: &Path, choice: &StoreChoice) -> Self {
        let worker = Worker::new("/khong-dung-den", Vec::new());
        let center = Center::open(&folder.join("data"), choice, worker).await.unwrap();
        let store = match choice {
            StoreChoice::Folder => Store::open_folder(&folder.join("data")).await,
            StoreChoice::Url(url) => Store::open_url(url).await,
        };
        Self { center, store: store.unwrap() }
    }

    async fn import(&self, folder: &Path, name: &str, text: &str) {
        let schedules = folder.join(format!("schedules-{name}-{}", text.len()));
        std::fs::create_dir_all(&schedules).unwrap();
        std::fs::write(schedules.join(name), text).unwrap();
        let day = NaiveDate::from_ymd_opt(2024, 6, 10).unwrap();
        let imported = self.center.import(&[schedules], Meant::default(), day).await.unwrap();
        assert!(!imported.refused(), "{:?}", imported.found);
    }

    /// Adds a version and approves it with this key at this moment.
    async fn approve(&self, key: &KeyPair, (code, version): (&str, u32), priority: Priority, minutes: u64, at: &str) {
        let (facts, sound) = self.submit((code, version), priority, minutes, at).await;
        let manifest = Manifest {
            bulletin: facts.code.clone(),
            version,
            title: facts.title.clone(),
            original: sound.original,
            master: sound.master,
            rendition: sound.rendition,
            duration_ms: sound.duration_ms,
            target: facts.target.clone(),
            airs_from: facts.airs_from,
            airs_to: facts.airs_to,
            priority,
            approver: "duyet".into(),
            approved_at: time(at),
            custody: Custody::Center,
            signers_needed: 1,
        };
        let sealed = envelope::seal(envelope::MANIFEST, &manifest, key).unwrap();
        self.step(code, version, State::Approved, 1, Some(&sealed), at).await;
    }

    /// Adds a version and submits it.
    async fn submit(&self, (code, version): (&str, u32), priority: Priority, minutes: u64, at: &str) -> (Facts, Sound) {
        let (facts, sound) = made((code, version), (Origin::Department, "thu"), priority, minutes);
        let digest = version_digest((code, version));
        let new = new_version(digest, &facts, &sound);
        assert_eq!(self.store.add_bulletin_version(new, time(at)).await.unwrap(), Some(version));
        self.step(code, version, State::Submitted, 0, None, at).await;
        (facts, sound)
    }

    /// Hands in a commune's own bulletin, to be aired once a day.
    async fn submit_local(&self, code: &str, area: &str, at: &str) {
        let (upload, unit, at) = (format!("tai-len-{code}"), area.parse().unwrap(), time(at));
        let head = Sha256::of(upload.as_bytes());
        let new = NewUpload {
            id: &upload,
            by: "truc",
            unit: &unit,
            file_name: "tin.mp3",
            bytes: 1,
            head,
            trim: false,
            draft: None,
        };
        let bounds = UploadBounds { quota_bytes: 1_000, since: at, open_each: 9, resume: false };
        self.store.add_upload(&new, &bounds, at).await.unwrap();
        assert!(self.store.move_upload(&upload, UploadState::Queued, None, at).await.unwrap());
        assert_eq!(self.store.claim_upload(at).await.unwrap().unwrap().id, upload);
        assert!(self.store.judge_upload(&upload, true, "{}", at).await.unwrap());
        let (facts, sound) = made((code, 1), (Origin::Commune, area), Priority::Ordinary, 2);
        let order = Order {
            id: code.to_lowercase().parse().unwrap(),
            bulletin: facts.code.clone(),
            demand: Demand::PerDay(1),
            dayparts: Vec::new(),
            weight: 1,
            spacing_minutes: 0,
            target: facts.target.clone(),
            from: facts.airs_from,
            to: facts.last_day(),
        };
        let new = NewLocal {
            upload: &upload,
            version: new_version(version_digest((code, 1)), &facts, &sound),
            area: &unit,
            order: &order,
            judged_at: self.store.revision(PLANNING).await.unwrap(),
        };
        let said = self.store.submit_local(&new, at).await.unwrap();
        assert_eq!(said, SubmittedLocal::Done);
    }

    async fn step(&self, code: &str, version: u32, to: State, steps: usize, sealed: Option<&str>, at: &str) {
        let step = Step { to, by: "duyet".into(), reason: None, at: time(at) };
        let signed = sealed.map(|sealed| SignedManifest {
            digest: envelope::digest(sealed),
            payload_type: envelope::MANIFEST,
            envelope: sealed,
        });
        let code = code.parse().unwrap();
        assert!(self.store.add_bulletin_step(&code, version, &step, &Expect { steps }, signed).await.unwrap());
    }

    async fn choose(&self, station: &str, choice: StandingChoice, at: &str) {
        self.store.add_standing_choice(&station.parse().unwrap(), choice, "truc", time(at)).await.unwrap();
    }

    async fn issue(&self, at: &str) {
        let issued = self.center.issue_by(|| time(at)).await.unwrap();
        assert!(issued.rundowns > 0, "nothing changed at {at}: {:?}", issued.problems);
    }

    /// Nine days of a department's life; what stands in one line happened at one moment.
    async fn play(&self, folder: &Path, key: &KeyPair) {
        // Farther apart than the last slot of a day and the first of the next, so that weeks depend on their eves.
        let (first, per_week) = ("per_day = 2", "per_week = 7\nspacing_minutes = 740");
        let monday = "2024-06-10T01:00:00Z";
        self.approve(key, ("TIN-1", 1), Priority::Priority, 3, monday).await;
        self.approve(key, ("TIN-2", 1), Priority::Ordinary, 4, monday).await;
        self.approve(key, ("NHAC-1", 1), Priority::Ordinary, 1, monday).await;
        for (name, text) in [("areas.csv", AREAS), ("stations.csv", STATIONS), ("grid.toml", GRID)] {
            self.import(folder, name, text).await;
        }
        self.import(folder, "orders.toml", &orders(&[("TIN-1", first), ("TIN-2", per_week)])).await;
        self.issue(monday).await;
        // A choice and a second issue, within the same microsecond as the first.
        self.choose("dai-2", StandingChoice::Decline, monday).await;
        self.issue(monday).await;
        // Before dawn, with the first items of the day about to begin.
        let dawn = "2024-06-11T22:41:07.123456Z";
        self.approve(key, ("TIN-3", 1), Priority::Priority, 5, dawn).await;
        let three = [("TIN-1", first), ("TIN-2", per_week), ("TIN-3", "per_day = 1")];
        self.import(folder, "orders.toml", &orders(&three)).await;
        self.issue(dawn).await;
        let noon = "2024-06-13T05:00:00.5Z";
        self.step("TIN-1", 1, State::Withdrawn, 2, None, noon).await;
        self.issue(noon).await;
        self.choose("dai-2", StandingChoice::Accept, noon).await;
        self.issue(noon).await;
        self.import(folder, "grid.toml", &(GRID.replace("minutes = 12", "minutes = 9") + FILLER)).await;
        self.issue("2024-06-14T11:59:59.999999Z").await;
        self.approve(key, ("TIN-2", 2), Priority::Ordinary, 2, "2024-06-17T00:00:00Z").await;
        self.issue("2024-06-17T00:00:01Z").await;
        self.speak("2024-06-17T01:00:00Z").await;
        let (place, bulletin) = (Place::Area("xa-2".parse().unwrap()), "TIN-3".parse().unwrap());
        let (reason, by, at) = ("nghe lại", "duyet", time("2024-06-17T03:00:00Z"));
        let stop = NewStop { place: &place, bulletin: Some(&bulletin), reason, by, at };
        let stop = self.store.add_stop(&stop).await.unwrap();
        self.issue("2024-06-17T03:00:00Z").await;
        let lifted = "2024-06-17T03:00:01Z";
        assert!(self.store.lift_stop(stop, "duyet", time(lifted)).await.unwrap());
        self.issue(lifted).await;
        self.approve(key, ("TIN-4", 1), Priority::Ordinary, 1, "2024-06-18T07:00:00Z").await;
        let four = [("TIN-4", "per_day = 1"), ("TIN-2", per_week), ("TIN-3", "per_day = 1")];
        self.import(folder, "orders.toml", &orders(&four)).await;
        self.issue("2024-06-18T07:00:00Z").await;
    }

    /// What a commune does by itself: hands in a bulletin, moves an offer, puts its own first, says what did not air.
    async fn speak(&self, at: &str) {
        self.submit_local("XA-1", "xa-1", at).await;
        self.issue(at).await;
        let station: StationId = "dai-1".parse().unwrap();
        let (order, answer) = ("yc-1".parse().unwrap(), Answer::Move(vec![Daypart::Morning]));
        let row = AnswerRow { station: station.clone(), order, answer, reason: None, by: "truc".into(), at: time(at) };
        self.store.add_offer_answer(&row).await.unwrap();
        self.store.add_own_first(&station, true, "truc", time(at)).await.unwrap();
        self.issue(at).await;
        let date = "2024-06-17".parse().unwrap();
        let rows = self.store.newest_rundowns(Some(&station), date, date).await.unwrap();
        let rundown = peek(&rows[0]);
        let records: Vec<NewRecord> = rundown
            .items
            .iter()
            .filter(|item| item.start < time(at))
            .filter_map(|item| item.airing)
            .map(|airing| NewRecord {
                station: station.clone(),
                date,
                airing,
                rundown_version: Some(rundown.version),
                rendition: None,
                evidence: Evidence::Declared,
                said: Said::Missed,
                cause: Some(Cause::PowerCut),
                note: None,
                by: "truc".into(),
                journal_seq: None,
                request_key: Some(airing.to_string()),
            })
            .collect();
        assert!(self.store.add_operator_records(&records, time(at)).await.unwrap() > 0, "nothing was due that morning");
        self.issue(at).await;
    }

    async fn rundowns(&self) -> Vec<RundownRow> {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        self.store.rundowns_between(None, day("2024-01-01"), day("2024-12-31")).await.unwrap()
    }

    async fn verdict(&self, row: &RundownRow) -> Verdict {
        self.center.rebuild(&row.station, row.date, Some(row.version)).await.unwrap().verdict
    }
}

fn peek(row: &RundownRow) -> Rundown {
    envelope::peek(row.body.as_bytes(), envelope::RUNDOWN).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_history_gives_the_same_bytes_on_both_databases_and_every_day_of_it_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("mot"), folder.path().join("hai"));
    let key = KeyPair::generate().unwrap();
    let lite = Played::open(&one, &StoreChoice::Folder).await;
    // The same center's keys: what both sign is then the same to the last byte.
    std::fs::create_dir_all(other.join("data/keys")).unwrap();
    for entry in std::fs::read_dir(one.join("data/keys")).unwrap().flatten() {
        std::fs::copy(entry.path(), other.join("data/keys").join(entry.file_name())).unwrap();
    }
    let postgres = Played::open(&other, &StoreChoice::Url(fresh_url().await)).await;
    lite.play(&one, &key).await;
    postgres.play(&other, &key).await;

    let rows = lite.rundowns().await;
    assert_eq!(rows, postgres.rundowns().await);
    let newest = rows.iter().map(|row| row.version).max().unwrap();
    assert!(rows.len() > 60 && newest >= 5, "{} rundowns, up to version {newest}", rows.len());
    for word in ["phát bù", "chờ duyệt"] {
        assert!(
            rows.iter().any(|row| peek(row).items.iter().any(|item| item.why.contains(word))),
            "nothing says {word}"
        );
    }
    let rundowns = rows.iter().map(|row| envelope::peek::<Rundown>(row.body.as_bytes(), envelope::RUNDOWN).unwrap());
    let rundowns: Vec<Rundown> = rundowns.collect();
    let items: Vec<&Item> = rundowns.iter().flat_map(|rundown| &rundown.items).collect();
    assert!(items.iter().any(|item| item.filler.is_some()) && items.iter().any(|item| item.overrun.is_some()));
    assert!(rundowns.iter().any(|rundown| rundown.ladder.len() == 2));
    for played in [&lite, &postgres] {
        for row in &rows {
            let verdict = played.verdict(row).await;
            assert_eq!(verdict, Verdict::Identical, "{} {} version {}", row.station, row.date, row.version);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_is_over_is_explained_by_what_stood_then() {
    let folder = tempfile::tempdir().unwrap();
    let played = Played::open(folder.path(), &StoreChoice::Folder).await;
    played.play(folder.path(), &KeyPair::generate().unwrap()).await;
    // Since then the bulletin was withdrawn and its order ended.
    let day = NaiveDate::from_ymd_opt(2024, 6, 12).unwrap();
    let why = played.center.why(&"dai-2".parse().unwrap(), day, &"TIN-1".parse().unwrap()).await.unwrap();
    assert_eq!((why.orders.len(), why.orders[0].had, why.orders[0].wanted), (1, 2, 2), "{why:?}");
    // And what its commune declined then, though it accepts now.
    let why = played.center.why(&"dai-2".parse().unwrap(), day, &"TIN-2".parse().unwrap()).await.unwrap();
    assert!(why.orders[0].declined, "{why:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_in_the_database_is_named_by_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let played = Played::open(folder.path(), &StoreChoice::Folder).await;
    played.play(folder.path(), &KeyPair::generate().unwrap()).await;
    let data = folder.path().join("data");
    let audit = |more: &[&str]| {
        loa(&data, &[&["audit", "rundown", "--station", "dai-2", "--date", "2024-06-12"], more].concat())
    };
    let told = audit(&["--json"]).well().json();
    assert_eq!((&told["identical"], &told["inputs"]), (&true.into(), &told["rebuilt_inputs"]), "{told}");
    let version = told["version"].as_u64().unwrap();
    assert!(version >= 2, "{told}");
    assert!(audit(&["--version", "1"]).well().out.contains("version 1 is identical"));
    audit(&["--version", "99"]).refused(2, "was never issued");

    let url = format!("sqlite://{}", data.join("loa.db").display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    // Each is put back before the next.
    for (change, back, words) in [
        (
            "UPDATE schedule_documents SET body = replace(body, 'Xã Hai', 'Xã Ba') WHERE kind = 'areas'",
            "UPDATE schedule_documents SET body = replace(body, 'Xã Ba', 'Xã Hai') WHERE kind = 'areas'",
            "schedule document \"areas\" version 1 is not what was imported",
        ),
        (
            "UPDATE bulletin_versions SET facts = replace(facts, 'Tin TIN-3', 'Tin khác') WHERE code = 'TIN-3'",
            "UPDATE bulletin_versions SET facts = replace(facts, 'Tin khác', 'Tin TIN-3') WHERE code = 'TIN-3'",
            "bulletin TIN-3 version 1 is not what was approved",
        ),
        (
            "UPDATE envelopes SET body = replace(body, 'vnd.loa', 'vnd.LOA') WHERE payload_type LIKE '%manifest%'",
            "UPDATE envelopes SET body = replace(body, 'vnd.LOA', 'vnd.loa') WHERE payload_type LIKE '%manifest%'",
            "has another manifest than was signed",
        ),
        (
            "UPDATE standing_choices SET choice = 'accept' WHERE id = 1",
            "UPDATE standing_choices SET choice = 'decline' WHERE id = 1",
            "differs: ",
        ),
        (
            "UPDATE rundowns SET planned_from = replace(planned_from, '\"standing_choices\":1', '\"standing_choices\":0')",
            "UPDATE rundowns SET planned_from = replace(planned_from, '\"standing_choices\":0', '\"standing_choices\":1')
             WHERE issued_at > '2024-06-10T01:00:00+00:00' OR version > 1",
            "differs: ",
        ),
    ] {
        sqlx::query(change).execute(&mut database).await.unwrap();
        audit(&[]).refused(3, words);
        sqlx::query(back).execute(&mut database).await.unwrap();
        audit(&[]).well();
    }
    // Rundowns from before marks were kept: by times, which prove nothing where they do not fit.
    let bare = "UPDATE rundowns SET planned_from = NULL, issue = NULL";
    sqlx::query(bare).execute(&mut database).await.unwrap();
    audit(&[]).refused(3, "by their times alone");
    for (kind, version, at) in [
        ("areas", 1, "2024-06-10T01:00:00+00:00"),
        ("stations", 1, "2024-06-10T01:00:00+00:00"),
        ("grid", 1, "2024-06-10T01:00:00+00:00"),
        ("orders", 2, "2024-06-11T22:41:07.123456+00:00"),
    ] {
        let then = "UPDATE schedule_documents SET imported_at = $1 WHERE kind = $2 AND version = $3";
        sqlx::query(then).bind(at).bind(kind).bind(version).execute(&mut database).await.unwrap();
    }
    audit(&[]).well();
    // What happened within one microsecond they cannot tell apart.
    audit(&["--version", "1"]).refused(3, "cannot be told");

    let forged = "UPDATE rundowns SET body = replace(body, '\"sig\":\"', '\"sig\":\"AAAA')";
    sqlx::query(forged).execute(&mut database).await.unwrap();
    audit(&[]).refused(3, "its signature is not the center's");
}
