//! Accounts: added, disabled, enabled again, and their passwords.

use super::passwords::{hash, new_password};
use super::{Doer, Giving, PeopleError, Person, Place, Refusal};
use crate::center::{Center, CenterError};
use crate::domain::access::{GivenGrant, Grant, Role, Standing, allows};
use crate::domain::ids::Sha256;
use crate::domain::password::judge;
use crate::store::people::{PEOPLE, Stage, UserRow};

/// Addresses of pages stand where names stand; nobody is called like one.
const RESERVED: [&str; 1] = ["nhat-ky"];

/// Whether a text can be a log-in name.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
    let dots = name.chars().all(|c| c == '.');
    !name.is_empty() && !dots && name.len() <= 40 && name.chars().all(plain) && !RESERVED.contains(&name)
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser<'a> {
    /// Log-in name.
    pub name: &'a str,
    /// Name for people.
    pub display_name: &'a str,
    /// The password.
    pub password: &'a str,
    /// Whether the person chose the password themself; else it must be changed at the first log-in.
    pub own_password: bool,
    /// What they may do from today on, and where.
    pub grants: &'a [Grant],
}

impl Center {
    /// Adds a user.
    ///
    /// # Errors
    /// A refusal when the name is taken, the password weak, or an area unknown or not the doer's.
    pub async fn add_user(&self, new: &NewUser<'_>, doer: &Doer<'_>) -> Result<(), PeopleError> {
        if !is_name(new.name) {
            return Err(Refusal::NameForm(new.name.into()).into());
        }
        if new.display_name.trim().is_empty() || new.display_name.chars().count() > 100 {
            return Err(Refusal::DisplayName.into());
        }
        judge(new.password, new.name, new.display_name).map_err(Refusal::Weak)?;
        if new.grants.is_empty() {
            return Err(Refusal::NoRole.into());
        }
        let (now, today) = (crate::clock::now(), self.local_today().await?);
        let mut grants = new.grants.to_vec();
        grants.sort();
        grants.dedup();
        let mut given = Vec::new();
        for grant in grants {
            let giving = Giving { grant, from: today, to: None, acting_for: None, reason: None };
            given.push(self.check_giving(new.name, giving, doer).await?);
        }
        let user = UserRow {
            name: new.name.into(),
            display_name: new.display_name.trim().into(),
            password: hash(new.password.into()).await?,
            must_change: !new.own_password,
            password_set_at: Some(now),
            disabled_at: None,
        };
        if !self.store.add_user(&user, &given, now).await? {
            return Err(Refusal::NameTaken(new.name.into()).into());
        }
        let roles: Vec<String> = given.iter().map(|one| format!("{}@{}", one.grant.role, one.grant.area)).collect();
        Ok(self.store.note_act(doer.name, "user-added", new.name, &roles.join(" "), now).await?)
    }

    /// Ends a user's right to log in, and their sessions; their tokens are worth nothing while it lasts.
    ///
    /// # Errors
    /// A refusal when there is no such active user, or nobody else would administer their unit.
    pub async fn disable_user(&self, name: &str, doer: &Doer<'_>) -> Result<(), PeopleError> {
        let expect = self.store.revision(PEOPLE).await?;
        self.check_may_change(name, doer).await?;
        let (now, today) = (crate::clock::now(), self.local_today().await?);
        let user = self.store.user(name).await?.filter(|user| user.disabled_at.is_none());
        if user.is_none() {
            return Err(Refusal::NoUser(name.into()).into());
        }
        let lost = self.grants_in_force(name, today, now).await?;
        self.check_admin_remains(name, &lost, &[]).await?;
        if !self.store.disable_user(name, expect, now).await? {
            return Err(Refusal::Changed.into());
        }
        Ok(self.store.note_act(doer.name, "user-disabled", name, "", now).await?)
    }

