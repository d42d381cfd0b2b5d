//! Changes of licences at Zoom: `holding` reads the licences of a user, `objection` finds reasons
//! against a change, `write` makes it.

mod holding;
mod objection;
mod refusal;
mod write;

pub(crate) use refusal::meaning;
pub(crate) use write::ZoomChanges;
