//! What becomes of items that would pass their slot's end, and what fills where an item cannot play: one by one, and over
//! random days on a station that plays as told.

use proptest::prelude::*;

use super::*;
use crate::domain::filler::FillerSound;
use crate::domain::overrun::{Overrun, Portion};
use crate::domain::rundown::SlotRef;

fn ending_at(item: Item, policy: Policy, end: i64) -> Item {
    let slot = SlotRef { end: at(end), ..item.slot.clone() };
    Item { slot, overrun: Some(Overrun { policy, by: at(end) }), ..item }
}

pub(super) fn rung(n: u32, seconds: u64) -> FillerSound {
    FillerSound {
        bulletin: format!("NHAC-{n}").parse().expect("a valid code"),
        bulletin_version: 1,
        title: format!("Nhạc {n}"),
        duration_ms: seconds * 1000,
        rendition: rendition(1000 + n),
        manifest: Sha256::of(b"filler"),
    }
}

pub(super) fn with_ladder(items: Vec<Item>, ladder: Vec<FillerSound>) -> Rundown {
    Rundown { ladder, ..held(items) }
}

/// A playout in which the renditions of these airings and all filler are ready.
fn running_with(rundown: Rundown, ready: &[u32]) -> Playout {
    let fillers: BTreeSet<Sha256> = rundown.sounds().map(|(rendition, _)| rendition).collect();
    let mut playout = running(rundown);
    let bulletins: BTreeSet<Sha256> = (0..100).map(rendition).collect();
    let ready = fillers.difference(&bulletins).copied().chain(ready.iter().map(|n| rendition(*n)));
    playout.step(Event::Ready(ready.collect()), at(0));
    playout
}

/// What fills among these actions, and until when.
pub(super) fn fills(actions: &[Action]) -> Vec<(u32, DateTime<Utc>)> {
    let number = |fill: &Fill| (0..100).find(|n| rendition(1000 + n) == fill.sound.rendition).expect("a rung of ours");
    let of = |action: &Action| match action {
        Action::Fill(fill) => Some((number(fill), fill.until)),
        _ => None,
    };
    actions.iter().filter_map(of).collect()
}

#[test]
fn what_still_plays_at_its_moment_is_stopped_and_partial_with_its_samples() {
    for policy in Policy::ALL {
        let mut playout = running(held(vec![ending_at(item(0, 30), policy, 35), item(1, 36)]));
        playout.step(Event::Tick, at(33));
        assert_eq!(playout.wake_at(at(33)), Some(at(35)), "{policy:?}");
        let stop = Action::Stop { airing: airing(0), cause: Cause::SlotEnded };
        assert_eq!(playout.step(Event::Tick, at(35)), [stop]);
        let said = Said::Played { samples: 48_000, began_at: at(33), ended_at: at(35) };
        let actions = playout.step(ended(0, 48_000, EndReason::Stopped(Cause::SlotEnded), 35), at(35));
        assert_eq!(actions, [note(0, said, Some(Cause::SlotEnded))]);
        assert_eq!(playout.step(Event::Tick, at(36)).len(), 1, "the next slot begins on time");
    }
}

#[test]
fn without_a_choice_what_began_in_time_ends_in_its_own_time() {
    let slot = SlotRef { end: at(32), ..item(0, 30).slot };
    let mut playout = running(held(vec![Item { slot, ..item(0, 30) }]));
    playout.step(Event::Tick, at(30));
    assert_eq!(playout.step(Event::Tick, at(33)), []);
}

#[test]
fn what_is_dropped_says_what_kept_it_and_that_it_could_not_end() {
    let late = Item { latest_start: at(32), ..ending_at(item(0, 30), Policy::Drop, 35) };
    let mut playout = running(held(vec![late]));
    playout.step(Event::Ready(BTreeSet::new()), at(20));
    playout.step(Event::Tick, at(30));
    let actions = playout.step(Event::Tick, just_after(32));
    let why = "what cannot end by its slot's end does not begin";
    assert_eq!(causes(&actions), [(Some(Cause::NoAudio), Some(why))]);
    // The output found the sound longer than its rundown said, and did not begin it.
    let mut playout = running(held(vec![ending_at(item(0, 30), Policy::Drop, 35)]));
    playout.step(Event::Tick, at(30));
    let actions = playout.step(ended(0, 0, EndReason::Stopped(Cause::SlotEnded), 30), at(30));
    assert_eq!(actions, [missed(0, Cause::SlotEnded)]);
}

