//! The minutes and seconds of *What counts* (glossary): settings of the province, with their shipped values.

use chrono::Duration;
use serde::{Deserialize, Serialize};

/// Limits used by planner, playout and reconciliation alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// An airing is due this long after its planned end, minutes. Shipped: 5.
    pub due_after_minutes: u32,
    /// Items starting within this time are copied unchanged into a new version, minutes. Shipped: 10.
    pub freeze_minutes: u32,
    /// An item begins at most this long after plan or is missed, minutes. Shipped: 15.
    pub latest_start_minutes: u32,
    /// Begun later than this after plan is late, seconds. Shipped: 60.
    pub late_after_seconds: u32,
    /// Aired in full may lack this much, ms. Shipped: 1000.
    pub full_tolerance_ms: u32,
    /// A play shorter than this counts as missed, ms. Shipped: 1000.
    pub least_play_ms: u32,
    /// A new item of a day already issued starts at least this long after the issue, seconds. Shipped: 30.
    pub lead_seconds: u32,
    /// A new plan that keeps less than this share of a day's airings still to come waits for a person's word, percent;
    /// an empty one always does. Shipped: 50.
    // Not written as shipped, so that digests of what was planned before this setting stay what they were.
    #[serde(skip_serializing_if = "is_half")]
    pub keep_percent: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_half(percent: &u32) -> bool {
    *percent == 50
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            due_after_minutes: 5,
            freeze_minutes: 10,
            latest_start_minutes: 15,
            late_after_seconds: 60,
            full_tolerance_ms: 1000,
            least_play_ms: 1000,
            lead_seconds: 30,
            keep_percent: 50,
        }
    }
}

impl Settings {
    /// [`Self::due_after_minutes`] as a span.
    pub fn due_after(&self) -> Duration {
        Duration::minutes(self.due_after_minutes.into())
    }

    /// [`Self::freeze_minutes`] as a span.
    pub fn freeze(&self) -> Duration {
        Duration::minutes(self.freeze_minutes.into())
    }

    /// [`Self::latest_start_minutes`] as a span.
    pub fn latest_start(&self) -> Duration {
        Duration::minutes(self.latest_start_minutes.into())
    }

    /// [`Self::late_after_seconds`] as a span.
    pub fn late_after(&self) -> Duration {
        Duration::seconds(self.late_after_seconds.into())
    }

    /// [`Self::lead_seconds`] as a span.
    pub fn lead(&self) -> Duration {
        Duration::seconds(self.lead_seconds.into())
    }
}
