//! The station's playout: a pure state machine that says when an item begins, when it stops, and what is put down of
//! it. It must not know of sound, files, links or the current time.
//!
//! One loop drives it: it gives every [`Event`] with the time to [`Playout::step`], does the [`Action`]s, and sleeps
//! until [`Playout::wake_at`] or the next event. What holds always:
//!
//! - An airing begins at most once and gets exactly one [`Ending`], whatever the clock does and also across restarts,
//!   as long as the journal's word is given back with [`Event::Restored`].
//! - A break-in order's item begins as soon as its audio is here, over whatever plays: that one is stopped first and
//!   keeps its samples. It waits for nothing but a stop order, another urgent item, and the clock.
//! - One item plays at a time; it begins within its start and latest start, under a trusted clock, from audio that is
//!   verified and from a rundown that has not expired.
//! - Nothing is claimed of relay, filler and reserved commune time, nor of what was not held in time.
//! - Filler sounds only where nothing else of ours can, and never past what is listed next or its slot's end.

mod filling;
mod memory;
mod plan;
mod words;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};

use super::as_run::{Cause, SAMPLE_RATE_HZ, Said};
use super::ids::{AiringId, Sha256};
use super::overrun::Policy;
use super::rundown::{Item, Rundown};
use super::stop::Stop;
use filling::{Fillers, Filling};
use memory::Memory;
use plan::{Plan, Planned, breaking_in};
pub use words::{Action, EndReason, Ending, Event, Fill, Past, PastAiring};

/// A broken play shorter than this, 1 s, is put down as missed at once.
const LEAST_BROKEN_PLAY_SAMPLES: u64 = SAMPLE_RATE_HZ;

/// What plays now.
#[derive(Debug, Clone)]
struct Playing {
    planned: Planned,
    /// When it was told to begin; [`Event::Began`] puts the first sample's time here.
    began_at: DateTime<Utc>,
    samples: u64,
    stopping: bool,
}

/// What plays now, for the station's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NowPlaying<'a> {
    /// The item.
    pub item: &'a Item,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// Samples the output took so far.
    pub samples: u64,
}

/// The state machine; it starts knowing nothing.
#[derive(Debug, Clone, Default)]
pub struct Playout {
    plan: Plan,
    memory: Memory,
    ready: BTreeSet<Sha256>,
    refused: BTreeMap<AiringId, String>,
    stops: Vec<Stop>,
    /// Airings of break-in orders, in order of issue.
    break_ins: Vec<Planned>,
    playing: Option<Playing>,
    fillers: Fillers,
    filling: Option<Filling>,
    restored: bool,
    started_at: Option<DateTime<Utc>>,
    /// Since when the clock is trusted without a break; none while it is not.
    trusted_since: Option<DateTime<Utc>>,
}

