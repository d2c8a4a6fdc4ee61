//! A station under a random day: new versions, lost audio, dead outputs, power cuts, and a clock that jumps both ways.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::domain::reconcile::samples::*;

const AIRINGS: u32 = 6;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Happening {
    /// The clock moves, also backwards, s; nobody is told before the next thing.
    Jump(i64),
    /// The loop sleeps as it should, this many times.
    Follow(u8),
    Tick,
    Trust(bool),
    /// A bit for each rendition.
    Ready(u8),
    Refused(u8),
    /// Items as (airing, minute), issued so many minutes ago.
    Version(Vec<(u32, i64)>, i64),
    /// No day is held any more.
    Purge,
    Began,
    Progress(u64),
    Ended(u64, u8),
    /// Power is cut and comes back.
    Restart,
}

fn something() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let items = prop::collection::vec((0..AIRINGS, 0..180i64), 0..6);
    prop_oneof![
        4 => (1..900i64).prop_map(Jump),
        1 => (-20_000..20_000i64).prop_map(Jump),
        6 => (1..6u8).prop_map(Follow),
        2 => Just(Tick),
        2 => prop::bool::weighted(0.8).prop_map(Trust),
        2 => any::<u8>().prop_map(|mask| Ready(mask | 0b101)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(one, other)| Refused(one & other)),
        2 => (items, 0..30i64).prop_map(|(items, ago)| Version(items, ago)),
        1 => Just(Purge),
        2 => Just(Began),
        2 => (0..100_000u64).prop_map(Progress),
        4 => (0..9_000_000u64, 0..4u8).prop_map(|(samples, end)| Ended(samples, end)),
        1 => Just(Restart),
    ]
}

/// The station around the playout, and what must hold of it.
struct Station {
    playout: Playout,
    now: DateTime<Utc>,
    trusted: bool,
    ready: BTreeSet<Sha256>,
    refused: BTreeMap<AiringId, String>,
    held: Vec<Rundown>,
    newest_version: u32,
    /// Airings with a promise of an ending: start, latest start, and held since then.
    promised: BTreeMap<AiringId, (DateTime<Utc>, DateTime<Utc>)>,
    /// The journal: samples by the last progress of all that ever began, and all that ever ended.
    begun: BTreeMap<AiringId, u64>,
    ended: BTreeSet<AiringId>,
    playing: Option<AiringId>,
}

fn airings_of(mask: u8) -> impl Iterator<Item = u32> {
    (0..AIRINGS).filter(move |n| mask >> n & 1 == 1)
}

impl Station {
    fn new(first: Vec<(u32, i64)>) -> Self {
        let mut station = Self {
            playout: Playout::new(),
            now: at(0),
            trusted: true,
            ready: (0..AIRINGS).map(rendition).collect(),
            refused: BTreeMap::new(),
            held: vec![],
            newest_version: 0,
            promised: BTreeMap::new(),
            begun: BTreeMap::new(),
            ended: BTreeSet::new(),
            playing: None,
        };
        station.held = vec![station.issue(first, 600)];
        station.restart();
        station
    }

