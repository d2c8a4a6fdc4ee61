//! Break-in orders beside a reconciled day. Each has a line of its own at each station that it reaches, judged by the
//! rules for everything else, from a device's journal or from an operator's word. It stands in no sum of the plan, and
//! what was played by order is not off schedule.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::{Line, StationDay, reconcile};
use crate::domain::as_run::{Record, Said};
use crate::domain::break_in::InForce;
use crate::domain::ids::{AiringId, BreakInId, RuleId, StationId};
use crate::domain::settings::Settings;

/// What became of a break-in order in force at one station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Urgent {
    /// Number of the order.
    pub order: BreakInId,
    /// Why, as the first approver wrote it.
    pub reason: String,
    /// The first approver's log-in name.
    pub asked_by: String,
    /// The second approver's log-in name.
    pub confirmed_by: String,
    /// Begins by then or not at all.
    pub not_after: DateTime<Utc>,
    /// Whether its bulletin was not withdrawn since.
    pub stands: bool,
    /// Its one airing; planned for the moment of the second approver's word.
    pub line: Line,
}

impl Urgent {
    /// What became of an order at a station, as of a moment; none when the order is not for it.
    ///
    /// `records`: those of its day, of any airing, in any order.
    pub fn of(
        force: &InForce,
        station: &StationId,
        records: &[Record],
        (settings, zone): (&Settings, Tz),
        as_of: DateTime<Utc>,
    ) -> Option<Self> {
        let order = &force.order;
        if !order.stations.contains(station) {
            return None;
        }
        let airing = order.airing(station);
        let said: Vec<Record> = records.iter().filter(|one| one.airing == airing).cloned().collect();
        let day = reconcile(&[order.as_rundown(station, force.confirmed_at)], &said, settings, zone, as_of);
        Some(Self {
            order: order.id.clone(),
            reason: order.reason.clone(),
            asked_by: order.asked_by.clone(),
            confirmed_by: force.confirmed_by.clone(),
            not_after: order.not_after,
            stands: force.stands,
            line: day.lines.into_iter().next()?,
        })
    }

    /// Whether it may still begin.
    pub fn may_begin(&self, now: DateTime<Utc>) -> bool {
        self.stands && now <= self.not_after
    }
}

impl StationDay {
    /// Sets beside the day the orders in force of that day; what was played by one of them is then not off schedule.
    /// Orders for other stations are left out.
    #[must_use]
    pub fn with_urgent<'a>(
        mut self,
        station: &StationId,
        orders: impl Iterator<Item = &'a InForce>,
        records: &[Record],
        rules: (&Settings, Tz),
    ) -> Self {
        let as_of = self.as_of;
        self.urgent.extend(orders.filter_map(|force| Urgent::of(force, station, records, rules, as_of)));
        self.urgent.sort_by_key(|one| (one.line.counted.item.start, one.line.counted.airing));
        let ordered = |airing: &AiringId| self.urgent.iter().any(|one| one.line.counted.airing == *airing);
        self.off_schedule.retain(|off| !ordered(&off.record.airing));
        self
    }

    /// What the day says of an airing, of the plan or by an order.
    pub fn line(&self, airing: AiringId) -> Option<&Line> {
        let urgent = self.urgent.iter().map(|one| &one.line);
        self.lines.iter().chain(urgent).find(|line| line.counted.airing == airing)
    }
}

impl Line {
    /// Whether it is by a break-in order and not of the plan.
    pub fn is_urgent(&self) -> bool {
        self.counted.item.slot.rule == RuleId::of_break_in()
    }

