//! DSSE envelopes (secure-systems-lab/dsse v1): a payload, its type and who signed both. Kept and passed on as the
//! exact bytes that were made; never encoded anew.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::keys::{KeyPair, PublicKey};
use crate::domain::ids::Sha256;

/// Type of a station's rundown.
pub const RUNDOWN: &str = "application/vnd.loa.rundown.v1+json";
/// Type of an approval manifest.
pub const MANIFEST: &str = "application/vnd.loa.manifest.v1+json";
/// Type of the root's list of keys.
pub const ROOTS: &str = "application/vnd.loa.trust.v1+json";
/// Type of the center's acknowledgement of journal lines.
pub const ACK: &str = "application/vnd.loa.ack.v1+json";
/// Type of a station's journal head.
pub const JOURNAL_HEAD: &str = "application/vnd.loa.journal-head.v1+json";
/// Type of a person's word that a key is theirs.
pub const KEY_REQUEST: &str = "application/vnd.loa.key-request.v1+json";
/// Type of a station's answer to the center's challenge.
pub const LINK_AUTH: &str = "application/vnd.loa.link-auth.v1+json";

/// Type of the stop orders that silence a station.
pub const STOPS: &str = "application/vnd.loa.stops.v1+json";

/// Type of a break-in order.
pub const BREAK_IN: &str = "application/vnd.loa.break-in.v1+json";

/// Longest envelope read, bytes; a rundown of a full day is under 100 KiB.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wire {
    payload_type: String,
    payload: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSignature {
    keyid: String,
    sig: String,
}

/// Why an envelope is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTrusted {
    /// Not a DSSE envelope at all.
    #[error("the envelope cannot be read: {0}")]
    Unreadable(String),
    /// Signed for another purpose.
    #[error("the envelope is of type {found}, but {expected} was needed")]
    WrongType {
        /// Type needed.
        expected: String,
        /// Type found.
        found: String,
    },
    /// No signature by a key that may sign this.
    #[error("no trusted key signed the envelope ({0})")]
    NoTrustedSignature(String),
    /// Signed, but not by as many people as it says itself.
    #[error("{needed} people must have signed this, but {found} did")]
    TooFewSigners {
        /// Signatures needed.
        needed: u32,
        /// Different people whose trusted keys signed.
        found: usize,
    },
    /// Signed by somebody whose key does not stand for the person it names.
    #[error("it names {0} as its approver, but no key of theirs signed it")]
    ForeignName(String),
    /// Signed, but the words inside do not parse.
    #[error("the signed words cannot be read: {0}")]
    BadPayload(String),
}

/// What is really signed: type and payload with their lengths (DSSE's PAE).
fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// Signs `value` as JSON; returns the envelope's bytes, to be stored and sent as they are.
///
/// # Errors
/// When `value` has no JSON form.
pub fn seal<T: Serialize>(payload_type: &str, value: &T, pair: &KeyPair) -> serde_json::Result<String> {
    let payload = serde_json::to_vec(value)?;
    assemble(payload_type, &payload, &[sign(payload_type, &payload, pair)])
}

/// A signature over a payload that may have been made elsewhere, and the name of the key that is said to have made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// SHA-256 of the public key.
    pub keyid: Sha256,
    /// 64 bytes, if it is one.
    pub bytes: Vec<u8>,
}

/// Signs exact payload bytes.
pub fn sign(payload_type: &str, payload: &[u8], pair: &KeyPair) -> Signature {
    let bytes = pair.sign(&pre_authentication_encoding(payload_type, payload)).to_vec();
    Signature { keyid: pair.public().keyid(), bytes }
}

/// Whether `key` made this signature over these payload bytes.
pub fn is_signed_by(payload_type: &str, payload: &[u8], key: &PublicKey, signature: &Signature) -> bool {
    key.keyid() == signature.keyid
        && key.verifies(&pre_authentication_encoding(payload_type, payload), &signature.bytes)
}

