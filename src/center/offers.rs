//! What communes say of single offers, and of whose priority items come first (Thông tư 39/2020/TT-BTTTT).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::refusal::DeskRefusal;
use super::rundowns::last_day_ahead;
use super::{Center, CenterError};
use crate::domain::access::{Grant, Role, allows};
use crate::domain::bulletin::{Approved, Origin, Priority};
use crate::domain::ids::{OrderId, StationId};
use crate::domain::offer::{Answer, airs};
use crate::domain::order::Order;
use crate::domain::province::Province;
use crate::domain::rundown::Item;
use crate::domain::station::StandingChoice;
use crate::store::offers::AnswerRow;

/// Everything that a commune decides of what the department sends.
#[derive(Debug, Clone)]
pub struct Offers {
    /// What follows where nothing is said.
    pub standing: StandingChoice,
    /// Offers that are not over: those that nobody answered first, then by their first day.
    pub offers: Vec<Offered>,
    /// Whether the commune's own priority items come first.
    pub own_first: bool,
    /// Slots issued ahead in which priority items of both stand, in order.
    pub clashes: Vec<Clash>,
}

/// An ordinary bulletin that the department offers to a station.
#[derive(Debug, Clone)]
pub struct Offered {
    /// What is asked.
    pub order: Order,
    /// The bulletin's title.
    pub title: String,
    /// Its length, ms.
    pub duration_ms: u64,
    /// What was said last; none where nothing was.
    pub said: Option<AnswerRow>,
    /// Whether it airs as things stand.
    pub airs: bool,
    /// Where it begins next by the issued rundowns.
    pub next: Option<DateTime<Utc>>,
}

/// A slot in which priority items of a commune and of the department stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Start of the slot.
    pub at: DateTime<Utc>,
    /// Titles of these items, as they follow each other.
    pub titles: Vec<String>,
}

impl Center {
    /// What a station is offered today and later, and what was said of it.
    ///
    /// # Errors
    /// When there is no such station, or the store fails.
    pub async fn offers(&self, station: &StationId, now: DateTime<Utc>) -> Result<Offers, CenterError> {
        let facts = self.station(station).await?;
        let province = self.province().await?;
        let today = now.with_timezone(&province.grid.zone).date_naive();
        let standing = province.choices.get(station).copied().unwrap_or_default();
        let said = self.store.offer_answers(None).await?;
        let before = self.before(&province.grid, (today, last_day_ahead(today)), None).await?;
        let days = today.iter_days().take_while(|date| *date <= last_day_ahead(today));
        let items: Vec<&Item> = days.flat_map(|date| before.items(station, date).unwrap_or_default()).collect();
        let mut offers = Vec::new();
        for order in province.orders.iter().filter(|order| order.to >= today) {
            let offered = |one: &&Approved| {
                one.code == order.bulletin && one.priority == Priority::Ordinary && one.origin == Origin::Department
            };
            let Some(bulletin) = province.bulletins.iter().find(offered) else { continue };
            let (from, to) = (order.from.max(today).max(bulletin.airs_from), order.to.min(bulletin.airs_to));
            let here = facts.area_on(from).is_some_and(|area| {
                order.target.reaches(&province.areas, area, from)
                    && bulletin.target.reaches(&province.areas, area, from)
            });
            if from > to || !here {
                continue;
            }
            let said = said.iter().rfind(|row| row.station == *station && row.order == order.id).cloned();
            let next = items.iter().filter(|item| item.start > now);
            let next = next.filter(|item| item.sound.as_ref().is_some_and(|sound| sound.order == order.id));
            offers.push(Offered {
                airs: airs(Priority::Ordinary, standing, said.as_ref().map(|row| &row.answer)),
                next: next.map(|item| item.start).min(),
                order: Order { from, to, ..order.clone() },
                title: bulletin.title.clone(),
                duration_ms: bulletin.duration_ms,
                said,
            });
        }
        offers.sort_by_key(|one| (one.said.is_some(), one.order.from, one.order.id.clone()));
        let own_first = province.own_first.contains(station);
        Ok(Offers { standing, offers, own_first, clashes: clashes(&province, &items, now) })
    }

