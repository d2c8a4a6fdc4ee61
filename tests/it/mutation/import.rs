//! Damaged folders of schedules and bulletins through the real import with its check: every round ends with sentences
//! that name a file, or well, and nothing is stored.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use loa::audio::worker::Worker;
use loa::center::import::Meant;
use loa::center::{Center, StoreChoice};

use crate::helpers::chain::Province;
use crate::helpers::mutate::{Chance, Rounds, distort};
use crate::helpers::running::loa;
use crate::helpers::sound::write_tones;

/// Longest time for one import, however it is damaged, on a machine that does other things as well.
const LONGEST: Duration = Duration::from_secs(60);
/// Letters of the longest sentence worth reading.
const LONGEST_SENTENCE: usize = 1000;
const BULLETINS: &str = "bulletins";
const SCHEDULES: &str = "schedules";

/// The folders as they lie in the repository, with short tones beside the texts.
fn lay_out(province: &Province) -> Vec<(PathBuf, String)> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for room in [SCHEDULES, BULLETINS] {
        for entry in std::fs::read_dir(sources.join(room)).unwrap().flatten() {
            let from = entry.path();
            let known = from.extension().is_some_and(|ending| ending == "toml" || ending == "csv");
            if !known {
                continue;
            }
            let to = province.path(room).join(entry.file_name());
            std::fs::copy(&from, &to).unwrap();
            if room == BULLETINS {
                write_tones(&to.with_extension("wav"), 1 + u32::try_from(files.len()).unwrap(), 1200);
            }
            files.push((to.clone(), std::fs::read_to_string(&to).unwrap()));
        }
    }
    files.sort();
    files
}

/// Everything that is stored, in order.
async fn stored(database: &mut sqlx::SqliteConnection) -> Vec<String> {
    let mut all = Vec::new();
    for (table, column) in [("schedule_documents", "digest"), ("bulletin_versions", "digest"), ("bulletin_steps", "at")]
    {
        let rows: Vec<(String,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {column} FROM {table} ORDER BY 1")))
                .fetch_all(&mut *database)
                .await
                .unwrap();
        all.extend(rows.into_iter().map(|(digest,)| format!("{table} {digest}")));
    }
    all
}

/// Damages one to three of the files; those damaged.
fn damage_some(files: &[(PathBuf, String)], chance: &mut Chance) -> Vec<PathBuf> {
    let mut damaged = Vec::new();
    for _ in 0..=chance.below(3) {
        let (file, text) = chance.one_of(files);
        std::fs::write(file, distort(text, chance)).unwrap();
        damaged.push(file.clone());
    }
    damaged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_folders_are_answered_with_sentences_and_store_nothing() {
    let province = Province::new(1);
    let files = lay_out(&province);
    province.loa(&["import", &province.text(SCHEDULES), &province.text(BULLETINS)]).well();
    let worker = Worker::new(env!("CARGO_BIN_EXE_loa"), Vec::new());
    let center = Center::open(&province.data(), &StoreChoice::Folder, worker).await.unwrap();
    let mut database = province.database().await;
    let before = stored(&mut database).await;
    assert!(before.len() > 5, "{before:?}");
    let today = chrono::NaiveDate::from_ymd_opt(2024, 6, 12).unwrap();
    let (mut refused, mut well, mut commands, mut slowest) = (0, 0, 0, Duration::ZERO);
    let mut rounds = Rounds::begin("damaged folders");
    while let Some(mut chance) = rounds.next() {
        let round = rounds.done();
        let damaged = damage_some(&files, &mut chance);
        let schedules = damaged.iter().any(|file| file.starts_with(province.path(SCHEDULES)));
        let bulletins = damaged.iter().any(|file| file.starts_with(province.path(BULLETINS)));
        let mut folders = Vec::new();
        folders.extend(schedules.then(|| province.path(SCHEDULES)));
        folders.extend(bulletins.then(|| province.path(BULLETINS)));
        let begun = Instant::now();
        if chance.below(40) == 0 {
            let mut args = vec!["import".to_string(), "--check".into()];
            args.extend(folders.iter().map(|folder| folder.display().to_string()));
            let done = loa(&province.data(), &args.iter().map(String::as_str).collect::<Vec<_>>());
            assert!([0, 2].contains(&done.code), "round {round}: {damaged:?}: {done:#?}");
            assert!(!done.err.contains("panicked"), "round {round}: {done:#?}");
            commands += 1;
        } else {
            let imported = center.import(&folders, Meant { check: true, ..Meant::default() }, today).await;
            let imported = imported.unwrap_or_else(|error| panic!("round {round}: {damaged:?}: {error}"));
            for found in &imported.found {
                let length = found.sentence.chars().count();
                assert!((1..=LONGEST_SENTENCE).contains(&length), "round {round}: {length} letters: {found:#?}");
                let controls = found.sentence.chars().any(char::is_control);
                assert!(!controls && !found.sentence.contains("panicked"), "round {round}: {found:#?}");
                assert!(!found.file.as_os_str().is_empty() && found.line != Some(0), "round {round}: {found:#?}");
            }
            assert!(imported.changes.is_empty(), "round {round}: {imported:#?}");
            if imported.refused() { refused += 1 } else { well += 1 }
        }
        slowest = slowest.max(begun.elapsed());
        assert!(begun.elapsed() < LONGEST, "round {round} took {:?}: {damaged:?}", begun.elapsed());
        for (file, text) in &files {
            if damaged.contains(file) {
                std::fs::write(file, text).unwrap();
            }
        }
        if round.is_multiple_of(50) {
            assert_eq!(stored(&mut database).await, before, "round {round}");
        }
    }
    assert_eq!(stored(&mut database).await, before);
    println!("{} rounds: {refused} refused, {well} well, {commands} by command, slowest {slowest:.1?}", rounds.done());
}
