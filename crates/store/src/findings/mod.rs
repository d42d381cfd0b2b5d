//! Findings in the store: their ids, their timelines and the time at which they first appeared.

mod events;
mod id;
mod seen;

pub(crate) use events::append_events;
pub use events::{FindingEvent, FindingEventKind, NewComment};
pub(crate) use id::{audit_detail, last_by_finding, parse_finding_id};
pub use seen::SeenFindings;
