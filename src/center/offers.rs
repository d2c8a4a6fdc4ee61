//! What communes say of single offers, and of whose priority items come first (Thông tư 39/2020/TT-BTTTT).

use super::{Center, CenterError};
use crate::domain::access::{Grant, Role, allows};
use crate::domain::bulletin::Priority;
use crate::domain::ids::{OrderId, StationId};
use crate::domain::offer::Answer;
use crate::store::offers::AnswerRow;

impl Center {
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
            return Err(CenterError::refused(format!(
                "order {order} is for {}, which is {} and must air: only ordinary bulletins are offered",
                offered.bulletin,
                priority.word()
            )));
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
        Err(CenterError::forbidden(format!("{by} is neither operator nor administrator of {station}")))
    }
}
