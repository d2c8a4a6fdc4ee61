//! The playout's rules one by one.

mod break_ins;
mod slot_ends;

use super::*;
use crate::domain::reconcile::samples::*;
use crate::domain::rundown::ItemKind;

/// A playout that holds this rundown since its issue, started at minute 0 with a trusted clock and all audio.
fn running(held: Rundown) -> Playout {
    let mut playout = Playout::new();
    let ready = held.items.iter().filter_map(|item| Some(item.sound.as_ref()?.rendition)).collect();
    assert_eq!(playout.step(Event::Rundowns(vec![held]), at(0)), []);
    assert_eq!(playout.step(Event::Ready(ready), at(0)), []);
    assert_eq!(playout.step(Event::Restored { started_at: at(0), past: vec![] }, at(0)), []);
    assert_eq!(playout.step(Event::ClockTrusted(true), at(0)), []);
    playout
}

fn held(items: Vec<Item>) -> Rundown {
    rundown(1, -600, items)
}

fn two() -> Rundown {
    held(vec![item(0, 30), item(1, 33)])
}

fn begin(n: u32, minute: i64, rundown_version: u32) -> Action {
    Action::Begin { item: Box::new(item(n, minute)), rundown_version, rendition: rendition(n) }
}

fn ended(n: u32, samples: u64, end: EndReason, minute: i64) -> Event {
    Event::Ended { airing: airing(n), samples, end, at: at(minute) }
}

fn note(n: u32, said: Said, cause: Option<Cause>) -> Action {
    let ending = Ending { airing: airing(n), rundown_version: 1, rendition: rendition(n), said, cause, note: None };
    Action::Note(ending)
}

fn missed(n: u32, cause: Cause) -> Action {
    note(n, Said::Missed, Some(cause))
}

fn just_after(minute: i64) -> DateTime<Utc> {
    at(minute) + Duration::milliseconds(1)
}

/// Causes of all endings among these actions, with the words.
fn causes(actions: &[Action]) -> Vec<(Option<Cause>, Option<&str>)> {
    let of = |action: &Action| matches!(action, Action::Note(_));
    let notes = actions.iter().filter(|action| of(action));
    notes
        .filter_map(|action| match action {
            Action::Note(ending) => Some((ending.cause, ending.note.as_deref())),
            _ => None,
        })
        .collect()
}

#[test]
fn an_item_begins_at_its_start_and_its_samples_are_put_down() {
    let mut playout = running(two());
    assert_eq!(playout.wake_at(at(0)), Some(at(30)));
    assert_eq!(playout.step(Event::Tick, at(30)), [begin(0, 30, 1)]);
    assert_eq!(playout.step(Event::Began { airing: airing(0), at: at(31) }, at(31)), []);
    assert_eq!(playout.step(Event::Progress { airing: airing(0), samples: 7 }, at(32)), []);
    assert_eq!(playout.now_playing().map(|now| (now.began_at, now.samples)), Some((at(31), 7)));
    let said = Said::Played { samples: 8_640_000, began_at: at(31), ended_at: at(33) };
    let actions = playout.step(ended(0, 8_640_000, EndReason::Completed, 33), at(33));
    assert_eq!(actions, [note(0, said, None), begin(1, 33, 1)]);
}

#[test]
fn an_item_waits_for_the_one_before_it() {
    let mut playout = running(two());
    playout.step(Event::Tick, at(30));
    assert_eq!(playout.step(Event::Tick, at(33)), []);
    assert_eq!(
        playout.step(ended(0, 0, EndReason::SinkFailed("no card".into()), 40), at(40)).last(),
        Some(&begin(1, 33, 1))
    );
}

#[test]
fn an_item_still_waiting_at_its_latest_start_is_missed_because_busy() {
    let mut playout = running(two());
    playout.step(Event::Tick, at(30));
    playout.step(Event::Tick, at(33));
    assert_eq!(playout.step(Event::Tick, at(48)), []);
    assert_eq!(playout.step(Event::Tick, just_after(48)), [missed(1, Cause::Busy)]);
}

#[test]
fn the_latest_start_itself_is_not_too_late() {
    let mut playout = running(held(vec![item(0, 30)]));
    playout.step(Event::Ready(BTreeSet::new()), at(20));
    assert_eq!(playout.step(Event::Tick, at(44)), []);
    assert_eq!(playout.step(Event::Ready([rendition(0)].into()), at(45)), [begin(0, 30, 1)]);
}

