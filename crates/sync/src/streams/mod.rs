//! How each shape of stream is read: which pages in which order, and when the stream is known to its
//! end. Records arrive mapped from the connector's session; storing is in [`crate::run`].

mod again;
mod calendar;
mod delegates;
mod details;
mod groups;
mod hash;
mod history;
mod implausible;
mod pager;
mod read;
mod records;
mod rejects;
mod removals;
mod users;

pub(crate) use delegates::read_delegates;
pub(crate) use history::Lanes;
pub(crate) use implausible::{check_plausibility, doubted_days};
pub(crate) use read::read;
