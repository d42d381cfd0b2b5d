//! Tests of the store on both engines.

#![expect(
    clippy::unwrap_used,
    reason = "a test says by failing that something is not there"
)]

mod support;

mod access;
mod account;
mod audit;
mod backup;
mod changes;
#[cfg(feature = "crash-points")]
mod child;
mod clocks;
mod contracts;
#[cfg(feature = "crash-points")]
mod crash;
mod decided;
mod decisions;
mod directory;
mod history;
mod integrations;
mod json;
mod leases;
mod licence_spans;
mod licences;
mod notifying;
mod opening;
mod persons;
mod questions;
mod rejected;
mod retention;
mod rotate_key;
mod sealed;
mod secrets;
mod sign_in_sums;
mod upgrade;
mod users;
