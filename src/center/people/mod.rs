//! People: who they are, what they may do now, and what they must do before anything else.

mod accounts;
mod grants;
mod log_in;
mod passwords;
mod refusal;
mod second_factor;
mod sessions;
mod tokens;

use chrono::{DateTime, Duration, Utc};

pub use accounts::NewUser;
pub use grants::Giving;
pub use log_in::{LogIn, Opened, Place};
pub use passwords::new_password;
pub use refusal::{PeopleError, Refusal};
pub use second_factor::Offer;
pub use tokens::MadeToken;

pub use crate::store::people::SessionRow;
pub use crate::store::people::acts::ActRow;
pub use crate::store::people::tokens::TokenRow;

use super::{Center, CenterError};
use crate::domain::access::{GivenGrant, Grant, Role, Standing, in_force};
use crate::domain::ids::Sha256;
use crate::store::people::{Stage, UserRow};

/// A proof of who one is counts for sensitive acts this long, minutes (ASVS 5.0, 7.5).
const PROOF_MINUTES: i64 = 10;
/// A session of desk roles ends after this long without use, hours.
const DESK_IDLE_HOURS: i64 = 2;
/// Use of a session is noted this often, seconds.
pub(in crate::center) const TOUCH_SECONDS: i64 = 60;

/// What a person must do before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Enter a code of the second factor.
    Code,
    /// Change the password that somebody else gave.
    Password,
    /// Set up a second factor, which their role demands.
    SecondFactor,
}

/// A user who is logged in, or whose token asks.
#[derive(Debug, Clone)]
pub struct Person {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What they may do now, and where.
    pub grants: Vec<Grant>,
    /// Must come back with every form; empty for a token.
    pub csrf: String,
    /// What they must do first; nothing else is possible.
    pub duty: Option<Duty>,
    /// Digest of the session's token; none for an API token.
    pub session: Option<Sha256>,
    /// Grants under which they act for somebody now.
    pub acting: Vec<GivenGrant>,
    /// Log-ins from new devices that they have not said they saw.
    pub new_devices: u32,
    proved_at: Option<DateTime<Utc>>,
}

impl Person {
    /// Whether any grant has this role.
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Whether they proved who they are lately enough for a sensitive act.
    pub fn proved_lately(&self, now: DateTime<Utc>) -> bool {
        self.proved_at.is_some_and(|at| now - at < Duration::minutes(PROOF_MINUTES))
    }

    /// Them as the doer of something.
    pub fn doer(&self) -> Doer<'_> {
        Doer { name: &self.name, grants: Some(&self.grants) }
    }
}

/// Who appears as the doer of what is done by command.
pub const COMMAND_LINE: &str = "command-line";

/// Who does something to people and their grants.
#[derive(Debug, Clone, Copy)]
pub struct Doer<'a> {
    /// Log-in name, or the word of a command.
    pub name: &'a str,
    grants: Option<&'a [Grant]>,
}

impl<'a> Doer<'a> {
    /// A command on the center's own machine: bounded to no area.
    pub fn command(name: &'a str) -> Self {
        Self { name, grants: None }
    }
}

/// A user as listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What they may do now, and where.
    pub grants: Vec<Grant>,
    /// When the user was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
}

impl Center {
    /// Every user, by name, with the grants that count now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn users(&self) -> Result<Vec<Listed>, CenterError> {
        let (now, today) = (crate::clock::now(), self.local_today().await?);
        let given = self.store.grants(None).await?;
        let list = |user: UserRow| {
            let own: Vec<GivenGrant> = given.iter().filter(|one| one.user == user.name).cloned().collect();
            Listed {
                grants: in_force(&own, today, now),
                name: user.name,
                display_name: user.display_name,
                disabled_at: user.disabled_at,
            }
        };
        Ok(self.store.users().await?.into_iter().map(list).collect())
    }

    /// The person a session's token stands for; counts as use of the session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn person(&self, token: &str) -> Result<Option<Person>, CenterError> {
        self.person_of(token, true).await
    }

    /// The same where a script asks that nobody may sit before: a page left open must not keep a session alive.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn person_unattended(&self, token: &str) -> Result<Option<Person>, CenterError> {
        self.person_of(token, false).await
    }

    async fn person_of(&self, token: &str, is_use: bool) -> Result<Option<Person>, CenterError> {
        let (digest, now) = (Sha256::of(token.as_bytes()), crate::clock::now());
        let Some(session) = self.store.session(&digest, now).await? else { return Ok(None) };
        let Some(mut person) = self.person_named(&session.user_name, now).await? else { return Ok(None) };
        let unused = now - session.last_seen_at;
        let only_operates = person.grants.iter().all(|grant| grant.role == Role::Operator);
        // Whoever operates a station looks in at noon and at dusk: their session lasts its day.
        if !only_operates && unused >= Duration::hours(DESK_IDLE_HOURS) {
            self.store.end_session(&digest, now).await?;
            return Ok(None);
        }
        if is_use && unused >= Duration::seconds(TOUCH_SECONDS) {
            self.store.touch_session(&digest, now).await?;
        }
        if session.stage == Stage::Code {
            person.duty = Some(Duty::Code);
        }
        let others = self.store.sessions_of(&person.name, now).await?;
        let new = others.iter().filter(|one| one.new_device && one.noticed_at.is_none() && one.token != digest);
        person.new_devices = u32::try_from(new.count()).unwrap_or(u32::MAX);
        person.csrf = session.csrf;
        person.session = Some(digest);
        person.proved_at = session.proved_at;
        Ok(Some(person))
    }

    /// An active user as a person without a session.
    pub(in crate::center) async fn person_named(
        &self,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Person>, CenterError> {
        let Some(user) = self.store.user(name).await?.filter(|user| user.disabled_at.is_none()) else {
            return Ok(None);
        };
        let (given, today) = (self.store.grants(Some(name)).await?, self.local_today().await?);
        let grants = in_force(&given, today, now);
        let demanded = self.second_factor && grants.iter().any(|grant| demands_second_factor(grant.role));
        let duty = if user.must_change {
            Some(Duty::Password)
        } else if demanded && self.confirmed_factor(name).await?.is_none() {
            Some(Duty::SecondFactor)
        } else {
            None
        };
        let acts = |one: &GivenGrant| one.acting_for.is_some() && one.standing(today, now) == Standing::Now;
        Ok(Some(Person {
            name: user.name,
            display_name: user.display_name,
            grants,
            csrf: String::new(),
            duty,
            session: None,
            acting: given.into_iter().filter(acts).collect(),
            new_devices: 0,
            proved_at: None,
        }))
    }

    /// Acts, newest first, at most `most` of them older than number `before` (0 for the newest); only those by or
    /// about one user when `person` is given.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn acts(&self, person: Option<&str>, before: i64, most: i64) -> Result<Vec<ActRow>, CenterError> {
        Ok(self.store.acts(person, before, most).await?)
    }
}

/// Roles whose mistakes are heard by whole villages, or that let others in.
pub fn demands_second_factor(role: Role) -> bool {
    matches!(role, Role::Approver | Role::Admin)
}
