//! Why a bulletin's step, a signature, a commune's word or an order about others' airtime is refused. Typed, because the
//! person reads it on a page in their own language; commands say it as it stands here. What is urgent has
//! [its own](super::break_ins::UrgentRefusal), and so have [people](super::people::Refusal).

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::force_majeure::MOST_DAYS;
use super::reason::LONGEST_REASON;
use crate::domain::bulletin::{Priority, StepRefused};
use crate::domain::ids::{AreaCode, BulletinCode, OrderId, StationId};
use crate::domain::place::Place;

/// One reason, with what it is about.
#[derive(Debug, thiserror::Error)]
pub enum DeskRefusal {
    /// The version's state or the person's own part in it.
    #[error(transparent)]
    Step(#[from] StepRefused),
    /// A commune's bulletin that its author took back.
    #[error("{author} took {code} back: only {author} sends it again, as a new bulletin")]
    TakenBack {
        /// The bulletin.
        code: BulletinCode,
        /// Its author.
        author: String,
    },
    /// No approver for the whole area.
    #[error("{by} is no approver for the whole area of {code}")]
    NoApprover {
        /// Who wanted to decide.
        by: String,
        /// On what.
        code: BulletinCode,
    },
    /// Warnings were not opened yet.
    #[error(
        "{by} has not opened {left} of the warnings of {code} version {version}: open each on the bulletin's page, or give \
         --read-warnings by command"
    )]
    Unheard {
        /// Who wanted to approve.
        by: String,
        /// How many.
        left: usize,
        /// The bulletin.
        code: BulletinCode,
        /// Its version.
        version: u32,
    },
    /// Another browser was faster.
    #[error("somebody else just decided on {code} version {version}: load the page again")]
    DecidedMeanwhile {
        /// The bulletin.
        code: BulletinCode,
        /// Its version.
        version: u32,
    },
    /// What lies there is not what was checked.
    #[error("the audio kept for {0} is not the audio that was checked: upload it anew")]
    OtherAudio(BulletinCode),
    /// Stations would refuse the signatures.
    #[error("stations would not believe this approval ({0}): return the version to its author and approve it anew")]
    NotBelieved(String),
    /// The center's key stands for the first of two already.
    #[error(
        "{by} has no key, and the center's key stands for {first} already: stations believe what is urgent only when two \
         people signed it; make a key at /khoa-duyet and have it admitted, or ask an approver who has one"
    )]
    CenterSpent {
        /// The second approver.
        by: String,
        /// The first.
        first: String,
    },
    /// The second of two signed other bytes than the first.
    #[error("the second approver must sign what the first signed, byte for byte: load the page again")]
    OtherBytes,
    /// Prepared for somebody else, or for another number of signers.
    #[error("what was signed was prepared for another approval: load the page and sign again")]
    OtherApproval,
    /// Prepared before the version's submission, or too long ago.
    #[error("what was signed is too old, or older than the version's submission: load the page and sign again")]
    PreparedTooLongAgo,
    /// The words differ from what is stored.
    #[error(
        "what was signed is not what is stored of {code} version {version}: load the page, look again and sign again"
    )]
    NotAsStored {
        /// The bulletin.
        code: BulletinCode,
        /// Its version.
        version: u32,
    },
    /// What was signed is not what would be prepared now.
    #[error("what was signed is not what stands in the books: load the page and sign again")]
    NotInTheBooks,
    /// The center signs for nobody who has a key.
    #[error(
        "{0} has a key of their own, so the center does not sign for them: sign on the page with that key, or with --key FILE"
    )]
    OwnKey(String),
    /// The center signs for nobody any more.
    #[error(
        "the center signs for nobody any more, and {0} has no admitted key: make one at /khoa-duyet or with `loa keys new`, \
         and have it admitted"
    )]
    NoKey(String),
    /// A key that does not sign for them.
    #[error("{name} may not sign with key {key}: it {fault}")]
    WrongKey {
        /// Who signed.
        name: String,
        /// The key's id, cut short.
        key: String,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// The right key, but not its signature over these words.
    #[error("the signature is not that of {0}'s key over these words: load the page and sign again")]
    WrongSignature(String),
    /// Only approvers have keys.
    #[error("{0} is no active approver, and only approvers have keys")]
    NoActiveApprover(String),
    /// A key's request that the key did not sign.
    #[error("the key did not sign its own request: make it anew")]
    KeyNotProven,
    /// A reason that is missing or too long.
    #[error("{what} needs a reason of 1 to {LONGEST_REASON} characters, not {long}")]
    Reason {
        /// What needs it, for commands.
        what: &'static str,
        /// Its length, characters.
        long: usize,
    },
    /// Nobody's place to stop.
    #[error("{by} may not stop {place}: it takes an approver or administrator of that area")]
    MayNotStop {
        /// Who wanted to.
        by: String,
        /// Where.
        place: Place,
    },
    /// Nobody's place to excuse.
    #[error("{by} may not declare force majeure at {place}: it takes an approver or administrator of that area")]
    MayNotExcuse {
        /// Who wanted to.
        by: String,
        /// Where.
        place: Place,
    },
    /// Force majeure that ends before it begins, or lasts too long.
    #[error("the time from {from} until {until} must end after it begins and last {MOST_DAYS} days at most")]
    ForceTime {
        /// Its beginning, local.
        from: NaiveDateTime,
        /// Its end, local.
        until: NaiveDateTime,
    },
    /// A time that clocks skip.
    #[error("there is no {local} in {zone}: give a time that is")]
    NoSuchTime {
        /// The time, local.
        local: NaiveDateTime,
        /// The zone.
        zone: Tz,
    },
    /// Only what is ordinary is offered.
    #[error("order {order} is for {bulletin}, which is {} and must air: only ordinary bulletins are offered", .priority.word())]
    NotOffered {
        /// The order.
        order: OrderId,
        /// Its bulletin.
        bulletin: BulletinCode,
        /// The bulletin's priority.
        priority: Priority,
    },
    /// Neither operator nor administrator of the station.
    #[error("{by} is neither operator nor administrator of {station}")]
    SpeaksNotFor {
        /// Who wanted to answer.
        by: String,
        /// For which station.
        station: StationId,
    },
    /// No operator of the commune.
    #[error("{by} is no operator of {area}")]
    OperatesNot {
        /// Who wanted to submit or take back.
        by: String,
        /// For where.
        area: AreaCode,
    },
    /// Only its author takes a bulletin back.
    #[error("{by} did not submit {code}: its author takes it back")]
    NotTheAuthor {
        /// Who wanted to.
        by: String,
        /// The bulletin.
        code: BulletinCode,
    },
    /// Every number of today is taken.
    #[error("there is no free code today: submit again tomorrow")]
    NoFreeCode,
    /// Others were faster, again and again.
    #[error("others keep submitting and deciding at the same moments: submit again")]
    TooManySubmit,
    /// Others were faster, again and again.
    #[error("other people keep changing the draft at the same moment: try again")]
    TooManyDraft,
}

