//! Break-ins: one by one, and over random nights with routine items, filler, power cuts and stop orders around them.

use proptest::prelude::*;

use super::slot_ends::{fills, rung, with_ladder};
use super::*;
use crate::domain::break_in::samples::break_in;
use crate::domain::rundown::{ItemKind, SlotRef};

/// How long an output goes on after it was told to stop, ms.
const LAG_MS: i64 = 300;

/// The item of order `n`, issued at that moment, that plays so many seconds.
fn order(n: u32, issued_at: DateTime<Utc>, seconds: u64) -> Item {
    Item { duration_ms: seconds * 1000, ..break_in(n, rendition(500 + n), issued_at).item(&station()) }
}

fn airing_of(item: &Item) -> AiringId {
    item.airing.expect("a sample has one")
}

fn begins(item: &Item) -> Action {
    let rendition = item.sound.as_ref().expect("it has sound").rendition;
    Action::Begin { item: Box::new(item.clone()), rundown_version: 0, rendition }
}

/// The playout with these renditions here, besides those of airings 0 to 9.
fn with_ready(playout: &mut Playout, more: &[u32], minute: i64) {
    let ready = (0..10).chain(more.iter().copied()).map(rendition).collect();
    assert_eq!(playout.step(Event::Ready(ready), at(minute)), []);
}

#[test]
fn what_plays_is_cut_with_its_samples_and_the_programme_goes_on_afterwards() {
    let mut playout = running(two());
    with_ready(&mut playout, &[501], 0);
    playout.step(Event::Tick, at(30));
    let urgent = order(1, at(31), 60);
    let stop = Action::Stop { airing: airing(0), cause: Cause::Urgent };
    assert_eq!(playout.step(Event::BreakIns(vec![urgent.clone()]), at(31)), [stop]);
    let said = Said::Played { samples: 2_880_000, began_at: at(30), ended_at: at(31) };
    let stopped = ended(0, 2_880_000, EndReason::Stopped(Cause::Urgent), 31);
    assert_eq!(playout.step(stopped, at(31)), [note(0, said, Some(Cause::Urgent)), begins(&urgent)]);
    // The next item's time comes while it plays; it waits, and begins afterwards.
    assert_eq!(playout.step(Event::Tick, at(33)), []);
    let end = Event::Ended { airing: airing_of(&urgent), samples: 2, end: EndReason::Completed, at: at(34) };
    assert_eq!(playout.step(end, at(34)).last(), Some(&begin(1, 33, 1)));
    // Told once more, as after every reconnection: it has played.
    assert_eq!(playout.step(Event::BreakIns(vec![urgent]), at(34)), []);
}

#[test]
fn an_item_that_waited_for_an_urgent_one_beyond_its_time_is_missed_because_of_that() {
    let mut playout = running(held(vec![item(0, 30)]));
    with_ready(&mut playout, &[501], 0);
    assert_eq!(playout.step(Event::BreakIns(vec![order(1, at(29), 3600)]), at(29)).len(), 1);
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    assert_eq!(playout.step(Event::Tick, just_after(45)), [missed(0, Cause::Urgent)]);
}

#[test]
fn filler_makes_way_and_comes_back() {
    let filler = Item { filler: Some(rung(7, 60)), ..listed(ItemKind::Filler, 30) };
    let mut playout = running(with_ladder(vec![filler], vec![]));
    let ready = [rendition(1007), rendition(501)].into();
    playout.step(Event::Ready(ready), at(0));
    assert_eq!(fills(&playout.step(Event::Tick, at(30))).len(), 1);
    let urgent = order(1, at(30), 60);
    assert_eq!(playout.step(Event::BreakIns(vec![urgent.clone()]), at(30)), [Action::StopFill]);
    let over = Event::Filled { samples: 48_000, end: EndReason::Stopped(Cause::SlotEnded) };
    assert_eq!(playout.step(over, at(30)), [begins(&urgent)]);
    let end = Event::Ended { airing: airing_of(&urgent), samples: 2, end: EndReason::Completed, at: at(31) };
    assert_eq!(fills(&playout.step(end, at(31))), [(7, at(33))]);
}

