//! Opus on all processors: the master is cut into chunks that are encoded side by side, and joined so that nobody can
//! hear or see where.
//!
//! An encoder that begins in the middle makes other packets than one that came all the way, until its slow estimates
//! (of noise, of the rate spent) have settled. After some 40 seconds it makes the very same packets, byte for byte,
//! provided that it begun at a multiple of four packets. So each chunk's encoder is warmed up on the sound before
//! its chunk, and the one before it goes on past its end until both have agreed for two seconds. Where they don't, the
//! earlier one simply goes on. So the joined stream is what one encoder alone would have made.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};

use opus::Encoder;

use super::opus_file::{OpusFile, PACKET_SAMPLES, encoder, pre_skip};
use super::pipeline;
use super::render::{RenderError, io_error};

/// Packets on which an encoder is warmed up (50 s). A multiple of four.
const WARM_UP: u64 = 2500;

/// Packets in a row that two encoders must make alike (2 s).
const AGREED: usize = 100;

/// Chunks of a recording: of one worth cutting, and of a long one. Even, so that two processors end together; few, since
/// each costs its warming up. The same on every machine.
const CHUNKS: [u64; 2] = [2, 4];

/// Packets from which a recording is long (20 minutes).
const LONG: u64 = 60_000;

/// Packets of the longest chunk (about 15 minutes), which bounds what waits in memory: a longer recording is cut into
/// more. A multiple of four.
const LONGEST: u64 = 45_000;

/// A recording shorter than this (3 minutes) is not worth the warming up.
const WORTH_CUTTING: u64 = 9000;

/// Most encoders at a time.
const MOST_ENCODERS: usize = 4;

/// Largest Opus packet, in bytes.
const PACKET_BYTES: usize = 4000;

/// How far the master was written.
#[derive(Debug, Default)]
pub(super) struct Progress {
    state: Mutex<Written>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, Default)]
struct Written {
    samples: u64,
    ended: bool,
}

impl Progress {
    /// Says that so many samples can be read.
    pub(super) fn reach(&self, samples: u64) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).samples = samples;
        self.changed.notify_all();
    }

    /// Says that no more will come.
    pub(super) fn end(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
        self.changed.notify_all();
    }

    /// Waits for a sample; `false` if it will never come.
    fn wait_for(&self, samples: u64) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.samples < samples && !state.ended {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.samples >= samples
    }
}

/// Where the sound comes from: the master, perhaps still being written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// The file.
    pub master: &'a Path,
    /// Bytes before its first sample.
    pub header_bytes: u64,
    /// Samples that it will hold.
    pub samples: u64,
    /// How far it is.
    pub progress: &'a Progress,
}

/// Encodes the whole master into `file`; returns when it is complete.
///
/// # Errors
/// [`RenderError`] of an encoder, of the disk, or because the master ended early.
pub(super) fn encode(source: Source<'_>, mut file: OpusFile) -> Result<(), RenderError> {
    let packets = (u64::from(pre_skip()?) + source.samples).div_ceil(PACKET_SAMPLES as u64);
    let edges = edges(packets);
    let chunks = edges.len() - 1;
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_ENCODERS).min(chunks);
    std::thread::scope(|scope| {
        let (results, finished) = channel();
        for _ in 0..threads {
            let (results, edges, next) = (results.clone(), &edges, &next);
            pipeline::start(scope, move || work(source, edges, next, &results))?;
        }
        drop(results);
        join(&finished, chunks, &mut file)
    })?;
    file.finish(source.samples)
}

/// The packets at which chunks begin, and the end.
///
/// The first needs no warming up and begins while the others still wait for the master, so it is longer by that.
fn edges(packets: u64) -> Vec<u64> {
    if packets < WORTH_CUTTING {
        return vec![0, packets];
    }
    let [few, many] = CHUNKS;
    let chunks = if packets < LONG { few } else { packets.div_ceil(LONGEST).next_multiple_of(many) };
    let others = (packets - WARM_UP) / chunks;
    let mut edges = vec![0];
    edges.extend((1..chunks).rev().map(|after| (packets - others * after) / 4 * 4));
    edges.push(packets);
    edges
}

/// Packets made by one encoder, which can make more.
struct Chunk<'a> {
    begin: u64,
    packets: Vec<Vec<u8>>,
    maker: Maker<'a>,
}

/// The number of a chunk, and what came of it.
type Made<'a> = (usize, Result<Chunk<'a>, RenderError>);

/// Takes chunk after chunk until none is left.
fn work<'a>(source: Source<'a>, edges: &[u64], next: &AtomicUsize, results: &Sender<Made<'a>>) {
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let (Some(begin), Some(end)) = (edges.get(index), edges.get(index + 1)) else { return };
        let last = edges.last().copied().unwrap_or(*end);
        let made = encode_chunk(source, *begin, (end + AGREED as u64).min(last));
        let failed = made.is_err();
        if results.send((index, made)).is_err() || failed {
            return;
        }
    }
}