    /// Lets a disabled user log in again, with the grants that count by then.
    ///
    /// # Errors
    /// A refusal when there is no such disabled user.
    pub async fn enable_user(&self, name: &str, doer: &Doer<'_>) -> Result<(), PeopleError> {
        self.check_may_change(name, doer).await?;
        if !self.store.enable_user(name).await? {
            return Err(Refusal::NoUser(name.into()).into());
        }
        Ok(self.store.note_act(doer.name, "user-enabled", name, "", crate::clock::now()).await?)
    }

    /// Gives a user a new random password, to be changed at the next log-in; their sessions end, their tokens are taken
    /// back. Shown only now.
    ///
    /// # Errors
    /// A refusal, or when the store fails.
    pub async fn reset_password(&self, name: &str, doer: &Doer<'_>) -> Result<String, PeopleError> {
        self.check_may_change(name, doer).await?;
        let now = crate::clock::now();
        let password = new_password()?;
        if !self.store.set_password(name, &hash(password.clone()).await?, true, now).await? {
            return Err(Refusal::NoUser(name.into()).into());
        }
        self.store.end_sessions(name, None, now).await?;
        // Whoever had the password may have made tokens with it.
        self.store.revoke_tokens(name, doer.name, now).await?;
        self.store.note_act(doer.name, "password-reset", name, "", now).await?;
        Ok(password)
    }

    /// Changes a person's own password. Other sessions end, this one is opened anew; returns its token.
    ///
    /// # Errors
    /// A refusal when the current password is wrong or the new one weak.
    pub async fn change_password(
        &self,
        person: &Person,
        current: &str,
        new: &str,
        place: &Place,
    ) -> Result<String, PeopleError> {
        let (name, now) = (&person.name, crate::clock::now());
        judge(new, name, &person.display_name).map_err(Refusal::Weak)?;
        if current == new {
            return Err(Refusal::SamePassword.into());
        }
        self.check_password(person, current).await?;
        if !self.store.set_password(name, &hash(new.into()).await?, false, now).await? {
            return Err(Refusal::NoUser(name.clone()).into());
        }
        let token = self.open_session(name, Stage::Full, place, person.session).await?;
        self.store.end_sessions(name, Some(&Sha256::of(token.as_bytes())), now).await?;
        self.store.note_act(name, "password-changed", name, "", now).await?;
        Ok(token)
    }

    /// Refuses whoever may not change this user: administrators change those all of whose grants lie in their own
    /// area, and never themselves.
    pub(super) async fn check_may_change(&self, name: &str, doer: &Doer<'_>) -> Result<(), PeopleError> {
        if self.store.user(name).await?.is_none() {
            return Err(Refusal::NoUser(name.into()).into());
        }
        let Some(own) = doer.grants else { return Ok(()) };
        if doer.name == name {
            return Err(Refusal::OwnAccount.into());
        }
        let (now, today) = (crate::clock::now(), self.local_today().await?);
        let areas = self.schedules().await?.areas;
        // Rights to come count as well; of somebody whose rights are all over, those they had.
        let given = self.store.grants(Some(name)).await?;
        let open = |one: &&GivenGrant| one.standing(today, now) != Standing::Over;
        let mut judged: Vec<&GivenGrant> = given.iter().filter(open).collect();
        if judged.is_empty() {
            judged = given.iter().collect();
        }
        for area in judged.into_iter().map(|one| &one.grant.area) {
            if !allows(own, Role::Admin, &areas, area, today) {
                return Err(Refusal::OutsideArea(area.to_string()).into());
            }
        }
        Ok(())
    }

    /// Whether the doer may see and change this user.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn may_change(&self, name: &str, doer: &Doer<'_>) -> Result<bool, CenterError> {
        match self.check_may_change(name, doer).await {
            Ok(()) => Ok(true),
            Err(PeopleError::Refused(_)) => Ok(false),
            Err(PeopleError::Center(error)) => Err(error),
        }
    }
}
