//! Making and checking the signature of one approval: what is signed must be, byte for byte, what the stored version
//! says. No store and no clock here.

use chrono::{DateTime, Duration, Utc};

use super::CenterError;
use super::approval::Turn;
use super::bulletins::{StepRow, VersionRow};
use crate::domain::bulletin::State;
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
        if self.turn == Turn::First { 2 } else { 1 }
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
        if self.list.own_keys(by).next().is_some() {
            return Err(CenterError::forbidden(format!(
                "{by} has a key of their own, so the center does not sign for them: approve on the page with that key, \
                 or with --key FILE"
            )));
        }
        let pair = pair.ok_or_else(|| {
            CenterError::forbidden(format!(
                "the center signs for nobody any more, and {by} has no admitted key: make one at /khoa-duyet or with \
                 `loa keys new`, and have it admitted"
            ))
        })?;
        if let Some(first) = first {
            self.must_be_ours(&first.payload)?;
            let own = envelope::sign(MANIFEST, &first.payload, pair);
            return Ok(Some(envelope::assemble(MANIFEST, &first.payload, &[first.signatures, vec![own]].concat())?));
        }
        if self.turn == Turn::First {
            return Ok(None);
        }
        Ok(Some(envelope::seal(MANIFEST, &self.manifest(by, self.now, Custody::Center, 1), pair)?))
    }

    /// The envelope with the person's own signature, beside the first approver's if there was one.
    pub fn by_person(&self, payload: &[u8], signature: Signature, first: Option<First>) -> Result<String, CenterError> {
        let no = |why: String| Err(CenterError::forbidden(why));
        let by = self.by;
        let Some(named) = self.list.own_keys(by).find(|named| named.key.keyid() == signature.keyid) else {
            let why = match self.list.approver(&signature.keyid) {
                Some(named) if named.user.as_deref() != Some(by) => "is not theirs",
                Some(_) => "was revoked",
                None => "was never admitted",
            };
            return no(format!("{by} may not approve with key {}: it {why}", signature.keyid.short()));
        };
        if !envelope::is_signed_by(MANIFEST, payload, &named.key, &signature) {
            return no(format!(
                "the signature is not that of {by}'s key over these words: load the page and sign again"
            ));
        }
        match &first {
            Some(first) if first.payload != payload => {
                return no(
                    "the second approver must sign what the first signed, byte for byte: load the page again".into()
                );
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
        if manifest.approver != self.by || manifest.signers_needed != self.signers_needed() {
            return Err(CenterError::forbidden(
                "what was signed was prepared for another approval: load the page and sign again",
            ));
        }
        let submitted = |row: &&StepRow| row.step.to == State::Submitted;
        let since = self.row.steps.iter().rev().find(submitted).map(|row| row.step.at);
        let at = manifest.approved_at;
        if at > self.now || since.is_none_or(|since| at < since) || self.now - at > Duration::hours(PREPARED_HOURS) {
            return Err(CenterError::forbidden(
                "what was signed is too old, or older than the version's submission: load the page and sign again",
            ));
        }
        Ok(())
    }

    /// Refuses words that differ in one byte from what is stored of this version; only who, when and how many are the
    /// signer's own.
    fn must_be_ours(&self, payload: &[u8]) -> Result<Manifest, CenterError> {
        let changed = || {
            CenterError::forbidden(format!(
                "what was signed is not what is stored of {} version {}: load the page, look again and sign again",
                self.row.facts.code, self.row.version
            ))
        };
        let signed: Manifest = serde_json::from_slice(payload).map_err(|_| changed())?;
        let ours = self.manifest(&signed.approver, signed.approved_at, Custody::Own, signed.signers_needed);
        if serde_json::to_vec(&ours)? == payload { Ok(signed) } else { Err(changed()) }
    }
}
