//! The REST API under `/api/v1`: the same data and filters as the pages, for programs. Lists are
//! objects with `items`, `next_cursor` and `total`; errors are problem details (RFC 9457).

pub(crate) mod amounts;
pub(crate) mod body;
pub(crate) mod document;
pub(crate) mod problem;

use serde::Serialize;
use service::Pairs;
use utoipa::ToSchema;

use crate::failure::Failure;

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
}

/// Returns an error for every parameter that is not in `known`.
pub(crate) fn only(query: &Pairs, known: &[&str]) -> Result<(), Failure> {
    let strange: Vec<_> = query
        .0
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| service::FieldError {
            field: name.clone(),
            message: match known {
                [] => "is not a parameter here: there are none".to_owned(),
                _ => format!("is not a parameter here: known are {}", known.join(", ")),
            },
        })
        .collect();
    if strange.is_empty() {
        Ok(())
    } else {
        Err(Failure::parameters(strange))
    }
}

/// The page size from the parameter `limit`; an error for every parameter that the list does not
/// have.
pub(crate) fn page_size(query: &Pairs, known: &[&str]) -> Result<u32, Failure> {
    only(query, &[known, &["limit", "cursor"]].concat())?;
    match query.number::<u32>("limit")? {
        None => Ok(50),
        Some(limit @ 1..=1000) => Ok(limit),
        Some(limit) => Err(Failure::parameter(
            "limit",
            format!("`{limit}` is not a number of rows from 1 to 1000"),
        )),
    }
}
