//! Who may do what, and where: roles bounded to areas.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

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

/// What an API token may do of what its owner may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read what the owner may read.
    Read,
    /// Upload and submit as an editor.
    Upload,
    /// Approve, return and withdraw as an approver.
    Decide,
    /// Change users and grants as an administrator.
    People,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Upload, Self::Decide, Self::People];

    /// The word as rows, pages and the API spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Upload => "upload",
            Self::Decide => "decide",
            Self::People => "people",
        }
    }
}

impl FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|scope| scope.word() == text);
        found.ok_or_else(|| format!("scope \"{text}\" is unknown: use read, upload, decide or people"))
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

/// A grant as it was given: dated, and never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenGrant {
    /// Its number.
    pub id: i64,
    /// Log-in name of whoever holds it.
    pub user: String,
    /// What, and where.
    pub grant: Grant,
    /// First local day.
    pub from: NaiveDate,
    /// Last local day, inclusive; none while it goes on.
    pub to: Option<NaiveDate>,
    /// Who gave it.
    pub given_by: String,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// From when it was taken back, before its last day.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who took it back.
    pub ended_by: Option<String>,
    /// For whom this one acts or stands in (log-in name).
    pub acting_for: Option<String>,
    /// Why, in the giver's words.
    pub reason: Option<String>,
}

/// Where a grant stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It counts now.
    Now,
    /// It will count.
    Later,
    /// It counts no more.
    Over,
}

impl GivenGrant {
    /// Where it stands on the local day `today` at the moment `now`.
    pub fn standing(&self, today: NaiveDate, now: DateTime<Utc>) -> Standing {
        if self.ended_at.is_some_and(|at| at <= now) || self.to.is_some_and(|to| to < today) {
            Standing::Over
        } else if today < self.from {
            Standing::Later
        } else {
            Standing::Now
        }
    }
}

/// Those of the grants that count now, each once.
pub fn in_force(given: &[GivenGrant], today: NaiveDate, now: DateTime<Utc>) -> Vec<Grant> {
    let standing = given.iter().filter(|one| one.standing(today, now) == Standing::Now);
    let mut grants: Vec<Grant> = standing.map(|one| one.grant.clone()).collect();
    grants.sort();
    grants.dedup();
    grants
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

#[cfg(test)]
mod tests {
    use chrono::{Duration, TimeZone};

    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 6, number).unwrap()
    }

    fn given(from: u32, to: Option<u32>, ended_at: Option<DateTime<Utc>>) -> GivenGrant {
        GivenGrant {
            id: 1,
            user: "an".into(),
            grant: Grant { role: Role::Approver, area: "49".parse().unwrap() },
            from: day(from),
            to: to.map(day),
            given_by: "quantri".into(),
            given_at: Utc.with_ymd_and_hms(2024, 6, 1, 0, 0, 0).unwrap(),
            ended_at,
            ended_by: None,
            acting_for: None,
            reason: None,
        }
    }

    #[test]
    fn a_grant_counts_from_its_first_day_through_its_last() {
        let now = Utc.with_ymd_and_hms(2024, 6, 12, 3, 0, 0).unwrap();
        for (from, to, standing) in [
            (12, None, Standing::Now),
            (12, Some(12), Standing::Now),
            (1, Some(12), Standing::Now),
            (13, None, Standing::Later),
            (13, Some(20), Standing::Later),
            (1, Some(11), Standing::Over),
        ] {
            assert_eq!(given(from, to, None).standing(day(12), now), standing, "{from} {to:?}");
        }
    }

    #[test]
    fn a_grant_taken_back_ends_at_that_moment_whatever_its_days() {
        let now = Utc.with_ymd_and_hms(2024, 6, 12, 3, 0, 0).unwrap();
        let ended = given(1, None, Some(now));
        assert_eq!(ended.standing(day(12), now), Standing::Over);
        assert_eq!(ended.standing(day(12), now - Duration::microseconds(1)), Standing::Now);
        assert!(in_force(&[ended], day(12), now).is_empty());
        let twice = [given(1, None, None), given(2, Some(30), None)];
        assert_eq!(in_force(&twice, day(12), now).len(), 1);
    }
}
