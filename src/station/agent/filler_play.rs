//! Filler on the output: verified like everything that sounds, journaled as filler, and nobody's airing.

use chrono::{DateTime, Utc};

use super::{Agent, AgentError};
use crate::audio::play::End;
use crate::domain::as_run::Cause;
use crate::domain::ids::AiringId;
use crate::domain::overrun::{Overrun, Policy};
use crate::domain::playout::{EndReason, Event, Fill};
use crate::protocol::journal::Kind;
use crate::station::cache::NotKept;
use crate::station::journal::Draft;
use crate::station::player::{self, Job, Playing};

/// Filler that sounds now.
pub(super) struct FillerPlay {
    /// What the player knows it by; it names no airing.
    pub id: AiringId,
    fill: Fill,
    pub handle: Playing,
    pub began_at: DateTime<Utc>,
}

impl Agent {
    /// Begins filler: verified bytes first, then the journal, then sound. What cannot begin is over at once.
    pub(super) fn fill(&mut self, fill: Fill, now: DateTime<Utc>) -> Result<Option<Event>, AgentError> {
        let ended = |end| Some(Event::Filled { samples: 0, end });
        let sound = &fill.sound;
        if let Err(why) = self.holdings.may_fill(&fill) {
            self.note_refused(format!("filler {} will not play: {why}", sound.bulletin))?;
            return Ok(ended(EndReason::Stopped(Cause::NotVerified)));
        }
        let bytes = match self.cache.read(&sound.rendition) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.note_refused(error.to_string())?;
                self.fetch_next();
                let wrong = matches!(error, NotKept::WrongBytes { .. });
                return Ok(ended(EndReason::Stopped(if wrong { Cause::NotVerified } else { Cause::NoAudio })));
            }
        };
        self.journal.append(self.filler_line(&fill, now))?;
        let id = AiringId::new(&self.identity.station, &fill.slot.rule, now, sound.bulletin.as_str(), 0);
        let label = format!("{}_filler_{}_{}", now.format("%Y%m%dT%H%M%SZ"), sound.bulletin, id.short());
        let job = Job {
            airing: id,
            bytes,
            sink: self.sink.clone(),
            label,
            progress: self.folder.path("progress"),
            overrun: Some(Overrun { policy: Policy::Fade, by: fill.until }),
        };
        match player::start(job, self.player_news.clone()) {
            Ok(handle) => {
                self.filling = Some(FillerPlay { id, fill, handle, began_at: now });
                Ok(None)
            }
            Err(error) => Ok(ended(EndReason::SinkFailed(error.to_string()))),
        }
    }

    /// Puts down what filled, and lets the state machine go on.
    pub(super) fn end_filler(
        &mut self,
        filling: &FillerPlay,
        samples: u64,
        end: End,
        at: DateTime<Utc>,
    ) -> Result<(), AgentError> {
        let mut draft = self.filler_line(&filling.fill, at);
        draft.line.samples = Some(samples);
        draft.line.began_at = Some(filling.began_at);
        let end = match end {
            End::Completed => EndReason::Completed,
            End::TimeUp | End::Stopped => EndReason::Stopped(Cause::SlotEnded),
            End::SinkFailed(why) => EndReason::SinkFailed(why),
            End::DecodeFailed(why) => EndReason::DecodeFailed(why),
        };
        if let EndReason::SinkFailed(why) | EndReason::DecodeFailed(why) = &end {
            draft.line.note = Some(why.clone());
        }
        self.journal.append(draft)?;
        self.step(Event::Filled { samples, end }, at)
    }

    fn filler_line(&self, fill: &Fill, at: DateTime<Utc>) -> Draft {
        let mut draft = Draft::new(Kind::Filler, at, self.clock.state());
        draft.line.date = Some(fill.date);
        draft.line.rundown_version = Some(fill.rundown_version);
        draft.line.audio = Some(fill.sound.rendition);
        draft.line.sink = Some(self.sink.to_string());
        draft
    }
}
