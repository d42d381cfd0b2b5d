//! Connections to one of the two engines.

use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use super::connection::{Reader, Tx};
use crate::{Result, crash};

/// The connections to one of the two engines.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// `SQLite` has one writer and many readers; in memory both are the same single connection.
    Sqlite {
        writer: SqlitePool,
        reader: SqlitePool,
    },
    Postgres(PgPool),
}

impl Db {
    /// Begins a transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let tx = match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        };
        crash::point("store: begun");
        Ok(tx)
    }

    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<Reader> {
        Ok(match self {
            Self::Sqlite { reader, .. } => Reader::Sqlite(reader.acquire().await?),
            Self::Postgres(pool) => Reader::Postgres(pool.acquire().await?),
        })
    }

    /// Leaves nothing of erased rows in the database's files: an engine only marks their place as
    /// free. PostgreSQL does that by itself in time (autovacuum); its write-ahead log and backups keep
    /// what was, for as long as they are kept.
    pub(crate) async fn remove_erased_bytes(&self) -> Result<()> {
        if let Self::Sqlite { writer, .. } = self {
            let mut connection = writer.acquire().await?;
            sqlx::query("VACUUM").execute(&mut *connection).await?;
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                // Readers first: the last connection to go checkpoints the write-ahead log.
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
