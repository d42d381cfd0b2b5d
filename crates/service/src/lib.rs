//! Use cases: what pages, REST API, command line and background jobs do, without HTTP.
//!
//! A use case takes a [`Context`] and returns a value or an [`Error`]. The server turns both into
//! pages and JSON; the command line prints them.

pub mod act;
pub mod ask;
pub mod blocking;
pub mod calendar;
pub mod case;
pub mod change_list;
pub mod change_run;
pub mod checks;
pub mod context;
pub mod contract_rows;
pub mod duties;
pub mod error;
pub mod export;
pub mod finding_rows;
pub mod focus;
pub mod mail;
pub mod notify;
pub mod pairs;
pub mod password;
pub mod people_rows;
pub mod queries;
pub mod roster;
pub mod secret;
pub mod user_rows;

pub use case::{Case, Cases, case_of};
pub use context::Context;
pub use error::{Error, ErrorKind, ErrorText, FieldError};
pub use pairs::Pairs;
pub use roster::{Rosters, Snapshot, roster_of};
