//! Recurrence: cron text to times of day, and local time to UTC. Wall-clock time is worked out first, as if there were
//! no zone, and each time is then mapped once; a change of the clocks can so neither lose nor double a slot.

use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Duration, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc,
};
use chrono_tz::Tz;
use cron::TimeUnitSpec;

/// Longest cron text, characters.
pub const LONGEST_TEXT: usize = 100;
/// Most firings a day; more is a slip of the pen, not a schedule.
pub const MOST_A_DAY: usize = 48;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Why a cron text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronProblem {
    /// More than [`LONGEST_TEXT`].
    #[error("cron text has {length} characters: use at most {LONGEST_TEXT}, or split it into two rules")]
    TooLong {
        /// Characters found.
        length: usize,
    },
    /// Not six fields.
    #[error(
        "cron \"{text}\" has {found} fields: write six, which are second (0), minute, hour, day, month and weekday, \
         such as 0 30 5 * * *"
    )]
    Fields {
        /// The text.
        text: String,
        /// Fields found.
        found: usize,
    },
    /// Seconds other than 0.
    #[error("cron \"{text}\" fires at second \"{found}\": slots start at a whole minute, so write 0 first")]
    Seconds {
        /// The text.
        text: String,
        /// The first field.
        found: String,
    },
    /// A weekday as a number, which means Sunday to some and Monday to others.
    #[error("cron \"{text}\" gives weekday \"{found}\" as a number: write names, such as MON-FRI or SAT,SUN")]
    NumberedWeekday {
        /// The text.
        text: String,
        /// The part.
        found: String,
    },
    /// A part of a field that cannot be read.
    #[error("cron \"{text}\": \"{found}\" is not a valid {field}: use {allowed}")]
    Part {
        /// The text.
        text: String,
        /// Which field.
        field: &'static str,
        /// The part.
        found: String,
        /// What would be valid.
        allowed: &'static str,
    },
    /// A range that runs backwards.
    #[error("cron \"{text}\": {field} range \"{found}\" runs backwards: write two parts with a comma, such as FRI,MON")]
    Backwards {
        /// The text.
        text: String,
        /// Which field.
        field: &'static str,
        /// The range.
        found: String,
    },
    /// More than [`MOST_A_DAY`].
    #[error(
        "cron \"{text}\" fires {times} times a day: use at most {MOST_A_DAY}, and name the minute, such as 0 or 0,30"
    )]
    TooOften {
        /// The text.
        text: String,
        /// Times a day.
        times: usize,
    },
    /// No calendar has such a day.
    #[error("cron \"{text}\" never fires, because no such day exists in its months: mend the day or the month")]
    Never {
        /// The text.
        text: String,
    },
}

/// One field of the six, as we allow it to be written.
struct Field {
    name: &'static str,
    allowed: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", allowed: "0 to 59, *, a-b, a,b or */step", least: 0, most: 59, names: &[] },
    Field { name: "hour", allowed: "0 to 23, *, a-b, a,b or */step", least: 0, most: 23, names: &[] },
    Field { name: "day", allowed: "1 to 31, *, a-b, a,b or */step", least: 1, most: 31, names: &[] },
    Field { name: "month", allowed: "1 to 12, JAN to DEC, *, a-b, a,b or */step", least: 1, most: 12, names: &MONTHS },
    Field { name: "weekday", allowed: "MON to SUN, *, a-b or a,b", least: 1, most: 7, names: &WEEKDAYS },
];

/// A cron text that was read and found sound: on which days it fires, and at which times of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronRule {
    text: String,
    // Bit n set: day n, month n, weekday n (1 = Sunday) is meant.
    days: u32,
    months: u32,
    weekdays: u32,
    times: Vec<NaiveTime>,
}

impl CronRule {
    /// Reads six fields: second (0), minute, hour, day of month, month, weekday. Where both day and weekday are given,
    /// both must hold. Errors: see [`CronProblem`].
    pub fn parse(text: &str) -> Result<Self, CronProblem> {
        let length = text.chars().count();
        if length > LONGEST_TEXT {
            return Err(CronProblem::TooLong { length });
        }
        let parts: Vec<String> = text.split_whitespace().map(str::to_uppercase).collect();
        let text = parts.join(" ");
        if parts.len() != 6 {
            return Err(CronProblem::Fields { found: parts.len(), text });
        }
        if parts[0] != "0" {
            return Err(CronProblem::Seconds { found: parts[0].clone(), text });
        }
        for (field, part) in FIELDS.iter().zip(&parts[1..]) {
            check_field(&text, field, part)?;
        }
        let schedule = cron::Schedule::from_str(&text).map_err(|_| CronProblem::Part {
            text: text.clone(),
            field: "expression",
            found: text.clone(),
            allowed: "plain values, *, a-b, a,b and */step",
        })?;
        Self::from_schedule(text, &schedule)
    }

