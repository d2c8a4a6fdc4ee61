//! Who may do what, and where: roles bounded to areas.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use super::area::{Areas, Target};
use super::ids::AreaCode;

/// What a person is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Biên tập viên: uploads and submits.
    Editor,
    /// Người duyệt: approves, returns, withdraws.
    Approver,
    /// Người trực đài: confirms what aired.
    Operator,
    /// Người kiểm tra: reads everything, changes nothing.
    Auditor,
    /// Quản trị hệ thống: users, stations.
    Admin,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Editor, Self::Approver, Self::Operator, Self::Auditor, Self::Admin];

    /// The word as commands and rows spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Approver => "approver",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == text)
            .ok_or_else(|| format!("role \"{text}\" is unknown: use editor, approver, operator, auditor or admin"))
    }
}

/// A role within an area and all beneath it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// Where.
    pub area: AreaCode,
}

/// Whether one of the grants gives `role` in `area` on that day.
pub fn allows(grants: &[Grant], role: Role, areas: &Areas, area: &AreaCode, date: NaiveDate) -> bool {
    grants.iter().any(|grant| {
        // A grant on a unit that ended still covers what its successor took over only if it is granted anew.
        grant.role == role && (grant.area == *area || areas.within(area, &grant.area, date))
    })
}

/// Whether the grants give `role` in every area a bulletin is meant for.
pub fn allows_target(grants: &[Grant], role: Role, areas: &Areas, target: &Target, date: NaiveDate) -> bool {
    // Codes not valid today (a province before its merger) bind nobody; one that is valid must be covered.
    let standing: Vec<&AreaCode> = target.areas.iter().filter(|code| areas.on(code, date).is_some()).collect();
    let judged: Vec<&AreaCode> = if standing.is_empty() { target.areas.iter().collect() } else { standing };
    !judged.is_empty() && judged.into_iter().all(|area| allows(grants, role, areas, area, date))
}
