//! Issuing rundowns: plans every station's days ahead, and signs a new version only where something changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use super::failures::Failed;
use super::station_weeks::AllWeeks;
use super::{Center, CenterError};
use crate::domain::bulletin::State;
use crate::domain::ids::{Sha256, StationId};
use crate::domain::planner::difference::{Expected, Shrunk, shrunk};
use crate::domain::planner::{
    DayPlan, GridPlan, Held, PLANNER, SharedWeeks, WEEK, WeekInputs, gather, monday_of, plan_week,
};
use crate::domain::problem::Problem;
use crate::domain::province::Province;
use crate::domain::rundown::{Item, Rundown};
use crate::domain::slot::Grid;
use crate::domain::station::Station;
use crate::domain::stop::{StopOrder, covers, leave_out};
use crate::store::bulletins::VersionRow;
use crate::store::marks::{HELD, Marks, RECORDS};
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
    /// Stop orders in force.
    stops: Vec<StopOrder>,
}

impl Before {
    /// What these rows hold, where these versions stand.
    pub(super) fn of(
        rows: Vec<RundownRow>,
        versions: &[VersionRow],
        stops: Vec<StopOrder>,
        failed: Failed,
    ) -> Result<Self, CenterError> {
        let mut newest = BTreeMap::new();
        for row in rows {
            let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            newest.insert((row.station, row.date), (row.version, rundown));
        }
        let withdrawn = versions
            .iter()
            .filter(|row| row.state() == State::Withdrawn)
            .flat_map(|row| row.steps.iter().filter_map(|step| step.manifest))
            .collect();
        Ok(Self { newest, withdrawn, stops, failed })
    }

    /// Items of the newest rundown of a station's day.
    pub(super) fn items(&self, station: &StationId, date: NaiveDate) -> Option<&[Item]> {
        self.newest.get(&(station.clone(), date)).map(|(_, rundown)| &rundown.items[..])
    }

    /// The version under which a plan is issued; none when it is what was issued already.
    pub(super) fn next_version(&self, station: &StationId, date: NaiveDate, day: &DayPlan) -> Option<u32> {
        match self.newest.get(&(station.clone(), date)) {
            Some((_, held))
                if (&held.items, held.declined, &held.ladder) == (&day.items, day.declined, &day.ladder) =>
            {
                None
            }
            Some((version, _)) => Some(version + 1),
            None if day.items.is_empty() => None,
            None => Some(1),
        }
    }

    /// What a station's day has from the rundown that was issued for it.
    pub(super) fn held(
        &self,
        station: &StationId,
        date: NaiveDate,
        over: bool,
        plan: &GridPlan,
        now: DateTime<Utc>,
    ) -> Held {
        let key = (station.clone(), date);
        let older = self.newest.get(&key).map(|(_, rundown)| rundown);
        let failed = self.failed.get(&key).cloned().unwrap_or_default();
        Held { failed, ..held(older, over, &self.withdrawn, plan, now) }
    }

    /// Stop orders in force.
    pub(super) fn stops(&self) -> &[StopOrder] {
        &self.stops
    }

    /// The version of a station's day; 0 where none was issued.
    pub(super) fn version(&self, station: &StationId, date: NaiveDate) -> u32 {
        self.newest.get(&(station.clone(), date)).map_or(0, |(version, _)| *version)
    }
}

