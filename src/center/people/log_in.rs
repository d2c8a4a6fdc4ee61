//! Logging in: password, second factor, and how long somebody who guesses must wait. Every attempt is counted before it
//! is judged, by name and address together, so that strangers elsewhere lock nobody out.

use chrono::{DateTime, Duration, Utc};

use super::passwords::{hash, verify};
use super::{Duty, PeopleError, Person, Refusal};
use crate::center::{Center, CenterError};
use crate::domain::back_off::LONGEST_SECONDS;
use crate::domain::ids::Sha256;
use crate::store::people::attempts::Subject;
use crate::store::people::{SessionRow, Stage, UserRow};
use crate::trust::keys::random_bytes;

/// A session's length, hours: one working day and its night shift.
const SESSION_HOURS: i64 = 16;
/// A session that still lacks its second factor, minutes.
const CODE_MINUTES: i64 = 10;
/// A password that somebody else gave opens nothing after so many days, when it was not changed by then.
const FIRST_PASSWORD_DAYS: i64 = 14;

/// From where somebody asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Network address, text.
    pub address: String,
    /// What the browser says it is, in a few words.
    pub agent: String,
}

/// What a log-in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogIn {
    /// A session is open.
    Open(Opened),
    /// Name or password is wrong; which is not said.
    Wrong,
    /// The password is right, was given by somebody else, and has waited too long to be changed.
    Stale,
    /// Too many failures: so many seconds to wait.
    Wait(i64),
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its token, stored only as a digest.
    pub token: String,
    /// Whether a code of the second factor comes next.
    pub code_next: bool,
}

/// Seconds from `now` until then, at least one.
fn seconds_until(until: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    ((until - now).num_milliseconds() + 999).div_euclid(1000).max(1)
}

/// A name as it may stand in the store; what cannot be a name is all counted together.
fn countable(name: &str) -> &str {
    if super::accounts::is_name(name) { name } else { "?" }
}

