//! Who is behind the totals of base licences: licensed people, those who needed it, and those of whom
//! nothing can be concluded.

use super::store::Findings;
use crate::query::Query;
use crate::roster::Roster;

/// A group of people with a base licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Licensed {
    /// All of them.
    All,
    /// Those who needed it within 90 days.
    Needed,
    /// Those of whom nothing can be concluded.
    Unknown,
}

impl Findings {
    /// The rows of the people of a group whom a query accepts, in the roster's own order.
    #[must_use]
    pub fn people(&self, roster: &Roster, query: &Query, group: Licensed) -> Vec<u32> {
        let bits = match group {
            Licensed::All => &self.licensed,
            Licensed::Needed => &self.needed,
            Licensed::Unknown => &self.unknown,
        };
        let mut rows = roster.select(query).rows;
        rows.intersect(bits);
        rows.iter()
            .filter_map(|row| u32::try_from(row).ok())
            .collect()
    }
}
