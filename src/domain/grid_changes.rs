//! What one grid has that another has not, rule by rule, and carrying changes over to a newer grid.

use std::collections::BTreeSet;

use super::ids::{ChangeId, RuleId};
use super::slot::{Grid, SlotChange, SlotRule};

/// A rule that is not the same in both grids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// Which.
    pub rule: RuleId,
    /// As it was; none for a new one.
    pub before: Option<SlotRule>,
    /// As it becomes; none where it is taken out.
    pub after: Option<SlotRule>,
}

/// A dated exception that is not the same in both grids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionChange {
    /// As it was; none for a new one.
    pub before: Option<SlotChange>,
    /// As it becomes; none where it is deleted.
    pub after: Option<SlotChange>,
}

/// Dated exceptions that differ, in the order of the newer grid, and those that are gone at the end.
pub fn exception_changes(before: &Grid, after: &Grid) -> Vec<ExceptionChange> {
    let find = |grid: &Grid, id: &ChangeId| grid.changes.iter().find(|one| one.id == *id).cloned();
    let ids = after.changes.iter().chain(&before.changes).map(|one| &one.id);
    let mut seen = BTreeSet::new();
    ids.filter(|id| seen.insert(*id))
        .map(|id| ExceptionChange { before: find(before, id), after: find(after, id) })
        .filter(|change| change.before != change.after)
        .collect()
}

/// Puts a dated exception in the place of the one with its id, or at the end.
pub fn put_exception(grid: &mut Grid, change: SlotChange) {
    match grid.changes.iter_mut().find(|held| held.id == change.id) {
        Some(held) => *held = change,
        None => grid.changes.push(change),
    }
}

/// An id for a dated exception that none bears and none that was deleted bore.
pub fn free_exception_id(grid: &Grid, start: &str) -> Option<ChangeId> {
    let start: String = start.chars().take(50).collect();
    let taken = |id: &ChangeId| grid.changes.iter().any(|one| one.id == *id) || grid.deleted_changes.contains(id);
    let tries = (1..10_000).map(|number| if number == 1 { start.clone() } else { format!("{start}-{number}") });
    tries.filter_map(|text| text.parse().ok()).find(|id| !taken(id))
}

/// A rule of a grid.
pub fn rule<'a>(grid: &'a Grid, id: &RuleId) -> Option<&'a SlotRule> {
    grid.rules.iter().find(|rule| rule.id == *id)
}

/// Puts a rule in the place of the one with its id, or at the end.
pub fn put_rule(grid: &mut Grid, rule: SlotRule) {
    match grid.rules.iter_mut().find(|held| held.id == rule.id) {
        Some(held) => *held = rule,
        None => grid.rules.push(rule),
    }
}

/// Sets a rule to what it is in `from`: out of the grid when it is not there.
pub fn restore_rule(grid: &mut Grid, from: &Grid, id: &RuleId) {
    match rule(from, id) {
        Some(held) => put_rule(grid, held.clone()),
        None => grid.rules.retain(|held| held.id != *id),
    }
}

/// Rules that differ, in the order of the newer grid, and those that are gone at the end.
pub fn rule_changes(before: &Grid, after: &Grid) -> Vec<RuleChange> {
    let ids = after.rules.iter().chain(&before.rules).map(|rule| &rule.id);
    let mut seen = BTreeSet::new();
    ids.filter(|id| seen.insert(*id))
        .map(|id| RuleChange { rule: id.clone(), before: rule(before, id).cloned(), after: rule(after, id).cloned() })
        .filter(|change| change.before != change.after)
        .collect()
}

/// The changes from `base` to `draft`, made to `current` instead; and the rules that were changed on both ways, for which
/// the draft's stand.
pub fn carry_over(base: &Grid, draft: &Grid, current: &Grid) -> (Grid, Vec<RuleId>) {
    let mut carried = current.clone();
    let mut both = Vec::new();
    for change in rule_changes(base, draft) {
        let there = rule(current, &change.rule);
        if there != change.before.as_ref() && there != change.after.as_ref() {
            both.push(change.rule.clone());
        }
        match change.after {
            Some(after) => put_rule(&mut carried, after),
            None => carried.rules.retain(|held| held.id != change.rule),
        }
    }
    for change in exception_changes(base, draft) {
        match (change.before, change.after) {
            (_, Some(after)) => put_exception(&mut carried, after),
            (Some(before), None) => carried.delete_change(&before.id),
            (None, None) => {}
        }
    }
    (carried, both)
}

