//! What the fill works on: rooms, wishes, a plan in the making and its prices.

use serde::Serialize;

/// Days of a week.
pub(super) const DAYS: usize = 7;

/// A stretch of time to fill; rooms are in order of start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Start, seconds of any epoch.
    pub start: i64,
    /// Day of the week, 0 to 6.
    pub day: usize,
    /// Part of the day, any numbering.
    pub daypart: usize,
    /// Free time, seconds.
    pub free_s: u32,
}

/// Something that wants to be placed some times in the week, at most once in each room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wish {
    /// What one play is worth, 1 to 1000.
    pub weight: u32,
    /// Plays wanted.
    pub plays: u32,
    /// Plays on one day at most, what rooms hold of it already among them.
    pub most_a_day: u32,
    /// What one play takes, seconds.
    pub length_s: u32,
    /// Rooms it may go into, ascending.
    pub rooms: Vec<usize>,
    /// Rooms that hold it already; never among `rooms`, but counted when spreading.
    pub held: Vec<usize>,
    /// Which daypart a single play prefers, by turns: 0 the first that fits, 1 the second, and so on around.
    pub turn: usize,
    /// Wishes with an equal number sound the same and are kept apart while there is a choice.
    pub sound: usize,
    /// Least time between the starts of two rooms that hold its sound, seconds; the greatest of a sound's wishes holds, and
    /// 0 lets wishes that sound the same share a room.
    pub spacing_s: u32,
}

/// How much work a fill may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quality {
    /// Rounds of the price reckoning.
    pub price_rounds: u32,
    /// Moves of one search for each room.
    pub moves_a_room: u32,
    /// Searches by the best prices at most.
    pub searches: u32,
    /// A plan this near the bound that its prices prove is good enough, ten-thousandths.
    pub enough: u32,
    /// A plan not this near is searched for by better prices, and again, ten-thousandths.
    pub far: u32,
}

impl Quality {
    /// What every plan is made with.
    pub const FULL: Self = Self { price_rounds: 150, moves_a_room: 16, searches: 10, enough: 50, far: 75 };
}

/// A filled week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Rooms of each wish, ascending.
    pub placed: Vec<Vec<usize>>,
    /// Weight of the plays placed.
    pub value: u64,
    /// No plan of this week can be worth more.
    pub bound: u64,
    /// Prices that prove a bound; where the week has all that each wish could have alone, they may prove a greater one.
    pub prices: Prices,
}

/// Shadow prices: what a play of each wish is still worth in a room when room is what lacks. Any numbers from 0 on prove
/// a bound (weak duality); good ones prove a close one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    /// Prices are in parts of a weight: 1 is 1/scale.
    pub scale: u32,
    /// Worth of a play of each wish, 0 to weight × scale; the rest is the price of its demand.
    pub worth: Vec<i32>,
    /// Price of a play of each wish on each day, from 0.
    pub day: Vec<[i32; DAYS]>,
    /// The bound they prove, in parts of a weight.
    pub bound: i64,
}

impl Prices {
    /// Prices of a week in which nothing lacks: every play is had, and the bound is all that is wanted.
    pub(super) fn idle(model: &Model) -> Self {
        let bound = i64::try_from(model.wanted()).unwrap_or(i64::MAX / 2).saturating_mul(model.scale.into());
        Self { scale: model.scale, worth: vec![0; model.wishes.len()], day: vec![[0; DAYS]; model.wishes.len()], bound }
    }

    /// The bound in whole weights: plans are worth whole numbers.
    pub fn bound_floor(&self) -> u64 {
        u64::try_from(self.bound.div_euclid(self.scale.max(1).into())).unwrap_or(0)
    }

    /// What a play of the wish is worth on that day, in parts of a weight.
    pub(super) fn of(&self, wish: usize, day: usize) -> i32 {
        self.worth[wish] - self.day[wish][day]
    }
}

/// Units of time a knapsack has at most; longer rooms are reckoned in coarser units.
const MOST_UNITS: u32 = 512;
/// What a room can hold is worth at most this, in parts of a weight: the knapsack reckons in 16 bits, of which what
/// cannot be takes half.
const MOST_WORTH: u32 = 16_000;
/// Finest parts of a weight.
const FINEST: u32 = 256;