impl Playout {
    /// A playout that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What plays now.
    pub fn now_playing(&self) -> Option<NowPlaying<'_>> {
        let playing = self.playing.as_ref()?;
        Some(NowPlaying { item: &playing.planned.item, began_at: playing.began_at, samples: playing.samples })
    }

    /// The next item that may still begin, in order of start.
    pub fn next_item(&self, now: DateTime<Utc>) -> Option<&Item> {
        self.open().find(|planned| now <= planned.item.latest_start).map(|planned| &planned.item)
    }

    /// Takes in what happened and says what to do. The actions are to be done in their order, each once.
    pub fn step(&mut self, event: Event, now: DateTime<Utc>) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Rundowns(rundowns) => self.replace_plan(rundowns, now, &mut actions),
            Event::Ready(ready) => {
                self.ready = ready;
                self.fillers.try_again();
            }
            Event::Refused(refused) => {
                self.refused = refused;
                // Its approval was believed when it began and is not any more, as when the approver's key was stolen.
                if self.playing.as_ref().is_some_and(|playing| self.refused.contains_key(&playing.planned.airing)) {
                    self.stop(Cause::NotVerified, &mut actions);
                }
            }
            Event::Stops(stops) => {
                self.stops = stops;
                if self.playing.as_ref().is_some_and(|playing| self.stopped_by(&playing.planned).is_some()) {
                    self.stop(Cause::Stopped, &mut actions);
                }
            }
            Event::BreakIns(items) => self.replace_break_ins(items, &mut actions),
            Event::Restored { started_at, past } => self.restore(started_at, past, &mut actions),
            Event::ClockTrusted(true) => self.trust_clock(now),
            Event::ClockTrusted(false) => self.trusted_since = None,
            Event::StartedAt(at) => self.started_at = Some(at),
            Event::Began { airing, at } => {
                if let Some(playing) = self.playing.as_mut().filter(|playing| playing.planned.airing == airing) {
                    playing.began_at = at;
                }
            }
            Event::Progress { airing, samples } => {
                if let Some(playing) = self.playing.as_mut().filter(|playing| playing.planned.airing == airing) {
                    playing.samples = samples;
                }
            }
            Event::Ended { airing, samples, end, at } => self.end(airing, samples, end, at, &mut actions),
            Event::Filled { samples, end } => self.end_filler(samples, &end),
            Event::Tick => {}
        }
        self.settle(now, &mut actions);
        actions
    }

    /// When to step next if no event comes before: `now` itself if something is due already, none if only an event can
    /// change anything.
    pub fn wake_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if !self.acting() {
            return None;
        }
        let past_latest = |planned: &Planned| planned.item.latest_start + Duration::milliseconds(1);
        let of_item = |planned: &Planned| match planned.item.start {
            start if now < start => Some(start),
            _ if now <= planned.item.latest_start => Some(past_latest(planned)),
            _ => None,
        };
        let passed = self.passed(now).next().is_some() || self.passed_break_ins(now).next().is_some();
        if passed || self.to_begin(now).is_some() {
            return Some(now);
        }
        let expiry = self.playing.as_ref().filter(|playing| !playing.stopping);
        let expiry = expiry.map(|playing| playing.planned.ends_by().max(now));
        let begin = self.open_break_ins().chain(self.open()).filter_map(of_item);
        begin.chain(expiry).chain(self.filler_wake_at(now)).min()
    }

    /// Whether anything may begin or be put down by the clock.
    fn acting(&self) -> bool {
        self.restored && self.trusted_since.is_some()
    }

    /// Planned airings that have not begun and have no ending, in order of start.
    fn open(&self) -> impl Iterator<Item = &Planned> {
        self.plan.iter().filter(|planned| self.is_open(planned))
    }

    /// Break-ins that have not begun and have no ending, in order of issue.
    fn open_break_ins(&self) -> impl Iterator<Item = &Planned> {
        self.break_ins.iter().filter(|planned| self.is_open(planned))
    }

    fn is_open(&self, planned: &Planned) -> bool {
        let playing = self.playing.as_ref().map(|playing| playing.planned.airing);
        Some(planned.airing) != playing && !self.memory.has(&planned.airing)
    }

    /// Open break-ins that expired.
    fn passed_break_ins(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Planned> {
        self.open_break_ins().filter(move |planned| now > planned.item.latest_start)
    }

    /// The break-in that would begin now if nothing played.
    fn pressing(&self, now: DateTime<Utc>) -> Option<&Planned> {
        self.open_break_ins().find(|planned| planned.in_window(now) && self.own_obstacle(planned, now).is_none())
    }

    /// Open airings whose time has passed and of which an ending is due from us.
    fn passed(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Planned> {
        self.open().filter(move |planned| now > planned.item.latest_start && planned.held_in_time)
    }

    /// The open airing that begins now; filler has to end first.
    fn to_begin(&self, now: DateTime<Utc>) -> Option<&Planned> {
        self.waiting(now).filter(|_| self.filling.is_none())
    }

    /// The open airing that would begin now but for filler.
    fn waiting(&self, now: DateTime<Utc>) -> Option<&Planned> {
        if self.playing.is_some() {
            return None;
        }
        let planned = || self.open().find(|planned| planned.in_window(now) && self.obstacle(planned, now).is_none());
        self.pressing(now).or_else(planned)
    }

    /// What keeps an airing from beginning, apart from clock and start time; the most telling first.
    fn obstacle(&self, planned: &Planned, now: DateTime<Utc>) -> Option<(Cause, Option<String>)> {
        self.own_obstacle(planned, now).or_else(|| {
            let playing = self.playing.as_ref()?;
            Some((if playing.planned.urgent { Cause::Urgent } else { Cause::Busy }, None))
        })
    }

    /// What keeps it from beginning though nothing else plays.
    fn own_obstacle(&self, planned: &Planned, now: DateTime<Utc>) -> Option<(Cause, Option<String>)> {
        if let Some(stop) = self.stopped_by(planned) {
            return Some((Cause::Stopped, Some(stop.reason.clone())));
        }
        if let Some(note) = self.refused.get(&planned.airing) {
            return Some((Cause::NotVerified, Some(note.clone())));
        }
        if now >= planned.expires_at {
            return Some((Cause::SlotEnded, Some("its rundown had expired".into())));
        }
        if now >= planned.ends_by() {
            return Some((Cause::SlotEnded, None));
        }
        (!self.ready.contains(&planned.rendition)).then_some((Cause::NoAudio, None))
    }

    /// The stop order that silences an airing.
    fn stopped_by(&self, planned: &Planned) -> Option<&Stop> {
        self.stops.iter().find(|stop| stop.covers(&planned.item))
    }

    /// Does what is due: puts down what has passed, stops what expired, begins what may begin.
    fn settle(&mut self, now: DateTime<Utc>, actions: &mut Vec<Action>) {
        if !self.acting() {
            return;
        }
        self.plan.hold(now);
        self.settle_passed(now, actions);
        if self.playing.as_ref().is_some_and(|playing| now >= playing.planned.ends_by()) {
            self.stop(Cause::SlotEnded, actions);
        }
        // One urgent item never cuts off another.
        let ordinary = self.playing.as_ref().is_some_and(|playing| !playing.planned.urgent);
        if ordinary && self.pressing(now).is_some() {
            self.stop(Cause::Urgent, actions);
        }
        if let Some(planned) = self.to_begin(now).cloned() {
            actions.push(Action::Begin {
                item: Box::new(planned.item.clone()),
                rundown_version: planned.rundown_version,
                rendition: planned.rendition,
            });
            self.playing = Some(Playing { planned, began_at: now, samples: 0, stopping: false });
        }
        self.settle_filler(self.waiting(now).is_some(), now, actions);
        // Seen now, because once the time has passed the obstacle may be gone.
        let open = self.open().chain(self.open_break_ins());
        let seen: Vec<_> = open
            .filter(|planned| planned.in_window(now))
            .filter_map(|planned| Some((planned.airing, self.obstacle(planned, now)?)))
            .collect();
        for (airing, obstacle) in seen {
            match self.break_ins.iter_mut().find(|planned| planned.airing == airing) {
                Some(planned) => planned.seen = Some(obstacle),
                None => self.plan.saw(&airing, obstacle),
            }
        }
    }

    /// The most telling cause of a miss.
    fn why_missed(&self, planned: &Planned, now: DateTime<Utc>) -> (Cause, Option<String>) {
        let latest = planned.item.latest_start;
        // A start in the future is a clock's error, not a start.
        if self.started_at.is_some_and(|started| latest < started && started <= now) {
            return (Cause::NotRunning, None);
        }
        if self.trusted_since.is_some_and(|since| latest < since) {
            return (Cause::Clock, None);
        }
        match &planned.seen {
            Some((cause, None)) if drops(&planned.item) => {
                (*cause, Some("what cannot end by its slot's end does not begin".into()))
            }
            Some(obstacle) => obstacle.clone(),
            None if planned.urgent => (Cause::Expired, Some("the order had expired before it could begin".into())),
            None => (Cause::Clock, Some("the clock passed over its time".into())),
        }
    }

    fn replace_plan(&mut self, rundowns: Vec<Rundown>, now: DateTime<Utc>, actions: &mut Vec<Action>) {
        // What has passed is put down by the rundown it was held in.
        self.settle_passed(now, actions);
        let trusted_now = self.trusted_since.map(|_| now);
        let open_before: Vec<Planned> = self.open().cloned().collect();
        self.fillers.replace(&rundowns);
        self.plan.replace(rundowns, !self.restored);
        for planned in open_before {
            if self.restored && planned.held_in_time && self.plan.took_off_too_late(&planned, trusted_now) {
                self.put_down(planned.missed(Cause::Withdrawn, None), actions);
            }
        }
        let withdrawn = |playing: &Playing| !playing.planned.urgent && self.plan.lacks(&playing.planned);
        if self.playing.as_ref().is_some_and(withdrawn) {
            self.stop(Cause::Withdrawn, actions);
        }
    }

    /// Takes these break-ins in place of all held. One that is not believed any more plays no longer.
    fn replace_break_ins(&mut self, items: Vec<Item>, actions: &mut Vec<Action>) {
        let before = std::mem::take(&mut self.break_ins);
        self.break_ins = items.into_iter().filter_map(breaking_in).collect();
        self.break_ins.sort_by_key(|planned| (planned.item.latest_start, planned.airing));
        for old in before {
            match self.break_ins.iter_mut().find(|planned| planned.airing == old.airing) {
                Some(planned) => planned.seen = old.seen,
                None if self.playing.as_ref().is_some_and(|playing| playing.planned.airing == old.airing) => {
                    self.stop(Cause::NotVerified, actions);
                }
                None if self.restored => self.put_down(old.missed(Cause::NotVerified, None), actions),
                None => {}
            }
        }
    }

    fn settle_passed(&mut self, now: DateTime<Utc>, actions: &mut Vec<Action>) {
        if self.acting() {
            let passed: Vec<Planned> = self.passed(now).chain(self.passed_break_ins(now)).cloned().collect();
            for planned in passed {
                let (cause, note) = self.why_missed(&planned, now);
                self.put_down(planned.missed(cause, note), actions);
            }
        }
    }

    fn trust_clock(&mut self, now: DateTime<Utc>) {
        self.trusted_since.get_or_insert(now);
    }

    fn restore(&mut self, started_at: DateTime<Utc>, past: Vec<PastAiring>, actions: &mut Vec<Action>) {
        self.restored = true;
        self.started_at = Some(started_at);
        let (ended, begun): (Vec<_>, Vec<_>) = past.into_iter().partition(|airing| airing.past == Past::Ended);
        for airing in ended {
            self.remember(airing.airing);
        }
        for PastAiring { airing, past } in begun {
            let Past::Begun { rundown_version, rendition, began_at, samples, last_at } = past else { continue };
            let said = match samples {
                0..LEAST_BROKEN_PLAY_SAMPLES => Said::Missed,
                _ => Said::Played { samples, began_at, ended_at: last_at.max(began_at) },
            };
            let cause = Some(Cause::Interrupted);
            self.put_down(Ending { airing, rundown_version, rendition, said, cause, note: None }, actions);
        }
    }

    fn stop(&mut self, cause: Cause, actions: &mut Vec<Action>) {
        if let Some(playing) = self.playing.as_mut().filter(|playing| !playing.stopping) {
            playing.stopping = true;
            actions.push(Action::Stop { airing: playing.planned.airing, cause });
        }
    }

    fn end(&mut self, airing: AiringId, samples: u64, end: EndReason, at: DateTime<Utc>, actions: &mut Vec<Action>) {
        let Some(playing) = self.playing.take_if(|playing| playing.planned.airing == airing) else { return };
        let (cause, mut note) = match end {
            EndReason::Completed => (None, None),
            EndReason::Stopped(cause) => (Some(cause), None),
            EndReason::SinkFailed(words) => (Some(Cause::SinkFailed), Some(words)),
            EndReason::DecodeFailed(words) => (Some(Cause::DecodeFailed), Some(words)),
        };
        if samples == 0 {
            // An output that calls it complete and took nothing is a dead one.
            let cause = cause.unwrap_or(Cause::SinkFailed);
            self.put_down(playing.planned.missed(cause, note), actions);
            return;
        }
        let began_at = playing.began_at;
        let mut ended_at = at;
        if ended_at < began_at {
            let played_ms = i64::try_from(super::as_run::samples_to_ms(samples)).unwrap_or(0);
            ended_at = began_at.checked_add_signed(Duration::milliseconds(played_ms)).unwrap_or(began_at);
            note.get_or_insert_with(|| "the clock stepped back while it played".into());
        }
        let said = Said::Played { samples, began_at, ended_at };
        self.put_down(playing.planned.ending(said, cause, note), actions);
    }

    /// Puts an ending down, unless the airing has one.
    fn put_down(&mut self, ending: Ending, actions: &mut Vec<Action>) {
        if !self.memory.has(&ending.airing) {
            self.remember(ending.airing);
            self.fillers.saw(&ending);
            actions.push(Action::Note(ending));
        }
    }

    fn remember(&mut self, airing: AiringId) {
        let (plan, break_ins) = (&self.plan, &self.break_ins);
        let held = |airing: &AiringId| plan.holds(airing) || break_ins.iter().any(|one| one.airing == *airing);
        self.memory.add(airing, held);
    }
}

/// Whether the item was not to begin any more though its slot still ran.
fn drops(item: &Item) -> bool {
    item.overrun.is_some_and(|overrun| overrun.policy == Policy::Drop && item.latest_start < overrun.by)
}
