//! The worker loop, and syncs on request.

use std::time::Duration;

use model::{IntegrationId, RunState};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, LEASE_MS};
use crate::error::SyncError;
use crate::schedule;

/// How many integrations one process synchronises at the same time.
const AT_ONCE: usize = 4;
/// How often the worker looks for due work when it is not woken.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

impl Engine {
    /// Runs due integrations until `stop`, then waits until every run has stored how far it got.
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
                            schedule::carry_out(&engine, lease, &integration, stop).await;
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
                () = self.woken() => {}
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
        // A task of its own, because it queues for connections of the store. It could not take one
        // while the caller waits for one itself, to show the progress, and does not poll this.
        let engine = self.clone();
        let run =
            tokio::spawn(
                async move { schedule::carry_out(&engine, lease, &integration, stop).await },
            );
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
