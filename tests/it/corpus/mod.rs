//! Bad and odd files, made here, through `loa probe FILE --json` as scripts run it: each with the verdict and the code
//! that it must get. No sentence shows a path or the words of a library.

mod kit;
mod levels;
mod memory;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kit::{Kit, ape, cut, floats, id3, id3_picture, patched, wav};

use crate::helpers::running::loa;

/// What a file must get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    /// Accepted without a word.
    Pass,
    /// Accepted, with this finding.
    Warn(&'static str),
    /// Refused for this.
    Refuse(&'static str),
    /// Refused for one of these: which limit is met first is not for us to choose.
    RefuseEither(&'static str, &'static str),
}

use Must::{Pass, Refuse, RefuseEither, Warn};

type Case = (String, Vec<u8>, Must);

fn case(name: impl Into<String>, bytes: impl Into<Vec<u8>>, must: Must) -> Case {
    (name.into(), bytes.into(), must)
}

/// Formats that people have.
fn formats(kit: &Kit) -> Vec<Case> {
    let pcm = |codec: &'static str| kit.speech("wav", &["-c:a", codec]);
    let rate = |hertz: &'static str| kit.speech("wav", &["-ar", hertz]);
    let channels = |count: &'static str| kit.speech("wav", &["-ac", count]);
    let mp3 = kit.speech("mp3", &["-b:a", "64k"]);
    let vorbis = kit.speech("ogg", &["-c:a", "libvorbis"]);
    let opus = kit.speech("opus", &["-c:a", "libopus"]);
    let tone = kit.from(
        &["-f", "lavfi", "-i", "testsrc=d=3:s=64x64:r=5", "-i", kit.folder().join("speech.wav").to_str().unwrap()],
        "mp4",
        &["-c:v", "mpeg4", "-c:a", "aac", "-shortest"],
    );
    vec![
        case("cbr.mp3", mp3.clone(), Pass),
        case("vbr.mp3", kit.speech("mp3", &["-q:a", "5"]), Pass),
        case("8k.mp3", kit.speech("mp3", &["-ar", "8000", "-b:a", "16k"]), Warn("low_sample_rate")),
        case("no-xing.mp3", kit.speech("mp3", &["-b:a", "64k", "-write_xing", "0"]), Pass),
        case("aac.m4a", kit.speech("m4a", &["-c:a", "aac"]), Pass),
        case("faststart.m4a", kit.speech("m4a", &["-c:a", "aac", "-movflags", "faststart"]), Pass),
        case(
            "fragmented.m4a",
            kit.speech("mp4", &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "500000"]),
            Pass,
        ),
        case("alac.m4a", kit.speech("m4a", &["-c:a", "alac"]), Pass),
        case("film.mp4", tone, Pass),
        case("adts.aac", kit.speech("aac", &["-c:a", "aac"]), Pass),
        case("16.flac", kit.speech("flac", &[]), Pass),
        case("24.flac", kit.speech("flac", &["-sample_fmt", "s32"]), Pass),
        case("u8.wav", pcm("pcm_u8"), Pass),
        case("s16.wav", pcm("pcm_s16le"), Pass),
        case("s24.wav", pcm("pcm_s24le"), Pass),
        case("s32.wav", pcm("pcm_s32le"), Pass),
        case("f32.wav", pcm("pcm_f32le"), Pass),
        case("f64.wav", pcm("pcm_f64le"), Pass),
        case("alaw.wav", pcm("pcm_alaw"), Pass),
        case("mulaw.wav", pcm("pcm_mulaw"), Pass),
        case("s16.aiff", kit.speech("aiff", &[]), Pass),
        case("s24.aiff", kit.speech("aiff", &["-c:a", "pcm_s24be"]), Pass),
        case("sowt.aifc", kit.speech("aiff", &["-c:a", "pcm_s16le"]), Pass),
        case("vorbis.ogg", vorbis.clone(), Pass),
        case("opus.opus", opus.clone(), Pass),
        case("8k.wav", rate("8000"), Warn("low_sample_rate")),
        case("11k.wav", rate("11025"), Warn("low_sample_rate")),
        case("96k.wav", rate("96000"), Pass),
        case("192k.wav", rate("192000"), Pass),
        case("stereo.wav", channels("2"), Warn("stereo_downmixed")),
        case("3-channels.wav", channels("3"), Warn("channel_dead")),
        case("5.1.wav", channels("6"), Warn("channel_dead")),
        case("8-channels.wav", channels("8"), Warn("channel_dead")),
        case("8-channels.flac", kit.speech("flac", &["-ac", "8"]), Warn("channel_dead")),
        case("chained.ogg", [vorbis.clone(), vorbis].concat(), Pass),
        case("chained.opus", [opus.clone(), opus].concat(), Pass),
        case("chained.mp3", [mp3.clone(), mp3.clone()].concat(), Refuse("lying")),
        case("huge-tag.mp3", id3(9_000_000, &mp3), Pass),
        case("huge-picture.mp3", id3_picture(9_000_000, &mp3), Pass),
        case("ape.mp3", ape(&mp3), Pass),
        case("flac-called.mp3", kit.speech("flac", &[]), Pass),
        case("no-ending", mp3.clone(), Pass),
        case("bản tin số 1 – Đắk Nông.mp3", mp3.clone(), Pass),
        case("two\nlines.mp3", mp3.clone(), Pass),
        case("--json", mp3.clone(), Pass),
        case("with \"quotes\" and $(id).mp3", mp3, Pass),
    ]
}

