//! The rows that match a query, filter by filter, so that a facet can leave out its own filter.

use model::{ActivityState, FieldValue};

use crate::bits::Bits;
use crate::query::{GroupFilter, Query, ValueFilter};
use crate::roster::{Roster, version};

/// The dimension that one filter restricts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    Field(usize),
    Group,
    State,
    Search,
    /// Rows given by the caller, in addition to the query.
    Given,
}

/// A query applied to a roster. Make it once for a page and its facets, because applying a query is the
/// slowest part.
#[derive(Debug)]
pub struct Selection<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) query: &'a Query,
    filters: Vec<(Dimension, Bits)>,
    pub(crate) rows: Bits,
    total: usize,
}

impl Roster {
    #[must_use]
    pub fn select<'a>(&'a self, query: &'a Query) -> Selection<'a> {
        let mut filters = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let values = query.field(index);
            if !values.is_empty() {
                let accepted: Vec<bool> = column
                    .dictionary
                    .iter()
                    .map(Some)
                    .chain([None])
                    .map(|value| values.iter().any(|filter| filter.accepts(value)))
                    .collect();
                filters.push((Dimension::Field(index), column.rows_with(&accepted)));
            }
        }
        if !query.groups().is_empty() {
            filters.push((Dimension::Group, self.rows_in_groups(query.groups())));
        }
        if !query.states().is_empty() {
            let states = self.rows_in_states(query.states(), query.inactive_days());
            filters.push((Dimension::State, states));
        }
        if !query.search().is_empty() {
            filters.push((Dimension::Search, self.rows_matching(query.search())));
        }
        let mut rows = Bits::all(self.rows);
        for (_, bits) in &filters {
            rows.intersect(bits);
        }
        let total = rows.count();
        Selection {
            roster: self,
            query,
            filters,
            rows,
            total,
        }
    }

    /// Which groups, by position, these filters select.
    pub(crate) fn named_groups(&self, filters: &[GroupFilter]) -> Vec<bool> {
        let names: Vec<(&str, String)> = filters
            .iter()
            .filter_map(|filter| match filter {
                GroupFilter::Named(name) => Some((name.as_str(), name.to_lowercase())),
                GroupFilter::None => None,
            })
            .collect();
        self.groups
            .iter()
            .map(|group| {
                names
                    .iter()
                    .any(|(name, lower)| group.id == *name || group.name.to_lowercase() == *lower)
            })
            .collect()
    }

    fn rows_in_groups(&self, filters: &[GroupFilter]) -> Bits {
        let named = self.named_groups(filters);
        let none = filters.contains(&GroupFilter::None);
        let mut rows = Bits::none(self.rows);
        for row in 0..self.rows {
            let groups = self.groups_of(row);
            if (none && groups.is_empty()) || groups.iter().any(|group| named[*group as usize]) {
                rows.insert(row);
            }
        }
        rows
    }

    fn rows_in_states(&self, states: &[ActivityState], inactive_days: u16) -> Bits {
        let threshold = self.threshold(inactive_days);
        let mut rows = Bits::none(self.rows);
        for row in 0..self.rows {
            if states.contains(&threshold.state(&self.facts(row))) {
                rows.insert(row);
            }
        }
        rows
    }
}

impl Selection<'_> {
    /// The number of rows that match every filter.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The same selection, restricted to these rows.
    pub(crate) fn among(mut self, rows: &Bits) -> Self {
        self.rows.intersect(rows);
        self.total = self.rows.count();
        self.filters.push((Dimension::Given, rows.clone()));
        self
    }

    /// Whether there is a filter in this dimension.
    pub(crate) fn filters_on(&self, dimension: Dimension) -> bool {
        self.filters.iter().any(|(other, _)| *other == dimension)
    }

    /// The rows that match every filter except the one in this dimension.
    pub(crate) fn rows_without(&self, dimension: Dimension) -> Bits {
        let mut rows = Bits::all(self.roster.rows);
        for (other, bits) in &self.filters {
            if *other != dimension {
                rows.intersect(bits);
            }
        }
        rows
    }
}

impl ValueFilter {
    /// Whether the filter accepts this value; `None` is an unknown one.
    #[must_use]
    pub fn accepts(&self, value: Option<&FieldValue>) -> bool {
        match (self, value) {
            (Self::Unknown, None) => true,
            (Self::None, Some(FieldValue::Integer(number))) => *number == 0,
            (Self::None, Some(FieldValue::Text(text))) => text.is_empty(),
            (Self::Exact(wanted), Some(value)) => wanted == value,
            (Self::Range(first, last), Some(FieldValue::Integer(number))) => {
                first.is_none_or(|first| first <= *number)
                    && last.is_none_or(|last| *number <= last)
            }
            (Self::Version(part), Some(FieldValue::Text(text))) => version::begins_with(text, part),
            _ => false,
        }
    }
}
