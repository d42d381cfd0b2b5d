//! Rows of query results.

use model::{Day, Timestamp};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::{Error, Result};

/// Stored instead of a number that is not known, because these columns were declared NOT NULL and SQLite
/// cannot change that without copying the table.
pub(crate) const UNKNOWN: i64 = -1;

/// One row of a result. Columns are read by name, so names must be unique in a statement. The
/// driver builds the table of names once for each statement; a read is one lookup in that table.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! column {
    ($name:ident, $type:ty) => {
        pub(crate) fn $name(&self, column: &str) -> Result<$type> {
            Ok(match self {
                Self::Sqlite(row) => row.try_get_unchecked(column)?,
                Self::Postgres(row) => row.try_get_unchecked(column)?,
            })
        }
    };
}

impl Row {
    column!(int, i64);
    column!(opt_int, Option<i64>);
    column!(text, String);
    column!(opt_text, Option<String>);

    pub(crate) fn str(&self, column: &str) -> Result<&str> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_unchecked(column)?,
            Self::Postgres(row) => row.try_get_unchecked(column)?,
        })
    }

    /// Parses groups of numbers (`1:2:3,4:5:6`) that a query built with `string_agg`, because
    /// fetching a row costs more than its content. NULL is an empty list.
    pub(crate) fn packed<const N: usize>(&self, column: &str) -> Result<Vec<[i64; N]>> {
        let Some(text) = self.opt_text(column)? else {
            return Ok(Vec::new());
        };
        text.split(',')
            .map(|group| {
                unpack(group)
                    .ok_or_else(|| Error::corrupt(format!("`{group}` in a list of numbers")))
            })
            .collect()
    }

    pub(crate) fn flag(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp> {
        self.int(column).map(Timestamp)
    }

    pub(crate) fn opt_time(&self, column: &str) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(column)?.map(Timestamp))
    }

    pub(crate) fn small(&self, column: &str) -> Result<i32> {
        let value = self.int(column)?;
        i32::try_from(value)
            .map_err(|_| Error::corrupt(format!("{value} where a small number belongs")))
    }

    pub(crate) fn opt_small(&self, column: &str) -> Result<Option<i32>> {
        self.opt_int(column)?
            .map(|_| self.small(column))
            .transpose()
    }

    /// A number that is stored as [`UNKNOWN`] when it is not known.
    pub(crate) fn known_int(&self, column: &str) -> Result<Option<i64>> {
        Ok(Some(self.int(column)?).filter(|number| *number != UNKNOWN))
    }

    pub(crate) fn opt_day(&self, column: &str) -> Result<Option<Day>> {
        Ok(self.opt_small(column)?.map(Day))
    }

    /// A number by position, because the dump writes the columns of any table in order.
    pub(crate) fn opt_int_at(&self, position: usize) -> Result<Option<i64>> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_unchecked(position)?,
            Self::Postgres(row) => row.try_get_unchecked(position)?,
        })
    }

    /// A text by position, for the dump only.
    pub(crate) fn opt_text_at(&self, position: usize) -> Result<Option<String>> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_unchecked(position)?,
            Self::Postgres(row) => row.try_get_unchecked(position)?,
        })
    }

    pub(crate) fn day(&self, column: &str) -> Result<Day> {
        self.small(column).map(Day)
    }
}

/// Parses numbers with colons between them.
pub(crate) fn unpack<const N: usize>(text: &str) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(':');
    for number in &mut numbers {
        *number = parts.next()?.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}
