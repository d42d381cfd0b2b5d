//! Tables: a scrolling frame that keeps the head and the first column visible, and sortable heads.

use maud::{Markup, html};

use super::params::Params;

/// Sort order of a list: `sort=-last_sign_in` in the address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sort {
    pub key: String,
    /// Whether the largest value comes first.
    pub descending: bool,
}

impl Sort {
    /// Value in the query of the address.
    #[must_use]
    pub fn value(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key)
    }
}

/// Head cell of a column that can be sorted by `key`. Numbers and times start with the largest.
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

#[must_use]
pub fn head(label: &str, numeric: bool) -> Markup {
    html! { th.num[numeric] scope="col" { (label) } }
}

/// Scrolling frame of a table. `label` names the table for screen readers.
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
