//! Statements that handle many rows at once.

use super::arg::Arg;

/// A statement that handles many rows at once. Its text is `head VALUES (…), (…) tail`; all
/// arguments are in the rows.
pub(crate) struct Bulk {
    pub(crate) head: &'static str,
    pub(crate) columns: usize,
    pub(crate) tail: &'static str,
}

/// Possible numbers of rows in one statement. There are few of them, so that the engines' caches of
/// prepared statements are used. The largest stays below `SQLite`'s limit of 32,766 parameters with
/// up to 65 columns.
const BLOCKS: [usize; 5] = [500, 100, 20, 5, 1];

/// The statements that handle these rows, each with its arguments.
pub(super) fn blocks<'a, 'h>(
    head: &'h str,
    columns: usize,
    tail: &'h str,
    numbered: bool,
    args: Vec<Arg<'a>>,
) -> impl Iterator<Item = (String, Vec<Arg<'a>>)> + use<'a, 'h> {
    let mut args = args.into_iter();
    std::iter::from_fn(move || {
        let left = args.len() / columns;
        let rows = BLOCKS.into_iter().find(|block| *block <= left)?;
        Some((
            sql(head, columns, tail, rows, numbered),
            args.by_ref().take(rows * columns).collect(),
        ))
    })
}

fn sql(head: &str, columns: usize, tail: &str, rows: usize, numbered: bool) -> String {
    use std::fmt::Write as _;
    let mut sql = String::with_capacity(head.len() + tail.len() + 16 + rows * (3 + columns * 5));
    sql.push_str(head);
    sql.push_str(" VALUES ");
    let mut number = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                sql.push(',');
            }
            if numbered {
                number += 1;
                // Writing to a String cannot fail.
                let _ = write!(sql, "${number}");
            } else {
                // Not numbered, because SQLite searches a list for each numbered parameter, which is
                // quadratic.
                sql.push('?');
            }
        }
        sql.push(')');
    }
    sql.push_str(tail);
    sql
}