/// Files that lost their end, at many points.
fn truncated(kit: &Kit) -> Vec<Case> {
    let whole: [(&str, Vec<u8>); 8] = [
        ("mp3", kit.speech("mp3", &["-b:a", "64k"])),
        ("wav", kit.speech("wav", &[])),
        ("flac", kit.speech("flac", &[])),
        ("aiff", kit.speech("aiff", &[])),
        ("m4a", kit.speech("m4a", &["-c:a", "aac"])),
        ("fast.m4a", kit.speech("m4a", &["-c:a", "aac", "-movflags", "faststart"])),
        ("ogg", kit.speech("ogg", &["-c:a", "libvorbis"])),
        ("opus", kit.speech("opus", &["-c:a", "libopus"])),
    ];
    let mut cases = Vec::new();
    for (ending, bytes) in &whole {
        for percent in [10, 25, 50, 65] {
            // An M4A whose index is at its end loses everything; the others are told how much is missing.
            let must = if *ending == "m4a" { RefuseEither("truncated", "undecodable") } else { Refuse("truncated") };
            cases.push(case(format!("{percent}.{ending}"), cut(bytes, percent), must));
        }
        cases.push(case(format!("20-bytes.{ending}"), bytes[..20].to_vec(), RefuseEither("truncated", "undecodable")));
    }
    cases
}

/// Headers that do not say what is there, or ask for absurd memory.
fn lying(kit: &Kit) -> Vec<Case> {
    let wave = kit.speech("wav", &[]);
    let flac = kit.speech("flac", &[]);
    let aiff = kit.speech("aiff", &[]);
    let m4a = kit.speech("m4a", &["-c:a", "aac", "-movflags", "faststart"]);
    let mp3 = kit.speech("mp3", &["-b:a", "64k"]);
    let lots = &[0x7f, 0xff, 0xff, 0xff][..];
    let with_count = |mark: &[u8], behind| patched(&m4a, mark, behind, lots);
    let no_moov = patched(&m4a, b"moov", 0, b"free");
    let mut head_only = wave[..44].to_vec();
    head_only[40..44].fill(0);
    vec![
        case(
            "more.wav",
            patched(&wave, b"data", 4, &(9_000_000_u32).to_le_bytes()),
            RefuseEither("truncated", "undecodable"),
        ),
        case("less.wav", patched(&wave, b"data", 4, &(60_000_u32).to_le_bytes()), RefuseEither("lying", "too_short")),
        case("streamed.wav", patched(&patched(&wave, b"data", 4, &[0xff; 4]), b"RIFF", 4, &[0xff; 4]), Pass),
        case("nothing.wav", head_only, RefuseEither("empty", "undecodable")),
        case("65535-channels.wav", wav(1, u16::MAX, 44_100, 16, &[0; 4000]), Refuse("undecodable")),
        case("0-channels.wav", wav(1, 0, 44_100, 16, &[0; 4000]), Refuse("undecodable")),
        case("0-hertz.wav", wav(1, 1, 0, 16, &[0; 4000]), Refuse("undecodable")),
        case("4-gigahertz.wav", wav(1, 1, u32::MAX / 2, 16, &[0; 4000]), Refuse("undecodable")),
        case("0-bits.wav", wav(1, 1, 44_100, 0, &[0; 4000]), Refuse("undecodable")),
        case("unknown-codec.wav", wav(0x1234, 1, 44_100, 16, &[0; 4000]), Refuse("undecodable")),
        case(
            "huge-format.wav",
            patched(&wave, b"fmt ", 4, &[0xff, 0xff, 0xff, 0x7f]),
            RefuseEither("undecodable", "truncated"),
        ),
        case("more.flac", patched(&flac, b"fLaC", 22, &[0xff; 4]), Refuse("truncated")),
        case("huge-block.flac", patched(&flac, b"fLaC", 5, &[0xff; 3]), RefuseEither("truncated", "undecodable")),
        case("other-count.aiff", patched(&aiff, b"COMM", 10, &[0x7f, 0xff, 0xff, 0xff]), Pass),
        case(
            "huge-comm.aiff",
            patched(&aiff, b"COMM", 4, &[0x7f, 0xff, 0xff, 0xff]),
            RefuseEither("undecodable", "truncated"),
        ),
        case("30-gb-sizes.m4a", with_count(b"stsz", 12), RefuseEither("resource_limit", "undecodable")),
        case("30-gb-times.m4a", with_count(b"stts", 8), RefuseEither("resource_limit", "undecodable")),
        case("30-gb-chunks.m4a", with_count(b"stsc", 8), RefuseEither("resource_limit", "undecodable")),
        case("30-gb-offsets.m4a", with_count(b"stco", 8), RefuseEither("resource_limit", "undecodable")),
        case("no-moov.m4a", no_moov, RefuseEither("undecodable", "no_audio")),
        case("huge-moov.m4a", patched(&m4a, b"moov", 0, b"moov"), Pass),
        case(
            "256-mb-tag.mp3",
            [&b"ID3\x03\0\0\x7f\x7f\x7f\x7f"[..], &mp3].concat(),
            RefuseEither("undecodable", "truncated"),
        ),
        case("only-tag.mp3", id3(100_000, &[]), Refuse("undecodable")),
    ]
}

