//! Evenness: moves and swaps of plays that change nothing of a plan's worth and spread each wish better over days and
//! dayparts. How uneven a wish is, is the sum of the squares of its plays on each day and in each daypart.

use super::model::{DAYS, State};

/// Sweeps over all plays at most.
const SWEEPS: u32 = 4;

/// Moves and swaps until no single step is more even, or the sweeps are used up.
pub(super) fn settle(state: &mut State) {
    let mut counts = Counts::of(state);
    for _ in 0..SWEEPS {
        if !counts.sweep(state) {
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

    /// Looks at each play once: it goes to the most even room that has the time, or changes places with a play there if
    /// both together are more even then. Whether anything changed.
    fn sweep(&mut self, state: &mut State) -> bool {
        let mut changed = false;
        let mut better: Vec<(i32, usize)> = Vec::new();
        for from in 0..state.inside.len() {
            for wish in state.inside[from].clone() {
                let wish = usize::from(wish);
                better.clear();
                for room in &state.model.wishes[wish].rooms {
                    let change = self.change(state, wish, from, *room);
                    if change < 0 && state.model.may_enter(wish, *room) && !state.holds(wish, *room) {
                        better.push((change, *room));
                    }
                }
                better.sort_unstable();
                changed |= !better.is_empty()
                    && (self.go(state, wish, from, &better) || self.swap(state, wish, from, &better));
            }
        }
        changed
    }

    /// Moves the play to the first of the rooms that has the time.
    fn go(&mut self, state: &mut State, wish: usize, from: usize, better: &[(i32, usize)]) -> bool {
        state.remove(wish, from);
        let Some((_, to)) = better.iter().copied().find(|(_, room)| state.fits(wish, *room)) else {
            state.place(wish, from);
            return false;
        };
        state.place(wish, to);
        self.note(state, wish, from, to);
        true
    }

    /// Changes places with a play in one of the rooms, if both together are more even then.
    fn swap(&mut self, state: &mut State, wish: usize, from: usize, better: &[(i32, usize)]) -> bool {
        let model = state.model;
        let length_s = model.wishes[wish].length_s;
        for (gain, to) in better {
            for other in state.inside[*to].clone() {
                let other = usize::from(other);
                let back_s = model.wishes[other].length_s;
                if gain + self.change(state, other, *to, from) < 0
                    && state.free_s[from] + length_s >= back_s
                    && state.free_s[*to] + back_s >= length_s
                    && model.may_enter(other, from)
                    && !state.holds(other, from)
                    && exchange(state, wish, other, from, *to)
                {
                    self.note(state, wish, from, *to);
                    self.note(state, other, *to, from);
                    return true;
                }
            }
        }
        false
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
