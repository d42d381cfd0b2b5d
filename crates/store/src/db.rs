//! The thin layer under every SQL text: one text with `$N` parameters, two engines. All numbers are
//! BIGINT and all other values TEXT, so two kinds of arguments are enough.

use std::borrow::Cow;

use futures_util::TryStreamExt as _;
use model::{Day, IntegrationId, MemberId, Timestamp};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{
    Arguments as _, AssertSqlSafe, Executor as _, PgConnection, Postgres, Row as _, SqlSafeStr,
    SqlStr, Sqlite, SqliteConnection, Transaction,
};

use crate::crash;
use crate::error::{Error, Result};

/// The connections to one of the two engines.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// `SQLite` has one writer and many readers; in memory both are the same single connection.
    Sqlite {
        writer: SqlitePool,
        reader: SqlitePool,
    },
    Postgres(PgPool),
}

impl Db {
    /// Begins a transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        let tx = match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        };
        crash::point("store: begun");
        Ok(tx)
    }

    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<Reader> {
        Ok(match self {
            Self::Sqlite { reader, .. } => Reader::Sqlite(reader.acquire().await?),
            Self::Postgres(pool) => Reader::Postgres(pool.acquire().await?),
        })
    }

    /// Leaves nothing of erased rows in the database's files: an engine only marks their place as
    /// free. PostgreSQL does that by itself in time (autovacuum); its write-ahead log and backups keep
    /// what was, for as long as they are kept.
    pub(crate) async fn forget_erased(&self) -> Result<()> {
        if let Self::Sqlite { writer, .. } = self {
            let mut connection = writer.acquire().await?;
            sqlx::query("VACUUM").execute(&mut *connection).await?;
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                // Readers first: the last connection to go checkpoints the write-ahead log.
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// One value to hand to a statement.
#[derive(Debug, Clone)]
pub(crate) enum Arg<'a> {
    Int(Option<i64>),
    Text(Option<Cow<'a, str>>),
}

/// PostgreSQL refuses NUL in texts; both engines store the replacement character instead.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<i32> for Arg<'_> {
    fn from(value: i32) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<u32> for Arg<'_> {
    fn from(value: u32) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<bool> for Arg<'_> {
    fn from(value: bool) -> Self {
        Self::Int(Some(value.into()))
    }
}
impl From<Timestamp> for Arg<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<Day> for Arg<'_> {
    fn from(value: Day) -> Self {
        Self::Int(Some(value.0.into()))
    }
}
impl From<IntegrationId> for Arg<'_> {
    fn from(value: IntegrationId) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<MemberId> for Arg<'_> {
    fn from(value: MemberId) -> Self {
        Self::Int(Some(value.0))
    }
}
impl From<Option<i64>> for Arg<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}
impl From<Option<i32>> for Arg<'_> {
    fn from(value: Option<i32>) -> Self {
        Self::Int(value.map(Into::into))
    }
}
impl From<Option<Timestamp>> for Arg<'_> {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Int(value.map(|at| at.0))
    }
}
impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(without_nul(value)))
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Self::from(value.as_str())
    }
}
impl From<String> for Arg<'_> {
    fn from(value: String) -> Self {
        Self::Text(Some(if value.contains('\0') {
            Cow::Owned(value.replace('\0', "\u{fffd}"))
        } else {
            Cow::Owned(value)
        }))
    }
}
impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value.map(without_nul))
    }
}

