//! Whole syncs against the simulated Zoom, on both engines: their results, and the faults that they survive.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod change;
#[cfg(feature = "crash-points")]
mod change_crash;
mod change_plans;
mod control;
mod counting;
mod delegations;
mod idle;
mod limits;
mod listing;
mod official;
mod plain;
mod refusals;
mod simulation;
mod soak;
mod spoilt;
mod tokens;
mod upcoming;
mod whole;
