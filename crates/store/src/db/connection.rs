//! Transactions and read connections of either engine.

use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{
    AssertSqlSafe, Executor as _, PgConnection, Postgres, SqlSafeStr, SqlStr, Sqlite,
    SqliteConnection, Transaction,
};

use super::arg::{Arg, postgres_arguments, sqlite_arguments};
use super::bulk::{Bulk, blocks};
use super::row::Row;
use crate::{Error, Result, crash};

/// The function that receives the rows of a query one after the other.
type EachRow<'c> = Box<dyn FnMut(&Row) -> Result<()> + Send + 'c>;

/// A borrowed connection of either engine.
pub(crate) enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// The statements of both engines. Their futures are boxed because the crate that awaits a future compiles it:
/// without the boxes, every crate above compiles the code of both engines again.
impl<'c> Conn<'c> {
    fn execute(self, sql: SqlStr, args: Vec<Arg<'c>>) -> BoxFuture<'c, Result<u64>> {
        Box::pin(async move {
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
        })
    }

    fn fetch_all(self, sql: SqlStr, args: Vec<Arg<'c>>) -> BoxFuture<'c, Result<Vec<Row>>> {
        Box::pin(async move {
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
        })
    }

    fn fetch_optional(self, sql: SqlStr, args: Vec<Arg<'c>>) -> BoxFuture<'c, Result<Option<Row>>> {
        Box::pin(async move {
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
        })
    }

    fn each(
        self,
        sql: SqlStr,
        args: Vec<Arg<'c>>,
        mut each: EachRow<'c>,
    ) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
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
        })
    }
}

/// A transaction that may write. Rolled back when dropped without [`Tx::commit`].
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

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

            pub(crate) fn all<'c>(
                &'c mut self,
                sql: impl SqlSafeStr,
                args: Vec<Arg<'c>>,
            ) -> BoxFuture<'c, Result<Vec<Row>>> {
                self.conn().fetch_all(sql.into_sql_str(), args)
            }

            pub(crate) fn optional<'c>(
                &'c mut self,
                sql: impl SqlSafeStr,
                args: Vec<Arg<'c>>,
            ) -> BoxFuture<'c, Result<Option<Row>>> {
                self.conn().fetch_optional(sql.into_sql_str(), args)
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

            /// Calls `each` for every row without keeping all rows in memory.
            pub(crate) fn each<'c>(
                &'c mut self,
                sql: impl SqlSafeStr,
                args: Vec<Arg<'c>>,
                each: impl FnMut(&Row) -> Result<()> + Send + 'c,
            ) -> BoxFuture<'c, Result<()>> {
                self.conn().each(sql.into_sql_str(), args, Box::new(each))
            }
        }
    };
}
statements!(Tx);
statements!(Reader);

impl Tx {
    pub(crate) fn execute<'c>(
        &'c mut self,
        sql: impl SqlSafeStr,
        args: Vec<Arg<'c>>,
    ) -> BoxFuture<'c, Result<u64>> {
        self.conn().execute(sql.into_sql_str(), args)
    }

    /// Runs several statements that have no arguments.
    pub(crate) fn script(&mut self, sql: String) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let sql = sqlx::raw_sql(AssertSqlSafe(sql));
            match self {
                Self::Sqlite(tx) => tx.execute(sql).await.map(|_| ())?,
                Self::Postgres(tx) => tx.execute(sql).await.map(|_| ())?,
            }
            Ok(())
        })
    }

    /// The row, locked until the end of the transaction. `SQLite` needs no lock because it has one
    /// writer.
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

    /// Locks the row until the end of the transaction, unless another transaction has locked it:
    /// then, or when there is no such row, `false`. `SQLite` needs no lock.
    pub(crate) async fn try_lock(&mut self, sql: &'static str, args: Vec<Arg<'_>>) -> Result<bool> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(_) => {
                let sql = AssertSqlSafe(format!("{sql} FOR UPDATE SKIP LOCKED"));
                Ok(self.optional(sql, args).await?.is_some())
            }
        }
    }

    /// Lifts the time limit of statements in this transaction, for changes of the schema that
    /// rewrite large tables.
    pub(crate) async fn without_time_limit(&mut self) -> Result<()> {
        if matches!(self, Self::Postgres(_)) {
            self.execute("SET LOCAL statement_timeout = 0", Vec::new())
                .await?;
        }
        Ok(())
    }

    /// Lifts all time limits of this transaction, for one that fills a whole database.
    pub(crate) async fn without_any_time_limit(&mut self) -> Result<()> {
        if matches!(self, Self::Postgres(_)) {
            let idle = "SET LOCAL idle_in_transaction_session_timeout = 0";
            self.execute(idle, Vec::new()).await?;
        }
        self.without_time_limit().await
    }

    /// Inserts rows of a table whose name is known at run time only. `head` is the statement up to
    /// VALUES; its names must come from the schema.
    pub(crate) async fn insert_rows(
        &mut self,
        head: &str,
        columns: usize,
        args: Vec<Arg<'_>>,
    ) -> Result<()> {
        let numbered = matches!(self, Self::Postgres(_));
        for (sql, args) in blocks(head, columns, "", numbered, args) {
            self.execute(AssertSqlSafe(sql), args).await?;
        }
        Ok(())
    }

    /// Runs a bulk statement over these rows (all columns of the first row, then of the second …)
    /// and returns how many rows were inserted or changed.
    pub(crate) async fn bulk(&mut self, bulk: &Bulk, args: Vec<Arg<'_>>) -> Result<u64> {
        let mut affected = 0;
        for (sql, args) in self.blocks(bulk, args) {
            affected += self.execute(AssertSqlSafe(sql), args).await?;
        }
        Ok(affected)
    }

    /// Runs a bulk query that returns groups of numbers in a column `packed` (see [`Row::packed`]).
    pub(crate) async fn bulk_packed<const N: usize>(
        &mut self,
        bulk: &Bulk,
        args: Vec<Arg<'_>>,
    ) -> Result<Vec<[i64; N]>> {
        let mut all = Vec::new();
        for row in self.bulk_all(bulk, args).await? {
            all.append(&mut row.packed("packed")?);
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
        blocks(bulk.head, bulk.columns, bulk.tail, numbered, args)
    }

    pub(crate) fn commit(self) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            crash::point("store: before commit");
            match self {
                Self::Sqlite(tx) => tx.commit().await?,
                Self::Postgres(tx) => tx.commit().await?,
            }
            crash::point("store: after commit");
            Ok(())
        })
    }
}
