//! Evenness: moves and swaps of plays that change nothing of a plan's worth and spread each wish better over days and
//! dayparts. How uneven a wish is, is the sum of the squares of its plays on each day and in each daypart.

use super::model::{DAYS, Model, State};

/// Sweeps over all plays at most.
const SWEEPS: u32 = 4;

/// Moves and swaps until no single step is more even, or the sweeps are used up.
pub(super) fn settle(state: &mut State) {
    let mut counts = Counts::of(state);
    for sweep in 1..=SWEEPS {
        counts.sweep = sweep;
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
    /// The sweep that goes on, from 1.
    sweep: u32,
    /// The sweep in which each wish last moved.
    wish_moved: Vec<u32>,
    /// The sweep in which something last came into, left or moved elsewhere from beside what is in each room.
    room_moved: Vec<u32>,
    /// By room, which lengths are in it: a bit for each length in units, the last for all longer ones.
    lengths: Vec<u64>,
    /// Lists to use again.
    candidates: Vec<usize>,
    better: Vec<(i32, usize)>,
    by_part: Vec<i32>,
}

impl Counts {
    fn of(state: &State) -> Self {
        let model = state.model;
        let dayparts = model.dayparts;
        let wishes = model.wishes.len();
        let mut counts = Self {
            by_day: vec![[0; DAYS]; wishes],
            by_daypart: vec![0; wishes * dayparts],
            dayparts,
            sweep: 1,
            wish_moved: vec![1; wishes],
            room_moved: vec![1; model.rooms.len()],
            lengths: (0..model.rooms.len()).map(|room| lengths_in(state, room)).collect(),
            candidates: vec![0; model.wishes.iter().map(|wish| wish.rooms.len()).max().unwrap_or(0)],
            better: Vec::new(),
            by_part: Vec::new(),
        };
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
        let days = &self.by_day[wish];
        let parts = &self.by_daypart[wish * self.dayparts..(wish + 1) * self.dayparts];
        let day = if from.day == to.day { 0 } else { moved(days[from.day], days[to.day]) };
        let part = if from.daypart == to.daypart { 0 } else { moved(parts[from.daypart], parts[to.daypart]) };
        day + part
    }

    /// Whether something happened in this sweep or the one before; with spacing what happens elsewhere matters as well.
    fn is_fresh(&self, state: &State, moved_in: u32) -> bool {
        state.model.spaced || moved_in + 1 >= self.sweep
    }

    /// The rooms in which a play would be more even than where it is, the most even first; without those that have neither
    /// time for it nor a play of a length to change places with, or were looked at in vain and are as they were.
    fn list_better(&mut self, state: &State, wish: usize, from: usize) {
        let model = state.model;
        let all = self.is_fresh(state, self.wish_moved[wish]) || self.is_fresh(state, self.room_moved[from]);
        let (day, part) = (model.rooms[from].day, model.rooms[from].daypart);
        let days = &self.by_day[wish];
        let parts = &self.by_daypart[wish * self.dayparts..(wish + 1) * self.dayparts];
        let mut by_day = days.map(|plays| moved(days[day], plays));
        by_day[day] = 0;
        self.by_part.clear();
        self.by_part.extend(parts.iter().map(|plays| moved(parts[part], *plays)));
        self.by_part[part] = 0;
        // Which rooms are more even nobody can guess, a processor neither: nothing branches on it.
        let mut end = 0;
        for room in &model.wishes[wish].rooms {
            let to = &model.rooms[*room];
            self.candidates[end] = *room;
            end += usize::from(by_day[to.day] + self.by_part[to.daypart] < 0);
        }
        self.better.clear();
        let length_s = model.lengths_s[wish];
        let most = state.free_s[from] + length_s;
        for room in &self.candidates[..end] {
            if (all || self.is_fresh(state, self.room_moved[*room]))
                && (state.free_s[*room] >= length_s
                    || self.lengths[*room] & between(model, length_s - state.free_s[*room], most) != 0)
                && model.may_enter(wish, *room)
                && !state.holds(wish, *room)
            {
                let to = &model.rooms[*room];
                self.better.push((by_day[to.day] + self.by_part[to.daypart], *room));
            }
        }
        self.better.sort_unstable();
    }

    fn note(&mut self, state: &State, wish: usize, from: usize, to: usize) {
        self.add(state, wish, from, -1);
        self.add(state, wish, to, 1);
        self.wish_moved[wish] = self.sweep;
        for room in [from, to] {
            self.room_moved[room] = self.sweep;
            self.lengths[room] = lengths_in(state, room);
        }
        for room in &state.model.wishes[wish].rooms {
            if state.holds(wish, *room) {
                self.room_moved[*room] = self.sweep;
            }
        }
    }

    /// Looks at each play once: it goes to the most even room that has the time, or changes places with a play there if
    /// both together are more even then. Whether anything changed.
    fn sweep(&mut self, state: &mut State) -> bool {
        let mut changed = false;
        let mut inside = Vec::new();
        for from in 0..state.inside.len() {
            inside.clone_from(&state.inside[from]);
            for wish in &inside {
                let wish = usize::from(*wish);
                self.list_better(state, wish, from);
                let better = std::mem::take(&mut self.better);
                changed |= !better.is_empty()
                    && (self.go(state, wish, from, &better) || self.swap(state, wish, from, &better));
                self.better = better;
            }
        }
        changed
    }

    /// Moves the play to the first of the rooms that has the time.
    fn go(&mut self, state: &mut State, wish: usize, from: usize, better: &[(i32, usize)]) -> bool {
        let length_s = state.model.wishes[wish].length_s;
        if better.iter().all(|(_, room)| state.free_s[*room] < length_s) {
            return false;
        }
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
            // Lengths that may come back.
            let (least, most) = (length_s.saturating_sub(state.free_s[*to]), state.free_s[from] + length_s);
            for at in 0..state.inside[*to].len() {
                let other = usize::from(state.inside[*to][at]);
                let back_s = model.lengths_s[other];
                if back_s >= least
                    && back_s <= most
                    && model.may_enter(other, from)
                    && !state.holds(other, from)
                    && gain + self.change(state, other, *to, from) < 0
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

/// See [`Counts::lengths`].
fn lengths_in(state: &State, room: usize) -> u64 {
    state.inside[room].iter().fold(0, |bits, wish| bits | 1 << state.model.lengths[usize::from(*wish)].min(63))
}

/// The bits of lengths from one to the other, seconds, and of some around them.
fn between(model: &Model, least_s: u32, most_s: u32) -> u64 {
    let bit = |length_s: u32| length_s.div_ceil(model.unit).min(63);
    u64::MAX << bit(least_s) & u64::MAX >> (63 - bit(most_s))
}

/// How much a sum of squares grows when one of `before` goes to where there are `after`.
fn moved(before: i32, after: i32) -> i32 {
    2 * (after - before) + 2
}

/// Swaps two plays if days and spacing allow it; else leaves all as it was.
fn exchange(state: &mut State, one: usize, other: usize, from: usize, to: usize) -> bool {
    let (day, other_day) = (state.model.rooms[from].day, state.model.rooms[to].day);
    if day != other_day && (state.day_left[one][other_day] == 0 || state.day_left[other][day] == 0) {
        return false;
    }
    // Only spacing can forbid it now.
    let before = state.model.spaced.then(|| [state.inside[from].clone(), state.inside[to].clone()]);
    state.remove(one, from);
    state.remove(other, to);
    let fits = state.fits(one, to);
    state.place(one, to);
    if fits && state.fits(other, from) {
        state.place(other, from);
        return true;
    }
    state.remove(one, to);
    state.place(one, from);
    state.place(other, to);
    if let Some(lists) = before {
        let [at_from, at_to] = lists;
        (state.inside[from], state.inside[to]) = (at_from, at_to);
    }
    false
}
