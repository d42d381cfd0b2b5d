//! Types of files to download, and of the code that writes rows into them.

use bytes::Bytes;
use tokio::sync::mpsc;

use super::cell::Cell;

/// Size of the chunks in which a file is sent, in bytes.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;
/// Number of chunks that may wait for a slow client.
pub(super) const MAX_CHUNKS: usize = 4;

/// The file formats of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Csv,
    Xlsx,
    Parquet,
}

/// A file to download. It is written while it is being sent if its format allows that.
#[derive(Debug)]
pub struct File {
    /// Name with extension. It may contain characters that are not allowed in file names.
    pub name: String,
    pub media_type: &'static str,
    pub body: FileBody,
}

#[derive(Debug)]
pub enum FileBody {
    Whole(Vec<u8>),
    /// Chunks in order. Dropping the receiver ends the writing.
    Stream(mpsc::Receiver<Result<Bytes, std::io::Error>>),
}

/// The client has closed the connection, so the rest need not be written.
#[derive(Debug)]
pub struct ConnectionClosed;

/// A file that rows are written into.
pub trait RowWriter {
    fn write_row(&mut self, cells: Vec<Cell<'_>>) -> Result<(), ConnectionClosed>;
}
