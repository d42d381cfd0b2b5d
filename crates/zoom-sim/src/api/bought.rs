//! Seats that a company has bought: by its contract of the year, with something to spare.

use super::counts::counts;
use crate::SimState;
use crate::calendar::{DAY, civil, day_of};
use crate::company::account::Account;
use crate::company::counts::{AccountCounts, count};
use crate::config::Plan;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

/// Seats of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// Bought.
    pub bought: u64,
    /// Held by active people.
    pub assigned: u64,
    /// Held by people who have not accepted their invitation.
    pub pending: u64,
}

impl Seats {
    /// Whether nobody else can have one.
    pub(crate) const fn exhausted(&self) -> bool {
        self.assigned + self.pending >= self.bought
    }
}

/// What an account has bought, and how much of it is in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bought {
    /// Base licences.
    pub base: Seats,
    /// Webinar licences by size.
    pub webinar: BTreeMap<u16, Seats>,
    /// Large-meeting licences by size.
    pub large: BTreeMap<u16, Seats>,
}

/// Contracts begin on 1 April; this is the last one before a day.
fn contract_start(day: i64) -> i64 {
    let (year, month, _) = civil(day);
    day_of(if month < 4 { year - 1 } else { year }, 4, 1)
}

/// Companies buy in steps and a little more than they assign.
fn wanted(used: u64, step: u64) -> u64 {
    (used + used / 20 + 1).next_multiple_of(step)
}

/// What the account was like when its contract began.
fn at_contract(sim: &SimState, account: &Account, day: i64) -> Arc<AccountCounts> {
    let mut kept = sim.contracts[account.index]
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    match kept.as_ref() {
        Some((of, counts)) if *of == day => Arc::clone(counts),
        _ => {
            let counts = Arc::new(count(account, day * DAY));
            *kept = Some((day, Arc::clone(&counts)));
            counts
        }
    }
}

/// What the account has bought at `now` (seconds).
pub(crate) fn bought(sim: &SimState, account: &Account, now: i64) -> Bought {
    if sim.plan() == Plan::Free {
        return Bought::default();
    }
    let then = at_contract(sim, account, contract_start(now.div_euclid(DAY)));
    let counts = counts(sim, account, now);
    let add_ons = |then: &BTreeMap<u16, u64>, now: &BTreeMap<u16, u64>| {
        let sizes = then.keys().chain(now.keys());
        let seats = |size: &u16| {
            let assigned = now.get(size).copied().unwrap_or_default();
            let planned = wanted(then.get(size).copied().unwrap_or_default(), 1);
            let bought = planned.max(assigned);
            (
                *size,
                Seats {
                    bought,
                    assigned,
                    pending: 0,
                },
            )
        };
        sizes.map(seats).collect()
    };
    let (assigned, pending) = (counts.types[0], counts.pending);
    let planned = wanted(then.types[0] + then.pending, 10);
    Bought {
        // Who grows faster than planned has bought more on the way.
        base: Seats {
            bought: planned.max((assigned + pending).next_multiple_of(5)),
            assigned,
            pending,
        },
        webinar: add_ons(&then.webinars, &counts.webinars),
        large: add_ons(&then.large, &counts.large),
    }
}
