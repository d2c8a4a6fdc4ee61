//! Making and checking the signature of one approval: what is signed must be, byte for byte, what the stored version
//! says. No store and no clock here.

use chrono::{DateTime, Duration, Utc};

use super::CenterError;
use super::approval::Turn;
use super::bulletins::{StepRow, VersionRow};
use super::refusal::DeskRefusal;
use super::signed::Signer;
use crate::domain::bulletin::{Priority, State};
use crate::trust::envelope::{self, MANIFEST, Signature};
use crate::trust::keys::KeyPair;
use crate::trust::manifest::{Custody, Manifest};
use crate::trust::roots::TrustList;

/// What was prepared to be signed is taken back for this long, hours.
const PREPARED_HOURS: i64 = 12;

/// What the first of two approvers signed.
pub(super) struct First {
    /// The manifest's exact bytes.
    pub payload: Vec<u8>,
    /// Their signature.
    pub signatures: Vec<Signature>,
}

/// One approval about to be signed.
pub(super) struct Approval<'a> {
    /// The version.
    pub row: &'a VersionRow,
    /// The approver's log-in name.
    pub by: &'a str,
    /// Which of the needed approvals it is.
    pub turn: Turn,
    /// The moment.
    pub now: DateTime<Utc>,
    /// The keys that root names.
    pub list: &'a TrustList,
}

