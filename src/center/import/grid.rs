//! `grid.toml`: slot rules, guard hours and settings.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::{Finder, Lines, toml_lines};
use crate::domain::area::Target;
use crate::domain::guard::{GuardException, GuardRule, MinuteOfDay};
use crate::domain::ids::{AreaCode, RuleId};
use crate::domain::settings::Settings;
use crate::domain::slot::{Grid, SlotKind, SlotRule};

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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardRow {
    areas: BTreeSet<AreaCode>,
    open: MinuteOfDay,
    close: MinuteOfDay,
    session_minutes: u32,
    warn_before: MinuteOfDay,
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

/// Reads the file; the linter judges it later, with areas and stations.
pub fn read(finder: &mut Finder) -> Option<(Grid, Lines)> {
    let text = finder.read()?;
    let file: File = toml_lines::parse(finder, &text)?;
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
    let mut grid =
        Grid { zone, settings: file.settings, guards: Vec::new(), exceptions: Vec::new(), rules: Vec::new() };
    for (line, row) in toml_lines::each::<GuardRow>(finder, &text, file.guard) {
        if row.open >= row.close {
            finder.refuse(Some(line), format!("guard opens at {} and closes at {}: reversed", row.open, row.close));
        }
        grid.guards.push(GuardRule {
            areas: row.areas,
            open: row.open,
            close: row.close,
            session_minutes: row.session_minutes,
            warn_before: row.warn_before,
        });
    }
    for (line, row) in toml_lines::each::<ExceptionRow>(finder, &text, file.guard_exception) {
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
    for (line, row) in toml_lines::each::<RuleRow>(finder, &text, file.rule) {
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
        });
    }
    Some((grid, lines))
}
