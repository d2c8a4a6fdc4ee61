//! One person's signature over bytes that the center prepared, whatever they say: approvals and break-in orders are
//! signed and taken back here alike.
//!
//! A person whose own key root has named signs themself, in the browser or with a key file. The center signs for those
//! who have none, as long as its key is not revoked, and never for a person who has a key.

use super::CenterError;
use super::refusal::{DeskRefusal, KeyFault};
use crate::domain::ids::Sha256;
use crate::trust::envelope::{self, Signature};
use crate::trust::keys::KeyPair;
use crate::trust::roots::TrustList;

/// How something is signed.
#[derive(Debug, Clone, Copy)]
pub enum SignedBy<'a> {
    /// By the center in the person's stead.
    Center,
    /// By the person, over bytes that the center prepared.
    Browser {
        /// The bytes.
        payload: &'a [u8],
        /// Id of the key.
        keyid: Sha256,
        /// 64 bytes, if it is one.
        signature: &'a [u8],
    },
    /// Here and now, with the person's key file.
    KeyFile(&'a KeyPair),
}

/// How a person would sign now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signing {
    /// The center signs for them.
    Center,
    /// They sign these bytes with one of these keys.
    Own {
        /// The exact bytes.
        payload: Vec<u8>,
        /// Ids of their keys.
        keyids: Vec<Sha256>,
        /// How many people must sign them.
        signers_needed: u32,
    },
    /// They have no key, and the center does not sign any more.
    NoKey,
    /// They have no key, and the center's stands for the first of the two already.
    CenterSpent,
}

impl Signing {
    /// How many people must sign what is signed now.
    pub fn signers_needed(&self) -> u32 {
        match self {
            Self::Own { signers_needed, .. } => *signers_needed,
            Self::Center | Self::NoKey | Self::CenterSpent => 1,
        }
    }
}

/// One person before a list of keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signer<'a> {
    /// Log-in name.
    pub name: &'a str,
    /// The keys that root names.
    pub list: &'a TrustList,
}

impl Signer<'_> {
    /// Ids of their own keys that may sign.
    pub fn keyids(&self) -> Vec<Sha256> {
        self.list.own_keys(self.name).map(|named| named.key.keyid()).collect()
    }

    /// How somebody without a key of their own signs; `spent` when the center's stands for the other of two already.
    pub fn without_key(&self, center: Option<&KeyPair>, spent: bool) -> Signing {
        match center {
            None => Signing::NoKey,
            Some(_) if spent => Signing::CenterSpent,
            Some(_) => Signing::Center,
        }
    }

    /// The center's key, to sign in their stead.
    ///
    /// # Errors
    /// One sentence when they have a key of their own, or the center signs no more.
    pub fn in_their_stead<'k>(&self, center: Option<&'k KeyPair>) -> Result<&'k KeyPair, CenterError> {
        let name = self.name;
        if self.list.own_keys(name).next().is_some() {
            return Err(DeskRefusal::OwnKey(name.into()).into());
        }
        center.ok_or_else(|| DeskRefusal::NoKey(name.into()).into())
    }

    /// Refuses a signature that is not theirs over these bytes.
    ///
    /// # Errors
    /// One sentence: whose key it is, that it was revoked, or that it did not sign these bytes.
    pub fn must_have_signed(&self, kind: &str, payload: &[u8], signature: &Signature) -> Result<(), CenterError> {
        let (name, keyid) = (self.name, &signature.keyid);
        let Some(named) = self.list.own_keys(name).find(|named| named.key.keyid() == *keyid) else {
            let fault = match self.list.approver(keyid) {
                Some(named) if named.user.as_deref() != Some(name) => KeyFault::NotTheirs,
                Some(_) => KeyFault::Revoked,
                None => KeyFault::NeverAdmitted,
            };
            return Err(DeskRefusal::WrongKey { name: name.into(), key: keyid.short(), fault }.into());
        };
        if envelope::is_signed_by(kind, payload, &named.key, signature) {
            return Ok(());
        }
        Err(DeskRefusal::WrongSignature(name.into()).into())
    }

    /// Their signature over exactly these bytes.
    ///
    /// # Errors
    /// As for [`Self::in_their_stead`] and [`Self::must_have_signed`], and when other bytes were signed.
    pub fn signature(
        &self,
        kind: &str,
        payload: &[u8],
        signed: SignedBy<'_>,
        center: Option<&KeyPair>,
    ) -> Result<Signature, CenterError> {
        let signature = match signed {
            SignedBy::Center => return Ok(envelope::sign(kind, payload, self.in_their_stead(center)?)),
            SignedBy::KeyFile(pair) => envelope::sign(kind, payload, pair),
            SignedBy::Browser { payload: theirs, .. } if theirs != payload => {
                return Err(DeskRefusal::NotInTheBooks.into());
            }
            SignedBy::Browser { keyid, signature, .. } => Signature { keyid, bytes: signature.to_vec() },
        };
        self.must_have_signed(kind, payload, &signature)?;
        Ok(signature)
    }
}
