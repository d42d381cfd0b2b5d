//! What the store promises, on both engines.

mod support;

mod access;
mod audit;
#[cfg(feature = "crash-points")]
mod crash;
mod history;
mod integrations;
mod leases;
mod opening;
mod secrets;
mod users;
