//! Facets of users: the values of each field, group and state, and the number of rows that would be left if
//! one were chosen.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use model::{ActivityState, FieldKind, FieldValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bits::Bits;
use crate::query::{GroupFilter, Query, ValueFilter};
use crate::roster::{Roster, compare_values, version};
use crate::selection::{Dimension, Selection};

/// The values of one filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    pub key: &'static str,
    pub label: &'static str,
    /// Its values in the order to show them.
    pub values: Vec<FacetValue>,
}

/// One value of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetValue {
    /// The value as the query parameter takes it.
    pub value: String,
    /// Name of the value for people.
    pub label: String,
    /// Number of users or findings that have the value and match all filters.
    pub count: usize,
    /// Number of users or findings that have the value and match the filters on all other parameters: as
    /// many would be left if only this value were chosen.
    pub would: usize,
    /// Whether the value is one of the filters.
    pub selected: bool,
}

/// How many users have which value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Facets)]
pub struct UserFacets {
    /// The values by query parameter: the application's fields, `group` and `state`.
    #[schema(value_type = BTreeMap<String, Vec<FacetValue>>)]
    pub facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// Number of users that match all filters.
    pub total: usize,
}

/// The values of facets by their query parameter.
pub(crate) fn by_parameter(facets: Vec<Facet>) -> BTreeMap<&'static str, Vec<FacetValue>> {
    let pairs = facets.into_iter();
    pairs.map(|facet| (facet.key, facet.values)).collect()
}

impl Roster {
    /// The facets of a query. For a page with its facets use [`Roster::select`], which applies the
    /// query once.
    #[must_use]
    pub fn facets(&self, query: &Query) -> Vec<Facet> {
        self.select(query).facets()
    }
}

impl Selection<'_> {
    /// The facets: one for each field, then `group` and `state`.
    #[must_use]
    pub fn facets(&self) -> Vec<Facet> {
        let fields = self.roster.app().fields;
        let mut facets: Vec<Facet> = fields
            .iter()
            .enumerate()
            .map(|(index, field)| Facet {
                key: field.key,
                label: field.label,
                values: self.field_values(index),
            })
            .collect();
        facets.push(Facet {
            key: "group",
            label: "Group",
            values: self.group_values(),
        });
        facets.push(Facet {
            key: "state",
            label: "Activity",
            values: self.state_values(),
        });
        facets
    }

    /// The facets by query parameter, with the number of users that match.
    #[must_use]
    pub fn facets_with_total(&self) -> UserFacets {
        UserFacets {
            facets: by_parameter(self.facets()),
            total: self.total(),
        }
    }

    /// Counts the rows that match all filters, and the rows that match the filters of all other dimensions.
    fn both_counts(
        &self,
        dimension: Dimension,
        count: impl Fn(&Bits) -> Vec<u32>,
    ) -> (Vec<u32>, Vec<u32>) {
        let counts = count(&self.rows);
        let woulds = if self.filters_on(dimension) {
            count(&self.rows_without(dimension))
        } else {
            counts.clone()
        };
        (counts, woulds)
    }

    fn field_values(&self, index: usize) -> Vec<FacetValue> {
        let column = &self.roster.columns[index];
        let kind = self.roster.app().fields[index].kind;
        let (counts, woulds) = self.both_counts(Dimension::Field(index), |rows| {
            // Without a filter, the totals of the column are already known.
            if rows.count() == self.roster.rows {
                column.totals.clone()
            } else {
                column.counts(rows)
            }
        });
        let mut entries: Vec<(ValueFilter, usize, usize)> = Vec::new();
        let values = column.dictionary.iter().map(Some).chain([None]);
        for ((value, count), would) in values.zip(counts).zip(woulds) {
            let (count, would) = (count as usize, would as usize);
            let filter = facet_filter(kind, value);
            // Versions of one group are next to each other in the dictionary.
            match entries.last_mut() {
                Some((last, counted, counted_would)) if *last == filter => {
                    *counted += count;
                    *counted_would += would;
                }
                _ => entries.push((filter, count, would)),
            }
        }
        merge_equal(&mut entries);
        let chosen = self.query.field(index);
        let few = matches!(kind, FieldKind::Choice(_) | FieldKind::YesNo);
        entries.retain(|(filter, _, would)| {
            let present = *filter != ValueFilter::Unknown && few;
            *would > 0 || present || chosen.contains(filter)
        });
        for filter in chosen {
            if !entries.iter().any(|(entry, _, _)| entry == filter) {
                let accepted: Vec<bool> = column
                    .dictionary
                    .iter()
                    .map(Some)
                    .chain([None])
                    .map(|value| filter.accepts(value))
                    .collect();
                let mut rows = column.rows_with(&accepted);
                rows.intersect(&self.rows_without(Dimension::Field(index)));
                // A chosen value is part of the filter, so both counts are the same.
                entries.push((filter.clone(), rows.count(), rows.count()));
            }
        }
        let mut shown: Vec<(ValueFilter, FacetValue)> = entries
            .into_iter()
            .map(|(filter, count, would)| {
                let value = FacetValue {
                    value: filter.text(kind),
                    label: filter.words(kind),
                    count,
                    would,
                    selected: chosen.contains(&filter),
                };
                (filter, value)
            })
            .collect();
        shown.sort_by(|a, b| by_kind(kind, a, b));
        shown.into_iter().map(|(_, value)| value).collect()
    }

    fn group_values(&self) -> Vec<FacetValue> {
        let roster = self.roster;
        // The last count is for users without a group.
        let (counts, woulds) = self.both_counts(Dimension::Group, |rows| {
            let mut counts = vec![0_u32; roster.groups.len() + 1];
            for row in rows.iter() {
                let groups = roster.groups_of(row);
                if groups.is_empty() {
                    counts[roster.groups.len()] += 1;
                }
                for group in groups {
                    counts[*group as usize] += 1;
                }
            }
            counts
        });
        let chosen = self.query.groups();
        let named = roster.named_groups(chosen);
        let words = roster.group_values();
        let mut values: Vec<FacetValue> = (0..roster.groups.len())
            .filter(|i| woulds[*i] > 0 || named[*i])
            .map(|i| FacetValue {
                value: GroupFilter::Named(words[i].to_owned()).text(),
                label: roster.groups[i].name.clone(),
                count: counts[i] as usize,
                would: woulds[i] as usize,
                selected: named[i],
            })
            .collect();
        values.sort_by(|a, b| {
            (Reverse(a.would), &a.label, &a.value).cmp(&(Reverse(b.would), &b.label, &b.value))
        });
        let none = roster.groups.len();
        let selected = chosen.contains(&GroupFilter::None);
        if woulds[none] > 0 || selected {
            values.push(FacetValue {
                value: GroupFilter::None.text(),
                label: "none".to_owned(),
                count: counts[none] as usize,
                would: woulds[none] as usize,
                selected,
            });
        }
        values
    }

    fn state_values(&self) -> Vec<FacetValue> {
        let threshold = self.roster.threshold(self.query.inactive_days());
        let (counts, woulds) = self.both_counts(Dimension::State, |rows| {
            let mut counts = vec![0_u32; ActivityState::ALL.len()];
            for row in rows.iter() {
                counts[threshold.state(&self.roster.facts(row)) as usize] += 1;
            }
            counts
        });
        ActivityState::ALL
            .into_iter()
            .map(|state| FacetValue {
                value: state.value().to_owned(),
                label: state.label().to_owned(),
                count: counts[state as usize] as usize,
                would: woulds[state as usize] as usize,
                selected: self.query.states().contains(&state),
            })
            .collect()
    }
}

