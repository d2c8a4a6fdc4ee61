//! The root's signed list of keys: whose approvals and whose rundowns a station believes. A station pins the root's
//! public key when it enrols.
//!
//! What holds of an approval manifest ([`TrustList::open_manifest`]):
//!
//! - Its signers are keys of the list. A revoked key ([`NamedKey::only`]) counts for nothing but the envelopes that
//!   root vouches for by name: what it signed before and what was then still in force.
//! - The approver it names is one of them: a person's own key signs in that person's name only; the center's key signs
//!   in anybody's, and then the manifest says `custody=center`.
//! - As many different *people* signed as it asks for itself, and two for whatever is urgent; a person with two keys is one, and so is a key whose
//!   signature stands there twice (TUF's rules for thresholds).
//!
//! What it does not say: where an approver may approve. The tree of areas is the center's word, not root's, so a
//! station could check a manifest's areas only against what the thief of a center would forge as well.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::envelope::{self, NotTrusted};
use super::keys::{KeyPair, PublicKey};
use super::manifest::{Custody, Manifest};
use crate::domain::bulletin::Priority;
use crate::domain::ids::Sha256;

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
    /// The log-in name in whose name alone it approves; none for the center's key, which approves in the approvers'
    /// stead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Once revoked: digests of the only envelopes of it that are still believed. None while it may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<Sha256>>,
}

impl NamedKey {
    /// Whether it may sign something new.
    pub fn in_force(&self) -> bool {
        self.only.is_none()
    }

    /// Whether its signature on this envelope counts.
    pub fn counts_for(&self, envelope: &Sha256) -> bool {
        self.only.as_ref().is_none_or(|kept| kept.contains(envelope))
    }

    /// Who stands behind it: two keys of one person are one voice.
    pub(super) fn person(&self) -> &str {
        self.user.as_ref().unwrap_or(&self.holder)
    }

    /// Whether it may make a manifest of `custody` in this approver's name.
    fn speaks_for(&self, approver: &str, custody: Custody) -> bool {
        self.custody == custody && self.user.as_deref().is_none_or(|user| user == approver)
    }
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

    /// Believes an approval manifest, or says why not; the rules stand above.
    ///
    /// # Errors
    /// [`NotTrusted`] names the rule; nothing of the content is returned then.
    pub fn open_manifest(&self, bytes: &[u8]) -> Result<Manifest, NotTrusted> {
        let digest = Sha256::of(bytes);
        let counting: Vec<&NamedKey> = self.approvers.iter().filter(|named| named.counts_for(&digest)).collect();
        let keys: Vec<PublicKey> = counting.iter().map(|named| named.key).collect();
        let (signers, manifest): (_, Manifest) = envelope::open_by_all(bytes, envelope::MANIFEST, &keys)?;
        let signers: Vec<&NamedKey> = counting.into_iter().filter(|named| signers.contains(&named.key)).collect();
        if !signers.iter().any(|named| named.speaks_for(&manifest.approver, manifest.custody)) {
            return Err(NotTrusted::ForeignName(manifest.approver));
        }
        let people: std::collections::BTreeSet<&str> = signers.iter().map(|named| named.person()).collect();
        // Asked of what is urgent whatever it says itself: it breaks in everywhere and at any hour.
        let least = if manifest.priority == Priority::Urgent { 2 } else { 1 };
        let needed = manifest.signers_needed.max(least);
        if people.len() < usize::try_from(needed).unwrap_or(usize::MAX) {
            return Err(NotTrusted::TooFewSigners { needed, found: people.len() });
        }
        Ok(manifest)
    }

    /// The approver keys in force that are this user's own.
    pub fn own_keys<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a NamedKey> {
        self.approvers.iter().filter(move |named| named.in_force() && named.user.as_deref() == Some(user))
    }

    /// An approver key by its id.
    pub fn approver(&self, keyid: &Sha256) -> Option<&NamedKey> {
        self.approvers.iter().find(|named| named.key.keyid() == *keyid)
    }

    /// Keys whose manifests count, those of revoked keys included: what they still stand for, only
    /// [`Self::open_manifest`] tells.
    pub fn approver_keys(&self) -> Vec<PublicKey> {
        self.approvers.iter().map(|named| named.key).collect()
    }

    /// Keys whose rundowns and acks count.
    pub fn center_keys(&self) -> Vec<PublicKey> {
        self.centers.iter().filter(|named| named.in_force()).map(|named| named.key).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Duration, TimeZone};

    use super::*;

