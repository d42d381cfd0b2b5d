//! The cache of snapshots: one for each integration. A snapshot is built again when the revision of the
//! account has changed or a new day has begun, and is shared by all requests until then. A build runs in
//! a task of its own, one at a time for each integration. Requests get the previous snapshot meanwhile,
//! unless the build is expected to be short enough to wait for.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{Clock, Integration, IntegrationId};
use store::Store;
use sync::Connectors;
use tokio::sync::watch;
use tokio::time::Instant;

use super::read::read_snapshot;
use super::snapshot::{RosterInputs, Snapshot, Version, Wanted};
use crate::error::Error;

/// The longest time that a request waits for a build.
const MAX_WAIT: Duration = Duration::from_secs(2);
/// A request waits for a build if the previous one took less than this.
const SHORT_BUILD: Duration = Duration::from_millis(500);
/// The pause before the next build, as a multiple of the last build's duration.
const PAUSE_FACTOR: u32 = 10;

/// The snapshots of all integrations; clones share them.
#[derive(Clone)]
pub struct Rosters(Arc<Inner>);

struct Inner {
    store: Store,
    connectors: Connectors,
    clock: Arc<dyn Clock>,
    entries: Mutex<HashMap<IntegrationId, Arc<CacheEntry>>>,
}

impl fmt::Debug for Rosters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rosters")
    }
}

/// The state of one integration in the cache.
struct CacheEntry {
    state: Mutex<State>,
    /// Number of builds that have ended.
    ended: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    current: Option<(Version, Arc<Snapshot>)>,
    building: bool,
    failure: Option<String>,
    last_took: Duration,
    last_end: Option<Instant>,
}

impl State {
    /// The snapshot if it is new enough, or the error of the last build. `None` while neither exists.
    fn reached(&self, wanted: Wanted) -> Option<Result<Arc<Snapshot>, String>> {
        match (&self.current, &self.failure) {
            (_, Some(failure)) => Some(Err(failure.clone())),
            (Some((version, roster)), None) if wanted.is_met_by(*version, roster) => {
                Some(Ok(Arc::clone(roster)))
            }
            _ => None,
        }
    }
}

impl CacheEntry {
    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves the state usable, because every change of it is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rosters {
    /// An empty cache over this store; `clock` gives the day of a snapshot.
    #[must_use]
    pub fn new(store: Store, connectors: Connectors, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            store,
            connectors,
            clock,
            entries: Mutex::default(),
        }))
    }

    /// The applications that snapshots can be of.
    pub(crate) fn connectors(&self) -> &Connectors {
        &self.0.connectors
    }

    /// Drops the snapshot of an integration that was removed.
    pub fn forget(&self, id: IntegrationId) {
        self.entries().remove(&id);
    }

    /// The snapshot of an integration that the caller has just read. For a small account it is always the
    /// newest one; for a large one it may be the previous one while a build runs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`](crate::ErrorKind::Unavailable) while the first snapshot is being built,
    /// and an internal error when it cannot be built.
    #[crate::boxed]
    pub async fn of(&self, integration: &Integration) -> Result<Arc<Snapshot>, Error> {
        self.get(integration, None).await
    }

    /// The same, but built with these inputs, so that a change of the rules takes effect at once.
    #[crate::boxed]
    pub async fn with_inputs(
        &self,
        integration: &Integration,
        inputs: RosterInputs,
    ) -> Result<Arc<Snapshot>, Error> {
        self.get(integration, Some(inputs)).await
    }

    async fn get(
        &self,
        integration: &Integration,
        inputs: Option<RosterInputs>,
    ) -> Result<Arc<Snapshot>, Error> {
        let id = integration.id;
        let entry = Arc::clone(self.entries().entry(id).or_insert_with(|| {
            Arc::new(CacheEntry {
                state: Mutex::default(),
                ended: watch::Sender::new(0),
            })
        }));
        let wanted = Wanted {
            version: (integration.revision, self.0.clock.now().day()),
            inputs,
        };
        let mut ended = entry.ended.subscribe();
        let (current, worth_waiting) = {
            let state = entry.state();
            match &state.current {
                Some((version, roster)) if wanted.is_met_by(*version, roster) => {
                    return Ok(Arc::clone(roster));
                }
                current => (
                    current.as_ref().map(|(_, roster)| Arc::clone(roster)),
                    current.is_none() || state.last_took < SHORT_BUILD,
                ),
            }
        };
        self.build(&entry, id);
        if worth_waiting {
            let ready = async {
                while ended.changed().await.is_ok() {
                    // In a statement of its own, because `build` locks the state again.
                    let answer = entry.state().reached(wanted);
                    match answer {
                        Some(answer) => return Some(answer),
                        // The build that ended had begun before the change.
                        None => self.build(&entry, id),
                    }
                }
                None
            };
            match tokio::time::timeout(MAX_WAIT, ready).await {
                Ok(Some(Ok(roster))) => return Ok(roster),
                Ok(Some(Err(failure))) if current.is_none() => {
                    return Err(Error::internal(&failure));
                }
                _ => {}
            }
        }
        current.ok_or_else(|| {
            Error::unavailable(
                "The data of this account are being loaded for the first time since the start. That \
                 takes some seconds for a large account.",
            )
        })
    }

    /// The cached snapshot without waiting. An old one is returned while its replacement is built; the
    /// call waits only if there is none with a complete list of users.
    #[crate::boxed]
    pub async fn at_hand(&self, integration: &Integration) -> Option<Arc<Snapshot>> {
        let entry = self.entries().get(&integration.id).map(Arc::clone);
        let cached = entry.and_then(|entry| {
            let current = entry.state().current.clone();
            current.map(|current| (entry, current))
        });
        match cached {
            Some((entry, (version, snapshot))) if snapshot.listed => {
                if version != (integration.revision, self.0.clock.now().day()) {
                    self.build(&entry, integration.id);
                }
                Some(snapshot)
            }
            _ => self.of(integration).await.ok(),
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<IntegrationId, Arc<CacheEntry>>> {
        self.0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a build unless one is running.
    fn build(&self, entry: &Arc<CacheEntry>, id: IntegrationId) {
        let pause = {
            let mut state = entry.state();
            if state.building {
                return;
            }
            state.building = true;
            state.last_end.map_or(Duration::ZERO, |end| {
                (state.last_took * PAUSE_FACTOR).saturating_sub(end.elapsed())
            })
        };
        let inner = Arc::clone(&self.0);
        let entry = Arc::clone(entry);
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            let started = Instant::now();
            let reading = tokio::spawn(async move {
                read_snapshot(&inner.store, &inner.connectors, &*inner.clock, id).await
            });
            let built = reading.await.unwrap_or_else(|error| Err(error.to_string()));
            let mut state = entry.state();
            state.building = false;
            state.last_took = started.elapsed();
            state.last_end = Some(Instant::now());
            match built {
                Ok((version, roster)) => {
                    state.failure = None;
                    state.current = Some((version, Arc::new(roster)));
                }
                Err(failure) => {
                    tracing::error!(integration = %id, %failure, "a snapshot could not be built");
                    state.failure = Some(failure);
                }
            }
            drop(state);
            entry.ended.send_modify(|count| *count += 1);
        });
    }
}
