//! Mending a published week: what is still wanted displaces what weighs less, and what was displaced is laid elsewhere if
//! it can be. Everything else stays.

use super::knapsack::{Knapsack, Thing};
use super::model::State;
use super::spread::lay_out;

/// For every wish that still lacks plays, puts plays where they displace the least weight, as long as that gains any.
pub(super) fn mend(state: &mut State) {
    let model = state.model;
    let mut knapsack = Knapsack::new(model.units.iter().copied().max().unwrap_or(0));
    let mut order: Vec<usize> = (0..model.wishes.len()).filter(|wish| state.left(*wish) > 0).collect();
    order.sort_by_key(|wish| (std::cmp::Reverse(model.wishes[*wish].weight), *wish));
    for wish in order {
        let mut changed = false;
        while state.left(wish) > 0 {
            let Some((room, stay)) = best_room(state, &mut knapsack, wish) else { break };
            let inside = state.empty(room);
            state.put(room, inside.into_iter().filter(|other| stay.contains(other)).collect());
            state.place(wish, room);
            changed = true;
        }
        if changed {
            lay_out(state);
        }
    }
}

/// The room in which the wish displaces the least weight, less than its own, and what stays there.
fn best_room(state: &State, knapsack: &mut Knapsack, wish: usize) -> Option<(usize, Vec<u16>)> {
    let model = state.model;
    let one = &model.wishes[wish];
    let mut best: Option<(u32, usize, Vec<u16>)> = None;
    for &room in &one.rooms {
        if one.length_s > model.rooms[room].free_s || state.holds(wish, room) || !state.is_free_of(wish, room) {
            continue;
        }
        let inside = &state.inside[room];
        let weight_of = |wish: &u16| model.wishes[usize::from(*wish)].weight;
        let lightest = inside.iter().map(weight_of).min().unwrap_or(0);
        let good = best.as_ref().map_or(one.weight, |(lost, ..)| *lost);
        if lightest >= good {
            continue;
        }
        let Some(units) = model.units[room].checked_sub(model.lengths[wish]) else { continue };
        knapsack.things.clear();
        knapsack.things.extend(inside.iter().map(|other| Thing {
            wish: *other,
            length: model.lengths[usize::from(*other)],
            worth: i16::try_from(weight_of(other)).unwrap_or(i16::MAX),
        }));
        let stays = u32::try_from(knapsack.solve(units)).unwrap_or(0);
        let lost = inside.iter().map(weight_of).sum::<u32>() - stays;
        if lost < good {
            let mut stay = Vec::new();
            knapsack.chosen(units, |thing| stay.push(thing.wish));
            best = Some((lost, room, stay));
        }
    }
    best.map(|(_, room, stay)| (room, stay))
}
