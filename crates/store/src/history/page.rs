//! Pages of long lists and their cursors.

use model::IntegrationId;

use crate::db::{Reader, Row, args, unpack};
use crate::write::stored_word;
use crate::{Error, Result};

/// A page of a long list, newest row first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage<T> {
    pub items: Vec<T>,
    /// Value of `before` for the next page; `None` on the last page.
    pub next: Option<String>,
}

impl<T> HistoryPage<T> {
    /// Builds a page of at most `limit` rows. `rows` contains one more row when there is a next
    /// page; `cursor` returns the cursor of the last row of the page.
    pub(super) fn new(
        mut rows: Vec<Row>,
        limit: u32,
        read: impl Fn(&Row) -> Result<T>,
        cursor: impl Fn(&Row) -> Result<String>,
    ) -> Result<Self> {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(cursor(last)?),
            _ => None,
        };
        let items = rows.iter().map(read).collect::<Result<_>>()?;
        Ok(Self { items, next })
    }
}

/// The numbers of a cursor; without a cursor, greater than those of any row.
pub(super) fn cursor<const N: usize>(before: Option<&str>) -> Result<[i64; N]> {
    before.map_or(Ok([i64::MAX; N]), |text| {
        unpack(text).ok_or_else(|| Error::Invalid {
            what: "the cursor".to_owned(),
        })
    })
}

pub(super) fn cursor_text(row: &Row, columns: &[&str]) -> Result<String> {
    let numbers: Vec<String> = columns
        .iter()
        .map(|column| Ok(row.int(column)?.to_string()))
        .collect::<Result<_>>()?;
    Ok(numbers.join(":"))
}

pub(super) async fn dictionary_code(
    reader: &mut Reader,
    id: IntegrationId,
    word: &str,
) -> Result<Option<i64>> {
    reader
        .optional(
            "SELECT code FROM dictionary WHERE integration_id = $1 AND word = $2",
            args![id, stored_word(word).as_ref()],
        )
        .await?
        .map(|row| row.int("code"))
        .transpose()
}
