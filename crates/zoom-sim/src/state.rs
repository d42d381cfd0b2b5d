//! The state that all requests share.

use crate::api::limits::Meter;
use crate::api::permission::Permission;
use crate::company::account::Account;
use crate::company::counts::AccountCounts;
use crate::company::days::Days;
use crate::config::{Config, Credentials, Faults, OauthApp, Plan};
use crate::injection::Injections;
use crate::oauth::grants::Grants;
use crate::request_log::RequestLog;
use crate::seal::Seal;
use axum::http::HeaderValue;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Size of the cache of generated days in bytes.
const DAY_CACHE_BYTES: usize = 96 << 20;
/// Accounts above this number of seats are counted outside the server's threads.
const BIG: u32 = 20_000;

/// The counts of an account on a day, with the day.
pub(crate) type Dated = (i64, Arc<AccountCounts>);

/// The state that all requests share.
pub(crate) struct SimState {
    pub(crate) config: Config,
    pub(crate) seal: Seal,
    pub(crate) accounts: Vec<Account>,
    pub(crate) days: Days,
    pub(crate) counts: [Mutex<Option<Arc<AccountCounts>>>; 2],
    /// Counts of each account on the day on which its contract began.
    pub(crate) contracts: [Mutex<Option<Dated>>; 2],
    pub(crate) grants: Mutex<Grants>,
    meters: [Mutex<Meter>; 2],
    faults: RwLock<Faults>,
    injections: Injections,
    pub(crate) log: RequestLog,
    pub(crate) dropped: RwLock<HashSet<Permission>>,
    pub(crate) scopes: RwLock<Option<Vec<String>>>,
    requests: AtomicU64,
}

impl SimState {
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
    pub(crate) state: Arc<SimState>,
}

impl std::fmt::Debug for Sim {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sim")
            .field("config", &self.state.config)
            .finish_non_exhaustive()
    }
}

impl Sim {
    /// Creates a simulator with both accounts. This is cheap, because people are generated on request.
    pub fn new(config: Config) -> Self {
        let licensing = config.plan != Plan::Free;
        let account = |index, users| {
            let account = Account::new(config.seed, index, users, (licensing, config.suites));
            account.set_hostile(config.faults.hostile_names);
            account
        };
        let accounts = vec![account(0, config.users), account(1, config.users.min(250))];
        Self {
            state: Arc::new(SimState {
                seal: Seal::new(config.seed),
                accounts,
                days: Days::new(DAY_CACHE_BYTES),
                counts: [Mutex::default(), Mutex::default()],
                contracts: [Mutex::default(), Mutex::default()],
                grants: Mutex::default(),
                meters: [Mutex::default(), Mutex::default()],
                faults: RwLock::new(config.faults.clone()),
                injections: Injections::default(),
                log: RequestLog::default(),
                dropped: RwLock::default(),
                scopes: RwLock::default(),
                requests: AtomicU64::new(0),
                config,
            }),
        }
    }

    /// The Server-to-Server app of the first account.
    pub fn credentials(&self) -> Credentials {
        let base = self.state.base_url().to_owned();
        Credentials {
            api_url: base.clone(),
            oauth_url: base,
            account_id: self.state.accounts[0].id.clone(),
            client_id: self.state.seal.secret("server-to-server id", 22),
            client_secret: self.state.seal.secret("server-to-server secret", 32),
            write_client_id: self.state.seal.secret("writing id", 22),
            write_client_secret: self.state.seal.secret("writing secret", 32),
        }
    }

    /// The second Server-to-Server app of the first account, which may only change licences.
    pub fn write_credentials(&self) -> Credentials {
        let both = self.credentials();
        Credentials {
            client_id: both.write_client_id.clone(),
            client_secret: both.write_client_secret.clone(),
            ..both
        }
    }

    /// The general app that both accounts can install.
    pub fn oauth_app(&self) -> OauthApp {
        OauthApp {
            client_id: self.state.seal.secret("general id", 22),
            client_secret: self.state.seal.secret("general secret", 32),
        }
    }

    pub(crate) fn password(&self, account: &Account, slot: u32) -> String {
        self.state
            .seal
            .secret(&format!("password {} {slot}", account.index), 12)
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.state.config.now)()
    }

    pub(crate) fn faults(&self) -> Faults {
        self.state
            .faults
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn edit_faults(&self, edit: impl FnOnce(&mut Faults)) {
        let mut faults = self
            .state
            .faults
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        edit(&mut faults);
        self.state
            .accounts
            .iter()
            .for_each(|account| account.set_hostile(faults.hostile_names));
    }

    pub(crate) fn meter(&self, account: usize) -> MutexGuard<'_, Meter> {
        self.state.meters[account]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn injections(&self) -> &Injections {
        &self.state.injections
    }

    pub(crate) fn is_big(&self) -> bool {
        self.state.accounts[0].slots() > BIG
    }

    pub(crate) async fn delay(&self) {
        if self.state.config.latency_ms > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(
                self.state.config.latency_ms,
            ))
            .await;
        }
    }

    /// Value of the header with which Zoom's support finds a request.
    pub(crate) fn tracking(&self) -> HeaderValue {
        let number = self.state.requests.fetch_add(1, Ordering::Relaxed);
        let id = crate::dice::mix(self.state.config.seed, number ^ 0x7469_6400_0000_0000);
        HeaderValue::from_str(&format!("v=2.0;clid=us04;rid=WEB_{id:016x}{number:08x}"))
            .unwrap_or_else(|_| HeaderValue::from_static("v=2.0"))
    }
}
