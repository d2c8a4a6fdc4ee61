//! A streaming decoder of uploads: mono blocks at the file's own rate, however long the file is.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::LazyLock;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, TimeBase};

/// Lowest and highest sample rate that is decoded, in hertz. Outside it a header is nonsense, and
/// resampling from it would need absurd memory.
pub const SAMPLE_RATES_HZ: std::ops::RangeInclusive<u32> = 4_000..=384_000;

/// Highest number of channels that is mixed down.
const MAX_CHANNELS: usize = 32;

/// Highest absolute value a sample may keep (+24 dBFS); floating-point files may hold anything.
const MAX_SAMPLE: f32 = 16.0;

/// After so many unreadable packets one after another the rest of the file is given up.
const MAX_ERRORS_IN_A_ROW: u32 = 64;

static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
    codecs
});

/// Why a file could not be opened for decoding.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The operating system could not open or read the file.
    #[error("cannot read {path}: {source}; check that the file exists and may be read")]
    Io {
        /// The path as it was given.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No known container begins here, or its headers are broken.
    #[error("no known audio container: {reason}; export the recording again as MP3, WAV or FLAC")]
    UnknownContainer {
        /// What the container reader said.
        reason: String,
        /// Whether the file ended where a header should go on.
        cut_off: bool,
    },
    /// The container is known but holds no audio track.
    #[error("the {container} file holds no audio track; export the sound alone")]
    NoAudio {
        /// Short name of the container.
        container: &'static str,
    },
    /// There is an audio track, but it can't be decoded.
    #[error("the audio of the {container} file can't be decoded: {why}; export it again as MP3 or WAV")]
    UnsupportedCodec {
        /// Short name of the container.
        container: &'static str,
        /// What is unusual about it.
        why: Unsupported,
    },
}

/// Why the audio of a known container can't be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsupported {
    /// A sample rate outside [`SAMPLE_RATES_HZ`].
    SampleRate(u32),
    /// None, or more than are mixed.
    Channels(usize),
    /// No decoder takes it; in the words of the decoders' makers.
    Codec(String),
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SampleRate(hertz) => write!(f, "sample rate {hertz} Hz"),
            Self::Channels(count) => write!(f, "{count} channels"),
            Self::Codec(reason) => f.write_str(reason),
        }
    }
}

/// What the headers say about the audio, before anything is decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Short name of the container: `mp3`, `wav`, `mp4`, `flac`, `ogg`, `aiff`, `aac`.
    pub container: &'static str,
    /// Short name of the codec: `mp3`, `aac`, `flac`, `vorbis`, `opus`, `pcm_s16le`, ….
    pub codec: &'static str,
    /// Sample rate in hertz, where the headers state it.
    pub sample_rate_hz: Option<u32>,
    /// Number of channels, where the headers state it.
    pub channels: Option<u32>,
    /// Length in milliseconds that the container declares or that was estimated from its bytes.
    pub declared_duration_ms: Option<u64>,
}

/// What decoding has seen so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Packets read, good or bad.
    pub packets: u64,
    /// Packets that could not be read or decoded and were left out.
    pub skipped_packets: u64,
    /// Bytes of the packets read.
    pub packet_bytes: u64,
    /// Length of all packets before any trimming that the container asks for, in milliseconds.
    pub packets_ms: f64,
    /// Length of the decoded sound, in milliseconds.
    pub decoded_ms: f64,
    /// Where the first skipped packet was, in milliseconds of decoded sound.
    pub first_skip_ms: Option<u64>,
    /// Whether the container broke off in the middle of a packet.
    pub broke_off: bool,
}

/// A block of decoded sound, mixed down to mono as the mean of its channels, or of some of them.
#[derive(Debug)]
pub struct Block<'a> {
    /// Sample rate of this block in hertz; a chained file may change it on its way.
    pub sample_rate_hz: u32,
    /// Number of channels before mixing down.
    pub channels: u32,
    /// The samples; 1.0 is full scale.
    pub mono: &'a [f32],
    /// The samples of all channels, frame by frame.
    pub interleaved: &'a [f32],
}

/// A file being decoded.
pub struct Decoder {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    time_base: Option<TimeBase>,
    source: Source,
    progress: Progress,
    errors_in_a_row: u32,
    ended: bool,
    /// Channels that are mixed, from 1; empty for all.
    mixed: Vec<u32>,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder")
            .field("source", &self.source)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// Opens `path` and reads its headers. The type is told by content; the name plays no part.
    ///
    /// # Errors
    /// [`DecodeError`], when the file can't be read or holds nothing that can be decoded.
    pub fn open(path: &Path) -> Result<Self, DecodeError> {
        Self::open_source(path, |file| Box::new(file))
    }