#[test]
fn without_audio_an_item_is_missed_and_does_not_hold_up_the_next() {
    let mut playout = running(two());
    playout.step(Event::Ready([rendition(1)].into()), at(1));
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    assert_eq!(playout.step(Event::Tick, at(33)), [begin(1, 33, 1)]);
    // Audio that comes too late does not change why it was missed.
    assert_eq!(playout.step(Event::Ready([rendition(0)].into()), just_after(45)), [missed(0, Cause::NoAudio)]);
}

#[test]
fn what_does_not_verify_is_missed_with_the_reason() {
    let mut playout = running(held(vec![item(0, 30)]));
    playout.step(Event::Refused([(airing(0), "no approver signed it".into())].into()), at(1));
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    let actions = playout.step(Event::Tick, just_after(45));
    assert_eq!(causes(&actions), [(Some(Cause::NotVerified), Some("no approver signed it"))]);
}

#[test]
fn nothing_happens_before_the_journal_is_given_back() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![two()]), at(0));
    playout.step(Event::Ready([rendition(0), rendition(1)].into()), at(0));
    playout.step(Event::ClockTrusted(true), at(0));
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    assert_eq!((playout.step(Event::Tick, at(300)), playout.wake_at(at(300))), (vec![], None));
}

#[test]
fn without_a_trusted_clock_nothing_begins_and_what_passed_is_missed_once_it_is() {
    let mut playout = running(two());
    assert_eq!(playout.step(Event::ClockTrusted(false), at(1)), []);
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    assert_eq!((playout.step(Event::Tick, at(100)), playout.wake_at(at(100))), (vec![], None));
    let actions = playout.step(Event::ClockTrusted(true), at(46));
    assert_eq!(actions, [missed(0, Cause::Clock), begin(1, 33, 1)]);
}

#[test]
fn what_passed_while_the_agent_was_not_running_is_missed_for_that() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![two()]), at(46));
    playout.step(Event::Ready([rendition(1)].into()), at(46));
    playout.step(Event::ClockTrusted(true), at(46));
    let actions = playout.step(Event::Restored { started_at: at(46), past: vec![] }, at(46));
    assert_eq!(actions, [missed(0, Cause::NotRunning), begin(1, 33, 1)]);
}

#[test]
fn a_start_told_by_a_wrong_clock_is_told_anew() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![two()]), at(-90_000));
    playout.step(Event::Restored { started_at: at(-90_000), past: vec![] }, at(-90_000));
    playout.step(Event::StartedAt(at(46)), at(-90_000));
    let actions = playout.step(Event::ClockTrusted(true), just_after(48));
    assert_eq!(actions, [missed(0, Cause::NotRunning), missed(1, Cause::Clock)]);
}

#[test]
fn nothing_is_claimed_of_items_that_were_not_held_in_time() {
    let mut playout = running(held(vec![]));
    assert_eq!(playout.step(Event::Rundowns(vec![two()]), just_after(45)), []);
    assert_eq!(playout.step(Event::Tick, just_after(48)), [missed(1, Cause::NoAudio)]);
    assert_eq!((playout.step(Event::Tick, at(300)), playout.wake_at(at(300))), (vec![], None));
}

#[test]
fn relay_filler_and_reserved_time_are_silent() {
    let kinds = [ItemKind::Relay, ItemKind::Filler, ItemKind::Commune];
    let mut playout = running(held(kinds.map(|kind| listed(kind, 30)).into()));
    let by_hand = Item { kind: ItemKind::Commune, sound: None, ..item(3, 31) };
    playout.step(Event::Rundowns(vec![held(vec![by_hand])]), at(1));
    assert_eq!(playout.wake_at(at(1)), None);
    assert_eq!((playout.step(Event::Tick, at(31)), playout.step(Event::Tick, at(300))), (vec![], vec![]));
}

#[test]
fn an_airing_the_new_version_lacks_is_just_not_planned_any_more() {
    let mut playout = running(two());
    assert_eq!(playout.step(Event::Rundowns(vec![rundown(2, 20, vec![item(1, 33)])]), at(20)), []);
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    assert_eq!(playout.step(Event::Tick, at(33)), [begin(1, 33, 2)]);
}

#[test]
fn an_airing_taken_off_after_its_start_is_missed_as_withdrawn() {
    let mut playout = running(two());
    playout.step(Event::Ready(BTreeSet::new()), at(1));
    playout.step(Event::Tick, at(31));
    let actions = playout.step(Event::Rundowns(vec![rundown(2, 31, vec![item(1, 33)])]), at(31));
    assert_eq!(actions, [missed(0, Cause::Withdrawn)]);
}

