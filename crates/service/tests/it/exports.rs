//! Exports read back by independent readers: every type of column, text that looks like a formula,
//! dates, amounts, empty cells and several row groups.

use std::borrow::Cow;
use std::io::Cursor;

use bytes::Bytes;
use calamine::{Data, Range, Reader, Xlsx};
use model::{Currency, Day, Money, Timestamp};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use service::export::{
    Cell, Column, ColumnKind, CsvFor, FileBody, FileKind, Sheet, file, xlsx_bytes,
};

/// 2026-11-30T12:34:56.789Z.
const NOW: Timestamp = Timestamp(1_796_042_096_789);
/// Rows in one row group of a Parquet file.
const GROUP: usize = 20_000;

const TEXTS: [&str; 10] = [
    "=1+1",
    "+49 30 1234",
    "-2",
    "@SUM(A1:A9)",
    "＝1",
    "Zoë „Müller“ 日本語 🙂 \u{202e}rtl",
    "  spaces and\ttabs\nand lines ",
    "<b>&amp;\"'</b>",
    "control \u{1} \u{1f} and _x0041_",
    "2026-11-30",
];

fn columns() -> Vec<Column> {
    [
        ("text", ColumnKind::Text),
        ("integer", ColumnKind::Integer),
        ("number", ColumnKind::Number),
        ("amount", ColumnKind::Amount),
        ("currency", ColumnKind::Text),
        ("yes_no", ColumnKind::YesNo),
        ("day", ColumnKind::Day),
        ("moment", ColumnKind::Moment),
    ]
    .into_iter()
    .map(|(name, kind)| Column::new(name, kind))
    .collect()
}

fn money(text: &str, currency: &str) -> Money {
    let currency: Currency = currency.parse().unwrap();
    Money::parse(text, currency).unwrap()
}

fn amounts() -> [Money; 4] {
    [
        money("1234.56", "EUR"),
        money("980", "JPY"),
        money("0.125", "KWD"),
        money("12.00", "USD").times(-1),
    ]
}

/// A row in which every cell depends on its number; every seventh row is empty.
fn row(number: usize) -> Vec<Cell<'static>> {
    if number % 7 == 6 {
        return vec![Cell::Empty; 8];
    }
    let amount = amounts()[number % 4];
    let integer = i64::try_from(number).unwrap();
    vec![
        Cell::text(TEXTS[number % TEXTS.len()]),
        Cell::Integer(integer - 3),
        Cell::Number(0.1 * f64::from(u32::try_from(number).unwrap())),
        Cell::Amount(amount),
        Cell::text(amount.currency.to_string()),
        Cell::YesNo(number.is_multiple_of(2)),
        Cell::Day(Day(20_000 + i32::try_from(number).unwrap() % 1000)),
        Cell::Moment(Timestamp(NOW.0 + integer * 1001)),
    ]
}

