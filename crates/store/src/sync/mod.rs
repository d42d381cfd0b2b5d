//! Sync runs: their leases, their progress and their results.

mod leases;
mod progress;
mod runs;

pub use leases::{Lease, LeaseRenewal};
pub use progress::DueUser;
pub use runs::{RunTotals, SyncRun};
