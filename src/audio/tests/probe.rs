//! The upload check: every kind of file, every refusal, every warning.

use super::*;
use crate::audio::measure::TruePeakMeter;

#[test]
fn every_format_is_told_by_content_and_measured() {
    let folder = folder();
    let formats: [(&str, &[&str], &str, &str); 11] = [
        ("a.mp3", &["-b:a", "64k"], "mp3", "mp3"),
        ("vbr.mp3", &["-q:a", "5"], "mp3", "mp3"),
        ("bare.mp3", &["-b:a", "64k", "-write_xing", "0"], "mp3", "mp3"),
        ("a.m4a", &["-c:a", "aac"], "mp4", "aac"),
        ("a.aac", &["-c:a", "aac", "-f", "adts"], "aac", "aac"),
        ("a.flac", &[], "flac", "flac"),
        ("s16.wav", &[], "wav", "pcm_s16le"),
        ("f32.wav", &["-c:a", "pcm_f32le", "-ac", "2"], "wav", "pcm_f32le"),
        ("a.aiff", &[], "aiff", "pcm_s16be"),
        ("vorbis.ogg", &["-c:a", "libvorbis"], "ogg", "vorbis"),
        ("opus.ogg", &["-c:a", "libopus", "-b:a", "32k"], "ogg", "opus"),
    ];
    for (name, args, container, codec) in formats {
        let made = speech_as(folder.path(), name, args);
        let disguised = folder.path().join("no-name");
        std::fs::rename(made, &disguised).expect("a renamed file");
        let report = check_file(&disguised);
        assert_eq!(report.verdict, Verdict::Accepted, "{name}: {report:#?}");
        assert_eq!(report.container.as_deref(), Some(container), "{name}");
        assert_eq!(report.codec.as_deref(), Some(codec), "{name}");
        let duration_ms = report.duration_ms.expect("a duration");
        assert!(duration_ms.abs_diff(3000) < 120, "{name}: {duration_ms} ms");
        let lufs = report.integrated_lufs.expect("a loudness");
        assert!((-25.0..-10.0).contains(&lufs), "{name}: {lufs} LUFS");
        assert!(report.true_peak_dbtp.is_some(), "{name}");
        assert!(!report.has("decode_errors"), "{name}: {report:#?}");
    }
}

#[test]
fn the_report_has_exactly_the_fields_of_the_contract() {
    let folder = folder();
    let json = serde_json::to_value(check_bytes(folder.path(), "x", b"junk")).expect("JSON");
    let mut fields: Vec<_> = json.as_object().expect("an object").keys().cloned().collect();
    fields.sort();
    let contract = "channels codec container declared_duration_ms duration_ms findings \
                    integrated_lufs sample_rate_hz sha256 true_peak_dbtp verdict";
    assert_eq!(fields.join(" "), contract);
    assert_eq!(json["verdict"], "refused");
    assert!(json["duration_ms"].is_null());
    let finding = &json["findings"][0];
    assert_eq!(finding["severity"], "refuse");
    assert_eq!(finding["code"], "undecodable");
    assert!(finding["at_ms"].is_null());
}

#[test]
fn an_empty_file_is_refused() {
    let folder = folder();
    assert_refused(&check_bytes(folder.path(), "a.mp3", b""), "empty");
}

#[test]
fn a_missing_file_and_a_folder_are_errors_not_refusals() {
    let folder = folder();
    let limits = Limits::default();
    assert!(check(&folder.path().join("none.mp3"), &limits).is_err());
    assert!(check(folder.path(), &limits).is_err());
}

#[test]
fn noise_is_refused_as_undecodable() {
    let folder = folder();
    let mut noise = Noise(7);
    let bytes: Vec<u8> = (0..200_000).map(|_| (noise.next() * 127.0) as u8).collect();
    let report = check_bytes(folder.path(), "a.mp3", &bytes);
    assert_eq!(report.verdict, Verdict::Refused, "{report:#?}");
}

#[test]
fn a_picture_named_mp3_is_refused_by_what_it_is() {
    let folder = folder();
    let picture = folder.path().join("a.jpg");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240", "-frames:v", "1"])
        .arg(&picture)
        .status()
        .expect("ffmpeg is needed by these tests: install it (apt-get install ffmpeg)");
    assert!(made.success());
    let bytes = std::fs::read(&picture).expect("a picture");
    let report = check_bytes(folder.path(), "a.mp3", &bytes);
    assert_refused(&report, "no_audio");
    assert!(report.findings[0].message.contains("ảnh JPEG"), "{report:#?}");
}

#[test]
fn a_film_without_sound_is_refused() {
    let folder = folder();
    let film = folder.path().join("film.mp4");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x64:duration=1", "-an"])
        .arg(&film)
        .status()
        .expect("ffmpeg is needed by these tests: install it (apt-get install ffmpeg)");
    assert!(made.success());
    assert_refused(&check_file(&film), "no_audio");
}