#[test]
fn nothing_begins_at_the_moment_by_which_it_is_over() {
    let mut playout = running(held(vec![ending_at(item(0, 30), Policy::Cut, 35)]));
    playout.step(Event::Ready(BTreeSet::new()), at(20));
    playout.step(Event::Tick, at(34));
    assert_eq!(playout.step(Event::Ready([rendition(0)].into()), at(35)), []);
}

#[test]
fn a_missing_file_is_filled_from_the_ladder_and_what_comes_takes_its_place() {
    let mut playout =
        running_with(with_ladder(vec![item(0, 30), item(1, 33)], vec![rung(0, 240), rung(1, 60), rung(2, 90)]), &[1]);
    // Three minutes: the first rung is too long, the others take turns.
    assert_eq!(fills(&playout.step(Event::Tick, at(30))), [(1, at(33))]);
    let done = || Event::Filled { samples: 2_880_000, end: EndReason::Completed };
    assert_eq!(fills(&playout.step(done(), at(31))), [(2, at(33))]);
    // Its audio arrives: filler makes way, and the item begins once the output is free.
    let arrived = Event::Ready((0..2).map(rendition).chain([rendition(1001), rendition(1002)]).collect());
    assert_eq!(playout.step(arrived, at(32)), [Action::StopFill]);
    assert_eq!(
        playout.step(Event::Filled { samples: 48_000, end: EndReason::Stopped(Cause::SlotEnded) }, at(32)),
        [begin(0, 30, 1)]
    );
}

#[test]
fn a_damaged_file_is_filled_and_a_damaged_filler_is_passed_over() {
    let mut playout = running_with(with_ladder(vec![item(0, 30)], vec![rung(0, 60), rung(1, 60)]), &[0]);
    playout.step(Event::Tick, at(30));
    let actions = playout.step(ended(0, 48_000, EndReason::DecodeFailed("torn".into()), 31), at(31));
    assert_eq!(fills(&actions), [(0, at(33))]);
    let broken = Event::Filled { samples: 0, end: EndReason::DecodeFailed("torn".into()) };
    assert_eq!(fills(&playout.step(broken, at(31))), [(1, at(33))]);
    let dead = Event::Filled { samples: 0, end: EndReason::SinkFailed("no card".into()) };
    assert_eq!(playout.step(dead, at(32)), [], "a dead output is not filled over and over");
}

#[test]
fn a_stop_order_and_a_dead_output_are_not_filled() {
    let mut playout = running_with(with_ladder(vec![item(0, 30), item(1, 33)], vec![rung(0, 60)]), &[0]);
    playout.step(Event::Tick, at(30));
    let actions = playout.step(ended(0, 0, EndReason::SinkFailed("no card".into()), 30), at(30));
    assert_eq!(fills(&actions), []);
    assert_eq!(fills(&playout.step(Event::Tick, at(33))), [(0, at(36))]);
    assert_eq!(playout.step(Event::Stops(stop_all()), at(34))[..], [Action::StopFill]);
    playout.step(Event::Filled { samples: 5, end: EndReason::Stopped(Cause::SlotEnded) }, at(34));
    assert_eq!(playout.step(Event::Tick, at(35)), []);
}

#[test]
fn listed_filler_plays_at_its_time_and_without_it_the_ladder_does() {
    let filler = |n: u32| Item {
        airing: None,
        kind: ItemKind::Filler,
        sound: None,
        filler: Some(rung(n, 60)),
        duration_ms: 60_000,
        ..item(0, 33)
    };
    let mut playout = running_with(with_ladder(vec![item(0, 30), filler(7)], vec![]), &[0]);
    playout.step(Event::Tick, at(30));
    playout.step(ended(0, 8_640_000, EndReason::Completed, 33), at(32));
    assert_eq!(playout.wake_at(at(32)), Some(at(33)));
    assert_eq!(fills(&playout.step(Event::Tick, at(33))), [(7, at(34))]);
    // A rundown whose own filler is not here.
    let rundown = with_ladder(vec![filler(7)], vec![rung(1, 50)]);
    let mut playout = running(rundown);
    playout.step(Event::Ready([rendition(1001)].into()), at(1));
    assert_eq!(fills(&playout.step(Event::Tick, at(33))), [(1, at(34))]);
}