#[test]
fn an_airing_taken_off_and_planned_again_plays() {
    let mut playout = running(two());
    playout.step(Event::Rundowns(vec![rundown(2, 20, vec![])]), at(20));
    assert_eq!(playout.step(Event::Rundowns(vec![rundown(3, 21, vec![item(0, 40)])]), at(21)), []);
    assert_eq!(playout.step(Event::Tick, at(40)), [begin(0, 40, 3)]);
}

#[test]
fn what_plays_is_stopped_once_when_the_new_version_lacks_it() {
    let mut playout = running(two());
    playout.step(Event::Tick, at(30));
    let lacking = || Event::Rundowns(vec![rundown(2, 31, vec![])]);
    let stop = Action::Stop { airing: airing(0), cause: Cause::Withdrawn };
    assert_eq!(playout.step(lacking(), at(31)), [stop]);
    assert_eq!(playout.step(lacking(), at(31)), []);
    let said = Said::Played { samples: 48_000, began_at: at(30), ended_at: at(31) };
    let actions = playout.step(ended(0, 48_000, EndReason::Stopped(Cause::Withdrawn), 31), at(31));
    assert_eq!(actions, [note(0, said, Some(Cause::Withdrawn))]);
    // Planned again, it is not begun again.
    playout.step(Event::Rundowns(vec![rundown(3, 32, vec![item(0, 40)])]), at(32));
    assert_eq!(playout.step(Event::Tick, at(40)), []);
}

#[test]
fn what_plays_is_stopped_once_when_its_approval_is_no_longer_believed() {
    let mut playout = running(two());
    playout.step(Event::Tick, at(30));
    let refused = |n| Event::Refused(BTreeMap::from([(airing(n), "its approver's key was revoked".to_string())]));
    assert_eq!(playout.step(refused(1), at(31)), [], "another item's approval is not its own");
    assert_eq!(playout.step(refused(0), at(31)), [Action::Stop { airing: airing(0), cause: Cause::NotVerified }]);
    assert_eq!(playout.step(refused(0), at(31)), []);
    let said = Said::Played { samples: 48_000, began_at: at(30), ended_at: at(31) };
    let actions = playout.step(ended(0, 48_000, EndReason::Stopped(Cause::NotVerified), 31), at(31));
    assert_eq!(actions[..1], [note(0, said, Some(Cause::NotVerified))]);
}

#[test]
fn what_plays_goes_on_when_its_day_is_merely_no_longer_held() {
    let mut playout = running(two());
    playout.step(Event::Tick, at(30));
    assert_eq!(playout.step(Event::Rundowns(vec![]), at(31)), []);
}

#[test]
fn nothing_of_an_expired_rundown_begins_and_what_plays_is_stopped() {
    let expiring = Rundown { expires_at: at(32), ..two() };
    let mut playout = running(expiring);
    assert_eq!(playout.step(Event::Tick, at(30)), [begin(0, 30, 1)]);
    assert_eq!(playout.wake_at(at(30)), Some(at(32)));
    assert_eq!(playout.step(Event::Tick, at(32)), [Action::Stop { airing: airing(0), cause: Cause::SlotEnded }]);
    assert_eq!(
        playout.step(ended(0, 0, EndReason::Stopped(Cause::SlotEnded), 32), at(32)),
        [missed(0, Cause::SlotEnded)]
    );
    assert_eq!(playout.step(Event::Tick, at(33)), []);
    let actions = playout.step(Event::Tick, just_after(48));
    assert_eq!(causes(&actions), [(Some(Cause::SlotEnded), Some("its rundown had expired"))]);
}

#[test]
fn every_way_to_end_has_its_cause() {
    let cases = [
        (EndReason::Completed, None, None),
        (EndReason::Stopped(Cause::Withdrawn), Some(Cause::Withdrawn), None),
        (EndReason::SinkFailed("broken pipe".into()), Some(Cause::SinkFailed), Some("broken pipe")),
        (EndReason::DecodeFailed("bad page".into()), Some(Cause::DecodeFailed), Some("bad page")),
    ];
    for (end, cause, words) in cases {
        let mut playout = running(held(vec![item(0, 30)]));
        playout.step(Event::Tick, at(30));
        let actions = playout.step(ended(0, 1, end, 31), at(31));
        assert_eq!(causes(&actions), [(cause, words)]);
    }
}

#[test]
fn a_dead_output_never_yields_a_play() {
    let mut playout = running(held(vec![item(0, 30)]));
    playout.step(Event::Tick, at(30));
    assert_eq!(playout.step(ended(0, 0, EndReason::Completed, 33), at(33)), [missed(0, Cause::SinkFailed)]);
}