#[test]
fn of_two_orders_the_second_waits_for_the_first_or_expires() {
    for (seconds, late) in [(60, false), (900, true)] {
        let mut playout = running(held(vec![]));
        with_ready(&mut playout, &[501, 502], 0);
        let (first, second) = (order(1, at(30), seconds), order(2, at(31), 60));
        let both = Event::BreakIns(vec![second.clone(), first.clone()]);
        assert_eq!(playout.step(both, at(31)), [begins(&first)], "in order of issue");
        assert_eq!(playout.step(Event::Tick, at(32)), [], "none cuts the other off");
        if late {
            let actions = playout.step(Event::Tick, just_after(41));
            assert_eq!(causes(&actions), [(Some(Cause::Urgent), None)]);
        }
        let end = Event::Ended { airing: airing_of(&first), samples: 2, end: EndReason::Completed, at: at(46) };
        let now = if late { at(46) } else { at(33) };
        assert_eq!(playout.step(end, now).contains(&begins(&second)), !late);
    }
}

#[test]
fn an_order_that_comes_after_its_time_is_put_down_at_once_as_expired() {
    let mut playout = running(two());
    with_ready(&mut playout, &[501], 0);
    let late = order(1, at(10), 60);
    let actions = playout.step(Event::BreakIns(vec![late]), just_after(20));
    assert_eq!(causes(&actions), [(Some(Cause::Expired), Some("the order had expired before it could begin"))]);
    assert_eq!(playout.step(Event::Tick, at(30)), [begin(0, 30, 1)], "and nothing else is different");
}

#[test]
fn an_order_that_no_approval_covers_waits_for_one_and_is_put_down_with_the_reason() {
    for comes in [false, true] {
        let mut playout = running(held(vec![]));
        with_ready(&mut playout, &[501], 0);
        let urgent = order(1, at(30), 60);
        let refused = [(airing_of(&urgent), "no believed approval is held".to_string())].into();
        assert_eq!(playout.step(Event::Refused(refused), at(30)), []);
        assert_eq!(playout.step(Event::BreakIns(vec![urgent.clone()]), at(30)), []);
        if comes {
            assert_eq!(playout.step(Event::Refused(BTreeMap::new()), at(39)), [begins(&urgent)]);
            continue;
        }
        let actions = playout.step(Event::Tick, just_after(40));
        assert_eq!(causes(&actions), [(Some(Cause::NotVerified), Some("no believed approval is held"))]);
    }
}

/// What comes to a station in a night.
#[derive(Debug, Clone)]
enum Coming {
    /// An order that is so many seconds old and plays so many, with its audio or before it.
    Order { age_s: i64, length_s: u64, here: bool },
    /// Everything is fetched.
    Fetched,
    /// The newest order is not believed any more.
    Unbelieved,
    /// A stop order for everything is given or lifted.
    Silence(bool),
    /// Power is away for so many seconds.
    Cut(i64),
}

fn coming() -> impl Strategy<Value = Coming> {
    prop_oneof![
        6 => (0..900i64, 3..400u64, any::<bool>())
            .prop_map(|(age_s, length_s, here)| Coming::Order { age_s, length_s, here }),
        3 => Just(Coming::Fetched),
        1 => Just(Coming::Unbelieved),
        1 => any::<bool>().prop_map(Coming::Silence),
        1 => (0..1500i64).prop_map(Coming::Cut),
    ]
}

/// What sounds or sounded.
#[derive(Debug, Clone)]
struct Sound {
    airing: Option<AiringId>,
    from: DateTime<Utc>,
    /// Its end, unless it is cut.
    to: DateTime<Utc>,
    cut: Option<Cause>,
}

