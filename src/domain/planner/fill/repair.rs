//! Mending a week: for what is still wanted one play moves elsewhere, or what weighs less gives way and is laid elsewhere
//! if it can be. Everything else stays.

use std::cmp::Reverse;

use super::model::State;
use super::spread::lay_out;

/// Passes over all wishes at most; each gains weight, so that few are ever needed.
const PASSES: u32 = 8;

/// One or two wishes that give way.
type Gone = (usize, Option<usize>);

/// Puts plays where they displace the least weight, as long as that gains any. Whether anything changed.
pub(super) fn mend(state: &mut State) -> bool {
    (0..PASSES).take_while(|_| pass(state)).count() > 0
}

fn pass(state: &mut State) -> bool {
    let model = state.model;
    let (mut changed, mut others) = (false, Vec::new());
    let mut order: Vec<usize> = (0..model.wishes.len()).filter(|wish| state.left(*wish) > 0).collect();
    order.sort_by_key(|wish| (Reverse(model.wishes[*wish].weight), *wish));
    for wish in order {
        while state.left(wish) > 0 && make_room(state, wish, &mut others) {
            changed = true;
        }
        let mut displaced = false;
        while state.left(wish) > 0 {
            let Some((room, gone)) = best_room(state, wish) else { break };
            state.remove(gone.0, room);
            if let Some(second) = gone.1 {
                state.remove(second, room);
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

/// Moves one play to another room so that the wish fits where it was, and places it there; false if none can move.
/// `others` is a list to use again.
fn make_room(state: &mut State, wish: usize, others: &mut Vec<u16>) -> bool {
    let model = state.model;
    let length_s = model.wishes[wish].length_s;
    // Nothing longer than this has anywhere to go.
    let most_free = state.free_s.iter().copied().max().unwrap_or(0);
    for &room in &model.wishes[wish].rooms {
        if length_s > model.rooms[room].free_s || state.holds(wish, room) || !state.is_free_of(wish, room) {
            continue;
        }
        let needed = length_s.saturating_sub(state.free_s[room]);
        others.clone_from(&state.inside[room]);
        for other in others.iter() {
            let other = usize::from(*other);
            let its = model.wishes[other].length_s;
            if its < needed || its > most_free {
                continue;
            }
            state.remove(other, room);
            // Its own plays may forbid a room only together with the one it leaves.
            let to = model.wishes[other].rooms.iter().copied().find(|to| *to != room && state.fits(other, *to));
            match to {
                Some(to) if state.fits(wish, room) => {
                    state.place(other, to);
                    if state.fits(wish, room) {
                        state.place(wish, room);
                        return true;
                    }
                    state.remove(other, to);
                    state.place(other, room);
                }
                _ => state.place(other, room),
            }
        }
    }
    false
}

/// The room in which the wish displaces the least weight, less than its own, and what goes there.
fn best_room(state: &State, wish: usize) -> Option<(usize, Gone)> {
    let model = state.model;
    let one = &model.wishes[wish];
    let mut best: Option<(u32, usize, Gone)> = None;
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
fn least_loss(state: &State, room: usize, needed: u32, below: u32) -> Option<(u32, Gone)> {
    let inside = &state.inside[room];
    let facts = |wish: u16| {
        let wish = &state.model.wishes[usize::from(wish)];
        (wish.weight, wish.length_s)
    };
    let mut best: Option<(u32, Gone)> = None;
    let mut below = below;
    for (at, one) in inside.iter().enumerate() {
        let (weight, length_s) = facts(*one);
        if weight >= below {
            continue;
        }
        if length_s >= needed {
            (below, best) = (weight, Some((weight, (usize::from(*one), None))));
            continue;
        }
        for other in &inside[at + 1..] {
            let (more, longer) = facts(*other);
            if weight + more < below && length_s + longer >= needed {
                below = weight + more;
                best = Some((below, (usize::from(*one), Some(usize::from(*other)))));
            }
        }
    }
    best
}
