//! `orders.toml`: how often each bulletin must air.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::{Finder, Lines, grid, toml_lines};
use crate::domain::area::Target;
use crate::domain::ids::{AreaCode, BulletinCode, OrderId};
use crate::domain::order::{Demand, Order};
use crate::domain::slot::Daypart;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    order: Vec<Spanned<toml::Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: OrderId,
    bulletin: BulletinCode,
    per_day: Option<u32>,
    per_week: Option<u32>,
    #[serde(default)]
    dayparts: Vec<Daypart>,
    #[serde(default = "one")]
    weight: u32,
    #[serde(default)]
    spacing_minutes: u32,
    areas: BTreeSet<AreaCode>,
    #[serde(default)]
    except: BTreeSet<AreaCode>,
    from: toml::value::Datetime,
    to: toml::value::Datetime,
}

fn one() -> u32 {
    1
}

/// Reads the file; the linter judges it later, with bulletins and areas.
pub fn read(finder: &mut Finder) -> Option<(Vec<Order>, Lines)> {
    let text = finder.read()?;
    let file: File = toml_lines::parse(finder, &text)?;
    let mut lines = Lines::new();
    let mut orders = Vec::new();
    for (line, row) in toml_lines::each::<Row>(finder, &text, file.order) {
        let demand = match (row.per_day, row.per_week) {
            (Some(count), None) => Demand::PerDay(count),
            (None, Some(count)) => Demand::PerWeek(count),
            _ => {
                finder.refuse(Some(line), format!("order {}: give exactly one of per_day and per_week", row.id));
                continue;
            }
        };
        let from = grid::date(finder, line, "from", row.from);
        let to = grid::date(finder, line, "to", row.to);
        let (Some(from), Some(to)) = (from, to) else { continue };
        lines.entry(row.id.to_string()).or_insert(line);
        orders.push(Order {
            id: row.id,
            bulletin: row.bulletin,
            demand,
            dayparts: row.dayparts,
            weight: row.weight,
            spacing_minutes: row.spacing_minutes,
            target: Target { areas: row.areas, except: row.except },
            from,
            to,
        });
    }
    Some((orders, lines))
}
