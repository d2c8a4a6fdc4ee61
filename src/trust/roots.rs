//! The root's signed list of keys: whose approvals and whose rundowns a station believes. A station pins the root's
//! public key when it enrols.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::envelope::{self, NotTrusted};
use super::keys::{KeyPair, PublicKey};
use super::manifest::Custody;

/// One key and its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedKey {
    /// The key.
    pub key: PublicKey,
    /// Its holder, for people.
    pub holder: String,
    /// Where the secret half lies.
    pub custody: Custody,
}

/// The list itself (`trust.json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustList {
    /// From 1, always rising; a lower one is refused.
    pub version: u32,
    /// When it was made.
    pub issued_at: DateTime<Utc>,
    /// Not believed after.
    pub expires_at: DateTime<Utc>,
    /// Where the root's own secret half lies.
    pub root_custody: Custody,
    /// Keys whose manifests count.
    pub approvers: Vec<NamedKey>,
    /// Keys whose rundowns and acks count.
    pub centers: Vec<NamedKey>,
}

/// Why a new list is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListRefused {
    /// Signature or form.
    #[error(transparent)]
    NotTrusted(#[from] NotTrusted),
    /// Older than the one held.
    #[error("trust list version {offered} is older than version {held}, which is held already")]
    Rollback {
        /// Version offered.
        offered: u32,
        /// Version held.
        held: u32,
    },
    /// Too old to believe.
    #[error("trust list version {version} expired at {expires_at}: have the province sign a new one")]
    Expired {
        /// Its version.
        version: u32,
        /// When it ended.
        expires_at: DateTime<Utc>,
    },
}

impl TrustList {
    /// Signs the list with the root's key.
    ///
    /// # Errors
    /// When it has no JSON form.
    pub fn seal(&self, root: &KeyPair) -> serde_json::Result<String> {
        envelope::seal(envelope::ROOTS, self, root)
    }

    /// Believes a list only if `root` signed it, it is not older than `held` and not expired at `now`.
    ///
    /// # Errors
    /// [`ListRefused`]; the list held before stays in force.
    pub fn open(bytes: &[u8], root: PublicKey, held: u32, now: DateTime<Utc>) -> Result<Self, ListRefused> {
        let (_, list): (_, Self) = envelope::open(bytes, envelope::ROOTS, &[root])?;
        if list.version < held {
            return Err(ListRefused::Rollback { offered: list.version, held });
        }
        if list.expires_at <= now {
            return Err(ListRefused::Expired { version: list.version, expires_at: list.expires_at });
        }
        Ok(list)
    }

    /// Keys whose manifests count.
    pub fn approver_keys(&self) -> Vec<PublicKey> {
        self.approvers.iter().map(|named| named.key).collect()
    }

    /// Keys whose rundowns and acks count.
    pub fn center_keys(&self) -> Vec<PublicKey> {
        self.centers.iter().map(|named| named.key).collect()
    }
}
