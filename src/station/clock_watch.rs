//! How far this machine's clock can be believed. Boards without a battery wake up years away, and a clock may be
//! stepped at any time; nothing plays by a clock that is not believed.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::protocol::journal::ClockState;

/// A clock this far from the center's is not believed, seconds.
const LARGEST_DIFFERENCE_SECONDS: i64 = 60;
/// A clock may step, or be behind the last journal line, by this much and still be believed, seconds.
const LARGEST_STEP_SECONDS: i64 = 2;

/// A wall time and the monotonic moment it was true at.
type Mark = (DateTime<Utc>, Instant);

/// Watches the wall clock against the monotonic clock and the center's time.
#[derive(Debug)]
pub struct ClockWatch {
    attested: Option<Mark>,
    watched: Mark,
    state: ClockState,
}

fn carried((at, since): Mark, moment: Instant) -> DateTime<Utc> {
    let elapsed = moment.checked_duration_since(since).unwrap_or(Duration::ZERO);
    chrono::Duration::from_std(elapsed).map_or(at, |elapsed| at + elapsed)
}

impl ClockWatch {
    /// Begins to watch. `floor` is the latest time ever put down: time never falls below it.
    pub fn new(now: DateTime<Utc>, moment: Instant, floor: Option<DateTime<Utc>>) -> Self {
        let mut watch = Self { attested: None, watched: (now, moment), state: ClockState::System };
        watch.look(now, moment, floor);
        watch
    }

    /// The center told its time.
    pub fn attest(&mut self, time: DateTime<Utc>, moment: Instant) {
        self.attested = Some((time, moment));
    }

    /// How far the clock is believed now.
    pub fn state(&self) -> ClockState {
        self.state
    }

    /// Looks again; the center's time, carried on by the monotonic clock, decides. Without it a clock that stepped, or
    /// that lies before `floor`, is not believed again until the center's time is known.
    pub fn look(&mut self, now: DateTime<Utc>, moment: Instant, floor: Option<DateTime<Utc>>) -> ClockState {
        let stepped = (carried(self.watched, moment) - now).num_seconds().abs() > LARGEST_STEP_SECONDS;
        let behind = floor.is_some_and(|floor| (floor - now).num_seconds() > LARGEST_STEP_SECONDS);
        self.watched = (now, moment);
        self.state = match self.attested {
            Some(mark) if (carried(mark, moment) - now).num_seconds().abs() > LARGEST_DIFFERENCE_SECONDS => {
                ClockState::Untrusted
            }
            Some(_) => ClockState::Attested,
            None if stepped || behind || self.state == ClockState::Untrusted => ClockState::Untrusted,
            None => ClockState::System,
        };
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(now: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
        now + chrono::Duration::seconds(seconds)
    }

    #[test]
    fn a_clock_that_steps_is_not_believed_until_the_center_agrees() {
        let (now, moment) = (crate::clock::now(), Instant::now());
        let second = Duration::from_secs(1);
        for step in [-3600, -3, 3, 86_400 * 365] {
            let mut watch = ClockWatch::new(now, moment, None);
            assert_eq!(watch.state(), ClockState::System);
            assert_eq!(watch.look(after(now, 1), moment + second, None), ClockState::System);
            assert_eq!(watch.look(after(now, 2 + step), moment + second * 2, None), ClockState::Untrusted, "{step}");
            // Time alone does not mend it.
            assert_eq!(watch.look(after(now, 3 + step), moment + second * 3, None), ClockState::Untrusted);
            watch.attest(after(now, 4), moment + second * 4);
            let believed = watch.look(after(now, 4), moment + second * 4, None);
            assert_eq!(believed, ClockState::Attested);
        }
    }

    #[test]
    fn a_clock_behind_what_was_put_down_is_not_believed() {
        let (now, moment) = (crate::clock::now(), Instant::now());
        assert_eq!(ClockWatch::new(now, moment, Some(after(now, 10))).state(), ClockState::Untrusted);
        assert_eq!(ClockWatch::new(now, moment, Some(after(now, -10))).state(), ClockState::System);
    }

    #[test]
    fn the_centers_time_overrules_a_floor_from_a_wrong_year() {
        let (now, moment) = (crate::clock::now(), Instant::now());
        let floor = Some(after(now, 86_400 * 365 * 70));
        let mut watch = ClockWatch::new(now, moment, floor);
        watch.attest(now, moment);
        assert_eq!(watch.look(now, moment, floor), ClockState::Attested);
        assert_eq!(watch.look(after(now, 7200), moment, floor), ClockState::Untrusted);
    }
}
