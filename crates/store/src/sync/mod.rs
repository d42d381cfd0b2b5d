//! Sync runs: who may run one, how far it got, how it ended.

mod leases;
mod progress;
mod runs;

pub use leases::{Lease, Renewed};
pub use progress::DueUser;
pub use runs::{Run, RunTotals};
