//! Laying plays out one after the other, evenly: the whole answer where there is room for all, and the last crumbs of a
//! full week elsewhere.

use std::cmp::Reverse;

use super::model::{DAYS, State};

/// Places what still fits of every wish: the heaviest first, then those with the least choice.
pub(super) fn lay_out(state: &mut State) {
    let model = state.model;
    let mut choices = vec![0u32; model.wishes.len()];
    for open in &model.open_to {
        for wish in open {
            choices[*wish] += 1;
        }
    }
    let mut order: Vec<usize> = (0..model.wishes.len()).filter(|wish| state.left(*wish) > 0).collect();
    // Weight by second, compared without division; then plays by choice.
    order.sort_by(|a, b| {
        let (one, other) = (&model.wishes[*a], &model.wishes[*b]);
        let dense = |left: &super::Wish, right: &super::Wish| u64::from(left.weight) * u64::from(right.length_s);
        let needy = |wish: usize, other: usize| u64::from(model.wishes[wish].plays) * u64::from(choices[other]);
        (dense(other, one), needy(*b, *a), a).cmp(&(dense(one, other), needy(*a, *b), b))
    });
    for wish in order {
        Seats::of(state, wish).fill(state);
    }
}

/// Where one wish's plays are.
struct Seats {
    wish: usize,
    /// Rooms that hold it.
    own: Vec<usize>,
    by_day: [u32; DAYS],
    by_daypart: Vec<u32>,
}

impl Seats {
    fn of(state: &State, wish: usize) -> Self {
        let model = state.model;
        let mut seats = Self { wish, own: Vec::new(), by_day: [0; DAYS], by_daypart: vec![0; model.dayparts] };
        let placed = (0..model.rooms.len()).filter(|room| state.holds(wish, *room));
        for room in model.wishes[wish].held.iter().copied().chain(placed) {
            seats.take(state, room);
        }
        seats
    }

    fn take(&mut self, state: &State, room: usize) {
        self.own.push(room);
        self.by_day[state.model.rooms[room].day] += 1;
        self.by_daypart[state.model.rooms[room].daypart] += 1;
    }

    fn fill(mut self, state: &mut State) {
        let wish = &state.model.wishes[self.wish];
        while state.left(self.wish) > 0 {
            let fitting: Vec<usize> = wish.rooms.iter().copied().filter(|room| state.fits(self.wish, *room)).collect();
            let Some(room) = self.best(state, &fitting) else { return };
            state.place(self.wish, room);
            self.take(state, room);
        }
    }

    /// The room that spreads best: apart from the same sound, on the day and in the daypart that it is least in (a single play: in the daypart
    /// whose turn it is), farthest from its other plays, with the most time free, and the earliest.
    fn best(&self, state: &State, fitting: &[usize]) -> Option<usize> {
        let rooms = state.model.rooms;
        let wish = &state.model.wishes[self.wish];
        if fitting.is_empty() {
            return None;
        }
        let single = wish.plays == 1 && self.own.is_empty();
        let preferred = single.then(|| {
            let mut dayparts: Vec<usize> = fitting.iter().map(|room| rooms[*room].daypart).collect();
            dayparts.sort_unstable();
            dayparts.dedup();
            dayparts[wish.turn % dayparts.len()]
        });
        let key = |room: usize| {
            let here = &rooms[room];
            let apart = self.own.iter().map(|other| rooms[*other].start.abs_diff(here.start)).min().unwrap_or(0);
            let out_of_turn = preferred.is_some_and(|daypart| daypart != here.daypart);
            let same =
                state.inside[room].iter().any(|other| state.model.wishes[usize::from(*other)].sound == wish.sound);
            let on_day = self.by_day[here.day];
            (
                same,
                on_day,
                out_of_turn,
                self.by_daypart[here.daypart],
                Reverse(apart),
                Reverse(state.free_s[room]),
                room,
            )
        };
        fitting.iter().copied().min_by_key(|room| key(*room))
    }
}
