//! The groups of an account: one for each department and area, and two more.

use super::place::{AREAS, DEPARTMENTS};

/// Number of groups. The groups of departments come first, then those of areas.
pub(crate) const GROUPS: usize = DEPARTMENTS.len() + AREAS.len() + 2;

/// Name of a group by its index.
pub(crate) fn group_name(index: usize) -> &'static str {
    let departments = DEPARTMENTS.len();
    match index {
        i if i < departments => DEPARTMENTS[i].name,
        i if i < departments + AREAS.len() => AREAS[i - departments],
        i if i == departments + AREAS.len() => "Event hosts",
        _ => "Recorded meetings pilot",
    }
}
