//! Migrates the schema to the newest version: one transaction for each migration, under a lock on
//! the row with the version, so that several processes can start at the same time.

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
];

/// The version after the last migration.
pub(crate) const NEWEST: u8 = 5;
/// The migration that deletes secrets. Their bytes are removed from the file after it.
const DELETES_SECRETS: i64 = 5;

const VERSION: &str = "SELECT version FROM schema_version WHERE only_row = 1";

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

fn refuse_newer(found: i64) -> Result<()> {
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
    let found = match version(db).await {
        // There is no table with the version: nothing was ever stored.
        Err(Error::Database(sqlx::Error::Database(error)))
            if error.code().as_deref() == Some("42P01")
                || error.message().contains("no such table") =>
        {
            0
        }
        other => other?,
    };
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
        let mut tx = db.begin().await?;
        let found = tx
            .locked(VERSION, args![])
            .await?
            .ok_or_else(|| Error::corrupt("schema_version has no row"))?
            .int("version")?;
        refuse_newer(found)?;
        if found >= version {
            continue;
        }
        tx.without_time_limit().await?;
        for part in migration.parts(&tx) {
            tx.script(part).await?;
            crash::point("store: mid-migration");
        }
        tx.execute(
            "UPDATE schema_version SET version = $1 WHERE only_row = 1",
            args![version],
        )
        .await?;
        tx.commit().await?;
    }
    let found = version(db).await?;
    refuse_newer(found)?;
    if (1..DELETES_SECRETS).contains(&before) {
        db.remove_erased_bytes().await?;
    }
    Ok(())
}

/// The present version of the schema.
pub(crate) async fn version(db: &Db) -> Result<i64> {
    db.read().await?.one(VERSION, args![]).await?.int("version")
}

/// Creates the table with the version. PostgreSQL may refuse when another process creates it at the
/// same time; a second attempt finds it.
async fn begin_counting(db: &Db) -> Result<()> {
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
    tx.commit().await
}
