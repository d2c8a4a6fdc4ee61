//! The search: empties a few rooms and fills each anew in the best way there is, again and again. What a play counts for
//! is its shadow price at first, which keeps scarce room for what is worth most there, and moves half-way to its weight.

use super::knapsack::Knapsack;
use super::model::{Bits, DAYS, Model, Prices, State, Wish};
use super::prices::thing;
use super::tally::Tally;

/// Rooms emptied at a time, at most.
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

/// How long a search goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    /// Moves for each room.
    pub moves_a_room: u32,
    /// Rooms emptied at a time, up to [`ROOMS`].
    pub rooms: usize,
    /// A plan worth this ends it.
    pub enough: u64,
    /// It is given up where a quarter of the moves have led to no plan worth this.
    pub hope: u64,
    /// Wishes worth less a second than this part of the dearest price of a second only take time from it, in tenths.
    pub dense: i64,
}

/// The best plan met; never worth less than the one to begin with. Each `seed` draws another way.
pub(super) fn improve<'a>(model: &'a Model, prices: &Prices, until: Until, seed: u64, known: &State<'a>) -> State<'a> {
    let rooms: Vec<usize> = (0..model.rooms.len()).filter(|room| !model.open_to[*room].is_empty()).collect();
    let moves = until.moves_a_room * u32::try_from(rooms.len()).unwrap_or(u32::MAX) / STAGES;
    let mut search = Search {
        model,
        prices,
        rooms,
        at_once: until.rooms.min(ROOMS),
        dice: Dice(seed),
        knapsack: Knapsack::new(model.units.iter().copied().max().unwrap_or(0)),
        hopeless: hopeless(model, prices, until.dense),
        worth: vec![[0; DAYS]; model.wishes.len()],
        worthy: Bits::new(DAYS, model.wishes.len()),
        tally: Tally::new(model),
        inside: vec![Vec::new(); model.rooms.len()],
        best: Contents::default(),
        best_value: known.value(),
        sounds: Vec::new(),
        spare: Vec::new(),
    };
    for stage in 0..STAGES {
        search.weigh(stage);
        if stage == 0 {
            search.begin();
        }
        if stage == STAGES / 4 && search.best_value < until.hope {
            break;
        }
        for _ in 0..moves {
            if search.best_value >= until.enough {
                return search.best(known);
            }
            search.step();
        }
    }
    search.best(known)
}

/// Wishes that are not worth the search's time: see [`Until::dense`].
fn hopeless(model: &Model, prices: &Prices, dense: i64) -> Vec<bool> {
    // A second's price as a fraction, so that nothing is divided.
    let a_second = |wish: usize| (i64::from(prices.worth[wish]), i64::from(model.lengths_s[wish].max(1)));
    let dearest = (0..model.wishes.len())
        .map(a_second)
        .reduce(|one, other| if other.0 * one.1 > one.0 * other.1 { other } else { one });
    let (price, of) = dearest.unwrap_or((0, 1));
    let is_hopeless = |wish: &Wish| {
        let weight = i64::from(wish.weight) * i64::from(model.scale);
        weight * of * 10 < price * i64::from(wish.length_s) * dense
    };
    model.wishes.iter().map(is_hopeless).collect()
}

/// What is in each room, one after the other.
#[derive(Default)]
struct Contents {
    wishes: Vec<u16>,
    /// Where each room's end.
    ends: Vec<usize>,
}

struct Search<'a, 'm> {
    model: &'m Model<'m>,
    prices: &'a Prices,
    /// Rooms that anything may enter, in the order of the last draw.
    rooms: Vec<usize>,
    at_once: usize,
    dice: Dice,
    knapsack: Knapsack,
    hopeless: Vec<bool>,
    /// What a play of each wish counts for on each day, at this stage.
    worth: Vec<[i32; DAYS]>,
    /// By day, the wishes that count for anything, as bits.
    worthy: Bits,
    tally: Tally<'m>,
    /// Wishes in each room.
    inside: Vec<Vec<u16>>,
    /// The best plan met, if it is worth more than the one to begin with.
    best: Contents,
    best_value: u64,
    /// Sounds already among the things of a room.
    sounds: Vec<usize>,
    /// Lists to use again, empty.
    spare: Vec<Vec<u16>>,
}

