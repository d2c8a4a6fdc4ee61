//! What everybody may hear: the department's approved bulletins that are in force today, where the province has opened its
//! listening page (`[public]` in `desk.toml`). Nothing here names a person.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::desk_settings::PublicRules;
use super::planning::approved;
use super::{Center, CenterError};
use crate::domain::bulletin::{Origin, Topic};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::store::bulletins::VersionRow;
use crate::store::schedules::PLANNING;

/// A bulletin that everybody may hear, by the version that stations play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicBulletin {
    /// Code.
    pub code: BulletinCode,
    /// The version in force.
    pub version: u32,
    /// Title.
    pub title: String,
    /// Content of the plan it serves.
    pub topic: Topic,
    /// The unit that made it.
    pub producer: String,
    /// BCP 47 tag of the spoken language.
    pub language: String,
    /// The document it explains; may be empty.
    pub source_document: String,
    /// The words spoken.
    pub transcript: String,
    /// The code that all share which say the same in different languages.
    pub family: BulletinCode,
    /// Last day it is offered.
    pub last_day: NaiveDate,
    /// Since when everybody could hear it: its approval, or the beginning of its first day if that came later.
    pub since: DateTime<Utc>,
    /// What stations play.
    pub rendition: Sha256,
    /// Its bytes.
    pub rendition_bytes: u64,
    /// Its length, ms.
    pub duration_ms: u64,
    /// The WAV it was made from.
    pub master: Sha256,
}

/// Everything the listening page shows on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// How the province presents it.
    pub rules: PublicRules,
    /// The province's zone.
    pub zone: chrono_tz::Tz,
    /// The newest first.
    pub bulletins: Vec<PublicBulletin>,
    /// When this was first seen to be so; whole seconds, and another for every change.
    pub changed_at: DateTime<Utc>,
}

impl Listening {
    /// The bulletin with this code, if everybody may hear it now.
    pub fn bulletin(&self, code: &str) -> Option<&PublicBulletin> {
        self.bulletins.iter().find(|one| one.code.as_str() == code)
    }

    /// The same in other languages.
    pub fn siblings<'a>(&'a self, of: &'a PublicBulletin) -> impl Iterator<Item = &'a PublicBulletin> {
        self.bulletins.iter().filter(|one| one.family == of.family && one.code != of.code)
    }
}

/// What was last read, with the revision and the day it holds for; `None` in it while the page is closed.
pub(super) type ReadListening = Option<(i64, NaiveDate, Option<Arc<Listening>>)>;

impl Center {
    /// What everybody may hear at this moment; none while the province keeps its listening page closed.
    ///
    /// Read anew after every step of a bulletin, every import and every midnight, and else from memory: strangers cost one
    /// short query each.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn listening(&self) -> Result<Option<Arc<Listening>>, CenterError> {
        // Read before what it covers: a change in between makes the next call read again.
        let revision = self.store.revision(PLANNING).await?;
        let schedules = self.schedules().await?;
        let now = crate::clock::now();
        let (zone, rules) = (schedules.grid.zone, schedules.desk.public);
        let today = now.with_timezone(&zone).date_naive();
        let held = self.read_listening.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let before = match held {
            Some((of, day, read)) if of == revision && day == today => return Ok(read),
            Some((_, _, read)) => read,
            None => None,
        };
        let read = if rules.listen {
            let bulletins = on_offer(&self.store.bulletin_versions(None).await?, zone, today);
            let fresh = Listening { rules, zone, bulletins, changed_at: now };
            Some(Arc::new(dated(fresh, before.as_deref())))
        } else {
            None
        };
        let kept = Some((revision, today, read.clone()));
        *self.read_listening.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(read)
    }
}

