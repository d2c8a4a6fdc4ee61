//! Shapes that several operations share.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::access::Grant;

/// It is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// Always true: a refusal looks otherwise.
    done: bool,
}

impl Done {
    /// The only one.
    pub const DONE: Self = Self { done: true };
}

/// A role within a unit and all beneath it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    /// editor, approver, operator, auditor or admin.
    pub role: String,
    /// Code of the unit.
    pub area: String,
}

impl GrantBody {
    /// That of a grant.
    pub fn of(grant: &Grant) -> Self {
        Self { role: grant.role.word().into(), area: grant.area.to_string() }
    }
}

/// A finding of the upload check.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// One word.
    #[serde(default)]
    pub code: String,
    /// refuse, warn or note.
    pub severity: String,
    /// Where in the audio, milliseconds; none when it is about all of it.
    pub at_ms: Option<u64>,
    /// What it is.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A moment as the API writes it: RFC 3339, UTC.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
