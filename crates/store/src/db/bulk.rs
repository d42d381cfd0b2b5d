//! Statements that handle many rows at once.

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
pub(super) const BLOCKS: [usize; 5] = [500, 100, 20, 5, 1];

impl Bulk {
    pub(super) fn sql(&self, rows: usize, numbered: bool) -> String {
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
                    // Not numbered, because SQLite searches a list for each numbered parameter, which is
                    // quadratic.
                    sql.push('?');
                }
            }
            sql.push(')');
        }
        sql.push_str(self.tail);
        sql
    }
}