/// Gives it the moment of its last change, in seconds, in which HTTP counts: two changes never share one.
fn dated(fresh: Listening, before: Option<&Listening>) -> Listening {
    let second = |at: DateTime<Utc>| DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at);
    let changed_at = match before {
        Some(before) if (Listening { changed_at: before.changed_at, ..fresh.clone() }) == *before => before.changed_at,
        Some(before) => second(fresh.changed_at).max(before.changed_at + chrono::Duration::seconds(1)),
        None => second(fresh.changed_at),
    };
    Listening { changed_at, ..fresh }
}

/// The department's bulletins in force on that day, the newest first.
fn on_offer(versions: &[VersionRow], zone: chrono_tz::Tz, today: NaiveDate) -> Vec<PublicBulletin> {
    let rows: BTreeMap<(&str, u32), &VersionRow> =
        versions.iter().map(|row| ((row.facts.code.as_str(), row.version), row)).collect();
    // The very versions that planning takes, so that this page and the loudspeakers never differ.
    let in_force = approved(versions);
    let rows = in_force.iter().filter_map(|one| rows.get(&(one.code.as_str(), one.version)).copied());
    let open = |row: &&VersionRow| {
        let facts = &row.facts;
        facts.origin == Origin::Department && (facts.airs_from..=facts.last_day()).contains(&today)
    };
    let mut offered: Vec<PublicBulletin> = rows.filter(open).map(|row| public(row, zone)).collect();
    offered.sort_by(|a, b| b.since.cmp(&a.since).then_with(|| b.code.as_str().cmp(a.code.as_str())));
    offered
}

fn public(row: &VersionRow, zone: chrono_tz::Tz) -> PublicBulletin {
    let (facts, sound) = (&row.facts, &row.sound);
    let approved_at = row.steps.last().map_or(row.created_at, |taken| taken.step.at);
    PublicBulletin {
        code: facts.code.clone(),
        version: row.version,
        title: facts.title.clone(),
        topic: facts.topic,
        producer: facts.producer.clone(),
        language: facts.language.clone(),
        source_document: facts.source_document.clone(),
        transcript: facts.transcript.clone(),
        family: facts.sibling_of.clone().unwrap_or_else(|| facts.code.clone()),
        last_day: facts.last_day(),
        since: begins(facts.airs_from, zone).map_or(approved_at, |begins| approved_at.max(begins)),
        rendition: sound.rendition,
        rendition_bytes: sound.rendition_bytes,
        duration_ms: sound.duration_ms,
        master: sound.master,
    }
}