/// A problem made ready.
pub(super) struct Model<'a> {
    pub wishes: &'a [Wish],
    pub rooms: &'a [Room],
    /// Wishes that may enter each room and are not longer than it.
    pub open_to: Vec<Vec<usize>>,
    /// The same by wish.
    may_enter: Bits,
    /// The same by room.
    pub open_bits: Bits,
    /// A unit of time, seconds.
    pub unit: u32,
    /// Room of each room in units.
    pub units: Vec<usize>,
    /// Length of each wish, seconds.
    pub lengths_s: Vec<u32>,
    /// Weight of each wish.
    pub weights: Vec<u32>,
    /// Length of each wish in units, rounded up: what fits by them fits.
    pub lengths: Vec<usize>,
    /// The same rounded down: what does not fit by them does not fit. For bounds only.
    pub least_lengths: Vec<usize>,
    /// Parts of a weight that prices are reckoned in.
    pub scale: u32,
    /// Whether the knapsack can reckon every room without running out of bits; without it prices prove nothing.
    pub provable: bool,
    /// Rooms too near to each room for a sound, itself among them; none for a sound without a spacing.
    pub near: Vec<Vec<Vec<usize>>>,
    /// Whether some sound has a spacing.
    pub spaced: bool,
    /// Number of sounds.
    pub sounds: usize,
    /// Dayparts are 0 to this, exclusive.
    pub dayparts: usize,
    /// Plays that each wish could have if it were alone: as many as it has rooms, on days that are not full of it.
    pub most_plays: Vec<u32>,
}

/// Rows of bits: rooms of each wish, or wishes of each room or day.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    bits: Vec<u64>,
    row: usize,
}

impl Bits {
    pub fn new(rows: usize, columns: usize) -> Self {
        let row = columns.div_ceil(64);
        Self { bits: vec![0; rows * row], row }
    }

    fn has(&self, row: usize, column: usize) -> bool {
        self.bits[row * self.row + column / 64] >> (column % 64) & 1 == 1
    }

    pub fn set(&mut self, row: usize, column: usize, to: bool) {
        let word = &mut self.bits[row * self.row + column / 64];
        *word = *word & !(1 << (column % 64)) | u64::from(to) << (column % 64);
    }

    /// Clears a bit when told to, without a branch.
    pub fn clear_if(&mut self, row: usize, column: usize, told: bool) {
        self.bits[row * self.row + column / 64] &= !(u64::from(told) << (column % 64));
    }

