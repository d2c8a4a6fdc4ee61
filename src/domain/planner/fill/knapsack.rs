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
    pub length: usize,
    /// What it is worth, above 0.
    pub worth: i16,
}

/// Things, and the tables to choose among them; kept from room to room so that nothing is allocated.
#[derive(Default)]
pub(super) struct Knapsack {
    pub things: Vec<Thing>,
    /// Row after row: `width` of [`NONE`], then the best worth by units, for none, one, two … of the things.
    rows: Vec<i16>,
    width: usize,
}

impl Knapsack {
    /// Tables for rooms of up to so many units.
    pub fn new(most_units: usize) -> Self {
        Self { things: Vec::new(), rows: Vec::new(), width: (most_units + 1).next_multiple_of(LANE) }
    }

    /// The most that things that fit together are worth.
    pub fn solve(&mut self, units: usize) -> i16 {
        let (width, stride) = (self.width, 2 * self.width);
        while self.rows.len() < (self.things.len() + 1) * stride {
            let first = self.rows.is_empty();
            self.rows.extend(std::iter::repeat_n(NONE, width));
            self.rows.extend(std::iter::repeat_n(if first { 0 } else { NONE }, width));
        }
        for (at, thing) in self.things.iter().enumerate() {
            let (before, after) = self.rows[at * stride..(at + 2) * stride].split_at_mut(stride);
            let shift = thing.length.min(width);
            let (without, with) = (&before[width..], &before[width - shift..stride - shift]);
            let best = &mut after[width..];
            if width == LANE {
                narrow(best, without, with, thing.worth);
            } else {
                choose(best, without, with, thing.worth);
            }
        }
        self.rows[self.things.len() * stride + width + units.min(width - 1)]
    }

    /// Calls with each thing of the best contents that [`Self::solve`] found for these units.
    pub fn chosen(&self, units: usize, mut take: impl FnMut(Thing)) {
        let (width, stride) = (self.width, 2 * self.width);
        let mut at = units.min(width - 1);
        for (row, thing) in self.things.iter().enumerate().rev() {
            let best = |row: usize| self.rows[row * stride + width + at];
            if best(row + 1) != best(row) {
                take(*thing);
                at -= thing.length;
            }
        }
    }
}

fn choose(best: &mut [i16], without: &[i16], with: &[i16], worth: i16) {
    for ((best, without), with) in best.iter_mut().zip(without).zip(with) {
        *best = (*without).max(with.saturating_add(worth));
    }
}

/// [`choose`] for the usual width, which the compiler then unrolls.
fn narrow(best: &mut [i16], without: &[i16], with: &[i16], worth: i16) {
    let sized = (<&mut [i16; LANE]>::try_from(best), <&[i16; LANE]>::try_from(without), <&[i16; LANE]>::try_from(with));
    if let (Ok(best), Ok(without), Ok(with)) = sized {
        for at in 0..LANE {
            best[at] = without[at].max(with[at].saturating_add(worth));
        }
    }
}
