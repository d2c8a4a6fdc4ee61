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

#[test]
fn a_peaky_recording_is_held_below_the_ceiling_instead() {
    let folder = folder();
    let wav = folder.path().join("in.wav");
    let mut sound = speech(48_000, 2.0, 0.05);
    for place in (1000..sound.len()).step_by(20_000) {
        sound[place] = 0.8;
    }
    write_wav(&wav, 48_000, 1, &sound);
    let rendered = render_file(&wav, folder.path());
    let peak = rendered.reached_true_peak_dbtp.expect("a peak");
    assert!((-1.6..=-1.5).contains(&peak), "{peak} dBTP");
    assert!(rendered.reached_lufs.expect("a loudness") < -16.2);
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
    let changed = render(&wav, folder.path(), &checked);
    assert!(matches!(changed, Err(RenderError::Changed)));
    checked.report.verdict = Verdict::Refused;
    let refused = render(&wav, folder.path(), &checked);
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
