//! The fill: which plays go into which rooms, as a bare problem of numbers. It must not know of stations, orders or
//! dates, so that equal problems have equal answers.

use std::cmp::Reverse;

use super::super::slot::Daypart;

/// Silence between two items, ms, before rounding up to the whole second.
pub(super) const GAP_MS: u64 = 500;

/// Lengths above this are reckoned as this, ms (a day): no room is as long, and no sum of them overflows.
pub(super) const LONGEST_MS: u64 = 86_400_000;

/// What an item takes when another follows it: its length and the gap, rounded up to the whole second, ms.
pub(super) fn padded_ms(duration_ms: u64) -> u64 {
    (duration_ms.min(LONGEST_MS) + GAP_MS).div_ceil(1000) * 1000
}

/// Something that wants to be placed some times, at most once in each room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    /// Goes before all that are not.
    pub first: bool,
    /// Times to place.
    pub plays: usize,
    /// Length, ms, at most [`LONGEST_MS`].
    pub duration_ms: u64,
    /// Rooms it may go into, ascending.
    pub rooms: Vec<usize>,
    /// Rooms that hold it already; never among `rooms`, but counted when spreading.
    pub held: Vec<usize>,
    /// Which daypart a single play prefers, by turns: 0 the first that fits, 1 the second, and so on around.
    pub turn: usize,
    /// Wishes with an equal number sound the same and are kept apart while there is a choice.
    pub sound: usize,
}

/// A stretch of time to fill; in order of start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Room {
    /// Start, seconds of any epoch.
    pub start: i64,
    /// Part of the day.
    pub daypart: Daypart,
    /// Free time, ms.
    pub free_ms: u64,
}

/// Places as many plays as it can and returns, for each wish, its rooms in order of start. `hints` are rooms to try first, wish by
/// wish (none, or one list a wish): where they still fit they are used again, so that a plan made anew changes little.
pub(super) fn fill(wishes: &[Wish], rooms: &[Room], hints: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut state = State::new(wishes, rooms);
    for class in [true, false] {
        for (at, hinted) in hints.iter().enumerate().filter(|(at, _)| wishes[*at].first == class) {
            for room in hinted {
                if state.left(at) > 0 && state.fits(at, *room) {
                    state.place(at, *room);
                }
            }
        }
        while let Some(at) = state.neediest(class) {
            match state.best_room(at) {
                Some(room) => state.place(at, room),
                None if state.make_room(at) => {}
                None => state.given_up[at] = true,
            }
        }
    }
    for placed in &mut state.placed {
        placed.sort_unstable();
    }
    state.placed
}

struct State<'a> {
    wishes: &'a [Wish],
    rooms: &'a [Room],
    /// Rooms of each wish.
    placed: Vec<Vec<usize>>,
    /// Wishes in each room.
    inside: Vec<Vec<usize>>,
    /// Padded time taken in each room, ms.
    used_ms: Vec<u64>,
    /// Nothing more can be done for it.
    given_up: Vec<bool>,
}

impl<'a> State<'a> {
    fn new(wishes: &'a [Wish], rooms: &'a [Room]) -> Self {
        Self {
            wishes,
            rooms,
            placed: vec![Vec::new(); wishes.len()],
            inside: vec![Vec::new(); rooms.len()],
            used_ms: vec![0; rooms.len()],
            given_up: vec![false; wishes.len()],
        }
    }

    fn left(&self, wish: usize) -> usize {
        self.wishes[wish].plays.saturating_sub(self.placed[wish].len())
    }

    /// Whether the room has the time, whatever order its items will have: the last one needs no gap, and the least of
    /// all gaps is the one that can surely be spared.
    fn has_time(&self, wish: usize, room: usize, without: Option<usize>) -> bool {
        let slack = |wish: usize| padded_ms(self.wishes[wish].duration_ms) - self.wishes[wish].duration_ms;
        let others = self.inside[room].iter().filter(|other| Some(**other) != without);
        let spared = others.map(|other| slack(*other)).chain([slack(wish)]).min().unwrap_or(0);
        let freed = without.map_or(0, |other| padded_ms(self.wishes[other].duration_ms));
        self.used_ms[room] - freed + padded_ms(self.wishes[wish].duration_ms) - spared <= self.rooms[room].free_ms
    }

