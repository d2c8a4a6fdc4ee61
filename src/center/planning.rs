//! Everything planning looks at, read from the newest versions in the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use chrono::NaiveDate;

use super::desk_settings::DeskSettings;
use super::{Center, CenterError};
use crate::domain::area::Areas;
use crate::domain::bulletin::{Approved, Origin, State};
use crate::domain::ids::{OrderId, Sha256, StationId};
use crate::domain::offer::Answer;
use crate::domain::order::Order;
use crate::domain::province::Province;
use crate::domain::slot::Grid;
use crate::domain::station::{StandingChoice, Station};
use crate::store::bulletins::VersionRow;
use crate::store::offers::AnswerRow;
use crate::store::schedules::{Document, PLANNING};

/// Kinds of schedule documents.
pub const AREAS: &str = "areas";
/// See [`AREAS`].
pub const STATIONS: &str = "stations";
/// See [`AREAS`].
pub const GRID: &str = "grid";
/// See [`AREAS`].
pub const ORDERS: &str = "orders";
/// See [`AREAS`].
pub const DESK: &str = "desk";

/// The zone used before any grid is imported.
const HOME_ZONE: chrono_tz::Tz = chrono_tz::Asia::Ho_Chi_Minh;

/// The imported documents, newest versions; empty where nothing was imported yet.
#[derive(Debug, Clone)]
pub struct Schedules {
    /// Units over time.
    pub areas: Areas,
    /// Stations.
    pub stations: Vec<Station>,
    /// Slot rules, guard and settings.
    pub grid: Grid,
    /// Orders.
    pub orders: Vec<Order>,
    /// Settings of the bulletin desk.
    pub desk: DeskSettings,
}

impl Center {
    /// The newest schedule documents.
    ///
    /// # Errors
    /// When the store fails or a document does not read.
    pub async fn schedules(&self) -> Result<Schedules, CenterError> {
        // Read before the documents: a change in between makes the next call read them again.
        let revision = self.store.revision(PLANNING).await?;
        let held = self.read_schedules.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, schedules)) = held
            && of == revision
        {
            return Ok((*schedules).clone());
        }
        let schedules = self.read_documents().await?;
        let kept = Some((revision, Arc::new(schedules.clone())));
        *self.read_schedules.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(schedules)
    }

    async fn read_documents(&self) -> Result<Schedules, CenterError> {
        schedules_of(&self.store.schedule_documents().await?)
    }

    /// The province as planning sees it now.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn province(&self) -> Result<Province, CenterError> {
        let versions = self.store.bulletin_versions(None).await?;
        let said = Said {
            choices: self.store.standing_choices().await?,
            answers: self.store.offer_answers(None).await?,
            own_first: self.store.own_first(None).await?,
            local: self.store.local_orders(None).await?,
        };
        Ok(province_of(self.schedules().await?, &versions, said))
    }

    /// Today's date in the province's zone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn local_today(&self) -> Result<NaiveDate, CenterError> {
        Ok(crate::clock::now().with_timezone(&self.schedules().await?.grid.zone).date_naive())
    }
}

/// What documents say, whichever versions they are; shipped values where there is none.
pub(super) fn schedules_of(documents: &[Document]) -> Result<Schedules, CenterError> {
    let mut schedules = Schedules {
        areas: Areas::default(),
        stations: Vec::new(),
        grid: Grid::empty(HOME_ZONE),
        orders: Vec::new(),
        desk: DeskSettings::default(),
    };
    for document in documents {
        match document.kind.as_str() {
            AREAS => schedules.areas = serde_json::from_str(&document.body)?,
            STATIONS => schedules.stations = serde_json::from_str(&document.body)?,
            GRID => schedules.grid = serde_json::from_str(&document.body)?,
            ORDERS => schedules.orders = serde_json::from_str(&document.body)?,
            DESK => schedules.desk = serde_json::from_str(&document.body)?,
            other => return Err(CenterError::Broken(format!("schedule document of kind {other}"))),
        }
    }
    Ok(schedules)
}

