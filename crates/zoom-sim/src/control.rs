//! The handle with which a test changes the simulator while it runs, and what it counted.

use crate::Sim;
use crate::api::limits::{Category, Meter};
use crate::api::permission::Permission;
use crate::calendar::DAY;
use crate::company::account::Account;
use crate::company::groups::GROUPS;
use crate::company::overlay::Overlay;
use crate::company::person::PersonNo;
use crate::config::{Faults, RefreshMode};
use crate::injection::Injection;
use std::collections::BTreeMap;
use std::ops::DerefMut;
use std::sync::PoisonError;

/// Counts since the start, both accounts together unless said otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests with a good token, refused ones included.
    pub requests: BTreeMap<&'static str, u64>,
    /// Answers with 429 because a limit was reached.
    pub refused: u64,
    /// The most requests let through in any one second by one account.
    pub peak_per_second: BTreeMap<&'static str, u64>,
}

impl Stats {
    pub(crate) fn of(meters: impl Iterator<Item = impl DerefMut<Target = Meter>>) -> Self {
        let mut stats = Self::default();
        for meter in meters {
            stats.refused += meter.refused;
            for category in Category::ALL {
                let at = category as usize;
                *stats.requests.entry(category.key()).or_default() += meter.requests[at];
                let peak = stats.peak_per_second.entry(category.key()).or_default();
                *peak = (*peak).max(meter.peak[at]);
            }
        }
        stats
    }

    /// Requests of all categories.
    pub fn total(&self) -> u64 {
        self.requests.values().sum()
    }
}

impl Category {
    /// The name in statistics.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Medium => "medium",
            Self::Heavy => "heavy",
            Self::ResourceIntensive => "resource_intensive",
        }
    }
}

/// Changes a running simulator. Clones act on the same one.
///
/// Accounts are given by their index: 0 or 1. People are named by e-mail address or id; methods
/// say `false` when nobody is listed under it.
#[derive(Clone, Debug)]
pub struct Control {
    sim: Sim,
}

impl Sim {
    /// What was asked since the start.
    pub fn stats(&self) -> Stats {
        Stats::of((0..2).map(|account| self.meter(account)))
    }

    /// The handle with which a test changes people, rights and answers.
    pub fn control(&self) -> Control {
        Control::new(self.clone())
    }
}

impl Control {
    pub(crate) const fn new(sim: Sim) -> Self {
        Self { sim }
    }

    /// Every access token made until now counts as expired.
    pub fn expire_access_tokens(&self) {
        let now = self.sim.now_ms();
        self.sim
            .state
            .grants
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .expire_access(now);
    }

    /// The account uninstalls the app: access and refresh tokens end.
    pub fn revoke_grant(&self, account: usize) {
        let now = self.sim.now_ms();
        let mut grants = self
            .sim
            .state
            .grants
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        grants.end_account(account, now);
    }

    /// Takes a permission from every role.
    pub fn drop_permission(&self, permission: Permission) {
        self.sim
            .state
            .dropped
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(permission);
    }

    /// Gives a dropped permission back.
    pub fn restore_permission(&self, permission: Permission) {
        self.sim
            .state
            .dropped
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&permission);
    }

    /// Only these scopes count, whatever was granted; `None` lifts the restriction.
    pub fn limit_scopes(&self, scopes: Option<Vec<String>>) {
        *self
            .sim
            .state
            .scopes
            .write()
            .unwrap_or_else(PoisonError::into_inner) = scopes;
    }

    /// How reuse of old refresh tokens is treated.
    pub fn set_refresh_mode(&self, mode: RefreshMode) {
        self.edit_faults(|faults| faults.refresh = mode);
    }

    /// Changes switches.
    pub fn edit_faults(&self, edit: impl FnOnce(&mut Faults)) {
        self.sim.edit_faults(edit);
    }

    /// Adds an injection; its calls are counted from now on.
    pub fn inject(&self, injection: Injection) {
        self.sim.injections().add(injection);
    }

    /// Removes all injections.
    pub fn clear_injections(&self) {
        self.sim.injections().clear();
    }

    /// Uses up today's pool of a category but for `left` calls.
    pub fn drain_daily(&self, account: usize, category: Category, left: u64) {
        let (plan, now) = (self.sim.state.plan(), self.sim.now_ms());
        self.sim.meter(account).drain(category, plan, now, left);
    }

    fn account(&self, account: usize) -> &Account {
        &self.sim.state.accounts[account]
    }

    fn now(&self) -> i64 {
        self.sim.now_ms().div_euclid(1000)
    }

    fn edit(&self, account: usize, user: &str, edit: impl FnOnce(&mut Overlay)) -> bool {
        let account = self.account(account);
        let Some(person) = account.find(user, self.now()) else {
            return false;
        };
        account.change(|overlays| edit(overlays.people.entry(person.no).or_default()));
        true
    }

    /// Deletes a user: gone from the lists at once, still in reports of the past.
    pub fn delete_user(&self, account: usize, user: &str) -> bool {
        let now = self.now();
        self.edit(account, user, |overlay| overlay.deleted = Some(now))
    }

    /// Adds an active user at the end of the lists, and gives the e-mail address.
    pub fn create_user(&self, account: usize) -> Option<String> {
        let (account, now) = (self.account(account), self.now());
        let slot = account.slots();
        account.change(|overlays| overlays.created.push(now));
        let person = account.person(PersonNo {
            slot,
            generation: 0,
        })?;
        Some(account.face(&person).email)
    }

    /// Changes first and last name.
    pub fn rename_user(&self, account: usize, user: &str, first: &str, last: &str) -> bool {
        self.edit(account, user, |overlay| {
            overlay.first = Some(first.to_owned());
            overlay.last = Some(last.to_owned());
        })
    }

    /// Changes the e-mail address.
    pub fn set_email(&self, account: usize, user: &str, email: &str) -> bool {
        self.edit(account, user, |overlay| {
            overlay.email = Some(email.to_owned());
        })
    }

    /// Two users exchange their e-mail addresses.
    pub fn swap_emails(&self, account: usize, one: &str, other: &str) -> bool {
        let (of, now) = (self.account(account), self.now());
        let (Some(first), Some(second)) = (of.find(one, now), of.find(other, now)) else {
            return false;
        };
        let emails = (of.face(&first).email, of.face(&second).email);
        of.change(|overlays| {
            overlays.people.entry(first.no).or_default().email = Some(emails.1);
            overlays.people.entry(second.no).or_default().email = Some(emails.0);
        });
        true
    }

    /// Puts a user into these groups only, by their place in the list of groups.
    pub fn set_groups(&self, account: usize, user: &str, groups: &[usize]) -> bool {
        let groups = groups
            .iter()
            .copied()
            .filter(|group| *group < GROUPS)
            .collect();
        self.edit(account, user, |overlay| overlay.groups = Some(groups))
    }

    /// Dates (days since 1970 in UTC) on which the user hosts something within `days` from now:
    /// what the future would bring, for tests of forecasts.
    pub fn future_hosting(&self, account: usize, user: &str, days: u32) -> Vec<i64> {
        let (of, now) = (self.account(account), self.now());
        let Some(person) = of.find(user, now) else {
            return Vec::new();
        };
        let today = now.div_euclid(DAY);
        let mut held = Vec::new();
        let hosts = |day: &i64| {
            held.clear();
            crate::company::habits::held(&person, &self.sim.state.days.holidays, *day, &mut held);
            !held.is_empty()
        };
        (today..today + i64::from(days)).filter(hosts).collect()
    }
}