fn sqlite_arguments(args: Vec<Arg<'_>>) -> Result<SqliteArguments> {
    let mut all = SqliteArguments::default();
    all.reserve(args.len(), 0);
    for arg in args {
        match arg {
            Arg::Int(value) => all.add(value),
            Arg::Text(value) => all.add(value.map(Cow::into_owned)),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

fn postgres_arguments(args: Vec<Arg<'_>>) -> Result<PgArguments> {
    let mut all = PgArguments::default();
    all.reserve(args.len(), args.len() * 16);
    for arg in args {
        match arg {
            Arg::Int(value) => all.add(value),
            Arg::Text(value) => all.add(value.as_deref()),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

/// One row of an answer; columns by position.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! column {
    ($name:ident, $type:ty) => {
        pub(crate) fn $name(&self, column: usize) -> Result<$type> {
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

    pub(crate) fn str(&self, column: usize) -> Result<&str> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_unchecked(column)?,
            Self::Postgres(row) => row.try_get_unchecked(column)?,
        })
    }

    /// Groups of numbers with commas between the groups and colons between the numbers, as queries
    /// make them with `string_agg`: a row costs more than what is in it. NULL is no group.
    pub(crate) fn packed<const N: usize>(&self, column: usize) -> Result<Vec<[i64; N]>> {
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

    pub(crate) fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn time(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp)
    }

    pub(crate) fn opt_time(&self, column: usize) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(column)?.map(Timestamp))
    }

    pub(crate) fn small(&self, column: usize) -> Result<i32> {
        let value = self.int(column)?;
        i32::try_from(value)
            .map_err(|_| Error::corrupt(format!("{value} where a small number belongs")))
    }

    pub(crate) fn day(&self, column: usize) -> Result<Day> {
        self.small(column).map(Day)
    }
}

/// Numbers with colons between them.
pub(crate) fn unpack<const N: usize>(text: &str) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(':');
    for number in &mut numbers {
        *number = parts.next()?.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// A statement that handles many rows at once. The text is `head VALUES (…), (…) tail`; all
/// arguments stand in the rows.
pub(crate) struct Bulk {
    pub(crate) head: &'static str,
    pub(crate) columns: usize,
    pub(crate) tail: &'static str,
}

/// Rows a statement: few different sizes, so that the engines' caches of prepared statements serve.
/// The largest stays under `SQLite`'s 32,766 parameters with up to 65 columns.
const BLOCKS: [usize; 5] = [500, 100, 20, 5, 1];

impl Bulk {
    fn sql(&self, rows: usize, numbered: bool) -> String {
        use std::fmt::Write as _;
        let mut sql = String::with_capacity(
            self.head.len() + self.tail.len() + 16 + rows * (3 + self.columns * 5),
        );
        sql.push_str(self.head);
        sql.push_str(" VALUES ");
        let mut number = 0;
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ",(" });
            for column in 0..self.columns {
                if column > 0 {
                    sql.push(',');
                }
                if numbered {
                    number += 1;
                    // Writing to a String cannot fail.
                    let _ = write!(sql, "${number}");
                } else {
                    // SQLite looks numbered parameters up one by one in a list: quadratic.
                    sql.push('?');
                }
            }
            sql.push(')');
        }
        sql.push_str(self.tail);
        sql
    }
}

/// A connection of either engine.
pub(crate) enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Conn<'_> {
    async fn execute(self, sql: SqlStr, args: Vec<Arg<'_>>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(conn) => sqlx::query_with(sql, sqlite_arguments(args)?)
                .execute(conn)
                .await?
                .rows_affected(),
            Self::Postgres(conn) => sqlx::query_with(sql, postgres_arguments(args)?)
                .execute(conn)
                .await?
                .rows_affected(),
        })
    }

    async fn fetch_all(self, sql: SqlStr, args: Vec<Arg<'_>>) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Sqlite(conn) => sqlx::query_with(sql, sqlite_arguments(args)?)
                .fetch_all(conn)
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Self::Postgres(conn) => sqlx::query_with(sql, postgres_arguments(args)?)
                .fetch_all(conn)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }

    async fn fetch_optional(self, sql: SqlStr, args: Vec<Arg<'_>>) -> Result<Option<Row>> {
        Ok(match self {
            Self::Sqlite(conn) => sqlx::query_with(sql, sqlite_arguments(args)?)
                .fetch_optional(conn)
                .await?
                .map(Row::Sqlite),
            Self::Postgres(conn) => sqlx::query_with(sql, postgres_arguments(args)?)
                .fetch_optional(conn)
                .await?
                .map(Row::Postgres),
        })
    }

    async fn each(
        self,
        sql: SqlStr,
        args: Vec<Arg<'_>>,
        mut each: impl FnMut(&Row) -> Result<()> + Send,
    ) -> Result<()> {
        match self {
            Self::Sqlite(conn) => {
                let mut rows = sqlx::query_with(sql, sqlite_arguments(args)?).fetch(conn);
                while let Some(row) = rows.try_next().await? {
                    each(&Row::Sqlite(row))?;
                }
            }
            Self::Postgres(conn) => {
                let mut rows = sqlx::query_with(sql, postgres_arguments(args)?).fetch(conn);
                while let Some(row) = rows.try_next().await? {
                    each(&Row::Postgres(row))?;
                }
            }
        }
        Ok(())
    }
}

/// A transaction that may write. Dropped without [`Tx::commit`], it leaves no trace.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A connection to read with.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

