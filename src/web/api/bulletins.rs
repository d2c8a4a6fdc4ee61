//! Bulletins and their versions, read.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::{Answer, ApiError, Refusals};
use super::shapes::{Finding, time};
use crate::center::bulletins::VersionRow;
use crate::domain::access::Scope;
use crate::domain::area::Target;
use crate::domain::bulletin::{Facts, Origin, has_expired};
use crate::domain::ids::BulletinCode;
use crate::web::handlers::bulletins::warnings;
use crate::web::handlers::desk::READERS;

/// A bulletin's newest version.
#[derive(Serialize, ToSchema)]
pub struct Bulletin {
    /// Its code.
    code: String,
    /// Title.
    title: String,
    /// Number of the version.
    version: u32,
    /// draft, submitted, endorsed (approved once of twice), approved, returned, withdrawn, or expired: approved, and
    /// its last day is over.
    state: String,
    /// ordinary, priority or urgent.
    priority: String,
    /// First local day on which it may air.
    #[schema(format = Date)]
    airs_from: String,
    /// Last local day.
    #[schema(format = Date)]
    airs_to: String,
    /// Length, milliseconds.
    duration_ms: u64,
    /// Findings of the upload check to look at before deciding.
    warnings: u32,
}

/// A step of the approval.
#[derive(Serialize, ToSchema)]
pub struct StepBody {
    /// submitted, endorsed, approved, returned or withdrawn.
    to: String,
    /// Log-in name.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Why.
    reason: Option<String>,
}

/// What an author says of a version.
#[derive(Serialize, ToSchema)]
pub struct FactsAnswer {
    /// Content of the publicity plan, 1 to 7.
    topic: u8,
    /// ordinary, priority or urgent.
    priority: String,
    /// Who made it.
    producer: String,
    /// BCP 47 tag of the spoken language.
    language: String,
    /// The bulletin that it says in another language.
    sibling_of: Option<String>,
    /// department or commune.
    origin: String,
    /// The document it explains.
    source_document: String,
    /// Last local day that document is in force.
    #[schema(format = Date)]
    document_ends: Option<String>,
    /// The words spoken.
    transcript: String,
    /// Codes of the units where it may air.
    areas: Vec<String>,
    /// Codes of units beneath them where it may not.
    except: Vec<String>,
    /// First local day it may air.
    #[schema(format = Date)]
    airs_from: String,
    /// Last local day.
    #[schema(format = Date)]
    airs_to: String,
}

impl FactsAnswer {
    fn of(facts: &Facts) -> Self {
        let Target { areas, except } = &facts.target;
        Self {
            topic: facts.topic.into(),
            priority: facts.priority.word().into(),
            producer: facts.producer.clone(),
            language: facts.language.clone(),
            sibling_of: facts.sibling_of.as_ref().map(ToString::to_string),
            origin: if facts.origin == Origin::Commune { "commune".into() } else { "department".into() },
            source_document: facts.source_document.clone(),
            document_ends: facts.document_ends.map(|day| day.to_string()),
            transcript: facts.transcript.clone(),
            areas: areas.iter().map(ToString::to_string).collect(),
            except: except.iter().map(ToString::to_string).collect(),
            airs_from: facts.airs_from.to_string(),
            airs_to: facts.airs_to.to_string(),
        }
    }
}

/// A version of a bulletin.
#[derive(Serialize, ToSchema)]
pub struct Version {
    /// Its number.
    version: u32,
    /// Title.
    title: String,
    /// draft, submitted, endorsed (approved once of twice), approved, returned, withdrawn, or expired: approved, and
    /// its last day is over.
    state: String,
    /// Log-in name of whoever made it.
    author: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Length, milliseconds.
    duration_ms: u64,
    /// SHA-256 of the file as uploaded.
    original_sha256: String,
    /// SHA-256 of the WAV made from it.
    master_sha256: String,
    /// SHA-256 of what stations play.
    rendition_sha256: String,
    /// Where what stations play is fetched.
    sound_path: String,
    /// Name of the file as uploaded.
    file_name: String,
    /// What its author says of it.
    facts: FactsAnswer,
    /// What the upload check found.
    findings: Vec<Finding>,
    /// What was decided.
    steps: Vec<StepBody>,
}

