//! Tables as a spreadsheet (XLSX). Rows are written to a temporary file at once, so that a large
//! table needs little memory. Text cells are typed as text, so that they cannot become a formula.

use std::borrow::Cow;

use model::{Currency, Day, Money, Timestamp};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError,
};

use super::cell::{Cell, Column, ColumnKind, spreadsheet_safe};
use super::file::{ConnectionClosed, File, FileBody, RowWriter};
use crate::blocking::run_blocking;
use crate::error::{Error, ErrorKind};

/// The most rows that a sheet can have below its header.
pub(crate) const MOST_ROWS: u32 = 1_048_575;

/// The longest text of a cell, in UTF-16 code units.
const MOST_UNITS: usize = 32_767;

/// Writes a spreadsheet, sheet after sheet.
pub struct XlsxWriter {
    workbook: Workbook,
    rows: u32,
    formats: Formats,
    failure: Option<XlsxError>,
}

struct Formats {
    header: Format,
    day: Format,
    moment: Format,
    amounts: Vec<(Currency, Format)>,
}

impl Formats {
    fn amount(&mut self, currency: Currency) -> &Format {
        let position = self
            .amounts
            .iter()
            .position(|(known, _)| *known == currency);
        let index = position.unwrap_or_else(|| {
            let decimals = currency.decimals() as usize;
            let fraction = if decimals == 0 {
                String::new()
            } else {
                format!(".{}", "0".repeat(decimals))
            };
            let format = Format::new().set_num_format(format!("#,##0{fraction} \"{currency}\""));
            self.amounts.push((currency, format));
            self.amounts.len() - 1
        });
        &self.amounts[index].1
    }
}

/// A sheet that is complete in memory, for tables of a few hundred rows.
pub struct Sheet<'a> {
    /// Name of the sheet, at most 31 characters.
    pub name: &'a str,
    pub header: Vec<Cow<'a, str>>,
    /// The rows below the header.
    pub rows: Vec<Vec<Cell<'a>>>,
}

impl XlsxWriter {
    fn new(now: Timestamp) -> Self {
        let mut workbook = Workbook::new();
        if let Ok(moment) = excel_moment(now) {
            workbook.set_properties(&DocProperties::new().set_creation_datetime(&moment));
        }
        Self {
            workbook,
            rows: 0,
            formats: Formats {
                header: Format::new().set_bold().set_background_color("E8EDF3"),
                day: Format::new().set_num_format("yyyy-mm-dd"),
                moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
                amounts: Vec::new(),
            },
            failure: None,
        }
    }

    /// Begins a sheet with a frozen header. The width of a column depends on its type.
    pub fn sheet(&mut self, name: &str, columns: &[Column]) -> Result<(), ConnectionClosed> {
        self.rows = 0;
        let result = self.begin(name, columns);
        self.remember(result)
    }

    fn begin(&mut self, name: &str, columns: &[Column]) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(name))?;
        sheet.set_freeze_panes(1, 0)?;
        for (index, column) in (0_u16..).zip(columns) {
            let width = match column.kind {
                ColumnKind::Text => 26,
                ColumnKind::Moment => 20,
                ColumnKind::Amount => 18,
                ColumnKind::Integer | ColumnKind::Number | ColumnKind::YesNo | ColumnKind::Day => {
                    13
                }
            };
            sheet.set_column_width(index, width)?;
            sheet.write_string_with_format(0, index, &*column.name, &self.formats.header)?;
        }
        self.rows = 1;
        Ok(())
    }

    /// Adds a row to the current sheet.
    pub fn row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = Cell<'a>>,
    ) -> Result<(), ConnectionClosed> {
        let row = self.rows;
        self.rows += 1;
        let mut result = Ok(());
        if let Some(sheet) = self.workbook.worksheets_mut().last_mut() {
            for (column, value) in (0_u16..).zip(cells) {
                result = write(sheet, (row, column), &value, &mut self.formats);
                if result.is_err() {
                    break;
                }
            }
        }
        self.remember(result)
    }

    fn remember(&mut self, result: Result<(), XlsxError>) -> Result<(), ConnectionClosed> {
        result.map_err(|error| {
            self.failure = Some(error);
            ConnectionClosed
        })
    }

    fn finish(mut self, filled: Result<(), ConnectionClosed>) -> Result<Vec<u8>, Error> {
        match (filled, self.failure.take()) {
            (_, Some(XlsxError::RowColumnLimitError)) => Err(too_many_rows()),
            (_, Some(error)) => Err(Error::internal(&error)),
            (Err(ConnectionClosed), None) => Err(Error::internal(&"a spreadsheet ended early")),
            (Ok(()), None) => self
                .workbook
                .save_to_buffer()
                .map_err(|error| Error::internal(&error)),
        }
    }
}

