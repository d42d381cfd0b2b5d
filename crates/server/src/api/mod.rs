//! The REST API under `/api/v1`: the same data and filters as the pages, for programs. Lists are
//! objects with `items`, `next_cursor` and `total`; errors are problem details (RFC 9457).

pub(crate) mod body;
pub(crate) mod document;
pub(crate) mod parameters;
pub(crate) mod problem;

use serde::Serialize;
use service::{FieldError, Pairs};
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
    let errors = unknown(query, known);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::parameters(errors))
    }
}

/// The errors for parameters that are not in `known`.
fn unknown(query: &Pairs, known: &[&str]) -> Vec<FieldError> {
    query
        .0
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| FieldError {
            field: name.clone(),
            message: match known {
                [] => "is not a parameter here: there are none".to_owned(),
                _ => format!("is not a parameter here: known are {}", known.join(", ")),
            },
        })
        .collect()
}
