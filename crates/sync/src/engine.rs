//! The engine ties store, connectors and configuration together. Every part of a process uses the same
//! session of an integration, because two sessions would exceed the account's rate limits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connector::{AnswerCount, Budget, Connector, Session, TokenSource};
use model::{Application, Integration, IntegrationId, Plan};
use store::Store;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::connectors::Connectors;
use crate::error::SyncError;
use crate::tokens::IntegrationTokens;

/// Milliseconds until a lease expires when its holder does not renew it.
pub(crate) const LEASE_MS: i64 = 30 * 1000;
/// How long the end of a process waits for refreshes and changes that have begun.
const REFRESH_TIME: Duration = Duration::from_secs(8);

/// Everything that synchronises. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Store,
    config: Config,
    wake: Notify,
    accounts: Mutex<HashMap<IntegrationId, Arc<Account>>>,
    /// Token refreshes and changes under way: a process must not end in the middle of one.
    refreshes: TaskTracker,
}

/// The session of one integration in this process.
pub(crate) struct Account {
    plan: Plan,
    budget_percent: i32,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) session: Arc<dyn Session>,
}

impl Engine {
    /// An engine over this store.
    #[must_use]
    pub fn new(store: Store, config: Config) -> Self {
        let inner = Inner {
            store,
            config,
            wake: Notify::new(),
            accounts: Mutex::default(),
            refreshes: TaskTracker::new(),
        };
        Self(Arc::new(inner))
    }

    /// The store that runs write to.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The configuration that the engine was made with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The applications that can be connected.
    #[must_use]
    pub fn connectors(&self) -> &Connectors {
        &self.0.config.connectors
    }

    /// The application with this key.
    #[must_use]
    pub fn application(&self, key: &str) -> Option<&'static Application> {
        self.connectors().application(key)
    }

    /// Makes the worker look for due work at once.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Waits until [`Engine::wake`] is called.
    pub(crate) async fn woken(&self) {
        self.0.wake.notified().await;
    }

    pub(crate) fn connector(&self, application: &str) -> Result<&Arc<dyn Connector>, SyncError> {
        self.connectors()
            .connector(application)
            .ok_or_else(|| SyncError::UnknownApplication(application.to_owned()))
    }

    /// A session without a history of requests, for credentials that are not an integration yet.
    pub(crate) fn new_session(
        connector: &Arc<dyn Connector>,
        tokens: Arc<dyn TokenSource>,
        plan: Plan,
        percent: i32,
    ) -> Arc<dyn Session> {
        connector.session(tokens, &budget(plan, percent, Vec::new()))
    }

    /// The session of an integration: the same one for all callers in this process.
    pub(crate) async fn account(
        &self,
        integration: &Integration,
    ) -> Result<Arc<Account>, SyncError> {
        let same = |account: &Arc<Account>| {
            account.plan == integration.plan && account.budget_percent == integration.budget_percent
        };
        if let Some(account) = self.accounts().get(&integration.id).filter(|a| same(a)) {
            return Ok(Arc::clone(account));
        }
        let connector = Arc::clone(self.connector(&integration.application)?);
        let today = self.config().clock.now().day();
        let used = self.store().daily_requests(integration.id, today).await?;
        let used = used
            .into_iter()
            .map(|(name, count)| (name, u64::try_from(count).unwrap_or(0)))
            .collect();
        let tokens = self.tokens_of(Arc::clone(&connector), integration.id);
        let budget = budget(integration.plan, integration.budget_percent, used);
        let account = Arc::new(Account {
            plan: integration.plan,
            budget_percent: integration.budget_percent,
            session: connector.session(Arc::new(tokens), &budget),
            connector,
        });
        let mut accounts = self.accounts();
        // Another task may have been quicker; two pacers for one account would exceed its limits.
        if let Some(theirs) = accounts.get(&integration.id).filter(|a| same(a)) {
            return Ok(Arc::clone(theirs));
        }
        accounts.insert(integration.id, Arc::clone(&account));
        Ok(account)
    }

    /// The access token of an integration, as it is stored.
    pub(crate) fn tokens_of(
        &self,
        connector: Arc<dyn Connector>,
        id: IntegrationId,
    ) -> IntegrationTokens {
        IntegrationTokens::new(
            self.store().clone(),
            self.config().clone(),
            connector,
            id,
            self.0.refreshes.clone(),
        )
    }

    /// Drops the session of an integration, after its grant changed or it was removed.
    pub(crate) fn forget(&self, id: IntegrationId) {
        self.accounts().remove(&id);
    }

    /// The answers to the requests of this process, for each integration that it has a session of.
    pub fn answers(&self) -> Vec<(IntegrationId, Vec<AnswerCount>)> {
        let accounts = self.accounts();
        let mut all: Vec<_> = accounts
            .iter()
            .map(|(id, account)| (*id, account.session.answers()))
            .collect();
        all.sort_by_key(|(id, _)| *id);
        all
    }

    fn accounts(&self) -> std::sync::MutexGuard<'_, HashMap<IntegrationId, Arc<Account>>> {
        // A map stays whole whatever panicked while it was locked.
        self.0
            .accounts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something to its end, also when the caller stops polling or the process is asked to end.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, tokio::task::JoinError> {
        self.0.refreshes.spawn(work).await
    }

    /// Waits for refreshes that have begun, because half a refresh costs the connection.
    pub(crate) async fn finish_refreshes(&self) {
        self.0.refreshes.close();
        if tokio::time::timeout(REFRESH_TIME, self.0.refreshes.wait())
            .await
            .is_err()
        {
            tracing::warn!("a token refresh is still under way");
        }
        self.0.refreshes.reopen();
    }
}

fn budget(plan: Plan, percent: i32, used_today: Vec<(String, u64)>) -> Budget {
    Budget {
        plan,
        percent: u8::try_from(percent.clamp(1, 100)).unwrap_or(50),
        used_today,
    }
}
