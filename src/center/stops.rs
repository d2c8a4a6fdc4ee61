//! Stop orders: given, lifted, and told to the stations that they silence.

use super::reason::reason_of;
use super::refusal::DeskRefusal;
use super::{Center, CenterError};
use crate::domain::access::Grant;
use crate::domain::ids::{BulletinCode, StationId};
use crate::domain::place::Place;
use crate::domain::stop::{Stop, StopOrder, may_stop};
use crate::protocol::link::StopList;
use crate::store::marks::Marks;
use crate::store::stops::{NewStop, STOPS};
use crate::trust::envelope;

impl Center {
    /// Every stop order ever given, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn stop_orders(&self) -> Result<Vec<StopOrder>, CenterError> {
        Ok(self.store.stop_orders().await?)
    }

    /// Stop orders in force, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn stops_in_force(&self) -> Result<Vec<StopOrder>, CenterError> {
        self.stops_in_force_at(None).await
    }

    /// The same as it stood at some marks.
    pub(super) async fn stops_in_force_at(&self, marks: Option<&Marks>) -> Result<Vec<StopOrder>, CenterError> {
        let orders = self.store.stop_orders_at(marks).await?;
        Ok(orders.into_iter().filter(|order| order.lifted.is_none()).collect())
    }

    /// What silences a station now.
    ///
    /// # Errors
    /// When there is no such station or the store fails.
    pub async fn stops_at(&self, station: &StationId) -> Result<Vec<Stop>, CenterError> {
        let orders = self.stops_in_force().await?;
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let (facts, schedules, today) =
            (self.station(station).await?, self.schedules().await?, self.local_today().await?);
        let here = orders.into_iter().filter(|order| order.place.reaches(&facts, &schedules.areas, today));
        Ok(here.map(|order| order.stop).collect())
    }

    /// Gives a stop order and wakes the stations; its number.
    ///
    /// # Errors
    /// When these grants do not reach the place, there is no such place or bulletin, the reason is empty or too long,
    /// or the store fails.
    pub async fn give_stop(
        &self,
        place: &Place,
        bulletin: Option<&BulletinCode>,
        reason: &str,
        by: (&str, &[Grant]),
    ) -> Result<u64, CenterError> {
        let reason = reason_of("a stop order", reason)?;
        self.must_reach(place, by).await?;
        if let Some(code) = bulletin {
            self.bulletin(code).await?;
        }
        let (by, _) = by;
        let at = crate::clock::now();
        let id = self.store.add_stop(&NewStop { place, bulletin, reason, by, at }).await?;
        self.hub().wake_all();
        self.store.note_act(by, "stop-given", &place.to_string(), reason, at).await?;
        Ok(id)
    }

    /// Lifts a stop order and wakes the stations; `false` when it was lifted before.
    ///
    /// # Errors
    /// When there is no such order, these grants do not reach its place, or the store fails.
    pub async fn lift_stop(&self, id: u64, by: (&str, &[Grant])) -> Result<bool, CenterError> {
        let order = self.stop_orders().await?.into_iter().find(|order| order.stop.id == id);
        let order = order.ok_or_else(|| CenterError::NotFound(format!("there is no stop order {id}")))?;
        self.must_reach(&order.place, by).await?;
        let (by, _) = by;
        let at = crate::clock::now();
        if order.lifted.is_some() || !self.store.lift_stop(id, by, at).await? {
            return Ok(false);
        }
        self.hub().wake_all();
        self.store.note_act(by, "stop-lifted", &order.place.to_string(), &order.stop.reason, at).await?;
        Ok(true)
    }

    async fn must_reach(&self, place: &Place, (by, grants): (&str, &[Grant])) -> Result<(), CenterError> {
        let (schedules, today) = (self.schedules().await?, self.local_today().await?);
        if may_stop(grants, &schedules.areas, place, &schedules.stations, today) {
            return Ok(());
        }
        Err(DeskRefusal::MayNotStop { by: by.into(), place: place.clone() }.into())
    }

    /// The sealed list that a station lacks, which says that it holds the stop orders of these numbers.
    pub(super) async fn lacking_stops(&self, station: &StationId, held: &[u64]) -> Result<Option<String>, CenterError> {
        // Read first: a list never carries a higher number than what it was made of.
        let number = self.store.revision(STOPS).await?;
        let stops = self.stops_at(station).await?;
        if stops.iter().map(|stop| stop.id).eq(held.iter().copied()) {
            return Ok(None);
        }
        let list = StopList { station: station.clone(), number: number.cast_unsigned(), stops };
        Ok(Some(envelope::seal(envelope::STOPS, &list, self.custodian.center())?))
    }
}
