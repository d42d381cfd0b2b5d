//! Findings as the store knows them: their ids, their time lines and when they were first there.

mod events;
mod id;
mod seen;

pub(crate) use events::happened;
pub use events::{FindingEvent, FindingEventKind};
pub(crate) use id::{last_of_each, named, told};
pub use seen::SeenFindings;
