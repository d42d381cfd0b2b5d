//! Connection pools of the two engines.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use super::connection::{Reader, Tx};
use crate::opened_file::OpenedFile;
use crate::{Result, crash};

/// The connection pools of one engine.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// `SQLite` has one writer and several readers. An in-memory database uses one connection for
    /// both.
    Sqlite {
        writer: SqlitePool,
        reader: SqlitePool,
        /// The database file; `None` in memory.
        file: Option<OpenedFile>,
    },
    Postgres {
        pool: PgPool,
        /// Begins a transaction with its time limits (see [`crate::connect::TransactionLimits`]).
        begin: Arc<str>,
    },
}

/// Taken by every transaction of PostgreSQL that may write, so that a migration waits for all that have
/// begun, and others wait for it. The number is arbitrary and must stay the same in all versions.
const SHARED_LOCK: &str = "SELECT pg_advisory_xact_lock_shared(5283110601)";
/// The same lock for a migration alone.
const OWN_LOCK: &str = "SELECT pg_advisory_xact_lock(5283110601)";

impl Db {
    /// Begins a transaction that may write.
    pub(crate) fn begin(&self) -> BoxFuture<'_, Result<Tx>> {
        self.begin_locked(SHARED_LOCK)
    }

    /// Begins the transaction of a migration, when no other transaction that may write is under way.
    pub(crate) fn begin_migration(&self) -> BoxFuture<'_, Result<Tx>> {
        self.begin_locked(OWN_LOCK)
    }

    fn begin_locked(&self, lock: &'static str) -> BoxFuture<'_, Result<Tx>> {
        // Boxed for the reason given at `Conn`.
        Box::pin(async move {
            let tx = match self {
                Self::Sqlite { writer, file, .. } => {
                    if let Some(file) = file {
                        file.check()?;
                    }
                    Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
                }
                Self::Postgres { pool, begin } => {
                    // Safe, because the text consists of constants and numbers.
                    let begin = AssertSqlSafe(begin.to_string()).into_sql_str();
                    let mut tx = Tx::Postgres(pool.begin_with(begin).await?);
                    // Not within the statements above: when the lock is not given in time, the driver
                    // would not know of the transaction and would not roll it back.
                    tx.execute(lock, Vec::new()).await?;
                    tx
                }
            };
            crash::point("store: begun");
            Ok(tx)
        })
    }

    /// Begins a transaction that sees one state of the whole database and writes nothing. Nothing waits
    /// for it, and it has no time limits.
    pub(crate) fn snapshot(&self) -> BoxFuture<'_, Result<Tx>> {
        Box::pin(async move {
            Ok(match self {
                Self::Sqlite { reader, .. } => Tx::Sqlite(reader.begin_with("BEGIN").await?),
                Self::Postgres { pool, .. } => Tx::Postgres(
                    pool.begin_with(
                        "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; \
                         SET LOCAL statement_timeout = 0; \
                         SET LOCAL idle_in_transaction_session_timeout = 0",
                    )
                    .await?,
                ),
            })
        })
    }

    pub(crate) fn read(&self) -> BoxFuture<'_, Result<Reader>> {
        Box::pin(async move {
            Ok(match self {
                Self::Sqlite { reader, .. } => Reader::Sqlite(reader.acquire().await?),
                Self::Postgres { pool, .. } => Reader::Postgres(pool.acquire().await?),
            })
        })
    }

    /// Removes the bytes of erased rows from the files of `SQLite`, because the engine only marks
    /// their space as free. PostgreSQL does this itself over time (autovacuum); its write-ahead log
    /// and backups contain the old rows for as long as they exist.
    pub(crate) fn remove_erased_bytes(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            if let Self::Sqlite { writer, .. } = self {
                let mut connection = writer.acquire().await?;
                sqlx::query("VACUUM").execute(&mut *connection).await?;
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(())
        })
    }

    pub(crate) fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            match self {
                Self::Sqlite { writer, reader, .. } => {
                    // Readers first, because the last connection to close checkpoints the write-ahead log
                    // and must be able to write.
                    reader.close().await;
                    writer.close().await;
                }
                Self::Postgres { pool, .. } => pool.close().await,
            }
        })
    }
}
