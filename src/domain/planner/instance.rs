//! The bare allocation problem as a file: stations, days, slots and bulletins as numbers only, to set the fill beside
//! other solvers. It goes through the same [`fill`] with the same quality as a province's plan.
//!
//! Value of a plan: over stations, bulletins and weeks, priority × the lesser of plays and plays required that week.
//! Hard: slot seconds, dayparts allowed, days of validity (inclusive), the target, plays a day at most, once a slot.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fill::{Filled, Prices, Quality, Room, Wish, fill, prove};

/// Days of a week.
const WEEK: usize = 7;

/// The problem.
#[derive(Debug, Clone, Deserialize)]
pub struct Instance {
    /// Days planned.
    pub days: usize,
    /// Slots a day.
    pub slots: usize,
    /// Stations.
    pub stations: Vec<InstanceStation>,
    /// Bulletins.
    pub bulletins: Vec<InstanceBulletin>,
}

/// A station of the problem.
#[derive(Debug, Clone, Deserialize)]
pub struct InstanceStation {
    /// Its number.
    pub id: u32,
    /// District, for targets.
    pub district: u32,
    /// Language, for targets.
    pub lang: String,
    /// Seconds of each slot, day by day.
    pub cap: Vec<Vec<u32>>,
}

/// A bulletin of the problem.
#[derive(Debug, Clone, Deserialize)]
pub struct InstanceBulletin {
    /// Its number.
    pub id: u32,
    /// Seconds it takes.
    pub dur: u32,
    /// First day, from 0.
    pub d0: usize,
    /// Last day, inclusive.
    pub d1: usize,
    /// Whom it is for.
    pub target: InstanceTarget,
    /// Slots of the day it may go into, ascending.
    pub slots: Vec<usize>,
    /// Plays a day at most.
    pub maxday: u32,
    /// Plays required in each week.
    pub req: Vec<u32>,
    /// What a play is worth.
    pub prio: u32,
}

/// Whom a bulletin is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "lowercase")]
pub enum InstanceTarget {
    /// Everyone.
    All(serde_json::Value),
    /// Stations of these districts.
    Districts(BTreeSet<u32>),
    /// Stations of this language.
    Lang(String),
    /// These stations.
    List(BTreeSet<u32>),
}

/// What one station's weeks came to.
#[derive(Debug, Clone)]
pub struct StationFill {
    /// The station.
    pub station: u32,
    /// Bulletin, day, slot; in order of day, slot and bulletin.
    pub plays: Vec<(u32, usize, usize)>,
    /// What the plays are worth.
    pub value: u64,
    /// No plan of the station is worth more, by the prices.
    pub bound: u64,
    /// The prices of each week that prove it.
    pub weeks: Vec<WeekPrices>,
}

/// The prices of a station's week, as a certificate states them.
#[derive(Debug, Clone, Serialize)]
pub struct WeekPrices {
    /// The week, from 0.
    pub week: usize,
    /// Prices are in parts of a priority: 1 is 1/scale.
    pub scale: u32,
    /// Bulletin and what a play of it is worth.
    pub worth: Vec<(u32, i32)>,
    /// Bulletin, day and the price of a play on it; prices of 0 are left out.
    pub day: Vec<(u32, usize, i32)>,
}

impl Instance {
    /// Finds what makes no sense in the problem: numbers that lead out of its days, slots or weeks.
    ///
    /// # Errors
    /// A sentence that names the station or the bulletin.
    pub fn check(&self) -> Result<(), String> {
        let weeks = self.days.div_ceil(WEEK);
        for station in &self.stations {
            if station.cap.len() != self.days || station.cap.iter().any(|slots| slots.len() != self.slots) {
                let (days, slots) = (self.days, self.slots);
                return Err(format!("station {}: cap must have {days} days of {slots} slots", station.id));
            }
            if station.cap.iter().flatten().any(|seconds| *seconds > 86_400) {
                return Err(format!("station {}: a slot has at most 86400 seconds", station.id));
            }
        }
        for one in &self.bulletins {
            let fault = if one.dur == 0 || one.dur > 86_400 {
                "dur must be 1 to 86400 seconds"
            } else if one.d1 < one.d0 || one.d1 >= self.days {
                "d0 to d1 must be days of the plan"
            } else if !one.slots.is_sorted_by(|a, b| a < b) || one.slots.last().is_some_and(|slot| *slot >= self.slots)
            {
                "slots must be slots of the day, ascending"
            } else if one.req.len() != weeks || one.req.iter().any(|plays| *plays > 1000) {
                "req must have one number for each week, at most 1000"
            } else if !(1..=1000).contains(&one.prio) || one.maxday > 1000 {
                "prio must be 1 to 1000, and maxday at most 1000"
            } else {
                continue;
            };
            return Err(format!("bulletin {}: {fault}", one.id));
        }
        Ok(())
    }