macro_rules! statements {
    ($type:ty) => {
        impl $type {
            fn conn(&mut self) -> Conn<'_> {
                match self {
                    Self::Sqlite(conn) => Conn::Sqlite(conn),
                    Self::Postgres(conn) => Conn::Postgres(conn),
                }
            }

            pub(crate) async fn all(
                &mut self,
                sql: impl SqlSafeStr,
                args: Vec<Arg<'_>>,
            ) -> Result<Vec<Row>> {
                self.conn().fetch_all(sql.into_sql_str(), args).await
            }

            pub(crate) async fn optional(
                &mut self,
                sql: impl SqlSafeStr,
                args: Vec<Arg<'_>>,
            ) -> Result<Option<Row>> {
                self.conn().fetch_optional(sql.into_sql_str(), args).await
            }

            pub(crate) async fn one(
                &mut self,
                sql: impl SqlSafeStr,
                args: Vec<Arg<'_>>,
            ) -> Result<Row> {
                self.optional(sql, args)
                    .await?
                    .ok_or_else(|| Error::Database(sqlx::Error::RowNotFound))
            }
        }
    };
}
statements!(Tx);
statements!(Reader);

impl Reader {
    /// Hands each row to `each` without holding them all.
    pub(crate) async fn each(
        &mut self,
        sql: impl SqlSafeStr,
        args: Vec<Arg<'_>>,
        each: impl FnMut(&Row) -> Result<()> + Send,
    ) -> Result<()> {
        self.conn().each(sql.into_sql_str(), args, each).await
    }
}

impl Tx {
    pub(crate) async fn execute(
        &mut self,
        sql: impl SqlSafeStr,
        args: Vec<Arg<'_>>,
    ) -> Result<u64> {
        self.conn().execute(sql.into_sql_str(), args).await
    }

    /// Runs several statements without arguments.
    pub(crate) async fn script(&mut self, sql: String) -> Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(tx) => tx.execute(sql).await.map(|_| ())?,
            Self::Postgres(tx) => tx.execute(sql).await.map(|_| ())?,
        }
        Ok(())
    }

    /// The row, locked until the end of the transaction. (`SQLite` has one writer: nothing to lock.)
    pub(crate) async fn locked(
        &mut self,
        sql: &'static str,
        args: Vec<Arg<'_>>,
    ) -> Result<Option<Row>> {
        match self {
            Self::Sqlite(_) => self.optional(sql, args).await,
            Self::Postgres(_) => {
                self.optional(AssertSqlSafe(format!("{sql} FOR UPDATE")), args)
                    .await
            }
        }
    }

    /// Runs a bulk statement over these rows (all columns of the first, then of the second …) and
    /// answers how many were inserted or changed.
    pub(crate) async fn bulk(&mut self, bulk: &Bulk, args: Vec<Arg<'_>>) -> Result<u64> {
        let mut affected = 0;
        for (sql, args) in self.blocks(bulk, args) {
            affected += self.execute(AssertSqlSafe(sql), args).await?;
        }
        Ok(affected)
    }

    /// Runs a bulk query that answers packed numbers (see [`Row::packed`]) over these rows.
    pub(crate) async fn bulk_packed<const N: usize>(
        &mut self,
        bulk: &Bulk,
        args: Vec<Arg<'_>>,
    ) -> Result<Vec<[i64; N]>> {
        let mut all = Vec::new();
        for row in self.bulk_all(bulk, args).await? {
            all.append(&mut row.packed(0)?);
        }
        Ok(all)
    }

    /// Runs a bulk query over these rows.
    pub(crate) async fn bulk_all(&mut self, bulk: &Bulk, args: Vec<Arg<'_>>) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (sql, args) in self.blocks(bulk, args) {
            rows.append(&mut self.all(AssertSqlSafe(sql), args).await?);
        }
        Ok(rows)
    }

    fn blocks<'a>(
        &self,
        bulk: &Bulk,
        args: Vec<Arg<'a>>,
    ) -> impl Iterator<Item = (String, Vec<Arg<'a>>)> + use<'a> {
        let numbered = matches!(self, Self::Postgres(_));
        let (head, columns, tail) = (bulk.head, bulk.columns, bulk.tail);
        let mut args = args.into_iter();
        std::iter::from_fn(move || {
            let left = args.len() / columns;
            let rows = BLOCKS.into_iter().find(|block| *block <= left)?;
            let bulk = Bulk {
                head,
                columns,
                tail,
            };
            Some((
                bulk.sql(rows, numbered),
                args.by_ref().take(rows * columns).collect(),
            ))
        })
    }

    pub(crate) async fn commit(self) -> Result<()> {
        crash::point("store: before commit");
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        crash::point("store: after commit");
        Ok(())
    }
}

/// The arguments of a statement.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}
pub(crate) use args;
