//! Importing folders of bulletins and schedules: everything is read and judged first, every problem is named with its
//! file and line, and nothing is stored when one of them refuses.

mod areas;
mod bulletins;
mod desk;
mod grid;
mod orders;
mod stations;
mod toml_lines;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::desk_settings::DeskSettings;
use super::planning::{AREAS, DESK, GRID, ORDERS, STATIONS, Schedules, approved};
use super::taking::{Prepared, Taken};
use super::{Center, CenterError};
use crate::domain::ids::Sha256;
use crate::domain::planner::{KnownBulletin, lint_fillers, lint_grid, lint_orders};
use crate::domain::problem::{Problem, Severity};
use crate::domain::slot::Grid;
use crate::domain::station::Station;
use crate::store::schedules::NewDocument;
use bulletins::BulletinFile;

/// Author of imported bulletins.
pub const IMPORTER: &str = "import";
/// Days over which rules are checked for overlaps and guard hours.
const LINT_DAYS: u32 = 400;
/// Letters of a sentence at most.
const SENTENCE_LETTERS: usize = 500;
/// Places a finding of the planner's linter is looked up in.
const STATIONS_FILE: &str = "stations.csv";
const GRID_FILE: &str = "grid.toml";
const ORDERS_FILE: &str = "orders.toml";
const DESK_FILE: &str = "desk.toml";

/// Something found in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; none for the file as a whole.
    pub line: Option<usize>,
    /// Whether it keeps everything from being imported.
    pub refuses: bool,
    /// What, which value, what to do.
    pub sentence: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.refuses { "" } else { "warning: " };
        match self.line {
            Some(line) => write!(f, "{}:{line}: {kind}{}", self.file.display(), self.sentence),
            None => write!(f, "{}: {kind}{}", self.file.display(), self.sentence),
        }
    }
}

/// What an import did, or would do.
#[derive(Debug, Default)]
pub struct Imported {
    /// Findings, by file and line.
    pub found: Vec<Found>,
    /// One line a change made.
    pub changes: Vec<String>,
    /// Bulletins that were the same already.
    pub unchanged: usize,
}

impl Imported {
    /// Whether a finding keeps everything from being imported.
    pub fn refused(&self) -> bool {
        self.found.iter().any(|found| found.refuses)
    }
}

/// Collects findings of one file.
struct Finder {
    file: PathBuf,
    found: Vec<Found>,
}

impl Finder {
    fn new(file: &Path) -> Self {
        Self { file: file.to_path_buf(), found: Vec::new() }
    }

    fn refuse(&mut self, line: Option<usize>, sentence: impl Into<String>) {
        let sentence = sentence.into();
        self.found.push(Found { file: self.file.clone(), line, refuses: true, sentence });
    }

    fn read(&mut self) -> Option<String> {
        match std::fs::read_to_string(&self.file) {
            Ok(text) => Some(text),
            Err(error) => {
                self.refuse(None, format!("the file cannot be read: {error}"));
                None
            }
        }
    }
}

/// A sentence without what a terminal would obey, and no longer than anybody reads: it may repeat what stands in a file.
fn readable(sentence: String) -> String {
    if sentence.len() <= SENTENCE_LETTERS && !sentence.contains(char::is_control) {
        return sentence;
    }
    let mut letters = sentence.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let mut short: String = letters.by_ref().take(SENTENCE_LETTERS).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// Line of each rule or order, to give the linter's findings a place.
type Lines = std::collections::BTreeMap<String, usize>;

/// Everything read from the folders.
#[derive(Default)]
struct Read {
    areas: Option<Vec<crate::domain::area::Area>>,
    stations: Option<Vec<Station>>,
    grid: Option<(Grid, Lines, PathBuf)>,
    orders: Option<(Vec<crate::domain::order::Order>, Lines, PathBuf)>,
    desk: Option<DeskSettings>,
    bulletins: Vec<BulletinFile>,
    bulletin_folders: Vec<PathBuf>,
}

/// How an import is meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Meant {
    /// Nothing is stored.
    pub check: bool,
    /// A grid that was last changed on its page may be replaced by the file's.
    pub replace_grid: bool,
}