impl RowWriter for XlsxWriter {
    fn write_row(&mut self, cells: Vec<Cell<'_>>) -> Result<(), ConnectionClosed> {
        self.row(cells)
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Cell<'_>,
    formats: &mut Formats,
) -> Result<(), XlsxError> {
    match value {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, shortened(spreadsheet_safe(text)))?;
        }
        Cell::Integer(number) => {
            sheet.write_number(row, column, float(*number))?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Amount(amount) => {
            let format = formats.amount(amount.currency);
            sheet.write_number_with_format(row, column, major(*amount), format)?;
        }
        Cell::Formula(formula, result) => {
            let formula = Formula::new(formula).set_result(result.decimal());
            let format = formats.amount(result.currency);
            sheet.write_formula_with_format(row, column, formula, format)?;
        }
        Cell::YesNo(yes) => {
            sheet.write_string(row, column, if *yes { "yes" } else { "no" })?;
        }
        // Spreadsheets have no dates before 1900, so earlier ones are text.
        Cell::Day(day) => {
            match excel_day(*day) {
                Ok(date) => sheet.write_datetime_with_format(row, column, date, &formats.day)?,
                Err(_) => sheet.write_string(row, column, day.to_string())?,
            };
        }
        Cell::Moment(moment) => {
            match excel_moment(*moment) {
                Ok(at) => sheet.write_datetime_with_format(row, column, at, &formats.moment)?,
                Err(_) => sheet.write_string(row, column, moment.to_string())?,
            };
        }
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "spreadsheets have no other numbers"
)]
fn float(number: i64) -> f64 {
    number as f64
}

/// An amount in the main unit of its currency.
fn major(amount: Money) -> f64 {
    // The text cannot fail to parse, because it was just formatted from a number.
    amount.decimal().parse().unwrap_or_default()
}

fn excel_day(day: Day) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&day.to_string())
}

fn excel_moment(moment: Timestamp) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_timestamp(moment.0.div_euclid(1000))
}

/// Cuts text to the longest text that a cell can hold.
fn shortened(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut length = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if length < MOST_UNITS {
            end = at;
        }
        length += c.len_utf16();
        if length > MOST_UNITS {
            return Cow::Owned(format!("{}…", &text[..end]));
        }
    }
    text
}

/// Replaces characters that are not allowed in the name of a sheet.
fn sheet_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| if "[]:*?/\\'".contains(c) { '-' } else { c })
        .take(31)
        .collect();
    if safe.is_empty() {
        "Sheet".to_owned()
    } else {
        safe
    }
}

fn too_many_rows() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        "too_many_rows",
        "That is more than a spreadsheet can hold",
        format!("A sheet holds {MOST_ROWS} rows, and this table has more."),
    )
    .remedy("Filter the table first, or take the CSV or Parquet file.")
}

/// A spreadsheet that `fill` writes.
pub async fn xlsx_file(
    name: &str,
    now: Timestamp,
    fill: impl FnOnce(&mut XlsxWriter) -> Result<(), ConnectionClosed> + Send + 'static,
) -> Result<File, Error> {
    let bytes = run_blocking(move || {
        let mut book = XlsxWriter::new(now);
        let filled = fill(&mut book);
        book.finish(filled)
    })
    .await?;
    Ok(File {
        name: name.to_owned(),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body: FileBody::Whole(bytes),
    })
}

/// A spreadsheet of sheets that are complete in memory.
pub fn xlsx_bytes(now: Timestamp, sheets: Vec<Sheet<'_>>) -> Result<Vec<u8>, Error> {
    let mut book = XlsxWriter::new(now);
    let fill = |book: &mut XlsxWriter| {
        for sheet in sheets {
            let columns: Vec<Column> = sheet
                .header
                .iter()
                .enumerate()
                .map(|(index, name)| Column::new(name.to_string(), kind_of(&sheet.rows, index)))
                .collect();
            book.sheet(sheet.name, &columns)?;
            for row in sheet.rows {
                book.row(row)?;
            }
        }
        Ok(())
    };
    let filled = fill(&mut book);
    book.finish(filled)
}

/// The type of the first value in a column, which decides the width.
fn kind_of(rows: &[Vec<Cell<'_>>], index: usize) -> ColumnKind {
    let first = rows
        .iter()
        .filter_map(|row| row.get(index))
        .find(|cell| **cell != Cell::Empty);
    match first {
        Some(Cell::Integer(_)) => ColumnKind::Integer,
        Some(Cell::Number(_)) => ColumnKind::Number,
        Some(Cell::Amount(_) | Cell::Formula(..)) => ColumnKind::Amount,
        Some(Cell::Day(_)) => ColumnKind::Day,
        Some(Cell::Moment(_)) => ColumnKind::Moment,
        Some(Cell::YesNo(_)) => ColumnKind::YesNo,
        Some(Cell::Text(_) | Cell::Empty) | None => ColumnKind::Text,
    }
}