impl Sound {
    fn samples(&self, until: DateTime<Utc>) -> u64 {
        (until.min(self.to) - self.from).num_milliseconds().unsigned_abs() * SAMPLE_RATE_HZ / 1000
    }
}

/// A station on a night of items of three minutes every ten, with filler between, whose days meet at minute 120.
struct Night {
    playout: Playout,
    now: DateTime<Utc>,
    started_at: DateTime<Utc>,
    days: Vec<Rundown>,
    ready: BTreeSet<Sha256>,
    orders: Vec<Item>,
    silent: bool,
    sounding: Option<Sound>,
    /// The journal.
    begun: BTreeMap<AiringId, Sound>,
    endings: BTreeMap<AiringId, Ending>,
    /// Orders that were here too late for anything.
    too_late: Vec<AiringId>,
}

const FIRST_MINUTE: i64 = 60;
const ITEMS: u32 = 12;
const MIDNIGHT: i64 = 120;

impl Night {
    fn new() -> Self {
        let minute = |n: u32| FIRST_MINUTE + 10 * i64::from(n);
        let day = |date, within: &dyn Fn(i64) -> bool| {
            let items = (0..ITEMS).filter(|n| within(minute(*n))).flat_map(|n| {
                let minute = minute(n);
                let slot = SlotRef { start: at(minute), end: at(minute + 10), ..item(0, 0).slot };
                let filler = Item {
                    duration_ms: 7 * 60_000,
                    filler: Some(rung(7, 60)),
                    slot: slot.clone(),
                    ..listed(ItemKind::Filler, minute + 3)
                };
                [Item { slot, latest_start: at(minute + 10), ..item(n, minute) }, filler]
            });
            Rundown { date, ..held(items.collect()) }
        };
        let eve = date().pred_opt().expect("a day before");
        let days = vec![day(eve, &|minute| minute < MIDNIGHT), day(date(), &|minute| minute >= MIDNIGHT)];
        let mut night = Self {
            playout: Playout::new(),
            now: at(0),
            started_at: at(0),
            days,
            ready: (0..ITEMS).chain([1007]).map(rendition).collect(),
            orders: vec![],
            silent: false,
            sounding: None,
            begun: BTreeMap::new(),
            endings: BTreeMap::new(),
            too_late: vec![],
        };
        night.start();
        night
    }

    fn start(&mut self) {
        (self.playout, self.started_at) = (Playout::new(), self.now);
        let past = self.begun.iter().map(|(airing, sound)| {
            let begun = Past::Begun {
                rundown_version: 0,
                rendition: rendition(0),
                began_at: sound.from,
                samples: sound.samples(sound.to),
                last_at: sound.to,
            };
            let past = if self.endings.contains_key(airing) { Past::Ended } else { begun };
            PastAiring { airing: *airing, past }
        });
        let ended = self.endings.keys().map(|airing| PastAiring { airing: *airing, past: Past::Ended });
        let past = past.chain(ended).collect();
        for event in [
            self.stops(),
            Event::Rundowns(self.days.clone()),
            Event::Ready(self.ready.clone()),
            Event::BreakIns(self.orders.clone()),
            Event::Restored { started_at: self.now, past },
            Event::ClockTrusted(true),
        ] {
            self.step(event);
        }
    }

    fn stops(&self) -> Event {
        let all = Stop { id: 1, bulletin: None, reason: "dừng".into() };
        Event::Stops(if self.silent { vec![all] } else { vec![] })
    }

