//! Communes' own bulletins (tin địa phương; Nghị định 49/2024/NĐ-CP): an operator uploads the sound and says what of it,
//! sees where it would land and what it would move, and submits it. Until an approver of that commune has signed it, it
//! keeps its time and is not planned.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::desk_settings::CommuneRules;
use super::planning::{approved, pending};
use super::taking::version_digest;
use super::uploads::{Announced, Begun, CheckVerdict, Draft, UploadRow, draft_of, verdict_of};
use super::{Center, CenterError};
use crate::domain::access::{Grant, Role, allows};
use crate::domain::area::Target;
use crate::domain::bulletin::{Approved, Facts, Origin, Priority, State, Topic};
use crate::domain::ids::{AreaCode, BulletinCode, OrderId, Sha256, StationId};
use crate::domain::order::{Demand, Order};
use crate::domain::planner::explain::{Explanation, explain};
use crate::domain::planner::landing::{DayLanding, landings};
use crate::domain::planner::{GridPlan, WEEK, gather, monday_of, plan_week};
use crate::domain::province::Province;
use crate::domain::slot::Daypart;
use crate::domain::station::Station;
use crate::domain::stop::leave_out;
use crate::domain::upload::UploadState;
use crate::store::bulletins::{NewVersion, VersionRow};
use crate::store::local_items::{NewLocal, SubmittedLocal};
use crate::store::schedules::PLANNING;

/// Most plays a day that may be asked for.
pub const MOST_PLAYS: u32 = 4;
/// Days looked at from the first, at most.
const HORIZON_DAYS: u64 = 28;
/// Tries before giving up when others keep submitting and deciding at the same moments.
const TRIES: usize = 20;
/// Before the code of a commune's own bulletin.
const CODE: &str = "DP";
/// The topic under which a commune's own bulletin is kept: the plan's seventh, models and examples of the place. It is
/// none of the department's seven contents, and every version has one.
const TOPIC: u8 = 7;

/// What an operator wishes of a bulletin of the commune's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalWish {
    /// The commune, the only place where it airs.
    pub area: AreaCode,
    /// Title for people.
    pub title: String,
    /// The words spoken.
    pub transcript: String,
    /// First day.
    pub airs_from: NaiveDate,
    /// Last day, inclusive.
    pub airs_to: NaiveDate,
    /// Plays a day, 1 to [`MOST_PLAYS`].
    pub plays: u32,
    /// Parts of the day; empty for all.
    pub dayparts: Vec<Daypart>,
    /// Ordinary or priority.
    pub priority: Priority,
}

/// How many bulletins of its own a commune has, and may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalQuota {
    /// Approved and not over.
    pub in_force: u32,
    /// Waiting for their approval.
    pub waiting: u32,
    /// The most of each.
    pub most: CommuneRules,
}

impl LocalQuota {
    /// Whether one more may wait. Those that wait count as if they were approved, so that approving them never goes
    /// beyond what may be in force.
    pub fn has_room(&self) -> bool {
        self.waiting < self.most.waiting && self.in_force + self.waiting < self.most.in_force
    }
}

/// What submitting came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It waits for its approval under this code.
    Done(BulletinCode),
    /// It was submitted before; nothing was done again.
    Before(BulletinCode),
    /// The commune has as many as it may.
    NoRoom(LocalQuota),
    /// Its last day is over.
    Over,
    /// The upload is not checked, was given up or was refused.
    Ended,
}

/// Where a bulletin would land and what it would move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalOutlook {
    /// First day looked at; after [`Self::to`] when no day is left.
    pub from: NaiveDate,
    /// Last day looked at.
    pub to: NaiveDate,
    /// The last day it may air.
    pub last_day: NaiveDate,
    /// Each station of the commune.
    pub stations: Vec<StationLanding>,
}

/// The same at one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationLanding {
    /// Which.
    pub station: StationId,
    /// Day by day.
    pub days: Vec<(DayLanding, Short)>,
}

/// What a day lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// Plays that are asked for and have no place.
    pub plays: u32,
    /// Why, slot by slot; none where nothing is lacking.
    pub why: Option<Explanation>,
}

impl LocalOutlook {
    /// Plays at all stations.
    pub fn plays(&self) -> usize {
        self.stations.iter().flat_map(|one| &one.days).map(|(day, _)| day.plays.len()).sum()
    }
}

