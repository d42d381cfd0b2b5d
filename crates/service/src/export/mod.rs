//! Tables as files: CSV by RFC 4180, safe to open in a spreadsheet, XLSX and Parquet. A table is
//! written as rows of [`Cell`]s, whatever the kind of file.

mod book;
mod cell;
mod columns;

use std::borrow::Cow;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::error::Error;

pub use book::{Book, Sheet, xlsx_bytes, xlsx_file};
pub use cell::{Cell, Column, Kind};
pub use columns::{Table, parquet_file};

/// How much is written before it is sent on, in bytes.
const PIECE: usize = 64 * 1024;
/// How many pieces may wait for a slow client.
const WAITING: usize = 4;

/// A cell that no spreadsheet takes for a formula.
pub fn cell(text: &str) -> Cow<'_, str> {
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n') => Cow::Owned(format!("'{text}")),
        // Spreadsheets also take the full-width forms of these signs.
        _ if text.starts_with(['＝', '＋', '－', '＠']) => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

/// Writes rows and hands them on in pieces.
pub struct Rows {
    writer: csv::Writer<Vec<u8>>,
    sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
}

/// The client has gone; nothing more needs to be written.
#[derive(Debug)]
pub struct Gone;

impl Rows {
    /// Writes one row. Waits, on a thread that may block, while the client is slow.
    pub fn write<'a>(&mut self, cells: impl IntoIterator<Item = Cow<'a, str>>) -> Result<(), Gone> {
        let mut record = csv::ByteRecord::new();
        for text in cells {
            record.push_field(cell(&text).as_bytes());
        }
        self.record(&record)
    }

    fn record(&mut self, record: &csv::ByteRecord) -> Result<(), Gone> {
        self.writer.write_byte_record(record).map_err(|_| Gone)?;
        if self.writer.get_ref().len() >= PIECE {
            self.pass_on()?;
        }
        Ok(())
    }

    fn pass_on(&mut self) -> Result<(), Gone> {
        let empty = writer();
        let full = std::mem::replace(&mut self.writer, empty);
        let bytes = full.into_inner().map_err(|_| Gone)?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.sender
            .blocking_send(Ok(bytes.into()))
            .map_err(|_| Gone)
    }
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .buffer_capacity(8 * 1024)
        .from_writer(Vec::with_capacity(PIECE + 8 * 1024))
}

/// What a file's rows are written to.
pub trait Sink {
    /// Adds a row.
    fn put(&mut self, cells: Vec<Cell<'_>>) -> Result<(), Gone>;
}

impl Sink for Rows {
    fn put(&mut self, cells: Vec<Cell<'_>>) -> Result<(), Gone> {
        let mut record = csv::ByteRecord::new();
        for value in &cells {
            record.push_field(value.csv().as_bytes());
        }
        self.record(&record)
    }
}

impl Sink for Book {
    fn put(&mut self, cells: Vec<Cell<'_>>) -> Result<(), Gone> {
        self.row(cells)
    }
}

impl Sink for Table {
    fn put(&mut self, cells: Vec<Cell<'_>>) -> Result<(), Gone> {
        self.row(cells)
    }
}

/// The kinds of files that a table can be had as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Csv,
    Xlsx,
    Parquet,
}

/// A file to download. It is written while it is sent where its format allows that.
#[derive(Debug)]
pub struct File {
    /// Its name with its ending. It may hold characters that are not allowed in names of files.
    pub name: String,
    pub media_type: &'static str,
    pub body: FileBody,
}

#[derive(Debug)]
pub enum FileBody {
    Whole(Vec<u8>),
    /// Pieces in their order. Dropping the receiver ends the writing.
    Stream(mpsc::Receiver<Result<Bytes, std::io::Error>>),
}

/// A table as a file of that kind, named `name` and the kind's ending.
pub async fn file(
    kind: FileKind,
    name: &str,
    title: &'static str,
    now: model::Timestamp,
    columns: Vec<Column>,
    fill: impl FnOnce(&mut dyn Sink) -> Result<(), Gone> + Send + 'static,
) -> Result<File, Error> {
    match kind {
        FileKind::Csv => Ok(csv_file(&format!("{name}.csv"), move |rows| {
            rows.write(columns.iter().map(|column| column.name.clone()))?;
            fill(rows)
        })),
        FileKind::Xlsx => {
            xlsx_file(&format!("{name}.xlsx"), now, move |book| {
                book.sheet(title, &columns)?;
                fill(book)
            })
            .await
        }
        FileKind::Parquet => Ok(parquet_file(&format!("{name}.parquet"), columns, |table| {
            fill(table)
        })),
    }
}

/// A file that `fill` writes row by row while it is being sent.
pub fn csv_file(
    name: &str,
    fill: impl FnOnce(&mut Rows) -> Result<(), Gone> + Send + 'static,
) -> File {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut rows = Rows {
            writer: writer(),
            sender,
        };
        // A closed connection is the only reason to stop early, and then no answer is needed.
        let _gone = fill(&mut rows).and_then(|()| rows.pass_on());
    });
    File {
        name: name.to_owned(),
        media_type: "text/csv; charset=utf-8; header=present",
        body: FileBody::Stream(receiver),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1",
        ] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for text in ["", "a=b", "6.2.11", "Ann-Marie", "'=1"] {
            assert_eq!(cell(text), text);
        }
    }
}
