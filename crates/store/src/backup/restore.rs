//! Restoring a backup into an empty place, wholly or not at all: a new file of `SQLite` is filled under
//! another name and renamed at the end; PostgreSQL is filled in one transaction.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::file::{file_error, sync_directory_of};
use super::read::{Backup, Part};
use super::shape::{self, TableShape};
use crate::audit::record;
use crate::connect::{TransactionLimits, open_postgres, sqlite_options};
use crate::db::{Arg, Db, Tx, args};
use crate::file_lock::{DirectoryLock, make_file_private};
use crate::file_names::{beside, remove};
use crate::jobs::end_all_leases;
use crate::key::MasterKey;
use crate::named_values::{ALL, RESTORED, put};
use crate::open::{DATABASE_FILE, make_private};
use crate::options::{StoreAccess, StoreLocation};
use crate::{Actor, Error, Result, Store, crash, migrate};

/// Most rows of one statement.
const ROWS: usize = 500;
/// A statement ends when its texts have this many bytes.
const BYTES: usize = 4 * 1024 * 1024;

/// The last restore of a backup into a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Time of the backup: later changes are not in the database.
    pub created_at: Timestamp,
    /// Time of the restore.
    pub at: Timestamp,
}

impl Store {
    /// The last restore; `None` when the database was never restored.
    #[crate::boxed]
    pub async fn restored(&self) -> Result<Option<Restored>> {
        let text = self.note_text(ALL, RESTORED).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

/// Restores a backup into a directory without a database, or into a database of PostgreSQL without
/// tables of Seatwise, and migrates it to the present schema.
///
/// # Errors
/// [`Error::Backup`] when the backup cannot be used or needs another key, [`Error::Conflict`] when the
/// place is not empty, [`Error::InUse`] when a process serves it. Nothing was changed then.
#[crate::boxed]
pub async fn restore(
    backup: &Backup,
    location: &StoreLocation,
    key: &MasterKey,
    now: Timestamp,
) -> Result<()> {
    backup.refuse_wrong_key(key)?;
    match location {
        StoreLocation::Sqlite(directory) => restore_file(backup, directory, now).await,
        StoreLocation::SqliteMemory => Err(Error::conflict(
            "a backup is restored into a file or into PostgreSQL, not into memory",
        )),
        StoreLocation::Postgres(url) => {
            let db = open_postgres(url, Duration::ZERO, TransactionLimits::USUAL).await?;
            let filled = fill(&db, backup, now).await;
            db.close().await;
            filled
        }
    }
}

async fn restore_file(backup: &Backup, directory: &Path, now: Timestamp) -> Result<()> {
    let failed = |source| file_error(directory, source);
    make_private(directory).map_err(failed)?;
    let _lock = DirectoryLock::take(directory, StoreAccess::Alone)?;
    let file = directory.join(DATABASE_FILE);
    refuse_occupied(&file)?;
    let new = beside(&file, ".restoring");
    // Left by a restore that was interrupted.
    remove(&new).map_err(failed)?;
    let filled = fill_file(backup, &new, now).await;
    if filled.is_err() {
        remove(&new).map_err(failed)?;
        return filled;
    }
    crash::point("restore: filled");
    std::fs::rename(&new, &file).map_err(failed)?;
    crash::point("restore: named");
    sync_directory_of(&file)
}

async fn fill_file(backup: &Backup, new: &Path, now: Timestamp) -> Result<()> {
    let failed = |source| file_error(new, source);
    make_file_private(new).map_err(failed)?;
    // Without a journal and without waiting for the disk, because a file that is not finished is deleted.
    let only = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(
            sqlite_options()
                .filename(new)
                .journal_mode(SqliteJournalMode::Off)
                .synchronous(SqliteSynchronous::Off),
        )
        .await?;
    let db = Db::Sqlite {
        writer: only.clone(),
        reader: only,
        file: None,
    };
    let filled = match fill(&db, backup, now).await {
        Ok(()) => migrate::remove_deleted_secrets(&db, backup.schema()).await,
        failed => failed,
    };
    db.close().await;
    filled?;
    File::open(new)
        .and_then(|file| file.sync_all())
        .map_err(failed)
}

/// Fills an empty database in one transaction.
async fn fill(db: &Db, backup: &Backup, now: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.without_any_time_limit().await?;
    if let Tx::Postgres(_) = &tx {
        let there = "SELECT CAST(to_regclass('schema_version') AS TEXT) AS there";
        if tx.one(there, args![]).await?.opt_text("there")?.is_some() {
            return Err(Error::conflict(
                "the database contains data of Seatwise already: restore into an empty database",
            ));
        }
    }
    migrate::create_version(&mut tx).await?;
    migrate::apply_range(&mut tx, 0, backup.schema()).await?;
    let tables = shape::tables(&mut tx, backup.schema()).await?;
    for table in &tables {
        // Migrations insert the first rows of some tables.
        table.empty(&mut tx).await?;
    }
    insert_rows(&mut tx, backup, &tables).await?;
    migrate::apply_range(&mut tx, backup.schema(), migrate::NEWEST.into()).await?;
    end_all_leases(&mut tx).await?;
    let restored = Restored {
        created_at: backup.created_at(),
        at: now,
    };
    let text = json!(restored).to_string();
    put(&mut tx, ALL, RESTORED, Some(&text)).await?;
    let detail = json!({
        "created_at": backup.created_at(),
        "version": backup.version(),
        "engine": backup.engine(),
    });
    let target = "organisation:1";
    record(&mut tx, &Actor::Cli, "backup.restore", target, &detail, now).await?;
    tx.commit().await
}

/// Inserts the rows of a backup. All its tables and columns must be exactly those of its schema.
async fn insert_rows(tx: &mut Tx, backup: &Backup, tables: &[TableShape]) -> Result<()> {
    let mut lines = backup.lines()?;
    let mut into: Option<&TableShape> = None;
    let mut rows = Vec::new();
    let mut bytes = 0;
    while let Some(part) = lines.next_part()? {
        match part {
            Part::Table { name, columns } => {
                insert(tx, into, std::mem::take(&mut rows)).await?;
                bytes = 0;
                let table = tables.iter().find(|table| table.name == name);
                let table = table.filter(|table| table.column_names() == columns);
                into = Some(table.ok_or_else(|| backup.damaged())?);
            }
            Part::Row(values) => {
                let table = into.ok_or_else(|| backup.damaged())?;
                bytes += arguments(table, values, &mut rows).ok_or_else(|| backup.damaged())?;
                if rows.len() >= ROWS * table.columns.len() || bytes >= BYTES {
                    insert(tx, into, std::mem::take(&mut rows)).await?;
                    bytes = 0;
                }
            }
        }
    }
    insert(tx, into, rows).await?;
    if lines.rows.len() != tables.len() {
        return Err(backup.damaged());
    }
    Ok(())
}

async fn insert(tx: &mut Tx, table: Option<&TableShape>, rows: Vec<Arg<'static>>) -> Result<()> {
    if let Some(table) = table
        && !rows.is_empty()
    {
        tx.insert_rows(&table.insert(), table.columns.len(), rows)
            .await?;
        crash::point("restore: rows inserted");
    }
    Ok(())
}

/// Adds the values of a row and returns the bytes of its texts; `None` when they do not fit the columns.
fn arguments(
    table: &TableShape,
    values: Vec<Value>,
    rows: &mut Vec<Arg<'static>>,
) -> Option<usize> {
    if values.len() != table.columns.len() {
        return None;
    }
    let mut bytes = 0;
    for (column, value) in table.columns.iter().zip(values) {
        rows.push(match (column.is_number, value) {
            (true, Value::Null) => Arg::Int(None),
            (true, Value::Number(number)) => Arg::Int(Some(number.as_i64()?)),
            (false, Value::Null) => Arg::Text(None),
            (false, Value::String(text)) => {
                bytes += text.len();
                Arg::from(text)
            }
            _ => return None,
        });
    }
    Some(bytes)
}

/// Refuses a place with a database, or with the write-ahead log of one that is gone: the engine would
/// apply the log to the restored file.
fn refuse_occupied(file: &Path) -> Result<()> {
    let is_there = |path: &Path| match path.symlink_metadata() {
        Ok(metadata) => metadata.len() > 0 || !metadata.is_file(),
        Err(_) => false,
    };
    if is_there(file) {
        return Err(Error::conflict(format!(
            "{} is there already: restore into an empty directory, or move it and its -wal and -shm files \
             away first",
            file.display()
        )));
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        let left = beside(file, suffix);
        if left.symlink_metadata().is_ok() {
            return Err(Error::conflict(format!(
                "{} is left over from a database that is gone, and would damage the restored one: move it away \
                 first",
                left.display()
            )));
        }
    }
    Ok(())
}