impl<'m> Search<'_, 'm> {
    fn weigh(&mut self, stage: u32) {
        let (whole, gone) = (2 * STAGES as i32, stage as i32);
        for (at, wish) in self.model.wishes.iter().enumerate() {
            let weight = i32::try_from(wish.weight * self.model.scale).unwrap_or(i32::MAX);
            for day in 0..DAYS {
                let price = self.prices.of(at, day);
                // From the price to half-way between it and the weight.
                let worth = (price + ((weight - price) * gone) / whole).max(0);
                self.worth[at][day] = worth;
                self.worthy.set(day, at, worth > 0 && !self.hopeless[at]);
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
        let count = self.at_once.min(self.rooms.len());
        let mut old: [Vec<u16>; ROOMS] = Default::default();
        let mut gain = 0;
        for (at, old) in old.iter_mut().enumerate().take(count) {
            let other = at + self.dice.below(self.rooms.len() - at);
            self.rooms.swap(at, other);
            *old = self.empty(self.rooms[at]);
            gain -= self.counts(old, self.rooms[at]);
        }
        for at in 0..count {
            gain += self.fill(self.rooms[at]);
        }
        if gain >= 0 {
            self.keep_best();
            old.into_iter().take(count).for_each(|old| self.lay_by(old));
            return;
        }
        for at in 0..count {
            let tried = self.empty(self.rooms[at]);
            self.lay_by(tried);
        }
        for (at, old) in old.into_iter().enumerate().take(count) {
            let room = self.rooms[at];
            old.iter().for_each(|wish| self.tally.put(usize::from(*wish), room));
            self.inside[room] = old;
        }
    }

    /// Takes a room's contents out.
    fn empty(&mut self, room: usize) -> Vec<u16> {
        let inside = std::mem::take(&mut self.inside[room]);
        inside.iter().for_each(|wish| self.tally.take(usize::from(*wish), room));
        inside
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
        if self.tally.value() <= self.best_value {
            return;
        }
        self.best_value = self.tally.value();
        self.best.wishes.clear();
        self.best.ends.clear();
        for inside in &self.inside {
            self.best.wishes.extend_from_slice(inside);
            self.best.ends.push(self.best.wishes.len());
        }
    }

    /// The best plan met, which is the known one where none was better.
    fn best(&self, known: &State<'m>) -> State<'m> {
        if self.best.ends.is_empty() {
            return known.clone();
        }
        let mut state = State::new(self.model);
        let mut begin = 0;
        for (room, end) in self.best.ends.iter().enumerate() {
            self.best.wishes[begin..*end].iter().for_each(|wish| state.place(usize::from(*wish), room));
            begin = *end;
        }
        state
    }

    /// Puts the best contents into an empty room; what they count for.
    fn fill(&mut self, room: usize) -> i32 {
        let day = self.model.rooms[room].day;
        self.knapsack.things.clear();
        self.sounds.clear();
        let (open, wanted, worthy) = (self.model.open_bits.row(room), self.tally.wanted_on(day), self.worthy.row(day));
        for (word, ((open, wanted), worthy)) in open.iter().zip(wanted).zip(worthy).enumerate() {
            let mut bits = open & wanted & worthy;
            while bits != 0 {
                let wish = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if self.model.spaced {
                    let sound = self.model.wishes[wish].sound;
                    let apart = !self.model.near[sound][room].is_empty();
                    // Of wishes that sound the same the first goes in: one is as good as the other to a listener.
                    if !self.tally.is_quiet_for(wish, room) || apart && self.sounds.contains(&sound) {
                        continue;
                    }
                    self.sounds.push(sound);
                }
                self.knapsack.things.push(thing(wish, self.model.lengths[wish], self.worth[wish][day]));
            }
        }
        let things = self.knapsack.things.len();
        if things == 0 {
            return 0;
        }
        // Of equally good contents a drawn one.
        let first = self.dice.below(things);
        self.knapsack.things.rotate_left(first);
        let counts = self.knapsack.solve(self.model.units[room]);
        let mut inside = self.spare.pop().unwrap_or_default();
        self.knapsack.chosen(self.model.units[room], |thing| {
            self.tally.put(usize::from(thing.wish), room);
            inside.push(thing.wish);
        });
        self.inside[room] = inside;
        i32::from(counts)
    }
}
