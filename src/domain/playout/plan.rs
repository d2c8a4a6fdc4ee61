//! What the held rundowns ask the station to play, and since when the station knew of each airing.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::Ending;
use crate::domain::as_run::{Cause, Said};
use crate::domain::ids::{AiringId, Sha256};
use crate::domain::rundown::{Item, ItemKind, Rundown};

/// An output may take this much longer than the sound before an urgent item is stopped.
const LONGEST_STALL: Duration = Duration::minutes(1);

/// One airing the station is to play.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub airing: AiringId,
    pub item: Item,
    pub rendition: Sha256,
    pub date: NaiveDate,
    pub rundown_version: u32,
    pub expires_at: DateTime<Utc>,
    /// Whether it was held with these times before its latest start passed, so that its ending is ours to put down.
    pub held_in_time: bool,
    /// What last kept it from beginning, seen within its time.
    pub seen: Option<(Cause, Option<String>)>,
    /// Whether it stands beside the plan and breaks in.
    pub urgent: bool,
}

impl Planned {
    /// Its sound is over by then: its rundown expires, or its slot's choice lets it go no further.
    pub fn ends_by(&self) -> DateTime<Utc> {
        self.item.overrun.map_or(self.expires_at, |overrun| self.expires_at.min(overrun.by))
    }

    /// Whether it may begin, by its times alone.
    pub fn in_window(&self, now: DateTime<Utc>) -> bool {
        self.item.start <= now && now <= self.item.latest_start
    }

    pub fn ending(&self, said: Said, cause: Option<Cause>, note: Option<String>) -> Ending {
        Ending {
            airing: self.airing,
            rundown_version: self.rundown_version,
            rendition: self.rendition,
            said,
            cause,
            note,
        }
    }

    pub fn missed(&self, cause: Cause, note: Option<String>) -> Ending {
        self.ending(Said::Missed, Some(cause), note)
    }
}

/// All airings of the held rundowns.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// In order of start.
    planned: Vec<Planned>,
    /// Held days and when their rundowns were issued.
    issued: BTreeMap<NaiveDate, DateTime<Utc>>,
}

impl Plan {
    /// In order of start.
    pub fn iter(&self) -> impl Iterator<Item = &Planned> {
        self.planned.iter()
    }

    fn find(&self, airing: &AiringId) -> Option<&Planned> {
        self.planned.iter().find(|planned| planned.airing == *airing)
    }

    pub fn holds(&self, airing: &AiringId) -> bool {
        self.find(airing).is_some()
    }

    /// Takes these rundowns in place of all held. `from_disk`: they were held before the start, as far as anyone can
    /// tell since their issue; others are held in time once [`Plan::hold`] sees them so.
    pub fn replace(&mut self, rundowns: Vec<Rundown>, from_disk: bool) {
        let before: BTreeMap<AiringId, Planned> =
            std::mem::take(&mut self.planned).into_iter().map(|planned| (planned.airing, planned)).collect();
        self.issued = rundowns.iter().map(|rundown| (rundown.date, rundown.issued_at)).collect();
        let mut planned: BTreeMap<AiringId, Planned> = BTreeMap::new();
        for rundown in rundowns {
            let stamp = (rundown.date, rundown.version, rundown.expires_at);
            for item in rundown.items {
                let Some(mut fresh) = playable(item, stamp) else { continue };
                fresh.held_in_time = from_disk && rundown.issued_at <= fresh.item.latest_start;
                if let Some(old) = before.get(&fresh.airing).filter(|old| same_times(&old.item, &fresh.item)) {
                    fresh.held_in_time |= old.held_in_time;
                }
                planned.entry(fresh.airing).or_insert(fresh);
            }
        }
        self.planned = planned.into_values().collect();
        self.planned.sort_by_key(|planned| (planned.item.start, planned.airing));
    }

    /// Marks what is held now, by a trusted clock, before its latest start has passed.
    pub fn hold(&mut self, now: DateTime<Utc>) {
        for planned in &mut self.planned {
            planned.held_in_time |= now <= planned.item.latest_start;
        }
    }

    /// Notes what keeps an airing from beginning within its time.
    pub fn saw(&mut self, airing: &AiringId, obstacle: (Cause, Option<String>)) {
        if let Some(planned) = self.planned.iter_mut().find(|planned| planned.airing == *airing) {
            planned.seen = Some(obstacle);
        }
    }

    /// Whether the day is held and its newest rundown has no such airing. A day no longer held says nothing.
    pub fn lacks(&self, planned: &Planned) -> bool {
        self.issued.contains_key(&planned.date) && !self.holds(&planned.airing)
    }

    /// Whether an airing held before is gone, and was to start before it was taken off: then it counts and needs an
    /// ending.
    pub fn took_off_too_late(&self, planned: &Planned, now: Option<DateTime<Utc>>) -> bool {
        let start = planned.item.start;
        let issued_after = self.issued.get(&planned.date).is_some_and(|issued| start <= *issued);
        !self.holds(&planned.airing) && (issued_after || now.is_some_and(|now| start <= now))
    }
}

fn same_times(one: &Item, other: &Item) -> bool {
    one.start == other.start && one.latest_start == other.latest_start
}

/// The airing of an item that has sound to play; the rest is silent here.
fn playable(item: Item, (date, rundown_version, expires_at): (NaiveDate, u32, DateTime<Utc>)) -> Option<Planned> {
    if !matches!(item.kind, ItemKind::Bulletin | ItemKind::Commune) {
        return None;
    }
    let airing = item.airing?;
    let rendition = item.sound.as_ref()?.rendition;
    let (held_in_time, seen, urgent) = (false, None, false);
    Some(Planned { airing, rendition, date, rundown_version, expires_at, held_in_time, seen, urgent, item })
}

/// The airing of a break-in order's item. It may play to its end however late it began.
pub(super) fn breaking_in(item: Item) -> Option<Planned> {
    let length = Duration::milliseconds(i64::try_from(item.duration_ms).unwrap_or(0));
    let stamp = (item.slot.start.date_naive(), 0, item.latest_start + length + LONGEST_STALL);
    Some(Planned { held_in_time: true, urgent: true, ..playable(item, stamp)? })
}
