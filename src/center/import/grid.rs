//! `grid.toml`: slot rules, guard hours and settings.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;
use toml::Spanned;

use super::{Finder, Lines, toml_lines};
use crate::domain::area::Target;
use crate::domain::bulletin::Topic;
use crate::domain::calendar::{DayKind, NamedDay, Silence};
use crate::domain::filler::FillerList;
use crate::domain::guard::{GuardException, GuardRule, MinuteOfDay};
use crate::domain::ids::{AreaCode, BulletinCode, ChangeId, RuleId};
use crate::domain::overrun::Policy;
use crate::domain::settings::Settings;
use crate::domain::slot::{Changed, Grid, SlotChange, SlotKind, SlotRule};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    zone: String,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    guard: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    guard_exception: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    rule: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    change: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    day: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    silence: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    filler: Vec<Spanned<toml::Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardRow {
    areas: BTreeSet<AreaCode>,
    open: MinuteOfDay,
    close: MinuteOfDay,
    session_minutes: u32,
    warn_before: MinuteOfDay,
    day_minutes: Option<u32>,
    repeat_minutes: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionRow {
    areas: BTreeSet<AreaCode>,
    date: toml::value::Datetime,
    open: MinuteOfDay,
    close: MinuteOfDay,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    id: RuleId,
    name: String,
    kind: SlotKind,
    source: Option<String>,
    cron: String,
    minutes: u32,
    areas: BTreeSet<AreaCode>,
    #[serde(default)]
    except: BTreeSet<AreaCode>,
    valid_from: Option<toml::value::Datetime>,
    valid_to: Option<toml::value::Datetime>,
    replaces: Option<RuleId>,
    on: Option<BTreeSet<DayKind>>,
    #[serde(default)]
    topics: BTreeSet<Topic>,
    overrun: Option<Policy>,
}

/// A dated exception: exactly one of `cancel = true` and of `to`, `minutes` or both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeRow {
    id: ChangeId,
    areas: BTreeSet<AreaCode>,
    #[serde(default)]
    except: BTreeSet<AreaCode>,
    rule: RuleId,
    at: toml::value::Datetime,
    #[serde(default)]
    cancel: bool,
    to: Option<MinuteOfDay>,
    minutes: Option<u32>,
    reason: String,
}

