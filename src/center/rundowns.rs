//! Issuing rundowns: plans every station's days ahead, and signs a new version only where something changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, TimeZone, Utc};

use super::failures::Failed;
use super::{Center, CenterError};
use crate::domain::bulletin::State;
use crate::domain::ids::{Sha256, StationId};
use crate::domain::planner::{DayPlan, GridPlan, Held, PLANNER, WEEK, WeekInputs, gather, monday_of, plan_week};
use crate::domain::problem::Problem;
use crate::domain::province::Province;
use crate::domain::rundown::{Item, Rundown};
use crate::domain::station::Station;
use crate::store::rundowns::RundownRow;
use crate::store::schedules::PLANNING;
use crate::trust::envelope;

/// Days beyond today that are planned in any case, so that a station always holds at least seven.
const AHEAD_DAYS: u64 = 8;
/// Rundowns stored in one transaction.
const BATCH: usize = 200;
/// Tries before giving up when another process issues at the same moments.
const TRIES: u32 = 5;

/// The last day that is planned: weeks are planned whole, so the Sunday on or after [`AHEAD_DAYS`].
pub fn last_day_ahead(today: NaiveDate) -> NaiveDate {
    let last = today.checked_add_days(Days::new(AHEAD_DAYS)).unwrap_or(today);
    monday_of(last).checked_add_days(Days::new(WEEK as u64 - 1)).unwrap_or(last)
}

/// What an issue came to.
#[derive(Debug, Default)]
pub struct Issued {
    /// New versions.
    pub rundowns: usize,
    /// Station-days looked at.
    pub days: usize,
    /// What could not be planned, and why; each once.
    pub problems: BTreeSet<Problem>,
}

/// A plan of one station-day, issued or not.
#[derive(Debug, Clone)]
pub struct Planned {
    /// 0 for a preview.
    pub version: u32,
    /// Items in order.
    pub items: Vec<Item>,
    /// What was left out, and why.
    pub problems: Vec<Problem>,
}

/// What the newest versions look like before planning anew.
pub(super) struct Before {
    newest: BTreeMap<(StationId, NaiveDate), (u32, Rundown)>,
    /// Manifests of withdrawn versions: their items are not kept.
    withdrawn: BTreeSet<Sha256>,
    /// What was said to have failed, by station and day.
    failed: Failed,
}

impl Before {
    /// Items of the newest rundown of a station's day.
    pub(super) fn items(&self, station: &StationId, date: NaiveDate) -> Option<&[Item]> {
        self.newest.get(&(station.clone(), date)).map(|(_, rundown)| &rundown.items[..])
    }
}

impl Center {
    /// Plans today and the days ahead of every station and issues what changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn issue_rundowns(&self) -> Result<Issued, CenterError> {
        let _one_at_a_time = self.planning.lock().await;
        for _ in 0..TRIES {
            // The moment is taken once the turn has come: an issue must never look older than it is.
            if let Some(issued) = self.try_issue(crate::clock::now()).await? {
                return Ok(issued);
            }
            // Another process was faster; what it issued is now what there was before.
        }
        Err(CenterError::refused("other processes keep issuing rundowns at the same moment: plan again"))
    }

    /// One try; none when another process issued a version first, or changed what was planned from.
    async fn try_issue(&self, now: DateTime<Utc>) -> Result<Option<Issued>, CenterError> {
        let revision = self.store.revision(PLANNING).await?;
        let province = self.province().await?;
        let (plan, problems) = GridPlan::new(&province.grid);
        let mut issued = Issued { problems: problems.into_iter().collect(), ..Issued::default() };
        let today = now.with_timezone(&province.grid.zone).date_naive();
        let (first, last) = (monday_of(today), last_day_ahead(today));
        let before = self.before(first, last).await?;
        let mut rows = Vec::new();
        for station in province.stations.values() {
            for monday in first.iter_days().step_by(WEEK).take_while(|monday| *monday <= last) {
                let replanned = replan(&province, &plan, station, monday, &before, now);
                issued.problems.extend(replanned.problems);
                for (date, day) in replanned.days {
                    issued.days += 1;
                    let older = before.newest.get(&(station.id.clone(), date));
                    let unchanged = match older {
                        Some((_, held)) => held.items == day.items && held.declined == day.declined,
                        None => day.items.is_empty(),
                    };
                    if !unchanged {
                        let version = older.map_or(1, |(version, _)| version + 1);
                        let inputs = replanned.inputs;
                        rows.push(self.seal_rundown(&province, &station.id, date, version, day, inputs, now)?);
                    }
                }
            }
            // A long province must not keep the pages waiting.
            tokio::task::yield_now().await;
        }
        if self.store.revision(PLANNING).await? != revision {
            return Ok(None);
        }
        issued.rundowns = rows.len();
        for batch in rows.chunks(BATCH) {
            if !self.store.add_rundowns(batch).await? {
                return Ok(None);
            }
        }
        if issued.rundowns > 0 {
            self.hub().wake_all();
        }
        Ok(Some(issued))
    }

    pub(super) async fn before(&self, from: NaiveDate, to: NaiveDate) -> Result<Before, CenterError> {
        let mut newest = BTreeMap::new();
        for row in self.store.newest_rundowns(None, from, to).await? {
            let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            newest.insert((row.station, row.date), (row.version, rundown));
        }
        let versions = self.store.bulletin_versions(None).await?;
        let withdrawn = versions
            .iter()
            .filter(|row| row.state() == State::Withdrawn)
            .flat_map(|row| row.steps.iter().filter_map(|step| step.manifest))
            .collect();
        let failed = self.failed(&newest, from, to).await?;
        Ok(Before { newest, withdrawn, failed })
    }

    #[expect(clippy::too_many_arguments, reason = "each is one field of the rundown")]
    fn seal_rundown(
        &self,
        province: &Province,
        station: &StationId,
        date: NaiveDate,
        version: u32,
        day: DayPlan,
        inputs: Sha256,
        now: DateTime<Utc>,
    ) -> Result<RundownRow, CenterError> {
        // A slot begun at 23:59 may last four hours; two midnights later nothing of this day may sound.
        let end = date.checked_add_days(Days::new(2)).unwrap_or(date).and_time(chrono::NaiveTime::MIN);
        let expires_at = province
            .grid
            .zone
            .from_local_datetime(&end)
            .earliest()
            .map_or_else(|| end.and_utc() + Duration::days(1), |local| local.with_timezone(&Utc));
        let rundown = Rundown {
            station: station.clone(),
            date,
            version,
            issued_at: now,
            expires_at,
            planner: PLANNER.into(),
            inputs,
            declined: day.declined,
            items: day.items,
        };
        let body = envelope::seal(envelope::RUNDOWN, &rundown, self.custodian.center())?;
        Ok(RundownRow { station: station.clone(), date, version, issued_at: now, inputs, body })
    }

    /// A station's issued rundown of a day, or a preview that changes nothing when none was issued.
    ///
    /// # Errors
    /// When there is no such station or the store fails.
    pub async fn plan_of(&self, station: &StationId, date: NaiveDate) -> Result<Planned, CenterError> {
        let facts = self.station(station).await?;
        let province = self.province().await?;
        let (plan, mut problems) = GridPlan::new(&province.grid);
        let (inputs, missing) = gather(&province, &plan, &facts, monday_of(date), |_| Held::default());
        let weekday = date.weekday().num_days_from_monday() as usize;
        problems.extend(missing.into_iter().filter(|(day, _)| *day == weekday).map(|(_, problem)| problem));
        let preview = plan_week(&inputs).swap_remove(weekday);
        problems.extend(preview.problems);
        let issued = self.store.newest_rundowns(Some(station), date, date).await?;
        if let Some(row) = issued.last() {
            let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            return Ok(Planned { version: row.version, items: rundown.items, problems });
        }
        Ok(Planned { version: 0, items: preview.items, problems })
    }
}