/// Something of ours that sounded.
#[derive(Debug)]
struct Sounded {
    item: Option<Item>,
    filler: Option<Fill>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    samples: u64,
}

/// Plays a rundown as told, from that minute on, with the real lengths of airings given in seconds.
fn play_day(rundown: &Rundown, ready: &BTreeSet<Sha256>, from: i64, real_s: &[u64]) -> (Vec<Sounded>, Vec<Ending>) {
    let mut playout = Playout::new();
    let mut now = at(from);
    let (mut sounded, mut endings): (Vec<Sounded>, Vec<Ending>) = (vec![], vec![]);
    let mut events: std::collections::VecDeque<Event> = [
        Event::Rundowns(vec![rundown.clone()]),
        Event::Ready(ready.clone()),
        Event::ClockTrusted(true),
        Event::Restored { started_at: now, past: vec![] },
    ]
    .into();
    let mut ends: Option<(DateTime<Utc>, Event)> = None;
    for _ in 0..2000 {
        let Some(event) = events.pop_front() else {
            let wake = playout.wake_at(now).into_iter().chain(ends.as_ref().map(|(end, _)| *end)).min();
            let Some(wake) = wake else { break };
            assert!(wake >= now);
            now = wake;
            let over = ends.take_if(|(end, _)| *end <= now).map(|(_, event)| event);
            events.push_back(over.unwrap_or(Event::Tick));
            continue;
        };
        for action in playout.step(event, now) {
            let mut begins = |item: Option<Item>, filler: Option<Fill>, portion: Portion, total: u64| {
                assert!(ends.is_none(), "two at once");
                let to = now + Duration::milliseconds((portion.samples / 48).cast_signed());
                let end = match portion.samples == total {
                    true => EndReason::Completed,
                    false => EndReason::Stopped(Cause::SlotEnded),
                };
                let samples = portion.samples;
                let event = match &item {
                    Some(item) => Event::Ended { airing: item.airing.expect("one"), samples, end, at: to },
                    None => Event::Filled { samples, end },
                };
                sounded.push(Sounded { item, filler, from: now, to, samples });
                ends = Some((to, event));
            };
            match action {
                Action::Begin { item, .. } => {
                    let n = (0..100).find(|n| Some(airing(*n)) == item.airing).expect("one of ours") as usize;
                    let total = real_s[n % real_s.len()] * SAMPLE_RATE_HZ;
                    let portion = match item.overrun {
                        Some(overrun) => overrun.portion(now, total),
                        None => Some(Portion { samples: total, fade: 0 }),
                    };
                    match portion {
                        Some(portion) => begins(Some(*item), None, portion, total),
                        None => events.push_back(Event::Ended {
                            airing: item.airing.expect("one"),
                            samples: 0,
                            end: EndReason::Stopped(Cause::SlotEnded),
                            at: now,
                        }),
                    }
                }
                Action::Fill(fill) => {
                    let total = fill.sound.duration_ms * 48;
                    let by = Overrun { policy: Policy::Fade, by: fill.until };
                    let portion = by.portion(now, total).expect("a fade always begins");
                    begins(None, Some(*fill), portion, total);
                }
                Action::Stop { .. } | Action::StopFill => {
                    let (_, event) = ends.take().expect("stops what does not play");
                    let last = sounded.last_mut().expect("it began");
                    let samples = last.samples.min((now - last.from).num_milliseconds().unsigned_abs() * 48);
                    (last.to, last.samples) = (now, samples);
                    let end = EndReason::Stopped(Cause::SlotEnded);
                    events.push_back(match event {
                        Event::Ended { airing, .. } => Event::Ended { airing, samples, end, at: now },
                        _ => Event::Filled { samples, end },
                    });
                }
                Action::Note(ending) => endings.push(ending),
            }
        }
    }
    (sounded, endings)
}

