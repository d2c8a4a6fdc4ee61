//! Which airings have their ending: bounded, and independent of the clock, so that no step of it makes an airing new.

use std::collections::{BTreeSet, VecDeque};

use crate::domain::ids::AiringId;

/// Endings remembered besides those of held rundowns: at 100 airings a day, more than three months.
pub(super) const MOST_REMEMBERED: usize = 10_000;

/// Airings that have their ending.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    known: BTreeSet<AiringId>,
    oldest_first: VecDeque<AiringId>,
}

impl Memory {
    pub fn has(&self, airing: &AiringId) -> bool {
        self.known.contains(airing)
    }

    /// Remembers one more, and forgets the oldest that is not `held` once there are too many.
    pub fn add(&mut self, airing: AiringId, held: impl Fn(&AiringId) -> bool) {
        if !self.known.insert(airing) {
            return;
        }
        self.oldest_first.push_back(airing);
        // Each is looked at once at most: all of them may be held.
        for _ in 0..self.oldest_first.len() {
            if self.oldest_first.len() <= MOST_REMEMBERED {
                break;
            }
            let Some(oldest) = self.oldest_first.pop_front() else { break };
            if held(&oldest) {
                self.oldest_first.push_back(oldest);
            } else {
                self.known.remove(&oldest);
            }
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.known.len()
    }
}