    fn issue(&mut self, items: Vec<(u32, i64)>, minutes_ago: i64) -> Rundown {
        self.newest_version += 1;
        let mut seen = BTreeSet::new();
        let items = items.into_iter().filter(|(n, _)| seen.insert(*n)).map(|(n, minute)| item(n, minute)).collect();
        let issued_at = self.now - Duration::minutes(minutes_ago);
        Rundown { issued_at, expires_at: at(150), ..rundown(self.newest_version, 0, items) }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Jump(seconds) => self.now += Duration::seconds(seconds),
            Happening::Follow(times) => self.follow(times),
            Happening::Tick => self.step(Event::Tick),
            Happening::Trust(trusted) => {
                self.trusted = trusted;
                self.step(Event::ClockTrusted(trusted));
            }
            Happening::Ready(mask) => {
                self.ready = airings_of(mask).map(rendition).collect();
                self.step(Event::Ready(self.ready.clone()));
            }
            Happening::Refused(mask) => {
                self.refused = airings_of(mask).map(|n| (airing(n), "refused".into())).collect();
                self.step(Event::Refused(self.refused.clone()));
            }
            Happening::Version(items, minutes_ago) => {
                let rundown = self.issue(items, minutes_ago);
                self.hold(vec![rundown]);
            }
            Happening::Purge => self.hold(vec![]),
            Happening::Began => {
                if let Some(airing) = self.playing {
                    self.step(Event::Began { airing, at: self.now });
                }
            }
            Happening::Progress(samples) => {
                if let Some(airing) = self.playing {
                    self.begun.insert(airing, samples);
                    self.step(Event::Progress { airing, samples });
                }
            }
            Happening::Ended(samples, end) => self.end(samples, end),
            Happening::Restart => self.restart(),
        }
    }

    fn end(&mut self, samples: u64, end: u8) {
        let Some(airing) = self.playing.take() else { return };
        let end = match end {
            0 => EndReason::Completed,
            1 => EndReason::Stopped(Cause::Withdrawn),
            2 => EndReason::SinkFailed("stalled".into()),
            _ => EndReason::DecodeFailed("torn".into()),
        };
        self.step(Event::Ended { airing, samples, end, at: self.now });
        assert!(self.ended.contains(&airing), "what ended has no ending");
    }

    fn hold(&mut self, rundowns: Vec<Rundown>) {
        let items = rundowns.iter().flat_map(|rundown| &rundown.items);
        let mut promised = BTreeMap::new();
        for item in items {
            let (id, times) = (item.airing.expect("a sample has one"), (item.start, item.latest_start));
            let as_before = self.promised.get(&id) == Some(&times);
            if as_before || (self.trusted && self.now <= item.latest_start) {
                promised.insert(id, times);
            }
        }
        self.promised = promised;
        self.held.clone_from(&rundowns);
        self.step(Event::Rundowns(rundowns));
    }

    fn restart(&mut self) {
        self.playing = None;
        self.playout = Playout::new();
        let items = self.held.iter().flat_map(|rundown| rundown.items.iter().map(|item| (rundown.issued_at, item)));
        self.promised = items
            .filter(|(issued_at, item)| *issued_at <= item.latest_start)
            .map(|(_, item)| (item.airing.expect("a sample has one"), (item.start, item.latest_start)))
            .collect();
        let begun = self.begun.iter().map(|(id, samples)| PastAiring {
            airing: *id,
            past: Past::Begun {
                rundown_version: 1,
                rendition: rendition(0),
                began_at: at(0),
                samples: *samples,
                last_at: at(1),
            },
        });
        let ended = self.ended.iter().map(|id| PastAiring { airing: *id, past: Past::Ended });
        let past = begun.chain(ended).collect();
        self.step(Event::Rundowns(self.held.clone()));
        self.step(Event::Ready(self.ready.clone()));
        self.step(Event::Refused(self.refused.clone()));
        self.step(Event::ClockTrusted(self.trusted));
        self.step(Event::Restored { started_at: self.now, past });
        assert!(self.begun.keys().all(|id| self.ended.contains(id) || self.playing == Some(*id)));
    }

    /// Sleeps until the next wake-up and steps, as the loop does.
    fn follow(&mut self, times: u8) {
        for _ in 0..times {
            let Some(wake_at) = self.playout.wake_at(self.now) else { return };
            assert!(wake_at >= self.now, "a wake-up in the past");
            self.now = wake_at;
            self.step(Event::Tick);
        }
    }

    fn step(&mut self, event: Event) {
        for action in self.playout.step(event, self.now) {
            match action {
                Action::Begin { item, rendition, .. } => self.begins(&item, rendition),
                Action::Stop { airing, .. } => assert_eq!(self.playing, Some(airing), "stops what does not play"),
                Action::Fill(_) | Action::StopFill => unreachable!("no day here has filler"),
                Action::Note(ending) => {
                    assert!(self.ended.insert(ending.airing), "two endings of one airing");
                    assert_ne!(self.playing, Some(ending.airing), "an ending of what still plays");
                }
            }
        }
        let acting = self.trusted && self.playout.restored;
        if acting {
            for (id, (_, latest_start)) in &self.promised {
                let passed = *latest_start < self.now;
                let done = self.ended.contains(id) || self.playing == Some(*id);
                assert!(!passed || done, "no ending of {} at {}", id.short(), self.now);
            }
        }
        let wake_at = self.playout.wake_at(self.now);
        assert!(wake_at.is_none_or(|wake_at| wake_at > self.now), "a step left work behind");
        assert!(acting || wake_at.is_none(), "wakes up and may do nothing");
    }

    fn begins(&mut self, item: &Item, rendition: Sha256) {
        let id = item.airing.expect("a sample has one");
        assert_eq!(self.playing, None, "two at once");
        assert!(self.trusted, "begins under a clock that is not trusted");
        assert!(self.begun.insert(id, 0).is_none(), "one airing begins twice");
        assert!(!self.ended.contains(&id), "begins what has its ending");
        assert!(item.start <= self.now && self.now <= item.latest_start, "begins outside its time");
        assert!(self.now < at(150), "begins from an expired rundown");
        assert!(self.ready.contains(&rendition) && !self.refused.contains_key(&id), "begins what is not verified");
        assert!(self.held.iter().any(|rundown| rundown.items.contains(item)), "begins what is not held");
        self.playing = Some(id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn whatever_happens_each_airing_begins_and_ends_at_most_once(
        first in prop::collection::vec((0..AIRINGS, 0..180i64), 0..6),
        happenings in prop::collection::vec(something(), 0..60),
    ) {
        let mut station = Station::new(first);
        for happening in happenings {
            station.happen(happening);
        }
    }

    #[test]
    fn on_a_quiet_day_every_airing_plays_in_order(
        minutes in prop::collection::vec(0..140i64, 1..6),
        lengths_s in prop::collection::vec(1..200i64, 6),
    ) {
        // Every item ends before the next is past its latest start, so all of them must play.
        let items: Vec<_> = (0..).zip(minutes).collect();
        let count = items.len();
        let mut station = Station::new(items);
        let mut played = vec![];
        for _ in 0..100 {
            // What plays ends before anybody wakes up.
            if station.playing.is_none() {
                station.follow(1);
            }
            if let Some(id) = station.playing {
                let length_s = lengths_s[played.len() % lengths_s.len()];
                played.push(id);
                station.now += Duration::seconds(length_s.min(170));
                station.end(5_000_000, 0);
            }
        }
        prop_assert_eq!(played.len(), count);
        prop_assert_eq!(station.ended.len(), count);
        prop_assert_eq!(station.playout.wake_at(station.now), None);
    }
}
