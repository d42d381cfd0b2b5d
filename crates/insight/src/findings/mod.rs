//! Findings: conclusions about users and licences, with their money and their state. [`find()`] makes them
//! all at once. Pages, API, exports and the command line query the result with the same filters as the users
//! page, so that they all show the same numbers. The evidence of a finding is written only when it is shown,
//! because most findings are only counted.

pub(crate) mod account;
mod decisions;
pub(crate) mod double;
mod evaluation;
mod facets;
pub(crate) mod find;
pub(crate) mod holders;
pub(crate) mod included;
mod label;
mod licences;
pub(crate) mod page;
mod people;
mod query;
pub(crate) mod rule_sets;
pub(crate) mod rules;
pub(crate) mod sizes;
mod sort;
pub(crate) mod store;
mod summary;
mod sums;
mod totals;
pub(crate) mod types;

pub use crate::evidence::{
    Evidence, EvidenceItem, EvidenceKind, EvidenceValue, FindingWithEvidence,
};
pub use crate::unknown::Unknown;
pub use find::find;
pub use label::FindingFilter;
pub use page::FindingPage;
pub use people::LicensedGroup;
pub use query::{FindingQuery, finding_parameters};
pub use sort::FindingSort;
pub use store::Findings;
pub use summary::{FindingFacets, FindingSummary};
pub use sums::{DepartmentTotal, FindingTotals, LicenceTotal, RuleTotal, UnknownTotal};
pub use types::{DecisionRow, ExemptScope, Finding, HoldReason, Inputs, Saving};