impl Approval<'_> {
    /// The manifest as the stored version says it.
    fn manifest(&self, approver: &str, approved_at: DateTime<Utc>, custody: Custody, signers_needed: u32) -> Manifest {
        let (facts, sound) = (&self.row.facts, &self.row.sound);
        Manifest {
            bulletin: facts.code.clone(),
            version: self.row.version,
            title: facts.title.clone(),
            original: sound.original,
            master: sound.master,
            rendition: sound.rendition,
            duration_ms: sound.duration_ms,
            target: facts.target.clone(),
            airs_from: facts.airs_from,
            airs_to: facts.last_day(),
            priority: facts.priority,
            approver: approver.into(),
            approved_at,
            custody,
            signers_needed,
        }
    }

    /// How many must sign what is made now.
    fn signers_needed(&self) -> u32 {
        if self.turn == Turn::First || self.is_urgent() { 2 } else { 1 }
    }

    /// What is urgent carries two people's signatures in every case, so the center signs at the first approval already.
    fn is_urgent(&self) -> bool {
        self.row.facts.priority == Priority::Urgent
    }

    /// Whether the center signed for the first of an urgent bulletin's two and so cannot sign for the second.
    pub fn center_is_spent(&self, first: &First) -> bool {
        let by_center = |signed: Manifest| signed.custody == Custody::Center;
        self.is_urgent() && serde_json::from_slice(&first.payload).is_ok_and(by_center)
    }

    fn signer(&self) -> Signer<'_> {
        Signer { name: self.by, list: self.list }
    }

    /// The bytes for the person to sign.
    pub fn prepare(&self, first: Option<&First>) -> Result<Vec<u8>, CenterError> {
        if let Some(first) = first {
            return Ok(first.payload.clone());
        }
        let manifest = self.manifest(self.by, self.now, Custody::Own, self.signers_needed());
        Ok(serde_json::to_vec(&manifest)?)
    }

    /// The envelope with the center's signature; none for a first approval of two, which needs no manifest yet.
    pub fn by_center(&self, pair: Option<&KeyPair>, first: Option<First>) -> Result<Option<String>, CenterError> {
        let by = self.by;
        let pair = self.signer().in_their_stead(pair)?;
        if let Some(first) = first {
            let signed = self.must_be_ours(&first.payload)?;
            if self.center_is_spent(&first) {
                return Err(DeskRefusal::CenterSpent { by: by.into(), first: signed.approver }.into());
            }
            let own = envelope::sign(MANIFEST, &first.payload, pair);
            return Ok(Some(envelope::assemble(MANIFEST, &first.payload, &[first.signatures, vec![own]].concat())?));
        }
        if self.turn == Turn::First && !self.is_urgent() {
            return Ok(None);
        }
        let manifest = self.manifest(by, self.now, Custody::Center, self.signers_needed());
        Ok(Some(envelope::seal(MANIFEST, &manifest, pair)?))
    }

    /// The envelope with the person's own signature, beside the first approver's if there was one.
    pub fn by_person(&self, payload: &[u8], signature: Signature, first: Option<First>) -> Result<String, CenterError> {
        self.signer().must_have_signed(MANIFEST, payload, &signature)?;
        match &first {
            Some(first) if first.payload != payload => {
                return Err(DeskRefusal::OtherBytes.into());
            }
            Some(_) => drop(self.must_be_ours(payload)?),
            None => self.must_be_fresh(payload)?,
        }
        let mut signatures = first.map(|first| first.signatures).unwrap_or_default();
        signatures.push(signature);
        Ok(envelope::assemble(MANIFEST, payload, &signatures)?)
    }

    /// Refuses words that are not what is stored of this version, prepared for this person since it was submitted.
    fn must_be_fresh(&self, payload: &[u8]) -> Result<(), CenterError> {
        let manifest = self.must_be_ours(payload)?;
        let own = manifest.custody == Custody::Own;
        if manifest.approver != self.by || manifest.signers_needed != self.signers_needed() || !own {
            return Err(DeskRefusal::OtherApproval.into());
        }
        let submitted = |row: &&StepRow| row.step.to == State::Submitted;
        let since = self.row.steps.iter().rev().find(submitted).map(|row| row.step.at);
        let at = manifest.approved_at;
        if at > self.now || since.is_none_or(|since| at < since) || self.now - at > Duration::hours(PREPARED_HOURS) {
            return Err(DeskRefusal::PreparedTooLongAgo.into());
        }
        Ok(())
    }

    /// Refuses words that differ in one byte from what is stored of this version; only who, when and how many are the
    /// signer's own.
    fn must_be_ours(&self, payload: &[u8]) -> Result<Manifest, CenterError> {
        let changed = || {
            CenterError::Desk(DeskRefusal::NotAsStored { code: self.row.facts.code.clone(), version: self.row.version })
        };
        let signed: Manifest = serde_json::from_slice(payload).map_err(|_| changed())?;
        let ours = self.manifest(&signed.approver, signed.approved_at, signed.custody, signed.signers_needed);
        if serde_json::to_vec(&ours)? == payload { Ok(signed) } else { Err(changed()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bulletin::{Facts, Sound, Step};
    use crate::domain::ids::Sha256;
    use crate::trust::roots::NamedKey;

    struct Case {
        row: VersionRow,
        list: TrustList,
        an: KeyPair,
        binh: KeyPair,
        center: KeyPair,
        now: DateTime<Utc>,
    }

    fn step(to: State, by: &str, at: DateTime<Utc>) -> StepRow {
        StepRow { step: Step { to, by: by.into(), reason: None, at }, manifest: None }
    }

    fn case() -> Case {
        let now = crate::clock::now();
        let hash = Sha256::of(b"sound");
        let facts: Facts = serde_json::from_str(
            r#"{"code":"TIN-1","title":"Tin","topic":1,"priority":"ordinary","producer":"Sở","language":"vi",
                "source_document":"","transcript":"Lời.","target":{"areas":["49"]},"airs_from":"2024-06-01",
                "airs_to":"2024-06-30"}"#,
        )
        .unwrap();
        let sound = Sound {
            original: hash,
            master: hash,
            rendition: hash,
            rendition_bytes: 1,
            duration_ms: 1000,
            original_lufs: -20.0,
            reached_lufs: -16.0,
            reached_true_peak_dbtp: -1.5,
            mend: None,
        };
        let row = VersionRow {
            version: 1,
            digest: hash,
            facts,
            sound,
            findings: String::new(),
            author: "tac-gia".into(),
            file_name: String::new(),
            created_at: now - Duration::days(3),
            steps: vec![step(State::Submitted, "tac-gia", now - Duration::days(2))],
        };
        let [an, binh, center] = std::array::from_fn(|_| KeyPair::generate().unwrap());
        let named = |pair: &KeyPair, user: Option<&str>| NamedKey {
            key: pair.public(),
            holder: user.unwrap_or("center").into(),
            custody: if user.is_some() { Custody::Own } else { Custody::Center },
            user: user.map(String::from),
            only: None,
        };
        let list = TrustList {
            version: 1,
            issued_at: now,
            expires_at: now + Duration::days(1),
            root_custody: Custody::Own,
            approvers: vec![named(&an, Some("an")), named(&binh, Some("binh")), named(&center, None)],
            centers: Vec::new(),
        };
        Case { row, list, an, binh, center, now }
    }

    impl Case {
        fn approval<'a>(&'a self, by: &'a str, turn: Turn) -> Approval<'a> {
            Approval { row: &self.row, by, turn, now: self.now, list: &self.list }
        }

        /// What becomes of An's signature over this.
        fn an_signs(&self, payload: &[u8]) -> Result<String, CenterError> {
            let signature = envelope::sign(MANIFEST, payload, &self.an);
            self.approval("an", Turn::Only).by_person(payload, signature, None)
        }

        fn an_signs_changed(&self, change: impl Fn(&mut Manifest)) -> Result<String, CenterError> {
            let payload = self.approval("an", Turn::Only).prepare(None).unwrap();
            let mut manifest: Manifest = serde_json::from_slice(&payload).unwrap();
            change(&mut manifest);
            self.an_signs(&serde_json::to_vec(&manifest).unwrap())
        }
    }

    #[test]
    fn what_was_prepared_is_taken_back_and_stations_would_believe_it() {
        let case = case();
        let envelope = case.an_signs_changed(|_| {}).unwrap();
        let manifest = case.list.open_manifest(envelope.as_bytes()).unwrap();
        assert_eq!((manifest.approver.as_str(), manifest.custody), ("an", Custody::Own));
    }

    #[test]
    fn words_that_differ_from_the_stored_version_are_refused() {
        let case = case();
        let other = Sha256::of(b"other");
        let changes: [&dyn Fn(&mut Manifest); 12] = [
            &|m| m.version = 2,
            &|m| m.title.push(' '),
            &|m| m.original = other,
            &|m| m.master = other,
            &|m| m.rendition = other,
            &|m| m.duration_ms += 1,
            &|m| m.target.areas.extend(["48".parse().unwrap()]),
            &|m| m.airs_to = m.airs_to.succ_opt().unwrap(),
            &|m| m.priority = Priority::Priority,
            &|m| m.approver = "binh".into(),
            &|m| m.custody = Custody::Center,
            &|m| m.signers_needed = 2,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let signed = case.an_signs_changed(change);
            assert!(matches!(signed, Err(CenterError::Desk(ref refusal)) if refusal.is_no()), "change {number}");
        }
        // The same words, spelled in other bytes.
        let payload = case.approval("an", Turn::Only).prepare(None).unwrap();
        assert!(case.an_signs(&[payload.as_slice(), b" "].concat()).is_err());
        assert!(case.an_signs(b"{}").is_err());
    }

    #[test]
    fn words_prepared_before_the_submission_too_long_ago_or_ahead_of_time_are_refused() {
        let mut case = case();
        let signed_at = |case: &Case, at: DateTime<Utc>| case.an_signs_changed(|m| m.approved_at = at).is_ok();
        assert!(signed_at(&case, case.now - Duration::hours(PREPARED_HOURS)));
        assert!(!signed_at(&case, case.now - Duration::hours(PREPARED_HOURS) - Duration::microseconds(1)));
        assert!(!signed_at(&case, case.now + Duration::microseconds(1)));
        // Returned and submitted again: what was prepared before is of no use.
        let again = case.now - Duration::hours(1);
        case.row.steps.push(step(State::Returned, "binh", again));
        case.row.steps.push(step(State::Submitted, "tac-gia", again));
        assert!(!signed_at(&case, again - Duration::microseconds(1)));
        assert!(signed_at(&case, again));
    }

    #[test]
    fn the_second_approver_signs_what_the_first_signed_and_nothing_else() {
        let mut case = case();
        let first_payload = case.approval("an", Turn::First).prepare(None).unwrap();
        let signature = envelope::sign(MANIFEST, &first_payload, &case.an);
        let first = || First { payload: first_payload.clone(), signatures: vec![signature.clone()] };
        case.row.steps.push(step(State::Endorsed, "an", case.now));
        let second = case.approval("binh", Turn::Second);
        assert_eq!(second.prepare(Some(&first())).unwrap(), first_payload);
        let signs =
            |payload: &[u8]| second.by_person(payload, envelope::sign(MANIFEST, payload, &case.binh), Some(first()));
        let both = signs(&first_payload).unwrap();
        assert!(case.list.open_manifest(both.as_bytes()).is_ok());
        assert!(signs(&second.prepare(None).unwrap()).is_err());
        // The center may be the second voice for somebody without a key, and the first alone is not enough.
        let by_center = case.approval("duyet", Turn::Second).by_center(Some(&case.center), Some(first())).unwrap();
        assert!(case.list.open_manifest(by_center.unwrap().as_bytes()).is_ok());
        let alone = envelope::assemble(MANIFEST, &first_payload, &first().signatures).unwrap();
        assert!(case.list.open_manifest(alone.as_bytes()).is_err());
        // A row changed between the two.
        let changed = VersionRow { version: 2, ..case.row.clone() };
        let late = Approval { row: &changed, ..case.approval("binh", Turn::Second) };
        let signature = envelope::sign(MANIFEST, &first_payload, &case.binh);
        assert!(late.by_person(&first_payload, signature, Some(first())).is_err());
    }
}
