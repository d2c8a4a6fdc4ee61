//! Reconciliation (đối chiếu): the rundowns of one station-day set beside what was said of it. What counts, and as
//! what, is the glossary's *What counts*; this folder is its only home.
//!
//! Planned airings come from rundowns ([`counting`]), outcomes from records (`judge`), and the two sides of the sum
//! (`sums`) are counted apart, so that neither is the remainder of the other.

mod counting;
mod excuse;
mod judge;
mod sums;
mod urgent;

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use counting::counted_airing;
pub use counting::{Counted, counting};
pub use sums::{Coverage, Sums};
pub use urgent::Urgent;

use super::as_run::{Cause, Evidence, Record};
use super::force_majeure::Excuse;
use super::ids::AiringId;
use super::rundown::{Item, Rundown};
use super::settings::Settings;
use judge::{Durations, Judgement, judge};

/// What became of a due airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All of it, but for the tolerance (đã phát đủ).
    Aired,
    /// Some of it (phát thiếu).
    Partial,
    /// None of it, and somebody said so (không phát).
    Missed,
    /// Nobody said anything (chưa xác nhận).
    Unreported,
}

/// Whether a counted airing is in the sum yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Not due yet: outside the sum (sắp phát).
    Upcoming,
    /// Due, and counted as this.
    Due(Outcome),
    /// Due, did not sound, and excused by force majeure (bất khả kháng).
    Excused,
}

/// One counted airing beside everything said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The plan that counts.
    pub counted: Counted,
    /// Whether its planned end and the time to report it have passed; only then it is in the sum.
    pub due: bool,
    /// What the records say so far; a figure only when due.
    pub outcome: Outcome,
    /// Aired or partial, and begun too late after the counted planned start.
    pub late: bool,
    /// How the outcome is known: the strength of the deciding record.
    pub evidence: Evidence,
    /// Which of `records` decides; none when nothing said stands.
    pub deciding: Option<usize>,
    /// First sample, by the deciding record.
    pub began_at: Option<DateTime<Utc>>,
    /// Milliseconds played, by the deciding record; none where only "in full" or nothing was said.
    pub played_ms: Option<u64>,
    /// Why not in full, by the deciding record.
    pub cause: Option<Cause>,
    /// More words of the deciding record.
    pub note: Option<String>,
    /// Unreported past 12:00 local time of the day after the rundown's.
    pub overdue: bool,
    /// All records of this airing in order of serial, also those taken back.
    pub records: Vec<Record>,
    /// Records of different strength tell different outcomes, or a device told two different stories.
    pub contradiction: bool,
    /// What excuses it, once [`StationDay::excused_by`] was asked; `outcome` stays what the records say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excused: Option<Excuse>,
}

impl Line {
    /// The record that decides; none when nothing said stands.
    pub fn deciding_record(&self) -> Option<&Record> {
        self.records.get(self.deciding?)
    }

    /// Whether planned and as-run agree: aired and not late (*khớp*).
    pub fn matches(&self) -> bool {
        self.outcome == Outcome::Aired && !self.late
    }
}

/// Something that was played and that the counting version lacks (ngoài lịch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OffSchedule {
    /// The deciding record of that airing.
    pub record: Record,
    /// Milliseconds played; none where only "in full" was said.
    pub played_ms: Option<u64>,
}

/// One station's day, reconciled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StationDay {
    /// The moment it is told for.
    pub as_of: DateTime<Utc>,
    /// Due airings, counted from the rundowns alone.
    pub planned: u64,
    /// Counted airings not due yet, counted from the rundowns alone.
    pub upcoming: u64,
    /// Ordinary bulletins declined by the commune, by the newest rundown.
    pub declined: u64,
    /// Every counted airing, in order of planned start.
    pub lines: Vec<Line>,
    /// What else was played, in order of serial.
    pub off_schedule: Vec<OffSchedule>,
    /// Break-in orders that reached the station, once [`StationDay::with_urgent`] was asked; in no sum of the plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urgent: Vec<Urgent>,
}

impl StationDay {
    /// The day's sums.
    pub fn sums(&self) -> Sums {
        Sums::of(self)
    }
}

