//! Whatever is issued, said, lost, repeated or taken back: the sums hold.

use std::collections::BTreeMap;

use chrono::Duration;
use proptest::prelude::*;

use super::excuse::tests::declared_between;
use super::samples::*;
use super::*;
use crate::domain::as_run::Said;
use crate::domain::rundown::{Item, ItemKind};

const ZONE: Tz = chrono_tz::Asia::Ho_Chi_Minh;
const AIRINGS: u32 = 6;

fn some_item() -> impl Strategy<Value = Item> {
    let kind = prop_oneof![8 => Just(ItemKind::Bulletin), 2 => Just(ItemKind::Commune), 1 => Just(ItemKind::Relay)];
    (0..AIRINGS, 0..120i64, kind, prop_oneof![Just(DURATION_MS), 0..5000u64])
        .prop_map(|(n, minute, kind, duration_ms)| Item { kind, duration_ms, ..item(n, minute) })
}

/// Versions that change starts, drop, add, add again, and are issued at any time, also twice at once.
fn some_versions() -> impl Strategy<Value = Vec<Rundown>> {
    prop::collection::vec((0..130i64, prop::collection::vec(some_item(), 0..8)), 0..6).prop_map(|versions| {
        let mut issues: Vec<_> = versions;
        issues.sort_by_key(|(minute, _)| *minute);
        (1..).zip(issues).map(|(version, (minute, items))| rundown(version, minute, items)).collect()
    })
}

fn some_said() -> impl Strategy<Value = Said> {
    prop_oneof![
        (0..200_000u64, 0..150i64).prop_map(|(ms, minute)| played(0, 0, ms, at(minute)).said),
        prop::option::of(0..150i64).prop_map(|minute| Said::AiredInFull { began_at: minute.map(at) }),
        (0..200_000u64).prop_map(|played_ms| Said::AiredInPart { played_ms }),
        Just(Said::Missed),
        Just(Said::Undone),
    ]
}

/// Records of planned and unplanned airings; their serials are their order.
fn some_records() -> impl Strategy<Value = Vec<Record>> {
    let evidence = prop_oneof![
        1 => Just(Evidence::None),
        3 => Just(Evidence::Declared),
        3 => Just(Evidence::Played),
        1 => Just(Evidence::Heard),
    ];
    let one = (0..AIRINGS + 2, evidence, some_said(), prop::option::of(1..7u32));
    prop::collection::vec(one, 0..25).prop_map(|records| {
        (1..)
            .zip(records)
            .map(|(serial, (n, evidence, said, rundown_version))| Record {
                evidence,
                rundown_version,
                ..declared(serial, n, said)
            })
            .collect()
    })
}

fn day(versions: &[Rundown], records: &[Record], minute: i64) -> StationDay {
    reconcile(versions, records, &Settings::default(), ZONE, at(minute))
}

