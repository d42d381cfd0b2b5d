//! The REST API under `/api/v1`: the same data and filters as the pages, for programs. Lists are
//! objects with `items`, `next_cursor` and `total`; errors are problem details (RFC 9457).

pub(crate) mod body;
pub(crate) mod document;
pub(crate) mod filters;
pub(crate) mod members;
pub(crate) mod parameters;
pub(crate) mod problem;

use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The rows of this page.
    pub(crate) items: Vec<T>,
    /// Give it as `cursor` to get the next page; null on the last one.
    pub(crate) next_cursor: Option<String>,
    /// The number of rows on all pages; null where counting them would take too long.
    pub(crate) total: Option<i64>,
}

impl<T> List<T> {
    /// A list that has only one page.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).ok();
        Self {
            items,
            next_cursor: None,
            total,
        }
    }

    /// One page from rows of which one more than the limit was read.
    pub(crate) fn page(mut items: Vec<T>, limit: u32, id: impl Fn(&T) -> String) -> Self {
        let limit = limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        Self {
            next_cursor: items.last().filter(|_| more).map(id),
            items,
            total: None,
        }
    }
}
