//! What becomes of an item that would pass its slot's end: begun late, or longer than its rundown says. A slot rule
//! chooses; each item carries the choice, and the moment by which its sound is over, under the center's signature.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::as_run::SAMPLE_RATE_HZ;

/// A play may lack this much of its end and still be one that fits, ms: what opening an output takes.
pub const TOLERANCE_MS: i64 = 1000;

/// An item that fills its slot may begin this late all the same, where what cannot end in time is dropped, ms.
pub const DROP_GRACE_MS: i64 = 1000;

/// How long a fade lasts at most, ms.
const FADE_MS: u64 = 4000;

/// What a slot rule does with what would pass the slot's end. A rule that says nothing lets it end in its own time, as
/// far as each item's latest start goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// It is cut off at the slot's end.
    Cut,
    /// It fades out over the slot's last seconds.
    Fade,
    /// It ends in its own time and pushes what follows, within a bound: never into a relay, past permitted hours, or
    /// beyond what a session or a day may last.
    Push,
    /// It does not begin when it could not end in time.
    Drop,
}

impl Policy {
    /// All, in the order in which people are asked.
    pub const ALL: [Self; 4] = [Self::Cut, Self::Fade, Self::Push, Self::Drop];

    /// As files and forms write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Fade => "fade",
            Self::Push => "push",
            Self::Drop => "drop",
        }
    }
}

/// What an item's slot does with what would pass its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrun {
    /// The slot rule's choice.
    pub policy: Policy,
    /// Its sound is over by then: the slot's end, or for [`Policy::Push`] as far as it may push.
    pub by: DateTime<Utc>,
}

/// How much of a sound is played, in samples at 48 kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portion {
    /// From the sound's beginning.
    pub samples: u64,
    /// The last of these, over which it fades out; 0 for no fade.
    pub fade: u64,
}

impl Overrun {
    /// What is played of a sound of `total` samples whose first one sounds at `began_at`; none when it does not begin.
    pub fn portion(&self, began_at: DateTime<Utc>, total: u64) -> Option<Portion> {
        let left_ms = (self.by - began_at).num_milliseconds().max(0).unsigned_abs();
        let left = left_ms.saturating_mul(SAMPLE_RATE_HZ / 1000);
        if total <= left {
            return Some(Portion { samples: total, fade: 0 });
        }
        let fits = total - left <= TOLERANCE_MS.unsigned_abs() * SAMPLE_RATE_HZ / 1000;
        // What takes a moment more than planned to begin was planned to fit, and is no reason for silence.
        let late = total - left > (TOLERANCE_MS + DROP_GRACE_MS).unsigned_abs() * SAMPLE_RATE_HZ / 1000;
        match self.policy {
            Policy::Drop if late => None,
            Policy::Fade if !fits => Some(Portion { samples: left, fade: left.min(FADE_MS * SAMPLE_RATE_HZ / 1000) }),
            _ => Some(Portion { samples: left, fade: 0 }),
        }
    }
}

/// The last moment at which an item of that length begins so that it ends by the slot's end.
pub fn latest_to_end_by(start: DateTime<Utc>, duration_ms: u64, end: DateTime<Utc>) -> DateTime<Utc> {
    let length = i64::try_from(duration_ms).ok().and_then(Duration::try_milliseconds).unwrap_or(Duration::MAX);
    let in_time = end.checked_sub_signed(length).unwrap_or(start);
    in_time.max(start + Duration::milliseconds(DROP_GRACE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: u64 = SAMPLE_RATE_HZ;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_718_000_000_000 + ms).unwrap()
    }

    fn portion(policy: Policy, began_ms: i64, total: u64) -> Option<(u64, u64)> {
        let portion = Overrun { policy, by: at(60_000) }.portion(at(began_ms), total)?;
        Some((portion.samples, portion.fade))
    }

    #[test]
    fn what_ends_in_time_plays_whole_under_every_policy() {
        for policy in Policy::ALL {
            assert_eq!(portion(policy, 30_000, 30 * SECOND), Some((30 * SECOND, 0)));
        }
    }

    #[test]
    fn what_would_pass_the_end_is_cut_faded_or_not_begun() {
        let long = 40 * SECOND;
        assert_eq!(portion(Policy::Cut, 30_000, long), Some((30 * SECOND, 0)));
        assert_eq!(portion(Policy::Push, 30_000, long), Some((30 * SECOND, 0)));
        assert_eq!(portion(Policy::Fade, 30_000, long), Some((30 * SECOND, 4 * SECOND)));
        assert_eq!(portion(Policy::Fade, 58_000, long), Some((2 * SECOND, 2 * SECOND)));
        assert_eq!(portion(Policy::Drop, 30_000, long), None);
        assert_eq!(portion(Policy::Cut, 70_000, long), Some((0, 0)));
    }

    #[test]
    fn a_moment_too_much_is_neither_a_fade_nor_a_reason_for_silence() {
        for policy in Policy::ALL {
            assert_eq!(portion(policy, 30_050, 30 * SECOND), Some((29_950 * 48, 0)));
        }
    }

    proptest! {
        #[test]
        fn nothing_ever_sounds_past_the_moment(
            policy in prop::sample::select(&Policy::ALL[..]), began_ms in -100_000..100_000i64, total in 0..10_000_000u64,
        ) {
            let overrun = Overrun { policy, by: at(60_000) };
            if let Some(Portion { samples, fade }) = overrun.portion(at(began_ms), total) {
                prop_assert!(samples <= total && fade <= samples);
                let ends = at(began_ms) + Duration::milliseconds(i64::try_from(samples.div_ceil(48)).unwrap());
                prop_assert!(samples == 0 || ends <= overrun.by);
            }
        }

        #[test]
        fn what_begins_by_its_latest_moment_is_not_dropped(
            duration_ms in 1..600_000u64, room_ms in 0..700_000i64, late_ms in 0..600_000i64,
        ) {
            let (start, by) = (at(0), at(room_ms));
            prop_assume!(i64::try_from(duration_ms).unwrap() <= room_ms);
            let latest = latest_to_end_by(start, duration_ms, by);
            let begins = (start + Duration::milliseconds(late_ms)).min(latest);
            let portion = Overrun { policy: Policy::Drop, by }.portion(begins, duration_ms * 48);
            let lost = portion.map(|portion| duration_ms * 48 - portion.samples);
            prop_assert!(lost.is_some_and(|lost| lost <= 48_000), "{lost:?}");
        }
    }
}
