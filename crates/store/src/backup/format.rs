//! The format of a backup: a line of JSON that says where it comes from, then compressed lines (a line
//! that names a table and its columns, the rows of that table as arrays, and at last the number of rows
//! of each table), then the SHA-256 of all bytes before it. The same for both engines.

use std::collections::BTreeMap;
use std::io::Write;

use model::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::hex::hex;

pub(super) const PRODUCT: &str = "seatwise";
/// Number of this format. It goes up when an older program could not read the file.
pub(super) const FORMAT: u32 = 1;
/// Longest first line, in bytes.
pub(super) const FIRST_LINE: u64 = 4096;
/// Length of the hash as hexadecimal text with its line break, in bytes.
pub(super) const TRAILER: u64 = 65;
/// Longest line of the compressed part, in bytes: a row with an attachment has about seven million.
pub(super) const LINE: u64 = 64 * 1024 * 1024;

/// The members of the first line that every format has.
#[derive(Debug, Deserialize)]
pub(super) struct Origin {
    pub(super) product: String,
    pub(super) backup_format: u32,
    /// Version of the program that wrote the backup.
    pub(super) version: String,
}

/// The first line. It has no `Debug` form, because it may contain the master key.
#[derive(Serialize, Deserialize)]
pub(super) struct FirstLine {
    pub(super) product: String,
    pub(super) backup_format: u32,
    /// Version of the program that wrote the backup.
    pub(super) version: String,
    /// Schema version of the rows.
    pub(super) schema: i64,
    pub(super) engine: String,
    pub(super) created_at: Timestamp,
    /// Identifies the master key without revealing it.
    pub(super) key_id: Option<String>,
    /// A sealed text that only the right master key opens.
    pub(super) canary: Option<String>,
    /// The master key in base64, if it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) master_key: Option<String>,
}

/// A compressed line that is not a row.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Marker {
    /// The next rows are of this table.
    Table { name: String, columns: Vec<String> },
    /// The last line: the number of rows of each table.
    End { rows: BTreeMap<String, u64> },
}

/// Hashes everything that is written through it.
pub(super) struct HashingWriter<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> HashingWriter<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
        }
    }

    /// Writes the hash of everything before it and returns the inner writer.
    pub(super) fn finish(mut self) -> std::io::Result<W> {
        let trailer = trailer(self.hash);
        self.inner.write_all(trailer.as_bytes())?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// The end of the file: the hash as text.
pub(super) fn trailer(hash: Sha256) -> String {
    format!("{}\n", hex(&hash.finalize()))
}