    /// Takes a commune's answer to an offer of an ordinary bulletin; plans follow it within moments, but for what is
    /// about to begin. `by`: who answers, an operator or administrator there, and their grants. `false` when the same
    /// was said last already; nothing is kept then.
    ///
    /// # Errors
    /// When there is no such station or order, the order must air, or the person may not.
    pub async fn answer_offer(
        &self,
        station: &StationId,
        order: &OrderId,
        answer: Answer,
        reason: Option<&str>,
        by: (&str, &[Grant]),
    ) -> Result<bool, CenterError> {
        self.must_speak_for(station, by).await?;
        let orders = self.schedules().await?.orders;
        let Some(offered) = orders.iter().find(|one| one.id == *order) else {
            return Err(CenterError::NotFound(format!("order {order} is not known: see orders.toml for the ids")));
        };
        let priority = self.bulletin(&offered.bulletin).await?.facts.priority;
        if priority != Priority::Ordinary {
            let (order, bulletin) = (order.clone(), offered.bulletin.clone());
            return Err(DeskRefusal::NotOffered { order, bulletin, priority }.into());
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let held = self.store.offer_answers(None).await?;
        let last = held.iter().rfind(|row| row.station == *station && row.order == *order);
        if last.is_some_and(|row| row.answer == answer && row.reason.as_deref() == reason) {
            return Ok(false);
        }
        let said = match reason {
            Some(reason) => format!("{order}: {answer:?}: {reason}"),
            None => format!("{order}: {answer:?}"),
        };
        let row = AnswerRow {
            station: station.clone(),
            order: order.clone(),
            answer,
            reason: reason.map(String::from),
            by: by.0.into(),
            at: crate::clock::now(),
        };
        self.store.add_offer_answer(&row).await?;
        self.store.note_act(by.0, "offer-answered", station.as_str(), &said, row.at).await?;
        Ok(true)
    }

    /// Takes a commune's word on whether its own priority items come before the department's in a slot they share;
    /// `false` when that was so already.
    ///
    /// # Errors
    /// When there is no such station, or the person may not.
    pub async fn choose_own_first(
        &self,
        station: &StationId,
        own_first: bool,
        by: (&str, &[Grant]),
    ) -> Result<bool, CenterError> {
        self.must_speak_for(station, by).await?;
        if self.store.own_first(None).await?.contains(station) == own_first {
            return Ok(false);
        }
        let now = crate::clock::now();
        self.store.add_own_first(station, own_first, by.0, now).await?;
        self.store.note_act(by.0, "own-first", station.as_str(), &own_first.to_string(), now).await?;
        Ok(true)
    }

    /// Refuses whoever is neither operator nor administrator of a station today.
    pub(super) async fn must_speak_for(
        &self,
        station: &StationId,
        (by, grants): (&str, &[Grant]),
    ) -> Result<(), CenterError> {
        let facts = self.station(station).await?;
        let (areas, today) = (self.schedules().await?.areas, self.local_today().await?);
        let area = facts.area_on(today);
        let may = |role| area.is_some_and(|area| allows(grants, role, &areas, area, today));
        if may(Role::Operator) || may(Role::Admin) {
            return Ok(());
        }
        Err(DeskRefusal::SpeaksNotFor { by: by.into(), station: station.clone() }.into())
    }
}

/// Slots ahead that hold priority items of the commune's own and of the department's, those that keep time among them.
fn clashes(province: &Province, items: &[&Item], now: DateTime<Utc>) -> Vec<Clash> {
    let origin = |item: &Item| {
        let order = item.sound.as_ref().map(|sound| &sound.order).or(item.reserved.as_ref())?;
        let code = &province.orders.iter().find(|one| one.id == *order)?.bulletin;
        let mut known = province.bulletins.iter().chain(&province.pending);
        known.find(|one| one.code == *code && one.priority == Priority::Priority).map(|one| one.origin)
    };
    let mut slots: BTreeMap<DateTime<Utc>, Vec<(Origin, &Item)>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.start > now) {
        if let Some(origin) = origin(item) {
            slots.entry(item.slot.begins()).or_default().push((origin, item));
        }
    }
    let both = |inside: &Vec<(Origin, &Item)>| {
        [Origin::Commune, Origin::Department].iter().all(|of| inside.iter().any(|(origin, _)| origin == of))
    };
    let clash = |(at, inside): (DateTime<Utc>, Vec<(Origin, &Item)>)| Clash {
        at,
        titles: inside.into_iter().map(|(_, item)| item.title.clone()).collect(),
    };
    slots.into_iter().filter(|(_, inside)| both(inside)).map(clash).collect()
}
