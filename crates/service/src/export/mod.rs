//! Tables as files: CSV by RFC 4180 with names by RFC 6266, safe to open in a spreadsheet; XLSX and
//! Parquet are rooms beside it. Who fills a table writes rows of [`Cell`]s, whatever the file.

mod book;
mod cell;
mod columns;

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tokio::sync::mpsc;

use crate::failure::Failure;

pub(crate) use book::{Book, Sheet, xlsx_bytes, xlsx_file};
pub(crate) use cell::{Cell, Column, Kind};
pub(crate) use columns::{Table, parquet_file};

/// How much is written before it is sent on, in bytes.
const PIECE: usize = 64 * 1024;
/// How many pieces may wait for a slow client.
const WAITING: usize = 4;

/// A cell that no spreadsheet takes for a formula.
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n') => Cow::Owned(format!("'{text}")),
        // Spreadsheets also take the full-width forms of these signs.
        _ if text.starts_with(['＝', '＋', '－', '＠']) => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

/// Writes rows and hands them on in pieces.
pub(crate) struct Rows {
    writer: csv::Writer<Vec<u8>>,
    sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
}

/// The client has gone; nothing more needs to be written.
#[derive(Debug)]
pub(crate) struct Gone;

impl Rows {
    /// Writes one row. Waits, on a thread that may block, while the client is slow.
    pub(crate) fn write<'a>(
        &mut self,
        cells: impl IntoIterator<Item = Cow<'a, str>>,
    ) -> Result<(), Gone> {
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
pub(crate) trait Sink {
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
pub(crate) enum FileKind {
    Csv,
    Xlsx,
    Parquet,
}

/// A table as a file of that kind, named `name` and the kind's ending.
pub(crate) async fn file(
    kind: FileKind,
    name: &str,
    title: &'static str,
    now: model::Timestamp,
    columns: Vec<Column>,
    fill: impl FnOnce(&mut dyn Sink) -> Result<(), Gone> + Send + 'static,
) -> Result<Response, Failure> {
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
pub(crate) fn csv_file(
    name: &str,
    fill: impl FnOnce(&mut Rows) -> Result<(), Gone> + Send + 'static,
) -> Response {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut rows = Rows {
            writer: writer(),
            sender,
        };
        // A client that has gone is the only reason to stop early, and then nobody is left to tell.
        let _gone = fill(&mut rows).and_then(|()| rows.pass_on());
    });
    let body = Body::from_stream(futures_util::stream::poll_fn(move |context| {
        receiver.poll_recv(context)
    }));
    (
        [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
            ),
            (CONTENT_DISPOSITION, attachment(name)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        body,
    )
        .into_response()
}

/// `Content-Disposition` for a file to save. The plain name has only harmless characters; the
/// extended one keeps all that file systems allow.
pub(crate) fn attachment(name: &str) -> HeaderValue {
    const KEEP: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'%')
        .add(b'\'')
        .add(b'(')
        .add(b')')
        .add(b'*')
        .add(b',')
        .add(b'/')
        .add(b':')
        .add(b';')
        .add(b'<')
        .add(b'=')
        .add(b'>')
        .add(b'?')
        .add(b'@')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'{')
        .add(b'}');
    let safe: String = name
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            c if c.is_control() => '-',
            c => c,
        })
        .take(120)
        .collect();
    let safe = safe.trim_matches(['.', ' ', '-']);
    let plain: String = safe
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect();
    let extended = utf8_percent_encode(safe, KEEP);
    HeaderValue::from_str(&format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"
    ))
    .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
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

    #[test]
    fn s30_names_of_files_cannot_lead_anywhere() {
        for (name, plain) in [
            ("zoom-users.csv", "zoom-users.csv"),
            ("../../etc/passwd", "etc-passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("a\"; filename=\"b.exe", "a---filename--b.exe"),
            ("a\r\nSet-Cookie: x=1.csv", "a--Set-Cookie--x-1.csv"),
            ("Größe.csv", "Gr--e.csv"),
        ] {
            let header = attachment(name);
            let text = header.to_str().unwrap();
            assert!(
                text.starts_with(&format!("attachment; filename=\"{plain}\";")),
                "{text}"
            );
        }
        assert!(
            attachment("Größe.csv")
                .to_str()
                .unwrap()
                .ends_with("filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv")
        );
    }
}