async fn bytes_of(kind: FileKind, rows: usize) -> Vec<u8> {
    let kind = (kind, CsvFor::Programs);
    let file = file(kind, "table", "Table", NOW, columns(), move |out| {
        (0..rows).try_for_each(|number| out.write_row(row(number)))
    })
    .await
    .unwrap();
    match file.body {
        FileBody::Whole(bytes) => bytes,
        FileBody::Stream(mut receiver) => {
            let mut all = Vec::new();
            while let Some(chunk) = receiver.recv().await {
                all.extend_from_slice(&chunk.unwrap());
            }
            all
        }
    }
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn cell(range: &Range<Data>, row: usize, column: usize) -> &Data {
    let at = (u32::try_from(row).unwrap(), u32::try_from(column).unwrap());
    range.get_value(at).unwrap_or(&Data::Empty)
}

/// Milliseconds since 1970 of a spreadsheet's date.
fn millis(data: &Data) -> i64 {
    let Data::DateTime(at) = data else {
        panic!("{data:?} is not a date");
    };
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let text = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    let at: Timestamp = text.parse().unwrap();
    at.0 + i64::from(milli)
}

#[tokio::test]
async fn every_cell_of_a_spreadsheet_reads_back() {
    let rows = 500;
    let mut book = open(bytes_of(FileKind::Xlsx, rows).await);
    assert_eq!(book.sheet_names(), ["Table"]);
    let range = book.worksheet_range("Table").unwrap();
    assert_eq!(range.end(), Some((500, 7)));
    for (index, column) in columns().iter().enumerate() {
        let name = Data::String(column.name.clone().into_owned());
        assert_eq!(*cell(&range, 0, index), name);
    }
    for number in 0..rows {
        let cells = row(number);
        for (index, expected) in cells.iter().enumerate() {
            let read = cell(&range, number + 1, index);
            let at = format!("row {number} column {index}: {read:?}");
            match expected {
                Cell::Empty => assert_eq!(*read, Data::Empty, "{at}"),
                // Text that looks like a formula gets an apostrophe, as in CSV.
                Cell::Text(_) => assert_eq!(*read, Data::String(expected.csv().into()), "{at}"),
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                Cell::Integer(value) => assert_eq!(*read, Data::Float(*value as f64), "{at}"),
                Cell::Number(value) => assert_eq!(*read, Data::Float(*value), "{at}"),
                Cell::Amount(amount) => {
                    let value: f64 = amount.decimal().parse().unwrap();
                    assert_eq!(*read, Data::Float(value), "{at}");
                }
                Cell::YesNo(yes) => {
                    let word = if *yes { "yes" } else { "no" };
                    assert_eq!(*read, Data::String(word.to_owned()), "{at}");
                }
                Cell::Day(day) => assert_eq!(millis(read), day.start().0, "{at}"),
                Cell::Moment(moment) => {
                    assert_eq!(millis(read), moment.0.div_euclid(1000) * 1000, "{at}");
                }
                Cell::Formula(..) => unreachable!("no formula in these rows"),
            }
        }
    }
    let formulas = book.worksheet_formula("Table").unwrap();
    assert!(formulas.is_empty(), "text became a formula: {formulas:?}");
}

#[tokio::test]
async fn formulas_and_several_sheets_read_back() {
    let price = money("10.50", "EUR");
    let sheet = |name: &'static str, rows| Sheet {
        name,
        header: vec![Cow::Borrowed("Seats"), "Price".into(), "Cost".into()],
        rows,
    };
    let line = vec![
        Cell::Integer(3),
        Cell::Amount(price),
        Cell::Formula("=A2*B2".to_owned(), price.times(3)),
    ];
    let bytes = xlsx_bytes(
        NOW,
        vec![
            sheet("Costs [1/2]: a name that is too long", vec![line]),
            sheet("", vec![vec![Cell::Empty, Cell::text("=HYPERLINK(\"x\")")]]),
        ],
    )
    .unwrap();
    let mut book = open(bytes);
    assert_eq!(
        book.sheet_names(),
        ["Costs -1-2-- a name that is too", "Sheet"]
    );
    let costs = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(*cell(&costs, 1, 2), Data::Float(31.5));
    let formulas = book.worksheet_formula("Costs -1-2-- a name that is too");
    let formulas = formulas.unwrap();
    let found: Vec<_> = formulas.used_cells().collect();
    assert_eq!(found, [(0, 0, &"A2*B2".to_owned())]);
    let other = book.worksheet_range_at(1).unwrap().unwrap();
    let text = Data::String("'=HYPERLINK(\"x\")".to_owned());
    assert_eq!(*cell(&other, 1, 1), text);
    assert!(book.worksheet_formula("Sheet").unwrap().is_empty());
}

/// One value that a spreadsheet cannot represent must not fail the whole export.
#[test]
fn values_beyond_the_limits_of_spreadsheets_become_text() {
    let rows = vec![
        vec![Cell::text("x".repeat(40_000))],
        vec![Cell::text("=".to_owned() + &"🙂".repeat(20_000))],
        vec![Cell::Day("1066-10-14".parse().unwrap())],
        vec![Cell::Moment("0001-01-01T00:00:00Z".parse().unwrap())],
        vec![Cell::Moment(Timestamp(-500))],
    ];
    let sheet = Sheet {
        name: "Limits",
        header: vec![Cow::Borrowed("value")],
        rows,
    };
    let range = open(xlsx_bytes(NOW, vec![sheet]).unwrap())
        .worksheet_range("Limits")
        .unwrap();
    for row in [1, 2] {
        let Data::String(text) = cell(&range, row, 0) else {
            panic!("row {row} is not text");
        };
        assert!(text.ends_with('…'), "row {row}");
        let length = text.encode_utf16().count();
        assert!((32_000..=32_767).contains(&length), "{length}");
    }
    assert_eq!(*cell(&range, 3, 0), Data::String("1066-10-14".to_owned()));
    let first = Data::String("0001-01-01T00:00:00Z".to_owned());
    assert_eq!(*cell(&range, 4, 0), first);
    assert_eq!(millis(cell(&range, 5, 0)), -1000);
}

