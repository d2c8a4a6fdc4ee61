//! Ed25519 keys: made on the machine that uses them, kept in files only their owner reads.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::{fmt, io};

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::ids::Sha256;

/// The public half of a key, 32 bytes, written as hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// SHA-256 of the 32 bytes: the name under which the key is spoken of.
    pub fn keyid(&self) -> Sha256 {
        Sha256::of(&self.0)
    }

    /// The beginning of [`Self::keyid`] as people read it to each other: 80 bits in five groups of four hex digits,
    /// enough that nobody finds a second key with the same.
    pub fn fingerprint(&self) -> String {
        let text = self.keyid().to_string();
        let groups: Vec<&str> = (0..5).filter_map(|group| text.get(group * 4..group * 4 + 4)).collect();
        groups.join(" ")
    }

    /// Reads 64 hex digits; refuses bytes that are no point on the curve.
    pub fn from_hex(text: &str) -> Result<Self, BadKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| BadKey)?;
        VerifyingKey::from_bytes(&bytes).map_err(|_| BadKey)?;
        Ok(Self(bytes))
    }

    /// Whether `signature` over `message` is this key's. Strict: weak keys and second spellings of a signature fail.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.0) else { return false };
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        key.verify_strict(message, &signature).is_ok()
    }
}

/// The text is not an Ed25519 public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not an Ed25519 public key: give 64 hex digits")]
pub struct BadKey;

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_hex(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A key that can sign. `Debug` shows the public half only.
pub struct KeyPair(SigningKey);

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public())
    }
}

impl KeyPair {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> io::Result<Self> {
        Ok(Self(SigningKey::from_bytes(&random_bytes()?)))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// The 64 bytes of a signature over `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Reads the key from `path`.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read or holds something else.
    pub fn load(path: &Path) -> io::Result<Self> {
        Ok(Self(SigningKey::from_bytes(&load_bytes(path)?)))
    }

    /// Reads the key from `path`, or makes one there (mode 0600, synced) if there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else.
    pub fn load_or_create(path: &Path) -> io::Result<Self> {
        Ok(Self(SigningKey::from_bytes(&load_or_create_bytes(path)?)))
    }
}

/// Reads a key's 32 bytes from `path`, or makes random ones there (mode 0600, synced) if there is no file.
///
/// # Errors
/// When the file cannot be read or written, or holds something else.
pub fn load_or_create_bytes(path: &Path) -> io::Result<[u8; 32]> {
    match load_bytes(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        other => other,
    }
}

fn load_bytes(path: &Path) -> io::Result<[u8; 32]> {
    let mut text = String::new();
    File::open(path)?.read_to_string(&mut text)?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| {
        let text = format!("{} holds no key: put the backed-up file in its place", path.display());
        io::Error::new(io::ErrorKind::InvalidData, text)
    })?;
    Ok(bytes)
}

fn create(path: &Path) -> io::Result<[u8; 32]> {
    let bytes = random_bytes()?;
    // Written beside and linked into place: a power cut leaves a whole key or none, and of two processes that
    // start at once both go on with the key of the first.
    let beside = path.with_extension(format!("new-{}", hex::encode(random_bytes::<4>()?)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(hex::encode(bytes).as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&beside, path);
    std::fs::remove_file(&beside)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return load_or_create_bytes(path),
        other => other?,
    }
    // A bare file name has an empty parent, which cannot be opened.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(bytes)
}

/// Random bytes from the system, for keys, codes and tokens.
///
/// # Errors
/// When the system gives none.
pub fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
