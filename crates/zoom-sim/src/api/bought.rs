//! Seats that a company has bought by its yearly contract, always a few more than it assigns.

use super::counts::counts;
use crate::SimState;
use crate::calendar::{DAY, civil, day_of};
use crate::company::account::Account;
use crate::company::counts::{AccountCounts, count};
use crate::config::Plan;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

/// Numbers of seats of one licence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// Number of seats that the contract includes.
    pub bought: u64,
    /// Number of seats assigned to active users.
    pub assigned: u64,
    /// Number of seats assigned to pending users.
    pub pending: u64,
}

impl Seats {
    /// Whether all seats are assigned.
    pub(crate) const fn exhausted(&self) -> bool {
        self.assigned + self.pending >= self.bought
    }
}

/// The seats that an account has bought, and how many of them are in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bought {
    /// Seats of the plain base licence.
    pub base: Seats,
    /// Seats of base licences that come with a suite: member of the plan usage and the name of the type
    /// there.
    pub suites: BTreeMap<(&'static str, &'static str), Seats>,
    /// Seats of webinar licences by size (participants).
    pub webinar: BTreeMap<u16, Seats>,
    /// Seats of large-meeting licences by size (participants).
    pub large: BTreeMap<u16, Seats>,
}

/// Day number of the last 1 April before a day, because contracts begin on 1 April.
fn contract_start(day: i64) -> i64 {
    let (year, month, _) = civil(day);
    day_of(if month < 4 { year - 1 } else { year }, 4, 1)
}

/// The number of seats bought for `used` ones: in steps, and a little more than are used.
fn wanted(used: u64, step: u64) -> u64 {
    (used + used / 20 + 1).next_multiple_of(step)
}

/// The counts of the account at the start of its contract on `day`, cached.
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

/// The seats that the account has bought at `now` (seconds).
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
    let (assigned, pending) = (counts.plain(), counts.pending);
    let planned = wanted(then.plain() + then.pending, 10);
    let mut suites: BTreeMap<_, Seats> = BTreeMap::new();
    for suite in then.suites.keys().chain(counts.suites.keys()) {
        suites.entry(suite.plan()).or_default();
    }
    for (plan, seats) in &mut suites {
        let held = |counts: &AccountCounts| -> u64 {
            let on = counts
                .suites
                .iter()
                .filter(|(suite, _)| suite.plan() == *plan);
            on.map(|(_, held)| held).sum()
        };
        seats.assigned = held(&counts);
        seats.bought = wanted(held(&then), 5).max(seats.assigned);
    }
    Bought {
        // A company that grew faster than planned has bought more seats during the year.
        base: Seats {
            bought: planned.max((assigned + pending).next_multiple_of(5)),
            assigned,
            pending,
        },
        suites,
        webinar: add_ons(&then.webinars, &counts.webinars),
        large: add_ons(&then.large, &counts.large),
    }
}
