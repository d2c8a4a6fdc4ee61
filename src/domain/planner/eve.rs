//! The day before a week: what it holds last is kept apart from the week's first plays as if both were of one week.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::super::ids::BulletinCode;
use super::super::rundown::Item;
use super::super::slot::SlotKind;
use super::{DayInputs, WeekInputs};

/// Starts of the last slots that hold them, by bulletin.
pub(super) type Eve = BTreeMap<BulletinCode, DateTime<Utc>>;

impl WeekInputs {
    /// Lets the week begin after these items of the day before. Only bulletins that this week keeps apart by more than the
    /// night are noted, so that other weeks stay what they were.
    pub fn begin_after(&mut self, items: &[Item]) {
        let slots = self.days.first().map_or(&[][..], |monday| &monday.slots);
        let first = slots.iter().filter(|slot| slot.kind != SlotKind::Relay).map(|slot| slot.start).min();
        let Some(first) = first else { return };
        let mut eve = Eve::new();
        for item in items {
            let Some(sound) = &item.sound else { continue };
            let (begins, least) = (item.slot.begins(), self.longest_gap(&sound.bulletin));
            if first < begins + least {
                let last = eve.entry(sound.bulletin.clone()).or_insert(begins);
                *last = begins.max(*last);
            }
        }
        self.eve = eve;
    }

    /// The slot of the day before whose play of the bulletin is nearer than this to a slot with that start.
    pub(super) fn too_near_eve(
        &self,
        bulletin: &BulletinCode,
        start: DateTime<Utc>,
        minutes: u32,
    ) -> Option<DateTime<Utc>> {
        let last = *self.eve.get(bulletin)?;
        (start < last + Duration::minutes(minutes.into())).then_some(last)
    }

    /// The greatest time that the unit or an order of the week wants between plays of a bulletin.
    fn longest_gap(&self, bulletin: &BulletinCode) -> Duration {
        let of_day = |day: &DayInputs| {
            day.orders.iter().filter(|order| order.bulletin == *bulletin).map(|order| order.spacing_minutes).max()
        };
        let orders = self.days.iter().filter_map(of_day).max();
        Duration::minutes(orders.unwrap_or(0).max(self.repeat_minutes()).into())
    }
}
