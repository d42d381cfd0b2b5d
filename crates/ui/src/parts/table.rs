//! Tables: their own scroll frame with the first column and the head kept in sight, and heads that
//! sort.

use maud::{Markup, html};

use super::params::Params;

/// How a list is sorted: `sort=-last_sign_in` in the address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sort {
    /// What by.
    pub key: String,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// As it is written in the address.
    #[must_use]
    pub fn value(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key)
    }
}

/// A head cell of a column that can be sorted by `key`. Numbers and moments begin with the largest.
#[must_use]
pub fn sort_head(params: &Params, sort: &Sort, key: &str, label: &str, numeric: bool) -> Markup {
    let current = sort.key == key;
    let descending = if current { !sort.descending } else { numeric };
    let next = Sort {
        key: key.to_owned(),
        descending,
    };
    let state = current.then_some(if sort.descending {
        "descending"
    } else {
        "ascending"
    });
    html! {
        th.num[numeric] scope="col" aria-sort=[state] {
            a.sort href=(params.set("sort", &next.value()).href()) {
                (label)
                @if current { span.sort-mark aria-hidden="true" { (if sort.descending { "↓" } else { "↑" }) } }
            }
        }
    }
}

/// A head cell.
#[must_use]
pub fn head(label: &str, numeric: bool) -> Markup {
    html! { th.num[numeric] scope="col" { (label) } }
}

/// The frame in which a table scrolls. `label` names the table for screen readers.
#[must_use]
pub fn frame(label: &str, heads: &Markup, rows: &Markup) -> Markup {
    html! {
        div.frame role="region" aria-label=(label) tabindex="0" {
            table {
                caption.hidden { (label) }
                thead { tr { (heads) } }
                tbody { (rows) }
            }
        }
    }
}
