//! Break-in orders: asked for by one approver, confirmed by another, told to the stations, and what became of them.
//!
//! Who signs. An approver with a key of their own signs with it; for one without, the center signs, and for one of the
//! two at most, because stations ask for two people's signatures. The center then signs beside them.
//!
//! The order's ten minutes run from the moment the first approver was shown it: who confirms late has less left.

mod ordering;
mod refusal;
mod reporting;

use chrono::{DateTime, Utc};

use crate::domain::break_in::{BreakIn, InForce};
use crate::domain::ids::{AreaCode, BreakInId, BulletinCode};
use crate::domain::reconcile::Line;
use crate::domain::station::{Station, StationKind};

pub use refusal::UrgentRefusal;

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

/// How many of these stations have a device, and how many air by hand.
pub fn by_kind<'a>(stations: impl Iterator<Item = &'a Station>) -> (usize, usize) {
    let (devices, by_hand): (Vec<_>, Vec<_>) = stations.partition(|one| one.kind == StationKind::Connected);
    (devices.len(), by_hand.len())
}
