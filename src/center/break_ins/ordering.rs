//! Break-in orders asked for, confirmed and refused: what is signed is prepared here, byte for byte
//! ([`Center::prepare_break_in`]), and taken back only if it is again what stands in the books.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};

use super::{UrgentRefusal, Wish};
use crate::center::reason::reason_of;
use crate::center::signed::{SignedBy, Signer, Signing};
use crate::center::{Center, CenterError};
use crate::domain::access::{Grant, Role, allows};
use crate::domain::break_in::{BreakIn, reached};
use crate::domain::bulletin::{Priority, State};
use crate::domain::ids::{AreaCode, BreakInId, BulletinCode};
use crate::domain::place::Place;
use crate::store::bulletins::VersionRow;
use crate::store::stops::NewStop;
use crate::trust::envelope::{self, BREAK_IN, Signature};
use crate::trust::keys::random_bytes;

impl Center {
    /// Gives stop orders where a break-in order could still begin a version that was withdrawn, or it plays by one: no
    /// rundown holds it that could be changed.
    pub(in crate::center) async fn stop_break_ins(
        &self,
        code: &BulletinCode,
        version: u32,
        by: &str,
    ) -> Result<(), CenterError> {
        let now = crate::clock::now();
        let mut areas = BTreeSet::new();
        for order in self.break_ins_since(now - Duration::days(1)).await? {
            let confirmed = order.confirmed_at().is_some();
            let BreakIn { bulletin, version: of, area, not_after, duration_ms, .. } = order.order;
            let lasts = Duration::milliseconds(i64::try_from(duration_ms).unwrap_or(i64::MAX));
            if confirmed && (&bulletin, of) == (code, version) && now < not_after + lasts {
                areas.insert(area);
            }
        }
        for area in areas {
            let (place, reason) = (Place::Area(area), "rút bản tin khi lệnh phát khẩn cấp còn hiệu lực");
            let stop = NewStop { place: &place, bulletin: Some(code), reason, by, at: now };
            self.store.add_stop(&stop).await?;
            self.store.note_act(by, "stop-given", &place.to_string(), reason, now).await?;
            self.hub().wake_all();
        }
        Ok(())
    }

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
            let (from, to) = (facts.airs_from, facts.last_day());
            return Err(UrgentRefusal::WrongDay { code: facts.code.clone(), from, to, date }.into());
        }
        let stations = reached(&schedules.stations, &schedules.areas, &wish.area, &facts.target, date);
        if stations.is_empty() {
            return Err(UrgentRefusal::NoStation { area: wish.area.clone(), code: facts.code.clone() }.into());
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
        let urgent = newest.filter(|row| row.facts.priority == Priority::Urgent);
        Ok(urgent.ok_or_else(|| UrgentRefusal::NotUrgent(code.clone()))?)
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

    /// How a person would sign an order now, as the first or as the second; for a page to prepare it.
    ///
    /// # Errors
    /// When the store fails or the order has no JSON form.
    pub async fn signing_break_in(&self, order: &BreakIn, by: &str) -> Result<Signing, CenterError> {
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let signer = Signer { name: by, list: &held.list };
        let first = match self.store.break_in(&order.id).await? {
            Some(row) => Some(envelope::parts(row.asked.as_bytes(), BREAK_IN)?),
            None => None,
        };
        let keyids = signer.keyids();
        if keyids.is_empty() {
            let by_center = |one: &Signature| held.list.approver(&one.keyid).is_none_or(|named| named.user.is_none());
            let spent = first.is_some_and(|(_, signatures)| signatures.iter().any(by_center));
            return Ok(signer.without_key(self.custodian.approver(), spent));
        }
        let payload = match first {
            Some((payload, _)) => payload,
            None => serde_json::to_vec(order)?,
        };
        Ok(Signing::Own { payload, keyids, signers_needed: 2 })
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
            return Err(UrgentRefusal::TooOld.into());
        }
        let wish = Wish { bulletin: order.bulletin.clone(), area: order.area.clone(), reason: order.reason.clone() };
        if self.break_in_as(&wish, by, order.id.clone(), order.issued_at).await? != *order {
            return Err(UrgentRefusal::NotInTheBooks.into());
        }
        let payload = serde_json::to_vec(order)?;
        let signature = self.sign_break_in(&payload, signed, by.0).await?;
        let sealed = envelope::assemble(BREAK_IN, &payload, &[signature])?;
        if !self.store.add_break_in(&order.id, by.0, now, &sealed, repeats).await? {
            return Err(UrgentRefusal::AskedAlready(order.id.clone()).into());
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
            return Err(UrgentRefusal::OwnOrder(by.0.into()).into());
        }
        if held.answer.is_some() || order.has_expired(now) {
            return Err(UrgentRefusal::Over(id.clone()).into());
        }
        self.may_break_in(&order.area, by).await?;
        // Withdrawn since, or replaced: the words of the first no longer hold.
        if self.urgent_version(&order.bulletin).await?.manifest() != Some(order.manifest) {
            return Err(UrgentRefusal::Changed(order.bulletin).into());
        }
        signatures.push(self.sign_break_in(&payload, signed, by.0).await?);
        signatures.push(envelope::sign(BREAK_IN, &payload, self.custodian.center()));
        let sealed = envelope::assemble(BREAK_IN, &payload, &signatures)?;
        // By the very rule that stations go by.
        self.custodian
            .held()
            .list
            .open_break_in(sealed.as_bytes())
            .map_err(|why| UrgentRefusal::NotBelieved(why.to_string()))?;
        if !self.store.answer_break_in(id, by.0, now, Some(&sealed)).await? {
            return Err(UrgentRefusal::AnsweredMeanwhile(id.clone()).into());
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
        let held = self.custodian.held();
        Signer { name: by, list: &held.list }.signature(BREAK_IN, payload, signed, self.custodian.approver())
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
        Err(UrgentRefusal::NoApprover { by: by.into(), area: area.clone() }.into())
    }
}
