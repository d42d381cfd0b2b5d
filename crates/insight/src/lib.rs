//! Decisions about licences, as pure functions. The [`Roster`] is a compact, column-wise, immutable snapshot
//! of one integration's users for one revision. Pages, API, command line and exports all use the same
//! [`Query`] on it, so that they show the same numbers. This crate does no I/O and reads no clock, because
//! decisions must be reproducible, and it knows no application: everything about one comes in as
//! [`model::Application`].
//!
//! [`findings::find()`] makes the findings of a roster, with evidence and money. [`what_if`] replays other
//! rules over the history. [`renewal`] recommends how many seats to buy.

pub mod activity;
mod bits;
pub mod columns;
pub mod evidence;
mod facets;
pub mod findings;
mod fold;
mod judge;
mod money;
mod needs;
mod page;
pub mod pool;
pub mod query;
pub mod renewal;
pub mod roster;
mod search;
mod selection;
mod series;
pub mod settings;
mod summary;
mod unknown;
pub mod what_if;

pub use activity::{Facts, Threshold};
pub use evidence::{Evidence, EvidenceItem, EvidenceKind, EvidenceValue, FindingWithEvidence};
pub use facets::{Facet, FacetValue, UserFacets};
pub use findings::{
    DecisionRow, DepartmentTotal, ExemptScope, Finding, FindingFacets, FindingFilter, FindingPage,
    FindingQuery, FindingSort, FindingSummary, FindingTotals, Findings, HoldReason, Inputs,
    LicenceTotal, RuleTotal, Saving, UnknownTotal, find,
};
pub use page::{Rows, UserPage};
pub use query::{ActiveFilter, Query, QueryError, Sort, SortKey, ValueFilter};
pub use roster::{
    ActivityView, Contradiction, Departure, DirectoryPerson, Gathering, HostedDay, ImportedPerson,
    Metadata, Purchased, Roster, RosterBuilder, UnreadRecords, UnreadSource, UserDetail, UserView,
};
pub use selection::Selection;
pub use series::UsageDay;
pub use settings::{Settings, SettingsError, SettingsErrors};
pub use summary::{Count, Summary};
pub use unknown::Unknown;
