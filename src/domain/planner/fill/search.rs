//! The search: empties a few rooms and fills each anew in the best way there is, again and again. What a play counts for
//! is its shadow price at first, which keeps scarce room for what is worth most there, and moves half-way to its weight.

use super::knapsack::Knapsack;
use super::model::{DAYS, Model, Prices, State};
use super::prices::thing;

/// Rooms emptied at a time.
const ROOMS: usize = 4;
/// Steps in which prices fade.
const STAGES: u32 = 16;

/// A small generator of evenly spread numbers (SplitMix64), so that equal problems take equal ways.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end`, exclusive.
    fn below(&mut self, end: usize) -> usize {
        // The upper half times the end, shifted: below the end, and so an index.
        (((self.next() >> 32) * end as u64) >> 32) as usize
    }
}

/// The best plan met; never worth less than the one to begin with.
pub(super) fn improve<'a>(model: &'a Model, prices: &Prices, moves_a_room: u32, known: &State<'a>) -> State<'a> {
    let rooms: Vec<usize> = (0..model.rooms.len()).filter(|room| !model.open_to[*room].is_empty()).collect();
    let moves = moves_a_room * u32::try_from(rooms.len()).unwrap_or(u32::MAX) / STAGES;
    let mut search = Search {
        model,
        prices,
        rooms,
        dice: Dice(0),
        knapsack: Knapsack::new(model.units.iter().copied().max().unwrap_or(0)),
        worth: vec![[0; DAYS]; model.wishes.len()],
        state: State::new(model),
        best: known.clone(),
        sounds: Vec::new(),
        spare: Vec::new(),
    };
    for stage in 0..STAGES {
        search.weigh(stage);
        if stage == 0 {
            search.begin();
        }
        for _ in 0..moves {
            search.step();
            if search.best.value() >= prices.bound_floor() {
                return search.best;
            }
        }
    }
    search.best
}

struct Search<'a, 'm> {
    model: &'m Model<'m>,
    prices: &'a Prices,
    /// Rooms that anything may enter, in the order of the last draw.
    rooms: Vec<usize>,
    dice: Dice,
    knapsack: Knapsack,
    /// What a play of each wish counts for on each day, at this stage.
    worth: Vec<[i32; DAYS]>,
    state: State<'m>,
    best: State<'m>,
    /// Sounds already among the things of a room.
    sounds: Vec<usize>,
    /// Lists to use again, empty.
    spare: Vec<Vec<u16>>,
}

impl Search<'_, '_> {
    fn weigh(&mut self, stage: u32) {
        let (whole, gone) = (2 * STAGES as i32, stage as i32);
        for (at, wish) in self.model.wishes.iter().enumerate() {
            let weight = i32::try_from(wish.weight * self.model.scale).unwrap_or(i32::MAX);
            for day in 0..DAYS {
                let price = self.prices.of(at, day);
                // From the price to half-way between it and the weight.
                self.worth[at][day] = (price + ((weight - price) * gone) / whole).max(0);
            }
        }
    }

    /// Fills every room once, in a drawn order.
    fn begin(&mut self) {
        for at in 0..self.rooms.len() {
            let other = at + self.dice.below(self.rooms.len() - at);
            self.rooms.swap(at, other);
            self.fill(self.rooms[at]);
        }
        self.keep_best();
    }

    /// Empties some rooms and fills them one after the other; taken back if that counts for less.
    fn step(&mut self) {
        let count = ROOMS.min(self.rooms.len());
        let mut old: [Vec<u16>; ROOMS] = Default::default();
        let mut gain = 0;
        for (at, old) in old.iter_mut().enumerate().take(count) {
            let other = at + self.dice.below(self.rooms.len() - at);
            self.rooms.swap(at, other);
            *old = self.state.empty(self.rooms[at]);
            gain -= self.counts(old, self.rooms[at]);
        }
        for at in 0..count {
            let room = self.rooms[at];
            self.fill(room);
            gain += self.counts(&self.state.inside[room], room);
        }
        if gain >= 0 {
            self.keep_best();
            old.into_iter().take(count).for_each(|old| self.lay_by(old));
            return;
        }
        for at in 0..count {
            let tried = self.state.empty(self.rooms[at]);
            self.lay_by(tried);
        }
        for (at, old) in old.into_iter().enumerate().take(count) {
            self.state.put(self.rooms[at], old);
        }
    }

    fn lay_by(&mut self, mut list: Vec<u16>) {
        list.clear();
        self.spare.push(list);
    }

    fn counts(&self, wishes: &[u16], room: usize) -> i32 {
        let day = self.model.rooms[room].day;
        wishes.iter().map(|wish| self.worth[usize::from(*wish)][day]).sum()
    }

    fn keep_best(&mut self) {
        if self.state.value() > self.best.value() {
            self.best.clone_from(&self.state);
        }
    }

    /// Puts the best contents into an empty room.
    fn fill(&mut self, room: usize) {
        let day = self.model.rooms[room].day;
        self.knapsack.things.clear();
        self.sounds.clear();
        for &wish in &self.model.open_to[room] {
            let worth = self.worth[wish][day];
            if worth <= 0 || self.state.missing[wish] == 0 || !self.state.is_free_of(wish, room) {
                continue;
            }
            if self.model.spaced {
                let sound = self.model.wishes[wish].sound;
                let apart = !self.model.near[sound][room].is_empty();
                // Of wishes that sound the same the first goes in: one is as good as the other to a listener.
                if apart && self.sounds.contains(&sound) {
                    continue;
                }
                self.sounds.push(sound);
            }
            self.knapsack.things.push(thing(wish, self.model.lengths[wish], worth));
        }
        let things = self.knapsack.things.len();
        if things == 0 {
            return;
        }
        // Of equally good contents a drawn one.
        let first = self.dice.below(things);
        self.knapsack.things.rotate_left(first);
        self.knapsack.solve(self.model.units[room]);
        let mut inside = self.spare.pop().unwrap_or_default();
        self.knapsack.chosen(self.model.units[room], |thing| inside.push(thing.wish));
        self.state.put(room, inside);
    }
}
