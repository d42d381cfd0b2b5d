//! Opening, checking and closing a store: connections, file lock, migrations and the test of the
//! master key.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use log::LevelFilter;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::db::{Db, args};
use crate::file_lock::{lock_directory, make_file_private};
use crate::key::{MasterKey, place};
use crate::store::{Inner, Store, StoreCheck, StoreLocation, StoreOptions};
use crate::{Error, Result, migrate};

/// Name of the database file in the data directory.
pub const DATABASE_FILE: &str = "seatwise.db";
const CANARY: &str = "the master key is the right one";
/// Longest wait for a connection or for another writer.
const WAIT: Duration = Duration::from_mins(2);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;

impl Store {
    /// Opens the store and migrates its schema to the newest version. A wrong master key is no
    /// error here (see [`Store::check`]): everything but secrets can be used.
    ///
    /// # Errors
    /// [`Error::InUse`] when `exclusive` is set and another process serves the file,
    /// [`Error::NewerSchema`] when a newer version of Seatwise wrote it; nothing is changed then.
    pub async fn open(options: StoreOptions) -> Result<Self> {
        let mut lock = None;
        // Boxed for the reason given at `db::connection::Conn`.
        let db = match &options.location {
            StoreLocation::Sqlite(directory) => {
                make_private(directory).map_err(|source| Error::File {
                    path: directory.clone(),
                    source,
                })?;
                if options.exclusive {
                    lock = Some(lock_directory(directory)?);
                }
                open_file(&directory.join(DATABASE_FILE)).boxed().await?
            }
            StoreLocation::SqliteMemory => open_memory().boxed().await?,
            StoreLocation::Postgres(url) => open_postgres(url).boxed().await?,
        };
        migrate::migrate(&db).await?;
        let key_ok = try_key(&db, &options.key).await?;
        let store = Self {
            inner: Arc::new(Inner {
                db,
                key: options.key,
                key_ok,
                clock: options.clock,
                lease_clock: options.lease_clock,
                lock: Mutex::new(lock),
            }),
        };
        store.resume_erasing().await?;
        Ok(store)
    }

    /// Whether the master key is the one that sealed the secrets of this database.
    #[must_use]
    pub fn key_fits(&self) -> bool {
        self.inner.key_ok
    }

    /// Waits for running statements, closes all connections and releases the file lock.
    pub async fn close(&self) {
        self.inner.db.close().await;
        drop(
            self.inner
                .lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }

    /// Checks the database: engine, schema version, integrity, key.
    pub async fn check(&self) -> Result<StoreCheck> {
        let mut reader = self.read().await?;
        let (engine, integrity) = match &self.inner.db {
            Db::Sqlite { .. } => {
                let version = reader
                    .one("SELECT sqlite_version() AS version", args![])
                    .await?;
                let complaint = reader
                    .one("PRAGMA quick_check(1)", args![])
                    .await?
                    .text("quick_check")?;
                (
                    format!("SQLite {}", version.str("version")?),
                    (complaint != "ok").then_some(complaint),
                )
            }
            Db::Postgres(_) => {
                let version = reader
                    .one(
                        "SELECT current_setting('server_version') AS version",
                        args![],
                    )
                    .await?;
                (format!("PostgreSQL {}", version.str("version")?), None)
            }
        };
        drop(reader);
        Ok(StoreCheck {
            engine,
            schema_version: migrate::version(&self.inner.db).await?,
            integrity,
            key_ok: self.inner.key_ok,
        })
    }
}

/// Creates a directory for its owner only, unless it exists.
///
/// # Errors
/// Errors of the operating system.
pub fn make_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn sqlite_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .foreign_keys(false)
        .busy_timeout(WAIT)
        .statement_cache_capacity(200)
        // Rows come from another thread: a larger buffer means fewer waits.
        .row_buffer_size(500)
        .disable_statement_logging()
}

async fn open_file(file: &Path) -> Result<Db> {
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
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .connect_lazy_with(
            options
                .pragma("query_only", "1")
                .pragma("cache_size", "-4000"),
        );
    Ok(Db::Sqlite { writer, reader })
}

async fn open_memory() -> Result<Db> {
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
    })
}

async fn open_postgres(url: &str) -> Result<Db> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("seatwise")
        .statement_cache_capacity(200)
        .disable_statement_logging();
    // One connection first, because a pool retries for the whole timeout: a server that is down or
    // refuses us is reported at once.
    options.connect().await?.close().await?;
    Ok(Db::Postgres(
        PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_slow_level(LevelFilter::Debug)
            .acquire_timeout(WAIT)
            .connect_with(options)
            .await?,
    ))
}

/// Whether this key opens the canary of the database. A new database gets a canary.
async fn try_key(db: &Db, key: &MasterKey) -> Result<bool> {
    const CANARY_TEXT: &str = "SELECT sealed FROM canaries WHERE organisation_id = 1";
    let place = place("canaries", 1, "sealed");
    let found = db.read().await?.optional(CANARY_TEXT, args![]).await?;
    let sealed = if let Some(row) = found {
        row.text("sealed")?
    } else {
        let mut tx = db.begin().await?;
        tx.execute(
            "INSERT INTO canaries (organisation_id, sealed) VALUES (1, $1)
             ON CONFLICT (organisation_id) DO NOTHING",
            args![key.seal(&place, &SecretString::from(CANARY))?],
        )
        .await?;
        let sealed = tx.one(CANARY_TEXT, args![]).await?.text("sealed")?;
        tx.commit().await?;
        sealed
    };
    Ok(key
        .unseal(&place, &sealed)
        .is_ok_and(|text| text.expose_secret() == CANARY))
}
