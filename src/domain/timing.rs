//! How people say when a rule fires: a time of day and weekdays, made into cron text and read back from it.

use std::collections::BTreeSet;

use chrono::{NaiveTime, Timelike};

use super::recurrence::CronRule;

/// Weekdays as cron writes them, Monday first.
pub const WEEKDAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// A time of day on some weekdays of every week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// Whole minutes, local.
    pub time: NaiveTime,
    /// Places in [`WEEKDAYS`]; never empty in what was read.
    pub weekdays: BTreeSet<usize>,
}

impl Timing {
    /// The cron text: `0 30 5 * * MON-FRI`.
    pub fn cron(&self) -> String {
        format!("0 {} {} * * {}", self.time.minute(), self.time.hour(), days_text(&self.weekdays))
    }

    /// What a cron text says, where it is one time of day on weekdays of every week; none for anything richer.
    pub fn of_cron(text: &str) -> Option<Self> {
        let rule = CronRule::parse(text).ok()?;
        let fields: Vec<&str> = rule.text().split(' ').collect();
        let [_, minute, hour, "*", "*", days] = fields[..] else { return None };
        let time = NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)?;
        Some(Self { time, weekdays: days_of(days)? })
    }
}

/// `*`, or runs of three and more as a range.
fn days_text(days: &BTreeSet<usize>) -> String {
    if days.len() == WEEKDAYS.len() {
        return "*".into();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut left = days.iter().copied().filter(|day| *day < WEEKDAYS.len()).peekable();
    while let Some(first) = left.next() {
        let mut last = first;
        // Sunday opens a week in cron, so no range may end in it.
        while let Some(next) = left.next_if(|next| *next == last + 1 && *next < 6) {
            last = next;
        }
        match last - first {
            0 => parts.push(WEEKDAYS[first].into()),
            1 => parts.push(format!("{},{}", WEEKDAYS[first], WEEKDAYS[last])),
            _ => parts.push(format!("{}-{}", WEEKDAYS[first], WEEKDAYS[last])),
        }
    }
    parts.join(",")
}

fn days_of(text: &str) -> Option<BTreeSet<usize>> {
    if text == "*" {
        return Some((0..WEEKDAYS.len()).collect());
    }
    let place = |name: &str| WEEKDAYS.iter().position(|day| *day == name);
    let mut days = BTreeSet::new();
    for part in text.split(',') {
        match part.split_once('-') {
            None => days.extend([place(part)?]),
            // Sunday opens a week in cron and closes one here.
            Some(("SUN", last)) => days.extend((0..=place(last)?).chain([6])),
            Some((first, last)) => days.extend(place(first)?..=place(last)?),
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_weekdays_become_cron_text_and_come_back() {
        for (days, text) in [
            (&[0, 1, 2, 3, 4, 5, 6][..], "*"),
            (&[0, 1, 2, 3, 4], "MON-FRI"),
            (&[5, 6], "SAT,SUN"),
            (&[0, 2, 3, 4, 6], "MON,WED-FRI,SUN"),
            (&[6], "SUN"),
        ] {
            let time = NaiveTime::from_hms_opt(5, 30, 0).unwrap();
            let timing = Timing { time, weekdays: days.iter().copied().collect() };
            assert_eq!(timing.cron(), format!("0 30 5 * * {text}"));
            assert_eq!(Timing::of_cron(&timing.cron()), Some(timing));
        }
    }

    #[test]
    fn every_choice_of_weekdays_reads_back() {
        let time = NaiveTime::from_hms_opt(17, 5, 0).unwrap();
        for bits in 1_u32..128 {
            let weekdays = (0..7).filter(|day| bits & 1 << day != 0).collect();
            let timing = Timing { time, weekdays };
            assert_eq!(Timing::of_cron(&timing.cron()), Some(timing.clone()), "{}", timing.cron());
        }
    }

    #[test]
    fn what_says_more_than_a_time_and_weekdays_is_left_as_cron() {
        for text in ["0 0,30 5 * * *", "0 0 */2 * * *", "0 0 5 1 * *", "0 0 5 * JAN *", "0 0 5 * *", "no cron"] {
            assert_eq!(Timing::of_cron(text), None, "{text}");
        }
        let sunday_first = Timing::of_cron("0 0 5 * * SUN-TUE").unwrap();
        assert_eq!(sunday_first.weekdays, [0, 1, 6].into());
    }
}
