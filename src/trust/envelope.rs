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
/// Type of a station's answer to the center's challenge.
pub const LINK_AUTH: &str = "application/vnd.loa.link-auth.v1+json";

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
    let signature = pair.sign(&pre_authentication_encoding(payload_type, &payload));
    serde_json::to_string(&Wire {
        payload_type: payload_type.into(),
        payload: STANDARD.encode(&payload),
        signatures: vec![WireSignature { keyid: pair.public().keyid().to_string(), sig: STANDARD.encode(signature) }],
    })
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
    let (wire, payload) = unwrap(bytes, payload_type)?;
    let message = pre_authentication_encoding(payload_type, &payload);
    let signer = wire.signatures.iter().find_map(|signature| {
        let key = keys.iter().find(|key| key.keyid().to_string() == signature.keyid)?;
        let bytes = STANDARD.decode(&signature.sig).ok()?;
        key.verifies(&message, &bytes).then_some(*key)
    });
    let Some(signer) = signer else {
        let named: Vec<&str> = wire.signatures.iter().map(|s| s.keyid.get(..8).unwrap_or("?")).collect();
        return Err(NotTrusted::NoTrustedSignature(format!("signed by {}", named.join(", "))));
    };
    let value = serde_json::from_slice(&payload).map_err(|error| NotTrusted::BadPayload(error.to_string()))?;
    Ok((signer, value))
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
