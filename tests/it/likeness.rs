//! The whole library is searched for a recording that is uploaded again: as the same file, as another file of the
//! same sound, or as a part. Speech of the same voice that says something else is not taken for it.

use std::path::{Path, PathBuf};

use loa::audio::findings::{Finding, Report};
use loa::audio::worker::Worker;
use loa::center::import::Meant;
use loa::center::{Center, StoreChoice};

use crate::helpers::sound::ffmpeg;

/// A passage of one of the sample bulletins; all are read by the same voice.
fn passage(file: &Path, bulletin: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("bulletins").join(bulletin);
    ffmpeg(&["-ss", "12", "-t", "24", "-i", source.to_str().unwrap(), "-ac", "1", file.to_str().unwrap()]);
}

fn convert(from: &Path, name: &str, args: &[&str]) -> PathBuf {
    let to = from.with_file_name(name);
    ffmpeg(&[&["-i", from.to_str().unwrap()], args, &[to.to_str().unwrap()]].concat());
    to
}

/// Imports the unit in which everything airs.
async fn found_province(center: &Center, folder: &Path) {
    let schedules = folder.join("schedules");
    std::fs::create_dir(&schedules).unwrap();
    let areas = "code,valid_from,valid_to,level,kind,name,parent,successor\n49,2024-01-01,,province,tỉnh,Thử,,\n";
    std::fs::write(schedules.join("areas.csv"), areas).unwrap();
    import(center, schedules).await;
}

async fn import(center: &Center, folder: PathBuf) {
    let imported = center.import(&[folder], Meant::default(), "2024-06-01".parse().unwrap()).await.unwrap();
    assert!(!imported.refused(), "{imported:#?}");
}

/// Takes a file in as a bulletin and gives what the check found of likeness.
async fn take(center: &Center, code: &str, file: &Path) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    // What it is, is told by content: the ending says nothing.
    std::fs::copy(file, folder.path().join("tin.mp3")).unwrap();
    let text = format!(
        "code = \"{code}\"\ntitle = \"Tin {code}\"\ntopic = 1\npriority = \"ordinary\"\nproducer = \"Sở\"\nlanguage = \"vi\"\n\
         source_document = \"\"\ntranscript = \"Lời.\"\nairs_in = [\"49\"]\nairs_from = 2024-06-01\nairs_to = 2024-06-30\n"
    );
    std::fs::write(folder.path().join("tin.toml"), text).unwrap();
    import(center, folder.path().to_path_buf()).await;
    let version = center.bulletin(&code.parse().unwrap()).await.unwrap();
    let waveform = center.waveform(&version.sound.rendition).await.unwrap().expect("a waveform");
    assert_eq!((waveform.duration_ms, waveform.peaks.len()), (version.sound.duration_ms, 1000));
    let report: Report = serde_json::from_str(&version.findings).unwrap();
    report.findings.into_iter().filter(|finding| finding.code.ends_with("duplicate")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_uploaded_again_is_found_however_it_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let worker = Worker::new(env!("CARGO_BIN_EXE_loa"), Vec::new());
    let center = Center::open(&folder.path().join("data"), &StoreChoice::Folder, worker).await.unwrap();
    found_province(&center, folder.path()).await;
    let (one, other) = (folder.path().join("one.wav"), folder.path().join("other.wav"));
    passage(&one, "01-ba-con-do-di-lai.mp3");
    passage(&other, "03-nam-2024-lam-gi.mp3");
    assert_eq!(take(&center, "GOC-1", &one).await, []);
    assert_eq!(take(&center, "KHAC-1", &other).await, [], "the same voice says something else");

    let same = take(&center, "LAI-1", &one).await;
    assert_eq!(same.len(), 1, "{same:#?}");
    assert!(same[0].code == "duplicate" && same[0].message.contains("GOC-1"), "{same:#?}");

    let joined = folder.path().join("list.txt");
    std::fs::write(&joined, format!("file '{0}'\nfile '{1}'\nfile '{0}'\n", other.display(), one.display())).unwrap();
    let longer = folder.path().join("longer.mp3");
    ffmpeg(&["-f", "concat", "-safe", "0", "-i", joined.to_str().unwrap(), "-b:a", "64k", longer.to_str().unwrap()]);
    let changed = [
        ("NHO-1", convert(&one, "quiet.mp3", &["-b:a", "40k", "-af", "volume=-10dB"]), 0),
        ("CAT-1", convert(&one, "cut.m4a", &["-ss", "1.37", "-c:a", "aac", "-b:a", "48k", "-ar", "44100"]), 1),
        ("PHAN-1", convert(&one, "part.ogg", &["-ss", "7.3", "-t", "10", "-c:a", "libopus", "-b:a", "24k"]), 7),
    ];
    for (code, file, second) in &changed {
        let found = take(&center, code, file).await;
        let named = found.iter().find(|finding| finding.message.contains("GOC-1"));
        let named = named.unwrap_or_else(|| panic!("{code}: {found:#?}"));
        assert_eq!(named.code, "near_duplicate");
        assert!(named.message.contains(&format!("bắt đầu ở 0:0{second}")), "{code}: {}", named.message);
        assert!(found.iter().all(|finding| !finding.message.contains("KHAC-1")), "{code}: {found:#?}");
    }
    let found = take(&center, "GOP-1", &longer).await;
    for part in ["GOC-1", "KHAC-1"] {
        assert!(found.iter().any(|finding| finding.message.contains(part)), "{part}: {found:#?}");
    }
    // A new version of a bulletin is not a duplicate of its own earlier one.
    let again = take(&center, "KHAC-1", &convert(&other, "other.mp3", &["-b:a", "64k"])).await;
    assert!(again.iter().all(|finding| !finding.message.contains("KHAC-1")), "{again:#?}");
}
