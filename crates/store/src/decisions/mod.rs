//! People's decisions on findings. A finding has at most one decision; its history is in the
//! timeline.

mod consequences;
mod decide;
mod types;

pub(crate) use consequences::{reopen_decisions, set_state, state_of};
pub use types::{Decision, DecisionScope, NewDecision};
