//! Break-in orders: asked for by one approver, confirmed by another, told to the stations, and what became of them.
//!
//! Who signs. What is signed is prepared here, byte for byte ([`Center::prepare_break_in`]), and taken back only if it is
//! again what stands in the books. An approver with a key of their own signs with it; for one without, the center signs,
//! and for one of the two at most, because stations ask for two people's signatures. The center then signs beside them.
//!
//! The order's ten minutes run from the moment the first approver was shown it: who confirms late has less left.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

use super::approval::{SignedBy, Signing};
use super::reason::reason_of;
use super::{Center, CenterError};
use crate::domain::access::{Grant, Role, allows};
use crate::domain::break_in::{BreakIn, InForce, MOST_MINUTES, reached};
use crate::domain::bulletin::{Priority, State};
use crate::domain::ids::{AreaCode, BreakInId, BulletinCode, StationId};
use crate::domain::reconcile::{Line, Urgent};
use crate::domain::station::{Station, StationKind};
use crate::protocol::link::Holding;
use crate::store::break_ins::BreakInRow;
use crate::store::bulletins::VersionRow;
use crate::trust::envelope::{self, BREAK_IN, Signature};
use crate::trust::keys::random_bytes;

/// Type of what both approvers sign: a DSSE payload type.
pub const SIGNED_TYPE: &str = BREAK_IN;
/// How long a station is told of an order, also one that expired, so that it says that it never began, hours.
const TOLD_HOURS: i64 = 24;

/// What an approver wants to break in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// An approved urgent bulletin; its newest approved version is meant.
    pub bulletin: BulletinCode,
    /// The unit, with everything beneath it.
    pub area: AreaCode,
    /// Why.
    pub reason: String,
}

/// An order with what its second approver said.
#[derive(Debug, Clone)]
pub struct BreakInOrder {
    /// What was signed.
    pub order: BreakIn,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// The order it repeats.
    pub repeats: Option<BreakInId>,
    /// Who confirmed or refused it, when, and whether it was confirmed.
    pub answer: Option<(String, DateTime<Utc>, bool)>,
}

impl BreakInOrder {
    /// Since when it is in force; none while it waits or when it was refused.
    pub fn confirmed_at(&self) -> Option<DateTime<Utc>> {
        self.answer.as_ref().filter(|(_, _, confirmed)| *confirmed).map(|(_, at, _)| *at)
    }

    /// The order in force; none while it waits or when it was refused.
    pub fn in_force(self) -> Option<InForce> {
        let (confirmed_by, confirmed_at, confirmed) = self.answer?;
        confirmed.then_some(InForce { order: self.order, confirmed_at, confirmed_by, stands: true })
    }

    /// Whether a second approver may still confirm it.
    pub fn waits(&self, now: DateTime<Utc>) -> bool {
        self.answer.is_none() && !self.order.has_expired(now)
    }
}

/// What became of an order at one station.
#[derive(Debug, Clone)]
pub struct StationAnswer {
    /// The station.
    pub station: Station,
    /// Whether its device said that it holds the order; always false without a device.
    pub received: bool,
    /// Whether its device is connected to this process.
    pub connected: bool,
    /// Its one airing, judged like any other.
    pub line: Line,
}

impl Center {
    /// The order as an approver would sign it now, with a fresh number.
    ///
    /// # Errors
    /// One sentence when these grants do not reach the area, the person is not on duty, the bulletin is no approved
    /// urgent one, no station is reached, or the reason is empty or too long.
    pub async fn prepare_break_in(
        &self,
        wish: &Wish,
        by: (&str, &[Grant]),
        now: DateTime<Utc>,
    ) -> Result<BreakIn, CenterError> {
        let id = hex::encode(random_bytes::<8>()?).parse();
        let id = id.map_err(|_| CenterError::Broken("a random number that is no number of an order".into()))?;
        self.break_in_as(wish, by, id, now).await
    }

