//! Keys in the center's custody until the province moves them off line: root, center and approver. Every envelope
//! and page says `custody=center` for as long as it is so.

use std::path::Path;

use chrono::{DateTime, Duration, Utc};

use super::CenterError;
use crate::trust::envelope;
use crate::trust::keys::{KeyPair, PublicKey};
use crate::trust::manifest::Custody;
use crate::trust::roots::{NamedKey, TrustList};

/// How long a trust list is believed, days.
const LIST_DAYS: i64 = 730;
/// A list with less than this left is made anew, days.
const RENEW_DAYS: i64 = 365;

/// Holder of the keys.
#[derive(Debug)]
pub struct Custodian {
    root: PublicKey,
    center: KeyPair,
    approver: KeyPair,
    list: TrustList,
    sealed_list: String,
}

impl Custodian {
    /// Reads the keys from their folder, making them at first start.
    ///
    /// # Errors
    /// When a file cannot be used.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Self, CenterError> {
        std::fs::create_dir_all(folder)?;
        let root = KeyPair::load_or_create(&folder.join("root.key"))?;
        let center = KeyPair::load_or_create(&folder.join("center.key"))?;
        let approver = KeyPair::load_or_create(&folder.join("approver.key"))?;
        let path = folder.join("trust.json");
        let opened = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
            Ok(text) => {
                let named = |list: &TrustList| {
                    list.center_keys().contains(&center.public()) && list.approver_keys().contains(&approver.public())
                };
                let opened = envelope::open::<TrustList>(text.as_bytes(), envelope::ROOTS, &[root.public()]);
                let list = opened.ok().map(|(_, list)| list).filter(named).ok_or_else(|| {
                    CenterError::refused(format!(
                        "{} is not signed by the root key beside it, or names other keys: put the backed-up keys folder \
                         in its place",
                        path.display()
                    ))
                })?;
                Some((list, text))
            }
        };
        let (list, sealed_list) = match opened {
            Some((list, text)) if list.expires_at - now > Duration::days(RENEW_DAYS) => (list, text),
            older => {
                let version = older.map_or(1, |(list, _)| list.version + 1);
                let list = new_list(version, &center, &approver, now);
                let sealed = list.seal(&root)?;
                let beside = folder.join("trust.json.new");
                std::fs::write(&beside, &sealed)?;
                std::fs::File::open(&beside)?.sync_all()?;
                std::fs::rename(&beside, &path)?;
                (list, sealed)
            }
        };
        Ok(Self { root: root.public(), center, approver, list, sealed_list })
    }

    /// The root's public key, which stations pin.
    pub fn root(&self) -> PublicKey {
        self.root
    }

    /// The key that signs rundowns and acks.
    pub fn center(&self) -> &KeyPair {
        &self.center
    }

    /// The key that signs approvals in the approvers' stead.
    pub fn approver(&self) -> &KeyPair {
        &self.approver
    }

    /// The trust list and its signed bytes.
    pub fn list(&self) -> (&TrustList, &str) {
        (&self.list, &self.sealed_list)
    }

    /// Whether any key that approves lies with the center.
    pub fn holds_approvals(&self) -> bool {
        self.list.approvers.iter().any(|named| named.custody == Custody::Center)
    }
}

fn new_list(version: u32, center: &KeyPair, approver: &KeyPair, now: DateTime<Utc>) -> TrustList {
    let named =
        |pair: &KeyPair, holder: &str| NamedKey { key: pair.public(), holder: holder.into(), custody: Custody::Center };
    TrustList {
        version,
        issued_at: now,
        expires_at: now + Duration::days(LIST_DAYS),
        root_custody: Custody::Center,
        approvers: vec![named(approver, "approvers, by the center")],
        centers: vec![named(center, "center")],
    }
}