impl Center {
    /// Imports folders. `today` is where checking of rules begins.
    ///
    /// # Errors
    /// When the disk or the store fails; what the files do wrong is in the result instead.
    pub async fn import(&self, folders: &[PathBuf], meant: Meant, today: NaiveDate) -> Result<Imported, CenterError> {
        let Meant { check, replace_grid } = meant;
        let mut imported = Imported::default();
        let mut read = Read::default();
        for folder in folders {
            read_folder(folder, &mut read, &mut imported.found);
        }
        let held = self.schedules().await?;
        if let Some((grid, lines, file)) = &mut read.grid {
            for id in grid.keep_decisions_of(&held.grid) {
                let sentence = format!(
                    "change \"{id}\" was deleted by a person and stays deleted: give it another id to bring it back"
                );
                let line = lines.get(id.as_str()).copied();
                imported.found.push(Found { file: file.clone(), line, refuses: false, sentence });
            }
        }
        self.judge(&read, &held, today, &mut imported.found).await?;
        if !replace_grid {
            self.spare_the_page(&read, &held.grid, &mut imported.found).await?;
        }
        for found in &mut imported.found {
            found.sentence = readable(std::mem::take(&mut found.sentence));
        }
        imported.found.sort();
        imported.found.dedup();
        if imported.refused() {
            return Ok(imported);
        }
        if check {
            let worker = self.checker().await?;
            for file in &read.bulletins {
                let report = Self::probe(&worker, &file.audio).await?;
                note_audio(file, &report, &mut imported.found);
            }
            return Ok(imported);
        }
        // All audio is checked before anything is stored: a refused file leaves nothing behind.
        let mut ready = Vec::new();
        for file in &read.bulletins {
            match self.prepare_bulletin(&file.facts, &file.audio).await? {
                Prepared::Ready(prepared) => ready.push((file, prepared)),
                Prepared::Unchanged => imported.unchanged += 1,
                Prepared::Refused(sentences) => {
                    let found = |sentence| Found { file: file.audio.clone(), line: None, refuses: true, sentence };
                    imported.found.extend(sentences.into_iter().map(found));
                }
            }
        }
        if imported.refused() {
            return Ok(imported);
        }
        for (file, prepared) in ready {
            if let Taken::New(version) = self.keep_bulletin(&file.facts, *prepared, &file.name, IMPORTER).await? {
                imported.changes.push(format!("bulletin {} version {version}: draft", file.facts.code));
            }
        }
        self.store_schedules(&read, &mut imported).await?;
        Ok(imported)
    }

    async fn store_schedules(&self, read: &Read, imported: &mut Imported) -> Result<(), CenterError> {
        let mut documents: Vec<(&str, String)> = Vec::new();
        if let Some(areas) = &read.areas {
            documents.push((AREAS, serde_json::to_string(areas)?));
        }
        if let Some(stations) = &read.stations {
            documents.push((STATIONS, serde_json::to_string(stations)?));
        }
        if let Some((grid, _, _)) = &read.grid {
            documents.push((GRID, serde_json::to_string(grid)?));
        }
        if let Some((orders, _, _)) = &read.orders {
            documents.push((ORDERS, serde_json::to_string(orders)?));
        }
        if let Some(desk) = &read.desk {
            documents.push((DESK, serde_json::to_string(desk)?));
        }
        let digest = |body: &str| Sha256::of(body.as_bytes()).to_string();
        let new: Vec<NewDocument> =
            documents.into_iter().map(|(kind, body)| NewDocument { kind, digest: digest(&body), body }).collect();
        let added = self.store.add_schedule_documents(&new, IMPORTER, crate::clock::now()).await?;
        imported.changes.extend(added.iter().map(|kind| format!("{kind}: new version")));
        Ok(())
    }

    /// A file does not silently undo what people did on the grid's page.
    async fn spare_the_page(&self, read: &Read, held: &Grid, found: &mut Vec<Found>) -> Result<(), CenterError> {
        let Some((_, _, file)) = read.grid.as_ref().filter(|(grid, _, _)| grid != held) else { return Ok(()) };
        let Some(row) = self.grid_published_on_page().await? else { return Ok(()) };
        let (by, at) = (row.by, row.at.with_timezone(&held.zone).format("%Y-%m-%d %H:%M"));
        found.push(Found {
            file: file.clone(),
            line: None,
            refuses: true,
            sentence: format!(
                "this is not the grid that {by} published on its page on {at}: write that with `loa export grid`, or give \
                 --replace-grid to put this file in its place"
            ),
        });
        Ok(())
    }

    /// Judges what was read together with what is stored: references, overlaps, guard hours, reversed dates.
    async fn judge(
        &self,
        read: &Read,
        held: &Schedules,
        today: NaiveDate,
        found: &mut Vec<Found>,
    ) -> Result<(), CenterError> {
        let areas = read.areas.clone().map_or_else(|| held.areas.clone(), Into::into);
        let stations = read.stations.as_ref().unwrap_or(&held.stations);
        let grid = read.grid.as_ref().map_or(&held.grid, |(grid, _, _)| grid);
        if read.areas.is_some() || read.stations.is_some() {
            // Also those held from before: new areas must not leave a station without its commune.
            let mut finder = Finder::new(Path::new(STATIONS_FILE));
            stations::judge(&mut finder, stations, &areas);
            found.append(&mut finder.found);
        }
        if let Some((_, lines, file)) = &read.grid {
            // From the first rule's year too, so that an old grid is judged on the days it was for.
            for from in [first_day(grid).unwrap_or(today), today] {
                place(lint_grid(grid, &areas, stations, from, LINT_DAYS), file, lines, found);
            }
        }
        let stored = self.store.bulletin_versions(None).await?;
        if let Some((_, lines, file)) = &read.grid {
            let fillers = lint_fillers(grid, &areas, stations, &approved(&stored), today);
            place(fillers, file, lines, found);
        }
        let mut known: Vec<KnownBulletin> = stored.iter().map(|row| KnownBulletin::from(&row.facts)).collect();
        for file in &read.bulletins {
            known.retain(|bulletin| bulletin.code != file.facts.code);
            known.push(KnownBulletin::from(&file.facts));
            bulletins::judge(file, &areas, found);
        }
        if let Some((orders, lines, file)) = &read.orders {
            place(lint_orders(orders, &areas, &known, grid), file, lines, found);
        }
        let names: BTreeSet<&str> = read.bulletins.iter().map(|file| file.name.as_str()).collect();
        for row in &stored {
            let gone = row.author == IMPORTER && !names.contains(row.file_name.as_str());
            if let (true, Some(folder)) = (gone, read.bulletin_folders.first()) {
                let code = &row.facts.code;
                found.push(Found {
                    file: folder.join(&row.file_name),
                    line: None,
                    refuses: false,
                    sentence: format!(
                        "the file of {code} is gone; the bulletin is kept, withdraw it if it must not air"
                    ),
                });
            }
        }
        Ok(())
    }
}

