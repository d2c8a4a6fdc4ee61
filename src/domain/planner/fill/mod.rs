//! The fill: which plays go into which rooms, as a bare problem of numbers. It must not know of stations, orders or
//! dates, so that equal problems have equal answers.
//!
//! One problem is one station's week, because demand is counted by the week. What is wanted, in this order: the most
//! weight of satisfied plays; then plays of one wish evenly over days and dayparts; then little change against what was
//! published. The way through it:
//!
//! 1. [`spread`] lays plays out evenly, one after the other. Where all find room, that is the answer.
//! 2. Else [`prices`] reckons what a play is worth in a full week (shadow prices of demand and of plays a day), which
//!    also bounds what any plan can be worth: the certificate. One price for a second of any room comes first, for it
//!    costs next to nothing and is close where much more is wanted than there is room for.
//! 3. [`search`] empties a few rooms at a time and fills each in the best way there is, by an exact knapsack over those
//!    prices; prices fade into weights as it goes on. A plan proven near enough to the best ends it.
//! 4. [`even`] moves and swaps plays of equal worth until no single step is more even.
//!
//! A week that was published is only mended ([`refill`]): [`repair`] lets what is new displace what weighs less.
//!
//! Budgets are counts of steps, never clocks.

mod even;
mod knapsack;
mod model;
mod prices;
mod repair;
mod search;
mod spread;
mod tally;
#[cfg(test)]
mod tests;

pub use self::model::{Filled, Prices, Quality, Room, Wish};
use self::model::{Model, State};
use self::search::Until;

/// Simple prices whose search is farther from their bound than this after a quarter of its moves are dropped, in
/// ten-thousandths.
const HOPE: u32 = 150;
/// Rooms emptied at a time: few while any plan that is good enough will do, more to come near the best.
const FEW: usize = 3;
/// See [`FEW`].
const MANY: usize = 4;
/// See [`Until::dense`].
const DENSE: i64 = 8;
/// A certificate this near its plan is close, ten-thousandths.
const CLOSE: u32 = 100;

/// Places plays of a week that nothing was published of. For each wish its rooms, ascending.
pub fn fill(wishes: &[Wish], rooms: &[Room], quality: Quality) -> Filled {
    let model = Model::new(wishes, rooms);
    let mut state = State::new(&model);
    let mut proof = Prices::idle(&model);
    let reachable = model.reachable();
    if !model.is_crowded() {
        spread::lay_out(&mut state);
    }
    if state.value() < reachable {
        let (found, prices) = search_on(&model, &state, quality);
        state = found;
        spread::lay_out(&mut state);
        if model.provable && prices.bound < proof.bound {
            proof = prices;
        }
    }
    even::settle(&mut state);
    // Last, so that a week refilled from this plan changes nothing.
    repair::mend(&mut state);
    Filled { placed: state.placed(), value: state.value(), bound: proof.bound_floor().min(reachable), prices: proof }
}

/// Searches by simple prices first, which often prove soon that a plan is good enough; then, unless they prove it near, by
/// better ones; and again where the plan is still far from its bound.
fn search_on<'a>(model: &'a Model, known: &State<'a>, quality: Quality) -> (State<'a>, Prices) {
    let Quality { price_rounds, moves_a_room, searches, enough, far } = quality;
    let simple = prices::one_price(model);
    let bound = simple.bound_floor();
    let until =
        Until { moves_a_room, rooms: FEW, enough: below(bound, enough), hope: below(bound, HOPE), dense: DENSE };
    let mut state = search::improve(model, &simple, until, 0, known);
    if state.value() >= until.enough {
        return (state, simple);
    }
    let value = state.value();
    // Near already: better prices would cost more than they could bring.
    let near = value >= below(bound, far);
    let (prices, dense) = match near {
        true => (simple, DENSE),
        false => (prices::reckon(model, simple, value, price_rounds, |bound| value >= below(bound, enough)), 0),
    };
    let bound = prices.bound_floor();
    let until = Until { moves_a_room, rooms: MANY, enough: below(bound, enough), hope: 0, dense };
    for seed in 1..=u64::from(searches) {
        state = search::improve(model, &prices, until, seed, &state);
        if state.value() >= below(bound, far) {
            break;
        }
    }
    (state, prices)
}

/// So many ten-thousandths less.
fn below(bound: u64, parts: u32) -> u64 {
    bound.saturating_sub(bound.saturating_mul(parts.into()) / 10_000)
}

/// Prices that prove a closer bound of a week than filling it needs; `value` is the worth of some plan of it. So many
/// rounds, and more where they leave the plan farther than a hundredth from its bound.
pub fn prove(wishes: &[Wish], rooms: &[Room], value: u64, rounds: u32) -> Prices {
    let model = Model::new(wishes, rooms);
    let idle = Prices::idle(&model);
    if !model.provable || value >= model.wanted() {
        return idle;
    }
    let close = |bound| value >= below(bound, CLOSE);
    let found = [prices::one_price(&model), prices::closest(&model, value, rounds, close)];
    found.into_iter().fold(idle, |best, one| if one.bound < best.bound { one } else { best })
}

/// Places plays of a week that was published: what stands and still may stays where it is, and only what makes the week
/// worth more is changed.
pub fn refill(wishes: &[Wish], rooms: &[Room], published: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let model = Model::new(wishes, rooms);
    let mut state = State::new(&model);
    for (wish, hinted) in published.iter().enumerate() {
        for room in hinted {
            if state.left(wish) > 0 && state.fits(wish, *room) {
                state.place(wish, *room);
            }
        }
    }
    spread::lay_out(&mut state);
    repair::mend(&mut state);
    state.placed()
}
