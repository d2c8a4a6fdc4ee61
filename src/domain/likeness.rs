//! Whether two recordings are the same sound: first by a few marks that an index can look up, then by laying one
//! fingerprint along the other.

use std::collections::{BTreeSet, HashMap};

use super::portrait::Fingerprint;

/// Length of one step of a fingerprint, in microseconds: 1,365 samples at 11,025 Hz.
const STEP_MICROSECONDS: u64 = 1_365_000_000 / 11_025;

/// A mark is this many of the upper bits of a sub-fingerprint; the lower ones change most between codecs.
const MARK_BITS: u32 = 20;

/// Recordings up to this many steps (a minute) give all their marks, longer ones every fourth by value.
const FEW_STEPS: usize = 480;

/// Most marks that one recording gives; an hour has about 7,000.
const MOST_MARKS: usize = 4000;

/// Bits of 32 in which two steps may differ and still be the same sound: re-encoded and shifted by half a step they
/// differ in 3 to 4, unrelated speech of the same voice in 12 and more.
const SAME_BITS: u32 = 8;

/// Steps over which the difference is averaged on either side.
const SMOOTH: usize = 4;

/// Positions of one mark beyond which it says nothing about the place: a held tone, or silence.
const COMMON: usize = 48;

/// Alignments that are tried in full.
const TRIALS: usize = 6;

/// The shortest passage that counts as found again, in steps (five seconds): signature tunes are shared by many.
const SHORTEST: usize = 40;

/// How much of one recording was found in another, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// Share of the first recording that was found, in percent.
    pub percent_of_one: u64,
    /// Share of the other that it is, in percent.
    pub percent_of_other: u64,
    /// Where the common passage begins in the first, ms.
    pub at_ms_in_one: u64,
    /// Where it begins in the other, ms.
    pub at_ms_in_other: u64,
    /// How long it is, ms.
    pub length_ms: u64,
}

/// The marks by which an index finds recordings of the same sound. Equal sound gives mostly equal marks, whatever
/// else the recording holds.
pub fn marks(fingerprint: &Fingerprint) -> Vec<u32> {
    let items = fingerprint.items();
    let all = items.len() <= FEW_STEPS;
    // Sorted by their scattered value, so that of two long recordings the same ones are kept.
    let chosen: BTreeSet<(u32, u32)> = items
        .iter()
        .map(|item| item >> (32 - MARK_BITS))
        .map(|mark| (scatter(mark), mark))
        .filter(|(order, _)| all || order.is_multiple_of(4))
        .collect();
    chosen.into_iter().take(MOST_MARKS).map(|(_, mark)| mark).collect()
}

/// Spreads neighbouring values apart, always the same way.
fn scatter(mark: u32) -> u32 {
    let mixed = mark.wrapping_mul(0x9e37_79b1);
    mixed ^ (mixed >> 15)
}

/// Lays one fingerprint along the other where they agree best; `None` if no passage of five seconds is the same.
pub fn compare(one: &Fingerprint, other: &Fingerprint) -> Option<Likeness> {
    let (one, other) = (one.items(), other.items());
    let found =
        alignments(one, other).into_iter().filter_map(|shift| passage(one, other, shift)).max_by_key(|p| p.same)?;
    let percent = |whole: usize| (found.same * 100).div_ceil(whole.max(1)).min(100) as u64;
    Some(Likeness {
        percent_of_one: percent(one.len()),
        percent_of_other: percent(other.len()),
        at_ms_in_one: ms(found.begin_in_one),
        at_ms_in_other: ms(found.begin_in_other),
        length_ms: ms(found.same),
    })
}

fn ms(steps: usize) -> u64 {
    steps as u64 * STEP_MICROSECONDS / 1000
}

/// How far the first recording runs ahead of the other, most voted first.
fn alignments(one: &[u32], other: &[u32]) -> Vec<i64> {
    let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
    for (place, item) in one.iter().enumerate() {
        places.entry(item >> (32 - MARK_BITS)).or_default().push(place);
    }
    let mut votes: HashMap<i64, u64> = HashMap::new();
    for (place, item) in other.iter().enumerate() {
        let Some(found) = places.get(&(item >> (32 - MARK_BITS))).filter(|found| found.len() <= COMMON) else {
            continue;
        };
        for in_one in found {
            *votes.entry(*in_one as i64 - place as i64).or_default() += 1;
        }
    }
    let mut votes: Vec<(u64, i64)> = votes.into_iter().map(|(shift, count)| (count, shift)).collect();
    votes.sort_unstable_by(|a, b| b.cmp(a));
    votes.into_iter().take(TRIALS).map(|(_, shift)| shift).collect()
}

struct Passage {
    same: usize,
    begin_in_one: usize,
    begin_in_other: usize,
}

/// Counts the steps that sound the same at one alignment.
fn passage(one: &[u32], other: &[u32], shift: i64) -> Option<Passage> {
    let from_one = usize::try_from(shift.max(0)).ok()?;
    let from_other = usize::try_from((-shift).max(0)).ok()?;
    let pairs = one.get(from_one..)?.iter().zip(other.get(from_other..)?);
    let differences: Vec<u32> = pairs.map(|(a, b)| (a ^ b).count_ones()).collect();
    let (mut same, mut first) = (0, None);
    for place in 0..differences.len() {
        let near = &differences[place.saturating_sub(SMOOTH)..(place + SMOOTH + 1).min(differences.len())];
        if near.iter().sum::<u32>() < SAME_BITS * near.len() as u32 {
            same += 1;
            first.get_or_insert(place);
        }
    }
    let begin = first.filter(|_| same >= SHORTEST)?;
    Some(Passage { same, begin_in_one: from_one + begin, begin_in_other: from_other + begin })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32, length: usize) -> Vec<u32> {
        let mut state = seed;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state
            })
            .collect()
    }

    #[test]
    fn a_part_is_found_at_its_place_in_the_whole() {
        let whole = noise(1, 1000);
        let mut part = whole[300..420].to_vec();
        for item in part.iter_mut().step_by(3) {
            *item ^= 0b101;
        }
        let found = compare(&Fingerprint::new(part), &Fingerprint::new(whole)).unwrap();
        assert_eq!((found.percent_of_one, found.percent_of_other), (100, 12));
        assert_eq!(found.at_ms_in_one, 0);
        assert!(found.at_ms_in_other.abs_diff(37_143) < 20, "{found:?}");
        assert!(found.length_ms.abs_diff(14_857) < 20, "{found:?}");
    }

    #[test]
    fn other_sound_and_short_passages_are_not_found() {
        let (one, other) = (noise(1, 1000), noise(2, 1000));
        assert_eq!(compare(&Fingerprint::new(one.clone()), &Fingerprint::new(other.clone())), None);
        let tune = [&one[..30], &other[30..]].concat();
        assert_eq!(compare(&Fingerprint::new(one), &Fingerprint::new(tune)), None);
    }

    #[test]
    fn held_tones_take_no_quadratic_time() {
        let tone = Fingerprint::new(vec![7; 60_000]);
        assert_eq!(compare(&tone, &tone), None);
        assert_eq!(marks(&tone).len(), 1);
    }

    #[test]
    fn a_part_shares_its_marks_with_the_whole() {
        let whole = noise(3, 8000);
        let few: BTreeSet<u32> = marks(&Fingerprint::new(whole.clone())).into_iter().collect();
        assert!((1500..2500).contains(&few.len()), "{}", few.len());
        let part = marks(&Fingerprint::new(whole[4000..4400].to_vec()));
        let shared = part.iter().filter(|mark| few.contains(*mark)).count();
        assert!(shared > 80, "{shared}");
    }
}
