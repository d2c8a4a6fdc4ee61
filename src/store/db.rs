//! One store over two databases: SQLite in a folder (WAL, synchronous FULL), or PostgreSQL by URL. Queries are
//! written once with `$1`; the macro repeats only the match arm.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database failed: {0}")]
    Sql(#[from] sqlx::Error),
    /// Tables could not be brought up to date.
    #[error("the tables could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row holds something this program did not write.
    #[error("the database holds something unreadable in {place}: {why}")]
    Corrupt {
        /// Table and column.
        place: &'static str,
        /// The reader's words.
        why: String,
    },
    /// The data folder could not be made.
    #[error("the data folder {path} cannot be used: {why}")]
    Folder {
        /// The folder.
        path: String,
        /// The system's words.
        why: String,
    },
}

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) db: Db,
}

#[derive(Clone, Debug)]
pub(super) enum Db {
    /// `write` has one connection, so writers wait in line instead of failing; `read` cannot write.
    Lite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Pg(PgPool),
}

/// Runs `$body` with `$pool` bound to the pool for reading, whichever database it is.
macro_rules! reading {
    ($store:expr, $pool:ident => $body:expr) => {
        match &$store.db {
            $crate::store::db::Db::Lite { read: $pool, .. } => $body,
            $crate::store::db::Db::Pg($pool) => $body,
        }
    };
}

/// Runs `$body` in a writing transaction `$tx`, committed durably before this returns; an early `?` rolls back.
macro_rules! writing {
    ($store:expr, $tx:ident => $body:expr) => {
        match &$store.db {
            $crate::store::db::Db::Lite { write, .. } => {
                let mut $tx = $crate::store::db::begin_lite(write).await?;
                let result = $body;
                $tx.commit().await?;
                result
            }
            $crate::store::db::Db::Pg(pool) => {
                let mut $tx = $crate::store::db::begin_pg(pool).await?;
                let result = $body;
                $tx.commit().await?;
                result
            }
        }
    };
}

/// Raises the number of a subject inside a transaction, so that other processes see it as new.
macro_rules! bump {
    ($tx:ident, $subject:expr) => {
        sqlx::query(
            "INSERT INTO revisions (subject, number) VALUES ($1, 1)
             ON CONFLICT (subject) DO UPDATE SET number = revisions.number + 1",
        )
        .bind($subject)
        .execute(&mut *$tx)
        .await?
    };
}

/// Waits for its turn with a subject, without raising its number. On PostgreSQL two transactions may otherwise read the
/// same state and both decide by it; on SQLite the write lock is held already.
macro_rules! hold {
    ($tx:ident, $subject:expr) => {
        sqlx::query(
            "INSERT INTO revisions (subject, number) VALUES ($1, 0)
             ON CONFLICT (subject) DO UPDATE SET number = revisions.number",
        )
        .bind($subject)
        .execute(&mut *$tx)
        .await?
    };
}

pub(super) use {bump, hold, reading, writing};

pub(super) async fn begin_lite(pool: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    // IMMEDIATE takes the write lock at once: a second process waits here, instead of failing half way.
    pool.begin_with("BEGIN IMMEDIATE").await
}

pub(super) async fn begin_pg(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    pool.begin().await
}

/// Adds a sentence's worth of place to what could not be read from a row.
pub(super) fn corrupt(place: &'static str) -> impl Fn(String) -> StoreError {
    move |why| StoreError::Corrupt { place, why }
}

/// A JSON column read back.
pub(super) fn json<T: serde::de::DeserializeOwned>(place: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt { place, why: error.to_string() })
}

/// A name or digest column read back.
pub(super) fn parse<T: std::str::FromStr>(place: &'static str, text: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| StoreError::Corrupt { place, why: error.to_string() })
}

/// A value as a JSON column.
pub(super) fn to_json<T: serde::Serialize>(place: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt { place, why: error.to_string() })
}

/// Table versions and counts fit; a negative one was not written by us.
pub(super) fn unsigned<T: TryFrom<i64>>(place: &'static str, number: i64) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| StoreError::Corrupt { place, why: format!("number {number}") })
}

impl Store {
    /// Opens `loa.db` in `folder`, making both if needed, and brings the tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the folder or the database cannot be used.
    pub async fn open_folder(folder: &Path) -> Result<Self, StoreError> {
        let unusable =
            |error: std::io::Error| StoreError::Folder { path: folder.display().to_string(), why: error.to_string() };
        std::fs::create_dir_all(folder).map_err(unusable)?;
        // Two processes may open a new folder at once, and migrations are not guarded against that on SQLite.
        let turn = std::fs::File::create(folder.join("loa.lock")).map_err(unusable)?;
        let wait = tokio::task::spawn_blocking(move || turn.lock().map(|()| turn));
        let turn = wait.await.map_err(std::io::Error::other).flatten().map_err(unusable)?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("loa.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20));
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        migrator(SQLITE).run(&write).await?;
        drop(turn);
        let read = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self { db: Db::Lite { write, read } })
    }