#[test]
fn an_ending_nobody_waits_for_is_passed_over() {
    let mut playout = running(two());
    playout.step(Event::Tick, at(30));
    assert_eq!(playout.step(ended(1, 5, EndReason::Completed, 31), at(31)), []);
    assert_eq!(playout.step(ended(0, 5, EndReason::Completed, 31), at(31)).len(), 1);
    assert_eq!(playout.step(ended(0, 5, EndReason::Completed, 31), at(31)), []);
}

fn begun(n: u32, samples: u64) -> PastAiring {
    let past = Past::Begun { rundown_version: 1, rendition: rendition(n), began_at: at(30), samples, last_at: at(31) };
    PastAiring { airing: airing(n), past }
}

#[test]
fn what_a_dead_agent_began_is_put_down_as_interrupted_and_never_begun_again() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![two()]), at(34));
    playout.step(Event::Ready([rendition(0), rendition(1)].into()), at(34));
    playout.step(Event::ClockTrusted(true), at(34));
    let past = vec![begun(0, 48_000), begun(1, 47_999)];
    let actions = playout.step(Event::Restored { started_at: at(34), past }, at(34));
    let said = Said::Played { samples: 48_000, began_at: at(30), ended_at: at(31) };
    assert_eq!(actions, [note(0, said, Some(Cause::Interrupted)), missed(1, Cause::Interrupted)]);
    assert_eq!(playout.step(Event::Tick, at(35)), []);
}

#[test]
fn a_broken_play_is_put_down_even_before_the_clock_is_trusted() {
    let mut playout = Playout::new();
    let actions = playout.step(Event::Restored { started_at: at(0), past: vec![begun(0, 0)] }, at(0));
    assert_eq!(actions, [missed(0, Cause::Interrupted)]);
}

#[test]
fn what_has_its_ending_in_the_journal_is_neither_begun_nor_ended_again() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![two()]), at(30));
    playout.step(Event::Ready([rendition(0)].into()), at(30));
    playout.step(Event::ClockTrusted(true), at(30));
    let past = vec![begun(0, 5), PastAiring { airing: airing(0), past: Past::Ended }];
    assert_eq!(playout.step(Event::Restored { started_at: at(30), past }, at(30)), []);
    assert_eq!(playout.step(Event::Tick, at(46)), []);
}

#[test]
fn a_clock_that_steps_back_replays_nothing() {
    let mut playout = running(two());
    playout.step(Event::Tick, at(30));
    let actions = playout.step(ended(0, 480_000, EndReason::Completed, -30), at(-30));
    assert_eq!(causes(&actions), [(None, Some("the clock stepped back while it played"))]);
    let said = |action: &Action| match action {
        Action::Note(ending) => ending.said.clone(),
        _ => Said::Undone,
    };
    let ended_at = at(30) + Duration::seconds(10);
    assert_eq!(said(&actions[0]), Said::Played { samples: 480_000, began_at: at(30), ended_at });
    assert_eq!(playout.step(Event::Tick, at(30)), []);
}

#[test]
fn a_clock_that_steps_ten_years_forth_and_back_plays_nothing() {
    let mut playout = running(two());
    let years = at(0) + Duration::days(3653);
    assert_eq!(
        causes(&playout.step(Event::Tick, years)),
        [(Some(Cause::Clock), Some("the clock passed over its time")); 2]
    );
    assert_eq!(playout.step(Event::Tick, at(30)), []);
}

#[test]
fn the_memory_is_bounded_and_keeps_what_is_held() {
    let mut memory = Memory::default();
    let most = u32::try_from(memory::MOST_REMEMBERED).expect("a small number");
    for n in 0..most + 50 {
        memory.add(airing(n), |id| *id == airing(3));
    }
    assert_eq!(memory.len(), memory::MOST_REMEMBERED);
    assert!(memory.has(&airing(3)) && !memory.has(&airing(4)) && memory.has(&airing(most + 49)));
}

#[test]
fn the_next_item_is_told() {
    let mut playout = running(two());
    assert_eq!(playout.next_item(at(0)).map(|item| item.start), Some(at(30)));
    playout.step(Event::Tick, at(30));
    assert_eq!(playout.next_item(at(30)).map(|item| item.start), Some(at(33)));
}