/// A bulletin with all its versions.
#[derive(Serialize, ToSchema)]
pub struct Whole {
    /// Its code.
    code: String,
    /// Oldest first.
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
struct Found {
    #[serde(default)]
    findings: Vec<Finding>,
}

/// States and priorities are single words in every stored form.
pub fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
}

/// A version's state, with that which follows from its dates.
fn state(row: &VersionRow, today: NaiveDate) -> String {
    if has_expired(row.state(), &row.facts, today) { "expired".into() } else { word(row.state()) }
}

/// Bulletins, each by its newest version
#[utoipa::path(get, path = "/api/v1/bulletins", tag = "bulletins", security(("token" = ["read"]), ("session" = [])),
    responses((status = 200, description = "By code", body = Vec<Bulletin>), Refusals))]
pub async fn list(caller: Caller) -> Answer<Vec<Bulletin>> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let rows = caller.center().bulletin_versions(None).await.map_err(|error| caller.center_failed(error))?;
    let today = today(&caller).await?;
    // Versions come in their order: the newest one stays.
    let newest: BTreeMap<BulletinCode, VersionRow> =
        rows.into_iter().map(|row| (row.facts.code.clone(), row)).collect();
    let view = |row: VersionRow| Bulletin {
        code: row.facts.code.to_string(),
        version: row.version,
        state: state(&row, today),
        priority: word(row.facts.priority),
        airs_from: row.facts.airs_from.to_string(),
        airs_to: row.facts.last_day().to_string(),
        duration_ms: row.sound.duration_ms,
        warnings: warnings(&row),
        title: row.facts.title,
    };
    Ok(Json(newest.into_values().map(view).collect()))
}

/// One bulletin with its versions, findings and steps
#[utoipa::path(get, path = "/api/v1/bulletins/{code}", tag = "bulletins",
    security(("token" = ["read"]), ("session" = [])), params(("code" = String, Path, description = "Its code")),
    responses((status = 200, description = "The bulletin", body = Whole), Refusals))]
pub async fn one(caller: Caller, Path(code): Path<String>) -> Answer<Whole> {
    caller.need(Scope::Read)?;
    caller.only(&READERS)?;
    let rows = versions(&caller, &code).await?;
    let today = today(&caller).await?;
    let step = |row: &VersionRow| {
        row.steps
            .iter()
            .map(|taken| StepBody {
                to: word(taken.step.to),
                by: taken.step.by.clone(),
                at: time(taken.step.at),
                reason: taken.step.reason.clone(),
            })
            .collect()
    };
    let view = |row: VersionRow| Version {
        version: row.version,
        state: state(&row, today),
        created_at: time(row.created_at),
        duration_ms: row.sound.duration_ms,
        original_sha256: row.sound.original.to_string(),
        master_sha256: row.sound.master.to_string(),
        rendition_sha256: row.sound.rendition.to_string(),
        sound_path: format!("/api/v1/sounds/{}.opus", row.sound.rendition),
        facts: FactsAnswer::of(&row.facts),
        findings: serde_json::from_str::<Found>(&row.findings).unwrap_or_default().findings,
        steps: step(&row),
        title: row.facts.title,
        author: row.author,
        file_name: row.file_name,
    };
    Ok(Json(Whole { code, versions: rows.into_iter().map(view).collect() }))
}

async fn today(caller: &Caller) -> Result<NaiveDate, ApiError> {
    caller.center().local_today().await.map_err(|error| caller.center_failed(error))
}

async fn versions(caller: &Caller, code: &str) -> Result<Vec<VersionRow>, ApiError> {
    let code: BulletinCode = code.parse().map_err(|_| ApiError::not_found(caller.words))?;
    let rows = caller.center().bulletin_versions(Some(&code)).await.map_err(|error| caller.center_failed(error))?;
    if rows.is_empty() { Err(ApiError::not_found(caller.words)) } else { Ok(rows) }
}
