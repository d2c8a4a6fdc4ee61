//! The steps of a version's approval as pages and the JSON API take them: found, judged and taken in one place, so that
//! the two never come to differ. What the use case itself refuses stays its own.

use super::Failed;
use super::desk::Desk;
use super::own_signature::OwnSignature;
use crate::center::CenterError;
use crate::center::bulletins::VersionRow;
use crate::domain::access::Role;
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;
use crate::web::session::Signed;

/// Why a step is not taken.
#[derive(Debug)]
pub enum Refused {
    /// The version is in a state from which there is no such step.
    OtherState,
    /// The author decides on no work of their own.
    OwnWork,
    /// A reason is needed.
    NoReason,
    /// So many warnings were not heard yet.
    Unheard(u64),
    /// What was signed, the key's id or the signature is none.
    BadSignature,
    /// As anything else fails.
    Failed(Failed),
}

impl From<Failed> for Refused {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl From<CenterError> for Refused {
    fn from(error: CenterError) -> Self {
        Self::Failed(error.into())
    }
}

/// The version that an address names.
pub async fn version(me: &Signed, code: &str, version: &str) -> Result<VersionRow, Failed> {
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let version: u32 = version.parse().map_err(|_| Failed::NotFound)?;
    Ok(me.visit.web.center.bulletin_version(&code, version).await?)
}

/// Refuses whoever may not take a version to that state now.
pub async fn judge(me: &Signed, row: &VersionRow, to: State) -> Result<(), Refused> {
    let (role, from): (Role, &[State]) = match to {
        State::Submitted | State::Draft => (Role::Editor, &[State::Draft, State::Returned]),
        State::Approved | State::Endorsed | State::Returned => (Role::Approver, &[State::Submitted, State::Endorsed]),
        State::Withdrawn => (Role::Approver, &[State::Approved, State::Endorsed]),
    };
    if to == State::Approved {
        // The use case's own rule, with its own sentence.
        me.visit.web.center.must_be_approver(&me.person.name, row).await?;
    } else if !Desk::open(me).await?.may_target(me, role, &row.facts.target) {
        return Err(Failed::Forbidden.into());
    }
    if matches!(to, State::Approved | State::Returned) && row.author == me.person.name {
        return Err(Refused::OwnWork);
    }
    if from.contains(&row.state()) { Ok(()) } else { Err(Refused::OtherState) }
}

/// Submits, returns or withdraws.
pub async fn take(me: &Signed, row: &VersionRow, to: State, reason: &str) -> Result<State, Refused> {
    judge(me, row, to).await?;
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
    if matches!(to, State::Returned | State::Withdrawn) && reason.is_none() {
        return Err(Refused::NoReason);
    }
    let center = &me.visit.web.center;
    Ok(center.step_bulletin(&row.facts.code, row.version, to, &me.person.name, reason).await?)
}

/// Approves; the state it led to is [`State::Endorsed`] while a second approver is needed.
pub async fn approve(me: &Signed, row: &VersionRow, own: OwnSignature<'_>) -> Result<State, Refused> {
    judge(me, row, State::Approved).await?;
    let (center, name, code) = (&me.visit.web.center, &me.person.name, &row.facts.code);
    let left = center.unopened_warnings(code, row.version, name).await?.len();
    if left > 0 {
        return Err(Refused::Unheard(left as u64));
    }
    let own = own.decoded().map_err(|_| Refused::BadSignature)?;
    Ok(center.approve(code, row.version, name, own.signed()).await?)
}
