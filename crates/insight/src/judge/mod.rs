//! The verdict on one licence of one person on one day, from the data that were known on that day. Findings
//! need it for today and replays for past days, so both decide in the same way. It does not depend on a
//! clock, on money or on decisions.
//!
//! *Unknown is not inactive*: a rule applies only when its streams are known for its whole window. Otherwise
//! the verdict is "unknown", with the reason.

mod add_on;
mod base;
mod guard;
mod moment;
mod reader;
mod rhythm;
mod season;
mod types;

pub(crate) use add_on::judge_add_on;
pub(crate) use base::judge;
pub(crate) use guard::{bit, unknown};
pub(crate) use moment::Moment;
pub(crate) use reader::Reader;
pub(crate) use rhythm::rhythm;
pub(crate) use season::season;
pub(crate) use types::Verdict;