/// Slots of ten minutes one after the other from minute 30 on, three items in each, with a policy of their own.
fn day_of(policies: &[Option<Policy>]) -> Vec<Item> {
    let mut items = vec![];
    for (slot, policy) in (0..).zip(policies) {
        let start = 30 + 10 * slot;
        for place in 0..3 {
            let n = u32::try_from(slot * 3 + place).expect("a small number");
            let (begins, end) = (at(start + 3 * place), at(start + 10));
            // The third takes the rest, and is as long as the others.
            let overrun = policy.map(|policy| {
                let by = if policy == Policy::Push { end + Duration::minutes(4) } else { end };
                Overrun { policy, by }
            });
            let usual = (begins + Duration::minutes(15)).min(end);
            let latest_start = match overrun {
                Some(Overrun { policy: Policy::Drop, by }) => {
                    usual.min(crate::domain::overrun::latest_to_end_by(begins, DURATION_MS, by))
                }
                _ => usual,
            };
            let slot = SlotRef { start: at(start), end, ..item(0, 0).slot };
            items.push(Item { start: begins, latest_start, slot, overrun, ..item(n, 0) });
        }
    }
    items
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_slot_runs_into_the_next_but_by_a_push_within_its_bound(
        policies in prop::collection::vec(prop::option::weighted(0.9, prop::sample::select(&Policy::ALL[..])), 1..5),
        missing in any::<u16>(),
        from in 0..60i64,
        real_s in prop::collection::vec(100..400u64, 1..6),
        ladder_s in prop::collection::vec(5..200u64, 0..4),
    ) {
        let ladder: Vec<FillerSound> = (0..).zip(&ladder_s).map(|(n, seconds)| rung(n, *seconds)).collect();
        let items = day_of(&policies);
        let rundown = with_ladder(items.clone(), ladder.clone());
        let is_missing = |n: usize| missing >> (n % 16) & 1 == 1;
        let ready: BTreeSet<Sha256> = (0..items.len()).filter(|n| !is_missing(*n))
            .map(|n| rendition(u32::try_from(n).unwrap()))
            .chain(ladder.iter().map(|rung| rung.rendition)).collect();
        let (sounded, endings) = play_day(&rundown, &ready, from, &real_s);

        for (one, next) in sounded.iter().zip(sounded.iter().skip(1)) {
            prop_assert!(one.to <= next.from, "two at once");
        }
        for one in &sounded {
            if let Some(overrun) = one.item.as_ref().and_then(|item| item.overrun) {
                prop_assert!(one.to <= overrun.by, "{one:?} passes its moment");
            }
            if let Some(fill) = &one.filler {
                prop_assert!(one.to <= fill.slot.end, "filler passes its slot's end");
                let next = items.iter().map(|item| item.start).filter(|start| one.from < *start).min();
                prop_assert!(next.is_none_or(|next| one.to <= next), "filler goes on into what is listed next");
            }
        }
        // Each airing has one ending, and it claims what sounded, no more.
        prop_assert_eq!(endings.len(), items.len());
        for ending in &endings {
            let mut own = sounded.iter().filter(|one| one.item.as_ref().is_some_and(|it| it.airing == Some(ending.airing)));
            match (&ending.said, own.next()) {
                (Said::Played { samples, .. }, Some(one)) => prop_assert_eq!(*samples, one.samples),
                (Said::Missed, one) => prop_assert!(one.is_none_or(|one| one.samples == 0)),
                other => prop_assert!(false, "{other:?}"),
            }
            prop_assert!(own.next().is_none(), "begun twice");
        }
        // Where an item's sound is missing, no silence is as long as the shortest filler.
        let Some(shortest) = ladder_s.iter().min() else { return Ok(()) };
        for (n, item) in items.iter().enumerate().filter(|(n, _)| is_missing(*n)) {
            let next = items.get(n + 1).map_or(item.end(), |next| next.start);
            let (begins, ends) = (item.start.max(at(from)), item.end().min(next).min(item.slot.end));
            let mut silent_from = begins;
            let heard = sounded.iter().filter(|one| one.to > begins && one.from < ends);
            let spans = heard.map(|one| (one.from, one.to)).chain([(ends, ends)]);
            for (start, to) in spans.collect::<Vec<_>>() {
                let silence = (start.min(ends) - silent_from).num_seconds();
                prop_assert!(silence <= 0 || silence.unsigned_abs() < *shortest, "{silence} s of silence in item {n}");
                silent_from = silent_from.max(to);
            }
        }
    }
}