    /// A row, 64 bits a word.
    pub fn row(&self, row: usize) -> &[u64] {
        &self.bits[row * self.row..(row + 1) * self.row]
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl<'a> Model<'a> {
    pub fn new(wishes: &'a [Wish], rooms: &'a [Room]) -> Self {
        let longest = rooms.iter().map(|room| room.free_s).max().unwrap_or(0);
        let exact = wishes.iter().fold(0, |unit, wish| gcd(unit, wish.length_s)).max(1);
        let unit = if longest / exact > MOST_UNITS { longest.div_ceil(MOST_UNITS) } else { exact };
        let mut open_to = vec![Vec::new(); rooms.len()];
        let mut may_enter = Bits::new(wishes.len(), rooms.len());
        let mut open_bits = Bits::new(rooms.len(), wishes.len());
        for (at, wish) in wishes.iter().enumerate().filter(|(_, wish)| wish.plays > 0) {
            for room in wish.rooms.iter().filter(|room| wish.length_s <= rooms[**room].free_s) {
                open_to[*room].push(at);
                may_enter.set(at, *room, true);
                open_bits.set(*room, at, true);
            }
        }
        let heaviest = open_to.iter().zip(rooms).map(|(open, room)| most_weight(wishes, open, room.free_s)).max();
        let heaviest = heaviest.unwrap_or(0);
        let mut scale = FINEST;
        while scale > 1 && u64::from(scale) * heaviest > MOST_WORTH.into() {
            scale /= 2;
        }
        let sounds = wishes.iter().map(|wish| wish.sound + 1).max().unwrap_or(0);
        let mut spacing = vec![0; sounds];
        for wish in wishes {
            spacing[wish.sound] = spacing[wish.sound].max(wish.spacing_s);
        }
        let spaced = spacing.iter().any(|least| *least > 0);
        let near = if spaced { spacing.iter().map(|least| near_rooms(rooms, *least)).collect() } else { Vec::new() };
        Self {
            wishes,
            rooms,
            most_plays: most_plays(wishes, rooms, &open_to),
            open_to,
            may_enter,
            open_bits,
            unit,
            units: rooms.iter().map(|room| (room.free_s / unit) as usize).collect(),
            lengths_s: wishes.iter().map(|wish| wish.length_s).collect(),
            weights: wishes.iter().map(|wish| wish.weight).collect(),
            least_lengths: wishes.iter().map(|wish| (wish.length_s / unit) as usize).collect(),
            lengths: wishes.iter().map(|wish| wish.length_s.div_ceil(unit).max(1) as usize).collect(),
            scale,
            provable: u64::from(scale) * heaviest <= MOST_WORTH.into(),
            near,
            spaced,
            sounds,
            dayparts: rooms.iter().map(|room| room.daypart + 1).max().unwrap_or(0),
        }
    }

    /// Whether the wish may enter the room and is not longer than it.
    pub fn may_enter(&self, wish: usize, room: usize) -> bool {
        self.may_enter.has(wish, room)
    }

    /// Weight of what could be had if each wish were alone.
    pub fn reachable(&self) -> u64 {
        self.wishes.iter().zip(&self.most_plays).map(|(wish, plays)| u64::from(wish.weight) * u64::from(*plays)).sum()
    }

    /// Whether all that each wish could have alone takes more time than all rooms have.
    pub fn is_crowded(&self) -> bool {
        let takes = self.wishes.iter().zip(&self.most_plays);
        let takes: u64 = takes.map(|(wish, plays)| u64::from(wish.length_s) * u64::from(*plays)).sum();
        takes > self.rooms.iter().map(|room| u64::from(room.free_s)).sum()
    }

    /// How many plays that rooms hold already are in or near each room: sound × rooms + room; nothing without spacing.
    pub fn blocked_by_held(&self) -> Vec<u16> {
        let mut blocked = vec![0; if self.spaced { self.sounds * self.rooms.len() } else { 0 }];
        for wish in self.wishes.iter().filter(|_| self.spaced) {
            for near in wish.held.iter().flat_map(|room| &self.near[wish.sound][*room]) {
                blocked[wish.sound * self.rooms.len() + near] += 1;
            }
        }
        blocked
    }

    /// Weight of everything wanted, what there is no room for included.
    pub fn wanted(&self) -> u64 {
        self.wishes.iter().map(|wish| u64::from(wish.weight) * u64::from(wish.plays)).sum()
    }
}

/// See [`Model::most_plays`].
fn most_plays(wishes: &[Wish], rooms: &[Room], open_to: &[Vec<usize>]) -> Vec<u32> {
    let mut open = vec![[0u32; DAYS]; wishes.len()];
    for (inside, room) in open_to.iter().zip(rooms) {
        for wish in inside {
            open[*wish][room.day] += 1;
        }
    }
    let most = |(wish, open): (&Wish, [u32; DAYS])| {
        let mut held = [0u32; DAYS];
        for room in &wish.held {
            held[rooms[*room].day] += 1;
        }
        let on = |(open, held): (u32, u32)| open.min(wish.most_a_day.saturating_sub(held));
        wish.plays.min(open.into_iter().zip(held).map(on).sum())
    };
    wishes.iter().zip(open).map(most).collect()
}

/// No room's contents can weigh more.
fn most_weight(wishes: &[Wish], open: &[usize], free_s: u32) -> u64 {
    let all: u64 = open.iter().map(|wish| u64::from(wishes[*wish].weight)).sum();
    let heaviest = open.iter().map(|wish| wishes[*wish].weight).max().unwrap_or(0);
    let shortest = open.iter().map(|wish| wishes[*wish].length_s).min().unwrap_or(1).max(1);
    all.min(u64::from(heaviest) * u64::from(free_s / shortest))
}

fn near_rooms(rooms: &[Room], least: u32) -> Vec<Vec<usize>> {
    if least == 0 {
        return vec![Vec::new(); rooms.len()];
    }
    let near = |at: usize| {
        let close = |other: &usize| *other == at || rooms[*other].start.abs_diff(rooms[at].start) < u64::from(least);
        (0..rooms.len()).filter(close).collect()
    };
    (0..rooms.len()).map(near).collect()
}

/// A plan in the making.
#[derive(Clone)]
pub(super) struct State<'a> {
    pub model: &'a Model<'a>,
    /// Wishes in each room.
    pub inside: Vec<Vec<u16>>,
    /// Time left in each room, seconds.
    pub free_s: Vec<u32>,
    /// Plays still wanted of each wish.
    pub missing: Vec<u32>,
    /// Plays that each wish may still have on each day.
    pub day_left: Vec<[u32; DAYS]>,
    /// How many plays of a sound are in or near each room: sound × rooms + room.
    blocked: Vec<u16>,
    within: Bits,
    value: u64,
}

impl<'a> State<'a> {
    /// Nothing placed but what rooms hold already.
    pub fn new(model: &'a Model<'a>) -> Self {
        let mut day_left: Vec<[u32; DAYS]> = model.wishes.iter().map(|wish| [wish.most_a_day; DAYS]).collect();
        for (at, wish) in model.wishes.iter().enumerate() {
            for room in &wish.held {
                let left = &mut day_left[at][model.rooms[*room].day];
                *left = left.saturating_sub(1);
            }
        }
        Self {
            model,
            inside: vec![Vec::new(); model.rooms.len()],
            free_s: model.rooms.iter().map(|room| room.free_s).collect(),
            missing: model.wishes.iter().map(|wish| wish.plays).collect(),
            day_left,
            blocked: model.blocked_by_held(),
            within: Bits::new(model.wishes.len(), model.rooms.len()),
            value: 0,
        }
    }

