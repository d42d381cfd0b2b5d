//! Counts of users for the overview.

use model::ActivityState;

use crate::query::Query;
use crate::roster::Roster;

/// The number of users with one value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Count {
    /// The value, in the form that filters take.
    pub value: String,
    pub label: String,
    /// Number of users with the value.
    pub count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Users, removed ones not counted.
    pub users: usize,
    /// Removed users that were left out.
    pub removed: usize,
    /// By `user_status`; empty when the application has no such field.
    pub by_status: Vec<Count>,
    /// By `user_type`; empty when the application has no such field.
    pub by_type: Vec<Count>,
    /// By state of activity, every state.
    pub by_state: Vec<Count>,
}

impl Roster {
    /// Totals, with states of activity for a threshold of `inactive_days`.
    #[must_use]
    pub fn summary(&self, inactive_days: u16) -> Summary {
        let query = Query::everybody(self.app()).default_inactive_days(inactive_days);
        let facets = self.select(&query).facets();
        let counts = |key: &str| {
            facets
                .iter()
                .find(|facet| facet.key == key)
                .map_or_else(Vec::new, |facet| {
                    facet
                        .values
                        .iter()
                        .map(|value| Count {
                            value: value.value.clone(),
                            label: value.label.clone(),
                            count: value.count,
                        })
                        .collect()
                })
        };
        Summary {
            users: self.len(),
            removed: self.removed(),
            by_status: counts("user_status"),
            by_type: counts("user_type"),
            by_state: counts("state"),
        }
    }

    /// The number of users in a state, for a threshold of `inactive_days`.
    #[must_use]
    pub fn count_in_state(&self, state: ActivityState, inactive_days: u16) -> usize {
        let threshold = self.threshold(inactive_days);
        (0..self.rows)
            .filter(|row| threshold.state(&self.facts(*row)) == state)
            .count()
    }
}
