//! Uploads: from the first byte to a bulletin's version, in states of which none lasts for ever.

use std::fmt;
use std::str::FromStr;

use super::access::{Grant, Role};
use super::ids::AreaCode;

/// Bytes of a file's start whose SHA-256, with the size, knows a file that is picked again.
pub const HEAD_BYTES: u64 = 1024 * 1024;

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UploadState {
    /// Bytes are missing; it can be gone on with from where it stopped.
    Receiving,
    /// Whole, and waits for its turn to be checked.
    Queued,
    /// The contained worker has it.
    Checking,
    /// Accepted; waits for its facts.
    Checked,
    /// The check found why it may not air.
    Refused,
    /// The center could not check it; can be tried again.
    Failed,
    /// Became a bulletin's version.
    Used,
    /// Its owner gave it up.
    Cancelled,
    /// Left unfinished for too long.
    Swept,
}

impl UploadState {
    /// All of them, in the order of their way.
    pub const ALL: [Self; 9] = [
        Self::Receiving,
        Self::Queued,
        Self::Checking,
        Self::Checked,
        Self::Refused,
        Self::Failed,
        Self::Used,
        Self::Cancelled,
        Self::Swept,
    ];

    /// The word as rows and the API spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Queued => "queued",
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
            Self::Swept => "swept",
        }
    }

    /// Whether it may still become a version, and so its file is kept.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Receiving | Self::Queued | Self::Checking | Self::Checked | Self::Failed)
    }

    /// Whether it changes without anybody doing anything.
    pub fn is_moving(self) -> bool {
        matches!(self, Self::Queued | Self::Checking)
    }

    /// The states that this one may follow.
    pub fn follows(self) -> &'static [Self] {
        match self {
            Self::Receiving => &[],
            // From `Checking` after the center went down in the middle of it, from `Failed` when asked to try again.
            Self::Queued => &[Self::Receiving, Self::Checking, Self::Failed],
            Self::Checking => &[Self::Queued],
            Self::Checked => &[Self::Checking],
            // From `Receiving` when the bytes are not those that were announced.
            Self::Refused => &[Self::Receiving, Self::Checking],
            Self::Failed => &[Self::Checking],
            Self::Used => &[Self::Checked],
            Self::Cancelled => {
                &[Self::Receiving, Self::Queued, Self::Checking, Self::Checked, Self::Failed, Self::Refused]
            }
            Self::Swept => &[Self::Receiving, Self::Checked, Self::Failed],
        }
    }
}

impl fmt::Display for UploadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for UploadState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.word() == text)
            .ok_or_else(|| format!("upload state \"{text}\" is unknown"))
    }
}

/// Roles that may upload: an operator only for the commune's own items.
pub const UPLOADERS: [Role; 2] = [Role::Editor, Role::Operator];

/// The unit against whose quota a person's uploads count: where they are an editor, else where they are an operator;
/// of several the first by code. None: this person may not upload.
pub fn unit_of(grants: &[Grant]) -> Option<&AreaCode> {
    let of = |role: Role| grants.iter().filter(move |grant| grant.role == role).map(|grant| &grant.area).min();
    UPLOADERS.into_iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_the_first_follows_another_and_the_last_ones_are_left_by_nothing() {
        for state in UploadState::ALL {
            assert_eq!(state.follows().is_empty(), state == UploadState::Receiving, "{state}");
            assert_eq!(state.word().parse(), Ok(state));
            for after in [UploadState::Used, UploadState::Cancelled, UploadState::Swept] {
                assert!(!state.follows().contains(&after), "{after} leads to {state}");
            }
        }
        assert!("pending".parse::<UploadState>().is_err());
    }

    #[test]
    fn every_open_state_can_be_given_up() {
        for state in UploadState::ALL.into_iter().filter(|state| state.is_open()) {
            assert!(UploadState::Cancelled.follows().contains(&state), "{state}");
        }
    }

    #[test]
    fn an_editors_unit_comes_before_an_operators() {
        let grant = |role, area: &str| Grant { role, area: area.parse().unwrap() };
        let both = [grant(Role::Operator, "1"), grant(Role::Editor, "49"), grant(Role::Editor, "48")];
        assert_eq!(unit_of(&both).map(AreaCode::as_str), Some("48"));
        assert_eq!(unit_of(&both[..1]).map(AreaCode::as_str), Some("1"));
        assert_eq!(unit_of(&[grant(Role::Auditor, "49")]), None);
    }
}
