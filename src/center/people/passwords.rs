//! Passwords: hashing, and new random ones.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::center::CenterError;
use crate::trust::keys::random_bytes;

/// argon2id memory, KiB (OWASP: 47 MiB with one pass).
const MEMORY_KIB: u32 = 47 * 1024;

fn hasher() -> Result<Argon2<'static>, CenterError> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(|error| CenterError::Broken(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Each hashing takes 47 MiB: two at a time, however many ask.
static HASHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// The password's hash, PHC form.
pub(super) async fn hash(password: String) -> Result<String, CenterError> {
    let _turn = HASHING.acquire().await;
    let work = move || {
        let salt = random_bytes::<16>()?;
        let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| CenterError::Broken(error.to_string()))
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| CenterError::Broken(error.to_string()))?
}

/// Whether the password is the one hashed.
pub(super) async fn verify(password: String, stored: String) -> Result<bool, CenterError> {
    let _turn = HASHING.acquire().await;
    let work = move || {
        let parsed = PasswordHash::new(&stored).map_err(|error| CenterError::Broken(error.to_string()))?;
        Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok())
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| CenterError::Broken(error.to_string()))?
}

/// Letters and digits that are not misread.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";

/// So many groups of random letters, five bits each.
pub(super) fn groups<const BYTES: usize>(each: usize) -> Result<String, CenterError> {
    let random = random_bytes::<BYTES>()?;
    let text: String = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(text.as_bytes().chunks(each).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
}

/// A new random password: four groups of five letters and digits that are not misread, about 100 bits.
///
/// # Errors
/// When the system gives no randomness.
pub fn new_password() -> Result<String, CenterError> {
    groups::<20>(5)
}
