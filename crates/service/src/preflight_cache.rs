//! Results of the last check of each integration's permissions and scopes, kept in memory. A check
//! sends requests to the application, so it is made after connecting and on demand only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::IntegrationId;
use sync::{Engine, Preflight, SyncError};

/// The checks of all integrations. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct PreflightCache(Arc<Mutex<HashMap<IntegrationId, Checks>>>);

/// The checks of one integration.
#[derive(Debug, Default)]
struct Checks {
    last: Option<Arc<Preflight>>,
    /// Whether a check was started automatically.
    automatic: bool,
    /// Number of checks in the background.
    running: usize,
}

/// Counts as a running check until it is dropped.
struct Underway(PreflightCache, IntegrationId);

impl Underway {
    fn new(checks: &PreflightCache, id: IntegrationId) -> Self {
        checks.all().entry(id).or_default().running += 1;
        Self(checks.clone(), id)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some(checks) = self.0.all().get_mut(&self.1) {
            checks.running -= 1;
        }
    }
}

impl PreflightCache {
    /// The result of the last check.
    pub fn last(&self, id: IntegrationId) -> Option<Arc<Preflight>> {
        self.all().get(&id)?.last.clone()
    }

    /// Whether a check is running.
    pub fn underway(&self, id: IntegrationId) -> bool {
        self.all().get(&id).is_some_and(|checks| checks.running > 0)
    }

    /// Checks and waits for the result.
    #[crate::boxed]
    pub async fn make(&self, engine: &Engine, id: IntegrationId) -> Result<(), SyncError> {
        let result = engine.preflight(id).await?;
        self.all().entry(id).or_default().last = Some(Arc::new(result));
        Ok(())
    }

    /// Starts a check in the background. If it fails, the previous result stays.
    pub fn begin(&self, engine: &Engine, id: IntegrationId) {
        let (checks, engine) = (self.clone(), engine.clone());
        let underway = Underway::new(self, id);
        tokio::spawn(async move {
            let _underway = underway;
            if let Err(error) = checks.make(&engine, id).await {
                tracing::warn!(integration = %id, %error, "permissions could not be checked");
            }
        });
    }

    /// Starts a check in the background, unless there is a result or a check was started before.
    pub fn ensure(&self, engine: &Engine, id: IntegrationId) {
        let first = {
            let mut all = self.all();
            let checks = all.entry(id).or_default();
            checks.last.is_none() && !std::mem::replace(&mut checks.automatic, true)
        };
        if first {
            self.begin(engine, id);
        }
    }

    /// Drops the result, because the grant has changed or is removed.
    pub fn forget(&self, id: IntegrationId) {
        if let Some(checks) = self.all().get_mut(&id) {
            checks.last = None;
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<IntegrationId, Checks>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
