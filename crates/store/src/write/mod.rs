//! Writing the data of a sync.

mod apply;
mod batch;
mod details;
mod dictionary;
mod events;
mod groups;
mod licences;
mod rekey;
mod removals;
mod reports;
mod sign_ins;
mod types;
mod upcoming_events;
mod user_rows;
mod users;

pub(crate) use dictionary::stored_word;
pub(crate) use sign_ins::sign_in_kind_code;
pub use types::{AppliedWrites, HistoryKind, ListedUser, SyncWrite, UserDetails};
