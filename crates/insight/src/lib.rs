//! Decisions, as pure functions. The heart is the [`Roster`]: a compact, column-wise, immutable
//! snapshot of one integration's users for one revision, and the [`Query`] that pages, API, command
//! line and exports ask it alike, so that all of them show the same numbers. Nothing here does I/O,
//! reads a clock or knows an application: what an application is comes in as
//! [`model::Application`].

pub mod activity;
mod bits;
mod facets;
mod fold;
mod page;
pub mod pool;
pub mod query;
pub mod renewal;
pub mod roster;
mod search;
mod selection;
mod series;
mod summary;

pub use activity::{Facts, Threshold};
pub use facets::{Facet, FacetValue};
pub use page::{Rows, UserPage};
pub use query::{ActiveFilter, Query, QueryError, Sort, SortKey, ValueFilter};
pub use roster::{ActivityView, HostedDay, Roster, RosterBuilder, UserDetail, UserView};
pub use selection::Selection;
pub use series::{DayPoint, WeekPoint};
pub use summary::{Count, Summary};