    fn from_schedule(text: String, schedule: &cron::Schedule) -> Result<Self, CronProblem> {
        let bits = |unit: &dyn Fn(u32) -> bool| (1..=31).filter(|n| unit(*n)).fold(0, |bits, n| bits | 1 << n);
        let mut times = Vec::new();
        for hour in schedule.hours().iter() {
            times.extend(schedule.minutes().iter().filter_map(|minute| NaiveTime::from_hms_opt(hour, minute, 0)));
        }
        if times.len() > MOST_A_DAY {
            return Err(CronProblem::TooOften { text, times: times.len() });
        }
        let rule = Self {
            days: bits(&|n| schedule.days_of_month().includes(n)),
            months: bits(&|n| schedule.months().includes(n)),
            weekdays: bits(&|n| schedule.days_of_week().includes(n)),
            times,
            text,
        };
        // 2000 is a leap year, so it has every day that any year has.
        let exists = (1..=12).any(|month| {
            rule.months & 1 << month != 0
                && (1..=31).any(|day| rule.days & 1 << day != 0 && NaiveDate::from_ymd_opt(2000, month, day).is_some())
        });
        if !exists || rule.times.is_empty() {
            return Err(CronProblem::Never { text: rule.text });
        }
        Ok(rule)
    }

    /// The text, in capitals and with single spaces.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it fires on that day at all.
    pub fn fires_on(&self, date: NaiveDate) -> bool {
        self.days & 1 << date.day() != 0
            && self.months & 1 << date.month() != 0
            && self.weekdays & 1 << date.weekday().number_from_sunday() != 0
    }

    /// The wall-clock times it fires at on that day, in order.
    pub fn on_day(&self, date: NaiveDate) -> Vec<NaiveDateTime> {
        if !self.fires_on(date) {
            return Vec::new();
        }
        self.times.iter().map(|time| date.and_time(*time)).collect()
    }
}

fn check_field(text: &str, field: &Field, part: &str) -> Result<(), CronProblem> {
    let bad = |found: &str| CronProblem::Part {
        text: text.into(),
        field: field.name,
        found: found.into(),
        allowed: field.allowed,
    };
    let value = |found: &str| {
        if let Some(place) = field.names.iter().position(|name| *name == found) {
            return Ok(field.least + place as u32);
        }
        if found.is_empty() || found.len() > 2 || !found.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad(found));
        }
        if field.name == "weekday" {
            return Err(CronProblem::NumberedWeekday { text: text.into(), found: found.into() });
        }
        let number: u32 = found.parse().map_err(|_| bad(found))?;
        if (field.least..=field.most).contains(&number) { Ok(number) } else { Err(bad(found)) }
    };
    for item in part.split(',') {
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        if let Some(step) = step {
            let digits = !step.is_empty() && step.len() <= 2 && step.bytes().all(|byte| byte.is_ascii_digit());
            let number: u32 = if digits { step.parse().unwrap_or(0) } else { 0 };
            if number == 0 || number > field.most {
                return Err(bad(item));
            }
        }
        if range == "*" {
            continue;
        }
        match range.split_once('-') {
            Some((first, last)) if value(first)? > value(last)? => {
                return Err(CronProblem::Backwards { text: text.into(), field: field.name, found: range.into() });
            }
            Some(_) => {}
            None => {
                value(range)?;
            }
        }
    }
    Ok(())
}

/// The moment of a wall-clock time in a zone. A time that the clocks skip is shifted forward by what they skip (02:30
/// becomes 03:30); of a time that comes twice the first is meant. Viet Nam's clocks do neither.
pub fn to_utc(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(moment) | MappedLocalTime::Ambiguous(moment, _) => moment.to_utc(),
        MappedLocalTime::None => after_gap(zone, local),
    }
}