impl Center {
    /// Plans today and the days ahead of every station and issues what changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn issue_rundowns(&self) -> Result<Issued, CenterError> {
        self.issue_by(crate::clock::now).await
    }

    /// As [`Self::issue_rundowns`], by another clock than this machine's.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn issue_by(&self, clock: impl Fn() -> DateTime<Utc>) -> Result<Issued, CenterError> {
        let _one_at_a_time = self.planning.lock().await;
        for _ in 0..TRIES {
            // The moment is taken once the turn has come: an issue must never look older than it is.
            if let Some(issued) = self.try_issue(clock()).await? {
                return Ok(issued);
            }
            // Another process was faster; what it issued is now what there was before.
        }
        Err(CenterError::refused("other processes keep issuing rundowns at the same moment: plan again"))
    }

    /// One try; none when another process issued a version first, or changed what was planned from.
    async fn try_issue(&self, now: DateTime<Utc>) -> Result<Option<Issued>, CenterError> {
        let revision = self.store.revision(PLANNING).await?;
        // Exact, because the number is looked at again before anything is kept.
        let marks = self.store.marks(None).await?;
        let province = self.province().await?;
        let today = now.with_timezone(&province.grid.zone).date_naive();
        let ahead = (eve_of(today), last_day_ahead(today));
        let before = self.before(&province.grid, ahead, Some(marks.of(RECORDS))).await?;
        let words = self.words_at(today, Some(marks.of(HELD))).await?;
        let center = self.clone();
        // A long province must not keep the pages waiting.
        let work = move || center.plan_stations(&province, &before, &words, &marks, now).map(|all| (all, words, marks));
        let planned = tokio::task::spawn_blocking(work).await;
        let (all, words, marks) = planned.map_err(|error| CenterError::Broken(error.to_string()))??;
        let AllWeeks { rows, held, days, problems } = all;
        let mut issued = Issued { rundowns: rows.len(), days, problems };
        if self.store.revision(PLANNING).await? != revision {
            return Ok(None);
        }
        let mut seen = marks.issue().unwrap_or(0);
        for batch in rows.chunks(BATCH) {
            let Some(issue) = self.store.add_rundowns(batch, seen).await? else { return Ok(None) };
            seen = issue;
        }
        issued.problems.extend(self.note_held(&words, &held, now).await?);
        if issued.rundowns > 0 {
            self.hub().wake_all();
        }
        Ok(Some(issued))
    }

    /// What was issued for days (both inclusive), and what of it failed by records up to that serial, or by all.
    pub(super) async fn before(
        &self,
        grid: &Grid,
        (from, to): (NaiveDate, NaiveDate),
        last: Option<i64>,
    ) -> Result<Before, CenterError> {
        let rows = self.store.newest_rundowns(None, from, to).await?;
        let failed = self.failed(&rows, grid, (from, to), last).await?;
        Before::of(rows, &self.store.bulletin_versions(None).await?, self.stops_in_force().await?, failed)
    }

    pub(super) fn seal_rundown(&self, rundown: &Rundown, marks: &Marks) -> Result<RundownRow, CenterError> {
        Ok(RundownRow {
            station: rundown.station.clone(),
            date: rundown.date,
            version: rundown.version,
            issued_at: rundown.issued_at,
            inputs: rundown.inputs,
            body: envelope::seal(envelope::RUNDOWN, rundown, self.custodian.center())?,
            planned_from: Some(marks.clone()),
            issue: None,
        })
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

/// A day's plan with everything around it that is signed.
pub(super) fn rundown_of(
    station: &StationId,
    date: NaiveDate,
    version: u32,
    (day, inputs): (DayPlan, Sha256),
    zone: Tz,
    now: DateTime<Utc>,
) -> Rundown {
    // A slot begun at 23:59 may last four hours; two midnights later nothing of this day may sound.
    let end = date.checked_add_days(Days::new(2)).unwrap_or(date).and_time(chrono::NaiveTime::MIN);
    let local = zone.from_local_datetime(&end).earliest();
    Rundown {
        station: station.clone(),
        date,
        version,
        issued_at: now,
        expires_at: local.map_or_else(|| end.and_utc() + Duration::days(1), |local| local.with_timezone(&Utc)),
        planner: PLANNER.into(),
        inputs,
        declined: day.declined,
        items: day.items,
        ladder: day.ladder,
    }
}

/// A station's week planned anew.
pub(super) struct Replanned {
    /// Today and the days after it.
    pub days: Vec<(NaiveDate, DayPlan)>,
    /// Digest of what it was planned from.
    pub inputs: Sha256,
    pub problems: Vec<Problem>,
    /// Days that become much smaller, and whether they may.
    pub small: Vec<Small>,
}

/// A day that becomes much smaller than it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Small {
    pub date: NaiveDate,
    /// The version that was issued.
    pub version: u32,
    pub shrunk: Shrunk,
    /// Whether the new plan is taken all the same; where not, what was issued stands.
    pub taken: bool,
}

/// What stations' weeks are planned on.
pub(super) struct Ground<'a> {
    /// Weeks that were planned for other stations alike.
    pub shared: &'a SharedWeeks,
    pub province: &'a Province,
    pub plan: &'a GridPlan,
    pub before: &'a Before,
    pub expected: &'a Expected<'a>,
    pub now: DateTime<Utc>,
}

/// The day before the week of a day: what it holds last is kept apart from the week's first plays.
pub(super) fn eve_of(date: NaiveDate) -> NaiveDate {
    monday_of(date).pred_opt().unwrap_or(date)
}

