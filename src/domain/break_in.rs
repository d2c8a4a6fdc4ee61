//! Break-in orders (*lệnh phát khẩn cấp*): two people's signed word that an urgent bulletin airs at once at some
//! stations, whatever is on (Thông tư 39/2020/TT-BTTTT: *khẩn cấp*). It must not know how the word reaches a station.
//!
//! An order is used once and begins within ten minutes of its first signature or never. It stands beside the rundown,
//! is no input of planning, and counts in no sum of the plan; what it displaces falls short and is made good like
//! anything else that failed to air.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::area::{Areas, Target};
use super::ids::{AiringId, AreaCode, BreakInId, BulletinCode, OrderId, RuleId, Sha256, StationId};
use super::rundown::{Item, ItemKind, PlannedSound, Rundown, SlotRef};
use super::station::Station;

/// An order begins within so many minutes of being issued, or expires.
pub const MOST_MINUTES: i64 = 10;
/// A station's clock may be behind the center's by this much when it begins, minutes: its clock is believed within one.
const CLOCK_MINUTES: i64 = 2;

/// What two approvers sign. Both sign the same bytes, and the center signs beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakIn {
    /// Its number, never used again: a repetition is a new order.
    pub id: BreakInId,
    /// Bulletin.
    pub bulletin: BulletinCode,
    /// Its version.
    pub version: u32,
    /// Title, so that a reader sees what was ordered.
    pub title: String,
    /// SHA-256 of what stations play.
    pub rendition: Sha256,
    /// Digest of the approval manifest's envelope.
    pub manifest: Sha256,
    /// Length of the rendition, ms.
    pub duration_ms: u64,
    /// The unit that was chosen, with everything beneath it.
    pub area: AreaCode,
    /// The stations it is for, and no others.
    pub stations: BTreeSet<StationId>,
    /// Why, as the first approver wrote it.
    pub reason: String,
    /// Local day of the order.
    pub date: NaiveDate,
    /// When the first approver was shown what to sign.
    pub issued_at: DateTime<Utc>,
    /// Begins by then or not at all.
    pub not_after: DateTime<Utc>,
    /// The first approver's log-in name.
    pub asked_by: String,
}

impl BreakIn {
    /// When an order issued at that moment expires.
    pub fn expiry(issued_at: DateTime<Utc>) -> DateTime<Utc> {
        issued_at + Duration::minutes(MOST_MINUTES)
    }

    /// Whether its times are those of an order: it waits for ten minutes at most.
    pub fn is_timely(&self) -> bool {
        self.issued_at < self.not_after && self.not_after <= Self::expiry(self.issued_at)
    }

    /// Whether it can no longer begin.
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        now > self.not_after
    }

    /// Its one airing at a station.
    pub fn airing(&self, station: &StationId) -> AiringId {
        AiringId::of_break_in(station, &self.id)
    }

    /// What a station plays of it: an item beside the rundown, which may begin from the order's issue on.
    pub fn item(&self, station: &StationId) -> Item {
        self.item_from(station, self.issued_at - Duration::minutes(CLOCK_MINUTES))
    }

    fn item_from(&self, station: &StationId, start: DateTime<Utc>) -> Item {
        let slot = SlotRef { rule: RuleId::of_break_in(), start: self.issued_at, end: self.not_after, moved_to: None };
        Item {
            airing: Some(self.airing(station)),
            kind: ItemKind::Bulletin,
            title: self.title.clone(),
            start,
            duration_ms: self.duration_ms,
            latest_start: self.not_after,
            slot,
            sound: Some(PlannedSound {
                bulletin: self.bulletin.clone(),
                bulletin_version: self.version,
                rendition: self.rendition,
                manifest: self.manifest,
                order: OrderId::of_break_in(&self.id),
                nth: 0,
            }),
            filler: None,
            overrun: None,
            reserved: None,
            why: self.reason.clone(),
        }
    }

    /// The order as a rundown of one item at a station, so that what was said of it is judged by the rules for
    /// everything else. `confirmed_at`, the second approver's word, is the start that lateness is counted from.
    pub fn as_rundown(&self, station: &StationId, confirmed_at: DateTime<Utc>) -> Rundown {
        Rundown {
            station: station.clone(),
            date: self.date,
            version: 0,
            issued_at: confirmed_at - Duration::seconds(1),
            expires_at: self.not_after,
            planner: String::new(),
            inputs: self.manifest,
            declined: 0,
            items: vec![self.item_from(station, confirmed_at)],
            ladder: Vec::new(),
        }
    }
}

/// An order that a second person confirmed: stations go by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// What both signed.
    pub order: BreakIn,
    /// Since when it is in force: the second approver's word.
    pub confirmed_at: DateTime<Utc>,
    /// The second approver's log-in name.
    pub confirmed_by: String,
    /// Whether its bulletin was not withdrawn since: then stations were told to stop it.
    pub stands: bool,
}

/// The stations that an order for `area` reaches: those that serve it or a unit beneath it, and that the bulletin's
/// approval lets it air at.
pub fn reached(
    stations: &[Station],
    areas: &Areas,
    area: &AreaCode,
    target: &Target,
    date: NaiveDate,
) -> BTreeSet<StationId> {
    let within = |station: &&Station| {
        station
            .area_on(date)
            .is_some_and(|own| (own == area || areas.within(own, area, date)) && target.reaches(areas, own, date))
    };
    stations.iter().filter(within).map(|station| station.id.clone()).collect()
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// An order of that number for `dai-1`, issued at that moment, to play this rendition.
    pub fn break_in(number: u32, rendition: Sha256, issued_at: DateTime<Utc>) -> BreakIn {
        BreakIn {
            id: format!("lenh-{number}").parse().unwrap(),
            bulletin: "BAO-1".parse().unwrap(),
            version: 1,
            title: "Bão khẩn cấp".into(),
            rendition,
            manifest: Sha256::of(b"manifest"),
            duration_ms: 60_000,
            area: "xa-1".parse().unwrap(),
            stations: ["dai-1".parse().unwrap()].into(),
            reason: "bão đổ bộ".into(),
            date: issued_at.date_naive(),
            issued_at,
            not_after: BreakIn::expiry(issued_at),
            asked_by: "an".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::break_in;
    use super::*;
    use crate::domain::reconcile::counting;

    #[test]
    fn an_order_waits_for_ten_minutes_and_not_a_microsecond_longer() {
        let now = DateTime::UNIX_EPOCH;
        let mut order = break_in(1, Sha256::of(b"sound"), now);
        assert!(order.is_timely() && !order.has_expired(order.not_after));
        assert!(order.has_expired(order.not_after + Duration::microseconds(1)));
        order.not_after += Duration::microseconds(1);
        assert!(!order.is_timely());
        order.not_after = order.issued_at;
        assert!(!order.is_timely());
    }

    #[test]
    fn an_order_has_one_airing_a_station_and_it_counts_as_planned_for_the_second_word() {
        let order = break_in(1, Sha256::of(b"sound"), DateTime::UNIX_EPOCH);
        let (here, there) = ("dai-1".parse().unwrap(), "dai-2".parse().unwrap());
        assert_ne!(order.airing(&here), order.airing(&there));
        assert_ne!(order.airing(&here), break_in(2, Sha256::of(b"sound"), DateTime::UNIX_EPOCH).airing(&here));
        let confirmed_at = order.issued_at + Duration::minutes(3);
        let counted = counting(&[order.as_rundown(&here, confirmed_at)]);
        assert_eq!(counted.len(), 1);
        assert_eq!((counted[0].airing, counted[0].item.start), (order.airing(&here), confirmed_at));
    }
}
