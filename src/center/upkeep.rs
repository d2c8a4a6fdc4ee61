//! Keeping the plan ahead and the stations told while the center serves: everything is looked up anew, nothing is
//! queued, so changes made by other processes count as well.

use std::time::{Duration, Instant};

use chrono::NaiveDate;

use super::{Center, CenterError};
use crate::domain::planner::monday_of;
use crate::store::break_ins::BREAK_INS;
use crate::store::confirmations::RECORDS;
use crate::store::rundowns::RUNDOWNS;
use crate::store::schedules::PLANNING;
use crate::store::stations::DEVICES;
use crate::store::stops::STOPS;

/// How often the store is asked whether something changed.
const LOOK: Duration = Duration::from_millis(500);

/// What failed is made good at most this often: records of a power cut arrive one by one, and planning is for them all.
const MAKE_GOOD_EVERY: Duration = Duration::from_secs(60);

/// What was seen last.
#[derive(Debug, Default)]
struct Seen {
    planning: i64,
    rundowns: i64,
    devices: i64,
    stops: i64,
    break_ins: i64,
    today: Option<NaiveDate>,
    failures: Failures,
}

/// What was seen of records.
#[derive(Debug, Default)]
struct Failures {
    records: i64,
    /// The newest record of a failure that was planned with.
    newest: i64,
    looked: Option<Instant>,
}

impl Center {
    /// Plans when schedules, bulletins or the date changed, and wakes stations when there is something new. Ends
    /// with the future it runs in.
    pub async fn keep_up(&self) {
        let mut seen = Seen::default();
        let mut ticks = tokio::time::interval(LOOK);
        loop {
            ticks.tick().await;
            if let Err(error) = self.look(&mut seen).await {
                tracing::error!("planning failed and is tried again: {error}");
            }
        }
    }

    async fn look(&self, seen: &mut Seen) -> Result<(), CenterError> {
        // First, so that a station never hears of an approval before it hears of the approver's key.
        if self.refresh_trust().await? {
            tracing::info!("trust list version {} is in force", self.custodian.held().list.version);
            self.hub().wake_all();
        }
        // Before planning, which may take longer than a stop order may take to silence.
        let (stops, break_ins) = (self.store.revision(STOPS).await?, self.store.revision(BREAK_INS).await?);
        if (stops, break_ins) != (seen.stops, seen.break_ins) {
            self.hub().wake_all();
            (seen.stops, seen.break_ins) = (stops, break_ins);
        }
        let planning = self.store.revision(PLANNING).await?;
        let today = Some(self.local_today().await?);
        let failed = self.new_failures(&mut seen.failures).await?;
        if planning != seen.planning || today != seen.today || failed {
            let issued = self.issue_rundowns().await?;
            for problem in issued.problems.iter().take(20) {
                tracing::warn!("{}: {}", problem.subject, problem.sentence);
            }
            if issued.rundowns > 0 {
                tracing::info!("issued {} rundowns over {} station-days", issued.rundowns, issued.days);
            }
            (seen.planning, seen.today) = (planning, today);
        }
        let (rundowns, devices) = (self.store.revision(RUNDOWNS).await?, self.store.revision(DEVICES).await?);
        if (rundowns, devices) != (seen.rundowns, seen.devices) {
            self.hub().wake_all();
            (seen.rundowns, seen.devices) = (rundowns, devices);
        }
        Ok(())
    }

    /// Whether airings of this week were said to have failed since it was last asked.
    async fn new_failures(&self, seen: &mut Failures) -> Result<bool, CenterError> {
        if seen.looked.is_some_and(|looked| looked.elapsed() < MAKE_GOOD_EVERY) {
            return Ok(false);
        }
        let records = self.store.revision(RECORDS).await?;
        if records == seen.records {
            return Ok(false);
        }
        let newest = self.store.newest_failure(monday_of(self.local_today().await?)).await?;
        let new = newest > seen.newest;
        *seen = Failures { records, newest, looked: Some(Instant::now()) };
        Ok(new)
    }
}
