//! Reading a backup. Nothing in it is believed before the hash over the whole file is right.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Seek as _, SeekFrom, Take};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use model::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::file::file_error;
use super::format::{
    FIRST_LINE, FORMAT, FirstLine, LINE, Marker, Origin, PRODUCT, TRAILER, trailer,
};
use crate::key::MasterKey;
use crate::{Error, Result, migrate};

/// A file that was recognised as an undamaged backup.
pub struct Backup {
    pub(super) path: PathBuf,
    file: File,
    pub(super) first: FirstLine,
    /// Place and length of the compressed part.
    body: (u64, u64),
    rows: BTreeMap<String, u64>,
}

impl std::fmt::Debug for Backup {
    /// Leaves out the first line, because it may contain the master key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backup")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Backup {
    /// Opens a backup and compares its hash.
    ///
    /// # Errors
    /// [`Error::Backup`] when the file is no backup, is damaged, or needs a newer version of Seatwise;
    /// [`Error::File`] when it cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source| file_error(path, source);
        let refused = |reason: String| Error::Backup {
            path: path.to_owned(),
            reason,
        };
        let foreign = || {
            let reason = "is no backup of Seatwise, or its beginning is damaged";
            refused(reason.to_owned())
        };
        let file = File::open(path).map_err(failed)?;
        let mut line = Vec::new();
        BufReader::new(&file)
            .take(FIRST_LINE)
            .read_until(b'\n', &mut line)
            .map_err(failed)?;
        let origin: Origin = serde_json::from_slice(&line).map_err(|_| foreign())?;
        if origin.product != PRODUCT {
            return Err(foreign());
        }
        if origin.backup_format > FORMAT {
            return Err(refused(format!(
                "was written by Seatwise {} in format {}, and this version knows the formats up to {FORMAT}: \
                 use that version or a newer one",
                origin.version, origin.backup_format
            )));
        }
        let length = file.metadata().map_err(failed)?.len();
        let begin = line.len() as u64;
        let body = length
            .checked_sub(begin + TRAILER)
            .ok_or_else(|| refused(DAMAGED.to_owned()))?;
        if !hash_fits(&file, begin + body).map_err(failed)? {
            return Err(refused(DAMAGED.to_owned()));
        }
        let first: FirstLine = serde_json::from_slice(&line).map_err(|_| foreign())?;
        if migrate::refuse_newer(first.schema).is_err() {
            return Err(refused(format!(
                "was written by Seatwise {} with schema version {}, and this version knows the schema only up \
                 to {}: use that version or a newer one",
                first.version,
                first.schema,
                migrate::NEWEST
            )));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            first,
            body: (begin, body),
            rows: BTreeMap::new(),
        })
    }

    /// Reads every line and compares the numbers of rows.
    ///
    /// # Errors
    /// [`Error::Backup`] when the content contradicts itself.
    pub fn check(&mut self) -> Result<()> {
        let mut lines = self.lines()?;
        while lines.next_part()?.is_some() {}
        let rows = lines.rows;
        self.rows = rows;
        Ok(())
    }

    /// The number of rows of each table; empty before [`Self::check`].
    #[must_use]
    pub fn rows(&self) -> &BTreeMap<String, u64> {
        &self.rows
    }

    /// Time of the backup.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.first.created_at
    }

    /// Version of the program that wrote it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.first.version
    }

    /// Schema version of its rows.
    #[must_use]
    pub fn schema(&self) -> i64 {
        self.first.schema
    }

    /// `SQLite` or `PostgreSQL`: where it was made. It can be restored into both.
    #[must_use]
    pub fn engine(&self) -> &str {
        &self.first.engine
    }

    /// Identifies the master key that opens its secrets, as [`MasterKey::fingerprint`] does; `None`
    /// when there are no secrets.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.first.key_id.as_deref()
    }

    /// The master key, if it is part of the backup.
    ///
    /// # Errors
    /// [`Error::KeyMissing`] when it is not a key.
    pub fn key(&self) -> Result<Option<MasterKey>> {
        let text = self.first.master_key.as_deref();
        text.map(MasterKey::from_base64).transpose()
    }

    /// Size of the file in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.body.0 + self.body.1 + TRAILER
    }

    /// Refuses a master key that does not open the secrets of the backup.
    pub(super) fn refuse_wrong_key(&self, key: &MasterKey) -> Result<()> {
        match &self.first.canary {
            Some(canary) if !key.opens_canary(canary) => Err(self.refused(format!(
                "was sealed with the master key {}, and the present one is {}: point --master-key-file \
                 (SEATWISE_MASTER_KEY_FILE) to the right one",
                self.key_id().unwrap_or("of another version"),
                key.fingerprint()
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn refused(&self, reason: String) -> Error {
        Error::Backup {
            path: self.path.clone(),
            reason,
        }
    }

    pub(super) fn damaged(&self) -> Error {
        self.refused(DAMAGED.to_owned())
    }

    /// The content from its beginning.
    pub(super) fn lines(&self) -> Result<Lines<'_>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.body.0))
            .map_err(|source| file_error(&self.path, source))?;
        Ok(Lines {
            backup: self,
            reader: BufReader::new(GzDecoder::new(file.take(self.body.1))),
            buffer: Vec::new(),
            table: None,
            rows: BTreeMap::new(),
        })
    }
}

const DAMAGED: &str = "is damaged or not complete: its content does not fit its checksum";

/// Whether the hash of the first bytes of a file is the one at its end.
fn hash_fits(mut file: &File, length: u64) -> std::io::Result<bool> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut reader = BufReader::with_capacity(1 << 18, file).take(length);
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        let read = bytes.len();
        reader.consume(read);
    }
    let mut end = Vec::new();
    reader
        .into_inner()
        .take(TRAILER + 1)
        .read_to_end(&mut end)?;
    Ok(end == trailer(hash).as_bytes())
}

/// A part of the content.
pub(super) enum Part {
    Table { name: String, columns: Vec<String> },
    Row(Vec<Value>),
}

/// The content of a backup, line by line.
pub(super) struct Lines<'b> {
    backup: &'b Backup,
    reader: BufReader<GzDecoder<Take<&'b File>>>,
    buffer: Vec<u8>,
    /// The present table.
    table: Option<String>,
    /// Rows that were read of each table.
    pub(super) rows: BTreeMap<String, u64>,
}

