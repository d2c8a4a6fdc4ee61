//! `loa plan --station ID --date D [--json] [--why BULLETIN]`, and `loa plan --instance FILE --out FILE`

mod instance;
mod why;

use chrono::NaiveDate;
use clap::Args;
use serde_json::{Value, json};

use super::{Failure, Outcome, StoreArgs};
use crate::domain::ids::{BulletinCode, StationId};
use crate::domain::rundown::Item;

/// Show a station's day: the issued rundown, or a preview (version 0) that changes nothing.
#[derive(Args)]
pub struct Plan {
    /// Station id
    #[arg(long, required_unless_present = "instance")]
    station: Option<StationId>,
    /// Local date, YYYY-MM-DD
    #[arg(long, required_unless_present = "instance")]
    date: Option<NaiveDate>,
    /// One JSON document on stdout
    #[arg(long)]
    json: bool,
    /// Say why this bulletin stands where it does, or nowhere
    #[arg(long, value_name = "BULLETIN")]
    why: Option<BulletinCode>,
    #[command(flatten)]
    bare: instance::Bare,
    #[command(flatten)]
    store: StoreArgs,
}

impl Plan {
    /// Runs it.
    pub async fn run(self) -> Outcome {
        if let Some(file) = &self.bare.instance {
            return self.bare.run(file);
        }
        let (Some(station), Some(date)) = (&self.station, self.date) else {
            return Err(Failure::wrong("give --station and --date, or --instance"));
        };
        let center = self.store.open_existing().await?;
        let planned = center.plan_of(station, date).await?;
        let why = match &self.why {
            Some(code) => Some(center.why(station, date, code).await?),
            None => None,
        };
        if self.json {
            let problems: Vec<&str> = planned.problems.iter().map(|problem| problem.sentence.as_str()).collect();
            let mut document = json!({
                "station": station,
                "preview": planned.version == 0,
                "date": date,
                "version": planned.version,
                "items": planned.items.iter().map(item_json).collect::<Vec<_>>(),
                "problems": problems,
            });
            if let Some(why) = why {
                document["why"] = serde_json::to_value(why).unwrap_or_default();
            }
            println!("{document}");
            return Ok(());
        }
        let zone = center.schedules().await?.grid.zone;
        let of_bulletin = |item: &&Item| match (&self.why, &item.sound) {
            (None, _) => true,
            (Some(code), Some(sound)) => sound.bulletin == *code,
            (Some(_), None) => false,
        };
        let kind = if planned.version == 0 { "preview".to_string() } else { format!("version {}", planned.version) };
        println!("{station} {date} {kind}");
        let mut shown = 0;
        for item in planned.items.iter().filter(of_bulletin) {
            shown += 1;
            let start = item.start.with_timezone(&zone).format("%H:%M:%S");
            println!(
                "{start}  {:>6.1} s  {}  {}",
                std::time::Duration::from_millis(item.duration_ms).as_secs_f64(),
                item.title,
                item.why
            );
        }
        if shown == 0 && why.is_none() {
            println!("nothing is planned");
        }
        if let Some(why) = &why {
            why::print(why, zone);
            return Ok(());
        }
        for problem in &planned.problems {
            println!("! {problem}");
        }
        Ok(())
    }
}

fn item_json(item: &Item) -> Value {
    json!({
        "id": item.airing,
        "start": utc(item.start),
        "duration_ms": item.duration_ms,
        "kind": item.kind,
        "bulletin": item.sound.as_ref().map(|sound| &sound.bulletin)
            .or_else(|| item.filler.as_ref().map(|sound| &sound.bulletin)),
        "sha256": item.plays().map(|(rendition, _)| rendition),
        "latest_start": item.sound.as_ref().map(|_| utc(item.latest_start)),
        "order": item.sound.as_ref().map(|sound| &sound.order),
        "why": item.why,
    })
}

fn utc(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
