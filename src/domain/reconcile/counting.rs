//! Which version of a rundown counts for an airing: the newest that the center issued before the airing's planned
//! start, delivered or not.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::ids::{AiringId, StationId};
use crate::domain::rundown::{Item, ItemKind, Rundown};
use crate::domain::settings::Settings;

/// An airing as the version that counts for it plans it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Station.
    pub station: StationId,
    /// Day of the rundown.
    pub date: NaiveDate,
    /// Airing.
    pub airing: AiringId,
    /// Version of the rundown that counts.
    pub version: u32,
    /// The item in that version.
    pub item: Item,
}

impl Counted {
    /// Whether the time to air and to report it has passed.
    pub fn due(&self, settings: &Settings, as_of: DateTime<Utc>) -> bool {
        self.item.end() + settings.due_after() <= as_of
    }
}

/// The airings that count on one station-day, in order of planned start.
///
/// `versions`: all rundowns ever issued for that station and date, in any order.
pub fn counting(versions: &[Rundown]) -> Vec<Counted> {
    let mut in_order: Vec<&Rundown> = versions.iter().collect();
    in_order.sort_by_key(|rundown| (rundown.issued_at, rundown.version));

    let mut counted: BTreeMap<AiringId, Counted> = BTreeMap::new();
    for rundown in in_order {
        // What was to start by the issue stays as it was; the rest of the day is this version's to say.
        counted.retain(|_, earlier| earlier.item.start <= rundown.issued_at);
        for item in rundown.items.iter().filter(|item| item.start > rundown.issued_at) {
            let Some(airing) = counted_airing(item) else { continue };
            counted.entry(airing).or_insert_with(|| Counted {
                station: rundown.station.clone(),
                date: rundown.date,
                airing,
                version: rundown.version,
                item: item.clone(),
            });
        }
    }
    let mut list: Vec<Counted> = counted.into_values().collect();
    list.sort_by_key(|counted| (counted.item.start, counted.airing));
    list
}

/// The airing an item stands for; none for relay, filler and time that is only reserved.
pub(super) fn counted_airing(item: &Item) -> Option<AiringId> {
    match item.kind {
        ItemKind::Bulletin | ItemKind::Commune => item.airing,
        ItemKind::Relay | ItemKind::Filler => None,
    }
}
