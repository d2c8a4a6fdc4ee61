//! The best contents of one room: an exact 0/1 knapsack by whole units of time, in 16-bit numbers that a processor adds
//! and compares eight at a time. Time grows with things × units.

/// Worth of what cannot be.
const NONE: i16 = i16::MIN / 2;
/// Rows are whole multiples of this wide.
const LANE: usize = 64;

/// One thing that may go in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing {
    pub wish: u16,
    /// Units it takes.
    pub length: u16,
    /// What it is worth, above 0.
    pub worth: i16,
}

/// Things, and the tables to choose among them; kept from room to room so that nothing is allocated.
#[derive(Default)]
pub(super) struct Knapsack {
    pub things: Vec<Thing>,
    /// Row after row for none, one, two … of the things: worth of what cannot be, then the best worth by units. Rooms of
    /// the usual length have rows of a fixed width, which the compiler then unrolls.
    narrow: Vec<[i16; 2 * LANE]>,
    /// The same for longer rooms, one row after the other.
    wide: Vec<i16>,
    width: usize,
}

impl Knapsack {
    /// Tables for rooms of up to so many units.
    pub fn new(most_units: usize) -> Self {
        let width = (most_units + 1).next_multiple_of(LANE);
        Self { things: Vec::new(), narrow: Vec::new(), wide: Vec::new(), width }
    }

    /// The most that things that fit together are worth.
    pub fn solve(&mut self, units: usize) -> i16 {
        if self.width == LANE { self.solve_narrow(units) } else { self.solve_wide(units) }
    }

    fn solve_narrow(&mut self, units: usize) -> i16 {
        if self.narrow.len() <= self.things.len() {
            let empty = std::array::from_fn(|at| if at < LANE { NONE } else { 0 });
            self.narrow.resize(self.things.len() + 1, empty);
        }
        let mut rows = self.narrow.iter_mut();
        let Some(mut before) = rows.next() else { return 0 };
        for (thing, row) in self.things.iter().zip(rows) {
            let begin = LANE - usize::from(thing.length).min(LANE);
            let with: &[i16; LANE] = (&before[begin..begin + LANE]).try_into().unwrap_or(&[NONE; LANE]);
            for at in 0..LANE {
                row[LANE + at] = before[LANE + at].max(with[at].saturating_add(thing.worth));
            }
            before = row;
        }
        before[LANE + units.min(LANE - 1)]
    }

    fn solve_wide(&mut self, units: usize) -> i16 {
        let (width, stride) = (self.width, 2 * self.width);
        while self.wide.len() < (self.things.len() + 1) * stride {
            let first = self.wide.is_empty();
            self.wide.extend(std::iter::repeat_n(NONE, width));
            self.wide.extend(std::iter::repeat_n(if first { 0 } else { NONE }, width));
        }
        for (at, thing) in self.things.iter().enumerate() {
            let (before, after) = self.wide[at * stride..(at + 2) * stride].split_at_mut(stride);
            let shift = usize::from(thing.length).min(width);
            let (without, with) = (&before[width..], &before[width - shift..stride - shift]);
            for ((best, without), with) in after[width..].iter_mut().zip(without).zip(with) {
                *best = (*without).max(with.saturating_add(thing.worth));
            }
        }
        self.wide[self.things.len() * stride + width + units.min(width - 1)]
    }

    /// Calls with each thing of the best contents that [`Self::solve`] found for these units.
    pub fn chosen(&self, units: usize, mut take: impl FnMut(Thing)) {
        let (width, stride) = (self.width, 2 * self.width);
        let mut at = units.min(width - 1);
        if width == LANE {
            for (thing, rows) in self.things.iter().zip(self.narrow.windows(2)).rev() {
                if rows[1][LANE + at] != rows[0][LANE + at] {
                    take(*thing);
                    at -= usize::from(thing.length);
                }
            }
            return;
        }
        for (row, thing) in self.things.iter().enumerate().rev() {
            let best = |row: usize| self.wide[row * stride + width + at];
            if best(row + 1) != best(row) {
                take(*thing);
                at -= usize::from(thing.length);
            }
        }
    }
}
