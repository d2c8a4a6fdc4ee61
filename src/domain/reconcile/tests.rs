//! *What counts*, sentence by sentence.

use chrono::{DateTime, Duration, Utc};

use super::samples::*;
use super::*;
use crate::domain::as_run::Said;
use crate::domain::rundown::{Item, ItemKind};

const ZONE: Tz = chrono_tz::Asia::Ho_Chi_Minh;

fn day_as_of(versions: &[Rundown], records: &[Record], as_of: DateTime<Utc>) -> StationDay {
    let day = reconcile(versions, records, &Settings::default(), ZONE, as_of);
    assert!(day.sums().holds(), "{:?}", day.sums());
    day
}

/// One airing planned at minute 30, told of by these records, in the evening.
fn one(records: &[Record]) -> Line {
    let day = day_as_of(&[rundown(1, 0, vec![item(0, 30)])], records, at(600));
    assert_eq!(day.lines.len(), 1);
    day.lines.into_iter().next().expect("one line")
}

fn versions_of(day: &[Counted]) -> Vec<(AiringId, u32, DateTime<Utc>)> {
    day.iter().map(|counted| (counted.airing, counted.version, counted.item.start)).collect()
}

const IN_FULL: Said = Said::AiredInFull { began_at: None };

#[test]
fn bulletin_and_commune_items_with_an_id_are_airings() {
    let commune = Item { kind: ItemKind::Commune, ..item(1, 40) };
    let counted = counting(&[rundown(1, 0, vec![item(0, 30), commune])]);
    assert_eq!(counted.len(), 2);
}

#[test]
fn relay_filler_and_reserved_time_are_never_counted() {
    let kinds = [ItemKind::Relay, ItemKind::Filler, ItemKind::Commune];
    let items = kinds.map(|kind| listed(kind, 30)).into();
    let with_id = Item { kind: ItemKind::Relay, ..item(1, 40) };
    assert_eq!(counting(&[rundown(1, 0, items), rundown(2, 1, vec![with_id])]), []);
}

#[test]
fn an_airing_is_followed_across_versions_by_its_id() {
    let versions = [rundown(1, 0, vec![item(0, 30)]), rundown(2, 5, vec![item(0, 50)])];
    let day = day_as_of(&versions, &[played(1, 0, DURATION_MS, at(50))], at(600));
    assert_eq!(versions_of(&counting(&versions)), [(airing(0), 2, at(50))]);
    assert!(day.lines[0].matches());
}

#[test]
fn the_newest_version_issued_before_the_planned_start_counts() {
    let versions = [
        rundown(1, 0, vec![item(0, 30), item(1, 60)]),
        rundown(2, 20, vec![item(0, 30), item(1, 60)]),
        rundown(3, 40, vec![item(0, 30), item(1, 60)]),
        rundown(4, 70, vec![item(0, 30), item(1, 60)]),
    ];
    assert_eq!(versions_of(&counting(&versions)), [(airing(0), 2, at(30)), (airing(1), 3, at(60))]);
}

#[test]
fn a_version_issued_at_the_planned_start_comes_too_late() {
    let versions = [rundown(1, 0, vec![item(0, 30)]), rundown(2, 30, vec![])];
    assert_eq!(versions_of(&counting(&versions)), [(airing(0), 1, at(30))]);
}

#[test]
fn an_item_withdrawn_before_its_start_does_not_count() {
    let versions = [rundown(1, 0, vec![item(0, 30)]), rundown(2, 25, vec![])];
    assert_eq!(counting(&versions), []);
}

#[test]
fn an_item_withdrawn_after_its_start_still_counts() {
    let versions = [rundown(1, 0, vec![item(0, 30)]), rundown(2, 31, vec![])];
    assert_eq!(counting(&versions).len(), 1);
}

#[test]
fn a_version_cannot_plan_what_was_to_start_before_its_issue() {
    assert_eq!(counting(&[rundown(1, 40, vec![item(0, 30), item(1, 40)])]), []);
}

#[test]
fn an_airing_whose_start_has_passed_cannot_be_moved() {
    let versions = [rundown(1, 0, vec![item(0, 30)]), rundown(2, 31, vec![item(0, 90)])];
    assert_eq!(versions_of(&counting(&versions)), [(airing(0), 1, at(30))]);
}

#[test]
fn an_airing_dropped_and_planned_again_counts_as_planned_again() {
    let versions = [rundown(1, 0, vec![item(0, 30)]), rundown(2, 5, vec![]), rundown(3, 10, vec![item(0, 45)])];
    assert_eq!(versions_of(&counting(&versions)), [(airing(0), 3, at(45))]);
}