    /// Fills the weeks of one station.
    pub fn fill(&self, station: &InstanceStation, quality: Quality) -> StationFill {
        let mut whole = StationFill { station: station.id, plays: Vec::new(), value: 0, bound: 0, weeks: Vec::new() };
        for week in 0..self.days.div_ceil(WEEK) {
            let (wanted, wishes, rooms) = self.week(station, week);
            let Filled { placed, value, prices, .. } = fill(&wishes, &rooms, quality);
            for (bulletin, rooms) in wanted.iter().zip(&placed) {
                whole
                    .plays
                    .extend(rooms.iter().map(|room| (bulletin.id, week * WEEK + room / self.slots, room % self.slots)));
            }
            whole.value += value;
            whole.bound += prices.bound_floor();
            whole.weeks.push(week_prices(week, &wanted, &prices));
        }
        whole.plays.sort_unstable_by_key(|(bulletin, day, slot)| (*day, *slot, *bulletin));
        whole
    }

    /// Reckons the prices of a filled station anew, in so many rounds, for a closer bound.
    pub fn prove(&self, station: &InstanceStation, filled: &mut StationFill, rounds: u32) {
        filled.bound = 0;
        for week in 0..self.days.div_ceil(WEEK) {
            let (wanted, wishes, rooms) = self.week(station, week);
            let weight_of = |id: u32| wanted.iter().find(|one| one.id == id).map_or(0, |one| u64::from(one.prio));
            let here = filled.plays.iter().filter(|(_, day, _)| day / WEEK == week);
            let prices = prove(&wishes, &rooms, here.map(|(id, ..)| weight_of(*id)).sum(), rounds);
            filled.bound += prices.bound_floor();
            filled.weeks[week] = week_prices(week, &wanted, &prices);
        }
    }

    /// One week of a station as the fill takes it: what is wanted there, the wish of each, and its rooms.
    pub fn week(&self, station: &InstanceStation, week: usize) -> (Vec<&InstanceBulletin>, Vec<Wish>, Vec<Room>) {
        let means = |one: &&InstanceBulletin| one.req[week] > 0 && one.target.means(station);
        let wanted: Vec<&InstanceBulletin> = self.bulletins.iter().filter(means).collect();
        let rooms = self.rooms(station, week);
        let wishes = wanted.iter().enumerate().map(|(at, one)| self.wish(one, week, at, &rooms)).collect();
        (wanted, wishes, rooms)
    }

    fn rooms(&self, station: &InstanceStation, week: usize) -> Vec<Room> {
        let days = station.cap.iter().skip(week * WEEK).take(WEEK).enumerate();
        let room = |day: usize, slot: usize, free_s: u32| Room {
            // Evenly apart in the day: only the order and the distances matter.
            start: ((day * self.slots + slot) * 86_400 / self.slots.max(1)) as i64,
            day,
            daypart: slot,
            free_s,
        };
        days.flat_map(|(day, slots)| slots.iter().enumerate().map(move |(slot, free_s)| room(day, slot, *free_s)))
            .collect()
    }

    fn wish(&self, bulletin: &InstanceBulletin, week: usize, at: usize, rooms: &[Room]) -> Wish {
        let valid = |day: usize| (bulletin.d0..=bulletin.d1).contains(&(week * WEEK + day));
        let enters = |room: &usize| {
            valid(rooms[*room].day) && bulletin.slots.contains(&rooms[*room].daypart) && rooms[*room].free_s > 0
        };
        Wish {
            weight: bulletin.prio,
            plays: bulletin.req[week],
            most_a_day: bulletin.maxday,
            length_s: bulletin.dur,
            rooms: (0..rooms.len()).filter(enters).collect(),
            held: Vec::new(),
            turn: at,
            sound: at,
            spacing_s: 0,
        }
    }
}

impl InstanceTarget {
    fn means(&self, station: &InstanceStation) -> bool {
        match self {
            Self::All(_) => true,
            Self::Districts(districts) => districts.contains(&station.district),
            Self::Lang(lang) => *lang == station.lang,
            Self::List(stations) => stations.contains(&station.id),
        }
    }
}

fn week_prices(week: usize, wanted: &[&InstanceBulletin], prices: &Prices) -> WeekPrices {
    let worth = wanted.iter().zip(&prices.worth).map(|(bulletin, worth)| (bulletin.id, *worth)).collect();
    let day = wanted
        .iter()
        .zip(&prices.day)
        .flat_map(|(bulletin, days)| {
            let dear = days.iter().enumerate().filter(|(_, price)| **price > 0);
            dear.map(|(day, price)| (bulletin.id, week * WEEK + day, *price))
        })
        .collect();
    WeekPrices { week, scale: prices.scale, worth, day }
}