#[test]
fn files_cut_in_half_are_refused_as_truncated() {
    let folder = folder();
    let formats: [(&str, &[&str]); 8] = [
        ("a.mp3", &["-b:a", "64k"]),
        ("vbr.mp3", &["-q:a", "4"]),
        ("a.flac", &[]),
        ("s16.wav", &[]),
        ("a.aiff", &[]),
        ("front.m4a", &["-c:a", "aac", "-movflags", "+faststart"]),
        ("vorbis.ogg", &["-c:a", "libvorbis"]),
        ("opus.ogg", &["-c:a", "libopus"]),
    ];
    for (name, args) in formats {
        let whole = std::fs::read(speech_as(folder.path(), name, args)).expect("a file");
        let report = check_bytes(folder.path(), "half", &whole[..whole.len() / 2]);
        assert_refused(&report, "truncated");
        // An AIFF file that is cut can't be opened at all.
        let measured = report.duration_ms.is_some_and(|ms| ms > 0 && ms < 2100);
        assert!(measured || name == "a.aiff", "{name}: {report:#?}");
        let finding = &report.findings[0];
        assert!(finding.at_ms.is_some(), "{name}: {report:#?}");
    }
}

#[test]
fn an_m4a_that_lost_its_index_at_the_end_is_refused() {
    let folder = folder();
    let whole = std::fs::read(speech_as(folder.path(), "a.m4a", &["-c:a", "aac"])).expect("a file");
    let report = check_bytes(folder.path(), "half", &whole[..whole.len() / 2]);
    assert_eq!(report.verdict, Verdict::Refused, "{report:#?}");
}

#[test]
fn an_mp3_whose_header_promises_less_than_it_holds_is_lying() {
    let folder = folder();
    let mp3 = speech_as(folder.path(), "a.mp3", &["-b:a", "64k"]);
    let once = std::fs::read(mp3).expect("a file");
    let thrice = [once.as_slice(), &once, &once].concat();
    assert_refused(&check_bytes(folder.path(), "thrice.mp3", &thrice), "lying");
}

#[test]
fn a_wav_header_that_promises_too_much_or_too_little_is_refused() {
    let folder = folder();
    let whole = std::fs::read(speech_wav(folder.path())).expect("a file");
    let with_sizes = |riff: u32, data: u32| {
        let mut bytes = whole.clone();
        bytes[4..8].copy_from_slice(&riff.to_le_bytes());
        bytes[40..44].copy_from_slice(&data.to_le_bytes());
        bytes
    };
    let real = whole.len() as u32 - 44;
    let more = check_bytes(folder.path(), "more.wav", &with_sizes(10 * real + 36, 10 * real));
    assert_refused(&more, "truncated");
    let less = check_bytes(folder.path(), "less.wav", &with_sizes(real / 3 + 36, real / 3));
    assert_refused(&less, "lying");
    let none = check_bytes(folder.path(), "none.wav", &with_sizes(36, 0));
    assert_eq!(none.verdict, Verdict::Refused, "{none:#?}");
    let streamed = check_bytes(folder.path(), "s.wav", &with_sizes(u32::MAX, u32::MAX));
    assert_eq!(streamed.verdict, Verdict::Accepted, "{streamed:#?}");
}

#[test]
fn silence_is_refused_and_has_no_loudness() {
    let folder = folder();
    let wav = folder.path().join("silent.wav");
    write_wav(&wav, 16_000, 1, &vec![0.0; 32_000]);
    let report = check_file(&wav);
    assert_refused(&report, "silent");
    assert_eq!(report.integrated_lufs, None);
    assert_eq!(report.true_peak_dbtp, None);
    assert_eq!(report.duration_ms, Some(2000));
    assert!(!report.has("silence_head") && !report.has("silence_tail"));
}

#[test]
fn a_recording_under_a_second_is_refused_with_its_length() {
    let folder = folder();
    let wav = folder.path().join("short.wav");
    write_wav(&wav, 44_100, 1, &speech(44_100, 0.4, 0.3));
    let report = check_file(&wav);
    assert_refused(&report, "too_short");
    let message = "Tệp chỉ dài 0,4 giây, ngắn hơn mức tối thiểu 1 giây.";
    assert_eq!(report.findings[0].message, message);
}

#[test]
fn too_long_and_too_large_are_refused_but_measured() {
    let folder = folder();
    let wav = speech_wav(folder.path());
    let limits = Limits { max_duration_ms: 2000, max_bytes: 1000, ..Limits::default() };
    let report = check(&wav, &limits).expect("a readable file");
    assert_refused(&report, "too_long");
    assert_refused(&report, "too_large");
    assert_eq!(report.duration_ms, Some(3000));
    assert!(report.integrated_lufs.is_some());
    let limits = Limits { max_duration_ms: 1000, ..Limits::default() };
    let report = check(&wav, &limits).expect("a readable file");
    assert_refused(&report, "too_long");
    assert_eq!(report.duration_ms, None);
}

