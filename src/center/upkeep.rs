//! Keeping the plan ahead and the stations told while the center serves: everything is looked up anew, nothing is
//! queued, so changes made by other processes count as well.

use std::time::Duration;

use chrono::NaiveDate;

use super::{Center, CenterError};
use crate::store::break_ins::BREAK_INS;
use crate::store::rundowns::RUNDOWNS;
use crate::store::schedules::PLANNING;
use crate::store::stations::DEVICES;
use crate::store::stops::STOPS;

/// How often the store is asked whether something changed.
const LOOK: Duration = Duration::from_millis(500);

/// What was seen last.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    planning: i64,
    rundowns: i64,
    devices: i64,
    stops: i64,
    break_ins: i64,
    today: Option<NaiveDate>,
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
        if planning != seen.planning || today != seen.today {
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
}
