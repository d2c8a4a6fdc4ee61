//! Plays one item on a thread of its own, so that a slow disk or link never makes it stutter, and keeps the samples
//! consumed where a power cut cannot take them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc::UnboundedSender;

use super::journal::Progress;
use crate::audio::play::{self, End};
use crate::audio::rendition::RenditionDecoder;
use crate::audio::sink::SinkChoice;
use crate::domain::ids::AiringId;
use crate::domain::overrun::{Overrun, Portion};

/// What opening an output and emptying it take, at most as a rule: a sound that is to be over by a moment gets that much
/// less, so that it ends by itself and is not torn off.
const OPENING: chrono::TimeDelta = chrono::TimeDelta::milliseconds(200);

/// What the player tells the loop.
#[derive(Debug)]
pub enum PlayerNews {
    /// The output is open; the first sample follows.
    Began {
        /// Airing.
        airing: AiringId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The output is done.
    Ended {
        /// Airing.
        airing: AiringId,
        /// Samples consumed.
        samples: u64,
        /// How it ended.
        end: End,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What to play, and where the seconds are kept.
pub struct Job {
    /// Airing.
    pub airing: AiringId,
    /// Verified bytes of the rendition.
    pub bytes: Vec<u8>,
    /// The output.
    pub sink: SinkChoice,
    /// Name for the output's file.
    pub label: String,
    /// Progress file.
    pub progress: PathBuf,
    /// What becomes of it when it would sound past a moment.
    pub overrun: Option<Overrun>,
}

/// A play in progress.
pub struct Playing {
    stop: Arc<AtomicBool>,
}

impl Playing {
    /// Asks the player to stop; [`PlayerNews::Ended`] follows.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// Starts playing.
///
/// # Errors
/// When the system gives no thread.
pub fn start(job: Job, news: UnboundedSender<PlayerNews>) -> std::io::Result<Playing> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    std::thread::Builder::new().name("player".into()).spawn(move || {
        let mut told = Told { airing: job.airing, progress: job.progress.clone(), played: None, news: news.clone() };
        told.played = Some(run(job, &asked, &news));
    })?;
    Ok(Playing { stop })
}

fn run(job: Job, stop: &AtomicBool, news: &UnboundedSender<PlayerNews>) -> (u64, End) {
    let mut decoder = match RenditionDecoder::new(job.bytes) {
        Ok(decoder) => decoder,
        Err(error) => return (0, End::DecodeFailed(error.to_string())),
    };
    let mut progress = match Progress::begin(&job.progress) {
        Ok(progress) => progress,
        Err(error) => return (0, End::SinkFailed(format!("the progress file cannot be written: {error}"))),
    };
    let total = decoder.total_samples();
    let portion = match job.overrun {
        None => Portion { samples: total, fade: 0 },
        Some(overrun) => match overrun.portion(crate::clock::now() + OPENING, total) {
            Some(portion) => portion,
            None => return (0, End::TimeUp),
        },
    };
    let sink = match job.sink.open(&job.label, portion.samples) {
        Ok(sink) => sink,
        Err(error) => return (0, End::SinkFailed(error.to_string())),
    };
    let _told = news.send(PlayerNews::Began { airing: job.airing, at: crate::clock::now() });
    let name = job.airing.to_string();
    let played = play::play_portion(&mut decoder, sink, portion, stop, &mut |samples| {
        // If the disk fails here, the ending still tells the samples; only a power cut right now would lose them.
        let _kept = progress.keep(&name, samples);
    });
    (played.samples, played.end)
}

/// Tells the end when dropped, so that even a player that panics leaves an outcome and the next item can begin.
struct Told {
    airing: AiringId,
    progress: PathBuf,
    played: Option<(u64, End)>,
    news: UnboundedSender<PlayerNews>,
}

impl Drop for Told {
    fn drop(&mut self) {
        let (samples, end) = self.played.take().unwrap_or_else(|| {
            let samples = Progress::last(&self.progress, &self.airing.to_string());
            (samples, End::SinkFailed("the player stopped without a word".into()))
        });
        // The loop may be gone already at shutdown; then there is nobody to tell.
        let _told = self.news.send(PlayerNews::Ended { airing: self.airing, samples, end, at: crate::clock::now() });
    }
}
