//! The simulator as a whole: its state, its addresses, its server.

use crate::api::bought::{self, Bought};
use crate::api::census::Census;
use crate::api::dispatch::rest;
use crate::api::limits::Meter;
use crate::api::permission::Permission;
use crate::company::account::Account;
use crate::company::days::Days;
use crate::company::history::{self, PersonHistory, TruthRow};
use crate::company::truth;
use crate::config::{AccountInfo, Config, Credentials, Faults, OauthApp, Plan, SignIn};
use crate::control::{Control, Stats};
use crate::injection::Injections;
use crate::oauth::{self, Grants};
use crate::seal::Seal;
use axum::Router;
use axum::http::HeaderValue;
use axum::routing::any;
use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Bytes of generated days that are kept.
const SHELF: usize = 96 << 20;
/// Companies above this size are counted outside the threads of the server.
const BIG: u32 = 20_000;

/// A count of an account, and the day of it.
pub(crate) type Dated = (i64, Arc<Census>);

/// Everything that requests share.
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) seal: Seal,
    pub(crate) accounts: Vec<Account>,
    pub(crate) days: Days,
    pub(crate) census: [Mutex<Option<Arc<Census>>>; 2],
    /// What each account was like on the day its contract began.
    pub(crate) contracts: [Mutex<Option<Dated>>; 2],
    pub(crate) grants: Mutex<Grants>,
    meters: [Mutex<Meter>; 2],
    faults: RwLock<Faults>,
    injections: Injections,
    pub(crate) dropped: RwLock<HashSet<Permission>>,
    pub(crate) scopes: RwLock<Option<Vec<String>>>,
    requests: AtomicU64,
}

impl Inner {
    pub(crate) const fn plan(&self) -> Plan {
        self.config.plan
    }

    pub(crate) fn base_url(&self) -> &str {
        self.config.base_url.trim_end_matches('/')
    }
}

/// A simulated Zoom. Clones share their state.
#[derive(Clone)]
pub struct Sim {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for Sim {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sim")
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}

impl Sim {
    /// Sets up both accounts. Costs next to nothing: people are generated when asked for.
    pub fn new(config: Config) -> Self {
        let licensing = config.plan != Plan::Free;
        let account = |index, users| {
            let account = Account::new(config.seed, index, users, licensing);
            account.set_hostile(config.faults.hostile_names);
            account
        };
        let accounts = vec![account(0, config.users), account(1, config.users.min(250))];
        Self {
            inner: Arc::new(Inner {
                seal: Seal::new(config.seed),
                accounts,
                days: Days::new(SHELF),
                census: [Mutex::default(), Mutex::default()],
                contracts: [Mutex::default(), Mutex::default()],
                grants: Mutex::default(),
                meters: [Mutex::default(), Mutex::default()],
                faults: RwLock::new(config.faults.clone()),
                injections: Injections::default(),
                dropped: RwLock::default(),
                scopes: RwLock::default(),
                requests: AtomicU64::new(0),
                config,
            }),
        }
    }

    /// All pages and endpoints: `/oauth/…` and `/v2/…`.
    pub fn router(&self) -> Router {
        oauth::router()
            .route("/v2", any(rest))
            .route("/v2/{*path}", any(rest))
            .with_state(self.clone())
    }

    /// The Server-to-Server app of the first account.
    pub fn credentials(&self) -> Credentials {
        let base = self.inner.base_url().to_owned();
        Credentials {
            api_url: base.clone(),
            oauth_url: base,
            account_id: self.inner.accounts[0].id.clone(),
            client_id: self.inner.seal.secret("server-to-server id", 22),
            client_secret: self.inner.seal.secret("server-to-server secret", 32),
            write_client_id: self.inner.seal.secret("writing id", 22),
            write_client_secret: self.inner.seal.secret("writing secret", 32),
        }
    }

