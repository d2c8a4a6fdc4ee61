//! Faults of single channels: named, placed, and kept out of the mix.

use super::*;
use crate::audio::findings::Finding;

/// Writes a stereo file of left and right, and checks it.
fn stereo(folder: &Path, left: &[f32], right: &[f32]) -> Report {
    let path = folder.join("stereo.wav");
    let frames: Vec<f32> = left.iter().zip(right).flat_map(|(left, right)| [*left, *right]).collect();
    write_wav(&path, 44_100, 2, &frames);
    check_file(&path)
}

fn find<'a>(report: &'a Report, code: &str) -> &'a Finding {
    report.findings.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("no {code}: {report:#?}"))
}

#[test]
fn a_dead_channel_is_named_and_the_mix_is_as_loud_as_the_living_one() {
    let folder = folder();
    let sound = speech(44_100, 3.0, 0.3);
    let hiss: Vec<f32> = sound.iter().enumerate().map(|(i, _)| if i % 2 == 0 { 1e-4 } else { -1e-4 }).collect();
    let mono = folder.path().join("mono.wav");
    write_wav(&mono, 44_100, 1, &sound);
    let alone = check_file(&mono).integrated_lufs.expect("a loudness");
    for other in [vec![0.0; sound.len()], hiss] {
        let left = stereo(folder.path(), &sound, &other);
        assert_warned(&left, "channel_dead");
        assert!(find(&left, "channel_dead").message.contains("phải"));
        assert_eq!(find(&left, "channel_dead").at_ms, Some(0));
        assert!((left.integrated_lufs.expect("a loudness") - alone).abs() < 0.05, "{left:#?}");
        assert!(!left.has("stereo_downmixed") && !left.has("channel_dropout"));
    }
    let right = stereo(folder.path(), &vec![0.0; sound.len()], &sound);
    assert!(find(&right, "channel_dead").message.contains("trái"));
    let rendered = render_file(&folder.path().join("stereo.wav"), folder.path());
    assert!((rendered.reached_lufs.expect("a loudness") - -16.0).abs() < 0.1);
}

#[test]
fn a_channel_that_drops_out_is_found_at_its_place() {
    let folder = folder();
    let sound = speech(44_100, 20.0, 0.3);
    let mut right = sound.clone();
    right[44_100 * 6..44_100 * 13].fill(0.0);
    let report = stereo(folder.path(), &sound, &right);
    assert_warned(&report, "channel_dropout");
    let found = find(&report, "channel_dropout");
    assert!(found.at_ms.expect("a place").abs_diff(6000) <= 200, "{found:?}");
    assert!(found.message.contains("phải"), "{found:?}");
    assert!(!report.has("channel_dead"));
}

#[test]
fn inverted_channels_are_warned_about_and_only_one_is_taken() {
    let folder = folder();
    let sound = speech(44_100, 1.5, 0.3);
    let inverted: Vec<f32> = sound.iter().map(|sample| -sample).collect();
    let report = stereo(folder.path(), &sound, &inverted);
    assert_warned(&report, "channel_inverted");
    assert!(find(&report, "channel_inverted").message.contains("ngược pha"));
    assert!(report.integrated_lufs.expect("a loudness") > -30.0, "{report:#?}");
}

#[test]
fn an_inversion_of_a_part_is_found_at_its_place() {
    let folder = folder();
    let sound = speech(44_100, 20.0, 0.3);
    let mut right: Vec<f32> = sound.iter().map(|sample| 0.7 * sample).collect();
    for sample in &mut right[44_100 * 5..44_100 * 12] {
        *sample = -*sample;
    }
    let report = stereo(folder.path(), &sound, &right);
    let found = find(&report, "channel_inverted");
    assert!(found.at_ms.expect("a place").abs_diff(5000) <= 200, "{found:?}");
    assert_warned(&report, "channel_inverted");
}

#[test]
fn sound_channels_are_not_complained_about() {
    let folder = folder();
    let sound = speech(44_100, 12.0, 0.3);
    let mut noise = Noise(77);
    let wide: Vec<f32> = sound.iter().map(|_| 0.1 * noise.next()).collect();
    for right in [sound.clone(), wide, sound.iter().map(|sample| 0.2 * sample).collect()] {
        let report = stereo(folder.path(), &sound, &right);
        let faults: Vec<&str> =
            report.findings.iter().map(|f| f.code.as_str()).filter(|code| code.starts_with("channel")).collect();
        assert!(faults.is_empty(), "{faults:?}");
        assert!(!report.has("dc_offset"));
    }
}

#[test]
fn a_constant_voltage_is_remarked_upon_and_does_not_hide_silence() {
    let folder = folder();
    let path = folder.path().join("dc.wav");
    let mut sound = speech(44_100, 2.0, 0.2);
    sound.extend(vec![0.0; 44_100 * 7]);
    sound.extend(speech(44_100, 2.0, 0.2));
    let leaning: Vec<f32> = sound.iter().map(|sample| sample + 0.05).collect();
    write_wav(&path, 44_100, 1, &leaning);
    let report = check_file(&path);
    assert_warned(&report, "dc_offset");
    assert!(find(&report, "dc_offset").message.contains("5,0 %"), "{report:#?}");
    assert_warned(&report, "silence_inside");
    write_wav(&path, 44_100, 1, &vec![0.4; 44_100 * 3]);
    assert_refused(&check_file(&path), "silent");
}

#[test]
fn clipping_of_one_channel_is_found_before_the_mix_hides_it() {
    let folder = folder();
    let sound = speech(44_100, 3.0, 0.1);
    let mut right = sound.clone();
    right[44_100..44_150].fill(1.0);
    let report = stereo(folder.path(), &sound, &right);
    assert_warned(&report, "clipping");
    let found = find(&report, "clipping");
    assert!(found.at_ms.expect("a place").abs_diff(1000) <= 1, "{found:?}");
    assert!(found.message.contains("50 mẫu"), "{found:?}");
}

#[test]
fn every_long_gap_has_its_own_place_and_only_so_many_are_listed() {
    let folder = folder();
    let path = folder.path().join("gaps.wav");
    let mut sound = Vec::new();
    for _ in 0..24 {
        sound.extend(speech(8000, 0.5, 0.3));
        sound.extend(vec![0.0; 8000 * 6]);
    }
    sound.extend(speech(8000, 0.5, 0.3));
    write_wav(&path, 8000, 1, &sound);
    let report = check_file(&path);
    let gaps: Vec<u64> =
        report.findings.iter().filter(|f| f.code == "silence_inside").filter_map(|f| f.at_ms).collect();
    assert_eq!(gaps.len(), 20);
    for (number, at_ms) in (0_u64..).zip(&gaps) {
        assert!(at_ms.abs_diff(500 + number * 6500) <= 50, "gap {number} at {at_ms}");
    }
    assert!(report.findings.iter().any(|finding| finding.message.contains("trong 24 đoạn")));
}
