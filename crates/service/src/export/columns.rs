//! Tables as Parquet, for bulk: columns with types, written in groups of rows while they are being
//! sent. Days, moments and amounts keep their meaning: dates, UTC milliseconds and decimals.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use tokio::sync::mpsc;

use super::cell::{Cell, Column, Kind};
use super::{File, FileBody, Gone, PIECE, WAITING};

/// Rows that are written together; so many are held in memory.
const GROUP: usize = 20_000;
/// Decimals of amounts: as many as any currency has.
const SCALE: u32 = 3;

/// The values of one column of the rows that are held.
enum Values {
    Text(Vec<ByteArray>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Days(Vec<i32>),
    YesNo(Vec<bool>),
}

struct Held {
    values: Values,
    /// 1 where there is a value, 0 where there is none.
    there: Vec<i16>,
}

impl Held {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Integer | Kind::Amount | Kind::Moment => Values::Integers(Vec::new()),
            Kind::Number => Values::Numbers(Vec::new()),
            Kind::Day => Values::Days(Vec::new()),
            Kind::YesNo => Values::YesNo(Vec::new()),
        };
        Self {
            values,
            there: Vec::new(),
        }
    }

    /// Takes a value. One of another kind than the column's counts as missing.
    fn push(&mut self, cell: &Cell<'_>) {
        let taken = match (&mut self.values, cell) {
            (Values::Text(values), Cell::Text(text)) => {
                values.push(ByteArray::from(text.as_bytes().to_vec()));
                true
            }
            (Values::Integers(values), Cell::Integer(number)) => {
                values.push(*number);
                true
            }
            (Values::Integers(values), Cell::Amount(amount) | Cell::Formula(_, amount)) => {
                let more = SCALE.saturating_sub(amount.currency.decimals());
                values.push(amount.minor.saturating_mul(10_i64.pow(more)));
                true
            }
            (Values::Integers(values), Cell::Moment(moment)) => {
                values.push(moment.0);
                true
            }
            (Values::Numbers(values), Cell::Number(number)) => {
                values.push(*number);
                true
            }
            (Values::Days(values), Cell::Day(day)) => {
                values.push(day.0);
                true
            }
            (Values::YesNo(values), Cell::YesNo(yes)) => {
                values.push(*yes);
                true
            }
            _ => false,
        };
        self.there.push(i16::from(taken));
    }

    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let there = Some(self.there.as_slice());
        match &self.values {
            Values::Text(values) => column
                .typed::<ByteArrayType>()
                .write_batch(values, there, None)?,
            Values::Integers(values) => column
                .typed::<Int64Type>()
                .write_batch(values, there, None)?,
            Values::Numbers(values) => column
                .typed::<DoubleType>()
                .write_batch(values, there, None)?,
            Values::Days(values) => column
                .typed::<Int32Type>()
                .write_batch(values, there, None)?,
            Values::YesNo(values) => column
                .typed::<BoolType>()
                .write_batch(values, there, None)?,
        };
        match &mut self.values {
            Values::Text(values) => values.clear(),
            Values::Integers(values) => values.clear(),
            Values::Numbers(values) => values.clear(),
            Values::Days(values) => values.clear(),
            Values::YesNo(values) => values.clear(),
        }
        self.there.clear();
        Ok(())
    }
}

/// A Parquet table that is being written.
pub struct Table {
    writer: SerializedFileWriter<Pieces>,
    held: Vec<Held>,
    rows: usize,
}

impl Table {
    fn new(columns: &[Column], out: Pieces) -> Result<Self, ParquetError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("Seatwise {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(out, schema(columns)?, Arc::new(properties))?,
            held: columns
                .iter()
                .map(|column| Held::new(column.kind))
                .collect(),
            rows: 0,
        })
    }

    /// Adds a row. Waits, on a thread that may block, while the client is slow.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), Gone> {
        let mut cells = cells.into_iter();
        for held in &mut self.held {
            held.push(&cells.next().unwrap_or(Cell::Empty));
        }
        self.rows += 1;
        if self.rows >= GROUP {
            self.flush().map_err(|_| Gone)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for held in &mut self.held {
            if let Some(mut column) = group.next_column()? {
                held.write(&mut column)?;
                column.close()?;
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<(), ParquetError> {
        self.flush()?;
        let mut out = self.writer.into_inner()?;
        out.flush()?;
        Ok(())
    }
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| {
            let (physical, logical, precision) = match column.kind {
                Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), None),
                Kind::Integer => (Physical::INT64, None, None),
                Kind::Number => (Physical::DOUBLE, None, None),
                Kind::Amount => (
                    Physical::INT64,
                    Some(LogicalType::decimal(SCALE.cast_signed(), 18)),
                    Some((18, SCALE.cast_signed())),
                ),
                Kind::YesNo => (Physical::BOOLEAN, None, None),
                Kind::Day => (Physical::INT32, Some(LogicalType::Date), None),
                Kind::Moment => (
                    Physical::INT64,
                    Some(LogicalType::timestamp(true, TimeUnit::MILLIS)),
                    None,
                ),
            };
            let mut field = Type::primitive_type_builder(&column.name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical);
            if let Some((precision, scale)) = precision {
                field = field.with_precision(precision).with_scale(scale);
            }
            field.build().map(Arc::new)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let root = Type::group_type_builder("seatwise").with_fields(fields);
    root.build().map(Arc::new)
}

/// Hands on what is written in pieces.
struct Pieces {
    held: Vec<u8>,
    sender: mpsc::Sender<Result<Bytes, io::Error>>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let full = std::mem::take(&mut self.held);
        self.sender
            .blocking_send(Ok(full.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// A Parquet file that `fill` writes row by row while it is being sent.
pub fn parquet_file(
    name: &str,
    columns: Vec<Column>,
    fill: impl FnOnce(&mut Table) -> Result<(), Gone> + Send + 'static,
) -> File {
    let (sender, receiver) = mpsc::channel(WAITING);
    let pieces = Pieces {
        held: Vec::new(),
        sender,
    };
    tokio::task::spawn_blocking(move || {
        let written = Table::new(&columns, pieces).and_then(|mut table| match fill(&mut table) {
            Ok(()) => table.finish(),
            // The client has gone, and nobody is left to tell.
            Err(Gone) => Ok(()),
        });
        if let Err(error) = written {
            tracing::debug!(%error, "a Parquet file was not sent to its end");
        }
    });
    File {
        name: name.to_owned(),
        media_type: "application/vnd.apache.parquet",
        body: FileBody::Stream(receiver),
    }
}
