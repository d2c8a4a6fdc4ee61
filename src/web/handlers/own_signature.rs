//! Signatures by people's own keys: what a page gives to be signed, and what comes back. One way for approvals and
//! break-in orders; whether a signature holds is the center's to say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::center::signed::{SignedBy, Signing};
use crate::domain::ids::Sha256;
use crate::web::pages::{Signer, ToSign};
use crate::web::session::{Posted, Signed};

/// A person's own signature as it comes in; without a signature the center is to sign.
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnSignature<'a> {
    /// The exact bytes, base64.
    pub payload: &'a str,
    /// Id of the key, hex.
    pub keyid: &'a str,
    /// 64 bytes, base64.
    pub signature: &'a str,
}

/// What was signed, the key's id or the signature is none.
#[derive(Debug)]
pub struct Unreadable;

/// A signature in bytes.
#[derive(Debug)]
pub struct Decoded {
    /// What was signed; also what was only to be signed, when the page's script did not run.
    pub payload: Vec<u8>,
    /// Id of the key, and what it made of it.
    pub own: Option<(Sha256, Vec<u8>)>,
}

impl<'a> OwnSignature<'a> {
    /// As the fields of a form.
    pub fn of(form: &'a Posted) -> Self {
        Self { payload: form.field("payload"), keyid: form.field("keyid"), signature: form.field("signature") }
    }

    /// In bytes.
    ///
    /// # Errors
    /// When a part is not what it should be.
    pub fn decoded(self) -> Result<Decoded, Unreadable> {
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| Unreadable);
        let (payload, signature) = (bytes(self.payload)?, bytes(self.signature)?);
        let own = match signature.is_empty() {
            true => None,
            false => Some((self.keyid.parse().map_err(|_| Unreadable)?, signature)),
        };
        Ok(Decoded { payload, own })
    }
}

impl Decoded {
    /// Who signs.
    pub fn signed(&self) -> SignedBy<'_> {
        match &self.own {
            None => SignedBy::Center,
            Some((keyid, signature)) => SignedBy::Browser { payload: &self.payload, keyid: *keyid, signature },
        }
    }
}

/// How the reader signs, for a page: with their own key these rows in words (name, key of its label, value).
pub fn signer(
    me: &Signed,
    signing: Signing,
    kind: &'static str,
    sound_url: Option<String>,
    rows: impl FnOnce() -> Vec<(&'static str, &'static str, String)>,
) -> Signer {
    match signing {
        Signing::Center => Signer::Center,
        Signing::NoKey => Signer::NoKey,
        Signing::CenterSpent => Signer::CenterSpent,
        Signing::Own { payload, keyids, .. } => Signer::Own(Box::new(ToSign {
            user: me.person.name.clone(),
            keyids: keyids.iter().map(ToString::to_string).collect(),
            kind,
            payload: STANDARD.encode(payload),
            sound_url,
            rows: rows(),
        })),
    }
}
