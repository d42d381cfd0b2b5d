//! Writing the data of a sync.

mod address_changes;
mod apply;
mod batch;
mod details;
mod dictionary;
mod events;
mod groups;
mod licences;
mod rejected;
mod rejected_records;
mod rekey;
mod removals;
mod reports;
mod sign_ins;
mod types;
mod upcoming_events;
mod user_rows;
mod users;

pub(crate) use dictionary::stored_word;
pub(crate) use rejected::place_of;
pub use rejected_records::{NO_DAYS, RejectedGroup, RejectedRecords, RejectedScope, RejectedText};
pub(crate) use sign_ins::sign_in_kind_code;
pub use types::{AppliedWrites, HistoryKind, ListedUser, SyncWrite, UserDetails};
