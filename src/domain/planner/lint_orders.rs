//! Orders that cannot be met as written, found before any day is planned.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::super::area::{Area, Areas, Level, Target};
use super::super::bulletin::{Approved, Facts, Origin, Topic};
use super::super::ids::{AreaCode, BulletinCode};
use super::super::order::{Demand, Order};
use super::super::problem::Problem;
use super::super::slot::{Grid, Slot, SlotKind};
use super::slots::{Class, GridPlan, Reach, reaches};

/// Heaviest weight.
const MOST_WEIGHT: u32 = 9;
/// Longest spacing, minutes: a day.
const MOST_SPACING: u32 = 1440;
/// Most plays a day, and a week.
const MOST_PLAYS: (u32, u32) = (24, 168);
/// How many days of an order's span are searched for a slot in its dayparts: two weeks hold every weekday twice.
const DAYS_SEARCHED: u64 = 14;

/// What must be known of a bulletin to judge an order, whether it is approved yet or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBulletin {
    /// Code.
    pub code: BulletinCode,
    /// Where it may air.
    pub target: Target,
    /// First day it may air.
    pub airs_from: NaiveDate,
    /// Last day it may air, inclusive.
    pub airs_to: NaiveDate,
    /// Its topic; none where it is not known.
    pub topic: Option<Topic>,
    /// Whose it is.
    pub origin: Origin,
}

impl From<&Facts> for KnownBulletin {
    fn from(facts: &Facts) -> Self {
        let (airs_from, airs_to) = (facts.airs_from, facts.last_day());
        let (target, topic, origin) = (facts.target.clone(), Some(facts.topic), facts.origin);
        Self { code: facts.code.clone(), target, airs_from, airs_to, topic, origin }
    }
}

impl From<&Approved> for KnownBulletin {
    fn from(approved: &Approved) -> Self {
        let (airs_from, airs_to) = (approved.airs_from, approved.airs_to);
        let (target, topic, origin) = (approved.target.clone(), approved.topic, approved.origin);
        Self { code: approved.code.clone(), target, airs_from, airs_to, topic, origin }
    }
}

/// Everything wrong with the orders, by order id.
///
/// Refused: an id given twice, dates reversed, a demand of 0 or above 24 a day or 168 a week, a weight outside
/// 1 to 9, a spacing above a day, an unknown bulletin, dates outside the bulletin's, no area, an area that no unit bears on any day of the order. Warned of: communes
/// outside the bulletin's target, no bulletin slot in the order's dayparts, or fewer than its plays a day.
pub fn lint_orders(orders: &[Order], areas: &Areas, bulletins: &[KnownBulletin], grid: &Grid) -> Vec<Problem> {
    let (plan, _) = GridPlan::new(grid);
    let mut lint = OrderLint { areas, plan, communes: BTreeMap::new(), problems: Vec::new() };
    let known: BTreeMap<&BulletinCode, &KnownBulletin> = bulletins.iter().map(|one| (&one.code, one)).collect();
    let mut seen = BTreeSet::new();
    let mut orders: Vec<&Order> = orders.iter().collect();
    orders.sort_by_key(|order| &order.id);
    for order in orders {
        if !seen.insert(&order.id) {
            lint.refuse("duplicate-order", order, "is given more than once: give each order its own id".into());
            continue;
        }
        lint.check_demand(order);
        if order.to < order.from {
            let rest = format!("ends on {}, before its first day {}: swap or mend the dates", order.to, order.from);
            lint.refuse("dates-reversed", order, rest);
            continue;
        }
        let bulletin = known.get(&order.bulletin).copied();
        lint.check_bulletin(order, bulletin);
        if lint.check_areas(order) {
            lint.check_reach(order, bulletin);
            lint.check_dayparts(order, bulletin);
        }
    }
    lint.problems
}

/// A commune of one day, with what the grid holds there.
struct Commune<'a> {
    chain: Vec<&'a Area>,
    reach: Reach,
}

struct OrderLint<'a> {
    areas: &'a Areas,
    plan: GridPlan,
    /// Communes by day asked for: orders mostly begin on the same few days.
    communes: BTreeMap<NaiveDate, Vec<Commune<'a>>>,
    problems: Vec<Problem>,
}

