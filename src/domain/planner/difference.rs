//! What a new plan of a station's days does to the one that was issued: what comes, goes and moves, and whether a day
//! becomes so much smaller that a person should say whether that is meant.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::super::bulletin::{Approved, Origin, Priority};
use super::super::ids::{BulletinCode, Sha256};
use super::super::offer::{Answer, airs};
use super::super::rundown::Item;
use super::super::settings::Settings;
use super::super::station::StandingChoice;

/// A day as it was issued, and as it would be.
#[derive(Debug, Clone, Copy)]
pub struct BothDays<'a> {
    /// The local day.
    pub date: NaiveDate,
    /// Items issued for it; empty where nothing was.
    pub before: &'a [Item],
    /// Items of the new plan.
    pub after: &'a [Item],
}

/// What changes over some days of a station.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Items as issued.
    pub before: u32,
    /// Items of the new plan.
    pub after: u32,
    /// Items that are only in the new plan and did not come from elsewhere.
    pub new: u32,
    /// Items that were issued and are nowhere in the new plan.
    pub gone: u32,
    /// Items at another time or on another day.
    pub moved: u32,
    /// What went and what moved, by name, in order of time.
    pub displaced: Vec<Displacement>,
}

/// An item that does not stay where it was issued.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Displacement {
    /// When it was to start.
    pub from: DateTime<Utc>,
    /// When it starts in the new plan; none where it is gone.
    pub to: Option<DateTime<Utc>>,
    /// Its title.
    pub title: String,
    /// Its bulletin; none for what is only listed.
    pub bulletin: Option<BulletinCode>,
}

/// What an item is when it is looked for at another time: its order, or the rule that lists it, whose plays are alike.
fn source(item: &Item) -> (bool, &str) {
    match &item.sound {
        Some(sound) => (true, sound.order.as_str()),
        None => (false, item.slot.rule.as_str()),
    }
}

/// Compares days of one station.
pub fn difference(days: &[BothDays<'_>]) -> Difference {
    type Spots<'a> = BTreeMap<(NaiveDate, DateTime<Utc>), &'a Item>;
    let mut sources: BTreeMap<(bool, &str), [Spots; 2]> = BTreeMap::new();
    let mut sum = Difference::default();
    for day in days {
        for (place, items) in [day.before, day.after].into_iter().enumerate() {
            for item in items {
                sources.entry(source(item)).or_default()[place].insert((day.date, item.start), item);
            }
        }
        sum.before += count(day.before.len());
        sum.after += count(day.after.len());
    }
    for [before, after] in sources.into_values() {
        let gone: Vec<&Item> = before.iter().filter(|(spot, _)| !after.contains_key(spot)).map(|(_, it)| *it).collect();
        let mut come = after.iter().filter(|(spot, _)| !before.contains_key(spot)).map(|(_, it)| *it);
        for item in gone {
            let to = come.next().map(|found| found.start);
            match to {
                Some(_) => sum.moved += 1,
                None => sum.gone += 1,
            }
            let bulletin = item.sound.as_ref().map(|sound| sound.bulletin.clone());
            sum.displaced.push(Displacement { from: item.start, to, title: item.title.clone(), bulletin });
        }
        sum.new += count(come.count());
    }
    sum.displaced.sort();
    sum
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// Approvals in force: what of an issued day is expected to air still.
#[derive(Debug)]
pub struct Expected<'a>(BTreeMap<&'a Sha256, (Priority, Origin)>);

impl<'a> Expected<'a> {
    /// When these are approved.
    pub fn new(approved: &'a [Approved]) -> Self {
        Self(approved.iter().map(|one| (&one.manifest, (one.priority, one.origin))).collect())
    }

    /// Whether nobody has decided that it should not air: an approval that was withdrawn or followed by another, and a
    /// commune that declines, by its standing choice or this one offer (`answer`), are words of people already.
    pub fn holds(&self, item: &Item, choice: StandingChoice, answer: Option<&Answer>) -> bool {
        let Some(sound) = &item.sound else { return false };
        let Some((priority, origin)) = self.0.get(&sound.manifest) else { return false };
        *origin == Origin::Commune || airs(*priority, choice, answer)
    }
}

/// A day that becomes much smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shrunk {
    /// Airings of the day as issued that are expected still.
    pub had: u32,
    /// Airings of the whole day in the new plan.
    pub has: u32,
}

/// Whether of the airings still to come so many go that somebody should say whether it is meant: all of them, or more
/// than the settings let go.
pub fn shrunk(
    before: &[Item],
    after: &[Item],
    expected: impl Fn(&Item) -> bool,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Shrunk> {
    let to_come = |item: &&Item| item.sound.is_some() && item.start > now;
    let had = before.iter().filter(to_come).filter(|item| expected(item)).count();
    let has = after.iter().filter(to_come).count();
    let small = has == 0 || has * 100 < had * settings.keep_percent as usize;
    (had > 0 && small).then(|| Shrunk {
        had: count(before.iter().filter(|item| expected(item)).count()),
        has: count(after.iter().filter(|item| item.sound.is_some()).count()),
    })
}
