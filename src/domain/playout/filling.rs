//! Filler: what sounds where the rundown lists filler, or where an item cannot play for want of sound. It is nobody's
//! airing: an item that can begin takes its place at once, and it never goes on into what is listed next, its slot's
//! end, or a stop order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{Action, EndReason, Ending, Fill, Playout};
use crate::domain::as_run::Cause;
use crate::domain::filler::FillerSound;
use crate::domain::ids::{AiringId, Sha256};
use crate::domain::overrun::TOLERANCE_MS;
use crate::domain::rundown::{Item, Rundown};

/// Shorter sound is no filler, ms; it also keeps a damaged file from being begun over and over.
const LEAST_MS: u64 = 1000;

/// A held day that has filler.
#[derive(Debug, Clone)]
struct Day {
    date: NaiveDate,
    version: u32,
    expires_at: DateTime<Utc>,
    /// Items that sound is ours of.
    items: Vec<Item>,
    ladder: Vec<FillerSound>,
}

/// What there is to fill, and with what.
#[derive(Debug, Clone, Default)]
pub(super) struct Fillers {
    days: Vec<Day>,
    /// Every start of every held day: nothing fills past the next.
    starts: BTreeSet<DateTime<Utc>>,
    /// Airings that ended before their time, where silence is not what anybody wants.
    failed: BTreeSet<AiringId>,
    /// Renditions that did not play, until it is said anew what is ready.
    dead: BTreeSet<Sha256>,
    /// The output failed: nothing fills until then.
    quiet_until: Option<DateTime<Utc>>,
    /// How often each was begun in the slot that starts then.
    used: (Option<DateTime<Utc>>, BTreeMap<Sha256, u32>),
}

/// What fills now.
#[derive(Debug, Clone)]
pub(super) struct Filling {
    fill: Fill,
    stopping: bool,
}

impl Fillers {
    /// Takes these rundowns in place of all held.
    pub fn replace(&mut self, rundowns: &[Rundown]) {
        let has_filler = |one: &&Rundown| !one.ladder.is_empty() || one.items.iter().any(|item| item.filler.is_some());
        self.days = rundowns.iter().filter(has_filler).map(Day::of).collect();
        self.starts = match self.days[..] {
            [] => BTreeSet::new(),
            _ => rundowns.iter().flat_map(|one| one.items.iter().map(|item| item.start)).collect(),
        };
        let airings: BTreeSet<AiringId> =
            self.days.iter().flat_map(|day| day.items.iter().filter_map(|item| item.airing)).collect();
        self.failed.retain(|airing| airings.contains(airing));
        self.dead.clear();
    }

    /// Renditions are said anew: what did not play may be whole now.
    pub fn try_again(&mut self) {
        self.dead.clear();
    }

    /// Keeps in mind what ended before its time, but for what people took off and for an output that is dead.
    pub fn saw(&mut self, ending: &Ending) {
        let meant = matches!(ending.cause, None | Some(Cause::Stopped | Cause::Withdrawn | Cause::SinkFailed));
        if !meant && !self.days.is_empty() {
            self.failed.insert(ending.airing);
        }
    }

    fn count(&mut self, slot: DateTime<Utc>, rendition: Sha256) {
        if self.used.0 != Some(slot) {
            self.used = (Some(slot), BTreeMap::new());
        }
        *self.used.1.entry(rendition).or_default() += 1;
    }

    fn times(&self, slot: DateTime<Utc>, rendition: &Sha256) -> u32 {
        if self.used.0 == Some(slot) { self.used.1.get(rendition).copied().unwrap_or(0) } else { 0 }
    }
}

impl Day {
    fn of(rundown: &Rundown) -> Self {
        Self {
            date: rundown.date,
            version: rundown.version,
            expires_at: rundown.expires_at,
            items: rundown.items.iter().filter(|item| item.plays().is_some()).cloned().collect(),
            ladder: rundown.ladder.clone(),
        }
    }
}

impl Playout {
    /// What fills now.
    pub fn filling(&self) -> Option<&Fill> {
        self.filling.as_ref().map(|filling| &filling.fill)
    }

