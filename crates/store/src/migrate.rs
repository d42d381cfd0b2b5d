//! Migrates the schema to the newest version: one transaction for each migration, under a lock on
//! the row with the version, so that several processes can start at the same time.

use std::collections::BTreeSet;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

use crate::db::{Db, Tx, args};
use crate::{Error, Result, crash};

struct Migration {
    common: &'static str,
    /// Statements for `SQLite` only, run after the common part.
    sqlite: &'static str,
    /// Statements for PostgreSQL only, run after the common part.
    postgres: &'static str,
}

impl Migration {
    fn parts(&self, tx: &Tx) -> [String; 2] {
        match tx {
            Tx::Sqlite(_) => [self.common.to_owned(), self.sqlite.to_owned()],
            // Texts are ordered by their bytes, as in SQLite, in any locale of the database.
            Tx::Postgres(_) => [self.common, self.postgres]
                .map(|part| part.replace(" TEXT", " TEXT COLLATE \"C\"")),
        }
    }
}

/// In order; the first migration leads to version 1.
const MIGRATIONS: [Migration; NEWEST as usize] = [
    Migration {
        common: include_str!("../migrations/0001_base.sql"),
        sqlite: include_str!("../migrations/0001_base.sqlite.sql"),
        postgres: include_str!("../migrations/0001_base.postgres.sql"),
    },
    Migration {
        common: include_str!("../migrations/0002_decisions.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        common: include_str!("../migrations/0003_directory.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        common: include_str!("../migrations/0004_questions.sql"),
        sqlite: "",
        postgres: include_str!("../migrations/0004_questions.postgres.sql"),
    },
    Migration {
        common: include_str!("../migrations/0005_rejected.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        common: include_str!("../migrations/0006_renewal_terms.sql"),
        sqlite: "",
        postgres: "",
    },
];

/// The version after the last migration.
pub(crate) const NEWEST: u8 = 6;
/// The migration that deletes secrets. Their bytes are removed from the file after it.
const DELETES_SECRETS: i64 = 5;

pub(crate) const VERSION: &str = "SELECT version FROM schema_version WHERE only_row = 1";

/// Refuses a file of a newer version before it is opened for writing.
pub(crate) async fn refuse_newer_file(options: &SqliteConnectOptions) -> Result<()> {
    let mut conn = SqliteConnection::connect_with(&options.clone().read_only(true)).await?;
    let version = sqlx::query_scalar::<_, i64>(VERSION)
        .fetch_optional(&mut conn)
        .await
        .or_else(|error| match error {
            // A new file does not have this table.
            sqlx::Error::Database(_) => Ok(None),
            other => Err(other),
        });
    conn.close().await?;
    refuse_newer(version?.unwrap_or(0))
}

pub(crate) fn refuse_newer(found: i64) -> Result<()> {
    if found > NEWEST.into() {
        return Err(Error::NewerSchema {
            found,
            known: NEWEST.into(),
        });
    }
    Ok(())
}

/// Refuses a database that is not of the newest version, because it is only looked at.
pub(crate) async fn require_newest(db: &Db) -> Result<()> {
    let found = version_or_none(db).await?;
    refuse_newer(found)?;
    if found < NEWEST.into() {
        return Err(Error::OlderSchema {
            found,
            needed: NEWEST.into(),
        });
    }
    Ok(())
}

/// Migrates the schema to the newest version. Writes nothing if it is of that version, because a
/// process must be able to start on a full disk.
pub(crate) async fn migrate(db: &Db) -> Result<()> {
    begin_counting(db).await?;
    let before = version(db).await?;
    if before == i64::from(NEWEST) {
        return Ok(());
    }
    for (version, migration) in (1..).zip(&MIGRATIONS) {
        run(db, version, migration).await.map_err(in_use)?;
    }
    let found = version(db).await?;
    refuse_newer(found)?;
    remove_deleted_secrets(db, before).await
}

/// Runs one migration, unless it was run before.
async fn run(db: &Db, version: i64, migration: &Migration) -> Result<()> {
    let mut tx = db.begin_migration().await?;
    let found = tx
        .locked(VERSION, args![])
        .await?
        .ok_or_else(|| Error::corrupt("schema_version has no row"))?
        .int("version")?;
    refuse_newer(found)?;
    if found >= version {
        return Ok(());
    }
    tx.without_time_limit().await?;
    apply(&mut tx, version, migration).await?;
    tx.commit().await
}

/// Says what to do about a lock that another process did not give up in time.
fn in_use(error: Error) -> Error {
    if !error.is_lock_timeout() {
        return error;
    }
    Error::conflict(
        "the schema cannot be upgraded now, because another process uses the database. Nothing was changed: stop all \
         other processes of Seatwise, and backups and sessions of psql, and start again",
    )
}

async fn apply(tx: &mut Tx, version: i64, migration: &Migration) -> Result<()> {
    for part in migration.parts(tx) {
        tx.script(part).await?;
        crash::point("store: mid-migration");
    }
    tx.execute(
        "UPDATE schema_version SET version = $1 WHERE only_row = 1",
        args![version],
    )
    .await?;
    Ok(())
}

/// Applies the migrations after the version `after` up to `to`, all in the given transaction.
pub(crate) async fn apply_range(tx: &mut Tx, after: i64, to: i64) -> Result<()> {
    for (version, migration) in (1..).zip(&MIGRATIONS) {
        if version > after && version <= to {
            apply(tx, version, migration).await?;
        }
    }
    Ok(())
}

/// Removes the bytes of secrets that a migration from the version `before` deleted.
pub(crate) async fn remove_deleted_secrets(db: &Db, before: i64) -> Result<()> {
    if (1..DELETES_SECRETS).contains(&before) {
        db.remove_erased_bytes().await?;
    }
    Ok(())
}

/// Names of the tables that the migrations up to a version leave behind, without the table of the
/// version. A database of PostgreSQL may contain tables of other programs.
pub(crate) fn tables(version: i64) -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    let texts = (1..)
        .zip(&MIGRATIONS)
        .filter(|(number, _)| *number <= version)
        // Those for SQLite have the same tables as those for PostgreSQL.
        .flat_map(|(_, migration)| [migration.common, migration.sqlite]);
    for line in texts.flat_map(str::lines) {
        let words: Vec<&str> = line.trim_end_matches(';').split_whitespace().collect();
        match words[..] {
            ["CREATE", "TABLE", name, ..] => {
                tables.insert(name.to_owned());
            }
            ["DROP", "TABLE", name] => {
                tables.remove(name);
            }
            ["ALTER", "TABLE", old, "RENAME", "TO", new] => {
                tables.remove(old);
                tables.insert(new.to_owned());
            }
            _ => {}
        }
    }
    tables
}

/// The present version of the schema.
pub(crate) async fn version(db: &Db) -> Result<i64> {
    db.read().await?.one(VERSION, args![]).await?.int("version")
}

/// The version of the schema, which stays the same until the end of the transaction: on PostgreSQL writers
/// share a lock that a migration wants for itself, and `SQLite` has one writer.
pub(crate) async fn version_within(tx: &mut Tx) -> Result<i64> {
    tx.one(VERSION, args![]).await?.int("version")
}

/// The present version of the schema; 0 when nothing was ever stored.
pub(crate) async fn version_or_none(db: &Db) -> Result<i64> {
    match version(db).await {
        // There is no table with the version.
        Err(Error::Database(sqlx::Error::Database(error)))
            if error.code().as_deref() == Some("42P01")
                || error.message().contains("no such table") =>
        {
            Ok(0)
        }
        other => other,
    }
}

/// Creates the table with the version. PostgreSQL may refuse when another process creates it at the
/// same time; a second attempt finds it.
pub(crate) async fn begin_counting(db: &Db) -> Result<()> {
    let mut last = None;
    for _ in 0..5 {
        match try_begin_counting(db).await {
            Ok(()) => return Ok(()),
            Err(error) => last = Some(error),
        }
    }
    last.map_or(Ok(()), Err)
}

async fn try_begin_counting(db: &Db) -> Result<()> {
    let there = match db.read().await?.optional(VERSION, args![]).await {
        Ok(row) => row.is_some(),
        Err(Error::Database(sqlx::Error::Database(_))) => false,
        Err(error) => return Err(error),
    };
    if there {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    create_version(&mut tx).await?;
    tx.commit().await
}

/// Creates the table with the version, which is 0 until the first migration.
pub(crate) async fn create_version(tx: &mut Tx) -> Result<()> {
    tx.script(
        "CREATE TABLE IF NOT EXISTS schema_version (
           only_row BIGINT NOT NULL PRIMARY KEY,
           version BIGINT NOT NULL
         )"
        .to_owned(),
    )
    .await?;
    tx.execute(
        "INSERT INTO schema_version (only_row, version) VALUES (1, 0)
         ON CONFLICT (only_row) DO NOTHING",
        args![],
    )
    .await?;
    Ok(())
}