    fn may_enter(&self, wish: usize, room: usize) -> bool {
        self.wishes[wish].rooms.contains(&room) && !self.placed[wish].contains(&room)
    }

    fn fits(&self, wish: usize, room: usize) -> bool {
        self.may_enter(wish, room) && self.has_time(wish, room, None)
    }

    fn place(&mut self, wish: usize, room: usize) {
        self.placed[wish].push(room);
        self.inside[room].push(wish);
        self.used_ms[room] += padded_ms(self.wishes[wish].duration_ms);
    }

    fn remove(&mut self, wish: usize, room: usize) {
        self.placed[wish].retain(|other| *other != room);
        self.inside[room].retain(|other| *other != wish);
        self.used_ms[room] -= padded_ms(self.wishes[wish].duration_ms);
    }

    /// The wish whose plays are hardest to place: the most left for each room that still fits, then the fewest such
    /// rooms, then the first of the list.
    fn neediest(&self, class: bool) -> Option<usize> {
        let mut best: Option<(usize, usize, usize)> = None;
        for at in 0..self.wishes.len() {
            let left = self.left(at);
            if self.wishes[at].first != class || left == 0 || self.given_up[at] {
                continue;
            }
            let fits = self.wishes[at].rooms.iter().filter(|room| self.fits(at, **room)).count();
            // left/fits compared without division; nothing fitting is the greatest need.
            let needier = best.is_none_or(|(_, best_left, best_fits)| {
                (left * best_fits, Reverse(fits)) > (best_left * fits, Reverse(best_fits))
            });
            if needier {
                best = Some((at, left, fits));
            }
        }
        best.map(|(at, ..)| at)
    }

    /// The fitting room that spreads the wish best: apart from the same sound, in the daypart whose turn it is (a single
    /// play) or that it is least in, farthest from its other plays, with the most time free, and the earliest.
    fn best_room(&self, wish: usize) -> Option<usize> {
        let one = &self.wishes[wish];
        let own: Vec<usize> = one.held.iter().chain(&self.placed[wish]).copied().collect();
        let fitting: Vec<usize> = one.rooms.iter().copied().filter(|room| self.fits(wish, *room)).collect();
        let mut dayparts: Vec<Daypart> = fitting.iter().map(|room| self.rooms[*room].daypart).collect();
        dayparts.dedup();
        let single = one.plays == 1 && own.is_empty() && !dayparts.is_empty();
        let preferred = single.then(|| dayparts[one.turn % dayparts.len()]);
        let key = |room: usize| {
            let here = &self.rooms[room];
            let same = self.inside[room].iter().any(|other| self.wishes[*other].sound == one.sound);
            let in_daypart = own.iter().filter(|other| self.rooms[**other].daypart == here.daypart).count();
            let apart = own.iter().map(|other| self.rooms[*other].start.abs_diff(here.start)).min().unwrap_or(0);
            let free = here.free_ms.saturating_sub(self.used_ms[room]);
            let out_of_turn = preferred.is_some_and(|daypart| daypart != here.daypart);
            (same, out_of_turn, in_daypart, Reverse(apart), Reverse(free), room)
        };
        fitting.into_iter().min_by_key(|room| key(*room))
    }

