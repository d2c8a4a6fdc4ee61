//! What was said to have failed: airings of the newest rundowns that did not sound, or not in full, by the record that
//! decides. Planning makes them good within their week.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Center, CenterError};
use crate::domain::as_run::Record;
use crate::domain::ids::{AiringId, StationId};
use crate::domain::reconcile::fell_short;
use crate::domain::rundown::Rundown;
use crate::domain::slot::Grid;
use crate::store::rundowns::RundownRow;
use crate::trust::envelope;

/// Failed airings of each station's day; days without any are left out.
pub(super) type Failed = BTreeMap<(StationId, NaiveDate), BTreeSet<AiringId>>;

impl Center {
    /// Failed airings of these newest rundowns, by records of the days (both inclusive) up to that serial and by the
    /// limits of that grid. Silence is no failure: what nobody reported may have aired.
    pub(super) async fn failed(
        &self,
        newest: &[RundownRow],
        grid: &Grid,
        (from, to): (NaiveDate, NaiveDate),
        last: Option<i64>,
    ) -> Result<Failed, CenterError> {
        let mut records: BTreeMap<(StationId, NaiveDate), Vec<Record>> = BTreeMap::new();
        for (date, record) in self.store.records_of_failures(from, to, last).await? {
            records.entry((record.station.clone(), date)).or_default().push(record);
        }
        let mut failed = Failed::new();
        for (key, records) in records {
            let Some(row) = newest.iter().rfind(|row| row.station == key.0 && row.date == key.1) else { continue };
            let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            let airings = fell_short(&rundown, &records, &grid.settings);
            if !airings.is_empty() {
                failed.insert(key, airings);
            }
        }
        Ok(failed)
    }
}