impl Roster {
    /// The word to filter by each group: its name, or its id when the name is ambiguous.
    fn group_values(&self) -> Vec<&str> {
        let mut seen = rustc_hash::FxHashMap::<String, usize>::default();
        for group in &self.groups {
            *seen.entry(group.name.to_lowercase()).or_default() += 1;
            if group.id != group.name {
                *seen.entry(group.id.to_lowercase()).or_default() += 1;
            }
        }
        self.groups
            .iter()
            .map(|group| match seen.get(&group.name.to_lowercase()) {
                Some(1) if !group.name.trim().is_empty() => group.name.as_str(),
                _ => group.id.as_str(),
            })
            .collect()
    }
}

/// The filter that a facet offers for a value: versions by group, all others exactly.
fn facet_filter(kind: FieldKind, value: Option<&FieldValue>) -> ValueFilter {
    match (kind, value) {
        (FieldKind::Version, Some(FieldValue::Text(text))) if !text.is_empty() => {
            ValueFilter::Version(version::group(text).to_owned())
        }
        _ => ValueFilter::exactly(value),
    }
}

/// Adds up entries with the same filter that are not next to each other.
fn merge_equal(entries: &mut Vec<(ValueFilter, usize, usize)>) {
    let versions = entries
        .iter()
        .any(|(filter, _, _)| matches!(filter, ValueFilter::Version(_)));
    if !versions {
        return;
    }
    let mut merged: Vec<(ValueFilter, usize, usize)> = Vec::with_capacity(entries.len());
    for (filter, count, would) in entries.drain(..) {
        match merged.iter_mut().find(|(entry, _, _)| *entry == filter) {
            Some((_, counted, counted_would)) => {
                *counted += count;
                *counted_would += would;
            }
            None => merged.push((filter, count, would)),
        }
    }
    *entries = merged;
}

/// Order of a facet's values: numbers ascending, versions newest first, choices as the application
/// lists them, yes before no, texts by how many; then "none" of texts, and unknown last.
fn by_kind(
    kind: FieldKind,
    (a, av): &(ValueFilter, FacetValue),
    (b, bv): &(ValueFilter, FacetValue),
) -> Ordering {
    let last = |filter: &ValueFilter| match (kind, filter) {
        (_, ValueFilter::Unknown) => 2,
        (FieldKind::Integer, ValueFilter::None) => 0,
        (_, ValueFilter::None) => 1,
        _ => 0,
    };
    let number = |filter: &ValueFilter| match filter {
        ValueFilter::Exact(FieldValue::Integer(number)) => (*number, 0),
        ValueFilter::Range(first, _) => (first.unwrap_or(i64::MIN), -1),
        _ => (0, 0),
    };
    last(a).cmp(&last(b)).then_with(|| match (kind, a, b) {
        (FieldKind::Integer, _, _) => number(a).cmp(&number(b)),
        (FieldKind::Version, ValueFilter::Version(a), ValueFilter::Version(b)) => {
            version::compare(b, a)
        }
        (FieldKind::Choice(_), ValueFilter::Exact(a), ValueFilter::Exact(b)) => {
            compare_values(kind, a, b)
        }
        (FieldKind::YesNo, ValueFilter::Exact(a), ValueFilter::Exact(b)) => b.cmp(a),
        _ => (Reverse(av.would), &av.label).cmp(&(Reverse(bv.would), &bv.label)),
    })
}