    /// A second Server-to-Server app of the first account, which may change licences and nothing else.
    pub fn write_credentials(&self) -> Credentials {
        let both = self.credentials();
        Credentials {
            client_id: both.write_client_id.clone(),
            client_secret: both.write_client_secret.clone(),
            ..both
        }
    }

    /// The general app that either account can install.
    pub fn oauth_app(&self) -> OauthApp {
        OauthApp {
            client_id: self.inner.seal.secret("general id", 22),
            client_secret: self.inner.seal.secret("general secret", 32),
        }
    }

    /// Both companies.
    pub fn accounts(&self) -> Vec<AccountInfo> {
        let accounts = self.inner.accounts.iter();
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
        self.inner
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

    pub(crate) fn password(&self, account: &Account, slot: u32) -> String {
        self.inner
            .seal
            .secret(&format!("password {} {slot}", account.index), 12)
    }

    /// Writes what each person of both accounts really needs, one JSON object a line:
    /// `id` (null while pending), `email`, `account_id`, `status`, `licensed`, `persona`, `needs`
    /// (days from a year ago to 180 days ahead on which something happens that Basic cannot do,
    /// each with its reason) and `needs_licence_until` (the last such day from today on, or null).
    pub fn truth(&self, out: &mut dyn Write) -> io::Result<()> {
        let now = self.now_ms().div_euclid(1000);
        let mut accounts = self.inner.accounts.iter();
        accounts.try_for_each(|account| truth::write(account, &self.inner.days.holidays, now, out))
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
        let holidays = &self.inner.days.holidays;
        let account = &self.inner.accounts[account];
        history::history(account, holidays, (from_day, to_day), now)
    }

    /// What everybody of an account (0 or 1) really needs from one day to another (days since 1970 in
    /// UTC, both included).
    ///
    /// # Panics
    /// When there is no such account.
    pub fn truth_of(&self, account: usize, from_day: i64, to_day: i64) -> Vec<TruthRow> {
        let holidays = &self.inner.days.holidays;
        history::truth(&self.inner.accounts[account], holidays, (from_day, to_day))
    }

    /// The seats that an account (0 or 1) has bought, and how many of them are in use now.
    ///
    /// # Panics
    /// When there is no such account.
    pub fn bought(&self, account: usize) -> Bought {
        let now = self.now_ms().div_euclid(1000);
        bought::bought(&self.inner, &self.inner.accounts[account], now)
    }

    /// What was asked since the start.
    pub fn stats(&self) -> Stats {
        Stats::of((0..2).map(|account| self.meter(account)))
    }

    /// The handle with which a test changes people, rights and answers.
    pub fn control(&self) -> Control {
        Control::new(self.clone())
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.inner.config.now)()
    }

    pub(crate) fn faults(&self) -> Faults {
        self.inner
            .faults
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn edit_faults(&self, edit: impl FnOnce(&mut Faults)) {
        let mut faults = self
            .inner
            .faults
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        edit(&mut faults);
        self.inner
            .accounts
            .iter()
            .for_each(|account| account.set_hostile(faults.hostile_names));
    }

    pub(crate) fn meter(&self, account: usize) -> MutexGuard<'_, Meter> {
        self.inner.meters[account]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn injections(&self) -> &Injections {
        &self.inner.injections
    }

    pub(crate) fn is_big(&self) -> bool {
        self.inner.accounts[0].slots() > BIG
    }

    pub(crate) async fn delay(&self) {
        if self.inner.config.latency_ms > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(
                self.inner.config.latency_ms,
            ))
            .await;
        }
    }

    /// The header by which Zoom's support finds a request.
    pub(crate) fn tracking(&self) -> HeaderValue {
        let number = self.inner.requests.fetch_add(1, Ordering::Relaxed);
        let id = crate::dice::mix(self.inner.config.seed, number ^ 0x7469_6400_0000_0000);
        HeaderValue::from_str(&format!("v=2.0;clid=us04;rid=WEB_{id:016x}{number:08x}"))
            .unwrap_or_else(|_| HeaderValue::from_static("v=2.0"))
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
