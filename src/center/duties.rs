//! The duty list: who may decide on what is urgent outside working hours.

use chrono::{DateTime, Utc};

use super::break_ins::UrgentRefusal;
use super::{Center, CenterError};
use crate::domain::access::Role;
use crate::domain::duty::{Duty, on_duty};

impl Center {
    /// Refuses whoever may not decide on what is urgent at that moment: outside working hours it takes somebody on
    /// duty, and the refusal names those who are.
    ///
    /// # Errors
    /// That sentence.
    pub async fn must_be_on_duty(&self, by: &str, now: DateTime<Utc>) -> Result<(), CenterError> {
        if self.in_working_hours(now).await? {
            return Ok(());
        }
        let duties = self.store.duties_beyond(now).await?;
        let names = on_duty(&duties, now);
        if names.contains(&by) {
            return Ok(());
        }
        let on_duty = names.into_iter().map(str::to_owned).collect();
        Err(UrgentRefusal::OffDuty { by: by.into(), on_duty }.into())
    }

    /// Whether every approver may decide at that moment.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn in_working_hours(&self, now: DateTime<Utc>) -> Result<bool, CenterError> {
        let schedules = self.schedules().await?;
        Ok(schedules.desk.urgent.hours().hold(now.with_timezone(&schedules.grid.zone).naive_local()))
    }

    /// Duties now and to come, also those ended before their time, in order of their beginning.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn duties(&self, now: DateTime<Utc>) -> Result<Vec<Duty>, CenterError> {
        Ok(self.store.duties_beyond(now).await?)
    }

    /// Puts somebody on duty; the line's number.
    ///
    /// # Errors
    /// When the person is no active approver, the span is empty or over, or the store fails.
    pub async fn give_duty(
        &self,
        user: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        by: &str,
    ) -> Result<u64, CenterError> {
        let now = crate::clock::now();
        if from >= to || to <= now {
            return Err(UrgentRefusal::DutyOver { from, to }.into());
        }
        let approver = self.users().await?.into_iter().any(|one| {
            one.name == user && one.disabled_at.is_none() && one.grants.iter().any(|grant| grant.role == Role::Approver)
        });
        if !approver {
            return Err(UrgentRefusal::NoActiveApprover(user.into()).into());
        }
        let id = self.store.add_duty(user, from, to, by, now).await?;
        self.store.note_act(by, "duty-given", user, &format!("{from} – {to}"), now).await?;
        Ok(id)
    }

    /// Ends a duty before its time; `false` when it was ended before.
    ///
    /// # Errors
    /// When there is no such duty now or to come, or the store fails.
    pub async fn end_duty(&self, id: u64, by: &str) -> Result<bool, CenterError> {
        let now = crate::clock::now();
        let duty = self.store.duties_beyond(now).await?.into_iter().find(|duty| duty.id == id);
        let duty = duty.ok_or_else(|| CenterError::NotFound(format!("there is no duty {id} now or to come")))?;
        if duty.ended.is_some() || !self.store.end_duty(id, by, now).await? {
            return Ok(false);
        }
        self.store.note_act(by, "duty-ended", &duty.user, &format!("{} – {}", duty.from, duty.to), now).await?;
        Ok(true)
    }
}
