//! The users behind the totals of base licences.

use model::Licence;

use super::store::Findings;
use crate::query::Query;
use crate::roster::Roster;

/// A group of users with a base licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicensedGroup {
    /// All users with a base licence.
    All,
    /// Users that count as needing it: enough is known, and nothing was found.
    Needed,
    /// Users for which nothing can be concluded.
    Unknown,
}

impl Findings {
    /// Whether the holder of an add-on counts as needing it, as in [`Findings::licences`]: enough is known,
    /// and nothing was found.
    #[must_use]
    pub fn needs_add_on(&self, row: u32, licence: &Licence) -> bool {
        let Some(at) = self.licences.iter().position(|known| known == licence) else {
            return false;
        };
        let first = self.entries.partition_point(|entry| entry.row < row);
        let found = self.entries[first..]
            .iter()
            .take_while(|entry| entry.row == row)
            .any(|entry| usize::from(entry.licence) == at && entry.rule.is_unneeded());
        let unknown = u16::try_from(at)
            .is_ok_and(|at| self.unknown_add_ons.binary_search(&(row, at)).is_ok());
        !found && !unknown
    }

    /// The rows of a group that match a query, in the roster's own order.
    #[must_use]
    pub fn people(&self, roster: &Roster, query: &Query, group: LicensedGroup) -> Vec<u32> {
        let bits = match group {
            LicensedGroup::All => &self.licensed,
            LicensedGroup::Needed => &self.needed,
            LicensedGroup::Unknown => &self.unknown,
        };
        let mut rows = roster.select(query).rows;
        rows.intersect(bits);
        rows.iter()
            .filter_map(|row| u32::try_from(row).ok())
            .collect()
    }
}