fn first_day(grid: &Grid) -> Option<NaiveDate> {
    grid.rules.iter().filter_map(|rule| rule.valid_from).min()
}

fn place(problems: Vec<Problem>, file: &Path, lines: &Lines, found: &mut Vec<Found>) {
    for problem in problems {
        found.push(Found {
            file: file.to_path_buf(),
            line: lines.get(&problem.subject).copied(),
            refuses: problem.severity == Severity::Refuse,
            sentence: problem.sentence,
        });
    }
}

fn note_audio(file: &BulletinFile, report: &crate::audio::findings::Report, found: &mut Vec<Found>) {
    use crate::audio::findings::Severity as Weight;
    for finding in report.findings.iter().filter(|finding| finding.severity != Weight::Note) {
        found.push(Found {
            file: file.audio.clone(),
            line: None,
            refuses: finding.severity == Weight::Refuse,
            sentence: format!("{} {}", finding.message, finding.remedy),
        });
    }
}

fn read_folder(folder: &Path, read: &mut Read, found: &mut Vec<Found>) {
    let mut finder = Finder::new(folder);
    let names = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()),
        Err(error) => {
            finder.refuse(None, format!("the folder cannot be read: {error}"));
            found.append(&mut finder.found);
            return;
        }
    };
    let names: BTreeSet<String> = names.collect();
    let schedule_files = ["areas.csv", STATIONS_FILE, GRID_FILE, ORDERS_FILE, DESK_FILE];
    if schedule_files.iter().any(|name| names.contains(*name)) {
        read_schedules(folder, &names, read, found);
        return;
    }
    let files: Vec<&String> = names.iter().filter(|name| name.ends_with(".toml")).collect();
    if files.is_empty() {
        finder.refuse(
            None,
            "the folder holds neither NAME.toml of bulletins nor areas.csv, stations.csv, grid.toml, orders.toml or desk.toml",
        );
        found.append(&mut finder.found);
    } else {
        read.bulletin_folders.push(folder.to_path_buf());
    }
    for name in files {
        let mut finder = Finder::new(&folder.join(name));
        if let Some(bulletin) = bulletins::read(&mut finder, &names) {
            let code = &bulletin.facts.code;
            match read.bulletins.iter().find(|other| other.facts.code == *code) {
                Some(other) => finder.refuse(None, format!("code {code} is taken by {}: give another", other.name)),
                None => read.bulletins.push(bulletin),
            }
        }
        found.append(&mut finder.found);
    }
}

/// The grid that a text means as `grid.toml`; none when the text is wrong.
pub(super) fn grid_of_text(text: &str) -> Option<Grid> {
    let mut finder = Finder::new(Path::new(GRID_FILE));
    grid::parse(&mut finder, text).map(|(grid, _)| grid).filter(|_| finder.found.is_empty())
}

fn read_schedules(folder: &Path, names: &BTreeSet<String>, read: &mut Read, found: &mut Vec<Found>) {
    let mut with = |name: &str, work: &mut dyn FnMut(&mut Finder)| {
        if names.contains(name) {
            let mut finder = Finder::new(&folder.join(name));
            work(&mut finder);
            found.append(&mut finder.found);
        }
    };
    with("areas.csv", &mut |finder| read.areas = areas::read(finder));
    with(STATIONS_FILE, &mut |finder| read.stations = stations::read(finder));
    with(GRID_FILE, &mut |finder| {
        read.grid = grid::read(finder).map(|(grid, lines)| (grid, lines, finder.file.clone()));
    });
    with(ORDERS_FILE, &mut |finder| {
        read.orders = orders::read(finder).map(|(orders, lines)| (orders, lines, finder.file.clone()));
    });
    with(DESK_FILE, &mut |finder| read.desk = desk::read(finder));
}