#[test]
fn gaps_and_edges_of_silence_are_warned_about_at_their_places() {
    let folder = folder();
    let wav = folder.path().join("gaps.wav");
    let rate = 16_000;
    let silence = |seconds: usize| vec![0.0; seconds * rate as usize];
    let sound = speech(rate, 1.0, 0.3);
    let parts = [silence(3), sound.clone(), silence(6), sound, silence(4)].concat();
    write_wav(&wav, rate, 1, &parts);
    let report = check_file(&wav);
    for (code, at_ms) in [("silence_head", 0), ("silence_inside", 4000), ("silence_tail", 11_000)] {
        assert_warned(&report, code);
        let place = report.findings.iter().find(|finding| finding.code == code);
        let found = place.and_then(|finding| finding.at_ms).expect("a place");
        assert!(found.abs_diff(at_ms) <= 50, "{code} at {found}");
    }
}

#[test]
fn quiet_clipped_stereo_and_narrow_sound_are_remarked_upon() {
    let folder = folder();
    let wav = folder.path().join("remarks.wav");
    write_wav(&wav, 44_100, 1, &speech(44_100, 1.5, 0.01));
    assert_warned(&check_file(&wav), "too_quiet");
    let loud: Vec<f32> = speech(44_100, 1.5, 9.0).iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
    write_wav(&wav, 44_100, 1, &loud);
    assert_warned(&check_file(&wav), "clipping");
    let stereo: Vec<f32> = speech(8000, 1.5, 0.3).iter().flat_map(|s| [*s, *s]).collect();
    write_wav(&wav, 8000, 2, &stereo);
    let report = check_file(&wav);
    assert_warned(&report, "stereo_downmixed");
    assert_warned(&report, "low_sample_rate");
}

#[test]
fn damaged_packets_are_refused_beyond_one_percent() {
    let folder = folder();
    let flac = speech_as(folder.path(), "a.flac", &["-frame_size", "1152"]);
    let mut bytes = std::fs::read(flac).expect("a file");
    let length = bytes.len();
    for place in (length / 4..length).step_by(2000) {
        bytes[place] ^= 0xff;
    }
    let report = check_bytes(folder.path(), "damaged.flac", &bytes);
    assert_eq!(report.verdict, Verdict::Refused, "{report:#?}");
}

#[test]
fn files_with_flipped_bytes_are_checked_without_a_panic() {
    let folder = folder();
    let formats: [(&str, &[&str]); 7] = [
        ("a.mp3", &["-b:a", "64k"]),
        ("a.m4a", &["-c:a", "aac"]),
        ("a.flac", &[]),
        ("a.wav", &[]),
        ("a.aiff", &[]),
        ("vorbis.ogg", &["-c:a", "libvorbis"]),
        ("opus.ogg", &["-c:a", "libopus"]),
    ];
    let seed = 20_240_612;
    let mut noise = Noise(seed);
    for (name, args) in formats {
        let short: Vec<&str> = [&["-t", "0.5"], args].concat();
        let whole = std::fs::read(speech_as(folder.path(), name, &short)).expect("a file");
        for round in 0..12 {
            let mut bytes = whole.clone();
            for _ in 0..(1 + round) {
                // Headers are where damage hurts most.
                let span = if round % 2 == 0 { 400 } else { bytes.len() };
                let place = ((noise.next().abs() * span as f32) as usize).min(bytes.len() - 1);
                bytes[place] = (noise.next() * 127.0) as i8 as u8;
            }
            let path = folder.path().join("flipped");
            std::fs::write(&path, &bytes).expect("a written file");
            let checked = std::panic::catch_unwind(|| check_file(&path));
            assert!(checked.is_ok(), "seed {seed}, {name}, round {round}");
        }
    }
}

#[test]
fn the_lazy_true_peak_is_the_full_one() {
    for seed in 1..40_u64 {
        let mut noise = Noise(seed * 7919);
        let mut signal = speech(48_000, 0.3, 0.2);
        for _ in 0..20 {
            let place = (noise.next().abs() * (signal.len() - 3) as f32) as usize;
            let height = noise.next();
            signal[place] = height;
            signal[place + 1] = -height * noise.next().abs();
            signal[place + 2] = height;
        }
        let mut full = ebur128::EbuR128::new(1, 48_000, ebur128::Mode::TRUE_PEAK).expect("a meter");
        full.add_frames_f32(&signal).expect("frames");
        full.add_frames_f32(&[0.0; 24]).expect("frames");
        let expected = full.true_peak(0).expect("a peak");
        let mut lazy = TruePeakMeter::new().expect("a meter");
        for block in signal.chunks(700) {
            lazy.push(block).expect("frames");
        }
        let (found, _) = lazy.finish().expect("a peak");
        assert!((expected - found).abs() < 1e-6, "seed {seed}: {expected} {found}");
    }
}