    fn comes(&mut self, coming: &Coming) {
        match coming {
            Coming::Order { age_s, length_s, here } => {
                let n = u32::try_from(self.orders.len()).expect("a small number");
                let new = order(n, self.now - Duration::seconds(*age_s), *length_s);
                if *here {
                    self.ready.insert(rendition(500 + n));
                    self.step(Event::Ready(self.ready.clone()));
                }
                if self.now > new.latest_start && self.started_at <= new.latest_start {
                    self.too_late.push(airing_of(&new));
                }
                self.orders.push(new);
                self.step(Event::BreakIns(self.orders.clone()));
            }
            Coming::Fetched => {
                self.ready.extend((0..self.orders.len()).map(|n| rendition(500 + u32::try_from(n).expect("small"))));
                self.step(Event::Ready(self.ready.clone()));
            }
            Coming::Unbelieved => {
                let mut fewer = self.orders.clone();
                fewer.pop();
                self.step(Event::BreakIns(fewer));
                // Believed again, as after a list of keys came in two parts: it stays put down as it was.
                self.step(Event::BreakIns(self.orders.clone()));
            }
            Coming::Silence(silent) => {
                self.silent = *silent;
                self.step(self.stops());
            }
            Coming::Cut(seconds) => {
                if let Some(mut sound) = self.sounding.take() {
                    sound.to = self.now;
                    self.begun.extend(sound.airing.map(|airing| (airing, sound)));
                }
                self.now += Duration::seconds(*seconds);
                self.start();
            }
        }
    }

    /// Lives on as the agent's loop does, until that moment.
    fn live_until(&mut self, until: DateTime<Utc>) {
        loop {
            let end = self.sounding.as_ref().map(|sound| sound.to);
            let Some(next) = self.playout.wake_at(self.now).into_iter().chain(end).min().filter(|at| *at <= until)
            else {
                self.now = self.now.max(until);
                return self.step(Event::Tick);
            };
            assert!(next >= self.now, "a wake-up in the past");
            self.now = next;
            match self.sounding.take_if(|sound| sound.to <= next) {
                Some(sound) => self.over(&sound),
                None => self.step(Event::Tick),
            }
        }
    }

    fn over(&mut self, sound: &Sound) {
        let samples = sound.samples(sound.to);
        let end = sound.cut.map_or(EndReason::Completed, EndReason::Stopped);
        let Some(airing) = sound.airing else { return self.step(Event::Filled { samples, end }) };
        self.begun.insert(airing, sound.clone());
        self.step(Event::Ended { airing, samples, end, at: self.now });
        let ending = &self.endings[&airing];
        let said = Said::Played { samples, began_at: sound.from, ended_at: self.now };
        if samples > 0 {
            assert_eq!((&ending.said, ending.cause), (&said, sound.cut), "what sounded is not what was put down");
        } else {
            assert_eq!(ending.said, Said::Missed);
        }
    }

    fn is_urgent(&self, airing: &AiringId) -> bool {
        self.orders.iter().any(|order| order.airing.as_ref() == Some(airing))
    }

    fn sounds(&mut self, airing: Option<AiringId>, duration_ms: u64) {
        assert!(self.sounding.is_none(), "two at once");
        let length = Duration::milliseconds(duration_ms.cast_signed());
        self.sounding = Some(Sound { airing, from: self.now, to: self.now + length, cut: None });
    }

    fn step(&mut self, event: Event) {
        for action in self.playout.step(event, self.now) {
            match action {
                Action::Begin { item, .. } => {
                    let airing = airing_of(&item);
                    assert!(item.start <= self.now && self.now <= item.latest_start, "begins outside its time");
                    assert!(!self.endings.contains_key(&airing), "begins what has its ending");
                    self.sounds(Some(airing), item.duration_ms);
                    let sound = self.sounding.clone().expect("it sounds");
                    assert!(self.begun.insert(airing, sound).is_none(), "begins twice");
                }
                Action::Fill(fill) => self.sounds(None, fill.sound.duration_ms),
                Action::Stop { airing, cause } => {
                    assert!(cause != Cause::Urgent || !self.is_urgent(&airing), "one urgent item cuts another");
                    self.stop(Some(airing), cause);
                }
                Action::StopFill => self.stop(None, Cause::SlotEnded),
                Action::Note(ending) => {
                    let before = self.endings.insert(ending.airing, ending);
                    assert_eq!(before, None, "two endings of one airing");
                }
            }
        }
        self.check();
    }