/// When a day begins there. Where midnight is skipped, the day before tells it.
fn begins(day: NaiveDate, zone: chrono_tz::Tz) -> Option<DateTime<Utc>> {
    let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0)?.and_local_timezone(zone).earliest();
    let found = midnight(day).or_else(|| midnight(day.checked_sub_days(Days::new(1))?).map(|at| at + Days::new(1)));
    found.map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bulletin::{Facts, Sound, State, Step};
    use crate::store::bulletins::StepRow;

    const ZONE: chrono_tz::Tz = chrono_tz::Asia::Ho_Chi_Minh;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn row(code: &str, version: u32, states: &[State]) -> VersionRow {
        let facts: Facts = serde_json::from_str(&format!(
            r#"{{"code":"{code}","title":"Tin","topic":1,"priority":"ordinary","producer":"Sở","language":"vi","source_document":"","transcript":"Lời.","target":{{"areas":["49"]}},"airs_from":"2024-06-01","airs_to":"2024-06-30"}}"#
        ))
        .unwrap();
        let digest = Sha256::of(code.as_bytes());
        let step = |to: &State| StepRow {
            step: Step { to: *to, by: "duyet".into(), reason: None, at: at("2024-05-20T03:00:00Z") },
            manifest: (*to == State::Approved).then_some(digest),
        };
        VersionRow {
            version,
            digest,
            facts,
            sound: Sound {
                original: digest,
                master: digest,
                rendition: digest,
                rendition_bytes: 1,
                duration_ms: 1,
                original_lufs: 0.0,
                reached_lufs: 0.0,
                reached_true_peak_dbtp: 0.0,
                mend: None,
            },
            findings: "[]".into(),
            author: "bientap".into(),
            file_name: "tin.mp3".into(),
            created_at: at("2024-05-19T03:00:00Z"),
            steps: states.iter().map(step).collect(),
        }
    }

    fn codes(rows: &[VersionRow], today: &str) -> Vec<String> {
        on_offer(rows, ZONE, day(today)).iter().map(|one| format!("{}/{}", one.code, one.version)).collect()
    }

    #[test]
    fn only_what_is_approved_and_in_force_that_day_is_offered() {
        use State::{Approved, Endorsed, Returned, Submitted, Withdrawn};
        let rows = [
            row("A", 1, &[Submitted, Approved]),
            row("B", 1, &[]),
            row("C", 1, &[Submitted]),
            row("D", 1, &[Submitted, Endorsed]),
            row("E", 1, &[Submitted, Returned]),
            row("F", 1, &[Submitted, Approved, Withdrawn]),
        ];
        assert_eq!(codes(&rows, "2024-06-01"), ["A/1"]);
        assert_eq!(codes(&rows, "2024-06-30"), ["A/1"]);
        assert!(codes(&rows, "2024-05-31").is_empty() && codes(&rows, "2024-07-01").is_empty());
    }

    #[test]
    fn a_draft_leaves_the_approved_version_in_place_and_a_withdrawal_brings_no_older_one_back() {
        use State::{Approved, Submitted, Withdrawn};
        let one = row("A", 1, &[Submitted, Approved]);
        assert_eq!(codes(&[one.clone(), row("A", 2, &[Submitted])], "2024-06-02"), ["A/1"]);
        assert_eq!(codes(&[one.clone(), row("A", 2, &[Submitted, Approved])], "2024-06-02"), ["A/2"]);
        assert!(codes(&[one, row("A", 2, &[Submitted, Approved, Withdrawn])], "2024-06-02").is_empty());
    }

    #[test]
    fn a_communes_own_items_and_what_outlived_its_document_are_not_offered() {
        let mut own = row("A", 1, &[State::Submitted, State::Approved]);
        own.facts.origin = Origin::Commune;
        let mut over = row("B", 1, &[State::Submitted, State::Approved]);
        over.facts.document_ends = Some(day("2024-06-10"));
        assert_eq!(codes(&[own.clone(), over.clone()], "2024-06-10"), ["B/1"]);
        assert!(codes(&[own, over], "2024-06-11").is_empty());
    }

    #[test]
    fn it_counts_from_its_first_days_midnight_there_or_from_a_later_approval() {
        let mut one = row("A", 1, &[State::Submitted, State::Approved]);
        assert_eq!(public(&one, ZONE).since, at("2024-05-31T17:00:00Z"));
        one.steps[1].step.at = at("2024-06-05T02:00:00Z");
        assert_eq!(public(&one, ZONE).since, at("2024-06-05T02:00:00Z"));
    }

    #[test]
    fn every_change_has_a_second_of_its_own_and_no_change_has_none() {
        let of = |bulletins: Vec<PublicBulletin>, now: &str| Listening {
            rules: PublicRules::default(),
            zone: ZONE,
            bulletins,
            changed_at: at(now),
        };
        let first = dated(of(Vec::new(), "2024-06-01T00:00:00.9Z"), None);
        assert_eq!(first.changed_at, at("2024-06-01T00:00:00Z"));
        let same = dated(of(Vec::new(), "2024-06-02T00:00:00Z"), Some(&first));
        assert_eq!(same.changed_at, first.changed_at);
        let one = public(&row("A", 1, &[State::Approved]), ZONE);
        let second = dated(of(vec![one], "2024-06-01T00:00:00.95Z"), Some(&first));
        assert_eq!(second.changed_at, at("2024-06-01T00:00:01Z"));
    }
}
