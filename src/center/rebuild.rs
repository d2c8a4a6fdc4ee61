//! Proof that a day's plan follows from what was stored: any rundown, however old, is planned again from its inputs as
//! they stood, and must come out byte for byte as it was signed.
//!
//! Everything that planning looks at is append-only, and each rundown is stored with [`Marks`]: how far every input
//! stood. **A new input of planning** is one line in `store::marks`, and one in [`Center::province_at`], where the
//! province is put together from readers that take an upper end; the rest follows.

use chrono::{Days, NaiveDate};

use super::planning::{Said, approved, province_of, schedules_of};
use super::rundowns::{Ground, eve_of, replan, rundown_of};
use super::{Center, CenterError};
use crate::domain::ids::{Sha256, StationId};
use crate::domain::planner::difference::Expected;
use crate::domain::planner::{GridPlan, PLANNER, SharedWeeks, WEEK, monday_of};
use crate::domain::province::Province;
use crate::domain::rundown::{Item, Rundown};
use crate::store::bulletins::VersionRow;
use crate::store::marks::{ANSWERS, CHOICES, HELD, LOCAL, Marks, OWN_FIRST, STEPS};
use crate::trust::envelope;
use crate::trust::manifest::Manifest;

/// What came of planning again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Byte for byte what was signed.
    Identical,
    /// Not what was signed: the first difference, in a sentence.
    Differs(String),
    /// Nothing can be said, and why.
    Unknown(String),
}

/// A rundown planned again.
#[derive(Debug, Clone)]
pub struct Rebuilt {
    /// As it was issued.
    pub signed: Rundown,
    /// Digest of the inputs as they are stored today; none when nothing was planned again.
    pub inputs: Option<Sha256>,
    /// What came of it.
    pub verdict: Verdict,
}

/// What planning looked at, as it is stored today.
pub(super) struct Then {
    pub province: Province,
    pub versions: Vec<VersionRow>,
    /// The first of it that is no longer what it was stored as.
    changed: Option<String>,
}

impl Center {
    /// Plans a day of a station again as it was planned for that version, or for the newest.
    ///
    /// # Errors
    /// When no such rundown was issued, or the store fails.
    pub async fn rebuild(
        &self,
        station: &StationId,
        date: NaiveDate,
        version: Option<u32>,
    ) -> Result<Rebuilt, CenterError> {
        let rows = self.store.rundowns_between(Some(station), date, date).await?;
        let wanted = rows.into_iter().rfind(|row| version.is_none_or(|version| row.version == version));
        let Some(row) = wanted else {
            let which = version.map_or_else(String::new, |version| format!("version {version} of "));
            return Err(CenterError::NotFound(format!("{which}the rundown of {station} on {date} was never issued")));
        };
        let signed: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
        let told = |verdict, inputs| Ok(Rebuilt { signed: signed.clone(), inputs, verdict });
        let (payload, _) = envelope::parts(row.body.as_bytes(), envelope::RUNDOWN)?;
        let keys = [self.custodian.center().public()];
        if envelope::open::<Rundown>(row.body.as_bytes(), envelope::RUNDOWN, &keys).is_err() {
            return told(
                Verdict::Differs("its signature is not the center's: it was changed after it was issued".into()),
                None,
            );
        }
        if signed.planner != PLANNER {
            let why = format!("it was planned by {}, and this program plans by {PLANNER}", signed.planner);
            return told(Verdict::Unknown(format!("{why}: ask the program of that time")), None);
        }
        // Before marks were kept, times must do; what comes out otherwise then proves nothing.
        let by_time = row.planned_from.is_none();
        let marks = match row.planned_from {
            Some(marks) => marks,
            None => self.store.marks(Some(signed.issued_at)).await?,
        };
        let then = self.province_at(&marks).await?;
        let again = self.plan_again(&signed, &then, &marks).await?;
        let inputs = again.as_ref().map(|(_, inputs)| *inputs);
        if let Some(what) = then.changed {
            return told(Verdict::Differs(what), inputs);
        }
        let what = match again {
            None => format!("{station} was no station of the stored schedules then"),
            Some((rebuilt, _)) if serde_json::to_vec(&rebuilt)? == payload => return told(Verdict::Identical, inputs),
            Some((rebuilt, _)) => difference(&signed, &rebuilt),
        };
        if by_time {
            let why = "it was issued before it was kept how far its inputs stood, and by their times alone";
            return told(Verdict::Unknown(format!("{why}: {what}")), inputs);
        }
        told(Verdict::Differs(what), inputs)
    }

