//! Before and when a drafted grid comes into force: what the linter says of it, what the planner makes of it at every
//! station against what is issued, and putting both in force at once, or not at all.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;

use super::grid_drafts::GridDesk;
use super::held_days::HeldDayRow;
use super::planning::GRID;
use super::rundowns::{Before, Ground, Small, eve_of, last_day_ahead, replan, rundown_of};
use super::side_by_side::side_by_side;
use super::{Center, CenterError};
use crate::domain::grid_changes::{ExceptionChange, RuleChange, exception_changes, rule_changes};
use crate::domain::ids::{Sha256, StationId};
use crate::domain::planner::difference::{BothDays, Difference, Expected, difference};
use crate::domain::planner::{DayPlan, GridPlan, SharedWeeks, WEEK, lint_fillers, lint_grid, monday_of};
use crate::domain::problem::{Problem, Severity};
use crate::domain::province::Province;
use crate::domain::station::Station;
use crate::store::grid_drafts::{Publication, Published};
use crate::store::held_days::HeldState;
use crate::store::rundowns::RUNDOWNS;
use crate::store::schedules::{NewDocument, PLANNING};

/// Days over which a draft is checked for overlaps and guard hours: as an import does.
const LINT_DAYS: u32 = 400;

/// What a person saw before they pressed the button: it must still be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The draft's newest step.
    pub draft: i64,
    /// The version of the grid in force.
    pub version: u32,
    /// The number of everything else planning looks at.
    pub planning: i64,
    /// The number of issued rundowns.
    pub rundowns: i64,
    /// Digest of what would change, station by station.
    pub effect: Sha256,
}

impl Seen {
    /// As a form carries it.
    pub fn field(&self) -> String {
        format!("{}.{}.{}.{}.{}", self.draft, self.version, self.planning, self.rundowns, self.effect)
    }

    /// As a form carried it; none when it did not come from us.
    pub fn of_field(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [draft, version, planning, rundowns, effect] = parts[..] else { return None };
        Some(Self {
            draft: draft.parse().ok()?,
            version: version.parse().ok()?,
            planning: planning.parse().ok()?,
            rundowns: rundowns.parse().ok()?,
            effect: effect.parse().ok()?,
        })
    }
}

/// What is not as it was when the preview was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// Somebody took a step in the draft.
    Draft,
    /// Another grid came into force.
    Grid,
    /// Orders, approvals, areas, stations or choices changed.
    Inputs,
    /// Rundowns were issued.
    Rundowns,
    /// Only time passed: what is about to start is not changed any more.
    Time,
}

/// A station where something changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StationPreview {
    /// Which.
    pub station: StationId,
    /// What comes, goes and moves from today through the last day ahead.
    #[serde(serialize_with = "counts")]
    pub difference: Difference,
    /// Days that become empty or much smaller, with the airings they had and have.
    pub small: Vec<(NaiveDate, u32, u32)>,
    /// Days with their issued versions, where something changes.
    pub days: Vec<(NaiveDate, u32)>,
}

/// Only numbers: what moves within its slot as time passes is no other effect.
fn counts<S: serde::Serializer>(difference: &Difference, to: S) -> Result<S::Ok, S::Error> {
    (difference.before, difference.after, difference.new, difference.gone, difference.moved).serialize(to)
}

/// What publishing the draft would do.
#[derive(Debug)]
pub struct GridPreview {
    /// The grid in force and the draft.
    pub desk: GridDesk,
    /// Rules that change.
    pub changes: Vec<RuleChange>,
    /// Dated exceptions that change.
    pub exceptions: Vec<ExceptionChange>,
    /// What the linter says of the draft, refusals first.
    pub problems: Vec<Problem>,
    /// Of those, what it says of the grid in force as well.
    pub known: Vec<Problem>,
    /// Today.
    pub from: NaiveDate,
    /// The last day that is planned.
    pub to: NaiveDate,
    /// Stations where something changes, by id.
    pub stations: Vec<StationPreview>,
    /// Stations where nothing does.
    pub unchanged: usize,
    /// What a form must carry.
    pub seen: Seen,
}

impl GridPreview {
    /// Refusals that keep the draft from being published: what the grid in force has too does not, or nothing could be
    /// mended here.
    pub fn refusals(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|one| one.severity == Severity::Refuse && !self.known.contains(one))
    }

    /// Stations that need somebody's word.
    pub fn small(&self) -> impl Iterator<Item = &StationPreview> {
        self.stations.iter().filter(|station| !station.small.is_empty())
    }
}