#[test]
fn a_version_issued_after_the_day_changes_nothing() {
    let first = rundown(1, 0, vec![item(0, 30)]);
    let late = rundown(2, 3000, vec![item(0, 31), item(1, 60)]);
    assert_eq!(counting(&[late, first.clone()]), counting(&[first]));
}

#[test]
fn what_was_played_and_the_counting_version_lacks_is_off_schedule() {
    let versions = [rundown(1, 0, vec![item(0, 30)]), rundown(2, 25, vec![])];
    let records = [
        played(1, 0, DURATION_MS, at(30)),
        declared(2, 7, IN_FULL),
        declared(3, 8, Said::AiredInPart { played_ms: 5000 }),
    ];
    let day = day_as_of(&versions, &records, at(600));
    assert_eq!(day.off_schedule.iter().map(|off| off.record.serial).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((day.sums().planned, day.sums().off_schedule), (0, 3));
}

#[test]
fn what_was_not_played_is_not_off_schedule() {
    let records =
        [played(1, 7, 999, at(30)), device_missed(2, 8), declared(3, 9, IN_FULL), declared(4, 9, Said::Undone)];
    assert_eq!(day_as_of(&[rundown(1, 0, vec![])], &records, at(600)).off_schedule, []);
}

#[test]
fn one_airing_is_off_schedule_once_however_many_speak_of_it() {
    let records = [declared(1, 7, IN_FULL), played(2, 7, 5000, at(30)), declared(3, 7, IN_FULL)];
    let day = day_as_of(&[], &records, at(600));
    assert_eq!(day.off_schedule.iter().map(|off| off.record.serial).collect::<Vec<_>>(), [2]);
}

#[test]
fn an_airing_is_due_five_minutes_after_its_planned_end() {
    let versions = [rundown(1, 0, vec![item(0, 30)])];
    let due_at = at(30 + 3 + 5);
    let before = day_as_of(&versions, &[], due_at - Duration::seconds(1));
    assert_eq!(before.lines[0].standing(), Standing::Upcoming);
    assert_eq!((before.sums().planned, before.sums().upcoming), (0, 1));
    let after = day_as_of(&versions, &[], due_at);
    assert_eq!(after.lines[0].standing(), Standing::Due(Outcome::Unreported));
    assert_eq!((after.sums().planned, after.sums().upcoming), (1, 0));
}

#[test]
fn an_upcoming_airing_shows_its_record_outside_the_sum() {
    let records = [played(1, 0, DURATION_MS, at(30))];
    let day = day_as_of(&[rundown(1, 0, vec![item(0, 30)])], &records, at(34));
    assert_eq!((day.lines[0].standing(), day.lines[0].outcome), (Standing::Upcoming, Outcome::Aired));
    assert_eq!(day.sums(), Sums { upcoming: 1, ..Sums::default() });
}

#[test]
fn aired_may_lack_one_second() {
    assert_eq!(one(&[played(1, 0, DURATION_MS - 1000, at(30))]).outcome, Outcome::Aired);
    assert_eq!(one(&[played(1, 0, DURATION_MS - 1001, at(30))]).outcome, Outcome::Partial);
}

#[test]
fn partial_is_at_least_one_second() {
    assert_eq!(one(&[played(1, 0, 1000, at(30))]).outcome, Outcome::Partial);
    assert_eq!(one(&[played(1, 0, 999, at(30))]).outcome, Outcome::Missed);
}

#[test]
fn the_tolerance_never_makes_silence_aired() {
    let short = Item { duration_ms: 900, ..item(0, 30) };
    let outcome = |played_ms| {
        let records = [played(1, 0, played_ms, at(30))];
        day_as_of(&[rundown(1, 0, vec![short.clone()])], &records, at(600)).lines[0].outcome
    };
    assert_eq!((outcome(0), outcome(899), outcome(900)), (Outcome::Missed, Outcome::Missed, Outcome::Aired));
}

#[test]
fn a_play_is_measured_by_the_version_it_was_played_from() {
    let shorter = Item { duration_ms: 60_000, ..item(0, 30) };
    let versions = [rundown(1, 0, vec![shorter]), rundown(2, 10, vec![item(0, 30)])];
    let cites = |version| Record { rundown_version: version, ..played(1, 0, 60_000, at(30)) };
    let outcome = |version| day_as_of(&versions, &[cites(version)], at(600)).lines[0].outcome;
    assert_eq!(outcome(Some(1)), Outcome::Aired);
    assert_eq!([outcome(Some(2)), outcome(Some(9)), outcome(None)], [Outcome::Partial; 3]);
}

#[test]
fn late_is_begun_more_than_sixty_seconds_after_plan() {
    let begun = |seconds| at(30) + Duration::seconds(seconds);
    assert!(!one(&[played(1, 0, DURATION_MS, begun(60))]).late);
    let line = one(&[played(1, 0, DURATION_MS, begun(61))]);
    assert!(line.late && line.outcome == Outcome::Aired && !line.matches());
    assert!(one(&[played(1, 0, 5000, begun(61))]).late);
    assert!(!one(&[played(1, 0, 500, begun(61))]).late);
    assert!(one(&[declared(1, 0, Said::AiredInFull { began_at: Some(begun(61)) })]).late);
    assert!(!one(&[declared(1, 0, IN_FULL)]).late);
}

#[test]
fn late_is_a_mark_and_not_an_outcome() {
    let records = [played(1, 0, DURATION_MS, at(32)), played(2, 1, 5000, at(45))];
    let day = day_as_of(&[rundown(1, 0, vec![item(0, 30), item(1, 40)])], &records, at(600));
    let sums = day.sums();
    assert_eq!((sums.planned, sums.aired, sums.partial, sums.late, sums.aired_late), (2, 1, 1, 2, 1));
    assert_eq!(sums.matching(), 0);
}

#[test]
fn unreported_never_turns_into_missed_by_time() {
    let day = day_as_of(&[rundown(1, 0, vec![item(0, 30)])], &[], at(60 * 24 * 365));
    assert_eq!(day.lines[0].standing(), Standing::Due(Outcome::Unreported));
}

#[test]
fn unreported_is_overdue_after_noon_of_the_next_day() {
    let versions = [rundown(1, 0, vec![item(0, 30)])];
    // Minute 0 is 05:00, so noon of the next day is 31 hours on.
    let noon = at(31 * 60);
    assert!(!day_as_of(&versions, &[], noon).lines[0].overdue);
    let after = day_as_of(&versions, &[], noon + Duration::seconds(1));
    assert!(after.lines[0].overdue);
    assert_eq!(after.sums().overdue, 1);
    assert!(!day_as_of(&versions, &[device_missed(1, 0)], at(60 * 48)).lines[0].overdue);
}

#[test]
fn missed_needs_a_record() {
    assert_eq!(one(&[]).outcome, Outcome::Unreported);
    let line = one(&[device_missed(1, 0)]);
    assert_eq!((line.outcome, line.evidence, line.cause), (Outcome::Missed, Evidence::Played, Some(Cause::NotRunning)));
    assert_eq!(one(&[declared(1, 0, Said::Missed)]).outcome, Outcome::Missed);
    let proof = Record { evidence: Evidence::None, ..declared(1, 0, Said::Missed) };
    assert_eq!(one(&[proof]).outcome, Outcome::Missed);
}

#[test]
fn machine_and_manual_records_both_stay() {
    let line = one(&[declared(1, 0, IN_FULL), played(2, 0, DURATION_MS, at(30))]);
    assert_eq!(line.records.len(), 2);
    assert!(!line.contradiction);
}

#[test]
fn the_stronger_evidence_decides() {
    let line = one(&[played(1, 0, 5000, at(30)), declared(2, 0, IN_FULL)]);
    assert_eq!((line.outcome, line.evidence, line.deciding), (Outcome::Partial, Evidence::Played, Some(0)));
    assert!(line.contradiction);
    let line = one(&[heard(1, 0, Said::Missed), played(2, 0, DURATION_MS, at(30))]);
    assert_eq!((line.outcome, line.evidence), (Outcome::Missed, Evidence::Heard));
}

#[test]
fn corrections_append_and_the_last_one_decides() {
    let line = one(&[declared(1, 0, Said::Missed), declared(2, 0, IN_FULL)]);
    assert_eq!((line.outcome, line.records.len(), line.contradiction), (Outcome::Aired, 2, false));
    let line = one(&[declared(2, 0, Said::AiredInPart { played_ms: 900 }), declared(1, 0, IN_FULL)]);
    assert_eq!(line.outcome, Outcome::Missed);
}

#[test]
fn what_an_operator_takes_back_is_void_until_said_again() {
    let taken_back = [declared(1, 0, Said::Missed), declared(2, 0, IN_FULL), declared(3, 0, Said::Undone)];
    let line = one(&taken_back);
    assert_eq!((line.outcome, line.deciding, line.records.len()), (Outcome::Unreported, None, 3));
    let again = declared(4, 0, Said::AiredInPart { played_ms: 2000 });
    assert_eq!(one(&[&taken_back[..], &[again]].concat()).outcome, Outcome::Partial);
}

#[test]
fn an_operator_cannot_take_back_what_a_device_said() {
    let line = one(&[played(1, 0, DURATION_MS, at(30)), declared(2, 0, Said::Undone)]);
    assert_eq!((line.outcome, line.evidence), (Outcome::Aired, Evidence::Played));
}

#[test]
fn a_device_that_tells_two_stories_is_marked() {
    let line = one(&[played(1, 0, DURATION_MS, at(30)), played(2, 0, 4000, at(40))]);
    assert_eq!((line.outcome, line.deciding, line.contradiction), (Outcome::Partial, Some(1), true));
    let twice = one(&[played(1, 0, 4000, at(30)), played(2, 0, 4000, at(30))]);
    assert!(!twice.contradiction);
}

#[test]
fn minutes_and_seconds_are_settings() {
    let settings = Settings {
        due_after_minutes: 60,
        late_after_seconds: 300,
        full_tolerance_ms: 10_000,
        least_play_ms: 3000,
        ..Settings::default()
    };
    let versions = [rundown(1, 0, vec![item(0, 30)])];
    let day = |played_ms, as_of| reconcile(&versions, &[played(1, 0, played_ms, at(34))], &settings, ZONE, as_of);
    assert_eq!(day(DURATION_MS, at(92)).lines[0].standing(), Standing::Upcoming);
    let line = &day(DURATION_MS - 10_000, at(93)).lines[0];
    assert_eq!((line.standing(), line.late), (Standing::Due(Outcome::Aired), false));
    assert_eq!(day(2999, at(93)).lines[0].outcome, Outcome::Missed);
}

#[test]
fn declined_is_the_newest_versions_figure_and_outside_the_sum() {
    let declined = |version, minute, declined| Rundown { declined, ..rundown(version, minute, vec![]) };
    let sums = day_as_of(&[declined(2, 5, 3), declined(1, 0, 1)], &[], at(600)).sums();
    assert_eq!(sums, Sums { declined: 3, ..Sums::default() });
}

#[test]
fn another_stations_records_are_left_out() {
    let other = Record { station: "dtt-0002".parse().expect("valid"), ..played(1, 0, DURATION_MS, at(30)) };
    let off = Record { airing: airing(9), ..other.clone() };
    let day = day_as_of(&[rundown(1, 0, vec![item(0, 30)])], &[other, off], at(600));
    assert_eq!((day.lines[0].outcome, day.off_schedule.len()), (Outcome::Unreported, 0));
}

#[test]
fn sums_of_many_days_hold_too() {
    let first = day_as_of(&[rundown(1, 0, vec![item(0, 30)])], &[], at(600)).sums();
    let second = one(&[heard(1, 0, IN_FULL)]);
    let second = Sums { planned: 1, aired: 1, heard: u64::from(second.evidence == Evidence::Heard), ..Sums::default() };
    let both: Sums = [first, second].into_iter().sum();
    assert!(both.holds());
    assert_eq!((both.planned, both.aired, both.unreported, both.heard, both.none), (2, 1, 1, 1, 1));
}

#[test]
fn a_lost_or_doubled_line_breaks_the_sum() {
    let mut day = day_as_of(&[rundown(1, 0, vec![item(0, 30)])], &[], at(600));
    let line = day.lines[0].clone();
    day.lines.push(line);
    assert!(!day.sums().holds());
    day.lines.clear();
    assert!(!day.sums().holds());
}

#[test]
fn adding_adds_every_figure() {
    let sums = |n: u64| -> Sums {
        let names = "planned aired partial missed unreported excused late aired_late overdue off_schedule urgent upcoming \
                     declined heard played declared none";
        let figures = names.split_whitespace().zip(n..).map(|(name, figure)| (name.to_owned(), figure.into()));
        serde_json::from_value(serde_json::Value::Object(figures.collect())).expect("all figures are there")
    };
    let mut sum = sums(100);
    sum.add(&sums(1000));
    let doubled = serde_json::to_value(sum).expect("plain figures");
    let doubled: Vec<_> =
        doubled.as_object().expect("figures").values().filter_map(serde_json::Value::as_u64).collect();
    assert_eq!(doubled.iter().copied().collect::<BTreeSet<_>>(), (0..17).map(|n| 1100 + 2 * n).collect());
}

#[test]
fn a_device_cannot_take_back_its_journal() {
    let undone = Record { said: Said::Undone, ..device_missed(2, 0) };
    assert_eq!(one(&[played(1, 0, DURATION_MS, at(30)), undone]).outcome, Outcome::Aired);
}

#[test]
fn versions_count_in_order_of_issue() {
    let versions = [rundown(2, 0, vec![item(0, 30)]), rundown(1, 10, vec![item(0, 40)])];
    assert_eq!(versions_of(&counting(&versions)), [(airing(0), 1, at(40))]);
}
