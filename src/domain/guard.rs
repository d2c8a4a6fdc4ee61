//! Guard hours and caps: when loudspeakers may sound at all, by unit and by day.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::area::{Area, Areas};
use super::ids::{AreaCode, RuleId};
use super::problem::{Problem, Severity};
use super::recurrence::to_utc;
use super::slot::{Grid, Slot};

/// Slots closer together than this are one session, minutes.
pub(super) const SESSION_GAP_MINUTES: i64 = 5;

/// A time of day in whole minutes, 0 (00:00) to 1440 (24:00), written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// From minutes after local midnight; none above 1440.
    pub fn new(minutes: u16) -> Option<Self> {
        (minutes <= 1440).then_some(Self(minutes))
    }

    /// Minutes after local midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for MinuteOfDay {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (hours, minutes) = text.split_once(':')?;
            if hours.len() != 2 || minutes.len() != 2 {
                return None;
            }
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            (minutes < 60).then_some(hours * 60 + minutes).and_then(Self::new)
        };
        parse().ok_or_else(|| format!("time \"{text}\" is not valid: write HH:MM from 00:00 to 24:00"))
    }
}

impl Serialize for MinuteOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MinuteOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Guard hours and caps of some areas; where several rules reach a commune, the one naming the nearest unit holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardRule {
    /// Units it holds for, with all beneath them.
    pub areas: BTreeSet<AreaCode>,
    /// Nothing before, local time.
    pub open: MinuteOfDay,
    /// Nothing after, local time.
    pub close: MinuteOfDay,
    /// Longest session (slots less than 5 minutes apart, relay included), minutes.
    pub session_minutes: u32,
    /// Starts before this are allowed but warned of (the night figure of QCVN 26), local time.
    pub warn_before: MinuteOfDay,
    /// Most sound a day (all slots that begin on it, relay included), minutes; none for no such cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_minutes: Option<u32>,
    /// Least time between the starts of two slots that hold the same bulletin, minutes; an order may ask for more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_minutes: Option<u32>,
}

/// Other hours on one day, such as Giao thừa.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardException {
    /// Units it holds for.
    pub areas: BTreeSet<AreaCode>,
    /// The day.
    pub date: NaiveDate,
    /// Nothing before, local time.
    pub open: MinuteOfDay,
    /// Nothing after, local time.
    pub close: MinuteOfDay,
    /// Why, shown to people.
    pub reason: String,
}

/// The guard as it holds in one area on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardHours {
    /// The local day.
    pub date: NaiveDate,
    /// Nothing before, local time.
    pub open: MinuteOfDay,
    /// Nothing after, local time.
    pub close: MinuteOfDay,
    /// Longest session, minutes.
    pub session_minutes: u32,
    /// Starts before this are warned of, local time.
    pub warn_before: MinuteOfDay,
    /// Why the hours are not the usual ones, on a day with an exception.
    pub exception: Option<String>,
    /// Most sound a day, minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_minutes: Option<u32>,
    /// Least time between two slots with the same bulletin, minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_minutes: Option<u32>,
}

impl GuardHours {
    /// Hours that let nothing through.
    pub fn closed(date: NaiveDate) -> Self {
        let midnight = MinuteOfDay(0);
        Self {
            date,
            open: midnight,
            close: midnight,
            session_minutes: 0,
            warn_before: midnight,
            exception: None,
            day_minutes: None,
            repeat_minutes: None,
        }
    }

    /// The hours of `area` on `date`: of the rule that names the nearest unit (the last in the file where two name the
    /// same one), with that day's exception. Without any rule everything is refused, and a problem says so.
    pub fn resolve(grid: &Grid, areas: &Areas, area: &AreaCode, date: NaiveDate) -> (Self, Vec<Problem>) {
        let chain = areas.chain(area, date);
        let rule = nearest(&chain, grid.guards.iter().map(|rule| &rule.areas));
        let on_date: Vec<&GuardException> = grid.exceptions.iter().filter(|other| other.date == date).collect();
        let exception = nearest(&chain, on_date.iter().map(|other| &other.areas));
        Self::from_rules(rule.map(|at| &grid.guards[at]), exception.map(|at| on_date[at]), area, date)
    }

