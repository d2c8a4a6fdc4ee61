//! Where a commune's own bulletin would land and what it would move, in the reader's words: days that are alike are one
//! line.

use chrono::{DateTime, NaiveDate, Timelike, Utc};

use super::desk::Desk;
use super::why::slot_answer;
use crate::center::local_items::LocalQuota;
use crate::center::local_outlook::{LocalOutlook, Short, StationLanding};
use crate::domain::planner::explain::{Answer, Explanation};
use crate::domain::planner::landing::{DayLanding, Landing, Moved};
use crate::web::pages::{LandingRow, LocalOutlookView, MovedRow, QuotaView, ShortRow, StationLandingView, Words};

/// Days named one by one at most; of more their first and last.
const FEW_DAYS: usize = 3;

/// What is alike on some days, and these.
type Alike<T> = Vec<(T, Vec<NaiveDate>)>;

/// How many bulletins a commune has.
pub fn quota_view(quota: &LocalQuota) -> QuotaView {
    QuotaView {
        in_force: quota.in_force,
        most_in_force: quota.most.in_force,
        waiting: quota.waiting,
        most_waiting: quota.most.waiting,
        has_room: quota.has_room(),
    }
}

/// What a wish would do.
pub fn outlook_view(words: Words, desk: &Desk, outlook: &LocalOutlook) -> LocalOutlookView {
    let short = |(_, short): &&(DayLanding, Short)| short.plays > 0;
    LocalOutlookView {
        from: outlook.from,
        to: outlook.to,
        beyond: (outlook.last_day > outlook.to).then_some(outlook.last_day),
        plays: outlook.plays(),
        short_days: outlook.stations.iter().map(|one| one.days.iter().filter(short).count()).max().unwrap_or(0),
        stations: outlook.stations.iter().map(|one| station_view(words, desk, one)).collect(),
    }
}

fn station_view(words: Words, desk: &Desk, one: &StationLanding) -> StationLandingView {
    let station = desk.schedules.stations.iter().find(|station| station.id == one.station);
    let teller = Teller { words, desk };
    StationLandingView {
        name: station.map_or_else(|| one.station.to_string(), |station| station.name.clone()),
        days: teller.landings(&one.days),
        moved: teller.moved(&one.days),
        short: teller.short(&one.days),
    }
}

struct Teller<'a> {
    words: Words,
    desk: &'a Desk,
}

impl Teller<'_> {
    /// Hours and minutes, and seconds where there are any: what moves by half a minute is seen to move.
    fn time(&self, at: DateTime<Utc>) -> String {
        let local = self.desk.local(at);
        if local.second() == 0 { self.words.time(local) } else { self.words.seconds(local) }
    }

    fn landings(&self, days: &[(DayLanding, Short)]) -> Vec<LandingRow> {
        let mut alike: Alike<Vec<(String, String)>> = Vec::new();
        for (day, _) in days.iter().filter(|(day, _)| !day.plays.is_empty()) {
            let plays: Vec<(String, String)> = day.plays.iter().map(|play| self.play(play)).collect();
            keep(&mut alike, plays, day.date);
        }
        alike.into_iter().map(|(plays, days)| LandingRow { days: self.days(&days), plays }).collect()
    }

    fn play(&self, play: &Landing) -> (String, String) {
        let (from, to) = (self.time(play.slot_start), self.time(play.slot_end));
        let slot = self.words.t3("local-slot", ("name", &play.slot), ("from", &from), ("to", &to));
        (self.time(play.start), slot)
    }

    fn moved(&self, days: &[(DayLanding, Short)]) -> Vec<MovedRow> {
        let mut alike: Alike<MovedRow> = Vec::new();
        for (day, moved) in days.iter().flat_map(|(day, _)| day.moved.iter().map(move |moved| (day, moved))) {
            let row = MovedRow {
                title: moved.title.clone(),
                commune: moved.commune,
                from: self.time(moved.from),
                how: self.how(moved),
                out: moved.to.is_none(),
                days: String::new(),
            };
            keep(&mut alike, row, day.date);
        }
        alike.into_iter().map(|(row, days)| MovedRow { days: self.days(&days), ..row }).collect()
    }

    fn how(&self, moved: &Moved) -> String {
        let from = self.time(moved.from);
        let Some(to) = moved.to else { return self.words.t1("local-moved-out", "from", from) };
        let date = self.desk.local(to).date();
        if date != self.desk.local(moved.from).date() {
            let (to, date) = (self.time(to), self.words.day_month(date));
            return self.words.t3("local-moved-other-day", ("from", from), ("to", to), ("date", date));
        }
        let key = if to > moved.from { "local-moved-later" } else { "local-moved-earlier" };
        self.words.t2(key, "from", from, "to", self.time(to))
    }

    fn short(&self, days: &[(DayLanding, Short)]) -> Vec<ShortRow> {
        let mut alike: Alike<Vec<(String, String)>> = Vec::new();
        for (day, short) in days {
            let Some(why) = &short.why else { continue };
            keep(&mut alike, self.reasons(why), day.date);
        }
        alike.into_iter().map(|(slots, days)| ShortRow { days: self.days(&days), slots }).collect()
    }

    /// Slot by slot, those that hold it left out.
    fn reasons(&self, why: &Explanation) -> Vec<(String, String)> {
        let slots = why.orders.iter().flat_map(|order| &order.slots);
        let reason = |slot: &crate::domain::planner::explain::SlotAnswer| {
            let (answer, help) = slot_answer(self.words, self.desk, &slot.answer);
            let help = help.map(|key| self.words.t(key)).unwrap_or_default();
            (self.words.t2("local-short-slot", "slot", self.time(slot.start), "answer", answer), help)
        };
        let reasons: Vec<(String, String)> =
            slots.filter(|slot| !matches!(slot.answer, Answer::Airs(_))).map(reason).collect();
        if !reasons.is_empty() {
            return reasons;
        }
        let taken = why.orders.iter().map(|order| order.slots.len()).sum::<usize>();
        let (text, help) = match taken {
            0 => (self.words.t("local-no-slot"), "local-no-slot-help"),
            // All of them hold it.
            slots => (self.words.count("local-once", slots), "local-once-help"),
        };
        vec![(text, self.words.t(help))]
    }

    /// `25/11, 26/11`; of many how many, and the first and the last.
    fn days(&self, days: &[NaiveDate]) -> String {
        let words = self.words;
        match days {
            [day] => words.weekday(*day),
            [first, .., last] if days.len() > FEW_DAYS => {
                let span = format!("{} – {}", words.day_month(*first), words.day_month(*last));
                words.t2("local-days-count", "n", words.n(days.len()), "days", span)
            }
            days => days.iter().map(|day| words.day_month(*day)).collect::<Vec<_>>().join(", "),
        }
    }
}

/// Adds a day to what is alike, in order of the first day of each.
fn keep<T: PartialEq>(alike: &mut Alike<T>, what: T, day: NaiveDate) {
    match alike.iter_mut().find(|(held, _)| *held == what) {
        Some((_, days)) => days.push(day),
        None => alike.push((what, vec![day])),
    }
}
