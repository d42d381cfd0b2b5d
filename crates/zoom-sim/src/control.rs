//! The handle with which a test changes the simulator while it runs, and the request counts.

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

/// Request counts since the start, of both accounts together unless stated otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests with a valid token by category, including refused ones.
    pub requests: BTreeMap<&'static str, u64>,
    /// Number of 429 answers because a limit was reached.
    pub refused: u64,
    /// Largest number of accepted requests of one account in any one second, by category.
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

    /// Number of requests of all categories.
    pub fn total(&self) -> u64 {
        self.requests.values().sum()
    }
}

impl Category {
    /// Name of the category in statistics.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Medium => "medium",
            Self::Heavy => "heavy",
            Self::ResourceIntensive => "resource_intensive",
        }
    }
}

/// Changes a running simulator. Clones act on the same simulator.
///
/// Accounts are given by their index, 0 or 1. People are given by e-mail address or id; methods
/// return `false` if no listed person has it.
#[derive(Clone, Debug)]
pub struct Control {
    sim: Sim,
}

impl Sim {
    /// Request counts since the start.
    pub fn stats(&self) -> Stats {
        Stats::of((0..2).map(|account| self.meter(account)))
    }

    /// Returns the handle with which a test changes people, permissions and answers.
    pub fn control(&self) -> Control {
        Control::new(self.clone())
    }
}

impl Control {
    pub(crate) const fn new(sim: Sim) -> Self {
        Self { sim }
    }

    /// Makes every access token that was issued until now expire.
    pub fn expire_access_tokens(&self) {
        let now = self.sim.now_ms();
        self.sim
            .state
            .grants
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .expire_access(now);
    }

    /// Uninstalls the app from an account: access and refresh tokens are revoked.
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

    /// Removes a permission from every role.
    pub fn drop_permission(&self, permission: Permission) {
        self.sim
            .state
            .dropped
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(permission);
    }

    /// Restores a removed permission for every role.
    pub fn restore_permission(&self, permission: Permission) {
        self.sim
            .state
            .dropped
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&permission);
    }

    /// Limits all tokens to these scopes; `None` removes the limit.
    pub fn limit_scopes(&self, scopes: Option<Vec<String>>) {
        *self
            .sim
            .state
            .scopes
            .write()
            .unwrap_or_else(PoisonError::into_inner) = scopes;
    }

    /// Sets the reaction to old refresh tokens that are used again.
    pub fn set_refresh_mode(&self, mode: RefreshMode) {
        self.edit_faults(|faults| faults.refresh = mode);
    }

    /// Changes the switches of [`Faults`].
    pub fn edit_faults(&self, edit: impl FnOnce(&mut Faults)) {
        self.sim.edit_faults(edit);
    }

    /// Adds an injection. Its calls are counted from now on.
    pub fn inject(&self, injection: Injection) {
        self.sim.injections().add(injection);
    }

    /// Removes all injections and their counts.
    pub fn clear_injections(&self) {
        self.sim.injections().clear();
    }

    /// Marks today's calls of a category as used, except `left` ones.
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

    /// Deletes a user: the user disappears from the lists at once but stays in reports of the past.
    pub fn delete_user(&self, account: usize, user: &str) -> bool {
        let now = self.now();
        self.edit(account, user, |overlay| overlay.deleted = Some(now))
    }

    /// Adds an active user at the end of the lists, and returns the e-mail address.
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

    /// Changes the first and last name of a user.
    pub fn rename_user(&self, account: usize, user: &str, first: &str, last: &str) -> bool {
        self.edit(account, user, |overlay| {
            overlay.first = Some(first.to_owned());
            overlay.last = Some(last.to_owned());
        })
    }

    /// Changes the e-mail address of a user.
    pub fn set_email(&self, account: usize, user: &str, email: &str) -> bool {
        self.edit(account, user, |overlay| {
            overlay.email = Some(email.to_owned());
        })
    }

    /// Exchanges the e-mail addresses of two users.
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

    /// Replaces the groups of a user, given by their positions in the list of groups.
    pub fn set_groups(&self, account: usize, user: &str, groups: &[usize]) -> bool {
        let groups = groups
            .iter()
            .copied()
            .filter(|group| *group < GROUPS)
            .collect();
        self.edit(account, user, |overlay| overlay.groups = Some(groups))
    }

    /// Days (since 1970 in UTC) on which the user will host within `days` from now, for tests of
    /// forecasts.
    pub fn future_hosting(&self, account: usize, user: &str, days: u32) -> Vec<i64> {
        let (of, now) = (self.account(account), self.now());
        let Some(person) = of.find(user, now) else {
            return Vec::new();
        };
        let today = now.div_euclid(DAY);
        let mut meetings = Vec::new();
        let hosts = |day: &i64| {
            meetings.clear();
            crate::company::habits::hosted(
                &person,
                &self.sim.state.days.holidays,
                *day,
                &mut meetings,
            );
            !meetings.is_empty()
        };
        (today..today + i64::from(days)).filter(hosts).collect()
    }
}
