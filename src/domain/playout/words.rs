//! What goes in and out of the playout: events from the loop, actions for it, and the endings it puts down.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::as_run::{Cause, Said};
use crate::domain::filler::FillerSound;
use crate::domain::ids::{AiringId, Sha256};
use crate::domain::rundown::{Item, Rundown, SlotRef};
use crate::domain::stop::Stop;

/// What the loop tells the state machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The verified newest rundown of each held day; replaces all held before. At start those on disk are given before
    /// [`Event::Restored`]: they count as held since their issue, later ones as held since they are given.
    Rundowns(Vec<Rundown>),
    /// Renditions in the cache that are verified; replaces all said before.
    Ready(BTreeSet<Sha256>),
    /// Airings whose audio or manifest does not verify, with the reason; replaces all said before.
    Refused(BTreeMap<AiringId, String>),
    /// Verified stop orders in force; replaces all said before.
    Stops(Vec<Stop>),
    /// Items of verified break-in orders, begun and over ones too; replaces all said before. They may begin between
    /// their start and latest start whatever else plays, and are put down as missed when they could not.
    BreakIns(Vec<Item>),
    /// Given once, at start, from the journal. Nothing begins and nothing is put down before it.
    Restored {
        /// When the agent started.
        started_at: DateTime<Utc>,
        /// Every airing the journal knows of.
        past: Vec<PastAiring>,
    },
    /// Whether the clock is trusted. It is not until said so.
    ClockTrusted(bool),
    /// When the agent started, told anew: a clock set right after boot moves that moment too.
    StartedAt(DateTime<Utc>),
    /// The output took the first sample.
    Began {
        /// Airing.
        airing: AiringId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The output took more samples.
    Progress {
        /// Airing.
        airing: AiringId,
        /// Samples in all so far.
        samples: u64,
    },
    /// The output is done with it, in whatever way; also the answer to [`Action::Stop`].
    Ended {
        /// Airing.
        airing: AiringId,
        /// Samples the output really took.
        samples: u64,
        /// Why it ended.
        end: EndReason,
        /// When.
        at: DateTime<Utc>,
    },
    /// The output is done with filler; also the answer to [`Action::StopFill`].
    Filled {
        /// Samples the output really took.
        samples: u64,
        /// Why it ended.
        end: EndReason,
    },
    /// Nothing but time has passed.
    Tick,
}

/// Why a play ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndReason {
    /// The audio was played to its end.
    Completed,
    /// It was stopped, for this cause.
    Stopped(Cause),
    /// The output died, stalled or refused samples; its words.
    SinkFailed(String),
    /// The audio could not be decoded; the decoder's words.
    DecodeFailed(String),
}

/// An airing the journal knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAiring {
    /// Airing.
    pub airing: AiringId,
    /// What the journal says of it.
    pub past: Past,
}

/// How far an airing got, by the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Past {
    /// Its ending is in the journal.
    Ended,
    /// It began and has no ending: the agent died in its middle.
    Begun {
        /// Rundown it was begun from.
        rundown_version: u32,
        /// Rendition it played.
        rendition: Sha256,
        /// First sample, or when it was to begin.
        began_at: DateTime<Utc>,
        /// Samples by the last progress put down; 0 if none was.
        samples: u64,
        /// When that progress was put down.
        last_at: DateTime<Utc>,
    },
}

/// What the loop has to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Put down that it begins, then play it.
    Begin {
        /// The item.
        item: Box<Item>,
        /// Version of its rundown.
        rundown_version: u32,
        /// Rendition to play.
        rendition: Sha256,
    },
    /// Stop what plays; [`Event::Ended`] follows.
    Stop {
        /// Airing.
        airing: AiringId,
        /// Why; comes back as [`EndReason::Stopped`].
        cause: Cause,
    },
    /// Put this down in the journal.
    Note(Ending),
    /// Play filler; [`Event::Filled`] follows.
    Fill(Box<Fill>),
    /// Stop filler.
    StopFill,
}

/// One play of filler: never an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// What it plays.
    pub sound: FillerSound,
    /// The slot that it fills.
    pub slot: SlotRef,
    /// Its rundown's day.
    pub date: NaiveDate,
    /// Its rundown's version.
    pub rundown_version: u32,
    /// It is over by then.
    pub until: DateTime<Utc>,
}

/// What became of an airing: the one as-run record the device makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Airing.
    pub airing: AiringId,
    /// Version of the rundown it was held in.
    pub rundown_version: u32,
    /// Rendition planned or played.
    pub rendition: Sha256,
    /// [`Said::Played`] with the samples as they were, or [`Said::Missed`]; the center classifies.
    pub said: Said,
    /// Why not in full.
    pub cause: Option<Cause>,
    /// More words.
    pub note: Option<String>,
}
