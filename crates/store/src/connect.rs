//! Connections to the two engines: options, pools, time limits, and the wait for a server that is
//! late.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use log::LevelFilter;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::db::Db;
use crate::file_lock::make_file_private;
use crate::opened_file::OpenedFile;
use crate::{Error, Result, migrate};

/// Longest wait of `SQLite` for a connection or for another writer.
const WAIT: Duration = Duration::from_mins(2);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;
/// Longest wait for a connection to PostgreSQL. Short, because a pool waits this long for a server
/// that is gone, and a person waits for the answer.
const POSTGRES_WAIT: Duration = Duration::from_secs(10);
/// Longest wait for one attempt to connect at the start.
const ONE_ATTEMPT: Duration = Duration::from_secs(5);
/// Pause between two attempts to connect at the start.
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(1);

/// Time limits of a transaction on PostgreSQL, in milliseconds. They are set in each transaction
/// rather than for a connection, because a pooler gives each transaction another connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TransactionLimits {
    /// For a lock that another transaction has.
    pub(crate) lock: u32,
    /// For one statement.
    pub(crate) statement: u32,
    /// Between two statements. A process that is frozen within a transaction loses its locks after
    /// this time; it is shorter than the lease of a sync, so that another process can take over as
    /// soon as the lease has expired.
    pub(crate) idle: u32,
}

impl TransactionLimits {
    pub(crate) const USUAL: Self = Self {
        lock: 10_000,
        statement: 300_000,
        idle: 15_000,
    };

    /// The statements that begin a transaction with these limits, in one round trip.
    fn begin(self) -> Arc<str> {
        let Self {
            lock,
            statement,
            idle,
        } = self;
        format!(
            "BEGIN; SET LOCAL lock_timeout = {lock}; SET LOCAL statement_timeout = {statement}; \
             SET LOCAL idle_in_transaction_session_timeout = {idle}"
        )
        .into()
    }
}

pub(crate) fn sqlite_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .foreign_keys(false)
        .busy_timeout(WAIT)
        .statement_cache_capacity(200)
        // Rows come from another thread: a larger buffer means fewer waits.
        .row_buffer_size(500)
        .disable_statement_logging()
}

pub(crate) async fn open_file(file: &Path) -> Result<Db> {
    make_file_private(file).map_err(|source| Error::File {
        path: file.to_owned(),
        source,
    })?;
    let options = sqlite_options().filename(file);
    migrate::refuse_newer_file(&options).await?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WAIT)
        // No warning about waiting, because writers queue for the one connection by design.
        .acquire_slow_level(LevelFilter::Debug)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        // The engine rolls back by itself when the disk is full or fails, which the driver does not
        // notice: it would refuse every later transaction on this connection. The ping waits until
        // a rollback that was requested has been carried out.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(
            options
                .clone()
                .create_if_missing(true)
                .pragma("cache_size", "-16000")
                // Pages are often written several times: checkpoint them together, every 16 MB,
                // and shrink a longer log.
                .pragma("wal_autocheckpoint", "4000")
                .pragma("journal_size_limit", "67108864"),
        )
        .await?;
    let reader = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        // All readers are connected from the beginning and stay so. A new connection needs the file
        // at its path and space for the index of the write-ahead log, and reading must go on without
        // them.
        .min_connections(SQLITE_READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .connect_with(
            options
                .pragma("query_only", "1")
                .pragma("cache_size", "-4000"),
        )
        .await?;
    Ok(Db::Sqlite {
        writer,
        reader,
        file: Some(OpenedFile::at(file)),
    })
}

pub(crate) async fn open_memory() -> Result<Db> {
    let only: SqlitePool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WAIT)
        .acquire_slow_level(LevelFilter::Debug)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(sqlite_options().in_memory(true))
        .await?;
    Ok(Db::Sqlite {
        writer: only.clone(),
        reader: only,
        file: None,
    })
}

/// Connects to PostgreSQL. A server that is late, such as one that starts at the same time, gets
/// `patience`.
pub(crate) async fn open_postgres(
    url: &str,
    patience: Duration,
    limits: TransactionLimits,
) -> Result<Db> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("seatwise")
        // Poolers refuse this parameter, and no column has a fraction.
        .extra_float_digits(None)
        .statement_cache_capacity(200)
        .disable_statement_logging();
    // One connection first, because a pool retries without saying so.
    first_connection(&options, patience).await?.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_slow_level(LevelFilter::Debug)
        .acquire_timeout(POSTGRES_WAIT)
        .connect_with(options)
        .await?;
    Ok(Db::Postgres {
        pool,
        begin: limits.begin(),
    })
}