/// What is wrong with a key that somebody signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// Somebody else's.
    NotTheirs,
    /// Root revoked it.
    Revoked,
    /// Root never named it.
    NeverAdmitted,
}

impl std::fmt::Display for KeyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotTheirs => "is not theirs",
            Self::Revoked => "was revoked",
            Self::NeverAdmitted => "was never admitted",
        })
    }
}

impl DeskRefusal {
    /// Whether the answer is no whatever the input, as [`CenterError::Forbidden`](super::CenterError) says.
    pub fn is_no(&self) -> bool {
        match self {
            Self::Step(StepRefused::OwnWork { .. } | StepRefused::SecondOfOne { .. })
            | Self::TakenBack { .. }
            | Self::NoApprover { .. }
            | Self::OtherAudio(_)
            | Self::NotBelieved(_)
            | Self::CenterSpent { .. }
            | Self::OtherBytes
            | Self::OtherApproval
            | Self::PreparedTooLongAgo
            | Self::NotAsStored { .. }
            | Self::NotInTheBooks
            | Self::OwnKey(_)
            | Self::NoKey(_)
            | Self::WrongKey { .. }
            | Self::WrongSignature(_)
            | Self::NoActiveApprover(_)
            | Self::KeyNotProven
            | Self::MayNotStop { .. }
            | Self::MayNotExcuse { .. }
            | Self::SpeaksNotFor { .. }
            | Self::OperatesNot { .. }
            | Self::NotTheAuthor { .. } => true,
            Self::Step(_)
            | Self::Unheard { .. }
            | Self::DecidedMeanwhile { .. }
            | Self::Reason { .. }
            | Self::ForceTime { .. }
            | Self::NoSuchTime { .. }
            | Self::NotOffered { .. }
            | Self::NoFreeCode
            | Self::TooManySubmit
            | Self::TooManyDraft => false,
        }
    }
}