#[test]
fn what_was_held_in_time_is_claimed_though_its_newest_version_came_too_late() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![two()]), at(0));
    playout.step(Event::Restored { started_at: at(0), past: vec![] }, at(0));
    // No trusted clock yet: only the first version, from disk, was surely held in time.
    playout.step(Event::Rundowns(vec![rundown(2, 60, vec![item(0, 30), item(1, 33)])]), at(0));
    assert_eq!(playout.step(Event::ClockTrusted(true), at(70)).len(), 2);
}

#[test]
fn what_had_passed_before_the_new_version_keeps_its_own_cause() {
    let mut playout = running(two());
    playout.step(Event::Ready(BTreeSet::new()), at(1));
    playout.step(Event::Tick, at(31));
    let actions = playout.step(Event::Rundowns(vec![rundown(2, 44, vec![])]), just_after(45));
    assert_eq!(actions, [missed(0, Cause::NoAudio), missed(1, Cause::Withdrawn)]);
}

#[test]
fn an_airing_taken_off_after_its_start_is_put_down_even_without_a_trusted_clock() {
    let mut playout = running(two());
    playout.step(Event::ClockTrusted(false), at(1));
    let actions = playout.step(Event::Rundowns(vec![rundown(2, 31, vec![item(1, 33)])]), at(-90_000));
    assert_eq!(actions, [missed(0, Cause::Withdrawn)]);
}

#[test]
fn a_start_in_the_future_is_no_reason() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![held(vec![item(0, 30)])]), at(90_000));
    playout.step(Event::Restored { started_at: at(90_000), past: vec![] }, at(90_000));
    assert_eq!(playout.step(Event::ClockTrusted(true), at(46)), [missed(0, Cause::Clock)]);
}

#[test]
fn a_version_on_disk_that_was_issued_too_late_claims_nothing() {
    let mut playout = Playout::new();
    playout.step(Event::Rundowns(vec![rundown(1, 46, vec![item(0, 30)])]), at(50));
    playout.step(Event::ClockTrusted(true), at(50));
    assert_eq!(playout.step(Event::Restored { started_at: at(50), past: vec![] }, at(50)), []);
}

#[test]
fn an_airing_moved_to_a_time_already_past_is_not_claimed_at_that_time() {
    let mut playout = running(held(vec![item(0, 300)]));
    assert_eq!(playout.step(Event::Rundowns(vec![rundown(2, 20, vec![item(0, 30)])]), at(60)), []);
    // Nor when it is taken off again.
    assert_eq!(playout.step(Event::Rundowns(vec![rundown(3, 61, vec![])]), at(61)), []);
}

fn stop_all() -> Vec<Stop> {
    vec![Stop { id: 1, bulletin: None, reason: "loa hú".into() }]
}

#[test]
fn a_stop_order_ends_what_plays_and_what_it_covers_begins_once_it_is_lifted_in_time() {
    let mut playout = running(two());
    assert_eq!(playout.step(Event::Tick, at(30)), [begin(0, 30, 1)]);
    let stop = Action::Stop { airing: airing(0), cause: Cause::Stopped };
    assert_eq!(playout.step(Event::Stops(stop_all()), at(31)), [stop]);
    let said = Said::Played { samples: 48_000, began_at: at(30), ended_at: at(31) };
    let actions = playout.step(ended(0, 48_000, EndReason::Stopped(Cause::Stopped), 31), at(31));
    assert_eq!(actions, [note(0, said, Some(Cause::Stopped))]);
    assert_eq!(playout.step(Event::Tick, at(33)), []);
    // What was cut off is over; what had not begun begins.
    assert_eq!(playout.step(Event::Stops(Vec::new()), at(34)), [begin(1, 33, 1)]);
}

#[test]
fn what_a_stop_order_outlasts_is_missed_for_it() {
    let mut playout = running(two());
    playout.step(Event::Stops(stop_all()), at(1));
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    assert_eq!(playout.step(Event::Tick, at(33)), []);
    let actions = playout.step(Event::Tick, at(500));
    assert_eq!(causes(&actions), [(Some(Cause::Stopped), Some("loa hú")); 2]);
}

#[test]
fn a_stop_order_for_one_bulletin_leaves_the_others_alone() {
    let mut playout = running(two());
    let bulletin = item(0, 30).sound.map(|sound| sound.bulletin);
    let other = item(1, 33).sound.map(|sound| sound.bulletin);
    playout.step(Event::Stops(vec![Stop { id: 1, bulletin: bulletin.clone(), reason: "sai".into() }]), at(1));
    assert_eq!(playout.step(Event::Tick, at(30)), []);
    let begins = if bulletin == other { vec![] } else { vec![begin(1, 33, 1)] };
    assert_eq!(playout.step(Event::Tick, at(33)), begins);
}
