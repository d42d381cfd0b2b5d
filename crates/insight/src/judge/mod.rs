//! The kernel: what can be said of one person's licence on one day, from what was known on that day.
//! Findings ask it about today, replays about past days; so both judge alike. It knows no clock, no
//! money and no decisions.
//!
//! *Unknown is not inactive*: a rule fits only when the streams that it rests on are known for its
//! whole window. What can't be told is a verdict of its own, with the reason.

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
pub(crate) use guard::bit;
pub(crate) use moment::Moment;
pub(crate) use reader::Reader;
pub(crate) use rhythm::rhythm;
pub(crate) use season::season;
pub(crate) use types::Verdict;