    async fn break_in_as(
        &self,
        wish: &Wish,
        by: (&str, &[Grant]),
        id: BreakInId,
        issued_at: DateTime<Utc>,
    ) -> Result<BreakIn, CenterError> {
        let reason = reason_of("a break-in order", &wish.reason)?;
        self.may_break_in(&wish.area, by).await?;
        let schedules = self.schedules().await?;
        let date = issued_at.with_timezone(&schedules.grid.zone).date_naive();
        let row = self.urgent_version(&wish.bulletin).await?;
        let facts = &row.facts;
        if date < facts.airs_from || date > facts.last_day() {
            return Err(CenterError::refused(format!(
                "{} may air from {} to {}, not on {date}: make a new version",
                facts.code,
                facts.airs_from,
                facts.last_day()
            )));
        }
        let stations = reached(&schedules.stations, &schedules.areas, &wish.area, &facts.target, date);
        if stations.is_empty() {
            return Err(CenterError::refused(format!(
                "no station in {} is one that {} is approved for: choose another area",
                wish.area, facts.code
            )));
        }
        let manifest = row.manifest().ok_or_else(|| CenterError::Broken(format!("{} has no manifest", facts.code)))?;
        Ok(BreakIn {
            id,
            bulletin: facts.code.clone(),
            version: row.version,
            title: facts.title.clone(),
            rendition: row.sound.rendition,
            manifest,
            duration_ms: row.sound.duration_ms,
            area: wish.area.clone(),
            stations,
            reason: reason.into(),
            date,
            issued_at,
            not_after: BreakIn::expiry(issued_at),
            asked_by: by.0.into(),
        })
    }

    /// The newest approved version of an urgent bulletin.
    async fn urgent_version(&self, code: &BulletinCode) -> Result<VersionRow, CenterError> {
        let rows = self.bulletin_versions(Some(code)).await?;
        let newest = rows.into_iter().rfind(|row| row.state() == State::Approved);
        newest.filter(|row| row.facts.priority == Priority::Urgent).ok_or_else(|| {
            CenterError::refused(format!(
                "{code} is no urgent bulletin that two people approved: only such a one may break in"
            ))
        })
    }

