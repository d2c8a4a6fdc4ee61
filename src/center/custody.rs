//! The folder of keys: root, center and the key that approves in the approvers' stead, in the center's custody until
//! the province moves them off line. Every envelope and page says `custody=center` for as long as it is so.
//!
//! `root.key` may be moved away once `root.pub` stands beside it (it is written at the next start): from then on each
//! new trust list needs `--root-key FILE`. `approver.key` may be removed once it is revoked. `trust.json` is replaced
//! whole or not at all, by one process at a time, and read again by every running center.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

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

/// A trust list and its signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldList {
    /// The list.
    pub list: TrustList,
    /// As root signed it.
    pub sealed: String,
}

/// Holder of the keys.
#[derive(Debug)]
pub struct Custodian {
    folder: PathBuf,
    root: PublicKey,
    center: KeyPair,
    approver: Option<KeyPair>,
    held: RwLock<Arc<HeldList>>,
}

impl Custodian {
    /// Reads the keys from their folder, making them at first start.
    ///
    /// # Errors
    /// When a file cannot be used.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Self, CenterError> {
        std::fs::create_dir_all(folder)?;
        let _one_at_a_time = lock(folder)?;
        let first_start = !folder.join("trust.json").exists();
        let (root, root_pair) = open_root(folder, first_start)?;
        let center = KeyPair::load_or_create(&folder.join("center.key"))?;
        let approver = folder.join("approver.key");
        let approver = match KeyPair::load(&approver) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !first_start => None,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(KeyPair::load_or_create(&approver)?),
            other => Some(other?),
        };
        let older = if first_start { None } else { Some(read_list(folder, root)?) };
        if let Some(held) = &older {
            let ours = held.list.center_keys().contains(&center.public())
                && approver.as_ref().is_none_or(|pair| held.list.approver_keys().contains(&pair.public()));
            if !ours {
                return Err(foreign(folder));
            }
        }
        let held = match (older, root_pair) {
            (Some(held), _) if held.list.expires_at - now > Duration::days(RENEW_DAYS) => held,
            (Some(held), None) => {
                tracing::warn!(
                    "the trust list is believed until {} only: have root sign a new one with `loa keys renew`",
                    held.list.expires_at
                );
                held
            }
            (Some(held), Some(root)) => write_list(folder, held.list, &root, now)?,
            (None, Some(root)) => write_list(folder, new_list(&center, approver.as_ref(), now), &root, now)?,
            (None, None) => return Err(foreign(folder)),
        };
        Ok(Self { folder: folder.into(), root, center, approver, held: RwLock::new(Arc::new(held)) })
    }

    /// The root's public key, which stations pin.
    pub fn root(&self) -> PublicKey {
        self.root
    }

    /// The key that signs rundowns and acks.
    pub fn center(&self) -> &KeyPair {
        &self.center
    }

    /// The key that signs approvals in the approvers' stead, unless it was revoked.
    pub fn approver(&self) -> Option<&KeyPair> {
        let pair = self.approver.as_ref()?;
        let held = self.held();
        let named = held.list.approver(&pair.public().keyid())?;
        named.in_force().then_some(pair)
    }

    /// The trust list and its signed bytes, as last read.
    pub fn held(&self) -> Arc<HeldList> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether any key that approves lies with the center.
    pub fn holds_approvals(&self) -> bool {
        let with_center = |named: &NamedKey| named.custody == Custody::Center && named.in_force();
        self.held().list.approvers.iter().any(with_center)
    }

    /// Whether root's own key lies in the folder.
    pub fn holds_root(&self) -> bool {
        self.folder.join("root.key").exists()
    }

    /// Reads the list again, which another process may have replaced.
    ///
    /// # Errors
    /// When it cannot be read or root did not sign it; the list held before stays in force.
    pub fn reload(&self) -> Result<(), CenterError> {
        self.take(read_list(&self.folder, self.root)?);
        Ok(())
    }

    fn take(&self, list: HeldList) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(list);
    }

    /// Changes the newest list and has root sign it: with the key in the folder, or in `root_key` when that was taken
    /// off line.
    ///
    /// # Errors
    /// What `change` says, or when root's key is not to be had; nothing is written then.
    pub fn amend<T>(
        &self,
        root_key: Option<&Path>,
        now: DateTime<Utc>,
        change: impl FnOnce(&mut TrustList) -> Result<T, CenterError>,
    ) -> Result<(T, Arc<HeldList>), CenterError> {
        let _one_at_a_time = lock(&self.folder)?;
        let in_custody = self.folder.join("root.key");
        let file = root_key.unwrap_or(&in_custody);
        let root = KeyPair::load(file).map_err(|error| match root_key {
            None if error.kind() == std::io::ErrorKind::NotFound => CenterError::refused(
                "root's key does not lie with the center any more: name the file that holds it with --root-key",
            ),
            _ => CenterError::refused(format!("root's key {} cannot be used: {error}", file.display())),
        })?;
        if root.public() != self.root {
            return Err(CenterError::forbidden(format!(
                "{} is not the root key that this province's stations know",
                file.display()
            )));
        }
        let mut list = read_list(&self.folder, self.root)?.list;
        let changed = change(&mut list)?;
        self.take(write_list(&self.folder, list, &root, now)?);
        Ok((changed, self.held()))
    }
}

fn lock(folder: &Path) -> Result<File, CenterError> {
    let file = File::create(folder.join("lock"))?;
    file.lock()?;
    Ok(file)
}

fn foreign(folder: &Path) -> CenterError {
    CenterError::refused(format!(
        "{} is not signed by the root key beside it, or names other keys: put the backed-up keys folder in its place",
        folder.join("trust.json").display()
    ))
}

