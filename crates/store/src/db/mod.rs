//! The layer between SQL texts and the two engines: one text with `$N` parameters for both. All
//! numbers are BIGINT and all other values TEXT, so two kinds of arguments are enough.

mod arg;
mod bulk;
mod connection;
mod pools;
mod row;

pub(crate) use arg::{Arg, args, without_nul};
pub(crate) use bulk::Bulk;
pub(crate) use connection::{Reader, Tx};
pub(crate) use pools::Db;
pub(crate) use row::{Row, UNKNOWN, unpack};