/// How a publication ended.
#[derive(Debug)]
pub enum Publishing {
    /// In force as this version, with so many new rundowns.
    Done {
        /// Version of the grid document.
        version: u32,
        /// Rundowns issued with it.
        rundowns: usize,
    },
    /// The linter refuses it.
    Refused,
    /// There is nothing to publish.
    Nothing,
    /// Stations become empty or much smaller, and nobody gave their word.
    NeedsWord,
    /// It is not what was seen; nothing was stored.
    Moved(Vec<Moved>),
}

/// What is issued with a draft.
struct Fresh {
    station: StationId,
    date: NaiveDate,
    version: u32,
    day: DayPlan,
    inputs: Sha256,
}

/// A preview with everything that publishing stores.
struct Planned {
    preview: GridPreview,
    province: Province,
    fresh: Vec<Fresh>,
    agreed: Vec<HeldDayRow>,
    now: DateTime<Utc>,
}

impl Center {
    /// What publishing the draft would do now; none when no draft is open.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn preview_grid(&self) -> Result<Option<GridPreview>, CenterError> {
        Ok(self.plan_grid_draft("").await?.map(|planned| planned.preview))
    }

    /// Puts the draft in force with the rundowns planned from it, in one transaction, if everything still is as it was
    /// seen; `word` says that somebody agrees to the stations that become empty or much smaller. Then stations are told.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn publish_grid(&self, seen: &Seen, word: bool, by: &str) -> Result<Publishing, CenterError> {
        let _one_at_a_time = self.planning.lock().await;
        // Exact, because the numbers are looked at again before anything is kept.
        let marks = self.store.marks(None).await?;
        let Some(planned) = self.plan_grid_draft(by).await? else { return Ok(Publishing::Moved(vec![Moved::Draft])) };
        let Planned { preview, province, fresh, agreed, now } = planned;
        if preview.seen != *seen {
            let moved = what_moved(seen, &preview.seen);
            // Numbers rise with what does not touch this draft as well: an upload's approval, another unit's order.
            if preview.seen.effect != seen.effect || moved.contains(&Moved::Draft) || moved.contains(&Moved::Grid) {
                return Ok(Publishing::Moved(moved));
            }
        }
        if preview.desk.newest() == &preview.desk.grid {
            return Ok(Publishing::Nothing);
        }
        if preview.refusals().next().is_some() {
            return Ok(Publishing::Refused);
        }
        if preview.small().next().is_some() && !word {
            return Ok(Publishing::NeedsWord);
        }
        let mut rundowns = Vec::with_capacity(fresh.len());
        for Fresh { station, date, version, day, inputs } in fresh {
            let rundown = rundown_of(&station, date, version, (day, inputs), province.grid.zone, now);
            rundowns.push(self.seal_rundown(&rundown, &marks)?);
            if rundowns.len() % 500 == 0 {
                tokio::task::yield_now().await;
            }
        }
        let body = serde_json::to_string(&province.grid)?;
        let digest = Sha256::of(body.as_bytes()).to_string();
        let publication = Publication {
            draft: preview.desk.seen,
            planning: preview.seen.planning,
            document: NewDocument { kind: GRID, digest, body },
            rundowns: &rundowns,
            marks: &marks,
            agreed: &agreed,
            by,
            at: now,
        };
        match self.store.publish_grid(&publication).await? {
            Published::As(version) => {
                self.hub().wake_all();
                Ok(Publishing::Done { version, rundowns: rundowns.len() })
            }
            Published::DraftMoved => Ok(Publishing::Moved(vec![Moved::Draft])),
            Published::PlanMoved => Ok(Publishing::Moved(vec![Moved::Inputs])),
        }
    }

    async fn plan_grid_draft(&self, by: &str) -> Result<Option<Planned>, CenterError> {
        // Numbers are read before what they number: a change in between is found when they are compared.
        let (planning, rundowns) = (self.store.revision(PLANNING).await?, self.store.revision(RUNDOWNS).await?);
        let desk = self.grid_desk().await?;
        let Some(draft) = &desk.draft else { return Ok(None) };
        let mut province = self.province().await?;
        province.grid = draft.grid.clone();
        let now = crate::clock::now();
        let today = now.with_timezone(&province.grid.zone).date_naive();
        let before = self.before(&province.grid, (eve_of(today), last_day_ahead(today)), None).await?;
        let by = by.to_string();
        let work = move || plan_draft(desk, province, &before, (planning, rundowns), &by, now);
        let planned = tokio::task::spawn_blocking(work).await;
        planned.map_err(|error| CenterError::Broken(error.to_string())).map(Some)
    }
}