    /// Whether a person may say that of it now: what became of it once its planned end has passed. That an urgent one
    /// cannot be aired may be said, and taken back, at once, for the desk to help. There is no end to when things may be
    /// said, of an urgent one neither: what was played in the order's ninth minute may be told in the thirtieth.
    pub fn may_be_told(&self, said: &Said, now: DateTime<Utc>) -> bool {
        let item = &self.counted.item;
        let at_once = self.is_urgent() && matches!(said, Said::Missed | Said::Undone);
        item.end() <= now || (at_once && item.start <= now)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::excuse::tests::declared_between;
    use super::super::samples::*;
    use super::super::{Outcome, Sums, fell_short};
    use super::*;
    use crate::domain::as_run::{Cause, Evidence};
    use crate::domain::break_in::samples::break_in;

    const ZONE: Tz = chrono_tz::Asia::Ho_Chi_Minh;

    /// An order asked for at that minute and confirmed a minute later.
    fn in_force(number: u32, minute: i64) -> InForce {
        let mut order = break_in(number, rendition(9), at(minute));
        order.stations = [station()].into();
        InForce { order, confirmed_at: at(minute + 1), confirmed_by: "binh".into(), stands: true }
    }

    fn said_of(force: &InForce, record: Record) -> Record {
        Record { airing: force.order.airing(&station()), ..record }
    }

    fn day(orders: &[InForce], records: &[Record], minute: i64) -> StationDay {
        let settings = Settings::default();
        let versions = [rundown(1, 0, vec![item(0, 30)])];
        reconcile(&versions, records, &settings, ZONE, at(minute)).with_urgent(
            &station(),
            orders.iter(),
            records,
            (&settings, ZONE),
        )
    }

    #[test]
    fn what_aired_by_order_stands_beside_the_plan_in_no_sum_of_it_and_is_not_off_schedule() {
        let order = in_force(1, 60);
        let records = [
            played(1, 0, DURATION_MS, at(30)),
            said_of(&order, played(2, 7, 60_000, at(61))),
            played(3, 8, 60_000, at(90)),
        ];
        let plain = day(&[], &records, 600);
        assert_eq!((plain.sums().aired, plain.off_schedule.len()), (1, 2));
        let with = day(std::slice::from_ref(&order), &records, 600);
        assert_eq!(with.sums(), Sums { urgent: 1, off_schedule: 1, ..plain.sums() });
        let one = &with.urgent[0];
        assert_eq!(
            (one.line.outcome, one.line.evidence, one.line.is_urgent()),
            (Outcome::Aired, Evidence::Played, true)
        );
        assert_eq!(with.line(order.order.airing(&station())), Some(&one.line));
        assert!(!with.lines[0].is_urgent() && with.lines == plain.lines);
    }

    #[test]
    fn what_an_order_cut_off_fell_short_and_so_is_made_good() {
        let cut = Record { cause: Some(Cause::Urgent), ..played(1, 0, 5_000, at(30)) };
        let plan = rundown(1, 0, vec![item(0, 30)]);
        assert_eq!(fell_short(&plan, &[cut], &Settings::default()), [airing(0)].into());
        // What became of the order itself is no matter of the plan.
        let silent = said_of(&in_force(1, 60), declared(2, 7, Said::Missed));
        assert!(fell_short(&plan, &[silent], &Settings::default()).is_empty());
    }

    #[test]
    fn a_persons_word_counts_as_declared_and_a_devices_outweighs_it() {
        let order = in_force(1, 60);
        let word = said_of(&order, declared(1, 7, Said::AiredInFull { began_at: None }));
        let by_hand = day(std::slice::from_ref(&order), std::slice::from_ref(&word), 600);
        let line = &by_hand.urgent[0].line;
        assert_eq!((line.outcome, line.evidence, line.played_ms), (Outcome::Aired, Evidence::Declared, None));
        let both = [word, said_of(&order, played(2, 7, 5_000, at(61)))];
        let line = &day(&[order], &both, 600).urgent[0].line;
        assert_eq!((line.outcome, line.evidence), (Outcome::Partial, Evidence::Played));
    }

    #[test]
    fn who_was_reached_and_said_nothing_has_a_line_and_who_was_not_has_none() {
        let order = in_force(1, 60);
        let silent = day(std::slice::from_ref(&order), &[], 600);
        assert_eq!(silent.urgent[0].line.outcome, Outcome::Unreported);
        assert_eq!(silent.sums().urgent, 1);
        let mut elsewhere = order;
        elsewhere.order.stations = ["dtt-0002".parse().unwrap()].into();
        assert!(day(&[elsewhere], &[], 600).urgent.is_empty());
    }

    #[test]
    fn it_is_told_of_after_it_could_have_ended_and_its_failure_at_once() {
        let order = in_force(1, 60);
        let day = day(&[order], &[], 62);
        let line = &day.urgent[0].line;
        let start = line.counted.item.start;
        let end = start + Duration::seconds(60);
        let full = Said::AiredInFull { began_at: None };
        assert!(!line.may_be_told(&full, end - Duration::seconds(1)) && line.may_be_told(&full, end));
        assert!(line.may_be_told(&full, end + Duration::days(3)), "long after the order's ten minutes");
        assert!(line.may_be_told(&Said::Missed, start));
        let planned = &day.lines[0];
        assert!(!planned.may_be_told(&Said::Missed, planned.counted.item.start));
        let mut one = day.urgent[0].clone();
        assert!(one.may_begin(at(70)) && !one.may_begin(at(71)));
        one.stands = false;
        assert!(!one.may_begin(at(70)), "its bulletin was withdrawn");
    }

    #[test]
    fn force_majeure_excuses_an_order_that_nobody_could_air_and_no_sum_sees_it() {
        let day = day(&[in_force(1, 60)], &[], 600).excused_by([declared_between(1, 40, 120)].iter());
        assert!(day.urgent[0].line.excused.is_some());
        assert_eq!((day.sums().excused, day.sums().urgent), (0, 1));
    }
}
