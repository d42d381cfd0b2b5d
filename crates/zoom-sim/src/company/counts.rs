//! Counts over a whole account.

use super::account::Account;
use super::groups::GROUPS;
use super::person::Status;
use super::suite::Suite;
use std::collections::BTreeMap;

/// Numbers of users of an account by status, type, group and licence.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountCounts {
    /// Users by status: active, inactive, pending.
    pub(crate) status: [u64; 3],
    /// Active and inactive users by type: licensed, Basic, on-premises, others.
    pub(crate) types: [u64; 4],
    pub(crate) groups: Vec<u64>,
    /// Holders of webinar licences by size (participants).
    pub(crate) webinars: BTreeMap<u16, u64>,
    /// Holders of large-meeting licences by size (participants).
    pub(crate) large: BTreeMap<u16, u64>,
    /// Holders of base licences that come with a suite; all other licensed users have plain ones.
    pub(crate) suites: BTreeMap<Suite, u64>,
    /// Pending users with a base licence.
    pub(crate) pending: u64,
    /// Time and number of changes at which the users were counted, for checking whether the counts
    /// are still valid.
    pub(crate) key: (i64, u64),
}

impl AccountCounts {
    /// Active and inactive users with a plain licence.
    pub(crate) fn plain(&self) -> u64 {
        self.types[0] - self.suites.values().sum::<u64>()
    }
}

/// Counts the users of an account at `now` (seconds).
pub(crate) fn count(account: &Account, now: i64) -> AccountCounts {
    let mut counts = AccountCounts {
        groups: vec![0; GROUPS],
        ..AccountCounts::default()
    };
    let mut groups = Vec::new();
    for slot in 0..account.slots() {
        let Some(person) = account.occupant(slot, now) else {
            continue;
        };
        let status = person.life.status(now);
        counts.status[status as usize] += 1;
        if status == Status::Pending {
            counts.pending += u64::from(person.user_type(now) == 2);
            continue;
        }
        account.groups(&person, &mut groups);
        for group in &groups {
            counts.groups[*group] += 1;
        }
        let at = match person.user_type(now) {
            2 => 0,
            1 => 1,
            3 => 2,
            _ => 3,
        };
        counts.types[at] += 1;
        if at == 0 {
            if let Some(suite) = person.suite(now) {
                *counts.suites.entry(suite).or_default() += 1;
            }
            if let Some(size) = person.webinar(now) {
                *counts.webinars.entry(size).or_default() += 1;
            }
            if let Some(size) = person.large_meeting(now) {
                *counts.large.entry(size).or_default() += 1;
            }
        }
    }
    counts
}
