//! Reasons that people give for what they do to others' airtime.

use super::CenterError;
use super::refusal::DeskRefusal;

/// Longest reason, characters.
pub const LONGEST_REASON: usize = 500;

/// The reason without space around it. `what` needs it, as a sentence names that.
pub(super) fn reason_of<'a>(what: &'static str, reason: &'a str) -> Result<&'a str, CenterError> {
    let reason = reason.trim();
    let long = reason.chars().count();
    if (1..=LONGEST_REASON).contains(&long) {
        return Ok(reason);
    }
    Err(DeskRefusal::Reason { what, long }.into())
}
