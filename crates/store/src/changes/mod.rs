//! The change list: licence changes to make at the application, their journals and the ledger of
//! savings.

mod accept;
pub(crate) mod ledger;
mod progress;
mod types;

pub(crate) use accept::add_to_list;
pub use ledger::{LedgerEntry, SavingState};
pub(crate) use progress::withdraw;
pub(crate) use types::{ACCEPTED, check};
pub use types::{Change, ChangeFilter, ChangeState, JournalEntry, NewChange};