fn what_moved(seen: &Seen, now: &Seen) -> Vec<Moved> {
    let differs = [
        (Moved::Draft, seen.draft != now.draft),
        (Moved::Grid, seen.version != now.version),
        (Moved::Inputs, seen.planning != now.planning),
        (Moved::Rundowns, seen.rundowns != now.rundowns),
    ];
    let mut moved: Vec<Moved> = differs.into_iter().filter(|(_, differs)| *differs).map(|(moved, _)| moved).collect();
    if moved.is_empty() {
        moved.push(Moved::Time);
    }
    moved
}

fn plan_draft(
    desk: GridDesk,
    province: Province,
    before: &Before,
    (planning, rundowns): (i64, i64),
    by: &str,
    now: DateTime<Utc>,
) -> Planned {
    let (plan, _) = GridPlan::new(&province.grid);
    let today = now.with_timezone(&province.grid.zone).date_naive();
    let to = last_day_ahead(today);
    let expected = Expected::new(&province.bulletins);
    let shared = SharedWeeks::default();
    let ground = Ground { shared: &shared, province: &province, plan: &plan, before, expected: &expected, now };
    let mut sum = Sum::default();
    let stations: Vec<&Station> = province.stations.values().collect();
    let parts = side_by_side(&stations, |station| {
        let mut part = Sum::default();
        part.station(&ground, station, to, by);
        part
    });
    for part in parts {
        sum.stations.extend(part.stations);
        sum.unchanged += part.unchanged;
        sum.fresh.extend(part.fresh);
        sum.agreed.extend(part.agreed);
    }
    let lists = |grid| {
        let stations: Vec<_> = province.stations.values().cloned().collect();
        let mut problems = lint_grid(grid, &province.areas, &stations, today, LINT_DAYS);
        problems.extend(lint_fillers(grid, &province.areas, &stations, &province.bulletins, today));
        problems.sort();
        problems.dedup();
        problems
    };
    let problems = lists(&province.grid);
    let of_now = lists(&desk.grid);
    let known = problems.iter().filter(|problem| of_now.contains(problem)).cloned().collect();
    let effect = Sha256::of(&serde_json::to_vec(&sum.stations).unwrap_or_default());
    let seen = Seen { draft: desk.seen, version: desk.version, planning, rundowns, effect };
    let changes = rule_changes(&desk.grid, &province.grid);
    let exceptions = exception_changes(&desk.grid, &province.grid);
    let Sum { stations, unchanged, fresh, agreed } = sum;
    let preview =
        GridPreview { desk, changes, exceptions, problems, known, from: today, to, stations, unchanged, seen };
    Planned { preview, province, fresh, agreed, now }
}

#[derive(Default)]
struct Sum {
    stations: Vec<StationPreview>,
    unchanged: usize,
    fresh: Vec<Fresh>,
    agreed: Vec<HeldDayRow>,
}

impl Sum {
    fn station(&mut self, ground: &Ground<'_>, station: &Station, to: NaiveDate, by: &str) {
        let id = &station.id;
        let (mut days, mut small): (Vec<(NaiveDate, DayPlan, Sha256)>, Vec<Small>) = Default::default();
        for replanned in replan(ground, station, to, |_, _, _| true) {
            small.extend(replanned.small);
            days.extend(replanned.days.into_iter().map(|(date, day)| (date, day, replanned.inputs)));
        }
        let both = |(date, day, _): &'_ (NaiveDate, DayPlan, Sha256)| (*date, day.items.clone());
        let after: Vec<_> = days.iter().map(both).collect();
        let both: Vec<BothDays> = after
            .iter()
            .map(|(date, after)| BothDays { date: *date, before: ground.before.items(id, *date).unwrap_or(&[]), after })
            .collect();
        let difference = difference(&both);
        let mut changed = Vec::new();
        for (date, day, inputs) in days {
            if let Some(version) = ground.before.next_version(id, date, &day) {
                changed.push((date, ground.before.version(id, date)));
                self.fresh.push(Fresh { station: id.clone(), date, version, day, inputs });
            }
        }
        if changed.is_empty() {
            self.unchanged += 1;
            return;
        }
        self.agreed.extend(small.iter().map(|one| HeldDayRow {
            station: id.clone(),
            date: one.date,
            version: one.version,
            had: one.shrunk.had,
            has: one.shrunk.has,
            state: HeldState::Agreed,
            by: by.into(),
            at: ground.now,
        }));
        let small = small.iter().map(|one| (one.date, one.shrunk.had, one.shrunk.has)).collect();
        self.stations.push(StationPreview { station: id.clone(), difference, small, days: changed });
    }
}

/// The Monday of the week that a page shows for a day, and the days of it.
pub fn week_days(date: NaiveDate) -> Vec<NaiveDate> {
    let monday = monday_of(date);
    (0..WEEK as u64).filter_map(|day| monday.checked_add_days(Days::new(day))).collect()
}