/// Sound that may not air, and sound that is odd.
fn odd(kit: &Kit) -> Vec<Case> {
    let lavfi = |what: &str| kit.from(&["-f", "lavfi", "-i", what], "wav", &[]);
    let float = |bytes: Vec<u8>| wav(3, 1, 16_000, 32, &bytes);
    let other = |ending, args: &[&str]| kit.speech(ending, args);
    vec![
        case("silence.wav", lavfi("anullsrc=d=3:r=16000"), Refuse("silent")),
        case("one-sample.wav", wav(1, 1, 44_100, 16, &[1, 2]), Refuse("too_short")),
        case("half-a-second.wav", wav(3, 1, 16_000, 32, &floats(1, |_, s| s)[..32_000]), Refuse("too_short")),
        case("constant.wav", float(floats(3, |_, _| 0.5)), Refuse("silent")),
        case("all-nan.wav", float(floats(3, |_, _| f32::NAN)), Refuse("silent")),
        case("some-nan.wav", float(floats(3, |i, s| if i % 50 == 0 { f32::NAN } else { s })), Pass),
        case("infinite.wav", float(floats(3, |i, s| if i % 4000 == 0 { f32::INFINITY } else { s })), Pass),
        case("far-too-loud.wav", float(floats(3, |_, s| s * 1e6)), Warn("clipping")),
        case("hiss.wav", lavfi("anoisesrc=d=3:a=0.0002"), Refuse("silent")),
        case("whisper.wav", float(floats(3, |_, s| s * 0.02)), Warn("too_quiet")),
        case("adpcm.wav", other("wav", &["-c:a", "adpcm_ima_wav"]), Refuse("undecodable")),
        case("windows.wma", other("wma", &[]), Refuse("undecodable")),
        case("phone.amr", kit.from(&["-f", "lavfi", "-i", "sine=d=1"], "caf", &[]), Refuse("undecodable")),
        case("matroska.mka", other("mka", &["-c:a", "libopus"]), Refuse("undecodable")),
        case("layer2.mp2", other("mp2", &[]), Refuse("undecodable")),
        case("dolby.ac3", other("ac3", &[]), Refuse("undecodable")),
        case(
            "picture-only.mp4",
            kit.from(&["-f", "lavfi", "-i", "testsrc=d=2:s=64x64:r=5"], "mp4", &["-c:v", "mpeg4"]),
            RefuseEither("no_audio", "undecodable"),
        ),
    ]
}

