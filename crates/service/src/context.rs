//! The dependencies of all use cases: store, sync engine, clock, randomness, caches and public
//! address.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::Clock;
use store::Store;
use sync::{Engine, Random};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::account_snapshot::AccountSnapshots;
use crate::error::Error;
use crate::notify::{Outgoing, WebhookClient};
use crate::roster::Rosters;

/// The dependencies of use cases. Made once per process by the binary or a test, and shared by the
/// HTTP server and the background jobs.
pub struct Context {
    pub store: Store,
    pub engine: Engine,
    pub clock: Arc<dyn Clock>,
    /// Source of tokens and salts. A parameter because tests need the same values in every run.
    pub random: Arc<dyn Random>,
    pub rosters: Rosters,
    pub accounts: AccountSnapshots,
    /// The address under which browsers reach Seatwise; links in mails and webhooks begin with it.
    pub public_url: Url,
    pub outgoing: Outgoing,
    /// Cancelled when the process ends, so that a long run of changes stops between two changes.
    pub closing: CancellationToken,
    set_up: AtomicBool,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("public_url", &self.public_url.as_str())
            .finish_non_exhaustive()
    }
}

impl Context {
    pub fn new(
        store: Store,
        engine: Engine,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        public_url: Url,
    ) -> Self {
        let connectors = engine.connectors().clone();
        let rosters = Rosters::new(store.clone(), connectors, Arc::clone(&clock));
        Self {
            accounts: AccountSnapshots::new(store.clone(), rosters.clone(), Arc::clone(&clock)),
            rosters,
            outgoing: Outgoing::default(),
            closing: CancellationToken::new(),
            set_up: AtomicBool::new(false),
            store,
            engine,
            clock,
            random,
            public_url,
        }
    }

    /// Sends webhooks through this client instead of one that reaches the public internet only.
    #[must_use]
    pub fn with_webhooks(mut self, webhooks: WebhookClient) -> Self {
        self.outgoing = Outgoing::through(webhooks);
        self
    }

    /// Whether the installation has an owner. The answer is remembered once it is yes, because an
    /// installation never loses its last owner.
    #[crate::boxed]
    pub async fn is_set_up(&self) -> Result<bool, Error> {
        if self.set_up.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let exists = self.store.organisation().await?.is_some();
        if exists {
            self.set_up.store(true, Ordering::Relaxed);
        }
        Ok(exists)
    }

    /// The organisation's threshold for inactivity, in days.
    #[crate::boxed]
    pub async fn inactive_days(&self) -> Result<u16, Error> {
        let organisation = self.store.organisation().await?;
        Ok(organisation
            .and_then(|organisation| u16::try_from(organisation.inactive_days).ok())
            .unwrap_or(insight::query::DEFAULT_INACTIVE_DAYS))
    }
}
