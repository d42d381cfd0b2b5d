//! The engine ties store, Zoom client and configuration together: one client and one pacer per
//! integration and process, the worker loop, and syncs that somebody asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::{Integration, IntegrationId, Plan, RunState};
use store::Store;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use zoom::pacer::{Category, Limits, Pacer};
use zoom::{Client, TokenSource};

use crate::config::Config;
use crate::error::SyncError;
use crate::run;
use crate::tokens::IntegrationTokens;

/// How long a lease lasts when its holder falls silent.
pub(crate) const LEASE_MS: i64 = 30 * 1000;
/// How many integrations one process synchronises at the same time.
const AT_ONCE: usize = 4;
/// How long the end of a process waits for a refresh.
const REFRESH_TIME: Duration = Duration::from_secs(8);
/// How often the worker looks whether something is due when nobody wakes it.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

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

/// One integration's client in this process.
pub(crate) struct Account {
    plan: Plan,
    budget_percent: i32,
    pub(crate) client: Client,
    pub(crate) pacer: Arc<Pacer>,
    pub(crate) limits: Limits,
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

    /// The store that it writes to.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// What it was handed.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Makes the worker look for due work at once.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    pub(crate) fn limits(&self, plan: Plan, percent: i32) -> Limits {
        self.config().limits.clone().unwrap_or_else(|| {
            Limits::of(
                zoom_plan(plan),
                u8::try_from(percent.clamp(1, 100)).unwrap_or(50),
            )
        })
    }

    pub(crate) fn pacer(&self, limits: Limits, used: &[(Category, u64)]) -> Arc<Pacer> {
        Arc::new(Pacer::new(limits, self.config().shared_now(), used))
    }

    pub(crate) fn client_with(&self, tokens: Arc<dyn TokenSource>, pacer: Arc<Pacer>) -> Client {
        let config = self.config();
        let random = Arc::clone(&config.random);
        Client::new(
            Arc::clone(&config.transport),
            tokens,
            pacer,
            config.hosts,
            config.shared_now(),
            Arc::new(move || random.unit()),
        )
    }

    /// The client of an integration: the same for everybody in this process, so that all share its
    /// pacer and its token.
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
        let today = self.config().clock.now().day();
        let used: Vec<(Category, u64)> = self
            .store()
            .daily_requests(integration.id, today)
            .await?
            .into_iter()
            .filter_map(|(name, count)| {
                let category = Category::ALL.into_iter().find(|c| c.as_str() == name)?;
                Some((category, u64::try_from(count).unwrap_or(0)))
            })
            .collect();
        let tokens = IntegrationTokens::new(
            self.store().clone(),
            self.config().clone(),
            integration.id,
            self.0.refreshes.clone(),
        );
        let limits = self.limits(integration.plan, integration.budget_percent);
        let pacer = self.pacer(limits.clone(), &used);
        let account = Arc::new(Account {
            plan: integration.plan,
            budget_percent: integration.budget_percent,
            client: self.client_with(Arc::new(tokens), Arc::clone(&pacer)),
            pacer,
            limits,
        });
        let mut accounts = self.accounts();
        // Somebody may have been quicker; two pacers for one account would exceed its limits.
        if let Some(theirs) = accounts.get(&integration.id).filter(|a| same(a)) {
            return Ok(Arc::clone(theirs));
        }
        accounts.insert(integration.id, Arc::clone(&account));
        Ok(account)
    }

    /// Drops what is remembered of an integration, after its grant changed or it went away.
    pub(crate) fn forget(&self, id: IntegrationId) {
        self.accounts().remove(&id);
    }

    fn accounts(&self) -> std::sync::MutexGuard<'_, HashMap<IntegrationId, Arc<Account>>> {
        // A map stays whole whatever panicked while it was held.
        self.0
            .accounts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs what is due until `stop`, then waits until every run has put down what it held.
    pub async fn work(&self, stop: CancellationToken) {
        let mut runs = JoinSet::new();
        loop {
            while runs.len() < AT_ONCE && !stop.is_cancelled() {
                match self
                    .store()
                    .lease_next(&self.config().holder, LEASE_MS)
                    .await
                {
                    Ok(Some((lease, integration))) => {
                        let (engine, stop) = (self.clone(), stop.clone());
                        runs.spawn(async move {
                            run::carry_out(&engine, lease, &integration, stop).await;
                        });
                    }
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(%error, "due work could not be looked up");
                        break;
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.0.wake.notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                Some(ended) = runs.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a sync run broke off");
                    }
                }
            }
        }
        while runs.join_next().await.is_some() {}
        self.finish_refreshes().await;
    }

    /// Runs something to its end, also when the caller goes away or the process is told to end.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, tokio::task::JoinError> {
        self.0.refreshes.spawn(work).await
    }

    /// Waits for refreshes that have begun: half a refresh costs the connection.
    async fn finish_refreshes(&self) {
        self.0.refreshes.close();
        if tokio::time::timeout(REFRESH_TIME, self.0.refreshes.wait())
            .await
            .is_err()
        {
            tracing::warn!("a token refresh is still under way");
        }
        self.0.refreshes.reopen();
    }

    /// Synchronises one integration now and waits for the end.
    pub async fn sync_now(
        &self,
        id: IntegrationId,
        stop: CancellationToken,
    ) -> Result<RunState, SyncError> {
        let integration = self
            .store()
            .integration(id)
            .await?
            .ok_or(SyncError::UnknownIntegration(id))?;
        if integration.state != model::IntegrationState::Active {
            return Err(SyncError::NotRunnable {
                id,
                reason: integration
                    .state_reason
                    .unwrap_or_else(|| integration.state.value().replace('_', " ")),
            });
        }
        let lease = self
            .store()
            .lease(id, &self.config().holder, LEASE_MS)
            .await?
            .ok_or(SyncError::Busy(id))?;
        // A task of its own: it queues for connections of the store, which it could not take when the
        // caller, to show the progress, waits for one itself and does not poll this meanwhile.
        let engine = self.clone();
        let run =
            tokio::spawn(async move { run::carry_out(&engine, lease, &integration, stop).await });
        let ended = run.await;
        self.finish_refreshes().await;
        match ended {
            Ok(state) => Ok(state),
            Err(broken) if broken.is_panic() => std::panic::resume_unwind(broken.into_panic()),
            // Only when the whole runtime ends.
            Err(_) => Ok(RunState::Postponed),
        }
    }
}

/// The plan in the words of the Zoom client.
#[must_use]
pub fn zoom_plan(plan: Plan) -> zoom::pacer::Plan {
    match plan {
        Plan::Free => zoom::pacer::Plan::Free,
        Plan::Pro => zoom::pacer::Plan::Pro,
        Plan::Business => zoom::pacer::Plan::Business,
    }
}
