//! The grid in force as `grid.toml`, so that the file and the page can be brought together again.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::import::grid_of_text;
use super::{Center, CenterError};
use crate::domain::area::Target;
use crate::domain::bulletin::Topic;
use crate::domain::calendar::DayKind;
use crate::domain::guard::MinuteOfDay;
use crate::domain::ids::{AreaCode, BulletinCode, ChangeId, RuleId};
use crate::domain::overrun::Policy;
use crate::domain::settings::Settings;
use crate::domain::slot::{Changed, Grid, SlotKind};

/// The keys of `grid.toml` as its reader knows them.
#[derive(Serialize)]
struct File<'a> {
    zone: String,
    settings: &'a Settings,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    guard: Vec<GuardRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    guard_exception: Vec<ExceptionRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rule: Vec<RuleRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    change: Vec<ChangeRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    day: Vec<DayRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    silence: Vec<SilenceRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filler: Vec<FillerRow<'a>>,
}

#[derive(Serialize)]
struct FillerRow<'a> {
    name: &'a str,
    areas: &'a BTreeSet<AreaCode>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    except: &'a BTreeSet<AreaCode>,
    bulletins: &'a [BulletinCode],
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    topics: &'a BTreeSet<Topic>,
    spacing_minutes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    most_a_day: Option<u32>,
}

#[derive(Serialize)]
struct DayRow<'a> {
    name: &'a str,
    kind: DayKind,
    from: toml::value::Datetime,
    to: toml::value::Datetime,
    areas: &'a BTreeSet<AreaCode>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    except: &'a BTreeSet<AreaCode>,
}

#[derive(Serialize)]
struct SilenceRow<'a> {
    areas: &'a BTreeSet<AreaCode>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    except: &'a BTreeSet<AreaCode>,
    from: toml::value::Datetime,
    to: toml::value::Datetime,
    reason: &'a str,
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    id: &'a ChangeId,
    areas: &'a BTreeSet<AreaCode>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    except: &'a BTreeSet<AreaCode>,
    rule: &'a RuleId,
    at: toml::value::Datetime,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<MinuteOfDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    reason: &'a str,
}

#[derive(Serialize)]
struct GuardRow<'a> {
    areas: &'a BTreeSet<AreaCode>,
    open: MinuteOfDay,
    close: MinuteOfDay,
    session_minutes: u32,
    warn_before: MinuteOfDay,
    #[serde(skip_serializing_if = "Option::is_none")]
    day_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat_minutes: Option<u32>,
}

#[derive(Serialize)]
struct ExceptionRow<'a> {
    areas: &'a BTreeSet<AreaCode>,
    date: toml::value::Datetime,
    open: MinuteOfDay,
    close: MinuteOfDay,
    reason: &'a str,
}

#[derive(Serialize)]
struct RuleRow<'a> {
    id: &'a RuleId,
    name: &'a str,
    kind: SlotKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    cron: &'a str,
    minutes: u32,
    areas: &'a BTreeSet<AreaCode>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    except: &'a BTreeSet<AreaCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<toml::value::Datetime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<toml::value::Datetime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<&'a RuleId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<&'a BTreeSet<DayKind>>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    topics: &'a BTreeSet<Topic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overrun: Option<Policy>,
}

fn date(day: NaiveDate) -> Result<toml::value::Datetime, CenterError> {
    day.to_string().parse().map_err(|_| CenterError::Broken(format!("the date {day} has no TOML form")))
}

fn moment(at: NaiveDateTime) -> Result<toml::value::Datetime, CenterError> {
    let at = at.format("%Y-%m-%dT%H:%M:%S").to_string();
    at.parse().map_err(|_| CenterError::Broken(format!("the moment {at} has no TOML form")))
}

