//! The simulator as a whole: its state, its addresses, its server.

use crate::api::bought::{self, Bought};
use crate::api::dispatch::rest;
use crate::company::account::Account;
use crate::company::history::{self, PersonHistory, TruthRow};
use crate::company::truth;
use crate::config::{AccountInfo, SignIn};
use crate::oauth;
use crate::state::Sim;
use axum::Router;
use axum::routing::any;
use std::io::{self, Write};

impl Sim {
    /// All pages and endpoints: `/oauth/…` and `/v2/…`.
    pub fn router(&self) -> Router {
        oauth::router()
            .route("/v2", any(rest))
            .route("/v2/{*path}", any(rest))
            .with_state(self.clone())
    }

    /// Both companies.
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

    /// Everybody who can sign in on the permission page, the full role of each account first.
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

    /// Writes what each person of both accounts really needs, one JSON object a line:
    /// `id` (null while pending), `email`, `account_id`, `status`, `licensed`, `persona`, `needs`
    /// (days from a year ago to 180 days ahead on which something happens that Basic cannot do,
    /// each with its reason) and `needs_licence_until` (the last such day from today on, or null).
    pub fn truth(&self, out: &mut dyn Write) -> io::Result<()> {
        let now = self.now_ms().div_euclid(1000);
        let mut accounts = self.state.accounts.iter();
        accounts.try_for_each(|account| truth::write(account, &self.state.days.holidays, now, out))
    }

    /// Everybody of an account (0 or 1) who is listed at some time from one day to another (days
    /// since 1970 in UTC, both included), with what they did until now and what they need on any day
    /// of the range, future joiners and people who are gone included. Nothing is rounded or delayed
    /// as an answer of Zoom would be, except that meetings appear half an hour after their end.
    ///
    /// # Panics
    /// When there is no such account.
    pub fn history(&self, account: usize, from_day: i64, to_day: i64) -> Vec<PersonHistory> {
        let now = self.now_ms().div_euclid(1000);
        let holidays = &self.state.days.holidays;
        let account = &self.state.accounts[account];
        history::history(account, holidays, (from_day, to_day), now)
    }

    /// What everybody of an account (0 or 1) really needs from one day to another (days since 1970 in
    /// UTC, both included).
    ///
    /// # Panics
    /// When there is no such account.
    pub fn truth_of(&self, account: usize, from_day: i64, to_day: i64) -> Vec<TruthRow> {
        let holidays = &self.state.days.holidays;
        history::truth(&self.state.accounts[account], holidays, (from_day, to_day))
    }

    /// The seats that an account (0 or 1) has bought, and how many of them are in use now.
    ///
    /// # Panics
    /// When there is no such account.
    pub fn bought(&self, account: usize) -> Bought {
        let now = self.now_ms().div_euclid(1000);
        bought::bought(&self.state, &self.state.accounts[account], now)
    }
}

/// Serves a simulator until `shutdown` resolves.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    sim: Sim,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, sim.router())
        .with_graceful_shutdown(shutdown)
        .await
}
