//! Changes that tests made to people while the simulator runs.

use super::act::Act;
use super::edits::Edits;
use super::person::PersonNo;
use std::collections::HashMap;

/// Changes of one person compared with the generated one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    /// Second since 1970 from which the person is deleted.
    pub(crate) deleted: Option<i64>,
    pub(crate) email: Option<String>,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    /// Indices of groups that replace the generated ones.
    pub(crate) groups: Option<Vec<usize>>,
    /// Changes of licences at run time.
    pub(crate) edits: Edits,
}

/// All changes of an account.
#[derive(Debug, Default)]
pub(crate) struct Overlays {
    pub(crate) people: HashMap<PersonNo, Overlay>,
    /// Seconds since 1970 in which people were added.
    pub(crate) created: Vec<i64>,
    /// Changes by apps with the second since 1970, in order of time.
    pub(crate) acts: Vec<(PersonNo, i64, Act)>,
}
