//! Sound: the upload check, the renditions that stations fetch, and playing them.
//!
//! The way of a file through this layer: [`probe`] reads an upload once, block by block, and says
//! whether it may air; [`render`] makes the master and the rendition from it; [`worker`] runs both in
//! a contained child process, because audio from outside is hostile. At a station [`rendition`]
//! decodes what was fetched and [`play`] feeds it to a [`sink`] in real time.
//!
//! This layer must not know of networks, databases, approval or schedules: it is given paths, bytes
//! and limits, and gives back measurements and samples.

mod channel_rules;
pub mod channels;
pub mod decode;
pub mod findings;
pub mod fingerprint;
pub mod measure;
mod ogg_page;
pub mod outline;
mod pipeline;
pub mod play;
pub mod probe;
pub mod render;
pub mod rendition;
pub mod resample;
mod rules;
mod silence;
pub mod sink;
pub mod sniff;
pub mod worker;

/// The sample rate of every master, rendition and sink, in hertz.
pub const SAMPLE_RATE_HZ: u32 = 48_000;

/// Samples of one millisecond at [`SAMPLE_RATE_HZ`].
pub const SAMPLES_PER_MS: u64 = SAMPLE_RATE_HZ as u64 / 1000;

/// Loudness that every rendition is brought to, in LUFS (ITU-R BS.1770, EBU R 128 for speech online).
pub const TARGET_LUFS: f64 = -16.0;

/// Highest true peak of a master, in dBTP (ITU-R BS.1770 annex 2); the rest is room for the codec.
pub const TRUE_PEAK_CEILING_DBTP: f64 = -1.5;

#[cfg(test)]
mod tests;
