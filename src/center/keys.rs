//! Approvers' own keys: asked for by their holders, named and revoked by root, all while the center serves. A running
//! center hears of a new trust list by the number of [`TRUST`] and reads the file again; stations are told at once.
//!
//! A person proves that a key is theirs by signing their own name with it; whoever admits it compares the fingerprint
//! with what that person reads out. Revoking a key keeps, by name, what it approved and what is still in force, unless
//! it is told to drop it: then the versions are withdrawn as well, and stations stop even what plays.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use super::{Center, CenterError};
use crate::domain::access::Role;
use crate::domain::bulletin::State;
use crate::domain::ids::{BulletinCode, Sha256};
use crate::store::keys::{Asks, Decided, NewTrustList, TRUST};
use crate::trust::envelope::{self, KEY_REQUEST, MANIFEST, Signature};
use crate::trust::keys::{KeyPair, PublicKey};
use crate::trust::manifest::{Custody, KeyRequest};
use crate::trust::roots::{NamedKey, TrustList};

pub use crate::store::keys::{Asks as Asked, KeyRequestRow};

/// Requests that one person may have waiting.
const MOST_WAITING: usize = 5;
/// Fewest hex digits by which a key is named.
const FEWEST_DIGITS: usize = 8;

/// A bulletin's version whose approval rests on a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resting {
    /// Bulletin.
    pub code: BulletinCode,
    /// Version.
    pub version: u32,
    /// Digest of the manifest's envelope.
    pub manifest: Sha256,
}

/// A key as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// As root names it.
    pub named: NamedKey,
    /// What is in force by it.
    pub resting: Vec<Resting>,
}

/// All keys that root names or is asked to name.
#[derive(Debug, Clone)]
pub struct KeyList {
    /// The list in force.
    pub list: TrustList,
    /// Root's public key.
    pub root: PublicKey,
    /// Approver keys.
    pub approvers: Vec<ListedKey>,
    /// Requests that wait.
    pub waiting: Vec<KeyRequestRow>,
}

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

/// What becomes of the bulletins that rest on a revoked key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Dropping {
    /// They stay on the air.
    #[default]
    Nothing,
    /// These are withdrawn.
    Some(BTreeSet<BulletinCode>),
    /// All are withdrawn.
    All,
}

impl Dropping {
    fn drops(&self, code: &BulletinCode) -> bool {
        match self {
            Self::Nothing => false,
            Self::Some(codes) => codes.contains(code),
            Self::All => true,
        }
    }
}

/// What a revocation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// The key.
    pub key: PublicKey,
    /// Its holder.
    pub holder: String,
    /// What stays on the air.
    pub kept: Vec<Resting>,
    /// What was withdrawn.
    pub dropped: Vec<Resting>,
}

impl Center {
    /// Reads the trust list again if another process had a new one signed; whether it did.
    ///
    /// # Errors
    /// When the store or the file cannot be read; the list held before stays in force.
    pub async fn refresh_trust(&self) -> Result<bool, CenterError> {
        let revision = self.store.revision(TRUST).await?;
        if self.seen_trust.load(Ordering::Acquire) == revision {
            return Ok(false);
        }
        let before = self.custodian.held().list.version;
        self.custodian.reload()?;
        self.seen_trust.store(revision, Ordering::Release);
        Ok(self.custodian.held().list.version != before)
    }

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
            return Err(CenterError::forbidden("the key did not sign its own request: make it anew"));
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

