//! Counts over a whole account.

use super::account::Account;
use super::groups::GROUPS;
use super::person::Status;
use std::collections::BTreeMap;

/// How many people an account has, by what tells them apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountCounts {
    /// By status: active, inactive, pending.
    pub(crate) status: [u64; 3],
    /// Active and inactive people by user type: licensed, Basic, on-premises, others.
    pub(crate) types: [u64; 4],
    pub(crate) groups: Vec<u64>,
    /// Holders of webinar licences by size.
    pub(crate) webinars: BTreeMap<u16, u64>,
    /// Holders of large-meeting licences by size.
    pub(crate) large: BTreeMap<u16, u64>,
    /// Pending people who hold a licence.
    pub(crate) pending: u64,
    /// Sum over the account's changes, to know whether the counts are still right.
    pub(crate) key: (i64, u64),
}

/// Counts an account as it is at `now` (seconds).
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
