//! People: users, passwords, sessions.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, Duration, Utc};

use super::{Center, CenterError};
use crate::domain::access::{Grant, Role};
use crate::domain::ids::Sha256;
use crate::store::people::{SessionRow, UserRow};
use crate::trust::keys::random_bytes;

/// argon2id memory, KiB (OWASP: 47 MiB with one pass).
const MEMORY_KIB: u32 = 47 * 1024;
/// A session's length, hours: one working day and its night shift.
const SESSION_HOURS: i64 = 16;
/// Failed log-ins of one name within [`FAILURE_MINUTES`] before it must wait.
const MOST_FAILURES: usize = 8;
/// See [`MOST_FAILURES`].
const FAILURE_MINUTES: i64 = 15;
/// Shortest password, characters.
const SHORTEST_PASSWORD: usize = 10;

/// A user who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What they may do, and where.
    pub grants: Vec<Grant>,
    /// Must come back with every form.
    pub csrf: String,
}

impl Person {
    /// Whether any grant has this role.
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}

/// A user as listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What they may do, and where.
    pub grants: Vec<Grant>,
    /// When the user was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// Failed log-ins by name, in this process.
#[derive(Debug, Default)]
pub struct FailedLogIns(Mutex<HashMap<String, Vec<DateTime<Utc>>>>);

impl FailedLogIns {
    fn recent(&self, name: &str, now: DateTime<Utc>) -> usize {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, times| {
            times.retain(|at| now - *at < Duration::minutes(FAILURE_MINUTES));
            !times.is_empty()
        });
        failures.get(name).map_or(0, Vec::len)
    }

    fn note(&self, name: &str, now: DateTime<Utc>) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.entry(name.into()).or_default().push(now);
    }
}

fn hasher() -> Result<Argon2<'static>, CenterError> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(|error| CenterError::Broken(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Each hashing takes 47 MiB: two at a time, however many ask.
static HASHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

async fn hash(password: String) -> Result<String, CenterError> {
    let _turn = HASHING.acquire().await;
    let work = move || {
        let salt = random_bytes::<16>()?;
        let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| CenterError::Broken(error.to_string()))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| CenterError::Broken(error.to_string()))?
}

async fn verify(password: String, stored: String) -> Result<bool, CenterError> {
    let _turn = HASHING.acquire().await;
    let work = move || {
        let parsed = PasswordHash::new(&stored).map_err(|error| CenterError::Broken(error.to_string()))?;
        Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok())
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| CenterError::Broken(error.to_string()))?
}

impl Center {
    /// Adds a user.
    ///
    /// # Errors
    /// One sentence when the name is taken, the password short, or an area unknown.
    pub async fn add_user(
        &self,
        name: &str,
        display_name: &str,
        password: &str,
        grants: &[Grant],
        by: &str,
    ) -> Result<(), CenterError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
            return Err(CenterError::refused(format!(
                "user name \"{name}\" is not valid: use 1 to 40 of a-z, 0-9, dot, dash and underscore"
            )));
        }
        if password.chars().count() < SHORTEST_PASSWORD {
            return Err(CenterError::refused(format!(
                "the password is shorter than {SHORTEST_PASSWORD} characters: choose a longer one"
            )));
        }
        if grants.is_empty() {
            return Err(CenterError::refused(format!("user {name} has no role: give at least one")));
        }
        let areas = self.schedules().await?.areas;
        if let Some(grant) = grants.iter().find(|grant| areas.iter().next().is_some() && !areas.knows(&grant.area)) {
            return Err(CenterError::refused(format!("area {} is not known: see areas.csv", grant.area)));
        }
        let mut grants = grants.to_vec();
        grants.sort();
        grants.dedup();
        let user = UserRow {
            name: name.into(),
            display_name: display_name.into(),
            password: hash(password.into()).await?,
            disabled_at: None,
            grants,
        };
        let now = crate::clock::now();
        if !self.store.add_user(&user, now).await? {
            return Err(CenterError::refused(format!("user {name} exists already: choose another name")));
        }
        let roles: Vec<String> = user.grants.iter().map(|grant| format!("{}@{}", grant.role, grant.area)).collect();
        Ok(self.store.note_act(by, "user-added", name, &roles.join(" "), now).await?)
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn users(&self) -> Result<Vec<Listed>, CenterError> {
        let list = |user: UserRow| Listed {
            name: user.name,
            display_name: user.display_name,
            grants: user.grants,
            disabled_at: user.disabled_at,
        };
        Ok(self.store.users().await?.into_iter().map(list).collect())
    }

    /// Ends a user's right to log in, and their sessions.
    ///
    /// # Errors
    /// When there is no such active user.
    pub async fn disable_user(&self, name: &str, by: &str) -> Result<(), CenterError> {
        let now = crate::clock::now();
        if !self.store.disable_user(name, now).await? {
            return Err(CenterError::NotFound(format!("there is no active user {name}: see `loa user list`")));
        }
        Ok(self.store.note_act(by, "user-disabled", name, "", now).await?)
    }

    /// Logs in; returns the session's token, which is stored only as a digest. None when name or password is wrong.
    ///
    /// # Errors
    /// One sentence after too many failures.
    pub async fn log_in(&self, name: &str, password: &str) -> Result<Option<String>, CenterError> {
        let now = crate::clock::now();
        if self.log_ins.recent(name, now) >= MOST_FAILURES {
            return Err(CenterError::refused(format!(
                "too many failed log-ins of this name: wait {FAILURE_MINUTES} minutes and try again"
            )));
        }
        let user = self.store.user(name).await?.filter(|user| user.disabled_at.is_none());
        // An unknown name takes as long as a known one.
        let right = match &user {
            Some(user) => verify(password.into(), user.password.clone()).await?,
            None => hash(password.into()).await.map(|_| false)?,
        };
        if !right {
            self.log_ins.note(name, now);
            return Ok(None);
        }
        let token = hex::encode(random_bytes::<32>()?);
        let session = SessionRow { user_name: name.into(), csrf: hex::encode(random_bytes::<16>()?) };
        let expires_at = now + Duration::hours(SESSION_HOURS);
        self.store.add_session(&Sha256::of(token.as_bytes()), &session, now, expires_at).await?;
        self.store.note_act(name, "logged-in", name, "", now).await?;
        Ok(Some(token))
    }

    /// The person a session's token stands for.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn person(&self, token: &str) -> Result<Option<Person>, CenterError> {
        let digest = Sha256::of(token.as_bytes());
        let Some(session) = self.store.session(&digest, crate::clock::now()).await? else { return Ok(None) };
        let user = self.store.user(&session.user_name).await?.filter(|user| user.disabled_at.is_none());
        Ok(user.map(|user| Person {
            name: user.name,
            display_name: user.display_name,
            grants: user.grants,
            csrf: session.csrf,
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_out(&self, token: &str) -> Result<(), CenterError> {
        Ok(self.store.end_session(&Sha256::of(token.as_bytes()), crate::clock::now()).await?)
    }
}

/// A new random password: four groups of five letters and digits that are not misread, about 100 bits.
///
/// # Errors
/// When the system gives no randomness.
pub fn new_password() -> Result<String, CenterError> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let random = random_bytes::<20>()?;
    let text: String = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(text.as_bytes().chunks(5).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
}
