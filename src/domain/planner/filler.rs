//! The rest of a slot filled from the station's ladder, and what of it stays silent all the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::super::area::Area;
use super::super::bulletin::{Approved, Priority};
use super::super::filler::{FillerList, FillerSound, LEAST_SILENCE_MS, Rung, best_fill};
use super::super::ids::BulletinCode;
use super::super::problem::Problem;
use super::super::rundown::{Item, ItemKind};
use super::super::slot::SlotKind;
use super::day::{Place, latest_start, padded_ms};
use super::own::after;
use super::slots::reaches;
use super::{DayInputs, WeekInputs};

/// The lists that reach the bottom of the chain, by their places in the file: those of the nearest unit first.
pub(super) fn reaching(lists: &[FillerList], chain: &[&Area]) -> Vec<usize> {
    let depth = |list: &FillerList| chain.iter().position(|unit| list.target.areas.contains(&unit.code));
    let mut found: Vec<usize> = (0..lists.len()).filter(|at| reaches(&lists[*at].target, chain)).collect();
    found.sort_by_key(|at| (depth(&lists[*at]), *at));
    found
}

/// The ladder of a day: each rung an approved bulletin that may air there and then, and no bulletin twice.
pub(super) fn ladder<'a>(
    lists: impl Iterator<Item = &'a FillerList>,
    approved: &[Approved],
    chain: &[&Area],
    date: NaiveDate,
) -> Vec<Rung> {
    let mut ladder: Vec<Rung> = Vec::new();
    for list in lists {
        for code in &list.bulletins {
            let newest = approved.iter().filter(|one| one.code == *code).max_by_key(|one| one.version);
            // What is urgent airs when two people order it and fills nothing.
            let may = |one: &&Approved| {
                let dated = one.airs_from <= date && date <= one.airs_to;
                dated && one.priority != Priority::Urgent && reaches(&one.target, chain)
            };
            let Some(one) = newest.filter(may) else { continue };
            if ladder.iter().any(|rung| rung.sound.bulletin == *code) {
                continue;
            }
            let sound = FillerSound {
                bulletin: one.code.clone(),
                bulletin_version: one.version,
                title: one.title.clone(),
                duration_ms: one.duration_ms,
                rendition: one.rendition,
                manifest: one.manifest,
            };
            let (spacing_minutes, most_a_day) = (list.spacing_minutes, list.most_a_day);
            ladder.push(Rung { sound, topics: list.topics.clone(), spacing_minutes, most_a_day });
        }
    }
    ladder
}

/// When each filler of a week starts: what is fixed already, and what was laid so far.
pub(super) struct Used(BTreeMap<BulletinCode, Vec<(NaiveDate, DateTime<Utc>)>>);

impl Used {
    pub fn of(inputs: &WeekInputs) -> Self {
        let mut used = Self(BTreeMap::new());
        for day in &inputs.days {
            for item in &day.kept {
                if let Some(sound) = &item.filler {
                    used.0.entry(sound.bulletin.clone()).or_default().push((day.date, item.start));
                }
            }
        }
        used
    }

    /// Whether the rung may come again, about then.
    fn allows(&self, rung: &Rung, date: NaiveDate, about: DateTime<Utc>, place: &Place) -> bool {
        let Some(starts) = self.0.get(&rung.sound.bulletin) else { return true };
        let today = starts.iter().filter(|(day, _)| *day == date).count();
        let least = Duration::minutes(rung.spacing_minutes.into());
        let here = |start: DateTime<Utc>| place.slot.begins() <= start && start < place.slot.end;
        rung.most_a_day.is_none_or(|most| today < most as usize)
            && starts.iter().all(|(_, start)| (*start - about).abs() >= least && !here(*start))
    }
}

/// Fills what a bulletin slot with something in it has left from `from` on, and says what stays silent. A slot without
/// any item is no programme, and no music makes it one; a commune's slot is the commune's.
pub(super) fn fill_rest(
    day: &DayInputs,
    place: &Place,
    from: DateTime<Utc>,
    used: &mut Used,
) -> (Vec<Item>, Option<Problem>) {
    if day.ladder.is_empty() || place.kind != SlotKind::Bulletin || from >= place.slot.end {
        return (Vec::new(), None);
    }
    // By the slot's ends and not by what of it is left, so that a slot filled in part already is filled on as it was.
    let may = |rung: &&Rung| {
        rung.fills(&place.topics)
            && [place.slot.begins(), place.slot.end].iter().all(|about| used.allows(rung, day.date, *about, place))
    };
    let rungs: Vec<&Rung> = day.ladder.iter().filter(may).collect();
    let spared = day.ladder.iter().map(|rung| padded_ms(rung.sound.duration_ms) - rung.sound.duration_ms).min();
    let seconds = |ms: u64| usize::try_from(ms / 1000).unwrap_or(usize::MAX);
    let left_ms = u64::try_from((place.slot.end - from).num_milliseconds()).unwrap_or(0);
    let lengths: Vec<usize> = rungs.iter().map(|rung| seconds(padded_ms(rung.sound.duration_ms))).collect();
    let chosen = best_fill(&lengths, seconds(left_ms + spared.unwrap_or(0)));
    let (mut items, mut start) = (Vec::new(), from);
    for at in chosen {
        let sound = &rungs[at].sound;
        used.0.entry(sound.bulletin.clone()).or_default().push((day.date, start));
        items.push(item(day, place, start, sound));
        start = after(start, sound.duration_ms);
    }
    let silent_ms = (place.slot.end - start).num_milliseconds();
    let silent = u64::try_from(silent_ms).is_ok_and(|silent_ms| silent_ms >= LEAST_SILENCE_MS).then(|| {
        let at = start.with_timezone(&day.zone).format("%H:%M:%S on %d/%m/%Y");
        let sentence = format!(
            "the slot of rule \"{}\" falls silent for {} seconds from {at}, and no filler fits: \
             add a shorter filler, or let one come more often",
            place.slot.rule,
            silent_ms / 1000
        );
        Problem::warn("dead-air", &place.slot.rule, sentence)
    });
    (items, silent)
}

fn item(day: &DayInputs, place: &Place, start: DateTime<Utc>, sound: &FillerSound) -> Item {
    Item {
        airing: None,
        kind: ItemKind::Filler,
        title: sound.title.clone(),
        start,
        duration_ms: sound.duration_ms,
        latest_start: latest_start(day, &place.slot, start),
        slot: place.slot.clone(),
        sound: None,
        reserved: None,
        overrun: None,
        filler: Some(sound.clone()),
        why: format!("Lấp phần còn lại của khung giờ \"{}\"; không tính là lượt phát", place.name),
    }
}
