//! Tests of the service crate through its public interface.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot continue should stop and show the place"
)]

mod contract_rows;
mod export_columns;
mod exports;
mod retention;
mod unreadable;