fn encode_chunk(source: Source<'_>, begin: u64, end: u64) -> Result<Chunk<'_>, RenderError> {
    let mut maker = Maker::at(source, begin.saturating_sub(WARM_UP))?;
    while maker.next < begin {
        maker.make()?;
    }
    let mut packets = Vec::with_capacity((end - begin) as usize);
    while maker.next < end {
        packets.push(maker.make()?);
    }
    Ok(Chunk { begin, packets, maker })
}

/// Writes the chunks in their order, each joined to the one before.
fn join(finished: &Receiver<Made<'_>>, chunks: usize, file: &mut OpusFile) -> Result<(), RenderError> {
    let mut early = BTreeMap::new();
    let mut before: Option<Chunk<'_>> = None;
    for index in 0..chunks {
        while !early.contains_key(&index) {
            let (found, chunk) = finished.recv().map_err(|_| RenderError::EndedEarly)?;
            early.insert(found, chunk?);
        }
        let Some(mut chunk) = early.remove(&index) else { continue };
        if let Some(before) = before.take() {
            agree(before, &mut chunk, file)?;
        }
        before = Some(chunk);
    }
    if let Some(last) = before {
        for packet in last.packets {
            file.push(packet)?;
        }
    }
    Ok(())
}

/// Writes what `before` holds up to the beginning of `chunk`, and puts its packets in place of those of `chunk` until
/// both have made the same ones for a while.
fn agree<'a>(mut before: Chunk<'a>, chunk: &mut Chunk<'a>, file: &mut OpusFile) -> Result<(), RenderError> {
    let own = (chunk.begin - before.begin) as usize;
    let mut going_on = before.packets.split_off(own).into_iter();
    for packet in before.packets {
        file.push(packet)?;
    }
    let mut in_a_row = 0;
    for packet in &mut chunk.packets {
        let truth = match going_on.next() {
            Some(made) => made,
            None => before.maker.make()?,
        };
        in_a_row = if *packet == truth { in_a_row + 1 } else { 0 };
        *packet = truth;
        if in_a_row == AGREED {
            return Ok(());
        }
    }
    chunk.maker = before.maker;
    Ok(())
}

/// An encoder and its place in the master.
struct Maker<'a> {
    source: Source<'a>,
    encoder: Encoder,
    reader: BufReader<File>,
    /// The packet that it will make next.
    next: u64,
    bytes: Vec<u8>,
    frame: Vec<i16>,
}

impl<'a> Maker<'a> {
    fn at(source: Source<'a>, packet: u64) -> Result<Self, RenderError> {
        let failed = io_error(source.master);
        let mut reader = BufReader::new(File::open(source.master).map_err(&failed)?);
        let place = source.header_bytes + 2 * packet * PACKET_SAMPLES as u64;
        reader.seek(SeekFrom::Start(place)).map_err(&failed)?;
        Ok(Self {
            source,
            encoder: encoder()?,
            reader,
            next: packet,
            bytes: vec![0; 2 * PACKET_SAMPLES],
            frame: vec![0; PACKET_SAMPLES],
        })
    }

    /// Makes the next packet; beyond the end of the sound, of silence, which pushes the encoder's delay out.
    fn make(&mut self) -> Result<Vec<u8>, RenderError> {
        let begin = self.next * PACKET_SAMPLES as u64;
        let held = self.source.samples.saturating_sub(begin).min(PACKET_SAMPLES as u64);
        if !self.source.progress.wait_for((begin + held).min(self.source.samples)) {
            return Err(RenderError::EndedEarly);
        }
        let bytes = &mut self.bytes[..2 * held as usize];
        self.reader.read_exact(bytes).map_err(io_error(self.source.master))?;
        let samples = bytes.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair));
        self.frame.fill(0);
        for (place, sample) in self.frame.iter_mut().zip(samples) {
            *place = sample;
        }
        self.next += 1;
        // Kept at its own size: thousands of packets wait here, each a hundredth of the largest.
        let mut packet = [0; PACKET_BYTES];
        let length = self.encoder.encode(&self.frame, &mut packet)?;
        Ok(packet[..length].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_begin_at_multiples_of_four_and_none_is_too_long() {
        for packets in [1, 8999, 9000, 9001, 22_500, 59_999, 60_000, 90_001, 180_001, 360_001] {
            let edges = edges(packets);
            assert_eq!((edges.first(), edges.last()), (Some(&0), Some(&packets)));
            assert!(edges[..edges.len() - 1].iter().all(|edge| edge.is_multiple_of(4)), "{edges:?}");
            assert!(
                edges.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= LONGEST + WARM_UP),
                "{edges:?}"
            );
            assert_eq!(edges.len() == 2, packets < WORTH_CUTTING);
        }
    }
}
