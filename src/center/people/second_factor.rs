//! The second factor: a secret in an authenticator app, and ten codes on paper for the day the phone is lost.

use chrono::{DateTime, Utc};

use super::passwords::groups;
use super::{Doer, Duty, PeopleError, Person, Place, Refusal};
use crate::center::{Center, CenterError};
use crate::domain::ids::Sha256;
use crate::store::people::Stage;
use crate::store::people::second_factors::FactorRow;
use crate::trust::keys::random_bytes;
use crate::trust::totp;

/// Recovery codes made at a time.
const RECOVERY_CODES: usize = 10;

/// A secret on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// base32, to type into an app.
    pub secret: String,
    /// What the QR code says.
    pub address: String,
}

impl Center {
    /// A user's second factor, once confirmed.
    pub(super) async fn confirmed_factor(&self, name: &str) -> Result<Option<FactorRow>, CenterError> {
        Ok(self.store.second_factor(name).await?.filter(|factor| factor.confirmed_at.is_some()))
    }

    /// Whether a person has a second factor, and how many recovery codes are left.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn second_factor_of(&self, name: &str) -> Result<Option<i64>, CenterError> {
        match self.confirmed_factor(name).await? {
            Some(factor) => Ok(Some(self.store.recovery_codes_left(factor.id).await?)),
            None => Ok(None),
        }
    }

    /// The secret on offer to a person who has no second factor yet; the same until it is confirmed.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorSet`], or when the store fails.
    pub async fn offer_second_factor(&self, person: &Person) -> Result<Offer, PeopleError> {
        let name = &person.name;
        if self.store.second_factor(name).await?.is_none() {
            let secret = random_bytes::<{ totp::SECRET_BYTES }>()?;
            let sealed = self.sealer.seal(name, &secret)?;
            self.store.offer_second_factor(name, &sealed, crate::clock::now()).await?;
        }
        let factor = self.store.second_factor(name).await?.ok_or(Refusal::Changed)?;
        if factor.confirmed_at.is_some() {
            return Err(Refusal::SecondFactorSet.into());
        }
        let secret = self.secret(name, &factor)?;
        Ok(Offer { secret: totp::base32(&secret), address: totp::address(&secret, name) })
    }

    fn secret(&self, name: &str, factor: &FactorRow) -> Result<Vec<u8>, CenterError> {
        let opened = self.sealer.open_sealed(name, &factor.secret);
        opened.ok_or_else(|| {
            CenterError::Broken(format!("the second factor of {name}: is keys/secrets.key the right one?"))
        })
    }

    /// Confirms the secret on offer by one of its codes. Other sessions end, this one is opened anew; returns its
    /// token and the recovery codes, shown only now.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], [`Refusal::Wait`], [`Refusal::SecondFactorSet`], or when the store fails.
    pub async fn confirm_second_factor(
        &self,
        person: &Person,
        typed: &str,
        place: &Place,
    ) -> Result<(String, Vec<String>), PeopleError> {
        let (name, now) = (&person.name, crate::clock::now());
        if person.duty == Some(Duty::Code) || self.confirmed_factor(name).await?.is_some() {
            return Err(Refusal::SecondFactorSet.into());
        }
        self.check_code(person, typed, place).await?;
        let codes = self.make_recovery_codes(name).await?;
        let token = self.open_session(name, Stage::Full, place, person.session).await?;
        self.store.end_sessions(name, Some(&Sha256::of(token.as_bytes())), now).await?;
        self.store.note_act(name, "second-factor-set", name, "", now).await?;
        Ok((token, codes))
    }

    /// Makes ten new recovery codes; those before are worth nothing any more.
    ///
    /// # Errors
    /// [`Refusal::NoSecondFactor`], or when the store fails.
    pub async fn renew_recovery_codes(&self, person: &Person) -> Result<Vec<String>, PeopleError> {
        let codes = self.make_recovery_codes(&person.name).await?;
        self.store.note_act(&person.name, "recovery-codes-made", &person.name, "", crate::clock::now()).await?;
        Ok(codes)
    }

    async fn make_recovery_codes(&self, name: &str) -> Result<Vec<String>, PeopleError> {
        let factor = self.confirmed_factor(name).await?.ok_or(Refusal::NoSecondFactor)?;
        // 120 bits each: a plain digest is enough (ASVS 5.0, 6.5.2).
        let codes = (0..RECOVERY_CODES).map(|_| groups::<24>(6)).collect::<Result<Vec<_>, _>>()?;
        let digests: Vec<Sha256> = codes.iter().map(|code| recovery_digest(name, code)).collect();
        self.store.set_recovery_codes(factor.id, &digests, crate::clock::now()).await?;
        Ok(codes)
    }

    /// Whether what was typed is a code of the app, unused, or a recovery code, which is used up.
    pub(super) async fn code_is_right(&self, name: &str, typed: &str, now: DateTime<Utc>) -> Result<bool, CenterError> {
        let Some(factor) = self.store.second_factor(name).await? else { return Ok(false) };
        let secret = self.secret(name, &factor)?;
        if let Some(step) = totp::matching_step(&secret, typed, now.timestamp()) {
            return Ok(self.store.use_step(factor.id, step, now).await?);
        }
        let used = self.store.use_recovery_code(factor.id, &recovery_digest(name, typed), now).await?;
        if used {
            self.store.note_act(name, "recovery-code-used", name, "", now).await?;
        }
        Ok(used)
    }

    /// Takes a user's second factor away, who must then set up a new one; their sessions end.
    ///
    /// # Errors
    /// A refusal, or when the store fails.
    pub async fn reset_second_factor(&self, name: &str, doer: &Doer<'_>) -> Result<(), PeopleError> {
        self.check_may_change(name, doer).await?;
        let now = crate::clock::now();
        if !self.store.end_second_factor(name, doer.name, now).await? {
            return Err(Refusal::NoSecondFactor.into());
        }
        self.store.end_sessions(name, None, now).await?;
        Ok(self.store.note_act(doer.name, "second-factor-reset", name, "", now).await?)
    }
}

/// A recovery code's digest; dashes, blanks and capitals make no difference.
fn recovery_digest(name: &str, code: &str) -> Sha256 {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Sha256::of(format!("recovery code of {name}: {plain}").as_bytes())
}
