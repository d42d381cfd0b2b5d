//! Results of the last check of each integration's permissions and scopes, kept in memory. A check
//! sends requests to the application, so it is made after connecting and on demand only.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::IntegrationId;
use sync::{Engine, Preflight, SyncError};

/// Results of the last checks, the integrations with an automatic check, and the number of running
/// checks.
#[derive(Debug, Clone, Default)]
pub struct PreflightCache(
    Arc<Mutex<HashMap<IntegrationId, Arc<Preflight>>>>,
    Arc<Mutex<HashSet<IntegrationId>>>,
    Arc<Mutex<HashMap<IntegrationId, usize>>>,
);

/// Counts as a running check until it is dropped.
struct Underway(Arc<Mutex<HashMap<IntegrationId, usize>>>, IntegrationId);

impl Underway {
    fn new(checks: &PreflightCache, id: IntegrationId) -> Self {
        let mut underway = checks.2.lock().unwrap_or_else(PoisonError::into_inner);
        *underway.entry(id).or_default() += 1;
        Self(Arc::clone(&checks.2), id)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let mut underway = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match underway.get_mut(&self.1) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                underway.remove(&self.1);
            }
        }
    }
}

impl PreflightCache {
    /// The result of the last check.
    pub fn last(&self, id: IntegrationId) -> Option<Arc<Preflight>> {
        self.results().get(&id).cloned()
    }

    /// Whether a check is running.
    pub fn underway(&self, id: IntegrationId) -> bool {
        let underway = self.2.lock().unwrap_or_else(PoisonError::into_inner);
        underway.contains_key(&id)
    }

    /// Checks and waits for the result.
    pub async fn make(&self, engine: &Engine, id: IntegrationId) -> Result<(), SyncError> {
        let result = engine.preflight(id).await?;
        self.results().insert(id, Arc::new(result));
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
        let first = self.last(id).is_none()
            && self
                .1
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id);
        if first {
            self.begin(engine, id);
        }
    }

    /// Drops the result, because the grant has changed or is removed.
    pub fn forget(&self, id: IntegrationId) {
        self.results().remove(&id);
    }

    fn results(&self) -> MutexGuard<'_, HashMap<IntegrationId, Arc<Preflight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
