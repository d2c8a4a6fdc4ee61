//! One bulletin's page: looked up, put into words, with the approver's queue beside it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::desk::{Desk, READERS, name_of, names, only};
use super::{Failed, approve, check_table, queue, reach};
use crate::center::bulletins::VersionRow;
use crate::center::checks::Check;
use crate::center::looks::LookRow;
use crate::domain::access::Role;
use crate::domain::bulletin::{Facts, State, has_expired};
use crate::domain::ids::{AreaCode, BulletinCode, StationId};
use crate::domain::order::{Demand, Order};
use crate::web::pages::{
    BulletinPage, Changed, Happened, RemovalView, SiblingView, SoundView, StepView, Tab, VersionView, WaveView,
};
use crate::web::session::Signed;

/// `?version=&luu-y=&dai=`
#[derive(Default, Deserialize)]
pub struct Shown {
    version: Option<String>,
    /// Number of the finding it was opened at.
    #[serde(rename = "luu-y")]
    finding: Option<String>,
    /// Whose week is shown.
    dai: Option<String>,
}

/// `GET /ban-tin/{code}`
pub async fn bulletin(me: Signed, Path(code): Path<String>, Query(shown): Query<Shown>) -> Response {
    let result = show(&me, &code, &shown).await;
    me.answer(result)
}

async fn show(me: &Signed, code: &str, shown: &Shown) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let all = me.visit.web.center.bulletin_versions(None).await?;
    let versions: Vec<&VersionRow> = all.iter().filter(|row| row.facts.code == code).collect();
    let row = match &shown.version {
        None => versions.last(),
        Some(number) => versions.iter().find(|row| row.version.to_string() == *number),
    };
    let row = *row.ok_or(Failed::NotFound)?;
    let desk = Desk::open(me).await?;
    let names = names(me).await?;
    let looks = me.visit.web.center.looks(&code).await?;
    let read = Read { me, desk: &desk, names: &names, all: &all, versions: &versions, looks: &looks, row };
    let page = read.page(shown).await?;
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// Everything one page is made from.
struct Read<'a> {
    me: &'a Signed,
    desk: &'a Desk,
    names: &'a BTreeMap<String, String>,
    /// Every version of every bulletin.
    all: &'a [VersionRow],
    /// Those of this one, the oldest first.
    versions: &'a [&'a VersionRow],
    looks: &'a [LookRow],
    row: &'a VersionRow,
}

