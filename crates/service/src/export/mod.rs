//! Tables as files: CSV by RFC 4180, XLSX and Parquet. All three are written from the same rows of
//! [`Cell`]s, and text in them cannot become a formula.

mod cell;
mod csv_writer;
mod file;
mod parquet_writer;
mod table;
mod xlsx_writer;

pub use cell::{Cell, Column, ColumnKind, spreadsheet_safe, without_protection};
pub use csv_writer::{CsvFor, CsvWriter, csv_file};
pub use file::{ConnectionClosed, File, FileBody, FileKind, RowWriter};
pub use parquet_writer::{ParquetWriter, parquet_file};
pub use table::file;
pub use xlsx_writer::{Sheet, XlsxWriter, xlsx_bytes, xlsx_file};
