//! The waveform, made without knowing the length beforehand.

use crate::audio::outline::Outline;

#[test]
fn a_waveform_has_a_thousand_buckets_with_the_peaks_in_their_places() {
    for samples in [48_000_usize, 48_000 * 61 + 17, 48_000 * 1800] {
        let mut sound = vec![0.1_f32; samples];
        sound[samples * 3 / 4 + samples / 2000] = -0.9;
        let mut outline = Outline::new();
        for block in sound.chunks(7919) {
            outline.push(block);
        }
        let waveform = outline.finish();
        assert_eq!(waveform.duration_ms, samples as u64 / 48);
        assert_eq!(waveform.peaks.len(), 1000);
        let loud: Vec<usize> = (0..1000).filter(|bucket| waveform.peaks[*bucket] > 200).collect();
        assert_eq!(loud, [750], "{samples}");
        assert!(waveform.peaks.iter().all(|peak| [26, 230].contains(peak)));
    }
}

#[test]
fn a_waveform_of_nothing_is_empty_and_too_loud_is_full() {
    assert!(Outline::new().finish().peaks.is_empty());
    let mut outline = Outline::new();
    outline.push(&[3.0; 9000]);
    assert!(outline.finish().peaks.iter().all(|peak| *peak == 255));
}
