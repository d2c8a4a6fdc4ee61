//! How long somebody who guesses must wait: the wait doubles with each failure, ends at a quarter of an hour, and never
//! becomes a lock that only an administrator opens (OWASP ASVS 5.0, 6.3.1).

use chrono::{DateTime, Duration, Utc};

/// The longest wait, seconds.
pub const LONGEST_SECONDS: i64 = 900;
/// Failures this long ago are forgotten, hours.
pub const FORGET_HOURS: i64 = 24;

/// Failures of one subject (a name at an address, an address, a name, codes of a person).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many in a row.
    pub count: i64,
    /// When the last one was.
    pub last: DateTime<Utc>,
}

/// The wait after that many failures when the first `free` cost nothing: 1 s, 2 s, 4 s, up to `longest_seconds`.
pub fn wait(count: i64, free: i64, longest_seconds: i64) -> Duration {
    let beyond = count - free;
    if beyond <= 0 {
        return Duration::zero();
    }
    let doubled = u32::try_from(beyond - 1).ok().and_then(|power| 1_i64.checked_shl(power.min(40)));
    Duration::seconds(doubled.unwrap_or(longest_seconds).min(longest_seconds))
}

impl Failures {
    /// The moment from which the subject may try again.
    pub fn until(&self, free: i64, longest_seconds: i64) -> DateTime<Utc> {
        self.last + wait(self.count, free, longest_seconds)
    }

    /// Whether they are too old to matter.
    pub fn forgotten(&self, now: DateTime<Utc>) -> bool {
        now - self.last >= Duration::hours(FORGET_HOURS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_wait_doubles_from_one_second_to_a_quarter_of_an_hour() {
        let seconds: Vec<i64> = (0..15).map(|count| wait(count, 2, LONGEST_SECONDS).num_seconds()).collect();
        assert_eq!(seconds, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    proptest! {
        #[test]
        fn more_failures_never_shorten_the_wait_and_none_lasts_for_ever(count in 0..i64::MAX - 1, free in 0..50_i64) {
            let (now, next) = (wait(count, free, LONGEST_SECONDS), wait(count + 1, free, LONGEST_SECONDS));
            prop_assert!(now <= next);
            prop_assert!(next <= Duration::seconds(LONGEST_SECONDS));
            prop_assert!(now >= Duration::zero());
        }

        #[test]
        fn whoever_guesses_all_day_has_few_guesses(free in 0..20_i64) {
            let (mut count, mut spent) = (0, Duration::zero());
            while spent < Duration::hours(FORGET_HOURS) {
                count += 1;
                spent += wait(count, free, LONGEST_SECONDS).max(Duration::milliseconds(1));
            }
            prop_assert!(count < free + 110, "{count}");
        }
    }
}
