//! Tables as Parquet: typed columns, written in row groups while they are being sent. Days are
//! dates, points in time are UTC milliseconds, and amounts are decimals.

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

use super::cell::{Cell, Column, ColumnKind};
use super::file::{CHUNK_BYTES, ConnectionClosed, File, FileBody, MAX_CHUNKS, RowWriter};

/// Number of rows in a row group; so many are buffered in memory.
const ROWS_PER_GROUP: usize = 20_000;
/// Decimals of amounts: the most that any currency has.
const SCALE: u32 = 3;

/// The buffered values of one column, without the empty cells.
enum Values {
    Text(Vec<ByteArray>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Days(Vec<i32>),
    YesNo(Vec<bool>),
}

struct ColumnBuffer {
    values: Values,
    /// Definition levels: 1 for a value, 0 for an empty cell.
    levels: Vec<i16>,
}

impl ColumnBuffer {
    fn new(kind: ColumnKind) -> Self {
        let values = match kind {
            ColumnKind::Text => Values::Text(Vec::new()),
            ColumnKind::Integer | ColumnKind::Amount | ColumnKind::Moment => {
                Values::Integers(Vec::new())
            }
            ColumnKind::Number => Values::Numbers(Vec::new()),
            ColumnKind::Day => Values::Days(Vec::new()),
            ColumnKind::YesNo => Values::YesNo(Vec::new()),
        };
        Self {
            values,
            levels: Vec::new(),
        }
    }

    /// Adds a value. A value of another type than the column's is stored as empty.
    fn push(&mut self, cell: &Cell<'_>) {
        let stored = match (&mut self.values, cell) {
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
        self.levels.push(i16::from(stored));
    }

    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = Some(self.levels.as_slice());
        match &self.values {
            Values::Text(values) => column
                .typed::<ByteArrayType>()
                .write_batch(values, levels, None)?,
            Values::Integers(values) => column
                .typed::<Int64Type>()
                .write_batch(values, levels, None)?,
            Values::Numbers(values) => column
                .typed::<DoubleType>()
                .write_batch(values, levels, None)?,
            Values::Days(values) => column
                .typed::<Int32Type>()
                .write_batch(values, levels, None)?,
            Values::YesNo(values) => column
                .typed::<BoolType>()
                .write_batch(values, levels, None)?,
        };
        match &mut self.values {
            Values::Text(values) => values.clear(),
            Values::Integers(values) => values.clear(),
            Values::Numbers(values) => values.clear(),
            Values::Days(values) => values.clear(),
            Values::YesNo(values) => values.clear(),
        }
        self.levels.clear();
        Ok(())
    }
}

pub struct ParquetWriter {
    writer: SerializedFileWriter<ChunkSender>,
    buffers: Vec<ColumnBuffer>,
    rows: usize,
}

impl ParquetWriter {
    fn new(columns: &[Column], out: ChunkSender) -> Result<Self, ParquetError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("Seatwise {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(out, schema(columns)?, Arc::new(properties))?,
            buffers: columns
                .iter()
                .map(|column| ColumnBuffer::new(column.kind))
                .collect(),
            rows: 0,
        })
    }

    /// Adds a row. Blocks the thread while the client is slow.
    pub fn row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = Cell<'a>>,
    ) -> Result<(), ConnectionClosed> {
        let mut cells = cells.into_iter();
        for buffer in &mut self.buffers {
            buffer.push(&cells.next().unwrap_or(Cell::Empty));
        }
        self.rows += 1;
        if self.rows >= ROWS_PER_GROUP {
            self.flush().map_err(|_| ConnectionClosed)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for buffer in &mut self.buffers {
            if let Some(mut column) = group.next_column()? {
                buffer.write(&mut column)?;
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

impl RowWriter for ParquetWriter {
    fn write_row(&mut self, cells: Vec<Cell<'_>>) -> Result<(), ConnectionClosed> {
        self.row(cells)
    }
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| {
            let (physical, logical, precision) = match column.kind {
                ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), None),
                ColumnKind::Integer => (Physical::INT64, None, None),
                ColumnKind::Number => (Physical::DOUBLE, None, None),
                ColumnKind::Amount => (
                    Physical::INT64,
                    Some(LogicalType::decimal(SCALE.cast_signed(), 18)),
                    Some((18, SCALE.cast_signed())),
                ),
                ColumnKind::YesNo => (Physical::BOOLEAN, None, None),
                ColumnKind::Day => (Physical::INT32, Some(LogicalType::Date), None),
                ColumnKind::Moment => (
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

/// Collects the written bytes and sends them in chunks.
struct ChunkSender {
    buffer: Vec<u8>,
    sender: mpsc::Sender<Result<Bytes, io::Error>>,
}

impl Write for ChunkSender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let full = std::mem::take(&mut self.buffer);
        self.sender
            .blocking_send(Ok(full.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// A Parquet file that `fill` writes row by row while it is being sent.
pub fn parquet_file(
    name: &str,
    columns: Vec<Column>,
    fill: impl FnOnce(&mut ParquetWriter) -> Result<(), ConnectionClosed> + Send + 'static,
) -> File {
    let (sender, receiver) = mpsc::channel(MAX_CHUNKS);
    let out = ChunkSender {
        buffer: Vec::new(),
        sender,
    };
    tokio::task::spawn_blocking(move || {
        let written =
            ParquetWriter::new(&columns, out).and_then(|mut table| match fill(&mut table) {
                Ok(()) => table.finish(),
                // The client has closed the connection, so no error can be reported.
                Err(ConnectionClosed) => Ok(()),
            });
        if let Err(error) = written {
            tracing::debug!(%error, "a Parquet file was not sent completely");
        }
    });
    File {
        name: name.to_owned(),
        media_type: "application/vnd.apache.parquet",
        body: FileBody::Stream(receiver),
    }
}