/// An id that no rule of the grid bears or is said to have been replaced by: `start` with a number where it is taken.
pub fn free_rule_id(grid: &Grid, start: &str) -> Option<RuleId> {
    let start: String = start.chars().take(30).collect();
    let taken = |id: &RuleId| grid.rules.iter().any(|rule| rule.id == *id || rule.replaces.as_ref() == Some(id));
    let tries = (1..10_000).map(|number| if number == 1 { start.clone() } else { format!("{start}-{number}") });
    tries.filter_map(|text| text.parse().ok()).find(|id| !taken(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::area::Target;
    use crate::domain::slot::SlotKind;

    fn grid(rules: &[(&str, u32)]) -> Grid {
        let rule = |(id, minutes): &(&str, u32)| SlotRule {
            id: id.parse().unwrap(),
            name: id.to_string(),
            kind: SlotKind::Bulletin,
            source: None,
            cron: "0 0 6 * * *".into(),
            minutes: *minutes,
            target: Target { areas: ["49".parse().unwrap()].into(), except: BTreeSet::new() },
            valid_from: None,
            valid_to: None,
            replaces: None,
            on: None,
            topics: BTreeSet::new(),
            overrun: None,
        };
        Grid { rules: rules.iter().map(rule).collect(), ..Grid::empty(chrono_tz::Asia::Ho_Chi_Minh) }
    }

    fn names(changes: &[RuleChange]) -> Vec<&str> {
        changes.iter().map(|change| change.rule.as_str()).collect()
    }

    #[test]
    fn changes_are_what_was_added_altered_and_taken_out() {
        let before = grid(&[("a", 10), ("b", 10), ("c", 10)]);
        let after = grid(&[("a", 10), ("c", 20), ("d", 10)]);
        assert_eq!(names(&rule_changes(&before, &after)), ["c", "d", "b"]);
        assert!(rule_changes(&before, &before).is_empty());
    }

    #[test]
    fn changes_of_two_people_are_both_kept_and_the_same_rule_is_named() {
        let base = grid(&[("a", 10), ("b", 10), ("c", 10)]);
        let draft = grid(&[("a", 20), ("b", 20), ("c", 10), ("d", 5)]);
        let current = grid(&[("a", 10), ("b", 30), ("c", 30)]);
        let (carried, both) = carry_over(&base, &draft, &current);
        assert_eq!(both, ["b".parse().unwrap()]);
        assert_eq!(carried, grid(&[("a", 20), ("b", 20), ("c", 30), ("d", 5)]));
    }

    #[test]
    fn a_restored_rule_is_as_it_was_and_a_new_one_is_out() {
        let base = grid(&[("a", 10)]);
        let mut draft = grid(&[("a", 20), ("b", 5)]);
        for id in ["a", "b"] {
            restore_rule(&mut draft, &base, &id.parse().unwrap());
        }
        assert_eq!(draft, base);
    }

    #[test]
    fn dated_exceptions_are_carried_over_and_deleted_ones_stay_deleted() {
        let one = |id: &str| SlotChange {
            id: id.parse().unwrap(),
            target: Target { areas: ["49".parse().unwrap()].into(), except: BTreeSet::new() },
            rule: "a".parse().unwrap(),
            at: "2024-06-12T06:00:00".parse().unwrap(),
            what: crate::domain::slot::Changed::Cancel,
            reason: "lễ".into(),
            by: Some("duyet".into()),
        };
        let mut base = grid(&[("a", 10)]);
        base.changes.push(one("cu"));
        let mut draft = base.clone();
        draft.delete_change(&"cu".parse().unwrap());
        put_exception(&mut draft, one("moi"));
        let mut current = base.clone();
        put_exception(&mut current, one("khac"));
        let (carried, _) = carry_over(&base, &draft, &current);
        assert_eq!(carried.changes, [one("khac"), one("moi")]);
        assert_eq!(free_exception_id(&carried, "cu").unwrap().as_str(), "cu-2");
        assert_eq!(exception_changes(&base, &draft).len(), 2);
    }

    #[test]
    fn a_new_rule_never_takes_an_id_that_was_used() {
        let mut held = grid(&[("khung", 10), ("khung-2", 10)]);
        assert_eq!(free_rule_id(&held, "khung").unwrap().as_str(), "khung-3");
        held.rules[0].replaces = Some("khung-3".parse().unwrap());
        assert_eq!(free_rule_id(&held, "khung").unwrap().as_str(), "khung-4");
    }
}
