//! Mending a week: what is still wanted displaces what weighs less, and what was displaced is laid elsewhere if it can be.
//! Everything else stays.

use std::cmp::Reverse;

use super::model::State;
use super::spread::lay_out;

/// Passes over all wishes at most; each gains weight, so that few are ever needed.
const PASSES: u32 = 8;

/// Puts plays where they displace the least weight, as long as that gains any. Whether anything changed.
pub(super) fn mend(state: &mut State) -> bool {
    (0..PASSES).take_while(|_| pass(state)).count() > 0
}

fn pass(state: &mut State) -> bool {
    let model = state.model;
    let mut changed = false;
    let mut order: Vec<usize> = (0..model.wishes.len()).filter(|wish| state.left(*wish) > 0).collect();
    order.sort_by_key(|wish| (Reverse(model.wishes[*wish].weight), *wish));
    for wish in order {
        let mut displaced = false;
        while state.left(wish) > 0 {
            let Some((room, gone)) = best_room(state, wish) else { break };
            for other in gone {
                state.remove(other, room);
            }
            state.place(wish, room);
            displaced = true;
        }
        if displaced {
            lay_out(state);
            changed = true;
        }
    }
    changed
}

/// The room in which the wish displaces the least weight, less than its own, and what goes there.
fn best_room(state: &State, wish: usize) -> Option<(usize, Vec<usize>)> {
    let model = state.model;
    let one = &model.wishes[wish];
    let mut best: Option<(u32, usize, Vec<usize>)> = None;
    for &room in &one.rooms {
        if one.length_s > model.rooms[room].free_s || state.holds(wish, room) || !state.is_free_of(wish, room) {
            continue;
        }
        let needed = one.length_s.saturating_sub(state.free_s[room]);
        let below = best.as_ref().map_or(one.weight, |(lost, ..)| *lost);
        if let Some((lost, gone)) = least_loss(state, room, needed, below) {
            best = Some((lost, room, gone));
        }
    }
    best.map(|(_, room, gone)| (room, gone))
}

/// The lightest one or two plays of a room that together free so many seconds, if they weigh less than `below`.
fn least_loss(state: &State, room: usize, needed: u32, below: u32) -> Option<(u32, Vec<usize>)> {
    let inside: Vec<usize> = state.inside[room].iter().map(|wish| usize::from(*wish)).collect();
    let weigh = |gone: &[usize]| -> u32 { gone.iter().map(|wish| state.model.wishes[*wish].weight).sum() };
    let frees = |gone: &[usize]| gone.iter().map(|wish| state.model.wishes[*wish].length_s).sum::<u32>() >= needed;
    let singles = inside.iter().map(|one| vec![*one]);
    let pairs =
        inside.iter().enumerate().flat_map(|(at, one)| inside[at + 1..].iter().map(move |other| vec![*one, *other]));
    let lightest = singles.chain(pairs).filter(|gone| frees(gone)).map(|gone| (weigh(&gone), gone)).min();
    lightest.filter(|(lost, _)| *lost < below)
}
