//! Use cases without HTTP: everything that pages, REST API, command line and background jobs do.
//!
//! A use case takes a [`Context`] and returns a value or an [`Error`]. The server turns both into
//! pages and JSON; the command line prints them.

pub mod account_snapshot;
pub mod blocking;
pub mod calendar;
pub mod change_list;
pub mod change_run;
pub mod context;
pub mod contract_import;
pub mod contract_rows;
pub mod csv_table;
pub mod decisions;
pub mod error;
pub mod export;
pub mod file_cells;
pub mod finding_rows;
pub mod focus_export;
pub mod jobs;
pub mod mail;
pub mod member_input;
pub mod notify;
pub mod pairs;
pub mod parameters;
pub mod password;
pub mod people_rows;
pub mod preflight_cache;
pub mod proxy;
pub mod queries;
pub mod questions;
pub mod renewal_sheets;
pub mod roster;
pub mod rules;
pub mod secret;
pub mod setup_code;
pub mod user_rows;

// Why public async functions are boxed is written in `store`.
pub(crate) use async_recursion::async_recursion as boxed;

pub use account_snapshot::{AccountSnapshot, AccountSnapshots, account_snapshot};
pub use context::Context;
pub use error::{Error, ErrorKind, ErrorText, FieldError};
pub use pairs::Pairs;
pub use roster::{Rosters, Snapshot, roster_of};
