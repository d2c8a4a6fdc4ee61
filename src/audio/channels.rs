//! What is wrong with single channels, found before they are mixed: one that is dead, one that stands on its head, one
//! that leans (DC offset), one that clips. A mono mix hides all four.

use super::measure::{Silence, amplitude};
use super::probe::Limits;

/// Windows a second in which channels are compared.
const WINDOWS_A_SECOND: u32 = 10;

/// A window counts when its loudest channel reaches this level, in dBFS; in pauses channels cannot be told apart.
const LOUD_DBFS: f64 = -45.0;

/// Correlation of left and right below which one of them is inverted; real stereo never stays there.
const INVERTED_BELOW: f64 = -0.9;

/// Loud windows that are needed to call a channel dead as a whole.
const WINDOWS_TO_JUDGE: u64 = 5;

/// Places of one fault that are kept.
const PLACES: usize = 20;

/// A stretch during which one channel is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Number of the channel, from 1; of an inverted pair, the second.
    pub channel: u32,
    /// Where and how long.
    pub stretch: Silence,
}

/// What was found out about the channels of a recording.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelFacts {
    /// Number of channels; the most that any part of the recording has.
    pub channels: u32,
    /// Whether any channel is anywhere above silence. Converting the rate rings where a constant voltage begins,
    /// so this is known only here.
    pub sounds: bool,
    /// Channels that are silent wherever others are loud, from 1. Never all of them.
    pub dead: Vec<u32>,
    /// Stretches where a channel that lives elsewhere is silent while another is loud; at most 20.
    pub dropouts: Vec<Fault>,
    /// Stretches where left and right cancel each other; at most 20.
    pub inverted: Vec<Fault>,
    /// The channel that leans most, from 1, and by how much of full scale.
    pub dc_offset: Option<(u32, f64)>,
    /// Samples at full scale that stand in a row of three or more, over all channels.
    pub clipped_samples: u64,
    /// Where the first such row begins, in milliseconds.
    pub first_clip_ms: Option<u64>,
}

impl ChannelFacts {
    /// The channels that a mix should be made of, from 1; empty for all of them.
    pub fn to_mix(&self) -> Vec<u32> {
        if !self.inverted.is_empty() {
            // Mixed, the pair would cancel; either one holds everything.
            return vec![1];
        }
        if self.dead.is_empty() {
            return Vec::new();
        }
        (1..=self.channels).filter(|channel| !self.dead.contains(channel)).collect()
    }
}

/// Looks at the channels block by block, at the recording's own rate.
#[derive(Debug)]
pub struct ChannelMeter {
    silent_power: f64,
    loud_power: f64,
    fault_ms: u64,
    each: Vec<Channel>,
    /// Channels and frames of the window being filled.
    now: usize,
    window: usize,
    frames_in_window: usize,
    product: f64,
    /// Milliseconds before the present window, and before the present block.
    window_begins_ms: f64,
    loud_windows: u64,
    sounds: bool,
    inverted: Run,
    inverted_places: Vec<Fault>,
    first_clip_ms: Option<u64>,
    rate: u32,
}

/// One channel's sums.
#[derive(Debug, Clone, Default)]
struct Channel {
    sum: f64,
    power: f64,
    total: f64,
    frames: u64,
    dead_windows: u64,
    run: Run,
    dropouts: Vec<Fault>,
    clipping: Clipping,
}

/// A stretch that goes on.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    begun_ms: Option<f64>,
    last_ms: f64,
}

impl Run {
    fn reach(&mut self, from_ms: f64, to_ms: f64) {
        self.begun_ms.get_or_insert(from_ms);
        self.last_ms = to_ms;
    }

    fn end(&mut self, channel: u32, least_ms: u64, places: &mut Vec<Fault>) {
        let Some(begun_ms) = self.begun_ms.take() else { return };
        let duration_ms = (self.last_ms - begun_ms).round() as u64;
        if duration_ms >= least_ms && places.len() < PLACES {
            places.push(Fault { channel, stretch: Silence { at_ms: begun_ms.round() as u64, duration_ms } });
        }
    }
}

/// Samples that stand at full scale three or more in a row.
#[derive(Debug, Clone, Default)]
struct Clipping {
    run: u64,
    samples: u64,
}

impl Clipping {
    const FULL_SCALE: f32 = 0.9995;
    const SHORTEST_RUN: u64 = 3;

    /// Takes a sample; `true` where a row reaches its third.
    fn push(&mut self, sample: f32) -> bool {
        if sample.abs() < Self::FULL_SCALE {
            self.run = 0;
            return false;
        }
        self.run += 1;
        if self.run == Self::SHORTEST_RUN {
            self.samples += Self::SHORTEST_RUN;
            return true;
        }
        self.samples += u64::from(self.run > Self::SHORTEST_RUN);
        false
    }
}

impl ChannelMeter {
    /// A meter that has heard nothing.
    pub fn new(limits: &Limits) -> Self {
        Self {
            silent_power: amplitude(limits.silence_dbfs).powi(2),
            loud_power: amplitude(LOUD_DBFS).powi(2),
            fault_ms: limits.max_channel_fault_ms,
            each: Vec::new(),
            now: 0,
            window: 0,
            frames_in_window: 0,
            product: 0.0,
            window_begins_ms: 0.0,
            loud_windows: 0,
            sounds: false,
            inverted: Run::default(),
            inverted_places: Vec::new(),
            first_clip_ms: None,
            rate: 0,
        }
    }

