//! Queries of a roster: filters, search, order, page. `parse` makes a query from the pairs of a URL, a
//! command line or a form, `url` writes it back, and `label` makes names for people.

mod cursor;
mod label;
mod parameters;
mod parse;
mod suggest;
mod url;

use model::{ActivityState, Application, FieldKind, FieldValue, HostedWindow};

pub use cursor::Cursor;
pub use label::ActiveFilter;
pub(crate) use parameters::filter;
pub use parameters::{ParameterValues, QueryParameter, USER_PARAMETERS};
pub use parse::QueryError;
pub(crate) use suggest::nearest;

/// The default number of rows of a page.
pub const DEFAULT_LIMIT: usize = 50;
/// The largest number of rows of a page.
pub const MAX_LIMIT: usize = 1000;
/// The default number of days without activity after which a user is inactive.
pub const DEFAULT_INACTIVE_DAYS: u16 = 30;

/// A query of a roster. The values of one field are alternatives; different fields must all match.
#[derive(Debug, Clone)]
pub struct Query {
    app: &'static Application,
    /// By position of the field in the application; every list has at least one value.
    fields: Vec<(usize, Vec<ValueFilter>)>,
    groups: Vec<GroupFilter>,
    states: Vec<ActivityState>,
    search: String,
    inactive_days: Option<u16>,
    default_inactive_days: u16,
    sort: Sort,
    limit: Option<usize>,
    cursor: Option<Cursor>,
}

/// One value of the filter on a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueFilter {
    /// Users with an unknown value.
    Unknown,
    /// Users that are known to have none: empty text or zero.
    None,
    /// Users with exactly this value.
    Exact(FieldValue),
    /// Whole numbers from the first to the last, both included; open where absent.
    Range(Option<i64>, Option<i64>),
    /// Versions that are this text or begin with it at a boundary.
    Version(String),
}

/// One value of the filter on groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupFilter {
    None,
    /// Members of the group with this id, or with this name in any case.
    Named(String),
}

/// The value by which rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    Name,
    Email,
    /// A metadata field, by its position in the application.
    Field(usize),
    LastSignIn,
    LastHosted,
    /// A sum over hosted events.
    Hosted(HostedWindow),
}

/// An order of rows. Unknown values come last in both directions, and equal rows are ordered by user key, so
/// that pages never overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The value by which rows are ordered.
    pub key: SortKey,
    /// Largest, latest or last in the alphabet first.
    pub descending: bool,
}

impl Sort {
    /// By name, the default order.
    pub const BY_NAME: Self = Self {
        key: SortKey::Name,
        descending: false,
    };

    /// The word of the order, with `-` before it when descending.
    #[must_use]
    pub fn value(self, app: &Application) -> String {
        let key = match self.key {
            SortKey::Name => "name",
            SortKey::Email => "email",
            SortKey::Field(i) => app.fields.get(i).map_or("name", |field| field.key),
            SortKey::LastSignIn => "last_sign_in",
            SortKey::LastHosted => "last_hosted",
            SortKey::Hosted(window) => window.value(),
        };
        format!("{}{key}", if self.descending { "-" } else { "" })
    }

    /// Parses the word of an order.
    #[must_use]
    pub fn from_value(app: &Application, value: &str) -> Option<Self> {
        let (descending, word) = match value.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, value),
        };
        let key = match word {
            "name" => SortKey::Name,
            "email" => SortKey::Email,
            "last_sign_in" => SortKey::LastSignIn,
            "last_hosted" => SortKey::LastHosted,
            word => match HostedWindow::from_value(word) {
                Some(window) => SortKey::Hosted(window),
                None => SortKey::Field(app.field_index(word)?),
            },
        };
        Some(Self { key, descending })
    }

    /// The words of every order of this application, ascending.
    #[must_use]
    pub fn words(app: &Application) -> Vec<&'static str> {
        let mut words = vec!["name", "email"];
        words.extend(app.fields.iter().map(|field| field.key));
        words.extend(["last_sign_in", "last_hosted"]);
        words.extend(HostedWindow::ALL.map(HostedWindow::value));
        words
    }
}

impl Query {
    /// A query without filters, ordered by name.
    #[must_use]
    pub fn everybody(app: &'static Application) -> Self {
        Self {
            app,
            fields: Vec::new(),
            groups: Vec::new(),
            states: Vec::new(),
            search: String::new(),
            inactive_days: None,
            default_inactive_days: DEFAULT_INACTIVE_DAYS,
            sort: Sort::BY_NAME,
            limit: None,
            cursor: None,
        }
    }

    /// The application of the users.
    #[must_use]
    pub fn app(&self) -> &'static Application {
        self.app
    }

    /// The filter on the field at this position; empty without a filter.
    #[must_use]
    pub fn field(&self, index: usize) -> &[ValueFilter] {
        self.fields
            .iter()
            .find(|(i, _)| *i == index)
            .map_or(&[], |(_, values)| values)
    }

    /// The filter on groups; empty without a filter.
    #[must_use]
    pub fn groups(&self) -> &[GroupFilter] {
        &self.groups
    }

    /// The filter on states of activity; empty without a filter.
    #[must_use]
    pub fn states(&self) -> &[ActivityState] {
        &self.states
    }

    /// The text to search for in names and e-mail addresses, as typed; empty without a search.
    #[must_use]
    pub fn search(&self) -> &str {
        &self.search
    }

    /// The number of days without activity after which a user is inactive: that of the query, or the default.
    #[must_use]
    pub fn inactive_days(&self) -> u16 {
        self.inactive_days.unwrap_or(self.default_inactive_days)
    }

    /// The same query with another default for [`Self::inactive_days`]; kept within 1 to 365.
    #[must_use]
    pub fn default_inactive_days(mut self, days: u16) -> Self {
        self.default_inactive_days = days.clamp(1, 365);
        self
    }

    #[must_use]
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// How many rows a page has at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// The cursor after which the page begins; `None` for the first page.
    #[must_use]
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// Whether the query has any filter.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !(self.fields.is_empty()
            && self.groups.is_empty()
            && self.states.is_empty()
            && self.search.is_empty())
    }

    fn kind(&self, index: usize) -> FieldKind {
        self.app.fields[index].kind
    }
}

impl PartialEq for Query {
    /// Two queries are equal when they have the same address.
    fn eq(&self, other: &Self) -> bool {
        self.app.key == other.app.key && self.to_pairs() == other.to_pairs()
    }
}
