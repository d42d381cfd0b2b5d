//! The tables of a schema version, as the database itself describes them: every column is a number or a
//! text, so rows of any table and version are copied by the same code.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use crate::db::{Row, Tx, args};
use crate::{Result, migrate};

/// Tables that are not part of a backup, with their earlier names. Sessions and pending authorisations
/// end with a restore, because their members may have signed out since; the rest is about processes and
/// minutes that are over.
const LEFT_OUT: [&str; 5] = [
    "sessions",
    "failed_sign_ins",
    "authorisations",
    "jobs",
    "duties",
];

/// A table with its columns in the order of their names.
#[derive(Debug)]
pub(super) struct TableShape {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Columns of the primary key, in order.
    key: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) is_number: bool,
}

impl TableShape {
    /// All rows, in the same order on both engines.
    pub(super) fn select(&self) -> AssertSqlSafe<String> {
        // Safe, because all names come from the database's own description of our tables.
        AssertSqlSafe(format!(
            "SELECT {} FROM {} ORDER BY {}",
            self.column_names().join(", "),
            self.name,
            self.key.join(", ")
        ))
    }

    /// The beginning of a statement that inserts rows.
    pub(super) fn insert(&self) -> String {
        format!(
            "INSERT INTO {} ({})",
            self.name,
            self.column_names().join(", ")
        )
    }

    pub(super) fn column_names(&self) -> Vec<&str> {
        self.columns
            .iter()
            .map(|column| column.name.as_str())
            .collect()
    }

    /// Deletes all rows.
    pub(super) async fn empty(&self, tx: &mut Tx) -> Result<()> {
        let delete = AssertSqlSafe(format!("DELETE FROM {}", self.name));
        tx.execute(delete, args![]).await?;
        Ok(())
    }

    /// A row of [`Self::select`] as it is written into the backup.
    pub(super) fn values(&self, row: &Row) -> Result<Vec<serde_json::Value>> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, column)| {
                Ok(if column.is_number {
                    row.opt_int_at(at)?.into()
                } else {
                    row.opt_text_at(at)?.into()
                })
            })
            .collect()
    }
}

/// The tables of a backup of this schema version, in the order of their names.
pub(super) async fn tables(tx: &mut Tx, schema: i64) -> Result<Vec<TableShape>> {
    const SQLITE: &str = "SELECT m.name AS table_name, p.name AS column_name, p.type AS kind,
           p.pk AS key_position
         FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'";
    const POSTGRES: &str = "SELECT CAST(c.relname AS TEXT) AS table_name,
           CAST(a.attname AS TEXT) AS column_name,
           CASE WHEN a.atttypid = CAST('bigint' AS regtype) THEN 'BIGINT' ELSE 'TEXT' END AS kind,
           CAST(COALESCE(array_position(CAST(i.indkey AS int2[]), a.attnum) + 1, 0) AS BIGINT)
             AS key_position
         FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
         WHERE c.relkind = 'r'
           AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";
    let sql = match tx {
        Tx::Sqlite(_) => SQLITE,
        Tx::Postgres(_) => POSTGRES,
    };
    let ours = migrate::tables(schema);
    let mut shapes: BTreeMap<String, (Vec<Column>, BTreeMap<i64, String>)> = BTreeMap::new();
    for row in tx.all(sql, args![]).await? {
        let (table, column) = (row.text("table_name")?, row.text("column_name")?);
        if !ours.contains(&table) || LEFT_OUT.contains(&table.as_str()) {
            continue;
        }
        let (columns, key) = shapes.entry(table).or_default();
        let position = row.int("key_position")?;
        if position > 0 {
            key.insert(position, column.clone());
        }
        columns.push(Column {
            name: column,
            is_number: row.str("kind")? == "BIGINT",
        });
    }
    let shapes = shapes.into_iter().map(|(name, (mut columns, key))| {
        columns.sort_by(|one, other| one.name.cmp(&other.name));
        TableShape {
            name,
            columns,
            key: key.into_values().collect(),
        }
    });
    Ok(shapes.collect())
}