/// What communes said.
pub(super) struct Said {
    pub choices: BTreeMap<StationId, StandingChoice>,
    pub answers: Vec<AnswerRow>,
    pub own_first: BTreeSet<StationId>,
    /// Orders of their own bulletins.
    pub local: Vec<Order>,
}

/// The province that planning sees in these.
pub(super) fn province_of(schedules: Schedules, versions: &[VersionRow], said: Said) -> Province {
    let bulletins = approved(versions);
    let pending = pending(versions, &bulletins);
    let mut orders = schedules.orders;
    // What was returned or withdrawn asks for nothing, and nobody has to end its order.
    let known = |order: &Order| bulletins.iter().chain(&pending).any(|one| one.code == order.bulletin);
    orders.extend(said.local.into_iter().filter(known));
    Province {
        areas: schedules.areas,
        stations: schedules.stations.into_iter().map(|station| (station.id.clone(), station)).collect(),
        grid: schedules.grid,
        orders,
        pending,
        bulletins,
        choices: said.choices,
        answers: answers(said.answers),
        own_first: said.own_first,
    }
}

/// The newest approved version of each bulletin. A newer draft does not take an approved version off the air; a newer
/// version's withdrawal does not put an older one back on.
pub(super) fn approved(versions: &[VersionRow]) -> Vec<Approved> {
    let mut newest: BTreeMap<&str, Approved> = BTreeMap::new();
    for row in versions {
        match row.state() {
            State::Approved => {}
            // One that was only approved once was never on the air, and takes nothing off it.
            State::Withdrawn if row.was_approved() => {
                newest.remove(row.facts.code.as_str());
                continue;
            }
            _ => continue,
        }
        let Some(manifest) = row.manifest() else { continue };
        newest.insert(row.facts.code.as_str(), approved_as(row, manifest));
    }
    newest.into_values().collect()
}

/// Communes' own bulletins that were submitted and are not approved yet: their newest version, which keeps its time. None
/// where an older version is on the air: that goes on until the new one is approved.
pub(super) fn pending(versions: &[VersionRow], approved: &[Approved]) -> Vec<Approved> {
    let mut newest: BTreeMap<&str, &VersionRow> = BTreeMap::new();
    for row in versions.iter().filter(|row| row.facts.origin == Origin::Commune) {
        newest.insert(row.facts.code.as_str(), row);
    }
    let waits = |row: &&VersionRow| matches!(row.state(), State::Submitted | State::Endorsed);
    newest
        .into_values()
        .filter(waits)
        .filter(|row| approved.iter().all(|one| one.code != row.facts.code))
        // It has no manifest yet, and nothing of it is played.
        .map(|row| approved_as(row, Sha256::of(b"pending")))
        .collect()
}

/// The newest answer of each station to each offer.
pub(super) fn answers(rows: Vec<AnswerRow>) -> BTreeMap<StationId, BTreeMap<OrderId, Answer>> {
    let mut answers: BTreeMap<StationId, BTreeMap<OrderId, Answer>> = BTreeMap::new();
    for row in rows {
        answers.entry(row.station).or_default().insert(row.order, row.answer);
    }
    answers
}

/// A version as the planner sees it once its approval is signed as `manifest`.
pub(super) fn approved_as(row: &VersionRow, manifest: Sha256) -> Approved {
    let facts = &row.facts;
    Approved {
        code: facts.code.clone(),
        version: row.version,
        title: facts.title.clone(),
        priority: facts.priority,
        duration_ms: row.sound.duration_ms,
        rendition: row.sound.rendition,
        manifest,
        target: facts.target.clone(),
        airs_from: facts.airs_from,
        airs_to: facts.last_day(),
        topic: Some(facts.topic),
        origin: facts.origin,
    }
}