/// Reads the time with the offset that held before the clocks sprang; the longest gap known is one day.
fn after_gap(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    for hours in 1..=48 {
        let Some(earlier) = local.checked_sub_signed(Duration::hours(hours)) else { break };
        if let Some(moment) = zone.from_local_datetime(&earlier).latest() {
            let offset = Duration::seconds(moment.offset().fix().local_minus_utc().into());
            if let Some(utc) = local.checked_sub_signed(offset) {
                return utc.and_utc();
            }
        }
    }
    // Only at the ends of the calendar, where no slot is.
    local.and_utc()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn refusal(text: &str) -> String {
        CronRule::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_daily_rule_fires_at_its_times_in_order() {
        let rule = CronRule::parse("0 0,30 17,5 * * *").unwrap();
        let times: Vec<String> = rule.on_day(day("2024-06-12")).iter().map(|time| time.time().to_string()).collect();
        assert_eq!(times, ["05:00:00", "05:30:00", "17:00:00", "17:30:00"]);
    }

    #[test]
    fn weekday_names_mean_the_days_they_name() {
        let rule = CronRule::parse("0 0 6 * * mon-fri").unwrap();
        assert!(rule.fires_on(day("2024-06-10")), "a Monday");
        assert!(rule.fires_on(day("2024-06-14")), "a Friday");
        assert!(!rule.fires_on(day("2024-06-15")), "a Saturday");
        assert!(!rule.fires_on(day("2024-06-16")), "a Sunday");
        assert!(CronRule::parse("0 0 6 * * SUN").unwrap().fires_on(day("2024-06-16")));
    }

    #[test]
    fn day_and_weekday_must_both_hold() {
        let rule = CronRule::parse("0 0 6 1-7 * MON").unwrap();
        assert!(rule.fires_on(day("2024-06-03")));
        assert!(!rule.fires_on(day("2024-06-10")));
        assert!(!rule.fires_on(day("2024-06-04")));
    }

    #[test]
    fn bad_texts_are_refused_with_a_sentence_that_names_value_and_remedy() {
        for (text, expected) in [
            ("30 5 * * *", "has 5 fields"),
            ("", "has 0 fields"),
            ("@daily", "has 1 fields"),
            ("0 0 6 * * * 2024", "has 7 fields"),
            ("* 0 6 * * *", "fires at second \"*\""),
            ("15 0 6 * * *", "fires at second \"15\""),
            ("0 * * * * *", "fires 1440 times a day"),
            ("0 */20 * * * *", "fires 72 times a day"),
            ("0 0 6 30 FEB *", "never fires"),
            ("0 0 6 31 2,4,6,9,11 *", "never fires"),
            ("0 0 6 * * 1", "weekday \"1\" as a number"),
            ("0 0 6 * * FRI-MON", "runs backwards"),
            ("0 0 24 * * *", "\"24\" is not a valid hour"),
            ("0 60 6 * * *", "\"60\" is not a valid minute"),
            ("0 0 6 0 * *", "\"0\" is not a valid day"),
            ("0 0 6 L * *", "\"L\" is not a valid day"),
            ("0 0 6 * * MON#2", "\"MON#2\" is not a valid weekday"),
            ("0 0 6 * THÁNG *", "is not a valid month"),
            ("0 0/0 6 * * *", "\"0/0\" is not a valid minute"),
            ("0 ? 6 * * *", "\"?\" is not a valid minute"),
            ("0 0 6,,7 * * *", "\"\" is not a valid hour"),
        ] {
            let sentence = refusal(text);
            assert!(sentence.contains(expected), "{text}: {sentence}");
        }
        assert!(refusal(&format!("0 0 6 * * {}", "MON,".repeat(40))).contains("at most 100"));
    }

    #[test]
    fn the_last_day_of_february_fires_in_leap_years_only() {
        let rule = CronRule::parse("0 0 6 29 FEB *").unwrap();
        assert!(rule.fires_on(day("2024-02-29")));
        assert_eq!(rule.on_day(day("2025-03-01")), []);
    }

    #[test]
    fn a_time_the_clocks_skip_is_shifted_forward() {
        let berlin = chrono_tz::Europe::Berlin;
        let moment = to_utc(berlin, at("2024-03-31T02:30:00"));
        assert_eq!(moment.to_rfc3339(), "2024-03-31T01:30:00+00:00");
        assert_eq!(moment.with_timezone(&berlin).naive_local(), at("2024-03-31T03:30:00"));
    }

    #[test]
    fn of_a_time_that_comes_twice_the_first_is_meant() {
        let moment = to_utc(chrono_tz::Europe::Berlin, at("2024-10-27T02:30:00"));
        assert_eq!(moment.to_rfc3339(), "2024-10-27T00:30:00+00:00");
    }

    #[test]
    fn a_day_that_a_zone_skipped_whole_has_a_moment_too() {
        let moment = to_utc(chrono_tz::Pacific::Apia, at("2011-12-30T12:00:00"));
        assert_eq!(moment.with_timezone(&chrono_tz::Pacific::Apia).naive_local(), at("2011-12-31T12:00:00"));
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        for zone in [chrono_tz::Asia::Ho_Chi_Minh, chrono_tz::Europe::Berlin, chrono_tz::America::New_York] {
            let _ = to_utc(zone, NaiveDateTime::MAX);
            let _ = to_utc(zone, NaiveDateTime::MIN);
        }
        let rule = CronRule::parse("0 0 6 * * *").unwrap();
        assert_eq!(rule.on_day(NaiveDate::MAX).len(), 1);
        assert_eq!(rule.on_day(NaiveDate::MIN).len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9*/,a-zA-Z# -]{0,40}|.{0,60}") {
            let _ = CronRule::parse(&text);
        }

        #[test]
        fn days_agree_with_the_cron_crate(offset in 0i64..12_000, fields in prop::sample::select(vec![
            "0 15 5 * * *", "0 0 6 1-7 * MON", "0 30 17 */2 JAN-JUN *", "0 0 5,17 31 * SAT,SUN", "0 5/20 6 29 2 *",
        ])) {
            let date = day("2000-01-01") + Duration::days(offset);
            let schedule = cron::Schedule::from_str(fields).unwrap();
            let midnight = date.and_time(NaiveTime::MIN).and_utc();
            let expected: Vec<_> = schedule.after(&(midnight - Duration::seconds(1)))
                .take_while(|time| time.date_naive() == date).map(|time| time.naive_utc()).collect();
            prop_assert_eq!(CronRule::parse(fields).unwrap().on_day(date), expected);
        }
    }
}
