//! Writing a backup: one transaction that sees one state of the database, streamed row by row into a
//! file, which is read back before it gets its name.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use model::Timestamp;
use sqlx::sqlite::SqlitePoolOptions;

use super::file::{PartFile, file_error};
use super::format::{FORMAT, FirstLine, HashingWriter, Marker, PRODUCT};
use super::read::Backup;
use super::shape;
use crate::connect::{TransactionLimits, open_postgres, sqlite_options};
use crate::db::{Db, Tx, args};
use crate::hex::hex;
use crate::key::{MasterKey, key_id_of};
use crate::named_values::{ALL, CONTENT, KEY_ROTATION};
use crate::open::{CANARY, DATABASE_FILE};
use crate::options::StoreLocation;
use crate::{Error, Result, crash, migrate};

/// The data, the file, and who makes it.
#[derive(Debug)]
pub struct BackupRequest<'a> {
    pub location: &'a StoreLocation,
    /// The file to make. It must not exist.
    pub file: &'a Path,
    /// The master key, if it is to be part of the backup.
    pub key: Option<&'a MasterKey>,
    /// Version of the program.
    pub version: &'a str,
    pub now: Timestamp,
}

/// Writes a backup of a database that other processes may be serving and changing. It works with every
/// schema version up to the present one, so that a backup can be made before an upgrade. The file is
/// complete, read back and durable when it gets its name.
///
/// # Errors
/// [`Error::Conflict`] when the file exists or there is nothing to back up, [`Error::File`] when it
/// cannot be written, [`Error::KeyMissing`] when the key is to be part of it and is a wrong one. No file
/// is left behind.
#[crate::boxed]
pub async fn back_up(request: &BackupRequest<'_>) -> Result<Backup> {
    let part = PartFile::create(request.file)?;
    let db = open_to_read(request.location).await?;
    let written = write(&db, request, &part).await;
    db.close().await;
    written?;
    crash::point("backup: written");
    let mut backup = Backup::open(part.path())?;
    backup.check()?;
    crash::point("backup: checked");
    part.finish()?;
    crash::point("backup: named");
    request.file.clone_into(&mut backup.path);
    Ok(backup)
}

/// Opens a database for one transaction that reads. A few rows at most are read ahead, because some
/// contain whole files.
async fn open_to_read(location: &StoreLocation) -> Result<Db> {
    match location {
        StoreLocation::Sqlite(directory) => {
            let options = sqlite_options()
                .filename(directory.join(DATABASE_FILE))
                .row_buffer_size(16)
                .pragma("query_only", "1");
            let only = SqlitePoolOptions::new()
                .max_connections(1)
                .connect_with(options)
                .await?;
            Ok(Db::Sqlite {
                writer: only.clone(),
                reader: only,
                file: None,
            })
        }
        StoreLocation::SqliteMemory => Err(Error::conflict(
            "a database in memory cannot be backed up by another connection",
        )),
        StoreLocation::Postgres(url) => {
            open_postgres(url, std::time::Duration::ZERO, TransactionLimits::USUAL).await
        }
    }
}

async fn write(db: &Db, request: &BackupRequest<'_>, part: &PartFile) -> Result<()> {
    if migrate::version_or_none(db).await? == 0 {
        return Err(Error::conflict("the database contains no data of Seatwise"));
    }
    let mut tx = db.snapshot().await?;
    let first = first_line(&mut tx, request).await?;
    let schema = first.schema;
    let failed = |source| file_error(part.path(), source);
    let mut file = HashingWriter::new(BufWriter::new(&part.file));
    write_line(&mut file, &first).map_err(failed)?;
    let mut lines = GzEncoder::new(file, Compression::fast());
    let mut rows = BTreeMap::new();
    for table in shape::tables(&mut tx, schema).await? {
        let marker = Marker::Table {
            name: table.name.clone(),
            columns: table
                .column_names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        };
        write_line(&mut lines, &marker).map_err(failed)?;
        let mut count = 0;
        tx.each(table.select(), args![], |row| {
            count += 1;
            write_line(&mut lines, &table.values(row)?).map_err(failed)
        })
        .await?;
        rows.insert(table.name, count);
        crash::point("backup: table written");
    }
    write_line(&mut lines, &Marker::End { rows }).map_err(failed)?;
    let written = lines
        .finish()
        .and_then(HashingWriter::finish)
        .and_then(|mut file| file.flush())
        .and_then(|()| part.file.sync_all());
    written.map_err(failed)
}

fn write_line(to: &mut impl std::io::Write, line: &impl serde::Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    to.write_all(b"\n")
}

async fn first_line(tx: &mut Tx, request: &BackupRequest<'_>) -> Result<FirstLine> {
    let row = tx.one(migrate::VERSION, args![]).await?;
    let schema = row.int("version")?;
    migrate::refuse_newer(schema)?;
    let engine = match tx {
        Tx::Sqlite(_) => "SQLite",
        Tx::Postgres(_) => "PostgreSQL",
    };
    if migrate::tables(schema).contains("named_values") {
        let rotation = tx.optional(CONTENT, args![ALL, KEY_ROTATION]).await?;
        if rotation.is_some() {
            return Err(Error::conflict(
                "the master key is being replaced, and until that is finished the secrets need two keys: \
                 run `seatwise key rotate` to its end first",
            ));
        }
    }
    let canary = tx
        .optional(CANARY, args![])
        .await?
        .map(|row| row.text("sealed"))
        .transpose()?;
    if let (Some(key), Some(canary)) = (request.key, &canary)
        && !key.opens_canary(canary)
    {
        return Err(Error::KeyMissing {
            reason: "the secrets of this database were sealed with another one, so it is not put into the \
                     backup"
                .to_owned(),
        });
    }
    Ok(FirstLine {
        product: PRODUCT.to_owned(),
        backup_format: FORMAT,
        version: request.version.to_owned(),
        schema,
        engine: engine.to_owned(),
        created_at: request.now,
        key_id: canary.as_deref().and_then(key_id_of).map(|id| hex(&id)),
        canary,
        master_key: request.key.map(MasterKey::to_base64),
    })
}