    pub fn value(&self) -> u64 {
        self.value
    }

    pub fn left(&self, wish: usize) -> u32 {
        self.missing[wish]
    }

    /// Whether the wish may enter, room and demand aside: its day is not full and nothing of its sound is near.
    pub fn is_free_of(&self, wish: usize, room: usize) -> bool {
        self.day_left[wish][self.model.rooms[room].day] > 0 && self.is_quiet_for(wish, room)
    }

    /// Whether nothing of the wish's sound is near.
    fn is_quiet_for(&self, wish: usize, room: usize) -> bool {
        !self.model.spaced || self.blocked[self.model.wishes[wish].sound * self.model.rooms.len() + room] == 0
    }

    pub fn holds(&self, wish: usize, room: usize) -> bool {
        self.within.has(wish, room)
    }

    pub fn fits(&self, wish: usize, room: usize) -> bool {
        self.model.wishes[wish].length_s <= self.free_s[room]
            && self.is_free_of(wish, room)
            && !self.holds(wish, room)
            && self.model.may_enter(wish, room)
    }

    pub fn place(&mut self, wish: usize, room: usize) {
        self.inside[room].push(u16::try_from(wish).unwrap_or(u16::MAX));
        self.count(wish, room, true);
    }

    pub fn remove(&mut self, wish: usize, room: usize) {
        self.inside[room].retain(|other| usize::from(*other) != wish);
        self.count(wish, room, false);
    }

    fn count(&mut self, wish: usize, room: usize, more: bool) {
        let one = &self.model.wishes[wish];
        let day = self.model.rooms[room].day;
        self.within.set(wish, room, more);
        if more {
            self.free_s[room] -= one.length_s;
            self.missing[wish] -= 1;
            self.day_left[wish][day] -= 1;
            self.value += u64::from(one.weight);
        } else {
            self.free_s[room] += one.length_s;
            self.missing[wish] += 1;
            self.day_left[wish][day] += 1;
            self.value -= u64::from(one.weight);
        }
        if self.model.spaced {
            let row = one.sound * self.model.rooms.len();
            for near in &self.model.near[one.sound][room] {
                let blocked = &mut self.blocked[row + near];
                *blocked = if more { *blocked + 1 } else { *blocked - 1 };
            }
        }
    }

    /// Rooms of each wish, ascending.
    pub fn placed(&self) -> Vec<Vec<usize>> {
        let mut placed = vec![Vec::new(); self.model.wishes.len()];
        for (room, inside) in self.inside.iter().enumerate() {
            for wish in inside {
                placed[usize::from(*wish)].push(room);
            }
        }
        placed
    }
}