/// The law said once more, as plainly as can be: for each airing, the last of the issues before its start.
fn due_by_the_letter(versions: &[Rundown], minute: i64) -> BTreeMap<AiringId, u32> {
    let mut due = BTreeMap::new();
    for n in 0..AIRINGS {
        let mut counts: Option<(&Rundown, &Item)> = None;
        for version in versions {
            if counts.is_some_and(|(_, item)| item.start <= version.issued_at) {
                break;
            }
            let item = version.items.iter().find(|item| {
                item.airing == Some(airing(n)) && item.kind != ItemKind::Relay && item.start > version.issued_at
            });
            counts = item.map(|item| (version, item));
        }
        if let Some((version, item)) = counts
            && item.end() + Duration::minutes(5) <= at(minute)
        {
            due.insert(airing(n), version.version);
        }
    }
    due
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_sums_hold_at_every_moment(versions in some_versions(), records in some_records()) {
        for minute in (0..200).step_by(7).chain([1900]) {
            let day = day(&versions, &records, minute);
            let sums = day.sums();
            prop_assert!(sums.holds(), "{sums:?}");
            prop_assert_eq!(sums.planned + sums.upcoming, day.lines.len() as u64);
            prop_assert_eq!(sums.late >= sums.aired_late, true);
        }
    }

    #[test]
    fn every_due_airing_has_exactly_one_line(versions in some_versions(), records in some_records(), minute in 0..200i64) {
        let day = day(&versions, &records, minute);
        let due: Vec<_> =
            day.lines.iter().filter(|line| line.due).map(|line| (line.counted.airing, line.counted.version)).collect();
        let by_airing: BTreeMap<_, _> = due.iter().copied().collect();
        prop_assert_eq!(by_airing.len(), due.len());
        prop_assert_eq!(by_airing, due_by_the_letter(&versions, minute));
    }

    #[test]
    fn order_and_repeats_of_what_is_given_change_nothing(
        (versions, mixed_versions) in some_versions().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        (records, mixed) in some_records().prop_flat_map(|all| {
            let twice = [all.clone(), all.clone()].concat();
            (Just(all), Just(twice).prop_shuffle())
        }),
        minute in 0..200i64,
    ) {
        prop_assert_eq!(day(&versions, &records, minute), day(&mixed_versions, &mixed, minute));
    }

    #[test]
    fn weaker_evidence_never_changes_an_outcome(
        versions in some_versions(),
        records in some_records(),
        n in 0..AIRINGS,
        said in some_said(),
        minute in 0..200i64,
    ) {
        let before = day(&versions, &records, minute);
        for line in before.lines.iter().filter(|line| line.counted.airing == airing(n)) {
            for evidence in [Evidence::None, Evidence::Declared, Evidence::Played] {
                if evidence >= line.evidence {
                    continue;
                }
                let weaker = Record { evidence, ..declared(1000, n, said.clone()) };
                let after = day(&versions, &[&records[..], &[weaker]].concat(), minute);
                let same = after.lines.iter().find(|other| other.counted.airing == airing(n));
                prop_assert_eq!(same.map(|other| (other.outcome, other.late, other.deciding)),
                    Some((line.outcome, line.late, line.deciding)));
                prop_assert!(after.sums().holds());
            }
        }
    }

    #[test]
    fn a_lost_record_moves_an_airing_between_outcomes_and_never_out_of_the_sum(
        versions in some_versions(),
        records in some_records(),
        lost in any::<prop::sample::Index>(),
    ) {
        let mut fewer = records.clone();
        if !fewer.is_empty() {
            fewer.remove(lost.index(records.len()));
        }
        let (all, some) = (day(&versions, &records, 200).sums(), day(&versions, &fewer, 200).sums());
        prop_assert!(some.holds());
        prop_assert_eq!(all.planned, some.planned);
    }

    #[test]
    fn a_later_version_never_changes_what_is_due(versions in some_versions(), items in prop::collection::vec(some_item(), 0..8), minute in 130..200i64) {
        let later = [&versions[..], &[rundown(99, minute, items)]].concat();
        let due = |versions: &[Rundown]| -> Vec<Counted> {
            let day = day(versions, &[], minute);
            day.lines.into_iter().filter(|line| line.due).map(|line| line.counted).collect()
        };
        prop_assert_eq!(due(&versions), due(&later));
    }

    #[test]
    fn force_majeure_takes_only_from_what_did_not_sound(
        versions in some_versions(),
        records in some_records(),
        spans in prop::collection::vec((0..130i64, 0..60i64), 0..4),
        minute in 0..200i64,
    ) {
        let declared: Vec<_> =
            (1..).zip(spans).map(|(id, (from, minutes))| declared_between(id, from, from + minutes)).collect();
        let plain = day(&versions, &records, minute);
        let excused = plain.clone().excused_by(declared.iter());
        let (before, after) = (plain.sums(), excused.sums());
        prop_assert!(after.holds(), "{after:?}");
        prop_assert_eq!(
            after.planned,
            after.aired + after.partial + after.missed + after.unreported + after.excused
        );
        prop_assert_eq!((before.planned, before.aired, before.partial), (after.planned, after.aired, after.partial));
        prop_assert_eq!(before.missed + before.unreported, after.missed + after.unreported + after.excused);
        for (line, other) in plain.lines.iter().zip(&excused.lines) {
            let silent = matches!(line.outcome, Outcome::Missed | Outcome::Unreported);
            let spanned = declared.iter().any(|one| one.spans(line.counted.item.start));
            prop_assert_eq!(other.excused.is_some(), silent && spanned);
            prop_assert_eq!(line.outcome, other.outcome);
        }
    }

    #[test]
    fn what_is_off_schedule_is_never_planned(versions in some_versions(), records in some_records()) {
        let day = day(&versions, &records, 200);
        for off in &day.off_schedule {
            prop_assert!(day.lines.iter().all(|line| line.counted.airing != off.record.airing));
        }
    }
}
