//! Opening, checking and closing a store: connections, file lock, migrations and the test of the
//! master key.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::connect::{TransactionLimits, open_file, open_memory, open_postgres};
use crate::db::{Db, args};
use crate::file_lock::DirectoryLock;
use crate::key::MasterKey;
use crate::options::{StoreAccess, StoreLocation, StoreOptions};
use crate::store::{Inner, Store, StoreCheck};
use crate::{Error, Result, migrate};

/// Name of the database file in the data directory.
pub const DATABASE_FILE: &str = "seatwise.db";
/// How long a process that serves waits for a database server that is late, because both often
/// start together.
const PATIENCE: Duration = Duration::from_mins(1);

impl Store {
    /// Opens the store and migrates its schema to the newest version, unless it is only looked at
    /// (see [`StoreAccess`]). A wrong master key is no error here (see [`Store::check`]):
    /// everything but secrets can be used.
    ///
    /// # Errors
    /// [`Error::InUse`] when this process wants to serve the file and another one serves it, or wants to
    /// be alone and is not,
    /// [`Error::NewerSchema`] when a newer version of Seatwise wrote it, [`Error::OlderSchema`] when
    /// it is only looked at and is not of this version; nothing is changed then.
    #[crate::boxed]
    pub async fn open(options: StoreOptions) -> Result<Self> {
        let access = options.access;
        let mut lock = None;
        // Boxed for the reason given at `db::connection::Conn`.
        let db = match &options.location {
            StoreLocation::Sqlite(directory) => {
                if access != StoreAccess::Look {
                    make_private(directory).map_err(|source| Error::File {
                        path: directory.clone(),
                        source,
                    })?;
                    lock = Some(DirectoryLock::take(directory, access)?);
                }
                open_file(&directory.join(DATABASE_FILE)).boxed().await?
            }
            StoreLocation::SqliteMemory => open_memory().boxed().await?,
            StoreLocation::Postgres(url) => {
                let patience = match access {
                    StoreAccess::Serve => PATIENCE,
                    StoreAccess::Change | StoreAccess::Alone | StoreAccess::Look => Duration::ZERO,
                };
                open_postgres(url, patience, TransactionLimits::USUAL)
                    .boxed()
                    .await?
            }
        };
        match access {
            StoreAccess::Look => migrate::require_newest(&db).await?,
            StoreAccess::Serve | StoreAccess::Change => migrate::migrate(&db).await?,
            StoreAccess::Alone => {
                refuse_others(&db).await?;
                migrate::migrate(&db).await?;
            }
        }
        let (key, key_ok) = try_key(&db, options.key, access).await?;
        let alone = lock.as_ref().is_some_and(|lock| lock.alone);
        let store = Self {
            inner: Arc::new(Inner {
                db,
                key,
                key_ok,
                clock: options.clock,
                lease_clock: options.lease_clock,
                lock: Mutex::new(lock),
                touching: Mutex::default(),
            }),
        };
        if alone && let Err(error) = store.end_leases_of_dead_processes().await {
            // They expire by themselves.
            tracing::info!(%error, "the leases of an earlier process could not be ended");
        }
        if access != StoreAccess::Look {
            store.resume_erasing().await?;
        }
        Ok(store)
    }

    /// Whether the master key is the one that sealed the secrets of this database.
    #[must_use]
    pub fn key_fits(&self) -> bool {
        self.inner.key_ok
    }

    /// Whether the secrets of this database are sealed with that key.
    #[crate::boxed]
    pub async fn is_key(&self, key: &MasterKey) -> Result<bool> {
        let row = self.read().await?.optional(CANARY, args![]).await?;
        row.map_or(Ok(false), |row| Ok(key.opens_canary(row.str("sealed")?)))
    }

    /// Waits for running statements, closes all connections and releases the file lock.
    #[crate::boxed]
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

    /// Size of the database in bytes.
    #[crate::boxed]
    pub async fn size(&self) -> Result<i64> {
        let sql = match &self.inner.db {
            Db::Sqlite { .. } => {
                "SELECT c.page_count * s.page_size AS bytes
                 FROM pragma_page_count() c, pragma_page_size() s"
            }
            Db::Postgres { .. } => "SELECT pg_database_size(current_database()) AS bytes",
        };
        self.read().await?.one(sql, args![]).await?.int("bytes")
    }

    /// Checks the database: engine, schema version, integrity, key.
    #[crate::boxed]
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
            Db::Postgres { .. } => {
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

/// Refuses a PostgreSQL database that other processes of Seatwise have open; files are locked instead.
/// Connections of this process that are just being closed are waited for.
async fn refuse_others(db: &Db) -> Result<()> {
    const CHECKS: u32 = 10;
    if matches!(db, Db::Sqlite { .. }) {
        return Ok(());
    }
    for _ in 0..CHECKS {
        let others = db
            .read()
            .await?
            .one(
                "SELECT COUNT(*) AS others FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'seatwise'
                   AND pid <> pg_backend_pid()",
                args![],
            )
            .await?
            .int("others")?;
        if others == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(Error::conflict(
        "other processes of Seatwise have the database open: stop all of them first",
    ))
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

/// Reads the canary of a database: see [`MasterKey::seal_canary`].
pub(crate) const CANARY: &str = "SELECT sealed FROM canaries WHERE organisation_id = 1";

/// The key with which this database seals its secrets, and whether it is the right one. A new database
/// gets a canary, unless it is only looked at.
async fn try_key(db: &Db, key: MasterKey, access: StoreAccess) -> Result<(MasterKey, bool)> {
    let found = db.read().await?.optional(CANARY, args![]).await?;
    let sealed = if let Some(row) = found {
        row.text("sealed")?
    } else if access == StoreAccess::Look {
        return Ok((key, true));
    } else {
        let mut tx = db.begin().await?;
        tx.execute(
            "INSERT INTO canaries (organisation_id, sealed) VALUES (1, $1)
             ON CONFLICT (organisation_id) DO NOTHING",
            args![key.seal_canary()?],
        )
        .await?;
        let sealed = tx.one(CANARY, args![]).await?.text("sealed")?;
        tx.commit().await?;
        sealed
    };
    if key.opens_canary(&sealed) {
        return Ok((key, true));
    }
    // The rotation of the key has ended, and its file has not got its name yet.
    match key.exchanged() {
        Some(other) if other.opens_canary(&sealed) => Ok((other, true)),
        _ => Ok((key, false)),
    }
}