/// Files that are no sound.
fn no_sound(kit: &Kit) -> Vec<Case> {
    let noise: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let picture = |ending| kit.from(&["-f", "lavfi", "-i", "testsrc=d=1:s=64x64:r=1"], ending, &["-frames:v", "1"]);
    let begins = |magic: &[u8]| [magic, &[7; 3000]].concat();
    vec![
        case("empty.mp3", [], Refuse("empty")),
        case("one-byte.mp3", [0xff], Refuse("undecodable")),
        case("zeros.mp3", vec![0; 500_000], Refuse("undecodable")),
        case("ones.mp3", vec![0xff; 500_000], Refuse("undecodable")),
        case("noise.mp3", noise, Refuse("undecodable")),
        case("text.mp3", "đây là chữ\n".repeat(500), Refuse("undecodable")),
        case("photo.mp3", picture("jpg"), Refuse("no_audio")),
        case("screen.wav", picture("png"), Refuse("no_audio")),
        case("moving.ogg", picture("gif"), Refuse("no_audio")),
        case("paper.mp3", begins(b"%PDF-1.7"), Refuse("no_audio")),
        case("word.mp3", begins(b"PK\x03\x04"), Refuse("no_audio")),
        case("old-word.mp3", begins(b"\xd0\xcf\x11\xe0"), Refuse("no_audio")),
        case("packed.mp3", begins(b"Rar!\x1a\x07"), Refuse("no_audio")),
        case("packed7.mp3", begins(b"7z\xbc\xaf\x27\x1c"), Refuse("no_audio")),
        case("program.mp3", begins(b"MZ\x90\0"), Refuse("no_audio")),
        case("elf.mp3", begins(b"\x7fELF\x02\x01"), Refuse("undecodable")),
        case("page.mp3", "<!DOCTYPE html><html><body>404</body></html>", Refuse("no_audio")),
        case("midi.mid", begins(b"MThd\0\0\0\x06"), Refuse("undecodable")),
    ]
}

/// Words of libraries and of the system that are no business of an uploader.
const INTERNALS: [&str; 12] = [
    "symphonia",
    "isomp4",
    "unsupported",
    "malformed",
    "error",
    "panic",
    "/tmp",
    "/work",
    "tempfile",
    ".rs",
    "end of stream",
    "codec",
];

/// Runs one file through the program; what is wrong with the answer, if anything.
fn judge(folder: &Path, (name, bytes, must): &Case) -> Result<(), String> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).map_err(|error| error.to_string())?;
    let done = loa(folder, &["probe", "--json", "--", path.to_str().unwrap()]);
    let accepted = matches!(must, Pass | Warn(_));
    let wanted = if accepted { 0 } else { 3 };
    if done.code != wanted {
        return Err(format!("exit {} instead of {wanted}: {} {}", done.code, done.out, done.err));
    }
    let report: loa::audio::findings::Report = serde_json::from_str(&done.out).map_err(|error| error.to_string())?;
    let found = match must {
        Pass => report.findings.iter().all(|finding| finding.severity == loa::audio::findings::Severity::Note),
        Warn(code) => report.has(code),
        Refuse(code) => report.refused_for(code),
        RefuseEither(one, other) => report.refused_for(one) || report.refused_for(other),
    };
    if !found {
        return Err(format!("{:?}", report.findings));
    }
    for finding in &report.findings {
        let text = format!("{} {}", finding.message, finding.remedy);
        if finding.remedy.is_empty() || INTERNALS.iter().any(|word| text.to_lowercase().contains(word)) {
            return Err(format!("not for an uploader: {text}"));
        }
        if text.contains(folder.to_str().unwrap()) {
            return Err(format!("shows a path: {text}"));
        }
    }
    Ok(())
}

#[test]
fn every_bad_and_odd_file_gets_the_verdict_it_must_get() {
    let kit = Kit::new();
    let cases: Vec<Case> =
        [formats(&kit), truncated(&kit), lying(&kit), odd(&kit), no_sound(&kit)].into_iter().flatten().collect();
    assert!(cases.len() >= 60, "only {} kinds", cases.len());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = judge(folder.path(), case) {
                        wrong.lock().unwrap().push(format!("{:?} must {:?}: {why}", case.0, case.2));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    println!("{} kinds of files", cases.len());
}

#[test]
fn what_is_no_file_is_a_wrong_call_and_not_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    loa(folder.path(), &["probe", "--json", folder.path().to_str().unwrap()]).refused(2, "not a regular file");
    loa(folder.path(), &["probe", "--json", "/dev/zero"]).refused(2, "not a regular file");
    let gone = folder.path().join("gone.mp3");
    loa(folder.path(), &["probe", "--json", gone.to_str().unwrap()]).refused(2, "gone.mp3");
}
