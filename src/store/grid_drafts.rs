//! The grid's drafts, step by step, and the one transaction that puts a draft in force together with what was planned
//! from it.

use chrono::{DateTime, Utc};

use super::db::{bump, hold, reading, unsigned, writing};
use super::held_days::{HELD_DAYS, HeldDayRow, insert_held};
use super::marks::Marks;
use super::rundowns::{RUNDOWNS, RundownRow, insert_rundown};
use super::schedules::{NewDocument, PLANNING, insert_document};
use super::{Store, StoreError};

/// Subject of [`Store::revision`] at which those who change the draft wait for their turn.
const GRID_DRAFTS: &str = "grid-drafts";

/// How a draft stands after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    /// It is worked on.
    Open,
    /// It was given up.
    Dropped,
    /// It is in force.
    Published,
}

impl DraftState {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Dropped => "dropped",
            Self::Published => "published",
        }
    }

    fn of_word(word: &str) -> Result<Self, StoreError> {
        [Self::Open, Self::Dropped, Self::Published]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| StoreError::Corrupt { place: "grid_drafts.state", why: format!("state \"{word}\"") })
    }
}

/// A step of a draft as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Its number, rising; 0 is before the first.
    pub id: i64,
    /// How the draft stands after it.
    pub state: DraftState,
    /// Version of the grid document that the draft changes, or that it became when it was published.
    pub base: u32,
    /// The whole drafted grid as JSON; empty unless open.
    pub body: String,
    /// What was done, one word.
    pub act: String,
    /// To which rule.
    pub subject: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A draft about to come into force.
#[derive(Debug)]
pub struct Publication<'a> {
    /// The newest step of the draft, as whoever publishes saw it.
    pub draft: i64,
    /// The number of [`PLANNING`] that the rundowns were planned at.
    pub planning: i64,
    /// The grid.
    pub document: NewDocument<'a>,
    /// Rundowns planned from it.
    pub rundowns: &'a [RundownRow],
    /// How far every other input stood when they were planned.
    pub marks: &'a Marks,
    /// Days that somebody agreed may become so small.
    pub agreed: &'a [HeldDayRow],
    /// Who publishes.
    pub by: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// What became of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// It is in force as this version of the grid document.
    As(u32),
    /// Somebody took a further step first; nothing was stored.
    DraftMoved,
    /// Something else that planning looks at changed first, or another process issued first; nothing was stored.
    PlanMoved,
}

type Row = (i64, String, i64, String, String, String, String, DateTime<Utc>);

fn row((id, state, base, body, act, subject, by, at): Row) -> Result<DraftRow, StoreError> {
    let base = unsigned("grid_drafts.base", base)?;
    Ok(DraftRow { id, state: DraftState::of_word(&state)?, base, body, act, subject, by, at })
}

/// The newest step's number, inside a transaction that holds the subject.
macro_rules! newest_step {
    ($tx:ident) => {{
        let (newest,): (i64,) =
            sqlx::query_as("SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM grid_drafts").fetch_one(&mut *$tx).await?;
        newest
    }};
}

