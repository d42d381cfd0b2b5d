//! Pages of long lists and their cursors.

use model::IntegrationId;

use crate::db::{Reader, Row, args, unpack};
use crate::write::stored_word;
use crate::{Error, Result};

/// Some rows of a long list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to give as `before` for the next page; `None` when this is the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of `limit` rows from up to one more, of which `cursor` names the last shown.
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

/// Numbers of a cursor; without one, greater than any row.
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

pub(super) async fn code_of(
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
