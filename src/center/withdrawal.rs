//! Taking a version off the air: what would go before anybody presses the button, and afterwards whom it concerns.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::rundowns::last_day_ahead;
use super::{Center, CenterError};
use crate::domain::access::{Role, allows};
use crate::domain::bulletin::State;
use crate::domain::ids::{BulletinCode, Sha256, StationId};
use crate::domain::rundown::{Item, Rundown};
use crate::domain::station::{Station, StationKind};
use crate::store::rundowns::RundownRow;
use crate::trust::envelope;

/// What withdrawing a version removes from the issued rundowns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removal {
    /// Stations that have it in their rundowns and would lose an airing.
    pub stations: u64,
    /// Stations where it is on the air by schedule at this moment.
    pub on_air: u64,
    /// Airings of today still to come.
    pub today: u64,
    /// Airings of later days.
    pub later: u64,
}

/// A station whose rundowns lost airings by a withdrawal.
#[derive(Debug, Clone, PartialEq)]
pub struct Concerned {
    /// Which.
    pub station: Station,
    /// Starts of the airings taken out, in order.
    pub starts: Vec<DateTime<Utc>>,
    /// Whether its device is connected to this process.
    pub connected: bool,
    /// When its device was last heard.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether its device holds the changed rundowns of all those days; always `false` for a manual station.
    pub delivered: bool,
    /// Names of the operators of its commune.
    pub operators: Vec<String>,
}

/// An airing that a withdrawal took out of a station's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// As it stood in the rundown before.
    pub item: Item,
    /// When it was withdrawn.
    pub at: DateTime<Utc>,
}

