//! Decisions of people on findings: ask, hand over, exempt, accept, keep, reopen, assign, comment.
//! Pages, the API, answers and jobs all use this module, so that a preview shows exactly what
//! deciding then does.

mod action;
mod checks;
mod decide;
mod effect;
mod licence_change;
mod read;

pub use action::{ASK_DAYS, Action, Selected};
pub use decide::{decide, preview};
pub use effect::{Effect, LeftOut};
pub use licence_change::{LicenceChange, licence_change, new_change};
pub use read::{ACTION_MEMBERS, is_of_action};
