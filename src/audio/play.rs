//! Playing one item in real time, on a thread of its own, paced by the monotonic clock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::rendition::RenditionDecoder;
use super::sink::{Sink, SinkError};
use super::{SAMPLE_RATE_HZ, SAMPLES_PER_MS};
use crate::domain::overrun::Portion;

/// Sound handed over ahead of its time, at most.
const AHEAD: Duration = Duration::from_millis(200);

/// Samples of one block (20 ms).
const BLOCK_SAMPLES: usize = 20 * SAMPLES_PER_MS as usize;

/// Longest wait before looking at `stop` again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Time between two reports of progress.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// How playing came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Everything was taken by the output, and its time has passed.
    Completed,
    /// No more of it was to be played, and that is what happened.
    TimeUp,
    /// It was told to stop.
    Stopped,
    /// The output failed; the text is its error.
    SinkFailed(String),
    /// The rendition could not be decoded further; the text is the error.
    DecodeFailed(String),
}

/// What became of one play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayEnd {
    /// Samples at 48 kHz that the output really took.
    pub samples: u64,
    /// How it ended.
    pub end: End,
}

/// Plays everything that `decoder` still holds into `sink` and blocks until the end, until the output
/// fails, or until `stop` is set (noticed within about 20 ms, or 2 s if the output is stuck).
///
/// `progress` is called about once a second with the samples that the output has taken.
pub fn play(
    decoder: &mut RenditionDecoder,
    sink: Box<dyn Sink>,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> PlayEnd {
    let samples = decoder.total_samples();
    play_portion(decoder, sink, Portion { samples, fade: 0 }, stop, progress)
}

/// As [`play`], and no more of it than the portion, which may fade out at its end.
pub fn play_portion(
    decoder: &mut RenditionDecoder,
    mut sink: Box<dyn Sink>,
    portion: Portion,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> PlayEnd {
    let mut source =
        Source { portion: Some(portion).filter(|one| one.samples < decoder.total_samples()), decoder, taken: 0 };
    let mut pace = Pace::start();
    let end = feed(&mut source, sink.as_mut(), stop, progress, &mut pace);
    let end = match end {
        End::Completed => match sink.finish() {
            Ok(_) if source.portion.is_some() => End::TimeUp,
            Ok(_) => End::Completed,
            Err(error) => failed(&error),
        },
        // What was written stays valid; an error on top of an early end would hide its reason.
        End::Stopped | End::DecodeFailed(_) if sink.name() == "wav" => {
            let _ = sink.finish();
            end
        }
        other => other,
    };
    PlayEnd { samples: sink.consumed(), end }
}

/// What is played of a rendition.
struct Source<'a> {
    decoder: &'a mut RenditionDecoder,
    /// No more than that; none for all of it.
    portion: Option<Portion>,
    taken: u64,
}

impl Source<'_> {
    /// The next samples; none at the end.
    fn next_block(&mut self) -> Result<Option<Vec<i16>>, String> {
        if self.portion.is_some_and(|portion| self.taken >= portion.samples) {
            return Ok(None);
        }
        let block = self.decoder.next_block().map_err(|error| error.to_string())?;
        let Some(mut block) = block else { return Ok(None) };
        if let Some(portion) = self.portion {
            let left = usize::try_from(portion.samples - self.taken).unwrap_or(usize::MAX);
            block.truncate(left);
            fade(&mut block, self.taken, portion);
        }
        self.taken += block.len() as u64;
        Ok(Some(block))
    }
}

/// Lets the samples from place `from` on grow quieter towards the portion's end: evenly for the ear, so by the square.
fn fade(block: &mut [i16], from: u64, portion: Portion) {
    let begins = portion.samples - portion.fade.min(portion.samples);
    for (place, sample) in (from..).zip(block) {
        if place >= begins && portion.fade > 0 {
            let left = portion.samples.saturating_sub(place) as f32 / portion.fade as f32;
            *sample = (f32::from(*sample) * left * left) as i16;
        }
    }
}

/// Hands over all blocks at their times, then waits until the time of the last sample has passed.
fn feed(
    source: &mut Source<'_>,
    sink: &mut dyn Sink,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
    pace: &mut Pace,
) -> End {
    let mut waiting = Vec::with_capacity(BLOCK_SAMPLES * 8);
    let mut written = 0_u64;
    let mut decoded_all = false;
    while !(decoded_all && waiting.is_empty()) {
        while waiting.len() < BLOCK_SAMPLES && !decoded_all {
            match source.next_block() {
                Ok(Some(block)) => waiting.extend_from_slice(&block),
                Ok(None) => decoded_all = true,
                Err(error) => return End::DecodeFailed(error),
            }
        }
        let size = waiting.len().min(BLOCK_SAMPLES);
        // A block is due when its end is no more than the allowed lead ahead of the clock.
        let due = time_of(written + size as u64).saturating_sub(AHEAD);
        if !pace.wait_until(due, sink, stop, progress) {
            return End::Stopped;
        }
        if let Err(error) = sink.write(&waiting[..size]) {
            return failed(&error);
        }
        waiting.drain(..size);
        written += size as u64;
    }
    if pace.wait_until(time_of(written), sink, stop, progress) { End::Completed } else { End::Stopped }
}

fn failed(error: &SinkError) -> End {
    End::SinkFailed(error.to_string())
}

/// When the sample at this position sounds, counted from the start.
fn time_of(samples: u64) -> Duration {
    let rate = u64::from(SAMPLE_RATE_HZ);
    let nanos = (samples % rate) * 1_000_000_000 / rate;
    Duration::new(samples / rate, nanos as u32)
}

/// The clock of one play.
struct Pace {
    started: Instant,
    next_report: Duration,
}

impl Pace {
    fn start() -> Self {
        Self { started: Instant::now(), next_report: REPORT_EVERY }
    }

    /// Waits until `due` after the start, reporting progress on the way; `false` if told to stop.
    fn wait_until(
        &mut self,
        due: Duration,
        sink: &mut dyn Sink,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(u64),
    ) -> bool {
        loop {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let now = self.started.elapsed();
            if now >= self.next_report {
                progress(sink.consumed());
                self.next_report = now + REPORT_EVERY;
            }
            if now >= due {
                return true;
            }
            std::thread::sleep((due - now).min(LOOK_AGAIN));
        }
    }
}
