//! What the journal tells a starting agent.

use std::collections::BTreeMap;

use crate::domain::ids::AiringId;
use crate::domain::playout::{Past, PastAiring};
use crate::protocol::journal::{JournalLine, Kind};
use crate::station::folder::Folder;
use crate::station::journal::Progress;

/// What the journal knows of airings: those with an ending, and the one that was cut off.
pub(super) fn past_airings(lines: &[JournalLine], folder: &Folder) -> Vec<PastAiring> {
    let mut past: BTreeMap<AiringId, Past> = BTreeMap::new();
    for line in lines {
        let Some(airing) = line.airing else { continue };
        match line.kind {
            Kind::End | Kind::Missed => {
                past.insert(airing, Past::Ended);
            }
            Kind::Begin => {
                let (Some(rundown_version), Some(rendition)) = (line.rundown_version, line.audio) else { continue };
                let samples = Progress::last(&folder.path("progress"), &airing.to_string());
                let played = chrono::Duration::milliseconds(
                    i64::try_from(crate::domain::as_run::samples_to_ms(samples)).unwrap_or(0),
                );
                let begun =
                    Past::Begun { rundown_version, rendition, began_at: line.at, samples, last_at: line.at + played };
                past.entry(airing).or_insert(begun);
            }
            _ => {}
        }
    }
    past.into_iter().map(|(airing, past)| PastAiring { airing, past }).collect()
}