    /// The same, reading strictly from front to back: what an MP4 file that was cut off still holds can
    /// be had only so.
    ///
    /// # Errors
    /// [`DecodeError`], as [`Decoder::open`] does.
    pub fn open_front_to_back(path: &Path) -> Result<Self, DecodeError> {
        Self::open_source(path, |file| Box::new(ReadOnlySource::new(file)))
    }

    fn open_source(path: &Path, source: impl FnOnce(File) -> Box<dyn MediaSource>) -> Result<Self, DecodeError> {
        let file = File::open(path).map_err(|source| DecodeError::Io { path: path.display().to_string(), source })?;
        let stream = MediaSourceStream::new(source(file), MediaSourceStreamOptions::default());
        let reader = symphonia::default::get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| DecodeError::UnknownContainer {
                reason: error.to_string(),
                cut_off: matches!(&error, SymphoniaError::IoError(io)
                    if io.kind() == ErrorKind::UnexpectedEof),
            })?;
        let container = container_name(reader.format_info().short_name);
        let track = reader.first_track_known_codec(TrackType::Audio).ok_or(DecodeError::NoAudio { container })?;
        let (decoder, source) = open_track(track, container)?;
        Ok(Self {
            track_id: track.id,
            time_base: track.time_base,
            reader,
            decoder,
            source,
            progress: Progress::default(),
            errors_in_a_row: 0,
            ended: false,
            mixed: Vec::new(),
            interleaved: Vec::new(),
            mono: Vec::new(),
        })
    }

    /// Mixes only these channels, numbered from 1; none stands for all. Where a chained file has none of
    /// them, all are mixed.
    #[must_use]
    pub fn mixing(mut self, channels: Vec<u32>) -> Self {
        self.mixed = channels;
        self
    }

    /// What the headers say.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// What was seen so far.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The next block of sound, or `None` at the end. Packets that can't be decoded are skipped and
    /// counted in [`Progress::skipped_packets`].
    pub fn next_block(&mut self) -> Option<Block<'_>> {
        while !self.ended {
            let Some(packet) = self.next_packet() else {
                continue;
            };
            if let Some((sample_rate_hz, channels)) = self.decode(&packet) {
                return Some(Block { sample_rate_hz, channels, mono: &self.mono, interleaved: &self.interleaved });
            }
        }
        None
    }

    /// Reads one packet of our track; `None` also after an error, with `ended` set if it was the last.
    fn next_packet(&mut self) -> Option<Packet> {
        match self.reader.next_packet() {
            Ok(Some(packet)) if packet.track_id != self.track_id => None,
            Ok(Some(packet)) => {
                self.progress.packets += 1;
                self.progress.packet_bytes += packet.data.len() as u64;
                self.progress.packets_ms += duration_ms(self.time_base, packet.block_dur()).unwrap_or(0.0);
                Some(packet)
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(SymphoniaError::IoError(_)) => {
                self.progress.broke_off = true;
                self.ended = true;
                None
            }
            Err(SymphoniaError::ResetRequired) => {
                self.reopen();
                None
            }
            Err(_) => {
                self.progress.packets += 1;
                self.skip();
                None
            }
        }
    }

    /// A chained file begins its next link: its track and decoder are new.
    fn reopen(&mut self) {
        let container = self.source.container;
        let next = self.reader.first_track_known_codec(TrackType::Audio).and_then(|track| {
            let (decoder, source) = open_track(track, container).ok()?;
            Some((track.id, track.time_base, decoder, source.declared_duration_ms))
        });
        match next {
            Some((track_id, time_base, decoder, declared_ms)) => {
                self.track_id = track_id;
                self.time_base = time_base;
                self.decoder = decoder;
                // Each link declares its own length.
                let so_far = self.source.declared_duration_ms.zip(declared_ms);
                self.source.declared_duration_ms = so_far.map(|(before, ms)| before.saturating_add(ms));
            }
            None => {
                self.skip();
                self.ended = true;
            }
        }
    }

    fn skip(&mut self) {
        self.progress.skipped_packets += 1;
        self.progress.first_skip_ms.get_or_insert(self.progress.decoded_ms as u64);
        self.errors_in_a_row += 1;
        if self.errors_in_a_row >= MAX_ERRORS_IN_A_ROW {
            self.progress.broke_off = true;
            self.ended = true;
        }
    }

    /// Decodes a packet into `self.mono`; gives its rate and channels, or `None` if it held nothing.
    fn decode(&mut self, packet: &Packet) -> Option<(u32, u32)> {
        let decoded = match self.decoder.decode(packet) {
            Ok(decoded) => decoded,
            Err(_) => {
                self.skip();
                return None;
            }
        };
        let rate = decoded.spec().rate();
        let channels = decoded.spec().channels().count();
        if !SAMPLE_RATES_HZ.contains(&rate) || channels == 0 || channels > MAX_CHANNELS {
            self.skip();
            return None;
        }
        self.errors_in_a_row = 0;
        if decoded.frames() == 0 {
            return None;
        }
        decoded.copy_to_vec_interleaved(&mut self.interleaved);
        let frames = self.interleaved.len() / channels;
        mix_down(&mut self.interleaved, channels, &self.mixed, &mut self.mono);
        self.progress.decoded_ms += frames as f64 * 1000.0 / f64::from(rate);
        self.source.sample_rate_hz.get_or_insert(rate);
        self.source.channels.get_or_insert(channels as u32);
        Some((rate, channels as u32))
    }
}

