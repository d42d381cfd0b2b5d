//! Tests of the store on both engines.

#![expect(
    clippy::unwrap_used,
    reason = "a test says by failing that something is not there"
)]

mod support;

mod access;
mod acting;
mod audit;
mod contracts;
#[cfg(feature = "crash-points")]
mod crash;
mod decisions;
mod directory;
mod history;
mod integrations;
mod json;
mod leases;
mod licences;
mod notifying;
mod opening;
mod persons;
mod secrets;
mod users;