    /// When filler has to be looked at, if no event comes before.
    pub(super) fn filler_wake_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if let Some(filling) = &self.filling {
            return (!filling.stopping).then_some(filling.fill.until.max(now));
        }
        let listed = self.fillers.days.iter().flat_map(|day| &day.items).filter(|item| item.filler.is_some());
        listed.map(|item| item.start).filter(|start| now < *start).min()
    }

    /// Ends filler whose time is up or that something better waits for; begins filler where there would be silence.
    pub(super) fn settle_filler(&mut self, waiting: bool, now: DateTime<Utc>, actions: &mut Vec<Action>) {
        let over = |filling: &Filling, this: &Self| {
            waiting || this.playing.is_some() || now >= filling.fill.until || this.is_silenced(&filling.fill.sound)
        };
        if self.filling.as_ref().is_some_and(|filling| !filling.stopping && over(filling, self)) {
            self.stop_filler(actions);
        }
        if waiting || self.playing.is_some() || self.filling.is_some() {
            return;
        }
        if let Some(fill) = self.to_fill(now) {
            self.fillers.count(fill.slot.start, fill.sound.rendition);
            actions.push(Action::Fill(Box::new(fill.clone())));
            self.filling = Some(Filling { fill, stopping: false });
        }
    }

    fn stop_filler(&mut self, actions: &mut Vec<Action>) {
        if let Some(filling) = self.filling.as_mut().filter(|filling| !filling.stopping) {
            filling.stopping = true;
            actions.push(Action::StopFill);
        }
    }

    /// Filler came to its end, in whatever way.
    pub(super) fn end_filler(&mut self, samples: u64, end: &EndReason) {
        let Some(Filling { fill, .. }) = self.filling.take() else { return };
        match end {
            EndReason::DecodeFailed(_) | EndReason::Stopped(Cause::NoAudio | Cause::NotVerified) => {
                self.fillers.dead.insert(fill.sound.rendition);
            }
            EndReason::SinkFailed(_) => self.fillers.quiet_until = Some(fill.until),
            EndReason::Completed if samples == 0 => self.fillers.quiet_until = Some(fill.until),
            EndReason::Completed | EndReason::Stopped(_) => {}
        }
    }

    fn is_silenced(&self, sound: &FillerSound) -> bool {
        self.stops.iter().any(|stop| stop.silences(&sound.bulletin))
    }

    /// The filler that begins now.
    fn to_fill(&self, now: DateTime<Utc>) -> Option<Fill> {
        if self.fillers.quiet_until.is_some_and(|until| now < until) {
            return None;
        }
        let days = self.fillers.days.iter().filter(|day| now < day.expires_at);
        let (day, item) = days.flat_map(|day| day.items.iter().map(move |item| (day, item))).find(|(_, item)| {
            item.start <= now && now < item.end().min(item.slot.end) && self.lacks_sound(item, now)
        })?;
        let next = self.fillers.starts.range((std::ops::Bound::Excluded(now), std::ops::Bound::Unbounded)).next();
        let until = item.end().min(item.slot.end);
        let until = next.map_or(until, |next| until.min(*next));
        let room = until - now + Duration::milliseconds(TOLERANCE_MS);
        let fits = |sound: &&FillerSound| {
            let length = i64::try_from(sound.duration_ms).ok().and_then(Duration::try_milliseconds);
            sound.duration_ms >= LEAST_MS && length.is_some_and(|length| length <= room)
        };
        let may = |sound: &&FillerSound| {
            self.ready.contains(&sound.rendition)
                && !self.fillers.dead.contains(&sound.rendition)
                && !self.is_silenced(sound)
        };
        let rungs = item.filler.iter().chain(&day.ladder).filter(fits).filter(may);
        let sound = rungs.min_by_key(|sound| self.fillers.times(item.slot.start, &sound.rendition))?;
        Some(Fill {
            sound: sound.clone(),
            slot: item.slot.clone(),
            date: day.date,
            rundown_version: day.version,
            until,
        })
    }

    /// Whether there is silence where the item is listed, and filler is the answer to it: not where a person's order
    /// wants silence, nor where the output is dead.
    fn lacks_sound(&self, item: &Item, now: DateTime<Utc>) -> bool {
        let Some(airing) = item.airing else { return item.filler.is_some() };
        if self.memory.has(&airing) {
            return self.fillers.failed.contains(&airing);
        }
        let open = self.open().find(|planned| planned.airing == airing);
        let obstacle = open.and_then(|planned| self.obstacle(planned, now));
        matches!(obstacle, Some((Cause::NoAudio | Cause::NotVerified, _)))
    }
}
