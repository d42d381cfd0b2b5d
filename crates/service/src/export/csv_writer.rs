//! Tables as CSV by RFC 4180, written while they are being sent.

use std::borrow::Cow;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::cell::{Cell, spreadsheet_safe};
use super::file::{CHUNK_BYTES, ConnectionClosed, File, FileBody, MAX_CHUNKS, RowWriter};

/// Writes rows and sends them in chunks.
pub struct CsvWriter {
    writer: csv::Writer<Vec<u8>>,
    sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
}

impl CsvWriter {
    /// Writes one row of texts. Blocks the thread while the client is slow.
    pub fn write<'a>(
        &mut self,
        cells: impl IntoIterator<Item = Cow<'a, str>>,
    ) -> Result<(), ConnectionClosed> {
        let mut record = csv::ByteRecord::new();
        for text in cells {
            record.push_field(spreadsheet_safe(&text).as_bytes());
        }
        self.record(&record)
    }

    fn record(&mut self, record: &csv::ByteRecord) -> Result<(), ConnectionClosed> {
        self.writer
            .write_byte_record(record)
            .map_err(|_| ConnectionClosed)?;
        if self.writer.get_ref().len() >= CHUNK_BYTES {
            self.send()?;
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), ConnectionClosed> {
        let empty = writer(&[]);
        let full = std::mem::replace(&mut self.writer, empty);
        let bytes = full.into_inner().map_err(|_| ConnectionClosed)?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.sender
            .blocking_send(Ok(bytes.into()))
            .map_err(|_| ConnectionClosed)
    }
}

/// Who reads a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvFor {
    /// People in a spreadsheet program: without a byte order mark it takes UTF-8 for an older encoding.
    People,
    /// Programs, for which a mark would be a part of the first column's name.
    Programs,
}

impl CsvFor {
    fn mark(self) -> &'static [u8] {
        match self {
            Self::People => b"\xef\xbb\xbf",
            Self::Programs => b"",
        }
    }
}

/// A writer for the next chunk, which begins with these bytes.
fn writer(begin: &[u8]) -> csv::Writer<Vec<u8>> {
    let mut chunk = Vec::with_capacity(CHUNK_BYTES + 8 * 1024);
    chunk.extend_from_slice(begin);
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .buffer_capacity(8 * 1024)
        .from_writer(chunk)
}

impl RowWriter for CsvWriter {
    fn write_row(&mut self, cells: Vec<Cell<'_>>) -> Result<(), ConnectionClosed> {
        let mut record = csv::ByteRecord::new();
        for value in &cells {
            record.push_field(value.csv().as_bytes());
        }
        self.record(&record)
    }
}

/// A CSV file that `fill` writes row by row while it is being sent.
pub fn csv_file(
    name: &str,
    audience: CsvFor,
    fill: impl FnOnce(&mut CsvWriter) -> Result<(), ConnectionClosed> + Send + 'static,
) -> File {
    let (sender, receiver) = mpsc::channel(MAX_CHUNKS);
    tokio::task::spawn_blocking(move || {
        let mut rows = CsvWriter {
            writer: writer(audience.mark()),
            sender,
        };
        // A closed connection is the only reason to stop early, and then no response is needed.
        let _gone = fill(&mut rows).and_then(|()| rows.send());
    });
    File {
        name: name.to_owned(),
        media_type: "text/csv; charset=utf-8; header=present",
        body: FileBody::Stream(receiver),
    }
}