impl ChangeRow {
    fn what(&self) -> Option<Changed> {
        match (self.cancel, self.to, self.minutes) {
            (true, None, None) => Some(Changed::Cancel),
            (false, Some(to), minutes) => Some(Changed::Move { to, minutes }),
            (false, None, Some(minutes)) => Some(Changed::Length { minutes }),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayRow {
    name: String,
    from: toml::value::Datetime,
    /// The first day, where it is one day only.
    to: Option<toml::value::Datetime>,
    kind: DayKind,
    areas: BTreeSet<AreaCode>,
    #[serde(default)]
    except: BTreeSet<AreaCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SilenceRow {
    areas: BTreeSet<AreaCode>,
    #[serde(default)]
    except: BTreeSet<AreaCode>,
    from: toml::value::Datetime,
    to: toml::value::Datetime,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FillerRow {
    name: String,
    areas: BTreeSet<AreaCode>,
    #[serde(default)]
    except: BTreeSet<AreaCode>,
    bulletins: Vec<BulletinCode>,
    #[serde(default)]
    topics: BTreeSet<Topic>,
    #[serde(default)]
    spacing_minutes: u32,
    most_a_day: Option<u32>,
}

/// A TOML date without a time; anything else is noted.
pub fn date(finder: &mut Finder, line: usize, key: &str, value: toml::value::Datetime) -> Option<NaiveDate> {
    let day = match (value.date, value.time) {
        (Some(day), None) => NaiveDate::from_ymd_opt(i32::from(day.year), day.month.into(), day.day.into()),
        _ => None,
    };
    if day.is_none() {
        finder.refuse(Some(line), format!("{key} = {value} is not a date: write YYYY-MM-DD"));
    }
    day
}

/// A TOML date with a time of day and no offset; anything else is noted.
fn date_time(finder: &mut Finder, line: usize, key: &str, value: toml::value::Datetime) -> Option<NaiveDateTime> {
    let moment = match (value.date, value.time, value.offset) {
        (Some(day), Some(time), None) => NaiveDate::from_ymd_opt(i32::from(day.year), day.month.into(), day.day.into())
            .and_then(|day| day.and_hms_opt(time.hour.into(), time.minute.into(), time.second.unwrap_or(0).into())),
        _ => None,
    };
    if moment.is_none() {
        let sentence = format!("{key} = {value} is not a local date and time: write YYYY-MM-DDTHH:MM:00");
        finder.refuse(Some(line), sentence);
    }
    moment
}

/// Reads the file; the linter judges it later, with areas and stations.
pub fn read(finder: &mut Finder) -> Option<(Grid, Lines)> {
    let text = finder.read()?;
    parse(finder, &text)
}

/// The same of a text.
pub fn parse(finder: &mut Finder, text: &str) -> Option<(Grid, Lines)> {
    let file: File = toml_lines::parse(finder, text)?;
    let zone = match file.zone.parse() {
        Ok(zone) => zone,
        Err(_) => {
            finder.refuse(
                Some(1),
                format!("zone \"{}\" is unknown: use an IANA name such as Asia/Ho_Chi_Minh", file.zone),
            );
            return None;
        }
    };
    let mut lines = Lines::new();
    let mut grid = Grid { settings: file.settings, ..Grid::empty(zone) };
    for (line, row) in toml_lines::each::<GuardRow>(finder, text, file.guard) {
        if row.open >= row.close {
            finder.refuse(Some(line), format!("guard opens at {} and closes at {}: reversed", row.open, row.close));
        }
        grid.guards.push(GuardRule {
            areas: row.areas,
            open: row.open,
            close: row.close,
            session_minutes: row.session_minutes,
            warn_before: row.warn_before,
            day_minutes: row.day_minutes,
            repeat_minutes: row.repeat_minutes,
        });
    }
    for (line, row) in toml_lines::each::<ExceptionRow>(finder, text, file.guard_exception) {
        let Some(day) = date(finder, line, "date", row.date) else { continue };
        if row.open >= row.close {
            finder.refuse(
                Some(line),
                format!("the exception of {day} opens at {} and closes at {}: reversed", row.open, row.close),
            );
        }
        grid.exceptions.push(GuardException {
            areas: row.areas,
            date: day,
            open: row.open,
            close: row.close,
            reason: row.reason,
        });
    }
    for (line, row) in toml_lines::each::<RuleRow>(finder, text, file.rule) {
        let valid_from = row.valid_from.and_then(|value| date(finder, line, "valid_from", value));
        let valid_to = row.valid_to.and_then(|value| date(finder, line, "valid_to", value));
        lines.entry(row.id.to_string()).or_insert(line);
        grid.rules.push(SlotRule {
            id: row.id,
            name: row.name,
            kind: row.kind,
            source: row.source,
            cron: row.cron,
            minutes: row.minutes,
            target: Target { areas: row.areas, except: row.except },
            valid_from,
            valid_to,
            replaces: row.replaces,
            on: row.on,
            topics: row.topics,
            overrun: row.overrun,
        });
    }
    read_changes(finder, text, file.change, &mut grid, &mut lines);
    read_calendar(finder, text, file.day, file.silence, &mut grid, &mut lines);
    for (line, row) in toml_lines::each::<FillerRow>(finder, text, file.filler) {
        lines.entry(row.name.clone()).or_insert(line);
        grid.fillers.push(FillerList {
            name: row.name,
            target: Target { areas: row.areas, except: row.except },
            bulletins: row.bulletins,
            topics: row.topics,
            spacing_minutes: row.spacing_minutes,
            most_a_day: row.most_a_day,
        });
    }
    Some((grid, lines))
}

fn read_changes(
    finder: &mut Finder,
    text: &str,
    tables: Vec<Spanned<toml::Table>>,
    grid: &mut Grid,
    lines: &mut Lines,
) {
    for (line, row) in toml_lines::each::<ChangeRow>(finder, text, tables) {
        lines.entry(row.id.to_string()).or_insert(line);
        let what = row.what();
        if what.is_none() {
            let sentence = format!(
                "change \"{}\" must either cancel (cancel = true) or give another time (to) or length (minutes)",
                row.id
            );
            finder.refuse(Some(line), sentence);
        }
        let (Some(at), Some(what)) = (date_time(finder, line, "at", row.at), what) else { continue };
        grid.changes.push(SlotChange {
            id: row.id,
            target: Target { areas: row.areas, except: row.except },
            rule: row.rule,
            at,
            what,
            reason: row.reason,
            by: None,
        });
    }
}

fn read_calendar(
    finder: &mut Finder,
    text: &str,
    days: Vec<Spanned<toml::Table>>,
    silences: Vec<Spanned<toml::Table>>,
    grid: &mut Grid,
    lines: &mut Lines,
) {
    for (line, row) in toml_lines::each::<DayRow>(finder, text, days) {
        lines.entry(row.name.clone()).or_insert(line);
        let from = date(finder, line, "from", row.from);
        let to = row.to.map_or(from, |value| date(finder, line, "to", value));
        let (Some(from), Some(to)) = (from, to) else { continue };
        let target = Target { areas: row.areas, except: row.except };
        grid.days.push(NamedDay { name: row.name, from, to, kind: row.kind, target });
    }
    for (line, row) in toml_lines::each::<SilenceRow>(finder, text, silences) {
        lines.entry("silence".into()).or_insert(line);
        let (from, to) = (date_time(finder, line, "from", row.from), date_time(finder, line, "to", row.to));
        let (Some(from), Some(to)) = (from, to) else { continue };
        let target = Target { areas: row.areas, except: row.except };
        grid.silences.push(Silence { target, from, to, reason: row.reason });
    }
}
