//! Communes' own bulletins (tin địa phương; Nghị định 49/2024/NĐ-CP): an operator uploads the sound and says what of it,
//! sees where it would land and what it would move, and submits it. Until an approver of that commune has signed it, it
//! keeps its time and is not planned.

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::audio_files::Form;
use super::desk_settings::CommuneRules;
use super::planning::{approved, pending};
use super::refusal::DeskRefusal;
use super::taking::version_digest;
use super::uploads::{Announced, Begun, CheckVerdict, Draft, UploadRow, draft_of, verdict_of};
use super::{Center, CenterError};
use crate::domain::access::{Grant, Role, allows};
use crate::domain::area::Target;
use crate::domain::bulletin::{Facts, Origin, Priority, Sound, State, Topic};
use crate::domain::ids::{AreaCode, BulletinCode, OrderId, Sha256};
use crate::domain::order::{Demand, Order};
use crate::domain::slot::Daypart;
use crate::domain::upload::UploadState;
use crate::store::bulletins::{NewVersion, VersionRow};
use crate::store::local_items::{NewLocal, SubmittedLocal};
use crate::store::schedules::PLANNING;

/// Most plays a day that may be asked for.
pub const MOST_PLAYS: u32 = 4;
/// Tries before giving up when others keep submitting and deciding at the same moments.
const TRIES: usize = 20;
/// Before the code of a commune's own bulletin.
const CODE: &str = "DP";
/// The topic of a commune's own bulletin of which nobody says another: the plan's seventh, models and examples of the
/// place.
pub const USUAL_TOPIC: u8 = 7;

fn usual_topic() -> u8 {
    USUAL_TOPIC
}

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
    /// The plan's topic, 1 to 7.
    #[serde(default = "usual_topic")]
    pub topic: u8,
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
    /// The same sound was sent again already, in place of the same one, under this code.
    SentAgain(BulletinCode),
    /// Its last day is over.
    Over,
    /// The upload is not checked, was given up or was refused.
    Ended,
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
        let Draft { local, instead_of, .. } = draft_of(row);
        let Some((wish, CheckVerdict { report, sound: Some(sound) })) = local.zip(verdict_of(row)) else {
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
            if let Some(code) =
                instead_of.as_ref().and_then(|old| sent_again(&versions, &wish.area, &sound, old, today))
            {
                return Ok(Submitted::SentAgain(code));
            }
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
        Err(DeskRefusal::TooManySubmit.into())
    }

    async fn local_facts(&self, wish: &LocalWish, code: BulletinCode) -> Result<Facts, CenterError> {
        let areas = self.schedules().await?.areas;
        let unit = areas.on(&wish.area, wish.airs_from).or_else(|| areas.on(&wish.area, wish.airs_to));
        Ok(Facts {
            code,
            title: wish.title.clone(),
            topic: Topic::try_from(wish.topic).map_err(CenterError::Broken)?,
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
        Err(DeskRefusal::OperatesNot { by: by.into(), area: area.clone() }.into())
    }
}

fn target_of(area: &AreaCode) -> Target {
    Target { areas: [area.clone()].into(), except: std::collections::BTreeSet::new() }
}

/// What is asked for a wish.
pub(super) fn order_of(wish: &LocalWish, code: &BulletinCode) -> Result<Order, CenterError> {
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
pub(super) fn free_code(
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
    Err(DeskRefusal::NoFreeCode.into())
}

/// The bulletin of the commune's own, waiting or approved and not over, that has the same sound already; `old` aside,
/// in place of which it is sent. What is sent again is exempt from the check for duplicates, however often.
fn sent_again(
    versions: &[VersionRow],
    area: &AreaCode,
    sound: &Sound,
    old: &BulletinCode,
    today: NaiveDate,
) -> Option<BulletinCode> {
    let stands = |row: &VersionRow| matches!(row.state(), State::Submitted | State::Endorsed | State::Approved);
    let mut here = versions.iter().filter(|row| {
        row.facts.origin == Origin::Commune && row.facts.target.areas.contains(area) && row.facts.last_day() >= today
    });
    let same = here.find(|row| row.sound.original == sound.original && row.facts.code != *old && stands(row));
    same.map(|row| row.facts.code.clone())
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
    /// Who submitted it.
    pub author: String,
    /// Ordinary or priority.
    pub priority: Priority,
    /// The plan's topic.
    pub topic: Topic,
    /// What was asked for it; none of what has no order of its own.
    pub order: Option<Order>,
    /// Name of the file that was sent.
    pub file_name: String,
    /// SHA-256 of the file that was sent.
    pub original: Sha256,
}

impl LocalItem {
    /// Whether that person may mend it and send it again: any operator what an approver sent back, only its author what
    /// they took back.
    pub fn may_be_sent_again(&self, by: &str) -> bool {
        self.state == State::Returned || (self.state == State::Draft && self.author == by)
    }

    /// The name of its file, when that person may send it again without another file. Only who uploaded a sound answers
    /// for it: in somebody else's name, its uploader could approve it.
    pub fn file_kept_for(&self, by: &str) -> Option<&str> {
        (self.may_be_sent_again(by) && self.author == by).then_some(&self.file_name)
    }
}

impl Center {
    /// Takes back what waits for its approval, for its author: it is a draft again, and the time that was kept for it is
    /// free. `false` when somebody decided on it before.
    ///
    /// # Errors
    /// When there is no such bulletin of a commune's own, the person did not submit it or operates there no more, or the
    /// store fails.
    pub async fn take_back_local(&self, code: &BulletinCode, by: (&str, &[Grant])) -> Result<bool, CenterError> {
        let newest = self.store.bulletin_versions(Some(code)).await?.pop();
        let row = newest.filter(|row| row.facts.origin == Origin::Commune);
        let row = row.ok_or_else(|| CenterError::NotFound(format!("no commune has a bulletin {code}")))?;
        for area in &row.facts.target.areas {
            self.must_operate(area, by).await?;
        }
        if row.author != by.0 {
            return Err(DeskRefusal::NotTheAuthor { by: by.0.into(), code: code.clone() }.into());
        }
        if row.state() != State::Submitted {
            return Ok(false);
        }
        self.step_bulletin(code, row.version, State::Draft, by.0, None).await?;
        let now = crate::clock::now();
        self.store.note_act(by.0, "local-taken-back", code.as_str(), &row.facts.title, now).await?;
        Ok(true)
    }

    /// A copy of the file that was sent as a bulletin of a commune's own, in that folder.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn copy_of_local(&self, item: &LocalItem, folder: &std::path::Path) -> Result<PathBuf, CenterError> {
        let (from, to) = (self.files.path(&item.original, Form::Original), folder.join("file"));
        tokio::fs::copy(from, &to).await?;
        Ok(to)
    }

    /// Bulletins of these communes' own, the newest first: those that wait, are in force or were sent back and are not
    /// over.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn local_items(&self, mine: impl Fn(&AreaCode) -> bool) -> Result<Vec<LocalItem>, CenterError> {
        let today = self.local_today().await?;
        let orders = self.store.local_orders(None).await?;
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
            let order = orders.iter().find(|order| order.bulletin == row.facts.code).cloned();
            let (author, file_name, original) = (row.author, row.file_name, row.sound.original);
            let Facts { code, title, airs_from, transcript, priority, topic, .. } = row.facts;
            Some(LocalItem {
                code,
                title,
                state,
                airs_from,
                airs_to,
                area,
                reason,
                transcript,
                author,
                priority,
                topic,
                order,
                file_name,
                original,
            })
        });
        Ok(items.collect())
    }
}
