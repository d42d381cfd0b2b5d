//! Snapshots of the users of an account with their activity, built from the store and shared by all
//! requests.

mod cache;
mod read;
mod snapshot;

pub use cache::Rosters;
pub use read::{HISTORY_DAYS, purchased, roster_of, settings_of, snapshot_of};
pub use snapshot::{RosterInputs, Snapshot};
