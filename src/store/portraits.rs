//! What renditions look and sound like, and in which bulletins a recording is held. Portraits only ever grow; one of a
//! rendition that is known already changes nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::db::{json, parse, reading, to_json, unsigned, writing};
use super::{Store, StoreError};
use crate::domain::ids::{BulletinCode, Sha256};
use crate::domain::portrait::{Fingerprint, Portrait, Waveform};

/// Marks in one statement.
const MARKS_AT_ONCE: usize = 500;

/// A version that holds a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The bulletin.
    pub code: BulletinCode,
    /// Its version.
    pub version: u32,
}

/// A rendition that shares marks with another recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The rendition.
    pub rendition: Sha256,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

impl Store {
    /// Keeps a portrait with the marks by which it is found; `false` if the rendition has one already.
    ///
    /// # Errors
    /// When the database fails; nothing is stored then.
    pub async fn add_portrait(
        &self,
        rendition: &Sha256,
        original: &Sha256,
        portrait: &Portrait,
        marks: &[u32],
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let waveform = to_json("sound_portraits.waveform", &portrait.waveform)?;
        let fingerprint = portrait.fingerprint.to_bytes();
        Ok(writing!(self, tx => {
            let id: Option<(i64,)> = sqlx::query_as(
                "INSERT INTO sound_portraits (rendition, original, waveform, fingerprint, created_at)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (rendition) DO NOTHING RETURNING id",
            )
            .bind(rendition.to_string()).bind(original.to_string()).bind(&waveform).bind(&fingerprint).bind(at)
            .fetch_optional(&mut *tx)
            .await?;
            if let Some((id,)) = id {
                for some in marks.chunks(MARKS_AT_ONCE) {
                    let mut query = QueryBuilder::new("INSERT INTO sound_marks (mark, portrait) ");
                    query.push_values(some, |mut row, mark| {
                        row.push_bind(i64::from(*mark)).push_bind(id);
                    });
                    query.push(" ON CONFLICT (mark, portrait) DO NOTHING");
                    query.build().execute(&mut *tx).await?;
                }
            }
            id.is_some()
        }))
    }

    /// The waveform of a rendition; none for one made before waveforms were kept.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn waveform(&self, rendition: &Sha256) -> Result<Option<Waveform>, StoreError> {
        let row: Option<(String,)> = reading!(self, pool => {
            sqlx::query_as("SELECT waveform FROM sound_portraits WHERE rendition = $1")
                .bind(rendition.to_string())
                .fetch_optional(pool)
                .await?
        });
        row.map(|(text,)| json("sound_portraits.waveform", &text)).transpose()
    }

    /// The renditions that share most of these marks, at most `most`, each sharing at least two.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn portraits_sharing(&self, marks: &[u32], most: usize) -> Result<Vec<Candidate>, StoreError> {
        let mut shared: HashMap<i64, i64> = HashMap::new();
        for some in marks.chunks(MARKS_AT_ONCE) {
            let counts: Vec<(i64, i64)> = reading!(self, pool => {
                let mut query = QueryBuilder::new("SELECT portrait, COUNT(*) FROM sound_marks WHERE mark IN (");
                let mut list = query.separated(", ");
                for mark in some {
                    list.push_bind(i64::from(*mark));
                }
                query.push(") GROUP BY portrait");
                query.build_query_as().fetch_all(pool).await?
            });
            for (portrait, count) in counts {
                *shared.entry(portrait).or_default() += count;
            }
        }
        let mut ranked: Vec<(i64, i64)> = shared.into_iter().filter(|(_, count)| *count >= 2).collect();
        ranked.sort_by_key(|(portrait, count)| (std::cmp::Reverse(*count), *portrait));
        let mut candidates = Vec::new();
        for (portrait, _) in ranked.into_iter().take(most) {
            let (rendition, bytes): (String, Vec<u8>) = reading!(self, pool => {
                sqlx::query_as("SELECT rendition, fingerprint FROM sound_portraits WHERE id = $1")
                    .bind(portrait)
                    .fetch_one(pool)
                    .await?
            });
            let fingerprint = Fingerprint::from_bytes(&bytes).ok_or_else(|| StoreError::Corrupt {
                place: "sound_portraits.fingerprint",
                why: format!("{} bytes", bytes.len()),
            })?;
            candidates.push(Candidate { rendition: parse("sound_portraits.rendition", &rendition)?, fingerprint });
        }
        Ok(candidates)
    }

    /// The versions made from this original, by code and number.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn holders_of_original(&self, original: &Sha256) -> Result<Vec<Holder>, StoreError> {
        let rows = reading!(self, pool => {
            sqlx::query_as("SELECT code, version FROM bulletin_sounds WHERE original = $1 ORDER BY code, version")
                .bind(original.to_string())
                .fetch_all(pool)
                .await?
        });
        holders(rows)
    }

    /// The versions that air this rendition, by code and number.
    ///
    /// # Errors
    /// When the database fails or holds something unreadable.
    pub async fn holders_of_rendition(&self, rendition: &Sha256) -> Result<Vec<Holder>, StoreError> {
        let rows = reading!(self, pool => {
            sqlx::query_as("SELECT code, version FROM bulletin_sounds WHERE rendition = $1 ORDER BY code, version")
                .bind(rendition.to_string())
                .fetch_all(pool)
                .await?
        });
        holders(rows)
    }
}

fn holders(rows: Vec<(String, i64)>) -> Result<Vec<Holder>, StoreError> {
    let read = |(code, version): (String, i64)| {
        let code = parse("bulletin_sounds.code", &code)?;
        Ok(Holder { code, version: unsigned("bulletin_sounds.version", version)? })
    };
    rows.into_iter().map(read).collect()
}
