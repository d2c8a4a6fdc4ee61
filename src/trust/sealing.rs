//! Sealing small secrets before they are stored (ChaCha20-Poly1305): who reads the database alone reads none of them.
//! The key lies in a file beside the other keys and is in the same backup.

use std::io;
use std::path::Path;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::keys::{load_or_create_bytes, random_bytes};

/// Holder of the sealing key.
pub struct Sealer(LessSafeKey);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// Reads the key from `path`, or makes one there if there is none.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::with(&load_or_create_bytes(path)?)
    }

    fn with(key: &[u8; 32]) -> io::Result<Self> {
        let key =
            UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| io::Error::other("the sealing key is unusable"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals `secret` for `owner`, as hex: a random nonce, then what is sealed. Nobody else's place opens it.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn seal(&self, owner: &str, secret: &[u8]) -> io::Result<String> {
        let nonce = random_bytes::<NONCE_LEN>()?;
        let mut sealed = secret.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner.as_bytes()), &mut sealed)
            .map_err(|_| io::Error::other("the secret could not be sealed"))?;
        Ok(hex::encode(nonce) + &hex::encode(sealed))
    }

    /// Opens what [`Self::seal`] made for the same owner; none when it was changed, moved, or sealed with another key.
    pub fn open_sealed(&self, owner: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = hex::decode(sealed).ok()?;
        let (nonce, body) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut body = body.to_vec();
        let opened = self.0.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut body).ok()?;
        Some(opened.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_unchanged_for_its_owner_and_with_its_key() {
        let sealer = Sealer::with(&[7; 32]).unwrap();
        let sealed = sealer.seal("an", b"secret").unwrap();
        assert_ne!(sealed, sealer.seal("an", b"secret").unwrap(), "never twice the same");
        assert_eq!(sealer.open_sealed("an", &sealed).unwrap(), b"secret");
        assert_eq!(sealer.open_sealed("binh", &sealed), None);
        assert_eq!(Sealer::with(&[8; 32]).unwrap().open_sealed("an", &sealed), None);
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(sealer.open_sealed("an", std::str::from_utf8(&bytes).unwrap()), None, "{at}");
        }
        assert_eq!(sealer.open_sealed("an", "00"), None);
    }
}