/// Mixes interleaved samples down to the mean of the chosen channels. Values that are no numbers become
/// silence.
fn mix_down(interleaved: &mut [f32], channels: usize, mixed: &[u32], mono: &mut Vec<f32>) {
    for sample in interleaved.iter_mut() {
        *sample = if sample.is_finite() { sample.clamp(-MAX_SAMPLE, MAX_SAMPLE) } else { 0.0 };
    }
    mono.clear();
    let chosen: Vec<usize> =
        mixed.iter().map(|number| *number as usize).filter(|number| (1..=channels).contains(number)).collect();
    if chosen.is_empty() {
        let scale = 1.0 / channels as f32;
        mono.extend(interleaved.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() * scale));
        return;
    }
    let scale = 1.0 / chosen.len() as f32;
    let mean = |frame: &[f32]| chosen.iter().map(|number| frame[number - 1]).sum::<f32>() * scale;
    mono.extend(interleaved.chunks_exact(channels).map(mean));
}

fn open_track(track: &Track, container: &'static str) -> Result<(Box<dyn AudioDecoder>, Source), DecodeError> {
    let unsupported = |why| DecodeError::UnsupportedCodec { container, why };
    let Some(CodecParameters::Audio(params)) = &track.codec_params else {
        return Err(DecodeError::NoAudio { container });
    };
    let channels = params.channels.as_ref().map(|channels| channels.count());
    if let Some(rate) = params.sample_rate.filter(|rate| !SAMPLE_RATES_HZ.contains(rate)) {
        return Err(unsupported(Unsupported::SampleRate(rate)));
    }
    if let Some(count) = channels.filter(|count| *count == 0 || *count > MAX_CHANNELS) {
        return Err(unsupported(Unsupported::Channels(count)));
    }
    let decoder = CODECS
        .make_audio_decoder(params, &AudioDecoderOptions::default())
        .map_err(|error| unsupported(Unsupported::Codec(error.to_string())))?;
    let source = Source {
        container,
        codec: decoder.codec_info().short_name,
        sample_rate_hz: params.sample_rate,
        channels: channels.map(|count| count as u32),
        declared_duration_ms: declared_ms(track, params.sample_rate),
    };
    Ok((decoder, source))
}

/// The declared length of a track: its frames where they are known, else its duration.
fn declared_ms(track: &Track, sample_rate_hz: Option<u32>) -> Option<u64> {
    let by_frames = match (track.num_frames, sample_rate_hz) {
        (Some(frames), Some(rate)) if rate > 0 => Some(frames as f64 * 1000.0 / f64::from(rate)),
        _ => None,
    };
    by_frames.or_else(|| duration_ms(track.time_base, track.duration?)).map(|ms| ms.round() as u64)
}

fn duration_ms(time_base: Option<TimeBase>, duration: Duration) -> Option<f64> {
    Some(time_base?.calc_duration(duration)?.as_secs_f64() * 1000.0)
}

/// The names people use, where the reader has others.
fn container_name(short_name: &'static str) -> &'static str {
    match short_name {
        "wave" => "wav",
        "isomp4" => "mp4",
        "adts" => "aac",
        other => other,
    }
}
