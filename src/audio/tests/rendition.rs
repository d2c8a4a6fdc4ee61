//! The station's decoder against damaged and hostile bytes.

use super::*;
use crate::audio::ogg_page::checksum;
use crate::audio::rendition::RenditionDecoder;

/// Decodes whatever can be decoded; gives the samples, or `None` where it was refused.
fn try_decode(bytes: Vec<u8>) -> Option<u64> {
    let mut decoder = RenditionDecoder::new(bytes).ok()?;
    let mut samples = 0;
    while let Some(block) = decoder.next_block().ok()? {
        samples += block.len() as u64;
    }
    assert_eq!(samples, decoder.total_samples());
    Some(samples)
}

/// Gives every page that can still be found its right sum, so that damage reaches what lies inside.
fn mend_sums(bytes: &mut [u8]) {
    let mut start = 0;
    while let Some(header) = bytes.get(start..start + 27) {
        let segments = usize::from(header[26]);
        let Some(lacing) = bytes.get(start + 27..start + 27 + segments) else {
            return;
        };
        let end = start + 27 + segments + lacing.iter().map(|l| usize::from(*l)).sum::<usize>();
        let Some(page) = bytes.get_mut(start..end) else {
            return;
        };
        let sum = checksum(page).to_le_bytes();
        page[22..26].copy_from_slice(&sum);
        start = end;
    }
}

#[test]
fn mutated_renditions_never_panic() {
    let whole = rendition_of_speech(1.2);
    assert_eq!(try_decode(whole.clone()), Some(57_600));
    let seed = 0x5eed_u64;
    let mut noise = Noise(seed);
    for round in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..=round % 9 {
            let span = if round % 3 == 0 { 200 } else { bytes.len() };
            let place = ((noise.next().abs() * span as f32) as usize).min(bytes.len() - 1);
            bytes[place] = (noise.next() * 127.0) as i8 as u8;
        }
        if round % 7 == 0 {
            let keep = (noise.next().abs() * bytes.len() as f32) as usize;
            bytes.truncate(keep);
        }
        if round % 2 == 0 {
            mend_sums(&mut bytes);
        }
        let decoded = std::panic::catch_unwind(|| try_decode(bytes));
        assert!(decoded.is_ok(), "seed {seed}, round {round}");
    }
}

#[test]
fn a_cut_or_extended_length_is_refused() {
    let whole = rendition_of_speech(1.0);
    assert_eq!(try_decode(whole[..whole.len() - 1].to_vec()), None);
    assert_eq!(try_decode(whole[..whole.len() / 2].to_vec()), None);
    assert_eq!(try_decode(Vec::new()), None);
    let last = whole.windows(4).rposition(|window| window == b"OggS").expect("a page");
    let mut longer = whole.clone();
    longer[last + 6..last + 14].copy_from_slice(&u64::MAX.to_le_bytes());
    mend_sums(&mut longer);
    assert_eq!(try_decode(longer), None);
}

#[test]
fn opus_files_of_other_programs_are_played_too() {
    let folder = folder();
    let other = speech_as(folder.path(), "a.opus", &["-c:a", "libopus", "-ac", "2", "-ar", "48000"]);
    let samples = try_decode(std::fs::read(other).expect("a file")).expect("a decodable file");
    assert!(samples.abs_diff(144_000) <= 960, "{samples}");
}
