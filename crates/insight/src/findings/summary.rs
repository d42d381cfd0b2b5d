//! The sums and counts of a query as the API answers them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::query::FindingQuery;
use super::store::Findings;
use super::sums::{DepartmentTotal, FindingTotals, LicenceTotal, RuleTotal, UnknownTotal};
use crate::facets::{FacetValue, by_parameter};
use crate::roster::Roster;

/// How many findings have which value, and the sums over all findings that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingFacets {
    /// The values by query parameter: `rule`, `state`, `plan`, `amount`, `assignee`, the application's
    /// fields, `group` and `activity`.
    #[schema(value_type = BTreeMap<String, Vec<FacetValue>>)]
    pub facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// The sums over all findings that match.
    #[serde(flatten)]
    pub totals: FindingTotals,
}

/// The findings of a query in sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingSummary {
    /// One sum for each rule, also for rules without findings.
    pub by_rule: Vec<RuleTotal>,
    /// One sum for each department, the largest number of licences that are not needed first.
    pub by_department: Vec<DepartmentTotal>,
    /// One sum for each licence. These do not depend on the filters.
    pub licences: Vec<LicenceTotal>,
    /// Holders for whom nothing can be concluded, and why. These do not depend on the filters.
    pub unknown: Vec<UnknownTotal>,
}

impl Findings {
    /// The facets of a query together with its sums.
    #[must_use]
    pub fn facets_with_totals(&self, roster: &Roster, query: &FindingQuery) -> FindingFacets {
        FindingFacets {
            facets: by_parameter(self.facets(roster, query)),
            totals: self.totals(roster, query),
        }
    }

    /// The findings of a query in sums.
    #[must_use]
    pub fn summary(&self, roster: &Roster, query: &FindingQuery) -> FindingSummary {
        FindingSummary {
            by_rule: self.by_rule(roster, query),
            by_department: self.by_department(roster, query),
            licences: self.licences(),
            unknown: self.unknowns(),
        }
    }
}