    /// Bulletins that may break in today, newest approved versions by code.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn urgent_bulletins(&self) -> Result<Vec<VersionRow>, CenterError> {
        let today = self.local_today().await?;
        let mut newest: Vec<VersionRow> = Vec::new();
        for row in self.bulletin_versions(None).await?.into_iter().filter(|row| row.state() == State::Approved) {
            newest.retain(|held| held.facts.code != row.facts.code);
            newest.push(row);
        }
        newest.retain(|row| {
            let facts = &row.facts;
            facts.priority == Priority::Urgent && facts.airs_from <= today && today <= facts.last_day()
        });
        Ok(newest)
    }

    /// How a person would sign an order now; for a page to prepare it.
    ///
    /// # Errors
    /// When the store fails or the order has no JSON form.
    pub async fn signing_break_in(&self, order: &BreakIn, by: &str) -> Result<Signing, CenterError> {
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let keyids: Vec<_> = held.list.own_keys(by).map(|named| named.key.keyid()).collect();
        if keyids.is_empty() {
            let by_center = self.custodian.approver().is_some();
            return Ok(if by_center { Signing::Center } else { Signing::NoKey });
        }
        Ok(Signing::Own { payload: self.payload_of(order).await?, keyids, signers_needed: 2 })
    }

    /// The bytes that both sign: those the first signed, or those about to be signed first.
    async fn payload_of(&self, order: &BreakIn) -> Result<Vec<u8>, CenterError> {
        match self.store.break_in(&order.id).await? {
            Some(row) => Ok(envelope::parts(row.asked.as_bytes(), BREAK_IN)?.0),
            None => Ok(serde_json::to_vec(order)?),
        }
    }

    /// Keeps an order that a first approver signed, to wait for the second.
    ///
    /// # Errors
    /// One sentence when it is not what would be prepared now, the signature does not hold, or it is no longer fresh.
    pub async fn ask_break_in(
        &self,
        order: &BreakIn,
        repeats: Option<&BreakInId>,
        signed: SignedBy<'_>,
        by: (&str, &[Grant]),
    ) -> Result<(), CenterError> {
        let now = crate::clock::now();
        if order.issued_at > now || order.has_expired(now) {
            return Err(CenterError::refused("the order was prepared too long ago: load the page and ask again"));
        }
        let wish = Wish { bulletin: order.bulletin.clone(), area: order.area.clone(), reason: order.reason.clone() };
        if self.break_in_as(&wish, by, order.id.clone(), order.issued_at).await? != *order {
            return Err(CenterError::forbidden(
                "the order is not what stands in the books: load the page and ask again",
            ));
        }
        let payload = serde_json::to_vec(order)?;
        let signature = self.sign_break_in(&payload, signed, by.0).await?;
        let sealed = envelope::assemble(BREAK_IN, &payload, &[signature])?;
        if !self.store.add_break_in(&order.id, by.0, now, &sealed, repeats).await? {
            return Err(CenterError::refused(format!("order {} was asked for already", order.id)));
        }
        self.note_break_in(by.0, "urgent-asked", order, now).await
    }

    /// Confirms an order: from then on it is in force, and connected stations hear of it at once.
    ///
    /// # Errors
    /// One sentence when it waits for nobody, the person may not be its second approver, or the signature does not hold.
    pub async fn confirm_break_in(
        &self,
        id: &BreakInId,
        signed: SignedBy<'_>,
        by: (&str, &[Grant]),
    ) -> Result<(), CenterError> {
        let (held, now) = (self.break_in_row(id).await?, crate::clock::now());
        let (payload, mut signatures) = envelope::parts(held.asked.as_bytes(), BREAK_IN)?;
        let order: BreakIn = serde_json::from_slice(&payload)?;
        if order.asked_by == by.0 {
            return Err(CenterError::forbidden(format!(
                "{} asked for this order and so cannot confirm it: another approver must",
                by.0
            )));
        }
        if held.answer.is_some() || order.has_expired(now) {
            return Err(CenterError::refused(format!(
                "order {id} was answered or has expired ({MOST_MINUTES} minutes): ask for a new one"
            )));
        }
        self.may_break_in(&order.area, by).await?;
        // Withdrawn since, or replaced: the words of the first no longer hold.
        if self.urgent_version(&order.bulletin).await?.manifest() != Some(order.manifest) {
            return Err(CenterError::refused(format!("{} changed meanwhile: ask for a new order", order.bulletin)));
        }
        signatures.push(self.sign_break_in(&payload, signed, by.0).await?);
        signatures.push(envelope::sign(BREAK_IN, &payload, self.custodian.center()));
        let sealed = envelope::assemble(BREAK_IN, &payload, &signatures)?;
        // By the very rule that stations go by.
        self.custodian.held().list.open_break_in(sealed.as_bytes()).map_err(|error| {
            CenterError::forbidden(format!(
                "stations would not believe this order ({error}); the center's key stands for one person at most: one of \
                 the two needs a key of their own, made at /khoa-duyet or with `loa keys new`"
            ))
        })?;
        if !self.store.answer_break_in(id, by.0, now, Some(&sealed)).await? {
            return Err(CenterError::refused(format!("somebody else just answered order {id}: load the page again")));
        }
        self.hub().wake_all();
        self.note_break_in(by.0, "urgent-confirmed", &order, now).await
    }

    /// Refuses an order, or takes back one's own that nobody confirmed yet; `false` when it was answered before.
    ///
    /// # Errors
    /// When there is no such order or the person is no approver there.
    pub async fn refuse_break_in(&self, id: &BreakInId, by: (&str, &[Grant])) -> Result<bool, CenterError> {
        let (held, now) = (self.break_in_row(id).await?, crate::clock::now());
        let order: BreakIn = envelope::peek(held.asked.as_bytes(), BREAK_IN)?;
        self.must_approve_in(&order.area, by).await?;
        if held.answer.is_some() || !self.store.answer_break_in(id, by.0, now, None).await? {
            return Ok(false);
        }
        self.note_break_in(by.0, "urgent-refused", &order, now).await?;
        Ok(true)
    }

    async fn note_break_in(&self, by: &str, act: &str, order: &BreakIn, now: DateTime<Utc>) -> Result<(), CenterError> {
        let detail = format!("{} {} ({}): {}", order.bulletin, order.area, order.id, order.reason);
        Ok(self.store.note_act(by, act, order.bulletin.as_str(), &detail, now).await?)
    }

    /// The signature of one person over an order's bytes.
    async fn sign_break_in(&self, payload: &[u8], signed: SignedBy<'_>, by: &str) -> Result<Signature, CenterError> {
        self.refresh_trust().await?;
        let list = &self.custodian.held().list;
        let signature = match signed {
            SignedBy::Center => {
                if list.own_keys(by).next().is_some() {
                    return Err(CenterError::forbidden(format!(
                        "{by} has a key of their own, so the center does not sign for them: sign on the page with that \
                         key, or with --key FILE"
                    )));
                }
                let pair = self.custodian.approver().ok_or_else(|| {
                    CenterError::forbidden(format!(
                        "the center signs for nobody any more, and {by} has no admitted key"
                    ))
                })?;
                return Ok(envelope::sign(BREAK_IN, payload, pair));
            }
            SignedBy::KeyFile(pair) => envelope::sign(BREAK_IN, payload, pair),
            SignedBy::Browser { payload: theirs, keyid, signature } => {
                if theirs != payload {
                    return Err(CenterError::forbidden(
                        "what was signed is not what stands in the books: load the page and sign again",
                    ));
                }
                Signature { keyid, bytes: signature.to_vec() }
            }
        };
        let own = list.own_keys(by).find(|named| named.key.keyid() == signature.keyid);
        if own.is_some_and(|named| envelope::is_signed_by(BREAK_IN, payload, &named.key, &signature)) {
            return Ok(signature);
        }
        Err(CenterError::forbidden(format!(
            "key {} is not an admitted key of {by}, or did not sign these words",
            signature.keyid.short()
        )))
    }

    /// Refuses whoever may not decide on a break-in there now.
    async fn may_break_in(&self, area: &AreaCode, by: (&str, &[Grant])) -> Result<(), CenterError> {
        self.must_approve_in(area, by).await?;
        self.must_be_on_duty(by.0, crate::clock::now()).await
    }

    async fn must_approve_in(&self, area: &AreaCode, (by, grants): (&str, &[Grant])) -> Result<(), CenterError> {
        let (areas, today) = (self.schedules().await?.areas, self.local_today().await?);
        if allows(grants, Role::Approver, &areas, area, today) {
            return Ok(());
        }
        Err(CenterError::forbidden(format!("{by} is no approver for the whole of {area}")))
    }

    async fn break_in_row(&self, id: &BreakInId) -> Result<BreakInRow, CenterError> {
        let row = self.store.break_in(id).await?;
        row.ok_or_else(|| CenterError::NotFound(format!("there is no break-in order {id}")))
    }

    /// One order.
    ///
    /// # Errors
    /// When there is no such order or the store fails.
    pub async fn break_in(&self, id: &BreakInId) -> Result<BreakInOrder, CenterError> {
        order_of(self.break_in_row(id).await?)
    }

    /// Orders asked for since that moment, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn break_ins_since(&self, since: DateTime<Utc>) -> Result<Vec<BreakInOrder>, CenterError> {
        let rows = self.store.break_ins_since(since).await?;
        rows.into_iter().rev().map(order_of).collect()
    }

    /// What became of an order at each of its stations, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn break_in_answers(
        &self,
        order: &BreakInOrder,
        now: DateTime<Utc>,
    ) -> Result<Vec<StationAnswer>, CenterError> {
        let Some(force) = order.clone().in_force() else { return Ok(Vec::new()) };
        let (grid, date) = (self.schedules().await?.grid, force.order.date);
        let records = self.store.records_between(None, date, date).await?;
        let airings: BTreeSet<_> = force.order.stations.iter().map(|one| force.order.airing(one)).collect();
        let records = records.into_iter().map(|(_, record)| record).filter(|record| airings.contains(&record.airing));
        let records: Vec<_> = records.collect();
        let statuses = self.station_statuses().await?;
        let mut answers: Vec<StationAnswer> = statuses
            .into_iter()
            .filter_map(|status| {
                let rules = (&grid.settings, grid.zone);
                let urgent = Urgent::of(&force, &status.station.id, &records, rules, now)?;
                let held = |holding: &Holding| holding.break_ins.contains(&force.order.id);
                Some(StationAnswer {
                    received: status.holding.as_ref().is_some_and(held),
                    connected: status.connected,
                    line: urgent.line,
                    station: status.station,
                })
            })
            .collect();
        answers.sort_by(|a, b| a.station.name.cmp(&b.station.name));
        Ok(answers)
    }

    /// Orders of those days (both inclusive) that were ever in force, the oldest first; of those that may still begin it
    /// is looked up whether their bulletins stand.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn in_force_between(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<InForce>, CenterError> {
        // A day begins in its zone a day before midnight of UTC at the most.
        let since = from.and_time(NaiveTime::MIN).and_utc() - Duration::days(1);
        let mut orders = Vec::new();
        for row in self.store.break_ins_since(since).await? {
            let Some(mut force) = order_of(row)?.in_force() else { continue };
            if !(from..=to).contains(&force.order.date) {
                continue;
            }
            if !force.order.has_expired(crate::clock::now()) {
                let version = self.bulletin_version(&force.order.bulletin, force.order.version).await?;
                force.stands = version.state() == State::Approved;
            }
            orders.push(force);
        }
        Ok(orders)
    }

    /// Orders in force that a station is still told of, with their signed bytes, the oldest first.
    pub(super) async fn break_ins_at(&self, station: &StationId) -> Result<Vec<(BreakIn, String)>, CenterError> {
        let since = crate::clock::now() - Duration::hours(TOLD_HOURS);
        let mut told = Vec::new();
        for row in self.store.break_ins_since(since).await? {
            let Some(text) = row.answer.and_then(|answer| answer.envelope) else { continue };
            let order: BreakIn = envelope::peek(text.as_bytes(), BREAK_IN)?;
            if !order.stations.contains(station) {
                continue;
            }
            // What was withdrawn since breaks in nowhere.
            let version = self.bulletin_version(&order.bulletin, order.version).await?;
            if version.state() == State::Approved {
                told.push((order, text));
            }
        }
        Ok(told)
    }
}

fn order_of(row: BreakInRow) -> Result<BreakInOrder, CenterError> {
    Ok(BreakInOrder {
        order: envelope::peek(row.asked.as_bytes(), BREAK_IN)?,
        asked_at: row.at,
        repeats: row.repeats,
        answer: row.answer.map(|answer| (answer.by, answer.at, answer.envelope.is_some())),
    })
}

/// How many of these stations have a device, and how many air by hand.
pub fn by_kind<'a>(stations: impl Iterator<Item = &'a Station>) -> (usize, usize) {
    let (devices, by_hand): (Vec<_>, Vec<_>) = stations.partition(|one| one.kind == StationKind::Connected);
    (devices.len(), by_hand.len())
}
