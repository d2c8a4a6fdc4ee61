//! Days whose new plan is empty or much smaller than what was issued, without anybody having said that it should be: the
//! old rundown stands, and a person is asked. Withdrawals never wait: what is withdrawn goes from a standing day too.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::rundowns::Small;
use super::{Center, CenterError};
use crate::domain::ids::StationId;
use crate::domain::planner::difference::Shrunk;
use crate::domain::problem::Problem;
use crate::store::held_days::HeldState;

pub use crate::store::held_days::HeldDayRow;

/// Who appears as the one who holds days back.
pub const CENTER: &str = "center";

/// What was said of days that would become small, as it stands now.
pub(super) struct Words(BTreeMap<(StationId, NaiveDate), HeldDayRow>);

impl Words {
    /// Whether somebody agreed to a plan of that version's day with no fewer airings.
    pub(super) fn allow(&self, station: &StationId, date: NaiveDate, version: u32, shrunk: Shrunk) -> bool {
        let word = self.0.get(&(station.clone(), date));
        word.is_some_and(|row| row.state == HeldState::Agreed && row.version == version && row.has <= shrunk.has)
    }
}

/// A held day as a form carries it.
pub fn held_key(row: &HeldDayRow) -> String {
    format!("{}.{}.{}.{}.{}", row.station, row.date, row.version, row.had, row.has)
}

impl Center {
    /// What was said of days from `from` on, up to that row if one is given.
    pub(super) async fn words_at(&self, from: NaiveDate, last: Option<i64>) -> Result<Words, CenterError> {
        let rows = self.store.held_days_at(from, last).await?;
        Ok(Words(rows.into_iter().map(|row| ((row.station.clone(), row.date), row)).collect()))
    }

    /// Keeps what an issue held back, and settles what it did not hold back any more; a problem for each day held.
    pub(super) async fn note_held(
        &self,
        words: &Words,
        held: &[(StationId, Small)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Problem>, CenterError> {
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        let mut now_held = BTreeMap::new();
        for (station, small) in held {
            let Shrunk { had, has } = small.shrunk;
            let date = small.date;
            let sentence = format!(
                "station {station} would have {has} of {had} airings on {date}, so what was issued stands: look why, and \
                 agree to it on the page of held days if it is meant"
            );
            problems.push(Problem::warn("held-back", station, sentence));
            let row = HeldDayRow {
                station: station.clone(),
                date,
                version: small.version,
                had,
                has,
                state: HeldState::Held,
                by: CENTER.into(),
                at: now,
            };
            now_held.insert((row.station.clone(), date), row);
        }
        for (key, row) in &now_held {
            let known = words.0.get(key);
            if !known.is_some_and(|old| {
                (old.state, old.version, old.had, old.has) == (row.state, row.version, row.had, row.has)
            }) {
                rows.push(row.clone());
            }
        }
        let over = words.0.iter().filter(|(key, row)| row.state == HeldState::Held && !now_held.contains_key(*key));
        rows.extend(over.map(|(_, row)| HeldDayRow {
            state: HeldState::Settled,
            by: CENTER.into(),
            at: now,
            ..row.clone()
        }));
        if !rows.is_empty() {
            self.store.add_held_days(&rows).await?;
        }
        Ok(problems)
    }

    /// Days that are held back now, by day and station.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn held_days(&self) -> Result<Vec<HeldDayRow>, CenterError> {
        let mut rows = self.store.held_days(self.local_today().await?).await?;
        rows.retain(|row| row.state == HeldState::Held);
        Ok(rows)
    }

    /// How many days are held back now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn count_held_days(&self) -> Result<u64, CenterError> {
        Ok(self.store.count_held_days(self.local_today().await?).await?)
    }

    /// Somebody's word that these days, as they were shown, may become so small; issues them. How many were agreed to:
    /// those that have changed since are left.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn agree_to_small_days(&self, shown: &[HeldDayRow], by: &str) -> Result<usize, CenterError> {
        let now = crate::clock::now();
        let held = self.held_days().await?;
        let agreed: Vec<HeldDayRow> = held
            .into_iter()
            .filter(|row| shown.contains(row))
            .map(|row| HeldDayRow { state: HeldState::Agreed, by: by.into(), at: now, ..row })
            .collect();
        if agreed.is_empty() {
            return Ok(0);
        }
        self.store.add_held_days(&agreed).await?;
        for row in &agreed {
            let detail = format!("{}: {} → {}", row.date, row.had, row.has);
            self.store.note_act(by, "small-day-agreed", row.station.as_str(), &detail, now).await?;
        }
        self.issue_rundowns().await?;
        Ok(agreed.len())
    }
}
