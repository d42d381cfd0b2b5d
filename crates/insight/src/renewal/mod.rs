//! Recommendations for renewals: how many seats, by when, for how much money. `terms` has the terms of a
//! contract, [`dates`](mod@dates) its other days, [`billing`] its billing periods and costs, `needers` counts
//! people in rolling windows, `forecast` makes a range with its reasons, and `choices` adds a price and a risk to each number. The method and its mathematics are in
//! `docs/method.md`.

pub mod billing;
mod calendar;
mod chance;
mod choices;
mod contract;
pub mod dates;
mod forecast;
#[cfg(test)]
mod laws;
mod needers;
mod others;
mod recommend;
mod subject;
mod terms;
mod trend;
mod types;

pub use billing::prorate;
pub use calendar::months_after;
pub use choices::Choice;
pub use contract::ContractWithNotice;
pub use dates::{BoundTerm, ContractDates, bound_term, coming_term, dates};
pub use others::followed_by;
pub use recommend::{METHOD_VERSION, renewal};
pub use subject::RenewalInputs;
pub use types::{BoundDays, NeedWindow, Reason, Renewal};