    /// The hours that this rule and this exception give; the area is only named in the problem.
    pub(super) fn from_rules(
        rule: Option<&GuardRule>,
        exception: Option<&GuardException>,
        area: &AreaCode,
        date: NaiveDate,
    ) -> (Self, Vec<Problem>) {
        let Some(rule) = rule else {
            let sentence = format!(
                "no guard rule reaches area {area} on {date}, so every slot there is refused: \
                 add a guard rule that names it or a unit above it"
            );
            return (Self::closed(date), vec![Problem::refuse("no-guard", area, sentence)]);
        };
        let (open, close) = exception.map_or((rule.open, rule.close), |other| (other.open, other.close));
        let hours = Self {
            date,
            open,
            close,
            session_minutes: rule.session_minutes,
            warn_before: rule.warn_before,
            exception: exception.map(|other| other.reason.clone()),
            day_minutes: rule.day_minutes,
            repeat_minutes: rule.repeat_minutes,
        };
        (hours, Vec::new())
    }

    /// Open from 00:00 to 24:00, so that a slot may run past midnight.
    pub fn is_all_day(&self) -> bool {
        self.open.0 == 0 && self.close.0 == 1440
    }

    /// Whether the slot lies within the hours; the caps are another matter.
    pub(super) fn lets_in(&self, slot: &Slot, zone: Tz) -> bool {
        self.opens_at(zone) <= slot.start && self.closes_at(zone).is_none_or(|closes_at| slot.end <= closes_at)
    }

    /// The moment before which nothing sounds.
    pub fn opens_at(&self, zone: Tz) -> DateTime<Utc> {
        moment(zone, self.date, self.open)
    }

    /// The moment until which starts are warned of.
    pub fn warns_until(&self, zone: Tz) -> DateTime<Utc> {
        moment(zone, self.date, self.warn_before)
    }

    /// The moment after which nothing sounds; none when the guard is open all day.
    pub fn closes_at(&self, zone: Tz) -> Option<DateTime<Utc>> {
        (!self.is_all_day()).then(|| moment(zone, self.date, self.close))
    }
}

fn moment(zone: Tz, date: NaiveDate, time: MinuteOfDay) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    let local = midnight.checked_add_signed(Duration::minutes(time.0.into())).unwrap_or(midnight);
    to_utc(zone, local)
}

/// Which of these sets names the nearest unit of a chain; the last one where several do.
pub(super) fn nearest<'a>(chain: &[&Area], sets: impl Iterator<Item = &'a BTreeSet<AreaCode>>) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (at, set) in sets.enumerate() {
        let depth = chain.iter().position(|unit| set.contains(&unit.code));
        if let Some(depth) = depth
            && best.is_none_or(|(_, least)| depth <= least)
        {
            best = Some((at, depth));
        }
    }
    best.map(|(at, _)| at)
}

/// A problem of one slot, and the other rule it meets there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SlotFault {
    /// Which slot of the list.
    pub slot: usize,
    /// The rule it overlaps, or whose slot began its session.
    pub other: Option<RuleId>,
    /// The problem.
    pub problem: Problem,
}

/// Slots of one day against the hours and the caps, and against one another. Slots must be in order of start.
///
/// Refused: starting before the guard opens, ending after it closes (a guard open all day lets a slot run past
/// midnight), overlapping an earlier slot, making a session longer than its cap, and making the day longer than its. Warned of: the night figure.
pub fn check_slots(slots: &[Slot], guard: &GuardHours, zone: Tz) -> Vec<Problem> {
    slot_faults(&[], slots, guard, zone).into_iter().map(|fault| fault.problem).collect()
}

/// The slots that may stand, and the problems of the others; `before` are the slots of the day before that lie within
/// its hours, in order of start: they may reach past midnight. Whether each of them stands does not matter, or every day
/// would hang on all the days before it.
pub fn admit_slots(before: &[Slot], slots: &[Slot], guard: &GuardHours, zone: Tz) -> (Vec<Slot>, Vec<Problem>) {
    let faults = slot_faults(before, slots, guard, zone);
    let refused = |at: usize| faults.iter().any(|fault| fault.slot == at && fault.problem.severity == Severity::Refuse);
    let admitted = slots.iter().enumerate().filter(|(at, _)| !refused(*at)).map(|(_, slot)| slot.clone()).collect();
    (admitted, faults.into_iter().map(|fault| fault.problem).collect())
}