macro_rules! insert_step {
    ($tx:ident, $row:expr) => {{
        let row: &DraftRow = $row;
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO grid_drafts (state, base, body, act, subject, by_user, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(row.state.word())
        .bind(i64::from(row.base))
        .bind(&row.body)
        .bind(&row.act)
        .bind(&row.subject)
        .bind(&row.by)
        .bind(row.at)
        .fetch_one(&mut *$tx)
        .await?;
        id
    }};
}

impl Store {
    /// Adds a step, whose number is given to it, when `seen` is still the newest one; its number, or none when somebody
    /// was faster.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_grid_draft(&self, seen: i64, step: &DraftRow) -> Result<Option<i64>, StoreError> {
        Ok(writing!(self, tx => {
            hold!(tx, GRID_DRAFTS);
            if newest_step!(tx) == seen { Some(insert_step!(tx, step)) } else { None }
        }))
    }

    /// The newest step; none before the first.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn newest_grid_draft(&self) -> Result<Option<DraftRow>, StoreError> {
        Ok(self.grid_draft_steps(1).await?.pop())
    }

    /// Steps, newest first, at most so many.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn grid_draft_steps(&self, most: u32) -> Result<Vec<DraftRow>, StoreError> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, state, base, body, act, subject, by_user, at FROM grid_drafts ORDER BY id DESC LIMIT $1",
        )
        .bind(i64::from(most))
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(row).collect()
    }

    /// The last version of the grid document that was published from a draft, by whom and when.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn last_published_grid(&self) -> Result<Option<DraftRow>, StoreError> {
        let found: Option<Row> = reading!(self, pool => sqlx::query_as(
            "SELECT id, state, base, body, act, subject, by_user, at FROM grid_drafts
             WHERE state = 'published' ORDER BY id DESC LIMIT 1",
        )
        .fetch_optional(pool)
        .await?);
        found.map(row).transpose()
    }

    /// Puts a draft in force: the new version of the grid document, the rundowns planned from it, and what people agreed
    /// to, in one transaction, all or nothing.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn publish_grid(&self, new: &Publication<'_>) -> Result<Published, StoreError> {
        let outcome: Result<Published, sqlx::Error> = async {
            Ok(writing!(self, tx => {
                // Everybody who changes what planning looks at waits here, and finds another number afterwards.
                bump!(tx, PLANNING);
                hold!(tx, GRID_DRAFTS);
                let (planning,): (i64,) = sqlx::query_as("SELECT number FROM revisions WHERE subject = $1")
                    .bind(PLANNING)
                    .fetch_one(&mut *tx)
                    .await?;
                let newest = newest_step!(tx);
                if planning != new.planning + 1 || newest != new.draft {
                    tx.rollback().await?;
                    return Ok(if newest == new.draft { Published::PlanMoved } else { Published::DraftMoved });
                }
                let (version,): (i64,) = sqlx::query_as(
                    "SELECT CAST(COALESCE(MAX(version), 0) + 1 AS BIGINT) FROM schedule_documents WHERE kind = $1",
                )
                .bind(new.document.kind)
                .fetch_one(&mut *tx)
                .await?;
                insert_document!(tx, &new.document, version, new.at, new.by);
                hold!(tx, HELD_DAYS);
                for day in new.agreed {
                    insert_held!(tx, day);
                }
                let (held,): (i64,) = sqlx::query_as("SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM held_days")
                    .fetch_one(&mut *tx)
                    .await?;
                let marks = new.marks.published(new.document.kind, version, held);
                // Plain numbers by name always have a JSON form.
                let marks = serde_json::to_string(&marks).unwrap_or_default();
                hold!(tx, RUNDOWNS);
                let (issue,): (i64,) = sqlx::query_as("SELECT number FROM revisions WHERE subject = $1")
                    .bind(RUNDOWNS)
                    .fetch_one(&mut *tx)
                    .await?;
                if Some(issue) != new.marks.issue() {
                    tx.rollback().await?;
                    return Ok(Published::PlanMoved);
                }
                for rundown in new.rundowns {
                    insert_rundown!(tx, rundown, &marks, issue + 1);
                }
                let version = u32::try_from(version).unwrap_or(u32::MAX);
                let step = DraftRow {
                    id: 0,
                    state: DraftState::Published,
                    base: version,
                    body: String::new(),
                    act: "published".into(),
                    subject: String::new(),
                    by: new.by.into(),
                    at: new.at,
                };
                insert_step!(tx, &step);
                sqlx::query("INSERT INTO acts (at, by_user, act, subject, detail) VALUES ($1, $2, $3, $4, $5)")
                    .bind(new.at).bind(new.by).bind("grid-published").bind(format!("{version}"))
                    .bind(format!("{} / {}", new.rundowns.len(), new.agreed.len()))
                    .execute(&mut *tx)
                    .await?;
                bump!(tx, RUNDOWNS);
                Published::As(version)
            }))
        }
        .await;
        match outcome {
            Ok(published) => Ok(published),
            // Another process issued the same versions.
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(Published::PlanMoved),
            Err(error) => Err(error.into()),
        }
    }
}
