//! `NAME.toml` beside its audio: one bulletin.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Finder, Found, grid, toml_lines};
use crate::domain::area::{Areas, Target};
use crate::domain::bulletin::{Facts, Origin, Priority, Topic};
use crate::domain::ids::{AreaCode, BulletinCode};

/// Endings looked for beside NAME.toml; what a file really is, is told by its content.
const ENDINGS: [&str; 9] = ["mp3", "m4a", "aac", "flac", "wav", "aiff", "ogg", "opus", "oga"];

/// A bulletin as found.
#[derive(Debug, Clone)]
pub struct BulletinFile {
    /// NAME.toml.
    pub name: String,
    /// Its path.
    pub path: PathBuf,
    /// The audio beside it.
    pub audio: PathBuf,
    /// What it says.
    pub facts: Facts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: BulletinCode,
    title: String,
    topic: Topic,
    priority: Priority,
    producer: String,
    language: String,
    source_document: String,
    transcript: String,
    airs_in: BTreeSet<AreaCode>,
    #[serde(default)]
    except: BTreeSet<AreaCode>,
    airs_from: toml::value::Datetime,
    airs_to: toml::value::Datetime,
    document_ends: Option<toml::value::Datetime>,
    sibling_of: Option<BulletinCode>,
    #[serde(default)]
    origin: Origin,
}

/// Reads one file.
pub fn read(finder: &mut Finder, names: &BTreeSet<String>) -> Option<BulletinFile> {
    let text = finder.read()?;
    let file: File = toml_lines::parse(finder, &text)?;
    let line = |key: &str| text.lines().position(|line| line.starts_with(key)).map(|index| index + 1);
    let airs_from = grid::date(finder, line("airs_from").unwrap_or(1), "airs_from", file.airs_from);
    let airs_to = grid::date(finder, line("airs_to").unwrap_or(1), "airs_to", file.airs_to);
    let (airs_from, airs_to) = (airs_from?, airs_to?);
    if airs_from > airs_to {
        finder.refuse(line("airs_to"), format!("airs_to {airs_to} is before airs_from {airs_from}: swap them"));
    }
    let ends_line = line("document_ends");
    let document_ends =
        file.document_ends.and_then(|value| grid::date(finder, ends_line.unwrap_or(1), "document_ends", value));
    if let Some(end) = document_ends.filter(|end| *end < airs_from) {
        finder.refuse(ends_line, format!("document_ends {end} is before airs_from {airs_from}: it would never air"));
    }
    for (key, value) in [("title", &file.title), ("producer", &file.producer), ("transcript", &file.transcript)] {
        if value.trim().is_empty() {
            finder.refuse(line(key), format!("{key} is empty: fill it in"));
        }
    }
    if file.airs_in.is_empty() {
        finder.refuse(line("airs_in"), "airs_in is empty: name at least one area");
    }
    let name = finder.file.file_name()?.to_str()?.to_string();
    let stem = name.strip_suffix(".toml")?;
    let beside = ENDINGS.iter().map(|ending| format!("{stem}.{ending}")).find(|audio| names.contains(audio));
    let Some(audio) = beside else {
        finder.refuse(None, format!("there is no audio beside it: put {stem}.mp3 (or wav, flac, m4a, ogg, opus) here"));
        return None;
    };
    let audio = finder.file.with_file_name(audio);
    Some(BulletinFile {
        name,
        path: finder.file.clone(),
        audio,
        facts: Facts {
            code: file.code,
            title: file.title.trim().into(),
            topic: file.topic,
            priority: file.priority,
            producer: file.producer.trim().into(),
            language: file.language,
            source_document: file.source_document.trim().into(),
            transcript: file.transcript.trim().into(),
            target: Target { areas: file.airs_in, except: file.except },
            airs_from,
            airs_to,
            document_ends,
            sibling_of: file.sibling_of,
            origin: file.origin,
        },
    })
}

/// Every area named must be a unit on some day the bulletin may air.
pub fn judge(file: &BulletinFile, areas: &Areas, found: &mut Vec<Found>) {
    let facts = &file.facts;
    let target = &facts.target;
    for code in target.areas.iter().chain(&target.except) {
        if !areas.known_between(code, facts.airs_from, facts.airs_to) {
            found.push(Found {
                file: file.path.clone(),
                line: None,
                refuses: true,
                sentence: format!(
                    "area {code} is no unit between {} and {}: see areas.csv, and import it first",
                    facts.airs_from, facts.airs_to
                ),
            });
        }
    }
}