impl Center {
    /// Takes the sound of a commune's own bulletin that came by a form, with what was said of it. The same form sent twice
    /// (known by its key, whoever's answer was lost) is one upload.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub async fn take_local(
        &self,
        by: (&str, &[Grant]),
        key: &str,
        file: &Announced,
        path: &std::path::Path,
        draft: &Draft,
    ) -> Result<Begun, CenterError> {
        // Of the person's own: nobody meets another's upload by a key.
        let id = Sha256::of(format!("{}\n{key}", by.0).as_bytes()).to_string();
        self.take_upload_as(&id[..32], by, file, path, Some(draft)).await
    }

    /// Keeps what is said anew of an upload that waits; `false` when it waits no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep_local(&self, id: &str, draft: &Draft) -> Result<bool, CenterError> {
        Ok(self.store.draft_upload(id, &serde_json::to_string(draft)?).await?)
    }

    /// Orders of communes' own bulletins, whatever became of them, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn local_orders(&self) -> Result<Vec<Order>, CenterError> {
        Ok(self.store.local_orders(None).await?)
    }

    /// How many bulletins of its own a commune has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn local_quota(&self, area: &AreaCode) -> Result<LocalQuota, CenterError> {
        let versions = self.store.bulletin_versions(None).await?;
        let most = self.schedules().await?.desk.commune;
        Ok(quota(&versions, area, self.local_today().await?, most))
    }

    /// Submits a checked upload as a commune's own bulletin. `by`: its owner, an operator there, and their grants.
    ///
    /// # Errors
    /// When the person is no operator of the commune, or the store or the disk fails.
    pub async fn submit_local(&self, row: &UploadRow, by: (&str, &[Grant])) -> Result<Submitted, CenterError> {
        if let Some((code, _)) = &row.made {
            return Ok(Submitted::Before(code.clone()));
        }
        let Some((wish, CheckVerdict { report, sound: Some(sound) })) = draft_of(row).local.zip(verdict_of(row)) else {
            return Ok(Submitted::Ended);
        };
        if row.state != UploadState::Checked || row.by != by.0 {
            return Ok(Submitted::Ended);
        }
        self.must_operate(&wish.area, by).await?;
        let today = self.local_today().await?;
        if wish.airs_to < today {
            return Ok(Submitted::Over);
        }
        self.keep_files(&self.files.upload_folder(&row.id), &sound)?;
        let findings = serde_json::to_string(&report)?;
        for _ in 0..TRIES {
            let judged_at = self.store.revision(PLANNING).await?;
            let versions = self.store.bulletin_versions(None).await?;
            let schedules = self.schedules().await?;
            let quota = quota(&versions, &wish.area, today, schedules.desk.commune);
            if !quota.has_room() {
                return Ok(Submitted::NoRoom(quota));
            }
            let facts = self.local_facts(&wish, free_code(&versions, &schedules.orders, &wish.area, today)?).await?;
            let order = order_of(&wish, &facts.code)?;
            let new = NewLocal {
                upload: &row.id,
                version: NewVersion {
                    digest: version_digest(&facts, &sound.original)?,
                    facts: &facts,
                    sound: &sound,
                    findings: &findings,
                    author: by.0,
                    file_name: &row.file_name,
                },
                area: &wish.area,
                order: &order,
                judged_at,
            };
            let now = crate::clock::now();
            match self.store.submit_local(&new, now).await? {
                SubmittedLocal::Moved => {}
                SubmittedLocal::Before(code) => return Ok(Submitted::Before(code)),
                SubmittedLocal::Gone => return Ok(Submitted::Ended),
                SubmittedLocal::Done => {
                    self.store.note_act(by.0, "local-submitted", wish.area.as_str(), facts.code.as_str(), now).await?;
                    self.files.remove_upload(&row.id)?;
                    return Ok(Submitted::Done(facts.code));
                }
            }
        }
        Err(CenterError::refused("others keep submitting and deciding at the same moments: submit again"))
    }

    /// Where a wish would land with a sound of that length, and what it would move, on top of what is issued today.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn local_outlook(&self, wish: &LocalWish, duration_ms: u64) -> Result<LocalOutlook, CenterError> {
        let now = crate::clock::now();
        let without = self.province().await?;
        let today = now.with_timezone(&without.grid.zone).date_naive();
        let versions = self.store.bulletin_versions(None).await?;
        let code = free_code(&versions, &without.orders, &wish.area, today)?;
        let order = order_of(wish, &code)?;
        let mut with = without.clone();
        with.bulletins.push(Approved {
            code,
            version: 1,
            title: wish.title.clone(),
            priority: wish.priority,
            duration_ms,
            rendition: Sha256::of(b"preview"),
            manifest: Sha256::of(b"preview"),
            target: order.target.clone(),
            airs_from: wish.airs_from,
            airs_to: wish.airs_to,
            topic: Topic::try_from(TOPIC).ok(),
            origin: Origin::Commune,
        });
        with.orders.push(order.clone());
        let from = wish.airs_from.max(today);
        let horizon = from.checked_add_days(Days::new(HORIZON_DAYS - 1)).unwrap_or(from);
        let to = wish.airs_to.min(horizon);
        let before = self.before(monday_of(from), to).await?;
        let (plan, _) = GridPlan::new(&with.grid);
        let look = Look { without: &without, with: &with, plan: &plan, before: &before, order: &order, now };
        let serves = |station: &&Station| {
            from.iter_days().take_while(|date| *date <= to).any(|date| station.area_on(date) == Some(&wish.area))
        };
        let stations = with.stations.values().filter(serves);
        let stations = stations.map(|one| StationLanding { station: one.id.clone(), days: look.days(one, from, to) });
        Ok(LocalOutlook { from, to, last_day: wish.airs_to, stations: stations.collect() })
    }

    async fn local_facts(&self, wish: &LocalWish, code: BulletinCode) -> Result<Facts, CenterError> {
        let areas = self.schedules().await?.areas;
        let unit = areas.on(&wish.area, wish.airs_from).or_else(|| areas.on(&wish.area, wish.airs_to));
        Ok(Facts {
            code,
            title: wish.title.clone(),
            topic: Topic::try_from(TOPIC).map_err(CenterError::Broken)?,
            priority: wish.priority,
            producer: unit.map_or_else(|| wish.area.to_string(), |unit| format!("UBND {} {}", unit.kind, unit.name)),
            language: "vi".into(),
            source_document: String::new(),
            transcript: wish.transcript.clone(),
            target: target_of(&wish.area),
            airs_from: wish.airs_from,
            airs_to: wish.airs_to,
            document_ends: None,
            sibling_of: None,
            origin: Origin::Commune,
        })
    }

    async fn must_operate(&self, area: &AreaCode, (by, grants): (&str, &[Grant])) -> Result<(), CenterError> {
        let (areas, today) = (self.schedules().await?.areas, self.local_today().await?);
        if allows(grants, Role::Operator, &areas, area, today) {
            return Ok(());
        }
        Err(CenterError::forbidden(format!("{by} is no operator of {area}")))
    }
}