/// The grid as the file that imports to the same grid.
///
/// # Errors
/// When something in it has no TOML form.
pub(super) fn grid_text(grid: &Grid) -> Result<String, CenterError> {
    let mut file = File {
        zone: grid.zone.to_string(),
        settings: &grid.settings,
        guard: Vec::new(),
        guard_exception: Vec::new(),
        rule: Vec::new(),
        change: Vec::new(),
        day: Vec::new(),
        silence: Vec::new(),
        filler: Vec::new(),
    };
    for guard in &grid.guards {
        let (open, close, warn_before) = (guard.open, guard.close, guard.warn_before);
        let session_minutes = guard.session_minutes;
        let (day_minutes, repeat_minutes) = (guard.day_minutes, guard.repeat_minutes);
        let areas = &guard.areas;
        file.guard.push(GuardRow { areas, open, close, session_minutes, warn_before, day_minutes, repeat_minutes });
    }
    for other in &grid.exceptions {
        let (open, close, date) = (other.open, other.close, date(other.date)?);
        file.guard_exception.push(ExceptionRow { areas: &other.areas, date, open, close, reason: &other.reason });
    }
    for rule in &grid.rules {
        file.rule.push(RuleRow {
            id: &rule.id,
            name: &rule.name,
            kind: rule.kind,
            source: rule.source.as_deref(),
            cron: &rule.cron,
            minutes: rule.minutes,
            areas: &rule.target.areas,
            except: &rule.target.except,
            valid_from: rule.valid_from.map(date).transpose()?,
            valid_to: rule.valid_to.map(date).transpose()?,
            replaces: rule.replaces.as_ref(),
            on: rule.on.as_ref(),
            topics: &rule.topics,
            overrun: rule.overrun,
        });
    }
    for change in &grid.changes {
        let (cancel, to, minutes) = match change.what {
            Changed::Cancel => (Some(true), None, None),
            Changed::Move { to, minutes } => (None, Some(to), minutes),
            Changed::Length { minutes } => (None, None, Some(minutes)),
        };
        let at = moment(change.at)?;
        let Target { areas, except } = &change.target;
        let (id, rule, reason) = (&change.id, &change.rule, &change.reason);
        file.change.push(ChangeRow { id, areas, except, rule, at, cancel, to, minutes, reason });
    }
    for day in &grid.days {
        let (name, from, to, kind) = (day.name.as_str(), date(day.from)?, date(day.to)?, day.kind);
        let Target { areas, except } = &day.target;
        file.day.push(DayRow { name, kind, from, to, areas, except });
    }
    for silence in &grid.silences {
        let (from, to, reason) = (moment(silence.from)?, moment(silence.to)?, silence.reason.as_str());
        let Target { areas, except } = &silence.target;
        file.silence.push(SilenceRow { areas, except, from, to, reason });
    }
    for list in &grid.fillers {
        let (name, bulletins, topics) = (list.name.as_str(), &list.bulletins[..], &list.topics);
        let Target { areas, except } = &list.target;
        let (spacing_minutes, most_a_day) = (list.spacing_minutes, list.most_a_day);
        file.filler.push(FillerRow { name, areas, except, bulletins, topics, spacing_minutes, most_a_day });
    }
    let text = toml::to_string(&file).map_err(|error| CenterError::Broken(error.to_string()))?;
    // What the file cannot say would be lost by the next import, so nothing is written then.
    let mut again = grid_of_text(&text);
    if let Some(again) = &mut again {
        again.keep_decisions_of(grid);
    }
    match again.as_ref() == Some(grid) {
        true => Ok(text),
        false => Err(CenterError::Broken("the grid holds what grid.toml cannot say".into())),
    }
}

impl Center {
    /// The grid in force as `grid.toml`.
    ///
    /// # Errors
    /// When the store fails or holds something that has no TOML form.
    pub async fn grid_as_text(&self) -> Result<String, CenterError> {
        grid_text(&self.schedules().await?.grid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slot::SlotChange;

    #[test]
    fn what_people_decided_is_written_as_if_it_stood_in_the_file() {
        let mut grid = grid_of_text(include_str!("../../schedules/grid.toml")).unwrap();
        grid.changes.push(SlotChange {
            id: "le".parse().unwrap(),
            target: grid.rules[0].target.clone(),
            rule: grid.rules[0].id.clone(),
            at: "2024-06-12T06:00:00".parse().unwrap(),
            what: Changed::Cancel,
            reason: "lễ".into(),
            by: Some("duyet".into()),
        });
        grid.deleted_changes.insert("cu".parse().unwrap());
        let mut again = grid_of_text(&grid_text(&grid).unwrap()).unwrap();
        again.keep_decisions_of(&grid);
        assert_eq!(again, grid, "an import of it changes nothing");
    }

    #[test]
    fn what_is_written_reads_as_the_same_grid() {
        let mut grid = grid_of_text(include_str!("../../schedules/grid.toml")).unwrap();
        grid.settings.keep_percent = 30;
        grid.rules[0].on = Some([DayKind::Usual, DayKind::Tet].into());
        for (rule, policy) in grid.rules.iter_mut().zip(Policy::ALL) {
            rule.overrun = Some(policy);
        }
        grid.guards[0].day_minutes = Some(180);
        grid.guards[0].repeat_minutes = Some(90);
        grid.silences.push(crate::domain::calendar::Silence {
            target: grid.rules[0].target.clone(),
            from: "2024-02-10T00:00:00".parse().unwrap(),
            to: "2024-02-12T12:30:00".parse().unwrap(),
            reason: "Tết".into(),
        });
        grid.fillers.push(crate::domain::filler::FillerList {
            name: "Nhạc của tỉnh".into(),
            target: grid.rules[0].target.clone(),
            bulletins: ["NHAC-1", "NHAC-2"].map(|code| code.parse().unwrap()).into(),
            topics: grid.rules[0].topics.clone(),
            spacing_minutes: 30,
            most_a_day: Some(4),
        });
        grid.rules[0].name = "Ba \"nháy\" \\ và\u{a0}dấu".into();
        for (id, what) in [
            ("bo", Changed::Cancel),
            ("doi", Changed::Move { to: "17:05".parse().unwrap(), minutes: Some(5) }),
            ("dai", Changed::Length { minutes: 20 }),
        ] {
            grid.changes.push(SlotChange {
                id: id.parse().unwrap(),
                target: grid.rules[0].target.clone(),
                rule: grid.rules[0].id.clone(),
                at: "2024-06-12T06:00:00".parse().unwrap(),
                what,
                reason: "họp dân".into(),
                by: None,
            });
        }
        assert_eq!(grid_of_text(&grid_text(&grid).unwrap()).unwrap(), grid);
    }
}