    struct Case {
        root: KeyPair,
        an: KeyPair,
        an_too: KeyPair,
        binh: KeyPair,
        center: KeyPair,
        list: TrustList,
    }

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2024, 6, 12, 1, 0, 0).unwrap()
    }

    fn named(pair: &KeyPair, user: Option<&str>) -> NamedKey {
        let custody = if user.is_some() { Custody::Own } else { Custody::Center };
        let holder = user.unwrap_or("approvers, by the center").to_string();
        NamedKey { key: pair.public(), holder, custody, user: user.map(String::from), only: None }
    }

    fn case() -> Case {
        let [root, an, an_too, binh, center] = std::array::from_fn(|_| KeyPair::generate().unwrap());
        let list = TrustList {
            version: 3,
            issued_at: now(),
            expires_at: now() + Duration::days(730),
            root_custody: Custody::Own,
            approvers: vec![
                named(&center, None),
                named(&an, Some("an")),
                named(&an_too, Some("an")),
                named(&binh, Some("binh")),
            ],
            centers: Vec::new(),
        };
        Case { root, an, an_too, binh, center, list }
    }

    fn manifest(approver: &str, custody: Custody, signers_needed: u32) -> Manifest {
        let hash = Sha256::of(b"sound");
        Manifest {
            bulletin: "TIN-1".parse().unwrap(),
            version: 1,
            title: "Tin".into(),
            original: hash,
            master: hash,
            rendition: hash,
            duration_ms: 1000,
            target: crate::domain::area::Target::default(),
            airs_from: now().date_naive(),
            airs_to: now().date_naive(),
            priority: Priority::Ordinary,
            approver: approver.into(),
            approved_at: now(),
            custody,
            signers_needed,
        }
    }

    fn sealed(manifest: &Manifest, pairs: &[&KeyPair]) -> String {
        let payload = serde_json::to_vec(manifest).unwrap();
        let signatures: Vec<_> = pairs.iter().map(|pair| envelope::sign(envelope::MANIFEST, &payload, pair)).collect();
        envelope::assemble(envelope::MANIFEST, &payload, &signatures).unwrap()
    }

    #[test]
    fn a_list_of_an_older_program_reads_and_writes_as_it_was() {
        let case = case();
        let mut list = case.list;
        list.approvers.truncate(1);
        let text = serde_json::to_string(&list).unwrap();
        assert!(!text.contains("user") && !text.contains("only"), "{text}");
        assert_eq!(serde_json::from_str::<TrustList>(&text).unwrap(), list);
        let old = serde_json::to_string(&manifest("an", Custody::Center, 1)).unwrap();
        assert!(!old.contains("signers_needed"), "{old}");
        assert_eq!(serde_json::from_str::<Manifest>(&old).unwrap().signers_needed, 1);
    }

    #[test]
    fn an_older_list_a_foreign_one_and_an_expired_one_are_refused() {
        let case = case();
        let text = case.list.seal(&case.root).unwrap();
        let open = |root: &KeyPair, held, at| TrustList::open(text.as_bytes(), root.public(), held, at);
        assert_eq!(open(&case.root, 3, now()).unwrap(), case.list);
        assert!(matches!(open(&case.root, 4, now()), Err(ListRefused::Rollback { offered: 3, held: 4 })));
        assert!(matches!(open(&case.an, 0, now()), Err(ListRefused::NotTrusted(_))));
        let late = now() + Duration::days(731);
        assert!(matches!(open(&case.root, 0, late), Err(ListRefused::Expired { .. })));
    }

    #[test]
    fn a_persons_own_key_signs_in_that_persons_name_only() {
        let case = case();
        let opens = |approver: &str, custody, pair: &KeyPair| {
            case.list.open_manifest(sealed(&manifest(approver, custody, 1), &[pair]).as_bytes()).is_ok()
        };
        assert!(opens("an", Custody::Own, &case.an));
        assert!(opens("an", Custody::Own, &case.an_too));
        assert!(!opens("binh", Custody::Own, &case.an));
        // The center signs for anybody, but never as if it were the person.
        assert!(opens("binh", Custody::Center, &case.center));
        assert!(!opens("binh", Custody::Own, &case.center));
        assert!(!opens("an", Custody::Center, &case.an));
        assert!(!opens("an", Custody::Own, &case.root));
    }

    #[test]
    fn two_signers_are_two_people_and_no_name_counts_twice() {
        let case = case();
        let open =
            |pairs: &[&KeyPair]| case.list.open_manifest(sealed(&manifest("an", Custody::Own, 2), pairs).as_bytes());
        assert!(open(&[&case.an, &case.binh]).is_ok());
        assert!(open(&[&case.center, &case.an]).is_ok());
        for one_voice in [vec![&case.an], vec![&case.an, &case.an], vec![&case.an, &case.an_too]] {
            assert_eq!(open(&one_voice).unwrap_err(), NotTrusted::TooFewSigners { needed: 2, found: 1 });
        }
        assert!(matches!(open(&[&case.binh, &case.center]), Err(NotTrusted::ForeignName(_))));
        assert!(open(&[&case.an, &case.root]).is_err(), "a key that root did not name is no voice");
    }

    #[test]
    fn what_is_urgent_is_signed_by_two_people_whatever_it_says_itself() {
        let case = case();
        let urgent = Manifest { priority: Priority::Urgent, ..manifest("an", Custody::Own, 1) };
        let open = |pairs: &[&KeyPair]| case.list.open_manifest(sealed(&urgent, pairs).as_bytes());
        for one_voice in [vec![&case.an], vec![&case.an, &case.an_too]] {
            assert_eq!(open(&one_voice).unwrap_err(), NotTrusted::TooFewSigners { needed: 2, found: 1 });
        }
        assert!(open(&[&case.an, &case.binh]).is_ok());
    }

    #[test]
    fn a_revoked_key_stands_for_the_named_envelopes_and_nothing_else() {
        let mut case = case();
        let kept = sealed(&manifest("an", Custody::Own, 1), &[&case.an]);
        let dropped = sealed(&Manifest { version: 2, ..manifest("an", Custody::Own, 1) }, &[&case.an]);
        let both = sealed(&manifest("an", Custody::Own, 2), &[&case.an, &case.binh]);
        case.list.approvers[1].only = Some(vec![envelope::digest(&kept)]);
        assert!(case.list.open_manifest(kept.as_bytes()).is_ok());
        assert!(case.list.open_manifest(dropped.as_bytes()).is_err());
        // The other signature alone does not carry what two must sign.
        assert!(case.list.open_manifest(both.as_bytes()).is_err());
        case.list.approvers[1].only = Some(vec![envelope::digest(&both)]);
        assert!(case.list.open_manifest(both.as_bytes()).is_ok());
        assert!(case.list.open_manifest(kept.as_bytes()).is_err());
        assert_eq!(case.list.own_keys("an").map(|named| named.key).collect::<Vec<_>>(), [case.an_too.public()]);
    }
}
