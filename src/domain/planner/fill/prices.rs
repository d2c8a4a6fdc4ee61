//! Shadow prices: a subgradient walk over the Lagrangian of weekly demand and plays a day, with an exact knapsack for
//! each room. Each step's value is an upper bound of every plan (weak duality); the lowest found is kept with its prices.
//!
//! Only sums, products and comparisons of IEEE doubles steer the walk, and bounds are reckoned in whole numbers, so every
//! machine finds the same.

use super::knapsack::{Knapsack, Thing};
use super::model::{DAYS, Model, Prices};

/// Where a wish's worth begins, as a part of its weight.
const BEGIN: f64 = 0.7;
/// How far below the lowest bound the best plan is guessed to be, as a part of it.
const BELOW: f64 = 0.008;
/// The same where the plan that is known is far below, as a part of what lies between.
const BETWEEN: f64 = 0.4;
/// How many times the rounds a certificate takes where it is not close by then.
const LONGER: u32 = 3;
/// Part of the last direction that a step keeps.
const MOMENTUM: f64 = 0.6;
/// Rounds without a lower bound after which steps shorten and the walk returns to the best point.
const PATIENCE: u32 = 8;
/// How much steps shorten then.
const SHORTER: f64 = 0.7;

/// Where the walk stands.
#[derive(Clone)]
struct Point {
    worth: Vec<f64>,
    day: Vec<[f64; DAYS]>,
}

/// Plays by which the rooms' best contents exceed demand and days (below 0: fall short).
struct Excess {
    demand: Vec<f64>,
    day: Vec<[f64; DAYS]>,
}

/// Prices as if all rooms were one: a play is then worth its time, up to its weight. Where much more is wanted than
/// there is room for these are nearly as good as any, at the cost of one round.
pub(super) fn one_price(model: &Model) -> Prices {
    let mut walk = Walk::begin(model);
    walk.at.worth = at_one_price(model);
    walk.round();
    let bound = walk.weigh();
    Prices { bound, ..walk.whole }
}

/// Reckons prices in so many rounds, or fewer where a bound proves a plan that is known to be `good_enough`, and hands
/// back these or `simple`, whichever prove the lower bound. `value` is what that plan is worth.
pub(super) fn reckon(
    model: &Model,
    simple: Prices,
    value: u64,
    rounds: u32,
    good_enough: impl Fn(u64) -> bool,
) -> Prices {
    // From weights down, as for a certificate: from the simple prices, at which all plays are worth the same by time, the
    // walk finds no way on where little lacks.
    let mut walk = Walk::begin(model);
    for _ in 0..rounds {
        walk.round();
        let bound = walk.weigh();
        walk.remember(bound);
        if good_enough(walk.best.bound_floor()) {
            break;
        }
        let scale = f64::from(model.scale);
        let lowest = walk.best.bound.min(simple.bound) as f64 / scale;
        let guess = (lowest * (1.0 - BELOW)).min(lowest - BETWEEN * (lowest - value as f64));
        walk.step(bound as f64 / scale, guess.max(value as f64));
    }
    if simple.bound < walk.best.bound { simple } else { walk.best }
}

/// The closest bound that so many rounds find, or [`LONGER`] as many where it leaves a plan that is known less than
/// `good_enough`. `value` is what that plan is worth: near the best, so that steps towards it are long while the bound is
/// far, and short once it is near.
pub(super) fn closest(model: &Model, value: u64, rounds: u32, good_enough: impl Fn(u64) -> bool) -> Prices {
    let mut walk = Walk::begin(model);
    for round in 1..=rounds.saturating_mul(LONGER) {
        walk.round();
        let bound = walk.weigh();
        walk.remember(bound);
        if round >= rounds && good_enough(walk.best.bound_floor()) {
            break;
        }
        walk.step(bound as f64 / f64::from(model.scale), value as f64);
    }
    walk.best
}

struct Walk<'a> {
    model: &'a Model<'a>,
    knapsack: Knapsack,
    at: Point,
    /// The point in whole parts of a weight.
    whole: Prices,
    /// Where it leads.
    excess: Excess,
    best_at: Point,
    best: Prices,
    direction: Point,
    length: f64,
    stalled: u32,
}

impl<'a> Walk<'a> {
    fn begin(model: &'a Model<'a>) -> Self {
        let wishes = model.wishes.len();
        let worth = model.wishes.iter().map(|wish| BEGIN * f64::from(wish.weight)).collect();
        let at = Point { worth, day: vec![[0.0; DAYS]; wishes] };
        Self {
            model,
            knapsack: Knapsack::new(model.units.iter().copied().max().unwrap_or(0)),
            best_at: at.clone(),
            at,
            whole: Prices::idle(model),
            excess: Excess { demand: vec![0.0; wishes], day: vec![[0.0; DAYS]; wishes] },
            best: Prices { bound: i64::MAX, ..Prices::idle(model) },
            direction: Point { worth: vec![0.0; wishes], day: vec![[0.0; DAYS]; wishes] },
            length: 1.0,
            stalled: 0,
        }
    }

