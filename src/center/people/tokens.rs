//! API tokens: what a program holds in a person's stead, never more than the person, and never for ever.

use chrono::{DateTime, Duration, Utc};

use super::{PeopleError, Person, Refusal, TOUCH_SECONDS, TokenRow};
use crate::center::{Center, CenterError};
use crate::domain::access::Scope;
use crate::domain::ids::Sha256;
use crate::trust::keys::random_bytes;

/// Longest life, days.
const MOST_DAYS: i64 = 365;
/// Longest name, characters.
const LONGEST_NAME: usize = 60;

/// A token just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeToken {
    /// Its public part.
    pub id: String,
    /// All of it, shown only now: `loa_<id>_<secret>`.
    pub text: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Center {
    /// Makes a token that lasts so many days.
    ///
    /// # Errors
    /// A refusal when name, scopes or days are not right.
    pub async fn make_token(
        &self,
        person: &Person,
        name: &str,
        scopes: &[Scope],
        days: i64,
    ) -> Result<MadeToken, PeopleError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Refusal::TokenName.into());
        }
        if scopes.is_empty() {
            return Err(Refusal::TokenScopes.into());
        }
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Refusal::TokenDays.into());
        }
        let now = crate::clock::now();
        let id = hex::encode(random_bytes::<6>()?);
        let text = format!("loa_{id}_{}", hex::encode(random_bytes::<32>()?));
        let mut words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
        words.sort_unstable();
        words.dedup();
        let row = TokenRow {
            id: id.clone(),
            user_name: person.name.clone(),
            name: name.into(),
            scopes: words.join(" "),
            digest: Sha256::of(text.as_bytes()),
            created_at: now,
            expires_at: now + Duration::days(days),
            last_used_at: None,
            revoked_at: None,
        };
        self.store.add_token(&row).await?;
        let detail = format!("{id} {} until {}", row.scopes, row.expires_at.date_naive());
        self.store.note_act(&person.name, "token-made", &person.name, &detail, now).await?;
        Ok(MadeToken { id, text, expires_at: row.expires_at })
    }

    /// A person's tokens, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tokens(&self, person: &Person) -> Result<Vec<TokenRow>, CenterError> {
        Ok(self.store.tokens_of(&person.name).await?)
    }

    /// Takes one of a person's own tokens back.
    ///
    /// # Errors
    /// [`Refusal::NoToken`], or when the store fails.
    pub async fn revoke_token(&self, person: &Person, id: &str) -> Result<(), PeopleError> {
        let now = crate::clock::now();
        if !self.store.revoke_token(id, &person.name, &person.name, now).await? {
            return Err(Refusal::NoToken.into());
        }
        Ok(self.store.note_act(&person.name, "token-revoked", &person.name, id, now).await?)
    }

    /// The person a token stands for and what it may do in their stead; none when it is unknown, ended, taken back, or
    /// its owner may not log in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token_holder(&self, text: &str) -> Result<Option<(Person, Vec<Scope>)>, CenterError> {
        let now = crate::clock::now();
        let Some(id) = text.strip_prefix("loa_").and_then(|rest| rest.split_once('_')).map(|(id, _)| id) else {
            return Ok(None);
        };
        let Some(row) = self.store.token(id).await? else { return Ok(None) };
        if row.digest != Sha256::of(text.as_bytes()) || row.revoked_at.is_some() || row.expires_at <= now {
            return Ok(None);
        }
        let Some(person) = self.person_named(&row.user_name, now).await? else { return Ok(None) };
        if row.last_used_at.is_none_or(|at| now - at >= Duration::seconds(TOUCH_SECONDS)) {
            self.store.touch_token(&row.id, now).await?;
        }
        let scopes = row.scopes.split(' ').filter_map(|word| word.parse().ok()).collect();
        Ok(Some((person, scopes)))
    }
}
