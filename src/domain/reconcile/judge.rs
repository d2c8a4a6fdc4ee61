//! What all records of one airing come to: which of them stand, which decides, and as what.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Counted, Outcome};
use crate::domain::as_run::{Cause, Evidence, Record, Said, samples_to_ms};
use crate::domain::ids::AiringId;
use crate::domain::rundown::Rundown;
use crate::domain::settings::Settings;

/// What the records of one airing come to.
pub(super) struct Judgement {
    pub outcome: Outcome,
    /// Index of the deciding record.
    pub deciding: Option<usize>,
    pub began_at: Option<DateTime<Utc>>,
    pub played_ms: Option<u64>,
    pub contradiction: bool,
}

/// Planned lengths by version and airing: a play is measured by the rundown it was played from.
pub(super) struct Durations {
    by_version: BTreeMap<(u32, AiringId), u64>,
}

impl Durations {
    pub fn new(versions: &[Rundown]) -> Self {
        let lengths = versions.iter().flat_map(|rundown| {
            let of_item = |airing, duration_ms| ((rundown.version, airing), duration_ms);
            rundown.items.iter().filter_map(move |item| Some(of_item(item.airing?, item.duration_ms)))
        });
        Self { by_version: lengths.collect() }
    }

    /// The planned length a record is measured by, ms: by the version it cites, else by the one that counts.
    pub fn of(&self, record: &Record, counted: Option<&Counted>) -> Option<u64> {
        let cited = record.rundown_version.and_then(|version| self.by_version.get(&(version, record.airing)));
        cited.copied().or_else(|| counted.map(|counted| counted.item.duration_ms))
    }
}

/// Judges the records of one airing, given in order of serial.
pub(super) fn judge(
    records: &[Record],
    duration_ms: impl Fn(&Record) -> Option<u64>,
    settings: &Settings,
) -> Judgement {
    // Each strength's last word that stands; strengths weakest first.
    let mut last_words: BTreeMap<Evidence, (usize, Outcome)> = BTreeMap::new();
    let mut device: Option<&Said> = None;
    let mut device_differs = false;
    for (index, record) in records.iter().enumerate() {
        match outcome(record, duration_ms(record), settings) {
            Some(outcome) => {
                last_words.insert(record.evidence, (index, outcome));
            }
            // People take back their own words, whoever of them spoke; a journal is never taken back.
            None if record.evidence != Evidence::Played => {
                last_words.remove(&record.evidence);
            }
            None => {}
        }
        if record.evidence == Evidence::Played {
            device_differs |= device.is_some_and(|said| *said != record.said);
            device = Some(&record.said);
        }
    }

    let Some(&(index, outcome)) = last_words.values().next_back() else {
        let outcome = Outcome::Unreported;
        return Judgement { outcome, deciding: None, began_at: None, played_ms: None, contradiction: false };
    };
    let (began_at, played_ms) = records.get(index).map_or((None, None), |record| measured(&record.said));
    Judgement {
        outcome,
        deciding: Some(index),
        began_at,
        played_ms,
        contradiction: device_differs || last_words.values().any(|&(_, other)| other != outcome),
    }
}

/// What one record says; none when it takes back.
fn outcome(record: &Record, duration_ms: Option<u64>, settings: &Settings) -> Option<Outcome> {
    let least_ms = u64::from(settings.least_play_ms);
    Some(match record.said {
        Said::Played { samples, .. } => {
            let played_ms = samples_to_ms(samples);
            let in_full = duration_ms.is_some_and(|duration_ms| {
                // The tolerance must not turn next to nothing of a very short item into all of it.
                let least_ms = least_ms.min(duration_ms).max(1);
                played_ms >= least_ms && played_ms.saturating_add(settings.full_tolerance_ms.into()) >= duration_ms
            });
            // An output that failed may have lost what it took: its word is not good for all of it.
            let trusted = record.cause != Some(Cause::SinkFailed);
            match played_ms {
                _ if in_full && trusted => Outcome::Aired,
                ms if ms >= least_ms && ms > 0 => Outcome::Partial,
                _ => Outcome::Missed,
            }
        }
        Said::AiredInFull { .. } => Outcome::Aired,
        Said::AiredInPart { played_ms } if played_ms >= least_ms && played_ms > 0 => Outcome::Partial,
        Said::AiredInPart { .. } | Said::Missed => Outcome::Missed,
        Said::Undone => return None,
    })
}

/// When it began and how many milliseconds played, as far as that was said.
fn measured(said: &Said) -> (Option<DateTime<Utc>>, Option<u64>) {
    match *said {
        Said::Played { samples, began_at, .. } => (Some(began_at), Some(samples_to_ms(samples))),
        Said::AiredInFull { began_at } => (began_at, None),
        Said::AiredInPart { played_ms } => (None, Some(played_ms)),
        Said::Missed => (None, Some(0)),
        Said::Undone => (None, None),
    }
}
