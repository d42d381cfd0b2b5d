//! Reading the activity of users: logs in pages, and totals.

mod admin_changes;
mod events;
mod page;
mod sign_ins;
mod totals;

pub use admin_changes::AdminChangeFilter;
pub use page::HistoryPage;
pub use sign_ins::SignInFilter;
pub use totals::{HostedDay, SignInDay};