    /// Every key that root names, with what rests on it, and the requests that wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn key_list(&self) -> Result<KeyList, CenterError> {
        self.refresh_trust().await?;
        let list = self.custodian.held().list.clone();
        let mut approvers = Vec::new();
        for named in &list.approvers {
            approvers.push(ListedKey { named: named.clone(), resting: self.resting_on(named).await? });
        }
        let mut waiting = self.store.key_requests(None).await?;
        waiting.retain(|row| row.decided.is_none());
        Ok(KeyList { list, root: self.custodian.root(), approvers, waiting })
    }

    /// Has root name a key as a person's own: the waiting request that `wanted` names by its user, key id or
    /// fingerprint, or the public key given for that user.
    ///
    /// # Errors
    /// When none or several requests fit, the person is no approver, or root's key is not to be had.
    pub async fn admit_key(
        &self,
        wanted: &str,
        key: Option<&str>,
        root_key: Option<&Path>,
        by: &str,
    ) -> Result<(String, PublicKey), CenterError> {
        let (user, key) = match key {
            Some(text) => {
                let key = PublicKey::from_hex(text).map_err(|error| CenterError::refused(error.to_string()))?;
                (wanted.to_string(), key)
            }
            None => self.waiting_key(wanted, Asks::Admit).await?,
        };
        let display = self.must_approve_somewhere(&user).await?;
        let named = NamedKey { key, holder: display, custody: Custody::Own, user: Some(user.clone()), only: None };
        let subject = key.keyid().to_string();
        self.amend(root_key, by, "key-admitted", &subject, &user, |list| {
            if list.approvers.iter().any(|known| known.key == key) {
                return Err(CenterError::refused(format!(
                    "key {} is named already: see `loa keys list`",
                    key.fingerprint()
                )));
            }
            list.approvers.push(named);
            Ok(())
        })
        .await?;
        self.decide(key, Asks::Admit, true, by).await?;
        Ok((user, key))
    }

    /// Refuses the waiting request that `wanted` names.
    ///
    /// # Errors
    /// When none or several fit.
    pub async fn refuse_key(&self, wanted: &str, by: &str) -> Result<(String, PublicKey), CenterError> {
        let (user, key) = self.waiting_key(wanted, Asks::Admit).await?;
        self.decide(key, Asks::Admit, false, by).await?;
        self.store.note_act(by, "key-refused", &key.keyid().to_string(), &user, crate::clock::now()).await?;
        Ok((user, key))
    }

    /// Has root revoke an approver key, named by its id or fingerprint. What rests on it stays on the air by name, apart
    /// from what is to be dropped: that is withdrawn at once. A key revoked before may be told to drop more.
    ///
    /// # Errors
    /// When no key fits, a code does not rest on it, or root's key is not to be had.
    pub async fn revoke_key(
        &self,
        wanted: &str,
        dropping: &Dropping,
        root_key: Option<&Path>,
        by: &str,
    ) -> Result<Revoked, CenterError> {
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let digits = key_digits(wanted)?;
        let mut fitting = held.list.approvers.iter().filter(|named| fits(&named.key, &digits));
        let (Some(named), None) = (fitting.next(), fitting.next()) else {
            return Err(CenterError::NotFound(format!(
                "not exactly one approver key is {wanted}: see `loa keys list`"
            )));
        };
        let resting = self.resting_on(named).await?;
        if let Dropping::Some(codes) = dropping
            && let Some(code) = codes.iter().find(|code| !resting.iter().any(|one| one.code == **code))
        {
            return Err(CenterError::refused(format!("{code} does not rest on this key: see `loa keys list`")));
        }
        let (dropped, kept): (Vec<_>, Vec<_>) = resting.into_iter().partition(|one| dropping.drops(&one.code));
        let (key, holder) = (named.key, named.holder.clone());
        let only: Vec<Sha256> = kept.iter().map(|one| one.manifest).collect();
        let detail = format!("kept {}, dropped {}", kept.len(), dropped.len());
        self.amend(root_key, by, "key-revoked", &key.keyid().to_string(), &detail, |list| {
            let known = list.approvers.iter_mut().find(|known| known.key == key);
            let known = known.ok_or_else(|| CenterError::refused("the key is not named any more"))?;
            known.only = Some(only);
            Ok(())
        })
        .await?;
        self.decide(key, Asks::Revoke, true, by).await?;
        let reason = format!("khóa duyệt {} bị thu hồi (approval key revoked)", key.fingerprint());
        for one in &dropped {
            self.withdraw_unasked(&one.code, one.version, by, &reason).await?;
        }
        if !dropped.is_empty() {
            self.issue_rundowns().await?;
        }
        Ok(Revoked { key, holder, kept, dropped })
    }

    /// Has root sign the list anew, unchanged, so that it is believed longer.
    ///
    /// # Errors
    /// When root's key is not to be had.
    pub async fn renew_trust(&self, root_key: Option<&Path>, by: &str) -> Result<TrustList, CenterError> {
        self.amend(root_key, by, "trust-renewed", "", "", |_| Ok(())).await?;
        Ok(self.custodian.held().list.clone())
    }

    async fn amend(
        &self,
        root_key: Option<&Path>,
        by: &str,
        act: &str,
        subject: &str,
        detail: &str,
        change: impl FnOnce(&mut TrustList) -> Result<(), CenterError>,
    ) -> Result<(), CenterError> {
        let now = crate::clock::now();
        let ((), held) = self.custodian.amend(root_key, now, change)?;
        let new = NewTrustList {
            digest: envelope::digest(&held.sealed),
            payload_type: envelope::ROOTS,
            envelope: &held.sealed,
            by,
            act,
            subject,
            detail,
        };
        self.store.note_trust_list(&new, now).await?;
        self.hub().wake_all();
        Ok(())
    }

    async fn decide(&self, key: PublicKey, asks: Asks, granted: bool, by: &str) -> Result<(), CenterError> {
        let decided = Decided { granted, by: by.into(), at: crate::clock::now() };
        // There need not have been a request.
        self.store.decide_key_request(&key.to_string(), asks, &decided).await?;
        Ok(())
    }

    /// The one waiting request that is named by its user, key id or fingerprint.
    async fn waiting_key(&self, wanted: &str, asks: Asks) -> Result<(String, PublicKey), CenterError> {
        let digits = key_digits(wanted).unwrap_or_default();
        let mut found = Vec::new();
        for row in self.store.key_requests(None).await? {
            let key = PublicKey::from_hex(&row.key).map_err(|error| CenterError::Broken(error.to_string()))?;
            let named = row.user_name == wanted || (!digits.is_empty() && fits(&key, &digits));
            if row.decided.is_none() && row.asks == asks && named {
                found.push((row.user_name, key));
            }
        }
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(CenterError::NotFound(format!("no request waits for {wanted}: see `loa keys list`"))),
            many => Err(CenterError::refused(format!(
                "{many} requests wait for {wanted}: name one by the fingerprint that its holder reads out"
            ))),
        }
    }

    /// Refuses whoever is no active approver anywhere; returns the name for people.
    async fn must_approve_somewhere(&self, user: &str) -> Result<String, CenterError> {
        let row = self.store.user(user).await?.filter(|row| row.disabled_at.is_none());
        let row = row.filter(|row| row.grants.iter().any(|grant| grant.role == Role::Approver));
        row.map(|row| row.display_name).ok_or_else(|| {
            CenterError::forbidden(format!("{user} is no active approver, and only approvers have keys"))
        })
    }

    /// Approved versions whose days are not over and whose approval this key signed.
    async fn resting_on(&self, named: &NamedKey) -> Result<Vec<Resting>, CenterError> {
        let today = self.local_today().await?;
        // An evening's rundown may sound past midnight.
        let yesterday = today.pred_opt().unwrap_or(today);
        let mut resting = Vec::new();
        for row in self.store.bulletin_versions(None).await? {
            let Some(manifest) = row.manifest().filter(|_| row.state() == State::Approved) else { continue };
            if row.facts.last_day() < yesterday || !named.counts_for(&manifest) {
                continue;
            }
            let Some(text) = self.store.envelope(&manifest).await? else { continue };
            // An envelope that was tampered with rests on nobody.
            let Ok((payload, signatures)) = envelope::parts(text.as_bytes(), MANIFEST) else { continue };
            if signatures.iter().any(|one| envelope::is_signed_by(MANIFEST, &payload, &named.key, one)) {
                resting.push(Resting { code: row.facts.code, version: row.version, manifest });
            }
        }
        Ok(resting)
    }
}

/// The hex digits of a key id as people write it: with blanks, in capitals, cut short.
fn key_digits(text: &str) -> Result<String, CenterError> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    if digits.len() < FEWEST_DIGITS || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(CenterError::refused(format!(
            "\"{text}\" names no key: give at least {FEWEST_DIGITS} hex digits of its id"
        )));
    }
    Ok(digits)
}

fn fits(key: &PublicKey, digits: &str) -> bool {
    key.keyid().to_string().starts_with(digits)
}