fn field(row: &Row, column: usize) -> &Field {
    row.get_column_iter().nth(column).unwrap().1
}

/// The unscaled value of a decimal that is stored in big-endian order.
fn unscaled(field: &Field) -> (i64, i32) {
    let Field::Decimal(decimal) = field else {
        panic!("{field:?} is not a decimal");
    };
    let bytes: [u8; 8] = decimal.data().try_into().unwrap();
    (i64::from_be_bytes(bytes), decimal.scale())
}

#[tokio::test]
async fn every_cell_of_a_parquet_file_reads_back_in_all_row_groups() {
    let rows = 2 * GROUP + 50;
    let bytes = bytes_of(FileKind::Parquet, rows).await;
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let groups = reader.metadata().row_groups();
    let sizes: Vec<_> = groups.iter().map(RowGroupMetaData::num_rows).collect();
    let group = i64::try_from(GROUP).unwrap();
    assert_eq!(sizes, [group, group, 50]);
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<_> = schema
        .columns()
        .iter()
        .map(|column| column.name())
        .collect();
    let expected = columns();
    let expected: Vec<_> = expected.iter().map(|column| &*column.name).collect();
    assert_eq!(names, expected);
    let mut count = 0;
    for (number, read) in reader.get_row_iter(None).unwrap().enumerate() {
        let read = read.unwrap();
        for (index, expected) in row(number).iter().enumerate() {
            let field = field(&read, index);
            let at = format!("row {number} column {index}: {field:?}");
            match expected {
                Cell::Empty => assert_eq!(*field, Field::Null, "{at}"),
                // Parquet has types, so text stays as it is.
                Cell::Text(text) => assert_eq!(*field, Field::Str(text.to_string()), "{at}"),
                Cell::Integer(value) => assert_eq!(*field, Field::Long(*value), "{at}"),
                Cell::Number(value) => assert_eq!(*field, Field::Double(*value), "{at}"),
                Cell::Amount(amount) => {
                    let digits = 3 - amount.currency.decimals();
                    let thousandths = amount.minor * 10_i64.pow(digits);
                    assert_eq!(unscaled(field), (thousandths, 3), "{at}");
                }
                Cell::YesNo(yes) => assert_eq!(*field, Field::Bool(*yes), "{at}"),
                Cell::Day(day) => assert_eq!(*field, Field::Date(day.0), "{at}"),
                Cell::Moment(at_ms) => {
                    assert_eq!(*field, Field::TimestampMillis(at_ms.0), "{at}");
                }
                Cell::Formula(..) => unreachable!("no formula in these rows"),
            }
        }
        count += 1;
    }
    assert_eq!(count, rows);
}

#[tokio::test]
async fn a_table_without_rows_is_a_file_with_its_columns() {
    let bytes = bytes_of(FileKind::Parquet, 0).await;
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    let schema = reader.metadata().file_metadata().schema_descr();
    assert_eq!(schema.num_columns(), 8);
    let range = open(bytes_of(FileKind::Xlsx, 0).await)
        .worksheet_range("Table")
        .unwrap();
    assert_eq!(range.end(), Some((0, 7)));
    let csv = bytes_of(FileKind::Csv, 0).await;
    assert_eq!(csv.split(|byte| *byte == b'\n').count() - 1, 1);
}

#[tokio::test]
async fn every_cell_of_a_csv_file_reads_back() {
    let rows = 500;
    let bytes = bytes_of(FileKind::Csv, rows).await;
    let mut reader = csv::ReaderBuilder::new().from_reader(&*bytes);
    let mut count = 0;
    for (number, record) in reader.records().enumerate() {
        let record = record.unwrap();
        let cells = row(number);
        let expected: Vec<_> = cells.iter().map(Cell::csv).collect();
        assert_eq!(record.iter().collect::<Vec<_>>(), expected);
        count += 1;
    }
    assert_eq!(count, rows);
}
