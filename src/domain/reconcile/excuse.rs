//! Force majeure set over a reconciled day. A step of its own after reconciliation: outcomes stay as the records say, so
//! that a declaration withdrawn leaves nothing behind, and planning, which asks only for outcomes, sees no difference.

use super::{Line, Outcome, Standing, StationDay};
use crate::domain::force_majeure::Declaration;

impl StationDay {
    /// Excuses what did not sound and was planned to begin in the time of one of these declarations, which all hold at
    /// this station on this day. Of several the first one given tells why.
    #[must_use]
    pub fn excused_by<'a>(mut self, declared: impl Iterator<Item = &'a Declaration> + Clone) -> Self {
        let urgent = self.urgent.iter_mut().map(|one| &mut one.line);
        for line in self.lines.iter_mut().chain(urgent).filter(|line| !line.sounded()) {
            let start = line.counted.item.start;
            line.excused = declared.clone().find(|one| one.spans(start)).map(Declaration::excuse);
            line.overdue &= line.excused.is_none();
        }
        self
    }
}

impl Line {
    /// Where the airing stands for the sum.
    pub fn standing(&self) -> Standing {
        match (self.due, &self.excused) {
            (false, _) => Standing::Upcoming,
            (true, Some(_)) => Standing::Excused,
            (true, None) => Standing::Due(self.outcome),
        }
    }

    /// Whether any of it was heard: what did sound is never excused.
    fn sounded(&self) -> bool {
        matches!(self.outcome, Outcome::Aired | Outcome::Partial)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::samples::*;
    use super::super::{Settings, Sums, reconcile};
    use super::*;
    use crate::domain::as_run::Record;
    use crate::domain::place::Place;
    use crate::domain::rundown::Rundown;

    fn day_as_of(versions: &[Rundown], records: &[Record], minute: i64) -> StationDay {
        reconcile(versions, records, &Settings::default(), chrono_tz::Asia::Ho_Chi_Minh, at(minute))
    }

    pub fn declared_between(id: u64, from: i64, until: i64) -> Declaration {
        Declaration {
            id,
            place: Place::Station(station()),
            from: at(from),
            until: at(until),
            reason: "bão".into(),
            by: "binh".into(),
            at: at(500),
            withdrawn: None,
        }
    }

    #[test]
    fn force_majeure_excuses_what_was_missed_or_unreported_and_nothing_that_sounded() {
        let versions = [rundown(1, 0, (0..4).map(|n| item(n, 30 + i64::from(n) * 10)).collect())];
        let records = [played(1, 0, DURATION_MS, at(30)), played(2, 1, 5000, at(40)), device_missed(3, 2)];
        let plain = day_as_of(&versions, &records, 600);
        let day = plain.clone().excused_by([declared_between(1, 0, 120)].iter());
        let sums = day.sums();
        assert!(sums.holds(), "{sums:?}");
        let of = |sums: Sums| (sums.planned, sums.aired, sums.partial, sums.missed, sums.unreported, sums.excused);
        assert_eq!(of(plain.sums()), (4, 1, 1, 1, 1, 0));
        assert_eq!(of(sums), (4, 1, 1, 0, 0, 2));
        // What the records say stays: planning asks for it, and a withdrawn declaration leaves nothing behind.
        let outcomes = |day: &StationDay| day.lines.iter().map(|line| line.outcome).collect::<Vec<_>>();
        assert_eq!(outcomes(&day), outcomes(&plain));
        assert_eq!(day.excused_by([].iter()), plain);
    }

    #[test]
    fn a_planned_start_at_the_first_moment_is_excused_and_at_the_last_is_not() {
        let versions = [rundown(1, 0, vec![item(0, 29), item(1, 30), item(2, 59), item(3, 60)])];
        let day = day_as_of(&versions, &[], 600).excused_by([declared_between(1, 30, 60)].iter());
        assert_eq!(day.lines.iter().map(|line| line.excused.is_some()).collect::<Vec<_>>(), [false, true, true, false]);
    }

    #[test]
    fn the_first_declaration_that_spans_an_airing_tells_why() {
        let versions = [rundown(1, 0, vec![item(0, 30), item(1, 90)])];
        let both = [declared_between(1, 0, 60), declared_between(2, 0, 120)];
        let day = day_as_of(&versions, &[], 60 * 48).excused_by(both.iter());
        let told: Vec<_> = day.lines.iter().map(|line| line.excused.as_ref().map(|one| one.declaration)).collect();
        assert_eq!(told, [Some(1), Some(2)]);
        assert_eq!((day.sums().overdue, day.sums().none), (0, 2), "excused is not overdue, and nobody's evidence");
    }

    #[test]
    fn what_is_not_due_is_upcoming_and_not_yet_excused() {
        let versions = [rundown(1, 0, vec![item(0, 30)])];
        let day = day_as_of(&versions, &[], 20).excused_by([declared_between(1, 0, 60)].iter());
        assert_eq!(day.lines[0].standing(), Standing::Upcoming);
        assert_eq!((day.sums().excused, day.sums().upcoming), (0, 1));
    }
}