impl Read<'_> {
    async fn page(&self, shown: &Shown) -> Result<BulletinPage, Failed> {
        let (me, desk, row) = (self.me, self.desk, self.row);
        let (facts, state) = (&row.facts, row.state());
        let approver = desk.may_target(me, Role::Approver, &facts.target);
        let editor = desk.may_target(me, Role::Editor, &facts.target);
        let own = row.author == me.person.name;
        let newest = self.versions.last().is_some_and(|last| last.version == row.version);
        let waits = matches!(state, State::Submitted | State::Endorsed);
        let may_decide = approver && !own && waits;
        let check = Check::of(row);
        let heard = |key: &str| self.heard(row.version, key);
        let opened = check.warnings().filter(|warning| heard(&warning.key)).count();
        let open = shown.finding.as_ref().and_then(|number| number.parse().ok());
        let (reach, week) = self.ahead(shown).await?;
        let stations = reach.as_ref().map(|reach| reach.stations);
        let unheard = opened < check.warnings().count();
        let approve = if may_decide {
            approve::form(me, row, stations, unheard, |by| name_of(self.names, by)).await?
        } else {
            None
        };
        Ok(BulletinPage {
            frame: me.frame(if approver { Tab::Queue } else { Tab::Bulletins }),
            queue: me.person.is(Role::Approver).then(|| queue::column(me, desk, self.names, self.all, Some(row))),
            code: facts.code.to_string(),
            title: facts.title.clone(),
            topic: facts.topic.into(),
            priority: facts.priority,
            origin: facts.origin,
            producer: facts.producer.clone(),
            language: facts.language.clone(),
            siblings: self.siblings(),
            source_document: facts.source_document.clone(),
            document_ends: facts.document_ends,
            transcript: facts.transcript.clone(),
            areas: self.area_names(&facts.target.areas),
            except: self.area_names(&facts.target.except),
            airs_from: facts.airs_from,
            airs_to: facts.last_day(),
            order: self.order(&me.visit.web.center.local_orders().await?),
            version: row.version,
            state,
            expired: has_expired(state, facts, desk.today),
            author: name_of(self.names, &row.author),
            file_name: row.file_name.clone(),
            made_at: desk.local(row.created_at),
            warnings: number(check.warnings().count()),
            heard: number(opened),
            sound: self.sound(&check, open, may_decide).await?,
            versions: self.version_views(),
            history: self.history(),
            reach,
            week,
            public: self.public().await?,
            removal: self.removal(approver && state == State::Approved).await?,
            approve,
            endorsed_own: state == State::Endorsed
                && row.steps.last().is_some_and(|last| last.step.by == me.person.name),
            may_submit: editor && newest && matches!(state, State::Draft | State::Returned) && !row.was_taken_back(),
            may_decide,
            may_upload: editor,
            own_work: approver && own && waits,
        })
    }

    /// Whether the reader opened that finding of that version.
    fn heard(&self, version: u32, key: &str) -> bool {
        let name = &self.me.person.name;
        self.looks.iter().any(|look| look.version == version && look.finding == key && look.by == *name)
    }

    async fn ahead(&self, shown: &Shown) -> Result<reach::Ahead, Failed> {
        let row = self.row;
        if row.state() == State::Withdrawn || has_expired(row.state(), &row.facts, self.desk.today) {
            return Ok((None, None));
        }
        let station: Option<StationId> = shown.dai.as_ref().and_then(|id| id.parse().ok());
        reach::ahead(self.me, self.desk, self.all, row, station.as_ref()).await
    }

    async fn sound(&self, check: &Check, open: Option<u32>, asked: bool) -> Result<SoundView, Failed> {
        let (center, words, sound) = (&self.me.visit.web.center, self.me.words(), &self.row.sound);
        let places: Vec<(u32, u64)> =
            check.findings.iter().filter_map(|found| Some((found.number?, found.at_ms?))).collect();
        let waveform = center.waveform(&sound.rendition).await?;
        let opened = |key: &str| asked.then(|| self.heard(self.row.version, key));
        Ok(SoundView {
            audio: Some(super::audio::links(center, self.row, "").await),
            wave: waveform.and_then(|waveform| WaveView::draw(words, &waveform, &places)),
            duration_ms: sound.duration_ms,
            rows: check_table::rows(words, &self.desk.schedules.desk.check, check, sound, opened),
            open,
            mended: check_table::mended(words, sound),
            original_sha256: sound.original.to_string(),
            rendition_sha256: sound.rendition.to_string(),
        })
    }

    async fn removal(&self, may: bool) -> Result<Option<RemovalView>, Failed> {
        if !may {
            return Ok(None);
        }
        let removal = self.me.visit.web.center.removal(&self.row.facts.code, self.row.version, self.desk.now).await?;
        Ok(Some(RemovalView {
            stations: removal.stations,
            on_air: removal.on_air,
            today: removal.today,
            later: removal.later,
        }))
    }

    /// Whether the version shown is the one that everybody may hear.
    async fn public(&self) -> Result<bool, Failed> {
        let open = self.me.visit.web.center.listening().await?;
        let found = open.as_ref().and_then(|open| open.bulletin(self.row.facts.code.as_str()));
        Ok(found.is_some_and(|one| one.version == self.row.version))
    }

    fn area_names(&self, codes: &BTreeSet<AreaCode>) -> Vec<String> {
        codes.iter().map(|code| self.desk.area_name(code, self.row.facts.airs_from)).collect()
    }

    /// Orders for it, in words.
    fn order(&self, local: &[Order]) -> Option<String> {
        let words = self.me.words();
        let orders =
            self.desk.schedules.orders.iter().chain(local).filter(|order| order.bulletin == self.row.facts.code);
        let texts: Vec<String> = orders
            .map(|order| match order.demand {
                Demand::PerDay(plays) => words.count("order-per-day", plays),
                Demand::PerWeek(plays) => words.count("order-per-week", plays),
            })
            .collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// The one it says in another language, and all that say the same: each by its newest version.
    fn siblings(&self) -> Vec<SiblingView> {
        let mut newest: BTreeMap<&BulletinCode, &VersionRow> = BTreeMap::new();
        for row in self.all {
            newest.insert(&row.facts.code, row);
        }
        let of = |facts: &Facts| facts.sibling_of.clone().unwrap_or_else(|| facts.code.clone());
        let (own, family) = (&self.row.facts.code, of(&self.row.facts));
        newest
            .into_values()
            .filter(|row| row.facts.code != *own && of(&row.facts) == family)
            .map(|row| SiblingView {
                code: row.facts.code.to_string(),
                title: row.facts.title.clone(),
                language: row.facts.language.clone(),
                state: row.state(),
                expired: has_expired(row.state(), &row.facts, self.desk.today),
            })
            .collect()
    }

    fn version_views(&self) -> Vec<VersionView> {
        let view = |(at, row): (usize, &&VersionRow)| VersionView {
            version: row.version,
            state: row.state(),
            expired: has_expired(row.state(), &row.facts, self.desk.today),
            author: name_of(self.names, &row.author),
            at: self.desk.local(row.created_at),
            duration_ms: row.sound.duration_ms,
            changed: at.checked_sub(1).map(|before| changed(self.versions[before], row)).unwrap_or_default(),
        };
        self.versions.iter().enumerate().map(view).rev().collect()
    }

    fn history(&self) -> Vec<StepView> {
        let mut steps = Vec::new();
        let mut add = |at, version, what, by: &str, reason| {
            let by = name_of(self.names, by);
            steps.push((at, StepView { version, what, by, at: self.desk.local(at), reason }));
        };
        for row in self.versions {
            let check = Check::of(row);
            add(row.created_at, row.version, Happened::Made(number(check.warnings().count())), &row.author, None);
            for look in self.looks.iter().filter(|look| look.version == row.version) {
                let found = check.findings.iter().find(|found| found.key == look.finding);
                if let Some(number) = found.and_then(|found| found.number) {
                    add(look.at, row.version, Happened::Heard(number), &look.by, None);
                }
            }
            for step in row.steps.iter().map(|taken| &taken.step) {
                add(step.at, row.version, Happened::Step(step.to), &step.by, step.reason.clone());
            }
        }
        steps.sort_by_key(|(at, _)| *at);
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn changed(before: &VersionRow, after: &VersionRow) -> Vec<Changed> {
    let (old, new) = (&before.facts, &after.facts);
    let all = [
        (
            Changed::Sound,
            before.sound.original != after.sound.original || before.sound.rendition != after.sound.rendition,
        ),
        (Changed::Title, old.title != new.title),
        (Changed::Topic, old.topic != new.topic),
        (Changed::Priority, old.priority != new.priority),
        (Changed::Producer, old.producer != new.producer || old.origin != new.origin),
        (Changed::Language, old.language != new.language || old.sibling_of != new.sibling_of),
        (Changed::Document, old.source_document != new.source_document || old.document_ends != new.document_ends),
        (Changed::Transcript, old.transcript != new.transcript),
        (Changed::Areas, old.target != new.target),
        (Changed::Dates, old.airs_from != new.airs_from || old.airs_to != new.airs_to),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect()
}