    /// The rundown as it is planned from these; none when there is no such station in them.
    async fn plan_again(
        &self,
        signed: &Rundown,
        then: &Then,
        marks: &Marks,
    ) -> Result<Option<(Rundown, Sha256)>, CenterError> {
        let Some(station) = then.province.stations.get(&signed.station) else { return Ok(None) };
        let (date, now) = (signed.date, signed.issued_at);
        let zone = then.province.grid.zone;
        let today = now.with_timezone(&zone).date_naive();
        let sunday = monday_of(date).checked_add_days(Days::new(WEEK as u64 - 1)).unwrap_or(date);
        let about = (&then.province.grid, &then.versions[..]);
        let before = self.before_at(station, (eve_of(today), sunday), (marks, now), about).await?;
        let (plan, _) = GridPlan::new(&then.province.grid);
        let words = self.words_at(today, Some(marks.of(HELD))).await?;
        let expected = Expected::new(&then.province.bulletins);
        let shared = SharedWeeks::default();
        let ground = Ground {
            shared: &shared,
            province: &then.province,
            plan: &plan,
            before: &before,
            expected: &expected,
            now,
        };
        let may = |date, version, shrunk| words.allow(&station.id, date, version, shrunk);
        let Some(replanned) = replan(&ground, station, date, may).pop() else { return Ok(None) };
        let digest = replanned.inputs;
        let day = replanned.days.into_iter().find(|(day, _)| *day == date);
        Ok(day
            .map(|(_, planned)| (rundown_of(&station.id, date, signed.version, (planned, digest), zone, now), digest)))
    }

    /// The province as planning saw it when its inputs stood at these marks.
    pub(super) async fn province_at(&self, marks: &Marks) -> Result<Then, CenterError> {
        let documents = self.store.schedule_documents_at(marks).await?;
        let versions = self.store.bulletin_versions_at(None, Some(marks.of(STEPS))).await?;
        let said = Said {
            choices: self.store.standing_choices_at(Some(marks.of(CHOICES))).await?,
            answers: self.store.offer_answers(Some(marks.of(ANSWERS))).await?,
            own_first: self.store.own_first(Some(marks.of(OWN_FIRST))).await?,
            local: self.store.local_orders(Some(marks.of(LOCAL))).await?,
        };

        let other =
            documents.iter().find(|(document, digest)| Sha256::of(document.body.as_bytes()).to_string() != *digest);
        let mut changed = other.map(|(document, _)| {
            format!("schedule document \"{}\" version {} is not what was imported", document.kind, document.version)
        });
        if changed.is_none() {
            changed = self.changed_bulletin(&versions).await?;
        }
        let documents: Vec<_> = documents.into_iter().map(|(document, _)| document).collect();
        let province = province_of(schedules_of(&documents)?, &versions, said);
        Ok(Then { province, versions, changed })
    }

    /// The first bulletin in force that is not what its signed manifest says.
    async fn changed_bulletin(&self, versions: &[VersionRow]) -> Result<Option<String>, CenterError> {
        for one in approved(versions) {
            let named = |what: &str| Some(format!("bulletin {} version {} {what}", one.code, one.version));
            let Some(bytes) = self.store.envelope(&one.manifest).await? else {
                return Ok(named("has lost its signed manifest"));
            };
            if envelope::digest(&bytes) != one.manifest {
                return Ok(named("has another manifest than was signed"));
            }
            let manifest: Manifest = envelope::peek(bytes.as_bytes(), envelope::MANIFEST)?;
            let said =
                (&one.code, one.version, &*one.title, one.rendition, one.duration_ms, &one.target, one.airs_from);
            let signed = (
                &manifest.bulletin,
                manifest.version,
                &*manifest.title,
                manifest.rendition,
                manifest.duration_ms,
                &manifest.target,
                manifest.airs_from,
            );
            if said != signed || (one.airs_to, one.priority) != (manifest.airs_to, manifest.priority) {
                return Ok(named("is not what was approved"));
            }
        }
        Ok(None)
    }
}

/// The first difference of two rundowns that are not the same.
fn difference(signed: &Rundown, rebuilt: &Rundown) -> String {
    let items = signed.items.iter().zip(&rebuilt.items).enumerate();
    for (number, (one, other)) in items {
        if one != other {
            return format!("item {} was signed as {} and comes out as {}", number + 1, told(one), told(other));
        }
    }
    if signed.items.len() != rebuilt.items.len() {
        let (was, is) = (signed.items.len(), rebuilt.items.len());
        let longer = if was > is { &signed.items[is] } else { &rebuilt.items[was] };
        return format!("{was} items were signed and {is} come out: the first more is {}", told(longer));
    }
    if signed.inputs != rebuilt.inputs {
        let (was, is) = (signed.inputs.short(), rebuilt.inputs.short());
        return format!("the items are the same, but what they were planned from was {was} and is {is}");
    }
    format!("{} declined plays were signed and {} come out", signed.declined, rebuilt.declined)
}

fn told(item: &Item) -> String {
    let Item { title, start, duration_ms, why, .. } = item;
    format!("\"{title}\" at {} for {duration_ms} ms ({why})", start.to_rfc3339())
}