    /// Connects to PostgreSQL and brings the tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the server cannot be reached or refuses.
    pub async fn open_url(url: &str) -> Result<Self, StoreError> {
        // Whatever the server's default: an acknowledged confirmation must be on its disk.
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPool::connect_with(options.options([("synchronous_commit", "on")])).await?;
        migrator(POSTGRES).run(&pool).await?;
        Ok(Self { db: Db::Pg(pool) })
    }

    /// A consistent copy of an SQLite database into a new file, while others read and write. `false` when the store
    /// is a PostgreSQL server, which has its own tool for it.
    ///
    /// # Errors
    /// When the copy cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<bool, StoreError> {
        match &self.db {
            Db::Lite { read, .. } => {
                sqlx::query("VACUUM INTO $1").bind(file.display().to_string()).execute(read).await?;
                Ok(true)
            }
            Db::Pg(_) => Ok(false),
        }
    }

    /// A lasting fact of this store by its name: the one held, or this one if there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fact_or_set(&self, name: &str, value: &str) -> Result<String, StoreError> {
        let (held,): (String,) = writing!(self, tx => {
            sqlx::query("INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
                .bind(name).bind(value)
                .execute(&mut *tx)
                .await?;
            sqlx::query_as("SELECT value FROM facts WHERE name = $1").bind(name).fetch_one(&mut *tx).await?
        });
        Ok(held)
    }

    /// The number of each subject, raised by every change to it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revision(&self, subject: &str) -> Result<i64, StoreError> {
        let row: Option<(i64,)> = reading!(self, pool => sqlx::query_as("SELECT number FROM revisions WHERE subject = $1")
            .bind(subject)
            .fetch_optional(pool)
            .await?);
        Ok(row.map_or(0, |(number,)| number))
    }

    /// Notes who changed what.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_act(
        &self,
        by: &str,
        act: &str,
        subject: &str,
        detail: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        writing!(self, tx => {
            sqlx::query("INSERT INTO acts (at, by_user, act, subject, detail) VALUES ($1, $2, $3, $4, $5)")
                .bind(at).bind(by).bind(act).bind(subject).bind(detail)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }
}

type Script = (i64, &'static str, &'static str);
const SQLITE: &[Script] = &[
    (1, "first", include_str!("migrations/sqlite/0001_first.sql")),
    (2, "portraits", include_str!("migrations/sqlite/0002_portraits.sql")),
    (3, "uploads", include_str!("migrations/sqlite/0003_uploads.sql")),
    (4, "keys", include_str!("migrations/sqlite/0004_keys.sql")),
    (5, "looks", include_str!("migrations/sqlite/0005_looks.sql")),
    (6, "people", include_str!("migrations/sqlite/0006_people.sql")),
    (7, "calendar_links", include_str!("migrations/sqlite/0007_calendar_links.sql")),
    (8, "stop_orders", include_str!("migrations/sqlite/0008_stop_orders.sql")),
    (10, "grid_drafts", include_str!("migrations/sqlite/0010_grid_drafts.sql")),
    (11, "planned_from", include_str!("migrations/sqlite/0011_planned_from.sql")),
    (12, "offers", include_str!("migrations/sqlite/0012_offers.sql")),
    (13, "local_items", include_str!("migrations/sqlite/0013_local_items.sql")),
    (14, "break_ins", include_str!("migrations/sqlite/0014_break_ins.sql")),
    (15, "force_majeure", include_str!("migrations/sqlite/0015_force_majeure.sql")),
];
const POSTGRES: &[Script] = &[
    (1, "first", include_str!("migrations/postgres/0001_first.sql")),
    (2, "portraits", include_str!("migrations/postgres/0002_portraits.sql")),
    (3, "uploads", include_str!("migrations/postgres/0003_uploads.sql")),
    (4, "keys", include_str!("migrations/postgres/0004_keys.sql")),
    (5, "looks", include_str!("migrations/postgres/0005_looks.sql")),
    (6, "people", include_str!("migrations/postgres/0006_people.sql")),
    (7, "calendar_links", include_str!("migrations/postgres/0007_calendar_links.sql")),
    (8, "stop_orders", include_str!("migrations/postgres/0008_stop_orders.sql")),
    (10, "grid_drafts", include_str!("migrations/postgres/0010_grid_drafts.sql")),
    (11, "planned_from", include_str!("migrations/postgres/0011_planned_from.sql")),
    (12, "offers", include_str!("migrations/postgres/0012_offers.sql")),
    (13, "local_items", include_str!("migrations/postgres/0013_local_items.sql")),
    (14, "break_ins", include_str!("migrations/postgres/0014_break_ins.sql")),
    (15, "force_majeure", include_str!("migrations/postgres/0015_force_majeure.sql")),
];

fn migrator(scripts: &[Script]) -> Migrator {
    let migrations = scripts
        .iter()
        .map(|(version, name, sql)| {
            let sql = sqlx::SqlSafeStr::into_sql_str(*sql);
            Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}
