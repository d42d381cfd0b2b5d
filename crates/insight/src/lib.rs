//! Decisions, as pure functions. The heart is the [`Roster`]: a compact, column-wise, immutable
//! snapshot of one integration's users for one revision, and the [`Query`] that pages, API, command
//! line and exports ask it alike, so that all of them show the same numbers. Nothing here does I/O,
//! reads a clock or knows an application: what an application is comes in as
//! [`model::Application`].
//!
//! [`findings::find()`] concludes what can be concluded of a roster, with evidence and money;
//! [`what_if`] replays other rules over the history; [`renewal`] works out how many seats to buy.

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
    FindingQuery, FindingSort, FindingSummary, FindingTotals, Findings, HeldBy, Inputs,
    LicenceTotal, RuleTotal, Saving, UnknownTotal, find,
};
pub use page::{Rows, UserPage};
pub use query::{ActiveFilter, Query, QueryError, Sort, SortKey, ValueFilter};
pub use roster::{
    ActivityView, Departure, DirectoryPerson, Gathering, HostedDay, HostedWindow, ImportedPerson,
    Metadata, Purchased, Roster, RosterBuilder, UserDetail, UserView,
};
pub use selection::Selection;
pub use series::DayPoint;
pub use settings::{Settings, SettingsError};
pub use summary::{Count, Summary};
pub use unknown::Unknown;
