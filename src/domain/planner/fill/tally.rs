//! What the search counts as it empties and fills rooms: how much of each wish is still wanted, on the whole and on each
//! day, kept as bits too, so that what may enter a room is found 64 wishes at a time. Everything else of a plan follows from
//! what is in each room.

use super::model::{Bits, DAYS, Model};

/// Where the plays still wanted in the week stand beside those of its days.
const WEEK: usize = DAYS;

/// Plays still wanted, and what they are worth that are not.
pub(super) struct Tally<'a> {
    model: &'a Model<'a>,
    /// Plays that each wish may still have on each day, and in the week.
    left: Vec<[u32; DAYS + 1]>,
    /// The wishes with plays left in the week, in one row.
    wanted: Bits,
    /// By day, the wishes with plays left on it.
    day_open: Bits,
    /// How many plays of a sound are in or near each room: sound × rooms + room.
    blocked: Vec<u16>,
    value: u64,
}

impl<'a> Tally<'a> {
    /// Nothing placed but what rooms hold already.
    pub fn new(model: &'a Model<'a>) -> Self {
        let wishes = model.wishes.len();
        let mut tally = Self {
            model,
            left: Vec::with_capacity(wishes),
            wanted: Bits::new(1, wishes),
            day_open: Bits::new(DAYS, wishes),
            blocked: model.blocked_by_held(),
            value: 0,
        };
        for (at, wish) in model.wishes.iter().enumerate() {
            let mut left = [wish.most_a_day; DAYS + 1];
            left[WEEK] = wish.plays;
            for room in &wish.held {
                let left = &mut left[model.rooms[*room].day];
                *left = left.saturating_sub(1);
            }
            tally.wanted.set(0, at, left[WEEK] > 0);
            (0..DAYS).for_each(|day| tally.day_open.set(day, at, left[day] > 0));
            tally.left.push(left);
        }
        tally
    }

    /// Weight of the plays placed.
    pub fn value(&self) -> u64 {
        self.value
    }

    /// Wishes that are still wanted on that day, as bits, 64 a word.
    pub fn wanted_on(&self, day: usize) -> impl Iterator<Item = u64> {
        self.wanted.row(0).iter().zip(self.day_open.row(day)).map(|(wanted, open)| wanted & open)
    }

    /// Whether nothing of the wish's sound is near.
    pub fn is_quiet_for(&self, wish: usize, room: usize) -> bool {
        !self.model.spaced || self.blocked[self.model.wishes[wish].sound * self.model.rooms.len() + room] == 0
    }

    /// Counts a play that goes in. Which play is a day's last nobody can guess, a processor neither: nothing branches on it.
    pub fn put(&mut self, wish: usize, room: usize) {
        let day = self.model.rooms[room].day;
        let left = &mut self.left[wish];
        left[day] -= 1;
        left[WEEK] -= 1;
        self.day_open.clear_if(day, wish, left[day] == 0);
        self.wanted.clear_if(0, wish, left[WEEK] == 0);
        self.value += u64::from(self.model.weights[wish]);
        if self.model.spaced {
            self.block(wish, room, 1);
        }
    }

    /// Counts a play that comes out.
    pub fn take(&mut self, wish: usize, room: usize) {
        let day = self.model.rooms[room].day;
        let left = &mut self.left[wish];
        left[day] += 1;
        left[WEEK] += 1;
        self.day_open.set(day, wish, true);
        self.wanted.set(0, wish, true);
        self.value -= u64::from(self.model.weights[wish]);
        if self.model.spaced {
            self.block(wish, room, u16::MAX);
        }
    }

    /// Adds to what is blocked around a play; by wrapping, so that the greatest number takes one away.
    fn block(&mut self, wish: usize, room: usize, plays: u16) {
        let sound = self.model.wishes[wish].sound;
        for near in &self.model.near[sound][room] {
            let blocked = &mut self.blocked[sound * self.model.rooms.len() + near];
            *blocked = blocked.wrapping_add(plays);
        }
    }
}
