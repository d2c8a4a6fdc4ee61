//! The duty list (*danh sách trực*): who may approve what is urgent outside working hours. Lines are added and ended,
//! never changed.

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, Utc, Weekday};

/// One person's duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Its number.
    pub id: u64,
    /// Log-in name.
    pub user: String,
    /// From this moment.
    pub from: DateTime<Utc>,
    /// Until this moment.
    pub to: DateTime<Utc>,
    /// Who put it down.
    pub by: String,
    /// When it was put down.
    pub at: DateTime<Utc>,
    /// Who ended it before its time, and when.
    pub ended: Option<(String, DateTime<Utc>)>,
}

impl Duty {
    /// Whether the person is on duty at that moment.
    pub fn covers(&self, now: DateTime<Utc>) -> bool {
        self.from <= now && now < self.to && self.ended.as_ref().is_none_or(|(_, at)| now < *at)
    }
}

/// Working hours: within them every approver may decide on what is urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingHours {
    /// From this local time.
    pub from: NaiveTime,
    /// Until this local time.
    pub to: NaiveTime,
    /// Whether Saturdays and Sundays are working days.
    pub weekends: bool,
}

impl WorkingHours {
    /// Whether that local moment lies in them.
    pub fn hold(&self, local: NaiveDateTime) -> bool {
        let weekend = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
        (self.weekends || !weekend) && self.from <= local.time() && local.time() < self.to
    }
}

/// Names of those on duty at that moment, each once.
pub fn on_duty(duties: &[Duty], now: DateTime<Utc>) -> Vec<&str> {
    let mut names: Vec<&str> = duties.iter().filter(|duty| duty.covers(now)).map(|duty| duty.user.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn a_duty_covers_from_its_first_moment_until_its_last_or_its_end() {
        let at = DateTime::UNIX_EPOCH;
        let mut duty = Duty {
            id: 1,
            user: "an".into(),
            from: at,
            to: at + Duration::hours(8),
            by: "quantri".into(),
            at,
            ended: None,
        };
        assert!(duty.covers(at) && !duty.covers(at - Duration::microseconds(1)));
        assert!(!duty.covers(at + Duration::hours(8)));
        duty.ended = Some(("quantri".into(), at + Duration::hours(1)));
        assert!(duty.covers(at + Duration::minutes(59)) && !duty.covers(at + Duration::hours(1)));
        assert_eq!(on_duty(&[duty.clone(), duty], at), ["an"]);
    }

    #[test]
    fn nights_and_weekends_are_outside_working_hours() {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let mut hours = WorkingHours { from: time(7), to: time(17), weekends: false };
        let local = |day: &str, hour| NaiveDateTime::new(day.parse().unwrap(), time(hour));
        assert!(hours.hold(local("2024-06-12", 7)) && hours.hold(local("2024-06-12", 16)));
        assert!(!hours.hold(local("2024-06-12", 17)) && !hours.hold(local("2024-06-12", 3)));
        assert!(!hours.hold(local("2024-06-15", 9)));
        hours.weekends = true;
        assert!(hours.hold(local("2024-06-15", 9)));
    }
}
