//! Facets of findings: the values of each filter, the number of findings with each, and the number that would
//! be left if only that value were chosen.

use model::words::number;
use model::{FindingState, Rule};

use super::page::{Part, rows};
use super::query::FindingQuery;
use super::store::{ACCOUNT, Entry, Findings};
use crate::bits::Bits;
use crate::facets::{Facet, FacetValue};
use crate::roster::Roster;

/// The yearly amounts to filter by, in whole units.
const BANDS: [i64; 5] = [1, 100, 500, 1000, 5000];

impl Findings {
    /// The facets: `rule`, `state`, `plan`, `amount`, `assignee`, then those of the users, of which
    /// the one of activity is named `activity`. They count findings, not users.
    #[must_use]
    pub fn facets(&self, roster: &Roster, query: &FindingQuery) -> Vec<Facet> {
        let counter = Counter {
            findings: self,
            query,
            rows: rows(roster, query),
        };
        let facet = |key, label, values| Facet { key, label, values };
        let mut facets = vec![
            facet("rule", "Finding", counter.rules()),
            facet("state", "State", counter.states()),
            facet("plan", "Licence", counter.plans(roster)),
            facet("amount", "Saving a year", counter.amounts()),
            facet("assignee", "Assigned to", counter.assignees()),
        ];
        facets.extend(self.user_facets(roster, query));
        facets
    }

    /// The facets of users, counting each user as often as it has findings.
    fn user_facets(&self, roster: &Roster, query: &FindingQuery) -> Vec<Facet> {
        // Layers of users: those with at least one finding, with at least two, and so on. Counting
        // users layer by layer counts findings.
        let mut layers: Vec<Bits> = Vec::new();
        let mut last = (ACCOUNT, 0);
        for entry in &self.entries {
            if entry.row == ACCOUNT || !self.accepts(query, None, entry, None) {
                continue;
            }
            last = if last.0 == entry.row {
                (entry.row, last.1 + 1)
            } else {
                (entry.row, 0)
            };
            if layers.len() == last.1 {
                layers.push(Bits::none(roster.rows));
            }
            layers[last.1].insert(entry.row as usize);
        }
        if layers.is_empty() {
            layers.push(Bits::none(roster.rows));
        }
        let mut sum: Vec<Facet> = Vec::new();
        for layer in &layers {
            for (at, facet) in roster
                .select(&query.users)
                .among(layer)
                .facets()
                .into_iter()
                .enumerate()
            {
                match sum.get_mut(at) {
                    None => sum.push(facet),
                    Some(known) => add(known, facet),
                }
            }
        }
        for facet in &mut sum {
            if facet.key == "state" {
                facet.key = "activity";
            }
        }
        sum
    }
}

/// Counts findings for the values of one query's filters.
struct Counter<'a> {
    findings: &'a Findings,
    query: &'a FindingQuery,
    /// The users that match the query; `None` when all of them match.
    rows: Option<Bits>,
}

impl Counter<'_> {
    /// A value of a filter with its counts. `has` decides which findings have the value.
    fn value(
        &self,
        part: Part,
        (value, label): (&str, String),
        selected: bool,
        has: impl Fn(&Entry) -> bool,
    ) -> FacetValue {
        let (mut count, mut would) = (0, 0);
        let accepts = |entry: &Entry, without: Option<Part>| {
            let rows = self.rows.as_ref();
            self.findings.accepts(self.query, rows, entry, without)
        };
        for entry in self.findings.entries.iter().filter(|entry| has(entry)) {
            if accepts(entry, Some(part)) {
                would += 1;
                count += usize::from(accepts(entry, None));
            }
        }
        FacetValue {
            value: value.to_owned(),
            label,
            count,
            would,
            selected,
        }
    }

    fn rules(&self) -> Vec<FacetValue> {
        let value = |rule: Rule| {
            let words = (rule.value(), rule.label().to_owned());
            let selected = self.query.rules.contains(&rule);
            self.value(Part::Rule, words, selected, |entry| entry.rule == rule)
        };
        Rule::ALL.into_iter().map(value).collect()
    }

    fn states(&self) -> Vec<FacetValue> {
        let value = |state: FindingState| {
            let words = (state.value(), state.label().to_owned());
            let selected = self.query.states.contains(&state);
            self.value(Part::State, words, selected, |entry| entry.state == state)
        };
        FindingState::ALL.into_iter().map(value).collect()
    }

    fn plans(&self, roster: &Roster) -> Vec<FacetValue> {
        let licences = (0_u16..).zip(&self.findings.licences);
        let values = licences.map(|(at, licence)| {
            let key = licence.to_string();
            let words = (key.as_str(), licence.label(roster.app()));
            let selected = self.query.licences.contains(licence);
            self.value(Part::Plan, words, selected, |entry| entry.licence == at)
        });
        values.filter(is_useful).collect()
    }

    fn amounts(&self) -> Vec<FacetValue> {
        let mut bands: Vec<i64> = BANDS.to_vec();
        let own = self.query.amount_min;
        bands.extend(own.filter(|least| !BANDS.contains(least)));
        bands.sort_unstable();
        let values = bands.into_iter().map(|least| {
            let key = least.to_string();
            let words = (key.as_str(), format!("{} or more", number(least)));
            self.value(Part::Amount, words, own == Some(least), |entry| {
                self.findings.at_least(entry, least)
            })
        });
        values.filter(is_useful).collect()
    }

    fn assignees(&self) -> Vec<FacetValue> {
        let assignees = (0_u16..).zip(&self.findings.assignees);
        let values = assignees.map(|(at, email)| {
            let (word, label) = match email.as_str() {
                "" => ("none", "nobody"),
                email => (email, email),
            };
            let words = (word, label.to_owned());
            let selected = self.query.assignee.as_ref() == Some(email);
            self.value(Part::Assignee, words, selected, |entry| {
                entry.assignee == at
            })
        });
        values.filter(is_useful).collect()
    }
}

/// Whether a value is worth showing: it leads to findings, or it is selected.
fn is_useful(value: &FacetValue) -> bool {
    value.would > 0 || value.selected
}

/// Adds the counts of a facet to those of the same facet of another layer.
fn add(known: &mut Facet, facet: Facet) {
    for value in facet.values {
        match known
            .values
            .iter_mut()
            .find(|other| other.value == value.value)
        {
            Some(other) => {
                other.count += value.count;
                other.would += value.would;
            }
            None => known.values.push(value),
        }
    }
}
