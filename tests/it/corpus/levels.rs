//! Loudness and true peak of ten kinds of files, as `loa probe` gives them and as ffmpeg's EBU R 128 meter does for the
//! same mix at 48 kHz.

use super::kit::Kit;
use crate::helpers::running::loa;
use crate::helpers::sound::ffmpeg;

/// Six channels that all sound, each at its own level.
const SURROUND: &str = "pan=5.1|c0=c0|c1=0.7*c0|c2=0.9*c0|c3=0.3*c0|c4=0.5*c0|c5=0.4*c0";

/// Name, channels, and how ffmpeg makes it from speech.
const FILES: [(&str, usize, &[&str]); 10] = [
    ("128k.mp3", 2, &["-ar", "44100", "-af", "pan=stereo|c0=c0|c1=0.6*c0", "-b:a", "128k"]),
    ("22k.mp3", 1, &["-ar", "22050", "-b:a", "48k"]),
    ("aac.m4a", 2, &["-ar", "48000", "-ac", "2", "-c:a", "aac", "-b:a", "128k"]),
    ("surround.flac", 6, &["-ar", "48000", "-af", SURROUND]),
    ("u8.wav", 1, &["-ar", "8000", "-c:a", "pcm_u8"]),
    ("s24.wav", 2, &["-ar", "96000", "-af", "pan=stereo|c0=0.5*c0|c1=c0", "-c:a", "pcm_s24le"]),
    ("hot.wav", 1, &["-ar", "44100", "-af", "volume=14dB", "-c:a", "pcm_f32le"]),
    ("vorbis.ogg", 1, &["-ar", "32000", "-c:a", "libvorbis"]),
    ("opus.opus", 1, &["-ar", "48000", "-c:a", "libopus", "-b:a", "32k"]),
    ("s16.aiff", 2, &["-ar", "44100", "-ac", "2"]),
];

/// Loudness in LUFS and true peak in dBTP of the mean of all channels, as ffmpeg finds them.
fn heard_by_ffmpeg(file: &str, channels: usize) -> (f64, f64) {
    let share = 1.0 / channels as f64;
    let mean: Vec<String> = (0..channels).map(|channel| format!("{share}*c{channel}")).collect();
    let filters = format!(
        "aformat=sample_fmts=flt,pan=mono|c0={},aresample=48000,ebur128=peak=true:metadata=1,\
         ametadata=mode=print:file=-",
        mean.join("+")
    );
    let text = String::from_utf8(ffmpeg(&["-i", file, "-vn", "-af", &filters, "-f", "null", "-"])).unwrap();
    let last = |key: &str| -> f64 {
        let line = text.lines().rev().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("no {key} from ffmpeg")).parse().unwrap()
    };
    (last("lavfi.r128.I"), 20.0 * last("lavfi.r128.true_peaks_ch0").log10())
}

#[test]
fn loudness_and_true_peak_of_ten_kinds_of_files_are_those_of_ffmpeg() {
    let kit = Kit::of("24", "20");
    let mut wrong = Vec::new();
    for (name, channels, args) in FILES {
        let path = kit.folder().join(name);
        std::fs::write(&path, kit.speech(name.rsplit('.').next().unwrap(), args)).unwrap();
        let file = path.to_str().unwrap();
        let (lufs, dbtp) = heard_by_ffmpeg(file, channels);
        let ours = loa(kit.folder(), &["probe", "--json", file]).well().json();
        let level = |field: &str| ours[field].as_f64().unwrap_or_else(|| panic!("{name}: no {field}"));
        let (apart_lu, apart_db) = (level("integrated_lufs") - lufs, level("true_peak_dbtp") - dbtp);
        println!("{name}: {lufs:.2} LUFS {apart_lu:+.3}, {dbtp:.2} dBTP {apart_db:+.3}");
        assert_eq!(ours["channels"], channels, "{name}");
        if apart_lu.abs() > 0.1 || apart_db.abs() > 0.2 {
            wrong.push(format!("{name}: {apart_lu:+.3} LU, {apart_db:+.3} dB"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