impl Center {
    /// What withdrawing a version now would remove.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn removal(&self, code: &BulletinCode, version: u32, now: DateTime<Utc>) -> Result<Removal, CenterError> {
        let today = now.with_timezone(&self.schedules().await?.grid.zone).date_naive();
        let last = last_day_ahead(today);
        let mut removal = Removal::default();
        let mut stations: BTreeSet<StationId> = BTreeSet::new();
        for row in self.store.newest_rundowns(None, today, last).await? {
            let rundown = opened(&row)?;
            for item in rundown.items.iter().filter(|item| plays(item, code, version) && now < item.end()) {
                stations.insert(row.station.clone());
                if item.start <= now {
                    removal.on_air += 1;
                } else if row.date == today {
                    removal.today += 1;
                } else {
                    removal.later += 1;
                }
            }
        }
        removal.stations = stations.len() as u64;
        Ok(removal)
    }

    /// Whom the withdrawal of a version concerns: every station that had it ahead when it was withdrawn. Empty when it
    /// is not withdrawn.
    ///
    /// # Errors
    /// When there is no such version or the store fails.
    pub async fn concerned(&self, code: &BulletinCode, version: u32) -> Result<Vec<Concerned>, CenterError> {
        let row = self.bulletin_version(code, version).await?;
        let withdrawn = row.steps.last().filter(|taken| taken.step.to == State::Withdrawn);
        let Some(at) = withdrawn.map(|taken| taken.step.at) else { return Ok(Vec::new()) };
        let schedules = self.schedules().await?;
        let first = at.with_timezone(&schedules.grid.zone).date_naive();
        let last = last_day_ahead(first);
        let lost = self.lost(code, version, at, first, last).await?;
        let users = self.users().await?;
        let mut concerned = Vec::new();
        for status in self.station_statuses().await? {
            let Some(days) = lost.get(&status.station.id) else { continue };
            let held = status.holding.map(|holding| holding.rundowns).unwrap_or_default();
            let holds = |(date, day): (&NaiveDate, &LostDay)| {
                held.iter().any(|one| one.date == *date && one.version >= day.version)
            };
            let date = crate::clock::now().with_timezone(&schedules.grid.zone).date_naive();
            let operators = users.iter().filter(|user| {
                let area = status.station.area_on(date);
                user.disabled_at.is_none()
                    && area.is_some_and(|area| allows(&user.grants, Role::Operator, &schedules.areas, area, date))
            });
            concerned.push(Concerned {
                starts: days.values().flat_map(|day| day.starts.clone()).collect(),
                connected: status.connected,
                last_seen_at: status.last_seen_at,
                delivered: status.station.kind == StationKind::Connected && days.iter().all(holds),
                operators: operators.map(|user| user.display_name.clone()).collect(),
                station: status.station,
            });
        }
        Ok(concerned)
    }

    /// Airings of the version that rundowns had ahead of the moment it was withdrawn, by station and day.
    async fn lost(
        &self,
        code: &BulletinCode,
        version: u32,
        at: DateTime<Utc>,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<BTreeMap<StationId, BTreeMap<NaiveDate, LostDay>>, CenterError> {
        // The newest rundown before the withdrawal, and the newest of all, of each station's day.
        let mut before: BTreeMap<(StationId, NaiveDate), RundownRow> = BTreeMap::new();
        let mut newest: BTreeMap<(StationId, NaiveDate), u32> = BTreeMap::new();
        for row in self.store.rundowns_between(None, first, last).await? {
            let key = (row.station.clone(), row.date);
            newest.insert(key.clone(), row.version);
            if row.issued_at < at {
                before.insert(key, row);
            }
        }
        let mut lost: BTreeMap<StationId, BTreeMap<NaiveDate, LostDay>> = BTreeMap::new();
        for ((station, date), row) in before {
            let rundown = opened(&row)?;
            let ahead = rundown.items.iter().filter(|item| plays(item, code, version) && at < item.end());
            let starts: Vec<DateTime<Utc>> = ahead.map(|item| item.start).collect();
            if !starts.is_empty() {
                let version = newest.get(&(station.clone(), date)).copied().unwrap_or(row.version);
                // Still the same rundown: nothing was issued since, so nothing was taken out yet.
                let version = if version == row.version { version + 1 } else { version };
                lost.entry(station).or_default().insert(date, LostDay { starts, version });
            }
        }
        Ok(lost)
    }

    /// Airings that withdrawals took out of a station's day, in order of their start.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn taken_out(&self, station: &StationId, date: NaiveDate) -> Result<Vec<TakenOut>, CenterError> {
        let rows = self.store.rundowns_between(Some(station), date, date).await?;
        let Some((newest, older)) = rows.split_last() else { return Ok(Vec::new()) };
        if older.is_empty() {
            return Ok(Vec::new());
        }
        let mut withdrawn: BTreeMap<Sha256, DateTime<Utc>> = BTreeMap::new();
        for row in self.store.bulletin_versions(None).await? {
            let Some(last) = row.steps.last().filter(|taken| taken.step.to == State::Withdrawn) else { continue };
            withdrawn.extend(row.steps.iter().filter_map(|taken| Some((taken.manifest?, last.step.at))));
        }
        let stands: BTreeSet<_> = opened(newest)?.items.into_iter().filter_map(|item| item.airing).collect();
        // The newest of the older rundowns has the last word on when it would have begun.
        let mut taken = BTreeMap::new();
        for row in older {
            for item in opened(row)?.items {
                let at = item.sound.as_ref().and_then(|sound| withdrawn.get(&sound.manifest)).copied();
                let (Some(at), Some(airing)) = (at, item.airing) else { continue };
                if row.issued_at < at && at < item.end() && !stands.contains(&airing) {
                    taken.insert(airing, TakenOut { item, at });
                }
            }
        }
        let mut taken: Vec<TakenOut> = taken.into_values().collect();
        taken.sort_by_key(|one| one.item.start);
        Ok(taken)
    }
}

/// What a station's day lost.
struct LostDay {
    starts: Vec<DateTime<Utc>>,
    /// The rundown version that no longer has it.
    version: u32,
}

fn opened(row: &RundownRow) -> Result<Rundown, CenterError> {
    Ok(envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?)
}

fn plays(item: &Item, code: &BulletinCode, version: u32) -> bool {
    item.sound.as_ref().is_some_and(|sound| sound.bulletin == *code && sound.bulletin_version == version)
}
