//! Imported schedule documents (areas, stations, grid, orders): append-only versions, the newest is in force.

use chrono::{DateTime, Utc};

use super::db::{bump, hold, reading, unsigned, writing};
use super::{Store, StoreError};

/// Subject of [`Store::revision`] raised by every change that planning looks at.
pub const PLANNING: &str = "planning";

/// A document about to be stored.
#[derive(Debug, Clone)]
pub struct NewDocument<'a> {
    /// `areas`, `stations`, `grid` or `orders`.
    pub kind: &'a str,
    /// SHA-256 of the body, hex.
    pub digest: String,
    /// JSON of the domain's type.
    pub body: String,
}

/// A document as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `areas`, `stations`, `grid` or `orders`.
    pub kind: String,
    /// From 1.
    pub version: u32,
    /// JSON of the domain's type.
    pub body: String,
}

macro_rules! insert_document {
    ($tx:ident, $document:expr, $version:expr, $at:expr, $by:expr) => {{
        let document: &$crate::store::schedules::NewDocument = $document;
        sqlx::query(
            "INSERT INTO schedule_documents (kind, version, digest, body, imported_at, imported_by)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(document.kind)
        .bind($version)
        .bind(&document.digest)
        .bind(&document.body)
        .bind($at)
        .bind($by)
        .execute(&mut *$tx)
        .await?
    }};
}
pub(super) use insert_document;

impl Store {
    /// Adds a version unless the newest has the same digest; returns whether it was added.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_schedule_document(
        &self,
        kind: &str,
        digest: &str,
        body: &str,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let new = NewDocument { kind, digest: digest.into(), body: body.into() };
        Ok(!self.add_schedule_documents(&[new], by, at).await?.is_empty())
    }

    /// Adds a version of each document that differs from its newest, all at once: nobody plans from half an import.
    /// Returns the kinds that were added.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_schedule_documents(
        &self,
        documents: &[NewDocument<'_>],
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        Ok(writing!(self, tx => {
            hold!(tx, PLANNING);
            let mut added = Vec::new();
            for document in documents {
                let NewDocument { kind, digest, .. } = document;
                let newest: Option<(i64, String)> = sqlx::query_as(
                    "SELECT version, digest FROM schedule_documents WHERE kind = $1 ORDER BY version DESC LIMIT 1",
                )
                .bind(*kind)
                .fetch_optional(&mut *tx)
                .await?;
                let version = newest.as_ref().map_or(0, |(version, _)| *version) + 1;
                if newest.is_none_or(|(_, held)| held != *digest) {
                    insert_document!(tx, document, version, at, by);
                    added.push((*kind).to_string());
                }
            }
            if !added.is_empty() {
                bump!(tx, PLANNING);
            }
            added
        }))
    }

    /// The newest version of each kind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn schedule_documents(&self) -> Result<Vec<Document>, StoreError> {
        let rows: Vec<(String, i64, String)> = reading!(self, pool => sqlx::query_as(
            "SELECT kind, version, body FROM schedule_documents d
             WHERE version = (SELECT MAX(version) FROM schedule_documents WHERE kind = d.kind)
             ORDER BY kind",
        )
        .fetch_all(pool)
        .await?);
        rows.into_iter()
            .map(|(kind, version, body)| {
                Ok(Document { kind, version: unsigned("schedule_documents.version", version)?, body })
            })
            .collect()
    }

    /// The body of one version of a kind; none when there is no such version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn schedule_document(&self, kind: &str, version: u32) -> Result<Option<String>, StoreError> {
        let found: Option<(String,)> = reading!(self, pool => sqlx::query_as(
            "SELECT body FROM schedule_documents WHERE kind = $1 AND version = $2",
        )
        .bind(kind).bind(i64::from(version))
        .fetch_optional(pool)
        .await?);
        Ok(found.map(|(body,)| body))
    }
}