    /// Moves one item to another room so that the wish fits where it was, and places it there; false if none can move.
    fn make_room(&mut self, wish: usize) -> bool {
        let open: Vec<usize> =
            self.wishes[wish].rooms.iter().copied().filter(|room| self.may_enter(wish, *room)).collect();
        for room in open {
            for other in self.inside[room].clone() {
                if !self.has_time(wish, room, Some(other)) {
                    continue;
                }
                if let Some(target) = self.best_room(other) {
                    self.remove(other, room);
                    self.place(other, target);
                    self.place(wish, room);
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(hour: i64, minutes: u64) -> Room {
        Room { start: hour * 3600, daypart: Daypart::of_hour(hour as u32), free_ms: minutes * 60_000 }
    }

    fn wish(plays: usize, minutes: u64, rooms: &[usize]) -> Wish {
        Wish {
            first: false,
            plays,
            duration_ms: minutes * 60_000,
            rooms: rooms.into(),
            held: vec![],
            turn: 0,
            sound: usize::MAX,
        }
    }

    fn numbered(mut wishes: Vec<Wish>) -> Vec<Wish> {
        for (at, wish) in wishes.iter_mut().enumerate() {
            wish.sound = at;
        }
        wishes
    }

    #[test]
    fn two_plays_go_to_two_dayparts_rather_than_back_to_back() {
        let rooms = [room(5, 15), room(6, 15), room(17, 15), room(18, 15)];
        assert_eq!(fill(&[wish(2, 5, &[0, 1, 2, 3])], &rooms, &[]), [vec![0, 3]]);
    }

    #[test]
    fn plays_already_held_count_when_spreading() {
        let rooms = [room(5, 15), room(6, 15), room(17, 15)];
        let one = Wish { held: vec![0], ..wish(1, 5, &[1, 2]) };
        assert_eq!(fill(&[one], &rooms, &[]), [vec![2]]);
    }

    #[test]
    fn an_item_moves_to_make_room_for_one_with_less_choice() {
        let rooms = [room(5, 10), room(17, 10)];
        let wishes = numbered(vec![Wish { first: true, ..wish(1, 9, &[0, 1]) }, wish(1, 9, &[0])]);
        assert_eq!(fill(&wishes, &rooms, &[]), [vec![1], vec![0]]);
    }

    #[test]
    fn what_goes_first_is_never_pushed_out() {
        let rooms = [room(5, 10)];
        let wishes = numbered(vec![wish(1, 9, &[0]), Wish { first: true, ..wish(1, 9, &[0]) }]);
        assert_eq!(fill(&wishes, &rooms, &[]), [vec![], vec![0]]);
    }

    #[test]
    fn the_same_sound_is_kept_apart_while_there_is_a_choice() {
        let rooms = [room(5, 20), room(17, 10)];
        let wishes = [Wish { sound: 1, ..wish(1, 5, &[0]) }, Wish { sound: 1, ..wish(1, 5, &[0, 1]) }];
        assert_eq!(fill(&wishes, &rooms, &[]), [vec![0], vec![1]]);
    }

    #[test]
    fn an_item_may_end_exactly_with_its_room() {
        assert_eq!(fill(&[wish(1, 10, &[0])], &[room(5, 10)], &[]), [vec![0]]);
        let two = numbered(vec![wish(1, 5, &[0]), wish(1, 5, &[0])]);
        assert_eq!(fill(&two, &[room(5, 10)], &[]).concat().len(), 1, "the gap has no room");
    }

    #[test]
    fn a_single_play_takes_the_dayparts_by_turns() {
        let rooms = [room(5, 15), room(6, 15), room(12, 15), room(17, 15)];
        let taken: Vec<usize> =
            (0..4).map(|turn| fill(&[Wish { turn, ..wish(1, 5, &[0, 1, 2, 3]) }], &rooms, &[])[0][0]).collect();
        assert_eq!(taken, [0, 2, 3, 0]);
    }

    #[test]
    fn hints_that_still_fit_are_used_again() {
        let rooms = [room(5, 15), room(17, 15)];
        assert_eq!(fill(&[wish(1, 5, &[0, 1])], &rooms, &[vec![1]]), [vec![1]]);
        assert_eq!(fill(&[wish(1, 5, &[0])], &rooms, &[vec![1]]), [vec![0]]);
    }
}
