//! A table as a file of any format.

use super::cell::Column;
use super::csv_writer::{CsvFor, csv_file};
use super::file::{ConnectionClosed, File, FileKind, RowWriter};
use super::parquet_writer::parquet_file;
use super::xlsx_writer::xlsx_file;
use crate::error::Error;

/// A table as a file of this format. The extension is added to `name`; `title` is the name of the
/// sheet in XLSX.
pub async fn file(
    (kind, audience): (FileKind, CsvFor),
    name: &str,
    title: &'static str,
    now: model::Timestamp,
    columns: Vec<Column>,
    fill: impl FnOnce(&mut dyn RowWriter) -> Result<(), ConnectionClosed> + Send + 'static,
) -> Result<File, Error> {
    match kind {
        FileKind::Csv => Ok(csv_file(&format!("{name}.csv"), audience, move |rows| {
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