    /// Takes a block of interleaved frames.
    pub fn push(&mut self, rate: u32, channels: usize, interleaved: &[f32]) {
        if rate != self.rate || channels != self.now {
            self.close_window();
            self.rate = rate;
            self.now = channels;
            self.window = (rate / WINDOWS_A_SECOND).max(1) as usize;
            self.each.resize(self.each.len().max(channels), Channel::default());
        }
        let mut rest = interleaved;
        while !rest.is_empty() {
            let take = (self.window - self.frames_in_window).min(rest.len() / channels);
            if take == 0 {
                return;
            }
            let (part, later) = rest.split_at(take * channels);
            self.add(part, channels);
            self.frames_in_window += take;
            rest = later;
            if self.frames_in_window == self.window {
                self.close_window();
            }
        }
    }

    fn add(&mut self, part: &[f32], channels: usize) {
        for (index, channel) in self.each.iter_mut().take(channels).enumerate() {
            let samples = part.iter().skip(index).step_by(channels);
            let (mut sum, mut power, mut peak) = (0.0_f64, 0.0_f64, 0.0_f32);
            for sample in samples.clone() {
                let value = f64::from(*sample);
                sum += value;
                power += value * value;
                peak = peak.max(sample.abs());
            }
            channel.sum += sum;
            channel.power += power;
            if peak < Clipping::FULL_SCALE {
                channel.clipping.run = 0;
                continue;
            }
            for (frame, sample) in samples.enumerate() {
                if channel.clipping.push(*sample) {
                    let frames = (self.frames_in_window + frame).saturating_sub(2) as f64;
                    let at_ms = self.window_begins_ms + frames * 1000.0 / f64::from(self.rate);
                    let first = self.first_clip_ms.get_or_insert(at_ms as u64);
                    *first = (*first).min(at_ms as u64);
                }
            }
        }
        if channels == 2 {
            self.product += part.as_chunks::<2>().0.iter().map(|[l, r]| f64::from(l * r)).sum::<f64>();
        }
    }

    fn close_window(&mut self) {
        let frames = self.frames_in_window as f64;
        if frames == 0.0 {
            return;
        }
        let from_ms = self.window_begins_ms;
        let to_ms = from_ms + frames * 1000.0 / f64::from(self.rate);
        let means: Vec<f64> = self.each.iter().take(self.now).map(|channel| channel.sum / frames).collect();
        let powers: Vec<f64> = (self.each.iter().zip(&means))
            .map(|(channel, mean)| (channel.power / frames - mean * mean).max(0.0))
            .collect();
        let loud = powers.iter().any(|power| *power >= self.loud_power);
        self.loud_windows += u64::from(loud);
        self.sounds |= powers.iter().any(|power| *power >= self.silent_power);
        for (index, (channel, power)) in self.each.iter_mut().zip(&powers).enumerate() {
            if *power >= self.silent_power {
                channel.run.end(index as u32 + 1, self.fault_ms, &mut channel.dropouts);
            } else if loud {
                channel.dead_windows += 1;
                channel.run.reach(from_ms, to_ms);
            }
            channel.total += channel.sum;
            channel.frames += self.frames_in_window as u64;
            (channel.sum, channel.power) = (0.0, 0.0);
        }
        if let ([one, two], [mean_one, mean_two]) = (&powers[..], &means[..])
            && loud
        {
            let covariance = self.product / frames - mean_one * mean_two;
            let correlation = covariance / (one * two).sqrt().max(f64::MIN_POSITIVE);
            if one.min(*two) >= self.silent_power && correlation < INVERTED_BELOW {
                self.inverted.reach(from_ms, to_ms);
            } else {
                self.inverted.end(2, self.fault_ms, &mut self.inverted_places);
            }
        }
        self.product = 0.0;
        self.frames_in_window = 0;
        self.window_begins_ms = to_ms;
    }

    /// Ends the measurement.
    pub fn finish(mut self) -> ChannelFacts {
        self.close_window();
        // A recording shorter than the shortest fault may still be wrong from end to end.
        let fault_ms = self.fault_ms.min((self.window_begins_ms / 2.0) as u64).max(1);
        self.inverted.end(2, fault_ms, &mut self.inverted_places);
        for (index, channel) in self.each.iter_mut().enumerate() {
            channel.run.end(index as u32 + 1, self.fault_ms, &mut channel.dropouts);
        }
        let judged = self.loud_windows >= WINDOWS_TO_JUDGE;
        let is_dead = |channel: &Channel| judged && channel.dead_windows == self.loud_windows;
        let numbered = || (1_u32..).zip(&self.each);
        let mut dropouts: Vec<Fault> =
            numbered().filter(|(_, channel)| !is_dead(channel)).flat_map(|(_, one)| one.dropouts.clone()).collect();
        dropouts.sort_by_key(|fault| (fault.stretch.at_ms, fault.channel));
        dropouts.truncate(PLACES);
        let leaning = |channel: &Channel| channel.total / (channel.frames as f64).max(1.0);
        ChannelFacts {
            channels: self.each.len() as u32,
            sounds: self.sounds,
            dead: numbered().filter(|(_, channel)| is_dead(channel)).map(|(number, _)| number).collect(),
            dropouts,
            dc_offset: numbered()
                .map(|(number, channel)| (number, leaning(channel)))
                .max_by(|one, two| one.1.abs().total_cmp(&two.1.abs())),
            clipped_samples: self.each.iter().map(|channel| channel.clipping.samples).sum(),
            first_clip_ms: self.first_clip_ms,
            inverted: self.inverted_places,
        }
    }
}