/// Root's public key, and the pair if it lies in the folder.
fn open_root(folder: &Path, first_start: bool) -> Result<(PublicKey, Option<KeyPair>), CenterError> {
    let (file, public_file) = (folder.join("root.key"), folder.join("root.pub"));
    let public = match std::fs::read_to_string(&public_file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
        Ok(text) => Some(PublicKey::from_hex(text.trim()).map_err(|_| foreign(folder))?),
    };
    let pair = match KeyPair::load(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match public {
            Some(public) => return Ok((public, None)),
            None if first_start => KeyPair::load_or_create(&file)?,
            None => return Err(foreign(folder)),
        },
        other => other?,
    };
    match public {
        None => write_whole(folder, "root.pub", &pair.public().to_string())?,
        Some(public) if public != pair.public() => return Err(foreign(folder)),
        Some(_) => {}
    }
    Ok((pair.public(), Some(pair)))
}

fn read_list(folder: &Path, root: PublicKey) -> Result<HeldList, CenterError> {
    let sealed = std::fs::read_to_string(folder.join("trust.json"))?;
    let opened = envelope::open::<TrustList>(sealed.as_bytes(), envelope::ROOTS, &[root]);
    opened.map(|(_, list)| HeldList { list, sealed }).map_err(|_| foreign(folder))
}

/// Dates the list, numbers it one higher, signs and writes it.
fn write_list(folder: &Path, mut list: TrustList, root: &KeyPair, now: DateTime<Utc>) -> Result<HeldList, CenterError> {
    list.version += 1;
    list.issued_at = now;
    list.expires_at = now + Duration::days(LIST_DAYS);
    list.root_custody = if folder.join("root.key").exists() { Custody::Center } else { Custody::Own };
    let sealed = list.seal(root)?;
    write_whole(folder, "trust.json", &sealed)?;
    Ok(HeldList { list, sealed })
}

fn write_whole(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let beside = folder.join(format!("{name}.new"));
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, folder.join(name))?;
    File::open(folder)?.sync_all()
}

fn new_list(center: &KeyPair, approver: Option<&KeyPair>, now: DateTime<Utc>) -> TrustList {
    let named = |pair: &KeyPair, holder: &str| NamedKey {
        key: pair.public(),
        holder: holder.into(),
        custody: Custody::Center,
        user: None,
        only: None,
    };
    TrustList {
        version: 0,
        issued_at: now,
        expires_at: now,
        root_custody: Custody::Center,
        approvers: approver.map(|pair| named(pair, "approvers, by the center")).into_iter().collect(),
        centers: vec![named(center, "center")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        crate::clock::now()
    }

    #[test]
    fn a_list_signed_by_one_process_is_read_by_another_that_runs() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) =
            (Custodian::open(folder.path(), now()).unwrap(), Custodian::open(folder.path(), now()).unwrap());
        assert_eq!(one.held(), other.held());
        one.amend(None, now(), |list| {
            list.approvers[0].only = Some(Vec::new());
            Ok(())
        })
        .unwrap();
        assert_eq!((one.held().list.version, other.held().list.version), (2, 1));
        assert!(other.approver().is_some() && other.holds_approvals());
        other.reload().unwrap();
        assert_eq!(one.held(), other.held());
        assert!(other.approver().is_none() && !other.holds_approvals());
    }

    #[test]
    fn root_and_the_revoked_key_may_leave_the_folder_and_the_center_goes_on() {
        let (folder, safe) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let custodian = Custodian::open(folder.path(), now()).unwrap();
        let root = safe.path().join("root.key");
        std::fs::rename(folder.path().join("root.key"), &root).unwrap();
        let refused = custodian.amend(None, now(), |_| Ok(())).unwrap_err();
        assert!(refused.to_string().contains("--root-key"), "{refused}");
        let other = safe.path().join("other.key");
        KeyPair::load_or_create(&other).unwrap();
        assert!(matches!(custodian.amend(Some(&other), now(), |_| Ok(())), Err(CenterError::Forbidden(_))));
        let retire = |list: &mut TrustList| {
            list.approvers[0].only = Some(Vec::new());
            Ok(())
        };
        let (_, held) = custodian.amend(Some(&root), now(), retire).unwrap();
        assert_eq!(held.list.root_custody, Custody::Own);
        std::fs::remove_file(folder.path().join("approver.key")).unwrap();
        let again = Custodian::open(folder.path(), now()).unwrap();
        assert_eq!((again.root(), again.held()), (custodian.root(), custodian.held()));
        assert!(again.approver().is_none() && !folder.path().join("root.key").exists());
        // A list that is running out is not renewed without root, and still served.
        let late = Custodian::open(folder.path(), now() + Duration::days(400)).unwrap();
        assert_eq!(late.held(), custodian.held());
    }

    #[test]
    fn a_folder_with_another_roots_key_or_without_any_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(Custodian::open(folder.path(), now()).unwrap());
        std::fs::remove_file(folder.path().join("root.key")).unwrap();
        KeyPair::load_or_create(&folder.path().join("root.key")).unwrap();
        assert!(Custodian::open(folder.path(), now()).is_err());
        for name in ["root.key", "root.pub"] {
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
        assert!(Custodian::open(folder.path(), now()).is_err(), "a lost root is not simply made anew");
    }

    #[test]
    fn a_list_with_less_than_a_year_left_is_signed_anew_where_root_lies_in_custody() {
        let folder = tempfile::tempdir().unwrap();
        let first = Custodian::open(folder.path(), now()).unwrap();
        assert_eq!(first.held().list.version, 1);
        let later = Custodian::open(folder.path(), now() + Duration::days(366)).unwrap();
        assert_eq!(later.held().list.version, 2);
        assert_eq!(later.held().list.approvers, first.held().list.approvers);
    }
}
