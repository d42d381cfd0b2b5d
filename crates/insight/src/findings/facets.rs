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
        let rows = rows(roster, query);
        let count = |part: Part, has: &dyn Fn(&Entry) -> bool| -> (usize, usize) {
            let mut counts = (0, 0);
            for entry in self.entries.iter().filter(|entry| has(entry)) {
                if self.accepts(query, rows.as_ref(), entry, Some(part)) {
                    counts.1 += 1;
                    counts.0 += usize::from(self.accepts(query, rows.as_ref(), entry, None));
                }
            }
            counts
        };
        let value = |part: Part,
                     value: &str,
                     label: String,
                     selected: bool,
                     has: &dyn Fn(&Entry) -> bool| {
            let (count, would) = count(part, has);
            FacetValue {
                value: value.to_owned(),
                label,
                count,
                would,
                selected,
            }
        };
        let rules = Rule::ALL
            .into_iter()
            .map(|rule| {
                let selected = query.rules.contains(&rule);
                value(
                    Part::Rule,
                    rule.value(),
                    rule.label().to_owned(),
                    selected,
                    &|entry| entry.rule == rule,
                )
            })
            .collect();
        let states = FindingState::ALL
            .into_iter()
            .map(|state| {
                let selected = query.states.contains(&state);
                value(
                    Part::State,
                    state.value(),
                    state.label().to_owned(),
                    selected,
                    &|entry| entry.state == state,
                )
            })
            .collect();
        let plans = (0_u16..)
            .zip(&self.licences)
            .map(|(at, licence)| {
                let selected = query.licences.contains(licence);
                let label = licence.label(roster.app());
                value(
                    Part::Plan,
                    &licence.to_string(),
                    label,
                    selected,
                    &|entry| entry.licence == at,
                )
            })
            .filter(|plan| plan.would > 0 || plan.selected)
            .collect();
        let mut bands: Vec<i64> = BANDS.to_vec();
        bands.extend(query.amount_min.filter(|least| !BANDS.contains(least)));
        bands.sort_unstable();
        let amounts = bands
            .into_iter()
            .map(|least| {
                let selected = query.amount_min == Some(least);
                let label = format!("{} or more", number(least));
                value(
                    Part::Amount,
                    &least.to_string(),
                    label,
                    selected,
                    &|entry| self.at_least(entry, least),
                )
            })
            .filter(|band| band.would > 0 || band.selected)
            .collect();
        let assignees = (0_u16..)
            .zip(&self.assignees)
            .map(|(at, email)| {
                let selected = query.assignee.as_ref() == Some(email);
                let (word, label) = match email.as_str() {
                    "" => ("none", "nobody"),
                    email => (email, email),
                };
                value(Part::Assignee, word, label.to_owned(), selected, &|entry| {
                    entry.assignee == at
                })
            })
            .filter(|assignee| assignee.would > 0 || assignee.selected)
            .collect();
        let facet = |key, label, values| Facet { key, label, values };
        let mut facets = vec![
            facet("rule", "Finding", rules),
            facet("state", "State", states),
            facet("plan", "Licence", plans),
            facet("amount", "Saving a year", amounts),
            facet("assignee", "Assigned to", assignees),
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
