//! Why a break-in order is not asked for, not confirmed, or somebody not put on duty. Typed, because who orders at night
//! reads it on a page in their own language; the command says it as it stands here.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::break_in::MOST_MINUTES;
use crate::domain::ids::{AreaCode, BreakInId, BulletinCode};

/// One reason, with what it is about.
#[derive(Debug, thiserror::Error)]
pub enum UrgentRefusal {
    /// Outside working hours only those on duty decide.
    #[error(
        "outside working hours only those on duty decide on what is urgent, and {by} is not on duty; {}",
        who_is(.on_duty)
    )]
    OffDuty {
        /// Who wanted to decide.
        by: String,
        /// Who is on duty now.
        on_duty: Vec<String>,
    },
    /// No approver for the whole of the area.
    #[error("{by} is no approver for the whole of {area}")]
    NoApprover {
        /// Who wanted to decide.
        by: String,
        /// For where.
        area: AreaCode,
    },
    /// No approved bulletin of that code is urgent.
    #[error("{0} is no urgent bulletin that two people approved: only such a one may break in")]
    NotUrgent(BulletinCode),
    /// The bulletin may not air on the day of the order.
    #[error("{code} may air from {from} to {to}, not on {date}: make a new version")]
    WrongDay {
        /// The bulletin.
        code: BulletinCode,
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        to: NaiveDate,
        /// The day of the order.
        date: NaiveDate,
    },
    /// The area and the bulletin's own have no station in common.
    #[error("no station in {area} is one that {code} is approved for: choose another area")]
    NoStation {
        /// Where it was to break in.
        area: AreaCode,
        /// The bulletin.
        code: BulletinCode,
    },
    /// The order is not fresh any more, or from the future.
    #[error("the order was prepared too long ago: load the page and ask again")]
    TooOld,
    /// What was signed is not what would be prepared now.
    #[error("the order is not what stands in the books: load the page and ask again")]
    NotInTheBooks,
    /// The same order was asked for before.
    #[error("order {0} was asked for already")]
    AskedAlready(BreakInId),
    /// Nobody confirms what they asked for.
    #[error("{0} asked for this order and so cannot confirm it: another approver must")]
    OwnOrder(String),
    /// Answered or expired.
    #[error("order {0} was answered or has expired ({MOST_MINUTES} minutes): ask for a new one")]
    Over(BreakInId),
    /// Withdrawn or replaced since it was asked for.
    #[error("{0} changed meanwhile: ask for a new order")]
    Changed(BulletinCode),
    /// Stations would refuse the two signatures.
    #[error(
        "stations would not believe this order ({0}); the center's key stands for one person at most: one of the two needs \
         a key of their own, made at /khoa-duyet or with `loa keys new`"
    )]
    NotBelieved(String),
    /// Another browser was faster.
    #[error("somebody else just answered order {0}: load the page again")]
    AnsweredMeanwhile(BreakInId),
    /// A duty that ends before it begins, or has ended.
    #[error("a duty from {from} to {to} is empty or over: give other times")]
    DutyOver {
        /// Its beginning.
        from: DateTime<Utc>,
        /// Its end.
        to: DateTime<Utc>,
    },
    /// Only approvers are put on duty.
    #[error("{0} is no active approver: only approvers are put on duty")]
    NoActiveApprover(String),
}

impl UrgentRefusal {
    /// Whether the answer is no whatever the input, as [`CenterError::Forbidden`](crate::center::CenterError) says.
    pub fn is_no(&self) -> bool {
        match self {
            Self::OffDuty { .. }
            | Self::NoApprover { .. }
            | Self::NotInTheBooks
            | Self::OwnOrder(_)
            | Self::NotBelieved(_) => true,
            Self::NotUrgent(_)
            | Self::WrongDay { .. }
            | Self::NoStation { .. }
            | Self::TooOld
            | Self::AskedAlready(_)
            | Self::Over(_)
            | Self::Changed(_)
            | Self::AnsweredMeanwhile(_)
            | Self::DutyOver { .. }
            | Self::NoActiveApprover(_) => false,
        }
    }
}

fn who_is(on_duty: &[String]) -> String {
    match on_duty {
        [] => "nobody is: an administrator puts two people on the duty list first".into(),
        names => format!("on duty are {}", names.join(", ")),
    }
}
