//! Damaged recordings of every container, through the contained child as the center runs it: each is accepted or
//! refused with a sentence, within memory and time.

use std::path::Path;
use std::time::{Duration, Instant};

use loa::audio::findings::Verdict;
use loa::audio::worker::Worker;

use crate::helpers::mutate::{Rounds, damage};
use crate::helpers::sound::ffmpeg;

/// Longest time that a second of sound may take, however it is damaged.
const LONGEST: Duration = Duration::from_secs(60);

const KINDS: [(&str, &[&str]); 12] = [
    ("mp3", &["-b:a", "48k"]),
    ("m4a", &["-c:a", "aac"]),
    ("m4a", &["-c:a", "aac", "-movflags", "faststart"]),
    ("mp4", &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"]),
    ("m4a", &["-c:a", "alac"]),
    ("aac", &["-c:a", "aac"]),
    ("flac", &[]),
    ("wav", &["-c:a", "pcm_s24le", "-ac", "2"]),
    ("wav", &["-c:a", "pcm_f32le"]),
    ("aiff", &[]),
    ("ogg", &["-c:a", "libvorbis"]),
    ("opus", &["-c:a", "libopus", "-ar", "48000"]),
];

fn whole(folder: &Path) -> Vec<Vec<u8>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("bulletins/04-ba-con-noi-that.mp3");
    let input = ["-ss", "14", "-t", "1.5", "-i", source.to_str().unwrap(), "-ar", "22050", "-ac", "1"];
    let one = |(ending, args): &(&str, &[&str])| {
        let target = folder.join(format!("whole.{ending}"));
        ffmpeg(&[&input, *args, &[target.to_str().unwrap()]].concat());
        std::fs::read(&target).unwrap()
    };
    KINDS.iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_recordings_are_answered_and_crash_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let kinds = whole(folder.path());
    let worker = Worker { wall_clock: LONGEST, ..Worker::new(env!("CARGO_BIN_EXE_loa"), Vec::new()) };
    let file = folder.path().join("damaged");
    let (mut accepted, mut stopped, mut slowest) = (0, 0, Duration::ZERO);
    let mut rounds = Rounds::begin("damaged recordings");
    while let Some(mut chance) = rounds.next() {
        let round = rounds.done();
        let bytes = damage(&kinds[chance.below(kinds.len())], &mut chance);
        std::fs::write(&file, &bytes).unwrap();
        let begun = Instant::now();
        let report = worker.check(&file).await.unwrap_or_else(|error| panic!("round {round}: {error}"));
        slowest = slowest.max(begun.elapsed());
        assert!(begun.elapsed() < LONGEST, "round {round} took {:?}", begun.elapsed());
        let refusal = report.findings.iter().find(|finding| report.refused_for(&finding.code));
        assert_eq!(refusal.is_some(), report.verdict == Verdict::Refused, "round {round}: {report:#?}");
        assert!(report.findings.iter().all(|finding| !finding.message.is_empty() && !finding.remedy.is_empty()));
        accepted += u64::from(report.verdict == Verdict::Accepted);
        stopped += u64::from(report.has("resource_limit"));
    }
    println!("{} rounds: {accepted} accepted, {stopped} stopped by a limit, slowest {slowest:.1?}", rounds.done());
}
