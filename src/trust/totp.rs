//! One-time codes from a shared secret and the time (RFC 6238 with SHA-1, six digits, thirty seconds: what every
//! authenticator app reads), and the text forms of the secret.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// A secret's length, bytes: as long as the hash (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
/// A step's length, seconds.
pub const STEP_SECONDS: i64 = 30;
/// Steps to either side that are still taken: a phone's clock may be half a minute off.
const DRIFT_STEPS: i64 = 1;
/// Letters of base32 (RFC 4648).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step that a moment lies in; `unix_seconds` since 1970.
pub fn step_at(unix_seconds: i64) -> i64 {
    unix_seconds.div_euclid(STEP_SECONDS)
}

/// The six digits of a step.
pub fn code(secret: &[u8], step: i64) -> String {
    // An HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 0x0f);
    let four = [hash[offset] & 0x7f, hash[offset + 1], hash[offset + 2], hash[offset + 3]];
    format!("{:06}", u32::from_be_bytes(four) % 1_000_000)
}

/// The step that a typed code belongs to, near this moment; blanks in it are passed over.
pub fn matching_step(secret: &[u8], typed: &str, unix_seconds: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if typed.len() != 6 {
        return None;
    }
    let now = step_at(unix_seconds);
    // Every step is compared, and every digit: the time tells nothing.
    let mut found = None;
    for step in now - DRIFT_STEPS..=now + DRIFT_STEPS {
        let differing = code(secret, step).bytes().zip(typed.bytes()).fold(0, |sum, (one, other)| sum | (one ^ other));
        if differing == 0 {
            found = Some(step);
        }
    }
    found
}

/// The secret as base32 without padding.
pub fn base32(secret: &[u8]) -> String {
    let mut text = String::with_capacity(secret.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in secret {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE32[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(BASE32[(held << (5 - bits)) as usize & 31]));
    }
    text
}

/// The address that an authenticator app reads from a QR code.
pub fn address(secret: &[u8], user: &str) -> String {
    format!("otpauth://totp/loa:{user}?secret={}&issuer=loa&algorithm=SHA1&digits=6&period=30", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the SHA-1 rows; the last six of their eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, step_at(seconds)), digits, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_half_a_minute_around_and_not_later() {
        let secret = b"12345678901234567890";
        let step = step_at(1_234_567_890);
        for (at, taken) in [(-31, false), (-30, true), (0, true), (59, true), (60, false)] {
            let found = matching_step(secret, " 005 924 ", 1_234_567_890 + at);
            assert_eq!(found, taken.then_some(step), "{at}");
        }
        for typed in ["", "005925", "05924", "0059240", "abcdef", "٠٠٥٩٢٤"] {
            assert_eq!(matching_step(secret, typed, 1_234_567_890), None, "{typed}");
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn base32_is_that_of_the_standard() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