/// Sets the rundowns of one station-day beside the records of it, as of a moment.
///
/// `versions`: all versions the center ever issued for that station and date, in any order.
/// `records`: that station's records whose airing is in one of these versions, and those that began on that date and
/// whose airing is in no rundown at all; any order, repeats allowed. Records of another station are left out. A report
/// of what was known at an earlier moment gives only the records accepted by then.
pub fn reconcile(
    versions: &[Rundown],
    records: &[Record],
    settings: &Settings,
    zone: Tz,
    as_of: DateTime<Utc>,
) -> StationDay {
    let counted = counting(versions);
    let planned = sums::rundown_side(&counted, settings, as_of);
    let newest = versions.iter().max_by_key(|rundown| (rundown.issued_at, rundown.version));
    let mut by_airing = group(records, newest);
    let durations = Durations::new(versions);

    let lines = counted
        .into_iter()
        .map(|counted| {
            let records = by_airing.remove(&counted.airing).unwrap_or_default();
            let judgement = judge(&records, |record| durations.of(record, Some(&counted)), settings);
            line(counted, records, judgement, settings, zone, as_of)
        })
        .collect();

    // What is left belongs to no counted airing.
    let mut off_schedule: Vec<OffSchedule> = by_airing
        .into_values()
        .filter_map(|records| {
            let judgement = judge(&records, |record| durations.of(record, None), settings);
            let played = matches!(judgement.outcome, Outcome::Aired | Outcome::Partial);
            let record = records.get(judgement.deciding?)?.clone();
            played.then_some(OffSchedule { record, played_ms: judgement.played_ms })
        })
        .collect();
    off_schedule.sort_by_key(|off| off.record.serial);

    StationDay {
        as_of,
        planned: planned.due,
        upcoming: planned.upcoming,
        declined: newest.map_or(0, |rundown| rundown.declined.into()),
        lines,
        off_schedule,
        urgent: Vec::new(),
    }
}

/// Airings of one version that fell short by the words that decide, whichever version counts for them: planning asks what
/// is to be made good, and has issued newer versions since.
///
/// `records`: of that station and day, in any order.
pub fn fell_short(rundown: &Rundown, records: &[Record], settings: &Settings) -> BTreeSet<AiringId> {
    let by_airing = group(records, Some(rundown));
    let durations = Durations::new(std::slice::from_ref(rundown));
    let short = |item: &Item, airing: &AiringId| {
        let duration_ms = |record: &Record| durations.of(record, None).or(Some(item.duration_ms));
        let judged = by_airing.get(airing).map(|records| judge(records, duration_ms, settings).outcome);
        matches!(judged, Some(Outcome::Partial | Outcome::Missed))
    };
    let airings = rundown.items.iter().filter_map(|item| Some((item, counted_airing(item)?)));
    airings.filter(|(item, airing)| short(item, airing)).map(|(_, airing)| airing).collect()
}

/// Records by airing, each list in order of serial and without repeats.
fn group(records: &[Record], rundown: Option<&Rundown>) -> BTreeMap<AiringId, Vec<Record>> {
    let mut by_airing: BTreeMap<AiringId, Vec<Record>> = BTreeMap::new();
    for record in records {
        if rundown.is_none_or(|rundown| rundown.station == record.station) {
            by_airing.entry(record.airing).or_default().push(record.clone());
        }
    }
    for records in by_airing.values_mut() {
        records.sort_by_key(|record| record.serial);
        // A serial is given once, so two records that bear it are one record seen twice.
        records.dedup_by_key(|record| record.serial);
    }
    by_airing
}

fn line(
    counted: Counted,
    records: Vec<Record>,
    judgement: Judgement,
    settings: &Settings,
    zone: Tz,
    as_of: DateTime<Utc>,
) -> Line {
    let deciding = judgement.deciding.and_then(|index| records.get(index));
    let sounded = matches!(judgement.outcome, Outcome::Aired | Outcome::Partial);
    let due = counted.due(settings, as_of);
    let late_from = counted.item.start + settings.late_after();
    Line {
        due,
        outcome: judgement.outcome,
        late: sounded && judgement.began_at.is_some_and(|began| began > late_from),
        evidence: deciding.map_or(Evidence::None, |record| record.evidence),
        deciding: judgement.deciding,
        began_at: judgement.began_at,
        played_ms: judgement.played_ms,
        cause: deciding.and_then(|record| record.cause),
        note: deciding.and_then(|record| record.note.clone()),
        overdue: due && judgement.outcome == Outcome::Unreported && as_of > overdue_after(counted.date, zone),
        contradiction: judgement.contradiction,
        excused: None,
        counted,
        records,
    }
}

/// 12:00 local time of the day after.
fn overdue_after(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let next_day = date.checked_add_days(Days::new(1)).unwrap_or(date);
    let noon = next_day.and_time(NaiveTime::MIN) + chrono::Duration::hours(12);
    // No zone on record skips noon; were one to, noon in UTC is a day's mark all the same.
    zone.from_local_datetime(&noon).earliest().map_or_else(|| noon.and_utc(), |local| local.to_utc())
}
