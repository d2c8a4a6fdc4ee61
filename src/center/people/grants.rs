//! Grants: given with their days, taken back, handed over; each act is written down.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};

use super::{Doer, PeopleError, Refusal};
use crate::center::{Center, CenterError};
use crate::domain::access::{GivenGrant, Grant, Role, Standing, allows, in_force};
use crate::domain::ids::AreaCode;
use crate::store::people::{NewGrant, PEOPLE};

/// Longest reason, characters.
const LONGEST_REASON: usize = 500;

/// A grant to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giving {
    /// What, and where.
    pub grant: Grant,
    /// First local day.
    pub from: NaiveDate,
    /// Last local day, inclusive; none while it goes on.
    pub to: Option<NaiveDate>,
    /// Log-in name of whoever is acted for or stood in for.
    pub acting_for: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Center {
    /// Every grant ever given to a user, in the order they were given.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn grants_of(&self, name: &str) -> Result<Vec<GivenGrant>, CenterError> {
        Ok(self.store.grants(Some(name)).await?)
    }

    pub(super) async fn grants_in_force(
        &self,
        name: &str,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Vec<Grant>, CenterError> {
        Ok(in_force(&self.store.grants(Some(name)).await?, today, now))
    }

    /// Gives a user a grant.
    ///
    /// # Errors
    /// A refusal, or when the store fails.
    pub async fn give_grant(&self, name: &str, giving: Giving, doer: &Doer<'_>) -> Result<(), PeopleError> {
        let (now, expect) = (crate::clock::now(), self.store.revision(PEOPLE).await?);
        if self.store.user(name).await?.is_none() {
            return Err(Refusal::NoUser(name.into()).into());
        }
        let new = self.check_giving(name, giving, doer).await?;
        if !self.store.give_grant(&new, expect, now).await? {
            return Err(Refusal::Changed.into());
        }
        Ok(self.store.note_act(doer.name, "grant-given", name, &words(&new), now).await?)
    }

    /// Judges a grant before it is given.
    pub(super) async fn check_giving(
        &self,
        name: &str,
        giving: Giving,
        doer: &Doer<'_>,
    ) -> Result<NewGrant, PeopleError> {
        let (today, areas) = (self.local_today().await?, self.schedules().await?.areas);
        let Giving { grant, from, to, acting_for, reason } = giving;
        // Before any import nothing is known, and the first administrator must be added all the same.
        if areas.iter().next().is_some() && !areas.knows(&grant.area) {
            return Err(Refusal::AreaUnknown(grant.area.to_string()).into());
        }
        if let Some(own) = doer.grants {
            if doer.name == name {
                return Err(Refusal::OwnAccount.into());
            }
            if !allows(own, Role::Admin, &areas, &grant.area, today) {
                return Err(Refusal::OutsideArea(grant.area.to_string()).into());
            }
        }
        if to.is_some_and(|to| to < from) {
            return Err(Refusal::DatesReversed.into());
        }
        if let Some(other) = &acting_for {
            if other == name {
                return Err(Refusal::ActingForSelf.into());
            }
            if !matches!(grant.role, Role::Approver | Role::Operator) {
                return Err(Refusal::ActingRole.into());
            }
            if to.is_none() {
                return Err(Refusal::ActingNeedsEnd.into());
            }
            let theirs = self.store.grants(Some(other)).await?;
            // Own rights only: whoever acts for somebody does not pass that on.
            let own = theirs.into_iter().filter(|one| one.acting_for.is_none());
            let own: Vec<Grant> = in_force(&own.collect::<Vec<_>>(), today, crate::clock::now());
            if !allows(&own, grant.role, &areas, &grant.area, today) {
                return Err(Refusal::ActingForNobody(other.clone()).into());
            }
        }
        let reason = reason.map(|text| text.trim().chars().take(LONGEST_REASON).collect::<String>());
        let reason = reason.filter(|text| !text.is_empty());
        Ok(NewGrant { user: name.into(), grant, from, to, given_by: doer.name.into(), acting_for, reason })
    }

    /// Takes a grant back, from now on.
    ///
    /// # Errors
    /// A refusal, or when the store fails.
    pub async fn end_grant(&self, name: &str, id: i64, doer: &Doer<'_>) -> Result<(), PeopleError> {
        let (now, today) = (crate::clock::now(), self.local_today().await?);
        let expect = self.store.revision(PEOPLE).await?;
        let held = self.store.grants(Some(name)).await?;
        let open = |one: &&GivenGrant| one.id == id && one.standing(today, now) != Standing::Over;
        let given = held.iter().find(open).ok_or(Refusal::NoGrant)?;
        if let Some(own) = doer.grants {
            if doer.name == name {
                return Err(Refusal::OwnAccount.into());
            }
            let areas = self.schedules().await?.areas;
            if !allows(own, Role::Admin, &areas, &given.grant.area, today) {
                return Err(Refusal::OutsideArea(given.grant.area.to_string()).into());
            }
        }
        self.check_admin_remains(name, std::slice::from_ref(&given.grant), &[id]).await?;
        if !self.store.change_grants(&[id], now, &[], doer.name, expect, now).await? {
            return Err(Refusal::Changed.into());
        }
        let detail = format!("{}@{}", given.grant.role, given.grant.area);
        Ok(self.store.note_act(doer.name, "grant-ended", name, &detail, now).await?)
    }

    /// Hands an operator's post over: whoever held it loses it, and the other has it, from the same day on. From today
    /// on, open pages of the one before lose it at once.
    ///
    /// # Errors
    /// A refusal, or when the store fails.
    pub async fn hand_over(
        &self,
        before: &str,
        after: &str,
        area: &AreaCode,
        from: NaiveDate,
        doer: &Doer<'_>,
    ) -> Result<(), PeopleError> {
        let (now, today) = (crate::clock::now(), self.local_today().await?);
        let expect = self.store.revision(PEOPLE).await?;
        let after_user = self.store.user(after).await?.filter(|user| user.disabled_at.is_none());
        if after_user.is_none() || before == after {
            return Err(Refusal::NoUser(after.into()).into());
        }
        let held = self.store.grants(Some(before)).await?;
        let post = |one: &&GivenGrant| {
            one.grant.role == Role::Operator && one.grant.area == *area && one.standing(today, now) != Standing::Over
        };
        let ended: Vec<i64> = held.iter().filter(post).map(|one| one.id).collect();
        if ended.is_empty() {
            return Err(Refusal::NothingToHandOver(before.into()).into());
        }
        let reason = Some(format!("hand-over from {before}"));
        let grant = Grant { role: Role::Operator, area: area.clone() };
        let giving = Giving { grant, from: from.max(today), to: None, acting_for: None, reason };
        let new = self.check_giving(after, giving, doer).await?;
        if doer.grants.is_some() && doer.name == before {
            return Err(Refusal::OwnAccount.into());
        }
        let ends = if from > today { self.midnight(from).await? } else { now };
        if !self.store.change_grants(&ended, ends, &[new], doer.name, expect, now).await? {
            return Err(Refusal::Changed.into());
        }
        let detail = format!("operator@{area} to {after} from {}", from.max(today));
        Ok(self.store.note_act(doer.name, "post-handed-over", before, &detail, now).await?)
    }

    /// The moment a local day begins.
    async fn midnight(&self, day: NaiveDate) -> Result<DateTime<Utc>, CenterError> {
        let zone = self.schedules().await?.grid.zone;
        let local = day.and_time(chrono::NaiveTime::MIN);
        let moment = zone.from_local_datetime(&local).earliest();
        Ok(moment.map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc)))
    }

    /// Refuses to take the last administrator of a unit away: somebody else, active, must hold the role there without
    /// a last day.
    pub(super) async fn check_admin_remains(
        &self,
        name: &str,
        lost: &[Grant],
        ended: &[i64],
    ) -> Result<(), PeopleError> {
        let admin: Vec<&Grant> = lost.iter().filter(|grant| grant.role == Role::Admin).collect();
        if admin.is_empty() {
            return Ok(());
        }
        let (now, today) = (crate::clock::now(), self.local_today().await?);
        let areas = self.schedules().await?.areas;
        let users = self.store.users().await?;
        let active = |one: &GivenGrant| users.iter().any(|user| user.name == one.user && user.disabled_at.is_none());
        // Taking one of several grants leaves the person the others; disabling leaves none.
        let stays = |one: &GivenGrant| if ended.is_empty() { one.user != name } else { !ended.contains(&one.id) };
        let lasting =
            |one: &GivenGrant| one.standing(today, now) == Standing::Now && one.to.is_none() && one.ended_at.is_none();
        let left: Vec<Grant> = self
            .store
            .grants(None)
            .await?
            .into_iter()
            .filter(|one| active(one) && stays(one) && lasting(one))
            .map(|one| one.grant)
            .collect();
        match admin.into_iter().find(|grant| !allows(&left, Role::Admin, &areas, &grant.area, today)) {
            Some(grant) => Err(Refusal::LastAdmin(grant.area.to_string()).into()),
            None => Ok(()),
        }
    }
}

fn words(new: &NewGrant) -> String {
    let mut text = format!("{}@{} from {}", new.grant.role, new.grant.area, new.from);
    if let Some(to) = new.to {
        text.push_str(&format!(" to {to}"));
    }
    if let Some(other) = &new.acting_for {
        text.push_str(&format!(" for {other}"));
    }
    text
}