    /// Rounds the point to whole parts of a weight.
    fn round(&mut self) {
        let scale = f64::from(self.model.scale);
        // Both are within 0 and weight × scale, far inside 32 bits.
        let part = |worth: f64| (worth * scale + 0.5) as i32;
        for (whole, at) in self.whole.worth.iter_mut().zip(&self.at.worth) {
            *whole = part(*at);
        }
        for (whole, at) in self.whole.day.iter_mut().zip(&self.at.day) {
            *whole = at.map(part);
        }
    }

    /// The Lagrangian's value there, in parts of a weight; notes where it leads.
    fn weigh(&mut self) -> i64 {
        let (model, prices, excess) = (self.model, &self.whole, &mut self.excess);
        let mut bound = 0;
        for (at, wish) in model.wishes.iter().enumerate() {
            excess.demand[at] = -f64::from(wish.plays);
            excess.day[at] = [-f64::from(wish.most_a_day); DAYS];
        }
        for (room, open) in model.open_to.iter().enumerate() {
            let day = model.rooms[room].day;
            self.knapsack.things.clear();
            for &wish in open {
                let worth = prices.of(wish, day);
                if worth > 0 {
                    self.knapsack.things.push(thing(wish, model.least_lengths[wish], worth));
                }
            }
            if self.knapsack.things.is_empty() {
                continue;
            }
            bound += i64::from(self.knapsack.solve(model.units[room]));
            self.knapsack.chosen(model.units[room], |thing| {
                excess.demand[usize::from(thing.wish)] += 1.0;
                excess.day[usize::from(thing.wish)][day] += 1.0;
            });
        }
        for (at, wish) in model.wishes.iter().enumerate() {
            let rest = i64::from(wish.weight) * i64::from(model.scale) - i64::from(prices.worth[at]);
            bound += i64::from(wish.plays) * rest;
            bound += i64::from(wish.most_a_day) * prices.day[at].iter().map(|price| i64::from(*price)).sum::<i64>();
        }
        bound
    }

    fn remember(&mut self, bound: i64) {
        if bound < self.best.bound {
            self.best.clone_from(&self.whole);
            self.best.bound = bound;
            self.best_at.clone_from(&self.at);
            self.stalled = 0;
            return;
        }
        self.stalled += 1;
        if self.stalled >= PATIENCE {
            self.stalled = 0;
            self.length *= SHORTER;
            self.at.clone_from(&self.best_at);
        }
    }

    /// A step down, kept within the prices that may be.
    fn step(&mut self, bound: f64, aim: f64) {
        let excess = &self.excess;
        let mut norm = 0.0;
        let along = |direction: &mut f64, excess: f64, at: f64, most: f64| {
            *direction = excess + MOMENTUM * *direction;
            if (at <= 0.0 && *direction > 0.0) || (at >= most && *direction < 0.0) {
                *direction = 0.0;
            }
            *direction * *direction
        };
        for (at, wish) in self.model.wishes.iter().enumerate() {
            norm += along(&mut self.direction.worth[at], excess.demand[at], self.at.worth[at], f64::from(wish.weight));
            for day in 0..DAYS {
                // A day's price rises with its excess: the other way round.
                let direction = &mut self.direction.day[at][day];
                *direction = excess.day[at][day] + MOMENTUM * *direction;
                if self.at.day[at][day] <= 0.0 && *direction < 0.0 {
                    *direction = 0.0;
                }
                norm += *direction * *direction;
            }
        }
        let step = self.length * (bound - aim).max(0.5) / norm.max(1e-9);
        for (at, wish) in self.model.wishes.iter().enumerate() {
            let worth = &mut self.at.worth[at];
            *worth = (*worth - step * self.direction.worth[at]).clamp(0.0, f64::from(wish.weight));
            for day in 0..DAYS {
                let price = &mut self.at.day[at][day];
                // No price above the weight is ever needed.
                *price = (*price + step * self.direction.day[at][day]).clamp(0.0, f64::from(wish.weight));
            }
        }
    }
}

/// A wish as the knapsack takes it.
pub(super) fn thing(wish: usize, length: usize, worth: i32) -> Thing {
    Thing {
        wish: u16::try_from(wish).unwrap_or(u16::MAX),
        // No room has more units than 512, and nothing longer than a room enters it.
        length: u16::try_from(length).unwrap_or(u16::MAX),
        // The scale keeps every sum, and so every one, within 16 bits.
        worth: i16::try_from(worth).unwrap_or(i16::MAX),
    }
}

/// Worth as if all rooms were one: time then has one price, that of the wish with which it runs out.
fn at_one_price(model: &Model) -> Vec<f64> {
    let mut dense: Vec<usize> = (0..model.wishes.len()).collect();
    let product =
        |one: usize, other: usize| u64::from(model.wishes[one].weight) * u64::from(model.wishes[other].length_s);
    dense.sort_by(|a, b| product(*b, *a).cmp(&product(*a, *b)).then(a.cmp(b)));
    let mut left: u64 = model.rooms.iter().map(|room| u64::from(room.free_s)).sum();
    let mut a_second = 0.0;
    for wish in dense {
        let one = &model.wishes[wish];
        let takes = u64::from(model.most_plays[wish]) * u64::from(one.length_s);
        if takes > left {
            a_second = f64::from(one.weight) / f64::from(one.length_s.max(1));
            break;
        }
        left -= takes;
    }
    model.wishes.iter().map(|wish| (a_second * f64::from(wish.length_s)).min(f64::from(wish.weight))).collect()
}
