//! What a test has changed about people while the simulator runs.

use super::act::Act;
use super::edits::Edits;
use super::person::PersonNo;
use std::collections::HashMap;

/// Differences from what the seed says about one person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    /// Second since 1970 from which the person is gone.
    pub(crate) deleted: Option<i64>,
    pub(crate) email: Option<String>,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    /// Indices of groups in place of the generated ones.
    pub(crate) groups: Option<Vec<usize>>,
    /// Licences given and taken.
    pub(crate) edits: Edits,
}

/// All differences of an account.
#[derive(Debug, Default)]
pub(crate) struct Overlays {
    pub(crate) people: HashMap<PersonNo, Overlay>,
    /// People added at run time, by the second in which they came.
    pub(crate) created: Vec<i64>,
    /// What apps changed at run time, with the second in which they did, in order of time.
    pub(crate) acts: Vec<(PersonNo, i64, Act)>,
}