    fn stop(&mut self, airing: Option<AiringId>, cause: Cause) {
        let lag = self.now + Duration::milliseconds(LAG_MS);
        let sound = self.sounding.as_mut().expect("stops what does not sound");
        assert_eq!(sound.airing, airing, "stops something else");
        (sound.to, sound.cut) = (sound.to.min(lag), Some(cause));
    }

    /// What must be true whenever nothing is left to do at this moment.
    fn check(&self) {
        if !self.playout.acting() || self.silent {
            return;
        }
        let startable = |item: &&Item| {
            let (airing, sound) = (airing_of(item), item.sound.as_ref().expect("it has sound"));
            let open = !self.endings.contains_key(&airing) && !self.begun.contains_key(&airing);
            open && item.start <= self.now && self.now <= item.latest_start && self.ready.contains(&sound.rendition)
        };
        let believed = |item: &&Item| self.playout.break_ins.iter().any(|one| Some(one.airing) == item.airing);
        let pressing = self.orders.iter().filter(startable).any(|item| believed(&item));
        match &self.sounding {
            Some(sound) => {
                let gives_way = sound.cut.is_some() || sound.airing.is_some_and(|airing| self.is_urgent(&airing));
                assert!(!pressing || gives_way, "an urgent item waits for something that is none");
            }
            None => {
                assert!(!pressing, "silence while an urgent item could sound");
                let items = || self.days.iter().flat_map(|day| &day.items);
                let routine = items().filter(|item| item.airing.is_some()).find(startable);
                assert!(routine.is_none(), "the programme does not go on at {}", self.now);
                let room = |item: &&Item| item.end() - self.now >= Duration::seconds(60);
                let filler = items().filter(|item| item.filler.is_some() && item.start <= self.now).find(room);
                assert!(filler.is_none(), "filler does not come back at {}", self.now);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whenever_orders_come_each_plays_once_at_once_or_never_and_the_programme_goes_on(
        comings in prop::collection::vec((0..900i64, coming()), 0..14),
    ) {
        let mut night = Night::new();
        night.live_until(at(FIRST_MINUTE + 5));
        for (gap_s, coming) in &comings {
            night.live_until(night.now + Duration::seconds(*gap_s));
            night.comes(coming);
        }
        night.silent = false;
        night.step(night.stops());
        night.live_until(night.now.max(at(FIRST_MINUTE + 10 * i64::from(ITEMS))) + Duration::hours(1));

        prop_assert!(night.sounding.is_none() && night.playout.wake_at(night.now).is_none());
        let airings = (0..ITEMS).map(airing).chain(night.orders.iter().map(airing_of));
        for airing in airings {
            let ending = night.endings.get(&airing);
            prop_assert!(ending.is_some(), "nothing was put down of {}", airing.short());
        }
        for airing in &night.too_late {
            let ending = &night.endings[airing];
            prop_assert_eq!((&ending.said, ending.cause), (&Said::Missed, Some(Cause::Expired)));
        }
    }

    #[test]
    fn on_a_night_with_one_order_nothing_is_lost_but_what_it_cut_off(
        second in 0..7200i64,
        length_s in 3..400u64,
    ) {
        let mut night = Night::new();
        night.live_until(at(FIRST_MINUTE) + Duration::seconds(second));
        let cut = night.sounding.as_ref().and_then(|sound| sound.airing);
        night.comes(&Coming::Order { age_s: 0, length_s, here: true });
        night.live_until(at(FIRST_MINUTE + 10 * i64::from(ITEMS)) + Duration::hours(1));
        let urgent = night.endings.remove(&airing_of(&night.orders[0])).expect("it was put down");
        prop_assert_eq!((urgent.cause, &night.begun[&urgent.airing].cut), (None, &None));
        for (airing, ending) in &night.endings {
            let expected = (cut == Some(*airing)).then_some(Cause::Urgent);
            prop_assert_eq!(ending.cause, expected, "{:?}", ending);
        }
        prop_assert_eq!(night.endings.len(), ITEMS as usize);
    }
}