impl Center {
    /// Logs in with a password, from a place; an older session of the same browser ends.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_in(
        &self,
        name: &str,
        password: &str,
        place: &Place,
        older: Option<&str>,
    ) -> Result<LogIn, CenterError> {
        let now = crate::clock::now();
        let subjects = self.log_in_subjects(name, place).await?;
        if let Some(until) = self.store.begin_attempt(&subjects, now).await? {
            return Ok(LogIn::Wait(seconds_until(until, now)));
        }
        let user = self.store.user(name).await?.filter(|user| user.disabled_at.is_none());
        // An unknown name takes as long as a known one.
        let right = match &user {
            Some(user) => verify(password.into(), user.password.clone()).await?,
            None => hash(password.into()).await.map(|_| false)?,
        };
        if !right {
            // A name that is nobody's is not written down: people type passwords in the wrong field. It is written that
            // somebody tried, which takes as long as for a known one.
            let whom = if user.is_some() { name } else { "?" };
            tracing::warn!("log-in of {whom} from {} failed", place.address);
            self.store.note_act(whom, "log-in-failed", whom, &place.address, now).await?;
            return Ok(LogIn::Wrong);
        }
        self.store.attempt_succeeded(&subjects).await?;
        if user.is_some_and(|user| is_stale(&user, now)) {
            self.store.note_act(name, "first-password-stale", name, &place.address, now).await?;
            return Ok(LogIn::Stale);
        }
        let code_next = self.confirmed_factor(name).await?.is_some();
        let stage = if code_next { Stage::Code } else { Stage::Full };
        let older = older.map(|token| Sha256::of(token.as_bytes()));
        let token = self.open_session(name, stage, place, older).await?;
        if !code_next {
            self.store.note_act(name, "logged-in", name, &where_from(place), now).await?;
        }
        Ok(LogIn::Open(Opened { token, code_next }))
    }

    /// The second step: a code of the app or a recovery code. A new session takes the place of the waiting one.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], [`Refusal::Wait`], or when the store fails.
    pub async fn enter_code(&self, person: &Person, typed: &str, place: &Place) -> Result<Opened, PeopleError> {
        let now = crate::clock::now();
        if person.duty != Some(Duty::Code) {
            return Err(Refusal::NoSecondFactor.into());
        }
        self.check_code(person, typed, place).await?;
        let token = self.open_session(&person.name, Stage::Full, place, person.session).await?;
        self.store.note_act(&person.name, "logged-in", &person.name, &where_from(place), now).await?;
        Ok(Opened { token, code_next: false })
    }

    /// Checks a code of the second factor; counted by name, whoever has the password already.
    pub(super) async fn check_code(&self, person: &Person, typed: &str, place: &Place) -> Result<(), PeopleError> {
        let now = crate::clock::now();
        let subject = counted(format!("code of {}", person.name), 3, LONGEST_SECONDS);
        let subjects = [subject];
        if let Some(until) = self.store.begin_attempt(&subjects, now).await? {
            return Err(Refusal::Wait(seconds_until(until, now)).into());
        }
        if !self.code_is_right(&person.name, typed, now).await? {
            self.store.note_act(&person.name, "code-failed", &person.name, &place.address, now).await?;
            return Err(Refusal::WrongCode.into());
        }
        Ok(self.store.attempt_succeeded(&subjects).await?)
    }

    /// Checks the password of somebody who is logged in.
    pub(super) async fn check_password(&self, person: &Person, password: &str) -> Result<(), PeopleError> {
        let now = crate::clock::now();
        let subjects = [counted(format!("proof of {}", person.name), 3, LONGEST_SECONDS)];
        if let Some(until) = self.store.begin_attempt(&subjects, now).await? {
            return Err(Refusal::Wait(seconds_until(until, now)).into());
        }
        let user = self.store.user(&person.name).await?.ok_or_else(|| Refusal::NoUser(person.name.clone()))?;
        if !verify(password.into(), user.password).await? {
            self.store.note_act(&person.name, "proof-failed", &person.name, "", now).await?;
            return Err(Refusal::WrongPassword.into());
        }
        Ok(self.store.attempt_succeeded(&subjects).await?)
    }

    /// Proves anew who somebody is, before sensitive acts: by password, or by a code when `typed` is six digits and
    /// they have a second factor.
    ///
    /// # Errors
    /// A refusal, or when the store fails.
    pub async fn prove_again(&self, person: &Person, typed: &str, place: &Place) -> Result<(), PeopleError> {
        let digits = typed.chars().filter(|c| !c.is_whitespace());
        let like_a_code = digits.clone().count() == 6 && digits.clone().all(|c| c.is_ascii_digit());
        if like_a_code && self.confirmed_factor(&person.name).await?.is_some() {
            self.check_code(person, typed, place).await?;
        } else {
            self.check_password(person, typed).await?;
        }
        if let Some(session) = &person.session {
            self.store.prove_session(session, crate::clock::now()).await?;
        }
        Ok(())
    }

    /// What a log-in is counted against. A place where the person logged in before is spared what strangers do
    /// elsewhere to the name, and others at that address to other names.
    async fn log_in_subjects(&self, name: &str, place: &Place) -> Result<Vec<Subject>, CenterError> {
        let (counted_name, address) = (countable(name), &place.address);
        let mut subjects = vec![counted(format!("log-in {counted_name} from {address}"), 2, LONGEST_SECONDS)];
        let (_, _, known) = self.store.known_places(name, &place.agent, address).await?;
        if !known {
            subjects.push(counted(format!("log-ins from {address}"), 30, LONGEST_SECONDS));
            subjects.push(counted(format!("log-ins of {counted_name}"), 100, 60));
        }
        Ok(subjects)
    }

    /// Opens a session and returns its token.
    pub(super) async fn open_session(
        &self,
        name: &str,
        stage: Stage,
        place: &Place,
        instead_of: Option<Sha256>,
    ) -> Result<String, CenterError> {
        let now = crate::clock::now();
        let (any, such_agent, _) = self.store.known_places(name, &place.agent, &place.address).await?;
        let lasts = if stage == Stage::Full { Duration::hours(SESSION_HOURS) } else { Duration::minutes(CODE_MINUTES) };
        let token = hex::encode(random_bytes::<32>()?);
        let session = SessionRow {
            token: Sha256::of(token.as_bytes()),
            user_name: name.into(),
            csrf: hex::encode(random_bytes::<16>()?),
            stage,
            created_at: now,
            expires_at: now + lasts,
            last_seen_at: now,
            proved_at: (stage == Stage::Full).then_some(now),
            address: place.address.clone(),
            agent: place.agent.clone(),
            new_device: stage == Stage::Full && any && !such_agent,
            noticed_at: None,
        };
        self.store.add_session(&session, instead_of.as_ref()).await?;
        Ok(token)
    }
}

/// Whether the user's password was given by somebody else too long ago.
fn is_stale(user: &UserRow, now: DateTime<Utc>) -> bool {
    user.must_change && user.password_set_at.is_some_and(|at| now - at >= Duration::days(FIRST_PASSWORD_DAYS))
}

fn counted(words: String, free: i64, longest_seconds: i64) -> Subject {
    Subject { words, free, longest_seconds }
}

fn where_from(place: &Place) -> String {
    format!("{} {}", place.address, place.agent).trim().to_string()
}
