//! What people decided on findings. A finding has one decision at most; what led there is in its
//! time line.

mod consequences;
mod decide;
mod types;

pub(crate) use consequences::{reopen_decisions, set_state, state_of};
pub use types::{Decision, DecisionScope, NewDecision};
