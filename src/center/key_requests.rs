//! What approvers ask for their own keys: that root names one, or that it revokes one that was lost. A person proves that
//! a key is theirs by signing their own name with it; whoever admits it compares the fingerprint with what that person
//! reads out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use super::refusal::DeskRefusal;
use super::{Center, CenterError};
use crate::domain::access::Role;
use crate::store::keys::Asks;
use crate::trust::envelope::{self, KEY_REQUEST, Signature};
use crate::trust::keys::{KeyPair, PublicKey};
use crate::trust::manifest::KeyRequest;

/// Requests that one person may have waiting.
const MOST_WAITING: usize = 5;

/// Where a person's own key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Waits for root.
    Waiting,
    /// Was not admitted.
    Refused,
    /// Signs.
    Admitted,
    /// Signs nothing new any more.
    Revoked,
}

/// A person's own key, as that person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKey {
    /// Public key, hex.
    pub key: String,
    /// Its id, hex.
    pub keyid: String,
    /// As it is read out.
    pub fingerprint: String,
    /// Where it stands.
    pub standing: Standing,
    /// When it was asked for; none for one admitted by command.
    pub asked_at: Option<DateTime<Utc>>,
    /// Whether the person asked to have it revoked, and that waits.
    pub revocation_asked: bool,
}

impl Center {
    /// Notes that a person wants root to name this key as theirs.
    ///
    /// # Errors
    /// When the person is no approver, the signature over [`KeyRequest`] is not the key's, or the key is known already.
    pub async fn request_key(&self, user: &str, key: &str, signature: &str) -> Result<(), CenterError> {
        self.must_approve_somewhere(user).await?;
        let key = PublicKey::from_hex(key).map_err(|error| CenterError::refused(error.to_string()))?;
        let bytes = STANDARD.decode(signature).unwrap_or_default();
        let payload = serde_json::to_vec(&KeyRequest { user: user.into(), key })?;
        if !envelope::is_signed_by(KEY_REQUEST, &payload, &key, &Signature { keyid: key.keyid(), bytes }) {
            return Err(DeskRefusal::KeyNotProven.into());
        }
        self.ask(user, key, Asks::Admit).await
    }

    /// Makes and notes the request of a key that lies in a file here.
    ///
    /// # Errors
    /// As for [`Self::request_key`].
    pub async fn request_key_of(&self, user: &str, pair: &KeyPair) -> Result<(), CenterError> {
        let payload = serde_json::to_vec(&KeyRequest { user: user.into(), key: pair.public() })?;
        let signature = envelope::sign(KEY_REQUEST, &payload, pair);
        self.request_key(user, &pair.public().to_string(), &STANDARD.encode(signature.bytes)).await
    }

    /// Notes that a person wants their own key revoked, as when it was lost.
    ///
    /// # Errors
    /// When no key of theirs that signs has this id.
    pub async fn ask_revocation(&self, user: &str, keyid: &str) -> Result<(), CenterError> {
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let own = held.list.own_keys(user).find(|named| named.key.keyid().to_string() == keyid);
        let own = own.ok_or_else(|| CenterError::NotFound(format!("{user} has no key {keyid} that signs")))?;
        self.ask(user, own.key, Asks::Revoke).await
    }

    async fn ask(&self, user: &str, key: PublicKey, asks: Asks) -> Result<(), CenterError> {
        let waiting = self.store.key_requests(Some(user)).await?;
        if waiting.iter().filter(|row| row.decided.is_none()).count() >= MOST_WAITING {
            return Err(CenterError::refused(format!(
                "{MOST_WAITING} requests of {user} wait already: have them decided first"
            )));
        }
        let now = crate::clock::now();
        if !self.store.add_key_request(user, &key.to_string(), asks, now).await? {
            return Err(CenterError::refused("this was asked for this key before: wait, or make another key"));
        }
        let act = if asks == Asks::Admit { "key-requested" } else { "key-revocation-requested" };
        Ok(self.store.note_act(user, act, &key.keyid().to_string(), "", now).await?)
    }

    /// A person's own keys, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn own_keys(&self, user: &str) -> Result<Vec<OwnKey>, CenterError> {
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let requests = self.store.key_requests(Some(user)).await?;
        let asked = |key: &str, asks| requests.iter().find(|row| row.key == key && row.asks == asks);
        let own = |key: PublicKey, standing, asked_at| OwnKey {
            keyid: key.keyid().to_string(),
            fingerprint: key.fingerprint(),
            standing,
            asked_at,
            revocation_asked: standing == Standing::Admitted
                && asked(&key.to_string(), Asks::Revoke).is_some_and(|row| row.decided.is_none()),
            key: key.to_string(),
        };
        let mut keys = Vec::new();
        for named in held.list.approvers.iter().filter(|named| named.user.as_deref() == Some(user)) {
            let standing = if named.in_force() { Standing::Admitted } else { Standing::Revoked };
            let asked_at = asked(&named.key.to_string(), Asks::Admit).map(|row| row.at);
            keys.push(own(named.key, standing, asked_at));
        }
        for row in requests.iter().filter(|row| row.asks == Asks::Admit) {
            if keys.iter().any(|known| known.key == row.key) {
                continue;
            }
            let Ok(key) = PublicKey::from_hex(&row.key) else { continue };
            let standing = if row.decided.is_none() { Standing::Waiting } else { Standing::Refused };
            keys.push(own(key, standing, Some(row.at)));
        }
        keys.sort_by_key(|key| std::cmp::Reverse(key.asked_at));
        Ok(keys)
    }

    /// Refuses whoever is no active approver anywhere; returns the name for people.
    pub(super) async fn must_approve_somewhere(&self, user: &str) -> Result<String, CenterError> {
        let row = self.users().await?.into_iter().find(|row| row.name == user && row.disabled_at.is_none());
        let row = row.filter(|row| row.grants.iter().any(|grant| grant.role == Role::Approver));
        row.map(|row| row.display_name).ok_or_else(|| DeskRefusal::NoActiveApprover(user.into()).into())
    }
}
