//! The public functions of the simulator and its HTTP server.

use crate::api::bought::{self, Bought};
use crate::api::dispatch::rest;
use crate::company::account::Account;
use crate::company::history::{self, PersonHistory, TruthRow};
use crate::company::truth;
use crate::config::{AccountInfo, SignIn};
use crate::counting;
use crate::oauth;
use crate::state::Sim;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::any;
use std::io::{self, Write};

impl Sim {
    /// The routes of all pages and endpoints: `/oauth/…` and `/v2/…`.
    pub fn router(&self) -> Router {
        oauth::router()
            .route("/v2", any(rest))
            .route("/v2/{*path}", any(rest))
            .layer(from_fn_with_state(self.clone(), counting::count))
            .with_state(self.clone())
    }

    /// Describes both simulated accounts and their users for sign-in.
    pub fn accounts(&self) -> Vec<AccountInfo> {
        let accounts = self.state.accounts.iter();
        accounts
            .map(|account| AccountInfo {
                id: account.id.clone(),
                name: account.name.to_owned(),
                users: u64::from(account.slots()),
                sign_ins: self.sign_ins_of(account),
            })
            .collect()
    }

    /// All users that can sign in on the consent page, the one with all permissions first.
    pub fn sign_ins(&self) -> Vec<SignIn> {
        self.state
            .accounts
            .iter()
            .flat_map(|account| self.sign_ins_of(account))
            .collect()
    }

    fn sign_ins_of(&self, account: &Account) -> Vec<SignIn> {
        let roles = [
            "service account with every permission",
            "service account without Operational Logs (Admin Activity Logs)",
            "service account without User Activity Reports",
            "plain member who may not install apps for the account",
        ];
        let now = self.now_ms().div_euclid(1000);
        let people = (0..4).filter_map(|slot| account.occupant(slot, now));
        people
            .zip(roles)
            .map(|(person, role)| SignIn {
                account: account.index,
                account_id: account.id.clone(),
                full_role: person.no.slot == 0,
                email: account.face(&person).email,
                password: self.password(account, person.no.slot),
                role: role.to_owned(),
            })
            .collect()
    }

    /// Writes the real needs of each person of both accounts, one JSON object per line:
    /// `id` (null while pending), `email`, `account_id`, `status`, `licensed`, `persona`, `needs`
    /// (days from a year ago to 180 days ahead with an event that Basic does not allow, each with its
    /// reason) and `needs_licence_until` (the last such day from today on, or null).
    pub fn truth(&self, out: &mut dyn Write) -> io::Result<()> {
        let now = self.now_ms().div_euclid(1000);
        let mut accounts = self.state.accounts.iter();
        accounts.try_for_each(|account| truth::write(account, &self.state.days.holidays, now, out))
    }

    /// All people of an account (0 or 1) that are listed at some time of a range of days (since 1970 in
    /// UTC, both ends included), with their activity until now and their needs on the days of the range.
    /// Includes future joiners and deleted people. In contrast to Zoom's answers nothing is rounded or
    /// delayed, except that meetings appear half an hour after their end.
    ///
    /// # Panics
    /// If the index is not 0 or 1.
    pub fn history(&self, account: usize, from_day: i64, to_day: i64) -> Vec<PersonHistory> {
        let now = self.now_ms().div_euclid(1000);
        let holidays = &self.state.days.holidays;
        let account = &self.state.accounts[account];
        history::history(account, holidays, (from_day, to_day), now)
    }

    /// The real needs of all people of an account (0 or 1) in a range of days (since 1970 in UTC, both
    /// ends included).
    ///
    /// # Panics
    /// If the index is not 0 or 1.
    pub fn truth_of(&self, account: usize, from_day: i64, to_day: i64) -> Vec<TruthRow> {
        let holidays = &self.state.days.holidays;
        history::truth(&self.state.accounts[account], holidays, (from_day, to_day))
    }

    /// The seats that an account (0 or 1) has bought, and how many of them are in use now.
    ///
    /// # Panics
    /// If the index is not 0 or 1.
    pub fn bought(&self, account: usize) -> Bought {
        let now = self.now_ms().div_euclid(1000);
        bought::bought(&self.state, &self.state.accounts[account], now)
    }
}

/// Serves a simulator until `shutdown` resolves.
///
/// # Errors
/// If accepting connections fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    sim: Sim,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, sim.router())
        .with_graceful_shutdown(shutdown)
        .await
}