impl Lines<'_> {
    /// The next part; `None` after the last one, when all numbers of rows are right.
    pub(super) fn next_part(&mut self) -> Result<Option<Part>> {
        let backup = self.backup;
        let damaged = || backup.damaged();
        self.buffer.clear();
        let read = (&mut self.reader)
            .take(LINE)
            .read_until(b'\n', &mut self.buffer);
        if read.is_err() || self.buffer.last() != Some(&b'\n') {
            return Err(damaged());
        }
        if self.buffer.starts_with(b"[") {
            let row = serde_json::from_slice(&self.buffer).map_err(|_| damaged())?;
            let table = self.table.as_ref().ok_or_else(damaged)?;
            let count = self.rows.get_mut(table).ok_or_else(damaged)?;
            *count += 1;
            return Ok(Some(Part::Row(row)));
        }
        match serde_json::from_slice(&self.buffer).map_err(|_| damaged())? {
            Marker::Table { name, columns } => {
                if self.rows.insert(name.clone(), 0).is_some() {
                    return Err(damaged());
                }
                self.table = Some(name.clone());
                Ok(Some(Part::Table { name, columns }))
            }
            Marker::End { rows } => {
                // Reading on lets the decoder compare its own checksum.
                let rest = self.reader.read(&mut [0]);
                if rows != self.rows || !matches!(rest, Ok(0)) {
                    return Err(damaged());
                }
                Ok(None)
            }
        }
    }
}