/// What two plans of a station's weeks are made of.
struct Look<'a> {
    without: &'a Province,
    with: &'a Province,
    plan: &'a GridPlan,
    before: &'a super::rundowns::Before,
    order: &'a Order,
    now: chrono::DateTime<chrono::Utc>,
}

impl Look<'_> {
    fn days(&self, station: &Station, from: NaiveDate, to: NaiveDate) -> Vec<(DayLanding, Short)> {
        let mut days = Vec::new();
        for monday in monday_of(from).iter_days().step_by(WEEK).take_while(|monday| *monday <= to) {
            days.extend(self.week(station, monday));
        }
        days.retain(|(day, _)| (from..=to).contains(&day.date));
        days
    }

    /// The week is planned as it would be issued today, then mended with the bulletin as an issued week is.
    fn week(&self, station: &Station, monday: NaiveDate) -> Vec<(DayLanding, Short)> {
        let Self { without, with, plan, before, order, now } = *self;
        let today = now.with_timezone(&with.grid.zone).date_naive();
        let stops = before.stops();
        let held = |date| before.held(&station.id, date, date < today, plan, now);
        let (mut inputs, _) = gather(without, plan, station, monday, held);
        leave_out(&mut inputs, station, &without.areas, stops);
        let had = plan_week(&inputs);
        let mended = |date: NaiveDate| {
            let mut held = held(date);
            if date >= today {
                let planned = had.get((date - monday).num_days().unsigned_abs() as usize);
                let items = planned.map(|day| day.items.clone()).unwrap_or_default();
                held.published = items.into_iter().filter(|item| !held.kept.contains(item)).collect();
                held.issued = true;
            }
            held
        };
        let (mut inputs, found) = gather(with, plan, station, monday, mended);
        leave_out(&mut inputs, station, &with.areas, stops);
        let has = plan_week(&inputs);
        let told = landings(&inputs, &had, &has, &order.id);
        let short = |day: &DayLanding| {
            let wanted = match order.demand {
                Demand::PerDay(plays) if day.date >= today && order.from <= day.date && day.date <= order.to => plays,
                _ => 0,
            };
            let plays = wanted.saturating_sub(u32::try_from(day.plays.len()).unwrap_or(u32::MAX));
            let weekday = day.date.weekday().num_days_from_monday() as usize;
            let why = (plays > 0).then(|| explain(&inputs, &has, weekday, &order.bulletin, &found));
            Short { plays, why }
        };
        told.into_iter()
            .map(|day| {
                let short = short(&day);
                (day, short)
            })
            .collect()
    }
}

