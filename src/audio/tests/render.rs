//! Master and rendition: level, length, likeness, and the same bytes each time.

use super::*;
use crate::audio::measure::Meter;
use crate::audio::render::{MASTER_FILE, RenderError};
use crate::audio::rendition::RenditionDecoder;

fn decode_rendition(path: &Path) -> Vec<i16> {
    let bytes = std::fs::read(path).expect("a rendition");
    let mut decoder = RenditionDecoder::new(bytes).expect("a rendition of ours");
    let mut samples = Vec::new();
    while let Some(block) = decoder.next_block().expect("a block") {
        assert!(!block.is_empty());
        samples.extend(block);
    }
    assert_eq!(samples.len() as u64, decoder.total_samples());
    samples
}

fn read_master(folder: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(folder.join(MASTER_FILE)).expect("a master");
    assert_eq!(reader.spec().sample_rate, 48_000);
    assert_eq!(reader.spec().channels, 1);
    reader.samples().map(|sample| sample.expect("a sample")).collect()
}

/// How alike two signals are: 1 for the same up to a factor.
fn likeness(a: &[i16], b: &[i16]) -> f64 {
    let product = |x: &[i16], y: &[i16]| -> f64 { x.iter().zip(y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum() };
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

#[test]
fn a_rendition_reaches_the_target_and_is_as_long_as_its_master() {
    let folder = folder();
    for (rate, seconds) in [(44_100, 2.5), (48_000, 1.0), (22_050, 1.77), (11_025, 1.3)] {
        let wav = folder.path().join("in.wav");
        let sound = speech(rate, seconds, 0.05);
        write_wav(&wav, rate, 1, &sound);
        let rendered = render_file(&wav, folder.path());
        let lufs = rendered.reached_lufs.expect("a loudness");
        assert!((lufs - -16.0).abs() < 0.1, "{rate} Hz: {lufs} LUFS");
        assert!(rendered.reached_true_peak_dbtp.expect("a peak") <= -1.5);
        let master = read_master(folder.path());
        let played = decode_rendition(&folder.path().join(RENDITION_FILE));
        assert_eq!(master.len() as u64, rendered.samples);
        assert_eq!(played.len(), master.len());
        let expected = (sound.len() as f64 * 48_000.0 / f64::from(rate)).round() as usize;
        assert!(master.len().abs_diff(expected) <= 1, "{} {expected}", master.len());
        assert!(likeness(&master, &played) > 0.9, "{rate} Hz: {}", likeness(&master, &played));
    }
}

/// Loudness and true peak as ffmpeg hears them.
fn ffmpeg_levels(path: &Path) -> (f64, f64) {
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-nostats", "-i"])
        .arg(path)
        .args(["-af", "ebur128=framelog=verbose:peak=true", "-f", "null", "-"])
        .output()
        .expect("ffmpeg is needed by these tests: install it (apt-get install ffmpeg)");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let value = |label: &str| -> f64 {
        let line = text.lines().rev().find(|line| line.trim_start().starts_with(label));
        let word = line.and_then(|line| line.split_whitespace().nth(1)).unwrap_or_else(|| panic!("{text}"));
        word.parse().unwrap_or_else(|_| panic!("{text}"))
    };
    (value("I:"), value("Peak:"))
}

#[test]
fn peaks_are_limited_so_that_the_target_is_reached_below_the_ceiling() {
    let folder = folder();
    let wav = folder.path().join("in.wav");
    let mut sound = speech(48_000, 12.0, 0.15);
    for place in (1000..sound.len()).step_by(200_000) {
        sound[place] = 0.8;
    }
    write_wav(&wav, 48_000, 1, &sound);
    let rendered = render_file(&wav, folder.path());
    let peak = rendered.reached_true_peak_dbtp.expect("a peak");
    assert!((-2.2..=-1.5).contains(&peak), "{peak} dBTP");
    assert!((rendered.reached_lufs.expect("a loudness") - -16.0).abs() < 0.3, "{rendered:#?}");
    assert!(rendered.mend.deepest_reduction_db > 6.0 && rendered.mend.limited_ms > 0, "{rendered:#?}");
    assert!(!rendered.mend.gain_held_back);
}

#[test]
fn a_recording_that_needs_no_limiter_is_only_made_louder() {
    let folder = folder();
    let wav = folder.path().join("in.wav");
    let sound = speech(48_000, 3.0, 0.05);
    write_wav(&wav, 48_000, 1, &sound);
    let rendered = render_file(&wav, folder.path());
    assert_eq!((rendered.mend.limited_ms, rendered.mend.deepest_reduction_db), (0, 0.0));
    let gain = crate::audio::measure::amplitude(rendered.mend.gain_db);
    for (master, before) in read_master(folder.path()).iter().zip(&sound) {
        let before = (f64::from(*before) * 32767.0).round() * gain;
        assert!((f64::from(*master) - before).abs() < 32.0, "{master} {before}");
    }
}

#[test]
fn a_recording_that_would_have_to_be_squeezed_gets_less_gain_and_says_so() {
    let folder = folder();
    let wav = folder.path().join("in.wav");
    let mut noise = Noise(5);
    // Murmur, and a twentieth of the time a roar 40 dB above it.
    let sound: Vec<f32> =
        (0..48_000 * 20).map(|index| noise.next() * if index / 4800 % 20 == 7 { 0.9 } else { 0.003 }).collect();
    write_wav(&wav, 48_000, 1, &sound);
    let checked = examine(&wav, &Limits::default()).expect("a readable file");
    let made = render(&wav, folder.path(), &checked, Mending::default()).expect("a rendition");
    let mend = &made.rendered.mend;
    assert!(mend.deepest_reduction_db <= 8.3, "{mend:?}");
    assert_eq!(mend.gain_held_back, made.rendered.reached_lufs.expect("a loudness") < -16.5, "{made:#?}");
    assert_eq!(mend.gain_held_back, made.findings.iter().any(|finding| finding.code == "loudness_short"));
}

#[test]
fn nasty_material_never_passes_the_ceiling_by_ffmpegs_meter() {
    let folder = folder();
    let wav = folder.path().join("in.wav");
    let mut noise = Noise(99);
    let tau = std::f32::consts::TAU;
    let seconds = 48_000 * 4;
    let tone = |hertz: f32| move |index: usize| (tau * hertz * index as f32 / 48_000.0 + 0.3).sin();
    let mut white: Vec<f32> = (0..seconds).map(|_| noise.next()).collect();
    let murmur = speech(48_000, 4.0, 0.03);
    let nasty: Vec<(&str, Vec<f32>)> = vec![
        ("square", (0..seconds).map(|i| if i / 37 % 2 == 0 { 0.9 } else { -0.9 }).collect()),
        (
            "quarter of the rate",
            (0..seconds).map(|i| 0.99 * tone(12_000.0)(i) * (i % 9600 < 300) as u8 as f32).collect(),
        ),
        (
            "high tone bursts",
            (0..seconds).map(|i| murmur[i] + if i % 24_000 < 60 { 0.9 * tone(19_000.0)(i) } else { 0.0 }).collect(),
        ),
        (
            "clicks of both signs",
            (0..seconds)
                .map(|i| {
                    murmur[i]
                        + match i % 7000 {
                            0 => 0.97,
                            1 => -0.97,
                            2 => 0.97,
                            _ => 0.0,
                        }
                })
                .collect(),
        ),
        ("clipped speech", speech(48_000, 4.0, 9.0).iter().map(|s| s.clamp(-1.0, 1.0)).collect()),
        ("noise", std::mem::take(&mut white)),
        (
            "a roar at the very start and end",
            (0..seconds)
                .map(|i| if !(2400..seconds - 2400).contains(&i) { 0.9 * tone(300.0)(i) } else { murmur[i] })
                .collect(),
        ),
    ];
    for (name, sound) in nasty {
        write_wav(&wav, 48_000, 1, &sound);
        let rendered = render_file(&wav, folder.path());
        let (lufs, peak) = ffmpeg_levels(&folder.path().join(MASTER_FILE));
        assert!(peak <= -1.5, "{name}: {lufs} LUFS, {peak} dBTP, {rendered:#?}");
        assert!(rendered.reached_true_peak_dbtp.expect("a peak") <= -1.5, "{name}");
    }
}

#[test]
fn silence_at_both_ends_is_cut_off_only_when_asked_and_leaves_a_breath() {
    let folder = folder();
    let wav = folder.path().join("in.wav");
    let silence = |seconds: f32| vec![0.0_f32; (44_100.0 * seconds) as usize];
    write_wav(&wav, 44_100, 1, &[silence(3.0), speech(44_100, 2.0, 0.1), silence(1.5)].concat());
    assert_eq!(render_file(&wav, folder.path()).mend.trimmed_head_ms, 0);
    let checked = examine(&wav, &Limits::default()).expect("a readable file");
    let made = render(&wav, folder.path(), &checked, Mending { trim_silence: true }).expect("a rendition");
    let mend = &made.rendered.mend;
    assert!(mend.trimmed_head_ms.abs_diff(2800) <= 50 && mend.trimmed_tail_ms.abs_diff(1300) <= 50, "{mend:?}");
    assert!(made.rendered.duration_ms.abs_diff(2400) <= 100, "{:#?}", made.rendered);
    assert_eq!(made.waveform.duration_ms, made.rendered.duration_ms);
    let master = read_master(folder.path());
    assert!(master[..48 * 150].iter().all(|sample| sample.abs() < 40));
    assert!(master[48 * 260..48 * 400].iter().any(|sample| sample.abs() > 300));
    assert_eq!(decode_rendition(&folder.path().join(RENDITION_FILE)).len(), master.len());
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let folder = folder();
    let original = speech_as(folder.path(), "a.mp3", &["-b:a", "64k"]);
    let (first, second) = (folder.path().join("1"), folder.path().join("2"));
    for out in [&first, &second] {
        std::fs::create_dir(out).expect("a folder");
    }
    assert_eq!(render_file(&original, &first), render_file(&original, &second));
}

#[test]
fn other_programs_decode_a_rendition_to_the_same_length() {
    let folder = folder();
    let rendered = render_file(&speech_wav(folder.path()), folder.path());
    let decoded = folder.path().join("decoded.wav");
    ffmpeg(&folder.path().join(RENDITION_FILE), &decoded, &[]);
    let reader = hound::WavReader::open(&decoded).expect("a WAV file");
    assert_eq!(u64::from(reader.duration()), rendered.samples);
    let report = check_file(&folder.path().join(RENDITION_FILE));
    assert_eq!(report.verdict, Verdict::Accepted, "{report:#?}");
    assert_eq!(report.codec.as_deref(), Some("opus"));
    assert_eq!(report.duration_ms, Some(rendered.samples / 48));
}

#[test]
fn a_refused_or_changed_original_is_not_rendered() {
    let folder = folder();
    let wav = speech_wav(folder.path());
    let mut checked = examine(&wav, &Limits::default()).expect("a readable file");
    write_wav(&wav, 44_100, 1, &speech(44_100, 2.0, 0.2));
    let changed = render(&wav, folder.path(), &checked, Mending::default());
    assert!(matches!(changed, Err(RenderError::Changed)));
    checked.report.verdict = Verdict::Refused;
    let refused = render(&wav, folder.path(), &checked, Mending::default());
    assert!(matches!(refused, Err(RenderError::NotAccepted)));
}

#[test]
fn a_full_scale_tone_measures_as_the_standard_says() {
    // ITU-R BS.1770-4: 997 Hz at 0 dBFS in one channel reads -3.01 LKFS.
    let tone: Vec<f32> =
        (0..96_000).map(|index| (std::f32::consts::TAU * 997.0 * index as f32 / 48_000.0).sin()).collect();
    let mut meter = Meter::new(&Limits::default()).expect("a meter");
    meter.push(&tone).expect("a block");
    let lufs = meter.finish().expect("a result").integrated_lufs.expect("a loudness");
    assert!((lufs - -3.01).abs() < 0.05, "{lufs}");
}

/// Four minutes of real speech, as a master of ours.
fn long_speech(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("bulletins/01-ba-con-do-di-lai.mp3");
    let wav = folder.join("long.wav");
    let list = folder.join("list.txt");
    std::fs::write(&list, format!("file '{}'\n", source.display()).repeat(6)).expect("a list");
    let args = ["-v", "error", "-y", "-f", "concat", "-safe", "0", "-i"];
    let done = Command::new("ffmpeg").args(args).arg(&list).args(["-t", "240", "-ac", "1"]).arg(&wav).status();
    assert!(done.expect("ffmpeg").success());
    wav
}

#[test]
fn an_encoding_in_chunks_is_what_one_encoder_alone_would_have_made() {
    let folder = folder();
    let rendered = render_file(&long_speech(folder.path()), folder.path());
    let master = read_master(folder.path());
    assert_eq!(master.len() as u64, rendered.samples);
    let mut encoder = crate::audio::opus_file::encoder().expect("an encoder");
    let pre_skip = usize::from(crate::audio::opus_file::pre_skip().expect("an encoder"));
    let mut padded = master.clone();
    padded.resize((pre_skip + master.len()).div_ceil(960) * 960, 0);
    let alone: Vec<Vec<u8>> =
        padded.chunks(960).map(|frame| encoder.encode_vec(frame, 4000).expect("a packet")).collect();
    let file = std::fs::File::open(folder.path().join(RENDITION_FILE)).expect("a rendition");
    let mut reader = ogg::PacketReader::new(std::io::BufReader::new(file));
    let mut joined = Vec::new();
    while let Some(packet) = reader.read_packet().expect("a page") {
        joined.push(packet.data);
    }
    let joined = joined.split_off(2);
    assert_eq!(joined.len(), alone.len());
    let first_other = joined.iter().zip(&alone).position(|(one, other)| one != other);
    assert_eq!(first_other, None, "of {} packets", alone.len());
}
