//! Taking in a 30-minute MP3 of speech, beside what others do with the same file in the same run: `loudgain` (loudness
//! and true peak only), and two passes of `ffmpeg` (scan, gain, Opus at the same bit rate and complexity). Then memory:
//! the same for 5 minutes and for two hours. Needs ffmpeg, espeak-ng and loudgain.
//! `cargo bench --bench ingest`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench stops at the first failure and prints")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use loa::audio::worker::{Mending, Worker};

const RUNS: usize = 3;

/// What is spoken; sentences of a commune's daily programme.
const SENTENCES: [&str; 10] = [
    "Kính thưa quý vị và các bạn, đây là chương trình phát thanh của Đài truyền thanh xã.",
    "Ủy ban nhân dân xã thông báo lịch tiêm chủng mở rộng cho trẻ em dưới năm tuổi tại trạm y tế xã.",
    "Đề nghị bà con chủ động phòng chống dịch sốt xuất huyết, diệt lăng quăng, dọn vệ sinh quanh nhà.",
    "Trong hai mươi tư giờ tới khu vực có mưa to đến rất to, đề phòng lũ quét và sạt lở đất.",
    "Hợp tác xã nông nghiệp hướng dẫn bà con bón phân đợt hai cho lúa đông xuân.",
    "Công an xã nhắc nhở người dân cảnh giác với các cuộc gọi lừa đảo.",
    "Từ bảy giờ đến mười một giờ ngày mai, các thôn một, hai và ba tạm ngừng cung cấp điện.",
    "Đoàn thanh niên phát động phong trào trồng cây xanh, làm sạch đường làng ngõ xóm.",
    "Hội phụ nữ xã tổ chức lớp tập huấn vay vốn ngân hàng chính sách xã hội.",
    "Chương trình truyền thanh đến đây là hết, xin kính chào và hẹn gặp lại quý vị.",
];

/// The scan, the gain and the encoding that others would script.
const SCRIPT: &str = r#"
I=$(ffmpeg -nostats -hide_banner -i "$1" -vn -ac 1 -ar 48000 -af ebur128=framelog=verbose:peak=true -f null - 2>&1 \
    | awk '/^ *I: /{v=$2} END{print v}')
G=$(awk -v i="$I" 'BEGIN{printf "%.2f", -16-i}')
exec ffmpeg -v error -y -i "$1" -vn -ac 1 -ar 48000 -af "volume=${G}dB" -c:a libopus -b:a 24k -application voip \
    -compression_level 10 "$2"
"#;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let speech = make_speech(folder.path());
    let file = cut(&speech, folder.path(), 1800);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let worker = Worker::new(env!("CARGO_BIN_EXE_loa"), Vec::new());
    let opus = folder.path().join("theirs.opus");
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..RUNS {
        times[0].push(timed(|| assert!(run(Command::new("loudgain").args(["-s", "s"]).arg(&file)))));
        times[1].push(timed(|| drop(runtime.block_on(worker.check(&file)).unwrap())));
        let script = |command: &mut Command| run(command.args(["-c", SCRIPT, "sh"]).arg(&file).arg(&opus));
        times[2].push(timed(|| assert!(script(&mut Command::new("sh")))));
        times[3].push(timed(|| drop(ingest(&runtime, &worker, &file))));
    }
    let [loudgain, check, ffmpeg, ingest_time] = times.map(|mut runs| {
        runs.sort();
        runs
    });
    let median = |runs: &[Duration]| runs[RUNS / 2].as_secs_f64();
    let line = |name: &str, ours: &[Duration], other: &str, theirs: &[Duration]| {
        println!(
            "{name}: {:.2} s ({:.2?} to {:.2?}); {other} {:.2} s ({:.2?} to {:.2?}); ratio {:.2}",
            median(ours),
            ours[0],
            ours[RUNS - 1],
            median(theirs),
            theirs[0],
            theirs[RUNS - 1],
            median(ours) / median(theirs)
        );
    };
    line("analysis of 30:00", &check, "loudgain", &loudgain);
    line("ingest of 30:00", &ingest_time, "ffmpeg, two passes", &ffmpeg);
    for seconds in [300, 1800, 7200] {
        let file = cut(&speech, folder.path(), seconds);
        let (begun, before) = (Instant::now(), resident_kib(std::process::id()));
        let peak = watched(|| drop(ingest(&runtime, &worker, &file)));
        println!(
            "memory for {} min: child {:.1} MiB, this process grew {:.1} MiB; {:.1?}",
            seconds / 60,
            peak as f64 / 1024.0,
            resident_kib(std::process::id()).saturating_sub(before) as f64 / 1024.0,
            begun.elapsed()
        );
    }
}

fn ingest(runtime: &tokio::runtime::Runtime, worker: &Worker, file: &Path) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    let done = runtime.block_on(worker.ingest(file, out.path(), Mending::default())).unwrap();
    assert!(done.rendered.is_some(), "refused: {:?}", done.report);
    out
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn run(command: &mut Command) -> bool {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; install it"));
    output.status.success()
}

/// Ten minutes of speech with a slow swell.
fn make_speech(folder: &Path) -> PathBuf {
    let (text, spoken, speech) = (folder.join("text"), folder.join("spoken.wav"), folder.join("speech.wav"));
    let words: Vec<String> =
        (0..160_usize).map(|number| format!("{} Bản tin số {number}.", SENTENCES[number * 7 % 10])).collect();
    std::fs::write(&text, words.join("\n\n")).unwrap();
    assert!(run(Command::new("espeak-ng")
        .args(["-v", "vi", "-s", "150", "-a", "60", "-f"])
        .arg(&text)
        .arg("-w")
        .arg(&spoken)));
    let swell = "volume='0.5+0.25*sin(2*PI*t/37)':eval=frame";
    assert!(run(Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(&spoken)
        .args(["-af", swell])
        .arg(&speech)));
    speech
}

/// So many seconds of it, as the MP3 that stations send.
fn cut(speech: &Path, folder: &Path, seconds: u32) -> PathBuf {
    let file = folder.join(format!("{seconds}.mp3"));
    let length = seconds.to_string();
    let form = ["-t", &length, "-ar", "44100", "-ac", "2", "-c:a", "libmp3lame", "-b:a", "128k"];
    let mut command = Command::new("ffmpeg");
    assert!(run(command.args(["-v", "error", "-y", "-stream_loop", "-1", "-i"]).arg(speech).args(form).arg(&file)));
    file
}

/// The highest resident size of any child while `work` runs, in KiB.
fn watched(work: impl FnOnce()) -> u64 {
    let (done, peak) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for child in children() {
                    peak.fetch_max(resident_kib(child), Ordering::Relaxed);
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        work();
        done.store(true, Ordering::Relaxed);
    });
    peak.into_inner()
}

fn children() -> Vec<u32> {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()).collect()
}

/// The highest resident size that a process has had, in KiB.
fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