impl OrderLint<'_> {
    fn refuse(&mut self, code: &'static str, order: &Order, rest: String) {
        self.problems.push(Problem::refuse(code, &order.id, format!("order \"{}\" {rest}", order.id)));
    }

    fn warn(&mut self, code: &'static str, order: &Order, rest: String) {
        self.problems.push(Problem::warn(code, &order.id, format!("order \"{}\" {rest}", order.id)));
    }

    fn check_demand(&mut self, order: &Order) {
        let (plays, most, period) = match order.demand {
            Demand::PerDay(plays) => (plays, MOST_PLAYS.0, "day"),
            Demand::PerWeek(plays) => (plays, MOST_PLAYS.1, "week"),
        };
        if plays == 0 || plays > most {
            self.refuse("demand", order, format!("asks for {plays} plays a {period}: use 1 to {most}"));
        }
        if !(1..=MOST_WEIGHT).contains(&order.weight) {
            self.refuse("weight", order, format!("has weight {}: use 1 to {MOST_WEIGHT}", order.weight));
        }
        if order.spacing_minutes > MOST_SPACING {
            let rest = format!("has a spacing of {} minutes: use 0 to {MOST_SPACING}", order.spacing_minutes);
            self.refuse("spacing", order, rest);
        }
    }

    fn check_bulletin(&mut self, order: &Order, bulletin: Option<&KnownBulletin>) {
        let Some(bulletin) = bulletin else {
            let rest = format!("wants bulletin {}, which is unknown: import it first or mend the code", order.bulletin);
            return self.refuse("unknown-bulletin", order, rest);
        };
        if order.from < bulletin.airs_from || bulletin.airs_to < order.to {
            let rest = format!(
                "runs from {} to {}, but bulletin {} may air from {} to {} only: mend one of them",
                order.from, order.to, order.bulletin, bulletin.airs_from, bulletin.airs_to
            );
            self.refuse("outside-dates", order, rest);
        }
    }

    /// Whether every area is known.
    fn check_areas(&mut self, order: &Order) -> bool {
        if order.target.areas.is_empty() {
            self.refuse("no-area", order, "names no area: say where it airs".into());
            return false;
        }
        let named = order.target.areas.iter().chain(&order.target.except);
        let unknown: Vec<&AreaCode> =
            named.filter(|code| !self.areas.known_between(code, order.from, order.to)).collect();
        for code in &unknown {
            let rest = format!(
                "names area {code}, which is no unit on any day from {} to {}: mend the code",
                order.from, order.to
            );
            self.refuse("unknown-area", order, rest);
        }
        unknown.is_empty()
    }

    fn communes_on(&mut self, date: NaiveDate) -> &[Commune<'_>] {
        let (areas, plan) = (self.areas, &self.plan);
        self.communes.entry(date).or_insert_with(|| {
            let units = areas.iter().filter(|unit| unit.level == Level::Commune && unit.valid_on(date));
            units
                .map(|unit| {
                    let chain = areas.chain(&unit.code, date);
                    Commune { reach: plan.reach(&unit.code, &chain), chain }
                })
                .collect()
        })
    }

    /// On the first and the last day: does the order reach anything, and only where its bulletin may air.
    fn check_reach(&mut self, order: &Order, bulletin: Option<&KnownBulletin>) {
        for date in BTreeSet::from([order.from, order.to]) {
            let mut reached = 0;
            let mut outside: Vec<AreaCode> = Vec::new();
            for commune in self.communes_on(date) {
                if !reaches(&order.target, &commune.chain) {
                    continue;
                }
                reached += 1;
                if bulletin.is_some_and(|one| !reaches(&one.target, &commune.chain)) {
                    outside.extend(commune.chain.first().map(|unit| unit.code.clone()));
                }
            }
            if reached == 0 {
                return self.warn("reaches-nobody", order, format!("reaches no commune on {date}: mend its areas"));
            }
            if let Some(first) = outside.first() {
                let rest = format!(
                    "reaches {} of its {reached} communes on {date} outside the target of bulletin {}, such as {first}: \
                     it will not air there",
                    outside.len(),
                    order.bulletin
                );
                return self.warn("outside-target", order, rest);
            }
        }
    }

    fn check_dayparts(&mut self, order: &Order, bulletin: Option<&KnownBulletin>) {
        let own = bulletin.is_some_and(|one| one.origin == Origin::Commune);
        let kind = if own { SlotKind::Commune } else { SlotKind::Bulletin };
        let mut classes: BTreeMap<Class, Reach> = BTreeMap::new();
        for commune in self.communes_on(order.from) {
            if reaches(&order.target, &commune.chain) {
                classes.entry(commune.reach.class().clone()).or_insert_with(|| commune.reach.clone());
            }
        }
        let days = (0..DAYS_SEARCHED).map_while(|ahead| order.from.checked_add_days(Days::new(ahead)));
        let days: Vec<NaiveDate> = days.take_while(|date| *date <= order.to).collect();
        let wanted = match order.demand {
            Demand::PerDay(plays) => plays as usize,
            Demand::PerWeek(_) => 1,
        };
        // The most slots that any commune has on any day; the search ends when that is enough.
        let mut most = 0;
        for (reach, date) in classes.values().flat_map(|reach| days.iter().map(move |date| (reach, *date))) {
            let open = |slot: &&Slot| {
                (order.dayparts.is_empty() || order.dayparts.contains(&slot.daypart))
                    && bulletin.is_none_or(|one| slot.takes(one.topic))
            };
            let slots = self.plan.slots_on(reach, date);
            most = most.max(slots.iter().filter(|slot| slot.kind == kind).filter(open).count());
            if most >= wanted {
                return;
            }
        }
        if classes.is_empty() {
            return;
        }
        if most == 0 {
            let rest = "finds no bulletin slot in its dayparts, and for its topic, anywhere in its first two weeks: \
                        allow more dayparts or add a slot rule";
            self.warn("no-slot", order, rest.into());
        } else {
            let rest = format!(
                "asks for {wanted} plays a day, but no commune has more than {most} slots in its dayparts, \
                 and it plays once in each: ask for less or add a slot rule"
            );
            self.warn("too-often", order, rest);
        }
    }
}
