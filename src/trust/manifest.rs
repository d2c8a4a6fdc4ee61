//! Approval manifests: an approver's signed word that these bytes may air there, in these days, with this priority.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::area::Target;
use crate::domain::bulletin::Priority;
use crate::domain::ids::{BulletinCode, Sha256};

/// Who holds a signing key until a province moves it off line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Custody {
    /// The center's machine; shown on every page and said in every envelope.
    Center,
    /// The person themself.
    Own,
}

/// What an approver signs. Any change to one of these needs a new approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Bulletin.
    pub bulletin: BulletinCode,
    /// Its version.
    pub version: u32,
    /// Title, so that a reader sees what was approved.
    pub title: String,
    /// SHA-256 of the audio as uploaded.
    pub original: Sha256,
    /// SHA-256 of the WAV master.
    pub master: Sha256,
    /// SHA-256 of what stations play.
    pub rendition: Sha256,
    /// Length of the rendition, ms.
    pub duration_ms: u64,
    /// Where it may air.
    pub target: Target,
    /// First day.
    pub airs_from: NaiveDate,
    /// Last day, inclusive.
    pub airs_to: NaiveDate,
    /// Priority.
    pub priority: Priority,
    /// The approver's user name.
    pub approver: String,
    /// When.
    pub approved_at: DateTime<Utc>,
    /// Who held the key.
    pub custody: Custody,
    /// How many different people must have signed: 2 where a second approver is needed and the first signed with a
    /// key of their own. `approver` is then the first; who the other is, the trust list says of the second key.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub signers_needed: u32,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_one(number: &u32) -> bool {
    *number == 1
}

/// What a person signs to show that a key is really in their hands before root is asked to name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// Log-in name.
    pub user: String,
    /// The public key.
    pub key: super::keys::PublicKey,
}
