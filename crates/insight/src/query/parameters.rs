//! The parameters of queries as one table, for the reader and for the API's document.

use model::Application;

use super::{MAX_LIMIT, Sort};

/// A parameter of a query, besides the fields of the application.
#[derive(Debug, Clone, Copy)]
pub struct QueryParameter {
    pub name: &'static str,
    pub values: ParameterValues,
    /// Whether it selects a page of a list, so that sums have no use for it.
    pub paging: bool,
    /// Description for people that write requests to these applications.
    pub help: fn(&[&'static Application]) -> String,
}

/// The values that a parameter accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterValues {
    /// Several texts, of which one must match.
    Texts,
    Text,
    Number,
}

/// A parameter that selects rows.
pub(crate) const fn filter(
    name: &'static str,
    values: ParameterValues,
    help: fn(&[&'static Application]) -> String,
) -> QueryParameter {
    QueryParameter {
        name,
        values,
        paging: false,
        help,
    }
}

/// The parameters of users.
pub const USER_PARAMETERS: [QueryParameter; 7] = [
    filter("group", ParameterValues::Texts, |_| {
        "Members of the group with this id or name; `none` for users in no group.".to_owned()
    }),
    filter("state", ParameterValues::Texts, |_| {
        "`active`, `inactive`, `never` or `unknown`.".to_owned()
    }),
    filter("q", ParameterValues::Text, |_| {
        "Text in the name or the e-mail address.".to_owned()
    }),
    filter("inactive_days", ParameterValues::Number, |_| {
        "Days without activity after which a user is inactive, 1 to 365; the organisation's setting when not given."
            .to_owned()
    }),
    QueryParameter {
        paging: true,
        ..filter("sort", ParameterValues::Text, |applications| {
            let words: Vec<_> = applications
                .iter()
                .flat_map(|application| Sort::words(application))
                .collect();
            format!(
                "Order: {}; with `-` before it, descending.",
                words.join(", ")
            )
        })
    },
    QueryParameter {
        paging: true,
        ..filter("limit", ParameterValues::Number, |_| {
            format!("Rows of a page, 1 to {MAX_LIMIT}; 50 when not given.")
        })
    },
    QueryParameter {
        paging: true,
        ..filter("cursor", ParameterValues::Text, |_| {
            "`next_cursor` of the page before.".to_owned()
        })
    },
];

/// The names of the parameters of users.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    USER_PARAMETERS.iter().map(|parameter| parameter.name)
}
