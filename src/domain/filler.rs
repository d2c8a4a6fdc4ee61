//! Filler: approved sound that fills what is left of a slot, and stands in where an item cannot play. It is listed and
//! never counted. A station's ladder is tried from its first rung down: the nearest unit's lists before those above it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::area::Target;
use super::bulletin::Topic;
use super::ids::{BulletinCode, Sha256};
use super::slot::Slot;

/// Sound of ours in which nobody speaks to anybody: shorter silence than this is none to fill, ms.
pub const LEAST_SILENCE_MS: u64 = 30_000;

/// Some bulletins with which the slots of some units are filled, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillerList {
    /// Name for people.
    pub name: String,
    /// Where it fills.
    pub target: Target,
    /// Codes of the bulletins, the first choice first.
    pub bulletins: Vec<BulletinCode>,
    /// Only slots kept for one of these topics; empty for every slot.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub topics: BTreeSet<Topic>,
    /// Least time between two starts of the same one, minutes; 0 for none but that it comes once in a slot.
    #[serde(default)]
    pub spacing_minutes: u32,
    /// How often a day each of them comes at most; none for no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_a_day: Option<u32>,
}

/// A sound of filler, as a rundown names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FillerSound {
    /// Bulletin.
    pub bulletin: BulletinCode,
    /// Version of the bulletin.
    pub bulletin_version: u32,
    /// Title for people.
    pub title: String,
    /// Length, ms.
    pub duration_ms: u64,
    /// Rendition to play.
    pub rendition: Sha256,
    /// Digest of the approval manifest's envelope.
    pub manifest: Sha256,
}

/// One rung of a station's ladder on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rung {
    /// What it plays.
    pub sound: FillerSound,
    /// Only slots kept for one of these topics; empty for every slot.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub topics: BTreeSet<Topic>,
    /// Least time between two starts of it, minutes.
    pub spacing_minutes: u32,
    /// How often a day at most.
    pub most_a_day: Option<u32>,
}

impl Rung {
    /// Whether it may fill that slot.
    pub fn fills(&self, topics: &BTreeSet<Topic>) -> bool {
        self.topics.is_empty() || self.topics.iter().any(|topic| topics.contains(topic))
    }
}

/// Which of some lengths fill `room` best, each at most once: as much of it as can be, and of the choices that fill as
/// much the one that takes the earlier lengths. In the unit of the caller.
pub fn best_fill(lengths: &[usize], room: usize) -> Vec<usize> {
    // most[at][left]: how much of `left` the lengths from `at` on can fill.
    let mut most = vec![vec![0; room + 1]; lengths.len() + 1];
    for at in (0..lengths.len()).rev() {
        for left in 0..=room {
            let without = most[at + 1][left];
            let with =
                if 0 < lengths[at] && lengths[at] <= left { lengths[at] + most[at + 1][left - lengths[at]] } else { 0 };
            most[at][left] = without.max(with);
        }
    }
    let (mut left, mut chosen) = (room, Vec::new());
    for (at, length) in lengths.iter().copied().enumerate() {
        if 0 < length && length <= left && length + most[at + 1][left - length] == most[at][left] {
            chosen.push(at);
            left -= length;
        }
    }
    chosen
}

/// How long a slot may fall silent at its end, s, where its shortest item is that long: with lengths of a ladder, s.
pub fn silence_left(slot: &Slot, shortest_s: usize, lengths: &[usize]) -> usize {
    let length = usize::try_from(slot.length().num_seconds()).unwrap_or(0);
    let room = length.saturating_sub(shortest_s);
    let filled: usize = best_fill(lengths, room).into_iter().map(|at| lengths[at]).sum();
    room - filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_choice_is_taken_where_nothing_fills_more() {
        assert_eq!(best_fill(&[60, 30, 90], 90), [0, 1]);
        assert_eq!(best_fill(&[90, 60, 30], 90), [0]);
        assert_eq!(best_fill(&[60, 45, 45], 100), [1, 2]);
        assert_eq!(best_fill(&[60], 59), [0; 0]);
        assert_eq!(best_fill(&[0, 7], 7), [1]);
    }

    proptest! {
        #[test]
        fn what_is_left_out_would_not_fit(lengths in prop::collection::vec(1..90usize, 0..8), room in 0..300usize) {
            let chosen = best_fill(&lengths, room);
            let filled: usize = chosen.iter().map(|at| lengths[*at]).sum();
            prop_assert!(filled <= room);
            for (at, length) in lengths.iter().enumerate() {
                prop_assert!(chosen.contains(&at) || filled + length > room);
            }
            // Nothing fills more: by trying all.
            for some in 0..1u32 << lengths.len() {
                let sum: usize = (0..lengths.len()).filter(|at| some >> at & 1 == 1).map(|at| lengths[at]).sum();
                prop_assert!(sum > room || sum <= filled);
            }
        }
    }
}