/// An envelope of exact payload bytes and signatures made elsewhere; believes nothing of them by itself.
///
/// # Errors
/// Never in practice: base64 always has a JSON form.
pub fn assemble(payload_type: &str, payload: &[u8], signatures: &[Signature]) -> serde_json::Result<String> {
    let wire = |one: &Signature| WireSignature { keyid: one.keyid.to_string(), sig: STANDARD.encode(&one.bytes) };
    serde_json::to_string(&Wire {
        payload_type: payload_type.into(),
        payload: STANDARD.encode(payload),
        signatures: signatures.iter().map(wire).collect(),
    })
}

/// The exact payload bytes and all signatures, believed or not: to sign the same bytes once more.
///
/// # Errors
/// When the envelope cannot be read.
pub fn parts(bytes: &[u8], payload_type: &str) -> Result<(Vec<u8>, Vec<Signature>), NotTrusted> {
    let (wire, payload) = unwrap(bytes, payload_type)?;
    let read = |one: WireSignature| {
        let bytes = STANDARD.decode(&one.sig).map_err(|error| NotTrusted::Unreadable(error.to_string()))?;
        let keyid = one.keyid.parse().map_err(|_| NotTrusted::Unreadable(format!("key id {}", one.keyid)))?;
        Ok(Signature { keyid, bytes })
    };
    let signatures = wire.signatures.into_iter().map(read).collect::<Result<_, NotTrusted>>()?;
    Ok((payload, signatures))
}

/// Reads an envelope and believes it only if one of `keys` signed it; returns that key and the signed value.
///
/// # Errors
/// [`NotTrusted`] says which check failed; nothing of the content is returned then.
pub fn open<T: DeserializeOwned>(
    bytes: &[u8],
    payload_type: &str,
    keys: &[PublicKey],
) -> Result<(PublicKey, T), NotTrusted> {
    let (signers, value) = open_by_all(bytes, payload_type, keys)?;
    Ok((signers[0], value))
}

/// As [`open`], but tells every one of `keys` that signed it, each once however often its signature stands there
/// (TUF: a key counts once towards a threshold). There is always at least one.
///
/// # Errors
/// As for [`open`].
pub fn open_by_all<T: DeserializeOwned>(
    bytes: &[u8],
    payload_type: &str,
    keys: &[PublicKey],
) -> Result<(Vec<PublicKey>, T), NotTrusted> {
    let (wire, payload) = unwrap(bytes, payload_type)?;
    let message = pre_authentication_encoding(payload_type, &payload);
    let mut signers: Vec<PublicKey> = Vec::new();
    for signature in &wire.signatures {
        let Some(key) = keys.iter().find(|key| key.keyid().to_string() == signature.keyid) else { continue };
        let Ok(bytes) = STANDARD.decode(&signature.sig) else { continue };
        if !signers.contains(key) && key.verifies(&message, &bytes) {
            signers.push(*key);
        }
    }
    if signers.is_empty() {
        let named: Vec<&str> = wire.signatures.iter().map(|s| s.keyid.get(..8).unwrap_or("?")).collect();
        return Err(NotTrusted::NoTrustedSignature(format!("signed by {}", named.join(", "))));
    }
    let value = serde_json::from_slice(&payload).map_err(|error| NotTrusted::BadPayload(error.to_string()))?;
    Ok((signers, value))
}

/// Reads the value without asking who signed it: only for our own store, where the database is what is trusted, and
/// for showing what a refused envelope claimed.
///
/// # Errors
/// When the envelope or its words cannot be read.
pub fn peek<T: DeserializeOwned>(bytes: &[u8], payload_type: &str) -> Result<T, NotTrusted> {
    let (_, payload) = unwrap(bytes, payload_type)?;
    serde_json::from_slice(&payload).map_err(|error| NotTrusted::BadPayload(error.to_string()))
}

