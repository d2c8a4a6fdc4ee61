//! The waveform as an SVG drawn here: one path for all peaks, flags for findings, a time axis. Places are shares of the
//! width, so that letters keep their size on every screen.

use std::fmt::Write;

use super::words::Words;
use crate::domain::portrait::Waveform;

/// Height of the drawing, in its own units; its width is one unit a peak.
const HEIGHT: u32 = 120;
/// Least half height of a peak, so that silence is a line.
const LEAST: u32 = 1;
/// Flags closer together than this would cover one another, thousandths of the width.
const FLAG_APART: u64 = 55;
/// Labels of the axis, at most.
const MOST_TICKS: u64 = 6;

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveView {
    /// Peaks, the width of the drawing.
    pub width: usize,
    /// The path of all peaks.
    pub path: String,
    /// Labels of the axis.
    pub ticks: Vec<Tick>,
    /// Flags, in order.
    pub flags: Vec<Flag>,
    /// What it shows, in words.
    pub label: String,
}

/// A label of the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Place, such as `12.5%`.
    pub x: String,
    /// Time, such as `1:00`.
    pub text: String,
    /// Where the text stands at the tick: `start` for the first.
    pub anchor: &'static str,
}

/// A numbered flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its number in the table.
    pub number: u32,
    /// Where the flag stands.
    pub x: String,
    /// Where its mark on the peaks stands.
    pub mark: String,
}

impl WaveView {
    /// Draws it; `places` are numbers and milliseconds in order of time.
    pub fn draw(words: Words, waveform: &Waveform, places: &[(u32, u64)]) -> Option<Self> {
        if waveform.peaks.is_empty() || waveform.duration_ms == 0 {
            return None;
        }
        let share = |at_ms: u64| (at_ms.min(waveform.duration_ms) * 1000) / waveform.duration_ms;
        let mut flags: Vec<Flag> = Vec::new();
        let mut before: Option<u64> = None;
        for (number, at_ms) in places {
            let mark = share(*at_ms);
            // Half a flag's width from either end, and not over the one before.
            let least = before.map_or(30, |place| place + FLAG_APART);
            let x = mark.max(least).min(970);
            before = Some(x);
            flags.push(Flag { number: *number, x: percent(x), mark: percent(mark) });
        }
        let label = match places.len() {
            0 => words.t1("wave-label", "length", words.length(waveform.duration_ms)),
            _ => {
                let list: Vec<String> = places
                    .iter()
                    .map(|(number, at)| words.t2("wave-flag", "n", number, "at", words.clock(at)))
                    .collect();
                words.t2("wave-label-flags", "length", words.length(waveform.duration_ms), "flags", list.join("; "))
            }
        };
        Some(Self {
            width: waveform.peaks.len(),
            path: path(&waveform.peaks),
            ticks: ticks(words, waveform.duration_ms),
            flags,
            label,
        })
    }
}

/// Thousandths as a share.
fn percent(thousandths: u64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// One upright line a peak.
fn path(peaks: &[u8]) -> String {
    let mut path = String::with_capacity(peaks.len() * 10);
    for (x, peak) in peaks.iter().enumerate() {
        let half = (u32::from(*peak) * (HEIGHT / 2 - 2) / 255).max(LEAST);
        // Writing to a string cannot fail.
        let _written = write!(path, "M{x} {}v{}", HEIGHT / 2 - half, half * 2);
    }
    path
}

fn ticks(words: Words, duration_ms: u64) -> Vec<Tick> {
    const STEPS_S: [u64; 11] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];
    let seconds = duration_ms / 1000;
    let step = STEPS_S.into_iter().find(|step| seconds / step < MOST_TICKS).unwrap_or(1800);
    // A label too near the end would be cut off.
    let fits = |at: &u64| *at * 1000 * 100 <= duration_ms * 94;
    (0..=seconds / step)
        .map(|number| number * step)
        .filter(fits)
        .map(|at| Tick {
            x: percent(at * 1_000_000 / duration_ms),
            text: words.clock(at * 1000),
            anchor: if at == 0 { "start" } else { "middle" },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(duration_ms: u64) -> Waveform {
        Waveform { duration_ms, peaks: vec![0, 255, 128] }
    }

    #[test]
    fn silence_is_a_line_and_full_scale_fills_the_drawing() {
        let drawn = WaveView::draw(Words::default(), &wave(8_000), &[]).unwrap();
        assert_eq!(drawn.path, "M0 59v2M1 2v116M2 31v58");
    }

    #[test]
    fn the_axis_has_few_labels_and_begins_at_zero() {
        for duration_ms in [900, 12_000, 522_000, 7_200_000] {
            let ticks = WaveView::draw(Words::default(), &wave(duration_ms), &[]).unwrap().ticks;
            assert!((1..=7).contains(&ticks.len()), "{duration_ms}: {ticks:?}");
            assert_eq!(ticks[0].text, "0:00");
        }
    }

    #[test]
    fn flags_at_one_place_stand_side_by_side_and_mark_their_place() {
        let drawn = WaveView::draw(Words::default(), &wave(100_000), &[(1, 50_000), (2, 50_000)]).unwrap();
        assert_eq!(drawn.flags[0].mark, drawn.flags[1].mark);
        assert_ne!(drawn.flags[0].x, drawn.flags[1].x);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(WaveView::draw(Words::default(), &Waveform { duration_ms: 0, peaks: vec![] }, &[]), None);
    }
}
