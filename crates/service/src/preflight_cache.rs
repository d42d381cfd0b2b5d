//! What the last check of each integration's permissions and scopes found, as long as this process
//! runs. A check asks the application, so it is made after connecting and when somebody asks for it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::IntegrationId;
use sync::{Engine, Preflight, SyncError};

/// The last checks, and for which integrations one was begun without being asked for.
#[derive(Debug, Clone, Default)]
pub struct PreflightCache(
    Arc<Mutex<HashMap<IntegrationId, Arc<Preflight>>>>,
    Arc<Mutex<HashSet<IntegrationId>>>,
    Arc<Mutex<HashMap<IntegrationId, usize>>>,
);

/// A check that is going on, until it is dropped.
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
    /// What the last check found.
    pub fn last(&self, id: IntegrationId) -> Option<Arc<Preflight>> {
        self.held().get(&id).cloned()
    }

    /// Whether a check is going on.
    pub fn underway(&self, id: IntegrationId) -> bool {
        let underway = self.2.lock().unwrap_or_else(PoisonError::into_inner);
        underway.contains_key(&id)
    }

    /// Checks now.
    pub async fn make(&self, engine: &Engine, id: IntegrationId) -> Result<(), SyncError> {
        let found = engine.preflight(id).await?;
        self.held().insert(id, Arc::new(found));
        Ok(())
    }

    /// Checks beside whatever goes on; a check that fails leaves what was found before.
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

    /// Checks beside whatever goes on, unless that was done or begun before.
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

    /// Drops what was found: the grant has changed or is gone.
    pub fn forget(&self, id: IntegrationId) {
        self.held().remove(&id);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IntegrationId, Arc<Preflight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
