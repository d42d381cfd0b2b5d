//! Counts over a whole account, kept for a minute: totals of lists, sizes of groups, licences.

use crate::SimState;
use crate::company::account::Account;
use crate::company::counts::{AccountCounts, count};
use std::sync::{Arc, PoisonError};

/// The counts of an account at `now` (seconds); for a large account up to a minute old.
pub(crate) fn counts(sim: &SimState, account: &Account, now: i64) -> Arc<AccountCounts> {
    // Small accounts are counted every second, so that totals are exact.
    let grain = if account.slots() <= 20_000 { 1 } else { 60 };
    let key = (now / grain, account.changes());
    {
        let kept = sim.counts[account.index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = kept.as_ref().filter(|counts| counts.key == key) {
            return Arc::clone(counts);
        }
    }
    let counts = Arc::new(AccountCounts {
        key,
        ..count(account, now)
    });
    let mut kept = sim.counts[account.index]
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    *kept = Some(Arc::clone(&counts));
    counts
}