/// A station's week planned anew.
struct Replanned {
    /// Today and the days after it.
    days: Vec<(NaiveDate, DayPlan)>,
    /// Digest of what it was planned from.
    inputs: Sha256,
    problems: Vec<Problem>,
}

/// Plans one station's week on top of what was issued for it.
fn replan(
    province: &Province,
    plan: &GridPlan,
    station: &Station,
    monday: NaiveDate,
    before: &Before,
    now: DateTime<Utc>,
) -> Replanned {
    let (inputs, found, week) = replan_week(province, plan, station, monday, before, now);
    let mut replanned = Replanned { days: Vec::new(), inputs: inputs.digest(), problems: Vec::new() };
    replanned.problems.extend(found.into_iter().filter(|(day, _)| !inputs.days[*day].over).map(|(_, problem)| problem));
    for (day, mut planned) in inputs.days.iter().zip(week).filter(|(day, _)| !day.over) {
        replanned.problems.append(&mut planned.problems);
        replanned.days.push((day.date, planned));
    }
    replanned
}

/// The same with everything it was planned from, days that are over among it.
pub(super) fn replan_week(
    province: &Province,
    plan: &GridPlan,
    station: &Station,
    monday: NaiveDate,
    before: &Before,
    now: DateTime<Utc>,
) -> (WeekInputs, Vec<(usize, Problem)>, Vec<DayPlan>) {
    let today = now.with_timezone(&province.grid.zone).date_naive();
    let (inputs, found) = gather(province, plan, station, monday, |date| {
        let older = before.newest.get(&(station.id.clone(), date)).map(|(_, rundown)| rundown);
        let failed = before.failed.get(&(station.id.clone(), date)).cloned().unwrap_or_default();
        Held { failed, ..held(older, date < today, &before.withdrawn, plan, now) }
    });
    let week = plan_week(&inputs);
    (inputs, found, week)
}

/// What a day has from the rundown that was issued for it.
fn held(
    older: Option<&Rundown>,
    over: bool,
    withdrawn: &BTreeSet<Sha256>,
    plan: &GridPlan,
    now: DateTime<Utc>,
) -> Held {
    let settings = &plan.grid().settings;
    let frozen_until = now + settings.freeze();
    let is_withdrawn = |item: &Item| item.sound.as_ref().is_some_and(|sound| withdrawn.contains(&sound.manifest));
    let keeps = |item: &Item| {
        // Until its latest start and its length have passed, a withdrawn item might still sound, if late.
        let past = item.latest_start + (item.end() - item.start) <= now;
        item.start <= frozen_until && (!is_withdrawn(item) || past)
    };
    let items = older.map(|rundown| rundown.items.clone()).unwrap_or_default();
    let (kept, rest): (Vec<Item>, Vec<Item>) = items.into_iter().partition(keeps);
    let not_before = match older {
        Some(_) => now + settings.lead(),
        // A first version of today may begin as soon as it can arrive.
        None => now + Duration::seconds(1),
    };
    let published = rest.into_iter().filter(|item| !is_withdrawn(item)).collect();
    let issued = older.is_some();
    Held { issued, kept, published, not_before: Some(not_before), over, ..Held::default() }
}
