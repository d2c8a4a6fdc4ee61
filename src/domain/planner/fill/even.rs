//! Evenness: moves and swaps of plays that change nothing of a plan's worth and spread each wish better over days and
//! dayparts. How uneven a wish is, is the sum of the squares of its plays on each day and in each daypart.

use super::model::{DAYS, State};

/// Sweeps over all plays at most.
const SWEEPS: u32 = 4;

/// Moves and swaps until no single step is more even, or the sweeps are used up.
pub(super) fn settle(state: &mut State) {
    let mut counts = Counts::of(state);
    for _ in 0..SWEEPS {
        let moved = counts.move_all(state);
        let swapped = counts.swap_all(state);
        if !moved && !swapped {
            return;
        }
    }
}

struct Counts {
    by_day: Vec<[i32; DAYS]>,
    /// Wish × dayparts + daypart.
    by_daypart: Vec<i32>,
    dayparts: usize,
}

impl Counts {
    fn of(state: &State) -> Self {
        let model = state.model;
        let dayparts = model.dayparts;
        let wishes = model.wishes.len();
        let mut counts = Self { by_day: vec![[0; DAYS]; wishes], by_daypart: vec![0; wishes * dayparts], dayparts };
        for (at, wish) in model.wishes.iter().enumerate() {
            for room in &wish.held {
                counts.add(state, at, *room, 1);
            }
        }
        for (room, inside) in state.inside.iter().enumerate() {
            for wish in inside {
                counts.add(state, usize::from(*wish), room, 1);
            }
        }
        counts
    }

    fn add(&mut self, state: &State, wish: usize, room: usize, plays: i32) {
        let here = &state.model.rooms[room];
        self.by_day[wish][here.day] += plays;
        self.by_daypart[wish * self.dayparts + here.daypart] += plays;
    }

    /// How much less even the wish is with a play moved from one room to another; below 0 is better.
    fn change(&self, state: &State, wish: usize, from: usize, to: usize) -> i32 {
        let (from, to) = (&state.model.rooms[from], &state.model.rooms[to]);
        let moved = |before: i32, after: i32| 2 * (after - before) + 2;
        let days = &self.by_day[wish];
        let parts = &self.by_daypart[wish * self.dayparts..(wish + 1) * self.dayparts];
        let day = if from.day == to.day { 0 } else { moved(days[from.day], days[to.day]) };
        let part = if from.daypart == to.daypart { 0 } else { moved(parts[from.daypart], parts[to.daypart]) };
        day + part
    }

    fn note(&mut self, state: &State, wish: usize, from: usize, to: usize) {
        self.add(state, wish, from, -1);
        self.add(state, wish, to, 1);
    }

    /// Moves each play to the room where it is most even, if that has the time.
    fn move_all(&mut self, state: &mut State) -> bool {
        let mut changed = false;
        for from in 0..state.inside.len() {
            for wish in state.inside[from].clone() {
                let wish = usize::from(wish);
                state.remove(wish, from);
                let rooms = &state.model.wishes[wish].rooms;
                let open = rooms.iter().copied().filter(|room| *room != from && state.fits(wish, *room));
                let best = open.map(|room| (self.change(state, wish, from, room), room)).min();
                match best {
                    Some((change, to)) if change < 0 => {
                        state.place(wish, to);
                        self.note(state, wish, from, to);
                        changed = true;
                    }
                    _ => state.place(wish, from),
                }
            }
        }
        changed
    }

    /// Swaps plays of two wishes between two rooms where that is more even for both together.
    fn swap_all(&mut self, state: &mut State) -> bool {
        let mut changed = false;
        for from in 0..state.inside.len() {
            for to in from + 1..state.inside.len() {
                while let Some((one, other)) = self.best_swap(state, from, to) {
                    if !exchange(state, one, other, from, to) {
                        break;
                    }
                    self.note(state, one, from, to);
                    self.note(state, other, to, from);
                    changed = true;
                }
            }
        }
        changed
    }

    /// The first two plays whose swap is more even and has the time.
    fn best_swap(&self, state: &State, from: usize, to: usize) -> Option<(usize, usize)> {
        let model = state.model;
        let may =
            |wish: usize, room: usize| model.open_to[room].binary_search(&wish).is_ok() && !state.holds(wish, room);
        for one in &state.inside[from] {
            let one = usize::from(*one);
            let there = self.change(state, one, from, to);
            if there > 2 || !may(one, to) {
                continue;
            }
            for other in &state.inside[to] {
                let other = usize::from(*other);
                let (length, back) = (model.wishes[one].length_s, model.wishes[other].length_s);
                if there + self.change(state, other, to, from) < 0
                    && state.free_s[from] + length >= back
                    && state.free_s[to] + back >= length
                    && may(other, from)
                {
                    return Some((one, other));
                }
            }
        }
        None
    }
}

/// Swaps two plays if days and spacing allow it; else leaves all as it was.
fn exchange(state: &mut State, one: usize, other: usize, from: usize, to: usize) -> bool {
    state.remove(one, from);
    state.remove(other, to);
    if state.fits(one, to) {
        state.place(one, to);
        if state.fits(other, from) {
            state.place(other, from);
            return true;
        }
        state.remove(one, to);
    }
    state.place(one, from);
    state.place(other, to);
    false
}
