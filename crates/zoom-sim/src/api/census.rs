//! Counts over a whole account, kept for a minute: totals of lists, sizes of groups, licences.

use crate::Inner;
use crate::company::account::Account;
use crate::company::face::GROUPS;
use crate::company::person::Status;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

/// How many people an account has, by what tells them apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Census {
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
    /// Sum over the account's changes, to know whether the census is still right.
    key: (i64, u64),
}

/// Counts an account as it is at `now` (seconds), or within the minute before.
pub(crate) fn census(sim: &Inner, account: &Account, now: i64) -> Arc<Census> {
    // Small companies are counted each time, so that totals are exact to the second.
    let grain = if account.slots() <= 20_000 { 1 } else { 60 };
    let key = (now / grain, account.changes());
    {
        let kept = sim.census[account.index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(census) = kept.as_ref().filter(|census| census.key == key) {
            return Arc::clone(census);
        }
    }
    let census = Arc::new(Census {
        key,
        ..count(account, now)
    });
    let mut kept = sim.census[account.index]
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    *kept = Some(Arc::clone(&census));
    census
}

/// Counts an account as it is at `now` (seconds).
pub(crate) fn count(account: &Account, now: i64) -> Census {
    let mut census = Census {
        groups: vec![0; GROUPS],
        ..Census::default()
    };
    let mut groups = Vec::new();
    for slot in 0..account.slots() {
        let Some(person) = account.occupant(slot, now) else {
            continue;
        };
        let status = person.life.status(now);
        census.status[status as usize] += 1;
        if status == Status::Pending {
            census.pending += u64::from(person.user_type(now) == 2);
            continue;
        }
        account.groups(&person, &mut groups);
        for group in &groups {
            census.groups[*group] += 1;
        }
        let at = match person.user_type(now) {
            2 => 0,
            1 => 1,
            3 => 2,
            _ => 3,
        };
        census.types[at] += 1;
        if at == 0 {
            if let Some(size) = person.webinar(now) {
                *census.webinars.entry(size).or_default() += 1;
            }
            if let Some(size) = person.large_meeting(now) {
                *census.large.entry(size).or_default() += 1;
            }
        }
    }
    census
}
