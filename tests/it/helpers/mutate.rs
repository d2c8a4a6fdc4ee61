//! Seeded damage, for as long as asked: `LOA_MUTATE_SECONDS` (3 if unset), from the seed `LOA_MUTATE_SEED` (the time
//! if unset). The seed is printed first, so that a failure can be had again.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Repeatable numbers (splitmix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Numbers that follow from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.number() % (bound.max(1) as u64)) as usize
    }

    /// One of several.
    pub fn one_of<'a, T>(&mut self, several: &'a [T]) -> &'a T {
        &several[self.below(several.len())]
    }
}

/// Rounds of damage until the time is up; each has its own seed.
#[derive(Debug)]
pub struct Rounds {
    seed: u64,
    round: u64,
    end: Instant,
}

impl Rounds {
    /// Begins, and says how to have the same again.
    pub fn begin(what: &str) -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let seconds = number("LOA_MUTATE_SECONDS").unwrap_or(3);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
        let seed = number("LOA_MUTATE_SEED").unwrap_or(now);
        println!("{what}: LOA_MUTATE_SEED={seed} LOA_MUTATE_SECONDS={seconds}");
        Self { seed, round: 0, end: Instant::now() + Duration::from_secs(seconds) }
    }

    /// Rounds so far.
    pub fn done(&self) -> u64 {
        self.round
    }
}

impl Iterator for Rounds {
    type Item = Chance;
    fn next(&mut self) -> Option<Chance> {
        // At least a few, however slow the machine.
        if self.round >= 4 && Instant::now() >= self.end {
            return None;
        }
        self.round += 1;
        Some(Chance::new(self.seed.wrapping_mul(1_000_003).wrapping_add(self.round)))
    }
}

/// Damages bytes in one to eight ways: flips, extreme numbers, runs taken out, doubled, moved, cut off or put in.
pub fn damage(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for _ in 0..=chance.below(8) {
        // Headers are where damage hurts most.
        let span = if chance.below(2) == 0 { damaged.len().min(600) } else { damaged.len() };
        let place = chance.below(span);
        let end = (place + 1 + chance.below(200)).min(damaged.len());
        match chance.below(8) {
            _ if damaged.is_empty() => damaged.push(chance.number() as u8),
            0 => damaged[place] ^= 1 << chance.below(8),
            1 => damaged[place] = chance.number() as u8,
            2 => {
                let extreme = *chance.one_of(&[0_u32, 1, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]);
                let number = if chance.below(2) == 0 { extreme.to_be_bytes() } else { extreme.to_le_bytes() };
                for (byte, new) in damaged[place..].iter_mut().zip(number) {
                    *byte = new;
                }
            }
            3 => drop(damaged.drain(place..end)),
            4 => {
                let run = damaged[place..end].to_vec();
                damaged.splice(place..place, run);
            }
            5 => {
                let run: Vec<u8> = damaged.drain(place..end).collect();
                let to = chance.below(damaged.len() + 1);
                damaged.splice(to..to, run);
            }
            6 => damaged.truncate(chance.below(damaged.len() + 1)),
            _ => {
                let run: Vec<u8> = (0..chance.below(64)).map(|_| chance.number() as u8).collect();
                damaged.splice(place..place, run);
            }
        }
    }
    damaged
}
