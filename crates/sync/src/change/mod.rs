//! Changes of licences from the change list: checked again at the moment of action, one licence at a
//! time, with a journal and a way back.
//!
//! `look` checks one change, `carry` makes it and reads the licence back, `access` is the app that may
//! write, `execute` takes the changes of a list one after the other. The change list and its journal are
//! in the store; the evidence is the caller's part ([`Recheck`]).

mod access;
mod carry;
mod error;
mod execute;
mod look;
mod report;

pub use error::ChangeError;
pub use look::Recheck;
pub use report::{ChangeOutcome, ChangeReport, OutcomeKind};
