//! A person's sessions: seen and ended by themselves.

use super::{Doer, PeopleError, Person, Refusal, SessionRow};
use crate::center::{Center, CenterError};
use crate::domain::ids::Sha256;

impl Center {
    /// A person's open sessions, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self, person: &Person) -> Result<Vec<SessionRow>, CenterError> {
        Ok(self.store.sessions_of(&person.name, crate::clock::now()).await?)
    }

    /// Ends one of a person's own sessions.
    ///
    /// # Errors
    /// [`Refusal::NoSession`] when it is not theirs or not open.
    pub async fn end_own_session(&self, person: &Person, session: &Sha256) -> Result<(), PeopleError> {
        let now = crate::clock::now();
        let own = self.store.session(session, now).await?.is_some_and(|held| held.user_name == person.name);
        if !own {
            return Err(Refusal::NoSession.into());
        }
        self.store.end_session(session, now).await?;
        Ok(self.store.note_act(&person.name, "session-ended", &person.name, &session.short(), now).await?)
    }

    /// Ends a person's sessions but the one that asks; how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_other_sessions(&self, person: &Person) -> Result<u64, CenterError> {
        let now = crate::clock::now();
        let ended = self.store.end_sessions(&person.name, person.session.as_ref(), now).await?;
        self.store.note_act(&person.name, "sessions-ended", &person.name, &ended.to_string(), now).await?;
        Ok(ended)
    }

    /// Ends every session of another user, by an administrator of theirs.
    ///
    /// # Errors
    /// A refusal, or when the store fails.
    pub async fn end_sessions_of(&self, name: &str, doer: &Doer<'_>) -> Result<u64, PeopleError> {
        self.check_may_change(name, doer).await?;
        let now = crate::clock::now();
        let ended = self.store.end_sessions(name, None, now).await?;
        self.store.note_act(doer.name, "sessions-ended", name, &ended.to_string(), now).await?;
        Ok(ended)
    }

    /// Notes that a person saw which new devices logged in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notice_devices(&self, person: &Person) -> Result<(), CenterError> {
        Ok(self.store.notice_devices(&person.name, crate::clock::now()).await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_out(&self, token: &str) -> Result<(), CenterError> {
        let (digest, now) = (Sha256::of(token.as_bytes()), crate::clock::now());
        if let Some(session) = self.store.session(&digest, now).await? {
            self.store.end_session(&digest, now).await?;
            self.store.note_act(&session.user_name, "logged-out", &session.user_name, "", now).await?;
        }
        Ok(())
    }
}