/// As [`check_slots`], with the slot and the other rule of each problem. A refused slot is not held against later ones.
pub(super) fn slot_faults(before: &[Slot], slots: &[Slot], guard: &GuardHours, zone: Tz) -> Vec<SlotFault> {
    let mut faults = Vec::new();
    let (opens_at, closes_at) = (guard.opens_at(zone), guard.closes_at(zone));
    let warn_at = moment(zone, guard.date, guard.warn_before);
    let mut session = before.iter().fold(Session::default(), |session, slot| session.with(slot));
    let mut day = Duration::zero();
    for (at, slot) in slots.iter().enumerate() {
        let mut say = |code, other: Option<&RuleId>, rest: String| {
            let problem = Problem::refuse(code, &slot.rule, format!("{} {rest}", spoken(slot, zone)));
            faults.push(SlotFault { slot: at, other: other.cloned(), problem });
        };
        let next = session.with(slot);
        if slot.start < opens_at {
            say(
                "guard-before",
                None,
                format!("starts before the guard opens at {}: start it then or later", guard.open),
            );
        } else if closes_at.is_some_and(|closes_at| slot.end > closes_at) {
            let remedy = "shorten it or start it earlier";
            say("guard-after", None, format!("ends after the guard closes at {}: {remedy}", guard.close));
        } else if let Some(last) = session.last.filter(|last| slot.start < last.end) {
            let rest = format!("overlaps {}: move or shorten one of them", spoken(last, zone));
            say("overlap", Some(&last.rule), rest);
        } else if next.minutes() > guard.session_minutes.into() {
            let first = next.first.map_or(slot, |first| first);
            let rest = format!(
                "makes a session of {} minutes from {}, and at most {} are allowed: \
                 shorten it, or leave {SESSION_GAP_MINUTES} minutes before it",
                next.minutes(),
                first.start.with_timezone(&zone).format("%H:%M"),
                guard.session_minutes
            );
            say("session-cap", Some(&first.rule), rest);
        } else if let Some(most) = guard.day_minutes.filter(|most| whole_minutes(day + slot.length()) > (*most).into())
        {
            let rest = format!(
                "makes {} minutes of sound that day, relay counted, and at most {most} are allowed: \
                 shorten it, or leave another one out",
                whole_minutes(day + slot.length())
            );
            say("day-cap", None, rest);
        } else {
            (session, day) = (next, day + slot.length());
            if slot.start < warn_at {
                let rest = format!(
                    "starts before {}, when the night noise figure holds: start it later, or keep it quiet",
                    guard.warn_before
                );
                let problem = Problem::warn("night", &slot.rule, format!("{} {rest}", spoken(slot, zone)));
                faults.push(SlotFault { slot: at, other: None, problem });
            }
        }
    }
    faults
}

/// Slots less than five minutes apart, relay included, from the first one's start to the last one's end.
#[derive(Clone, Copy, Default)]
struct Session<'a> {
    first: Option<&'a Slot>,
    /// The one that ends last.
    last: Option<&'a Slot>,
}

impl<'a> Session<'a> {
    fn with(self, slot: &'a Slot) -> Self {
        let joins = self.last.is_some_and(|last| slot.start - last.end < Duration::minutes(SESSION_GAP_MINUTES));
        let last = self.last.filter(|last| joins && last.end > slot.end);
        Self { first: if joins { self.first } else { Some(slot) }, last: last.or(Some(slot)) }
    }

    fn minutes(&self) -> i64 {
        match (self.first, self.last) {
            (Some(first), Some(last)) => whole_minutes(last.end - first.start),
            _ => 0,
        }
    }
}

/// The longest session among these slots, in order of start, minutes.
pub(super) fn longest_session_minutes(slots: &[Slot]) -> i64 {
    let mut session = Session::default();
    let lengths = slots.iter().map(|slot| {
        session = session.with(slot);
        session.minutes()
    });
    lengths.max().unwrap_or(0)
}

/// How long these slots are altogether, minutes.
pub(super) fn minutes_of<'a>(slots: impl Iterator<Item = &'a Slot>) -> i64 {
    whole_minutes(slots.map(Slot::length).sum())
}

/// Time without sound between two slots of one session; none where the second begins another session or at once.
pub(super) fn dead_air(first: &Slot, second: &Slot) -> Option<Duration> {
    let gap = second.start - first.end;
    (Duration::zero() < gap && gap < Duration::minutes(SESSION_GAP_MINUTES)).then_some(gap)
}

/// Rounded up: half a minute over the cap is over the cap.
fn whole_minutes(span: Duration) -> i64 {
    (span.num_seconds() + 59) / 60
}

/// `slot 05:30-06:00 of rule "x" on 2024-06-12`, in local time.
pub(super) fn spoken(slot: &Slot, zone: Tz) -> String {
    let (start, end) = (slot.start.with_timezone(&zone), slot.end.with_timezone(&zone));
    let date = start.date_naive();
    format!("slot {}-{} of rule \"{}\" on {date}", start.format("%H:%M"), end.format("%H:%M"), slot.rule)
}