fn unwrap(bytes: &[u8], payload_type: &str) -> Result<(Wire, Vec<u8>), NotTrusted> {
    let unreadable = |error: String| NotTrusted::Unreadable(error);
    if bytes.len() > MAX_BYTES {
        return Err(unreadable(format!("{} bytes, more than the {MAX_BYTES} allowed", bytes.len())));
    }
    let wire: Wire = serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    if wire.payload_type != payload_type {
        return Err(NotTrusted::WrongType { expected: payload_type.into(), found: wire.payload_type });
    }
    let payload = STANDARD.decode(&wire.payload).map_err(|error| unreadable(error.to_string()))?;
    Ok((wire, payload))
}

/// The name of an envelope: SHA-256 of its exact bytes.
pub fn digest(envelope: &str) -> Sha256 {
    Sha256::of(envelope.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> KeyPair {
        KeyPair::generate().unwrap()
    }

    #[test]
    fn a_sealed_value_opens_with_its_key_and_no_other() {
        let (ours, other) = (pair(), pair());
        let sealed = seal(ACK, &vec![1, 2, 3], &ours).unwrap();
        let (signer, value): (_, Vec<u32>) = open(sealed.as_bytes(), ACK, &[other.public(), ours.public()]).unwrap();
        assert_eq!((signer, value), (ours.public(), vec![1, 2, 3]));
        let refused = open::<Vec<u32>>(sealed.as_bytes(), ACK, &[other.public()]);
        assert!(matches!(refused, Err(NotTrusted::NoTrustedSignature(_))));
    }

    #[test]
    fn an_envelope_of_one_type_never_passes_as_another() {
        let ours = pair();
        let sealed = seal(RUNDOWN, &1, &ours).unwrap();
        assert!(matches!(
            open::<u32>(sealed.as_bytes(), MANIFEST, &[ours.public()]),
            Err(NotTrusted::WrongType { .. })
        ));
        // Renaming the type on the outside breaks the signature, because the type is signed too.
        let renamed = sealed.replace(RUNDOWN, MANIFEST);
        assert!(open::<u32>(renamed.as_bytes(), MANIFEST, &[ours.public()]).is_err());
    }

    #[test]
    fn a_signature_made_elsewhere_is_put_beside_others_over_the_same_bytes() {
        let (one, other) = (pair(), pair());
        let payload = br#"{"a":1}"#;
        let first = sign(MANIFEST, payload, &one);
        assert!(is_signed_by(MANIFEST, payload, &one.public(), &first));
        assert!(!is_signed_by(RUNDOWN, payload, &one.public(), &first), "the type is signed too");
        assert!(!is_signed_by(MANIFEST, payload, &other.public(), &first));
        // The same signature under another key's name counts for nobody.
        let borrowed = Signature { keyid: other.public().keyid(), ..first.clone() };
        assert!(!is_signed_by(MANIFEST, payload, &other.public(), &borrowed));
        let twice = assemble(MANIFEST, payload, &[first.clone(), first.clone(), borrowed]).unwrap();
        let keys = [one.public(), other.public()];
        let (signers, _) = open_by_all::<serde_json::Value>(twice.as_bytes(), MANIFEST, &keys).unwrap();
        assert_eq!(signers, [one.public()]);
        let (held, signatures) = parts(twice.as_bytes(), MANIFEST).unwrap();
        assert_eq!((held.as_slice(), signatures.len()), (payload.as_slice(), 3));
        let both = assemble(MANIFEST, &held, &[first, sign(MANIFEST, &held, &other)]).unwrap();
        let (signers, _) = open_by_all::<serde_json::Value>(both.as_bytes(), MANIFEST, &keys).unwrap();
        assert_eq!(signers, keys);
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let ours = pair();
        let sealed = seal(MANIFEST, &serde_json::json!({"audio": "abc", "to": "2024-12-31"}), &ours).unwrap();
        for index in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[index] ^= 1;
            let opened = open::<serde_json::Value>(&bytes, MANIFEST, &[ours.public()]);
            assert!(opened.is_err(), "byte {index} of {sealed}");
        }
    }
}
