//! What communes say of single offers, and of whose priority items come first (Thông tư 39/2020/TT-BTTTT).

use super::{Center, CenterError};
use crate::domain::access::{Grant, Role, allows};
use crate::domain::bulletin::Priority;
use crate::domain::ids::{OrderId, StationId};
use crate::domain::offer::Answer;
use crate::store::offers::AnswerRow;

impl Center {
    /// Takes a commune's answer to an offer of an ordinary bulletin; plans follow it within moments, but for what is
    /// about to begin. `by`: who answers, an operator or administrator there, and their grants.
    ///
    /// # Errors
    /// When there is no such station or order, the order must air, or the person may not.
    pub async fn answer_offer(
        &self,
        station: &StationId,
        order: &OrderId,
        answer: Answer,
        by: (&str, &[Grant]),
    ) -> Result<(), CenterError> {
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
        let said = format!("{order}: {answer:?}");
        let row = AnswerRow {
            station: station.clone(),
            order: order.clone(),
            answer,
            by: by.0.into(),
            at: crate::clock::now(),
        };
        self.store.add_offer_answer(&row).await?;
        self.store.note_act(by.0, "offer-answered", station.as_str(), &said, row.at).await?;
        Ok(())
    }

    /// Takes a commune's word on whether its own priority items come before the department's in a slot they share.
    ///
    /// # Errors
    /// When there is no such station, or the person may not.
    pub async fn choose_own_first(
        &self,
        station: &StationId,
        own_first: bool,
        by: (&str, &[Grant]),
    ) -> Result<(), CenterError> {
        self.must_speak_for(station, by).await?;
        let now = crate::clock::now();
        self.store.add_own_first(station, own_first, by.0, now).await?;
        self.store.note_act(by.0, "own-first", station.as_str(), &own_first.to_string(), now).await?;
        Ok(())
    }

    async fn must_speak_for(&self, station: &StationId, (by, grants): (&str, &[Grant])) -> Result<(), CenterError> {
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
