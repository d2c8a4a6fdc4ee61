//! Every station's weeks planned and sealed, side by side; stations alike share their plans. The same stations give the
//! same rundowns, however many processors there are.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::held_days::Words;
use super::rundowns::{Before, Ground, Small, last_day_ahead, replan, rundown_of};
use super::side_by_side::side_by_side;
use super::{Center, CenterError};
use crate::domain::ids::StationId;
use crate::domain::planner::difference::Expected;
use crate::domain::planner::{GridPlan, SharedWeeks};
use crate::domain::problem::Problem;
use crate::domain::province::Province;
use crate::domain::station::Station;
use crate::store::marks::Marks;
use crate::store::rundowns::RundownRow;

/// What planning every station came to.
#[derive(Default)]
pub(super) struct AllWeeks {
    /// New versions, by station and day.
    pub rows: Vec<RundownRow>,
    /// Days that stand as they were issued, because they would become much smaller.
    pub held: Vec<(StationId, Small)>,
    /// Station-days looked at.
    pub days: usize,
    /// What could not be planned, and why; each once.
    pub problems: BTreeSet<Problem>,
}

impl Center {
    /// Plans today and the days ahead of every station, and seals what changed. Takes its time: not for a thread that
    /// serves pages.
    pub(super) fn plan_stations(
        &self,
        province: &Province,
        before: &Before,
        words: &Words,
        marks: &Marks,
        now: DateTime<Utc>,
    ) -> Result<AllWeeks, CenterError> {
        let (plan, problems) = GridPlan::new(&province.grid);
        let expected = Expected::new(&province.bulletins);
        let shared = SharedWeeks::default();
        let ground = Ground { shared: &shared, province, plan: &plan, before, expected: &expected, now };
        let stations: Vec<&Station> = province.stations.values().collect();
        let planned = side_by_side(&stations, |station| self.plan_station(&ground, station, words, marks));
        let mut all = AllWeeks { problems: problems.into_iter().collect(), ..AllWeeks::default() };
        for one in planned {
            let AllWeeks { rows, held, days, problems } = one?;
            all.rows.extend(rows);
            all.held.extend(held);
            all.days += days;
            all.problems.extend(problems);
        }
        Ok(all)
    }

    fn plan_station(
        &self,
        ground: &Ground<'_>,
        station: &Station,
        words: &Words,
        marks: &Marks,
    ) -> Result<AllWeeks, CenterError> {
        let zone = ground.province.grid.zone;
        let today = ground.now.with_timezone(&zone).date_naive();
        let last = last_day_ahead(today);
        let mut all = AllWeeks::default();
        let may = |date, version, shrunk| words.allow(&station.id, date, version, shrunk);
        for replanned in replan(ground, station, last, may) {
            all.problems.extend(replanned.problems);
            let small = replanned.small.into_iter().filter(|one| !one.taken);
            all.held.extend(small.map(|one| (station.id.clone(), one)));
            for (date, day) in replanned.days {
                all.days += 1;
                if let Some(version) = ground.before.next_version(&station.id, date, &day) {
                    let rundown = rundown_of(&station.id, date, version, (day, replanned.inputs), zone, ground.now);
                    all.rows.push(self.seal_rundown(&rundown, marks)?);
                }
            }
        }
        Ok(all)
    }
}