async fn first_connection(options: &PgConnectOptions, patience: Duration) -> Result<PgConnection> {
    let attempt = async || match tokio::time::timeout(ONE_ATTEMPT, options.connect()).await {
        Ok(connected) => connected.map_err(Error::from),
        Err(_) => Err(Error::Database(sqlx::Error::PoolTimedOut)),
    };
    let waited = async {
        let mut announced = false;
        loop {
            match attempt().await {
                Err(error) if error.is_transient() => {
                    if !announced {
                        tracing::warn!(
                            %error,
                            seconds = patience.as_secs(),
                            "the database does not answer yet; waiting for it"
                        );
                        announced = true;
                    }
                    tokio::time::sleep(BETWEEN_ATTEMPTS).await;
                }
                done => return done,
            }
        }
    };
    if patience.is_zero() {
        return attempt().await;
    }
    match tokio::time::timeout(patience, waited).await {
        Ok(done) => done,
        // The last attempt says why.
        Err(_) => attempt().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StorageFault;
    use crate::db::args;

    async fn write(db: &Db, bytes: usize) -> Result<()> {
        let mut tx = db.begin().await?;
        tx.execute(
            "INSERT INTO texts (content) VALUES ($1)",
            args!["x".repeat(bytes)],
        )
        .await?;
        tx.commit().await
    }

    async fn rows(db: &Db) -> i64 {
        let mut reader = db.read().await.unwrap();
        let row = reader.one("SELECT COUNT(*) AS total FROM texts", args![]);
        row.await.unwrap().int("total").unwrap()
    }

    async fn file_with_a_table(directory: &Path) -> Db {
        let db = open_file(&directory.join("seatwise.db")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.script("CREATE TABLE texts (content TEXT NOT NULL)".to_owned())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        db
    }

    /// Lets the present writing connection believe that the disk is full.
    async fn fill(db: &Db) {
        let Db::Sqlite { writer, .. } = db else {
            unreachable!("the database is SQLite")
        };
        let mut connection = writer.acquire().await.unwrap();
        sqlx::query("PRAGMA max_page_count = 1")
            .execute(&mut *connection)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn r34_writing_goes_on_after_a_full_disk() {
        let directory = tempfile::tempdir().unwrap();
        let db = file_with_a_table(directory.path()).await;
        write(&db, 10).await.unwrap();
        for _ in 0..3 {
            fill(&db).await;
            // One statement that is rolled back by the engine itself, and with it the transaction.
            let refused = write(&db, 1_000_000).await.unwrap_err();
            assert_eq!(
                refused.storage_fault(),
                Some(StorageFault::Full),
                "{refused}"
            );
            assert_eq!(rows(&db).await, 1, "reading works meanwhile");
        }
        write(&db, 1_000_000).await.unwrap();
        assert_eq!(rows(&db).await, 2);
        db.close().await;
    }

    #[tokio::test]
    async fn r34_a_transaction_that_the_engine_ended_is_not_continued() {
        let directory = tempfile::tempdir().unwrap();
        let db = file_with_a_table(directory.path()).await;
        let mut tx = db.begin().await.unwrap();
        // What the engine does when the disk fails, seen from the driver.
        tx.script("ROLLBACK".to_owned()).await.unwrap();
        assert!(tx.commit().await.is_err());
        write(&db, 10).await.unwrap();
        assert_eq!(rows(&db).await, 1);
        db.close().await;
    }

    #[tokio::test]
    async fn r47_a_file_that_was_deleted_or_replaced_is_not_written() {
        let directory = tempfile::tempdir().unwrap();
        let db = file_with_a_table(directory.path()).await;
        let file = directory.path().join("seatwise.db");
        let away = directory.path().join("away.db");
        std::fs::rename(&file, &away).unwrap();
        for _ in 0..2 {
            let refused = write(&db, 10).await.unwrap_err();
            assert_eq!(refused.storage_fault(), Some(StorageFault::Replaced));
            assert!(
                refused.to_string().contains("deleted or replaced"),
                "{refused}"
            );
            // The second time with another file in its place.
            std::fs::write(&file, "").unwrap();
        }
        std::fs::rename(&away, &file).unwrap();
        write(&db, 10).await.unwrap();
        db.close().await;
    }

    const LOCKED: &str = "SELECT content FROM texts WHERE content = $1";

    #[tokio::test]
    async fn r48_a_transaction_that_does_nothing_loses_its_locks() {
        let Some(database) = testkit::postgres::database() else {
            return;
        };
        database.sql("CREATE TABLE texts (content TEXT NOT NULL); INSERT INTO texts VALUES ('a')");
        let limits = TransactionLimits {
            idle: 300,
            ..TransactionLimits::USUAL
        };
        let db = open_postgres(&database.url, Duration::ZERO, limits)
            .await
            .unwrap();
        let mut frozen = db.begin().await.unwrap();
        frozen.locked(LOCKED, args!["a"]).await.unwrap().unwrap();
        let mut other = db.begin().await.unwrap();
        assert!(!other.try_lock(LOCKED, args!["a"]).await.unwrap());
        drop(other);
        // The lock is waited for, which takes less than its time limit.
        let mut other = db.begin().await.unwrap();
        other.locked(LOCKED, args!["a"]).await.unwrap().unwrap();
        other.commit().await.unwrap();
        let ended = frozen.commit().await.unwrap_err();
        assert!(ended.is_transient(), "{ended}");
        db.close().await;
    }

    #[tokio::test]
    async fn r49_a_server_that_is_away_is_reported_at_once_without_patience() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!(
            "postgres://nobody@localhost/nothing?host={}",
            directory.path().display()
        );
        let refused = open_postgres(&url, Duration::ZERO, TransactionLimits::USUAL)
            .await
            .unwrap_err();
        assert_eq!(
            refused.storage_fault(),
            Some(StorageFault::Unreachable),
            "{refused}"
        );
    }
}