/// Plans one station's weeks from today's to that day's on top of what was issued for them, each after the one before. A
/// day that becomes much smaller stands as it was issued, without what was withdrawn, unless `may_shrink` says that it may.
pub(super) fn replan(
    ground: &Ground<'_>,
    station: &Station,
    last: NaiveDate,
    may_shrink: impl Fn(NaiveDate, u32, Shrunk) -> bool,
) -> Vec<Replanned> {
    let today = ground.now.with_timezone(&ground.province.grid.zone).date_naive();
    let mut weeks: Vec<Replanned> = Vec::new();
    for monday in monday_of(today).iter_days().step_by(WEEK).take_while(|monday| *monday <= last) {
        let issued = || ground.before.items(&station.id, eve_of(monday)).unwrap_or_default();
        let eve = weeks.last().and_then(|week| week.days.last()).map_or_else(issued, |(_, sunday)| &sunday.items);
        let week = replan_after(ground, station, monday, eve, &may_shrink);
        weeks.push(week);
    }
    weeks
}

/// One of the weeks of [`replan`], after these items of the day before.
fn replan_after(
    ground: &Ground<'_>,
    station: &Station,
    monday: NaiveDate,
    eve: &[Item],
    may_shrink: &impl Fn(NaiveDate, u32, Shrunk) -> bool,
) -> Replanned {
    let Ground { province, plan, before, expected, now, .. } = *ground;
    let choice = province.choices.get(&station.id).copied().unwrap_or_default();
    let answers = province.answers.get(&station.id);
    let settings = &plan.grid().settings;
    let mut small: BTreeMap<NaiveDate, Small> = BTreeMap::new();
    loop {
        let stands = |date| small.get(&date).is_some_and(|one| !one.taken);
        let (inputs, found, mut week) = replan_standing(ground, station, (monday, eve), &stands);
        let mut fresh = Vec::new();
        for (day, planned) in inputs.days.iter().zip(&mut week).filter(|(day, _)| !day.over) {
            let Some((version, older)) = before.newest.get(&(station.id.clone(), day.date)) else { continue };
            if stands(day.date) {
                // What the plan would add is not taken either: the day is as it was.
                planned.items = older.items.iter().filter(|item| day.kept.contains(item)).cloned().collect();
                planned.declined = older.declined;
                continue;
            }
            // A stop order is a person's word, too.
            let stopped = |item: &Item| covers(&before.stops, station, &province.areas, day.date, item);
            let answer = |item: &Item| answers.and_then(|said| said.get(&item.sound.as_ref()?.order));
            let expected = |item: &Item| expected.holds(item, choice, answer(item)) && !stopped(item);
            if let Some(shrunk) = shrunk(&older.items, &planned.items, expected, settings, now) {
                let taken = may_shrink(day.date, *version, shrunk);
                fresh.push(Small { date: day.date, version: *version, shrunk, taken });
            }
        }
        let again = fresh.iter().any(|one| !one.taken);
        small.retain(|_, one| !one.taken);
        small.extend(fresh.into_iter().map(|one| (one.date, one)));
        if again {
            // The rest of the week is planned on the days that stand.
            continue;
        }
        let mut replanned = Replanned {
            days: Vec::new(),
            inputs: inputs.digest(),
            problems: Vec::new(),
            small: small.into_values().collect(),
        };
        let live = found.into_iter().filter(|(day, _)| !inputs.days[*day].over);
        replanned.problems.extend(live.map(|(_, problem)| problem));
        for (day, mut planned) in inputs.days.iter().zip(week).filter(|(day, _)| !day.over) {
            replanned.problems.append(&mut planned.problems);
            replanned.days.push((day.date, planned));
        }
        return replanned;
    }
}

/// A station's week with everything it was planned from, days that are over among it, after what was issued.
pub(super) fn replan_week(
    ground: &Ground<'_>,
    station: &Station,
    monday: NaiveDate,
) -> (WeekInputs, Vec<(usize, Problem)>, Vec<DayPlan>) {
    let eve = ground.before.items(&station.id, eve_of(monday)).unwrap_or_default();
    replan_standing(ground, station, (monday, eve), &|_| false)
}

/// As [`replan_week`], with days that stand as they were issued.
fn replan_standing(
    ground: &Ground<'_>,
    station: &Station,
    (monday, eve): (NaiveDate, &[Item]),
    stands: &dyn Fn(NaiveDate) -> bool,
) -> (WeekInputs, Vec<(usize, Problem)>, Vec<DayPlan>) {
    let Ground { province, plan, before, now, .. } = *ground;
    let today = now.with_timezone(&province.grid.zone).date_naive();
    let (mut inputs, mut found) = gather(province, plan, station, monday, |date| {
        let mut held = before.held(&station.id, date, date < today, plan, now);
        if stands(date) {
            held.kept.append(&mut held.published);
        }
        held
    });
    inputs.begin_after(eve);
    found.extend(leave_out(&mut inputs, station, &province.areas, &before.stops));
    let week = ground.shared.plan(&inputs);
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
    let is_withdrawn = |item: &Item| item.plays().is_some_and(|(_, manifest)| withdrawn.contains(&manifest));
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