fn target_of(area: &AreaCode) -> Target {
    Target { areas: [area.clone()].into(), except: std::collections::BTreeSet::new() }
}

/// What is asked for a wish.
fn order_of(wish: &LocalWish, code: &BulletinCode) -> Result<Order, CenterError> {
    Ok(Order {
        id: order_id(code)?,
        bulletin: code.clone(),
        demand: Demand::PerDay(wish.plays.clamp(1, MOST_PLAYS)),
        dayparts: wish.dayparts.clone(),
        weight: 1,
        spacing_minutes: 0,
        target: target_of(&wish.area),
        from: wish.airs_from,
        to: wish.airs_to,
    })
}

fn order_id(code: &BulletinCode) -> Result<OrderId, CenterError> {
    code.as_str()
        .to_lowercase()
        .parse()
        .map_err(|error: crate::domain::ids::BadName| CenterError::refused(error.to_string()))
}

/// The first code that no bulletin has and whose order's id is free: `DP-20503-20240612-1`.
fn free_code(
    versions: &[VersionRow],
    orders: &[Order],
    area: &AreaCode,
    today: NaiveDate,
) -> Result<BulletinCode, CenterError> {
    let area = area.as_str().to_uppercase();
    let taken = |code: &BulletinCode| {
        versions.iter().any(|row| row.facts.code == *code)
            || order_id(code).is_ok_and(|id| orders.iter().any(|order| order.id == id))
    };
    for number in 1_u32.. {
        let code: BulletinCode = format!("{CODE}-{area}-{}-{number}", today.format("%Y%m%d"))
            .parse()
            .map_err(|error: crate::domain::ids::BadName| CenterError::refused(error.to_string()))?;
        if !taken(&code) {
            return Ok(code);
        }
    }
    Err(CenterError::refused("there is no free code today: submit again tomorrow"))
}

/// How many of its own a commune has among these versions.
fn quota(versions: &[VersionRow], area: &AreaCode, today: NaiveDate, most: CommuneRules) -> LocalQuota {
    let here = |target: &Target| target.areas.contains(area);
    let standing = approved(versions);
    let in_force = standing.iter().filter(|one| one.origin == Origin::Commune && here(&one.target));
    let in_force = in_force.filter(|one| one.airs_to >= today).count();
    // With nothing given as approved, a newer version of what is on the air waits too.
    let waiting = pending(versions, &[]).iter().filter(|one| here(&one.target) && one.airs_to >= today).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    LocalQuota { in_force: number(in_force), waiting: number(waiting), most }
}

/// A commune's own bulletin as its operators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalItem {
    /// Its code.
    pub code: BulletinCode,
    /// Its newest version's title.
    pub title: String,
    /// Where that stands.
    pub state: State,
    /// First day.
    pub airs_from: NaiveDate,
    /// Last day.
    pub airs_to: NaiveDate,
    /// The commune.
    pub area: AreaCode,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
    /// The words spoken.
    pub transcript: String,
}

impl Center {
    /// Bulletins of these communes' own, the newest first: those that wait, are in force or were sent back and are not
    /// over.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn local_items(&self, mine: impl Fn(&AreaCode) -> bool) -> Result<Vec<LocalItem>, CenterError> {
        let today = self.local_today().await?;
        let mut newest: std::collections::BTreeMap<BulletinCode, VersionRow> = std::collections::BTreeMap::new();
        for row in self.store.bulletin_versions(None).await? {
            newest.insert(row.facts.code.clone(), row);
        }
        let mut rows: Vec<VersionRow> = newest.into_values().collect();
        rows.retain(|row| row.facts.origin == Origin::Commune && row.facts.last_day() >= today);
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        let items = rows.into_iter().filter_map(|row| {
            let area = row.facts.target.areas.iter().find(|area| mine(area))?.clone();
            let (state, airs_to) = (row.state(), row.facts.last_day());
            let reason = row.steps.last().and_then(|last| last.step.reason.clone());
            let Facts { code, title, airs_from, transcript, .. } = row.facts;
            Some(LocalItem { code, title, state, airs_from, airs_to, area, reason, transcript })
        });
        Ok(items.collect())
    }
}
