//! The worker loop, and syncs on request.

use std::time::Duration;

use model::{IntegrationId, RunState};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, LEASE_MS};
use crate::error::SyncError;
use crate::idle::IdleWatch;
use crate::schedule;
use crate::turn::Turn;

/// How many integrations one process synchronises at the same time.
const AT_ONCE: usize = 4;
/// How often the worker looks for due work when it is not woken.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How long a run keeps its place while others wait for one. An account that its application
/// throttles may need hours, and must not keep the others waiting for so long.
const TURN: Duration = Duration::from_mins(10);

/// The runs of one process.
#[derive(Default)]
struct Runs {
    tasks: JoinSet<()>,
    places: Vec<Place>,
}

/// The place of one run among those that run at the same time.
struct Place {
    integration: IntegrationId,
    since: Instant,
    turn: Turn,
}

impl Runs {
    fn has_room(&self) -> bool {
        self.places.len() < AT_ONCE
    }

    /// Asks the run that has had its place for the longest time to give it up, if its turn is over.
    fn free_a_place(&self, now: Instant) {
        let longest = self
            .places
            .iter()
            .filter(|place| !place.turn.is_over())
            .min_by_key(|place| place.since);
        let leaving = self.places.iter().any(|place| place.turn.is_over());
        if let Some(place) =
            longest.filter(|place| !leaving && now.duration_since(place.since) >= TURN)
        {
            tracing::info!(
                integration = %place.integration,
                "a sync run makes room for another account"
            );
            place.turn.end();
        }
    }

    fn ended(&mut self, result: Result<(), JoinError>) {
        if let Err(error) = result {
            tracing::error!(%error, "a sync run broke off");
        }
        self.places.retain(|place| !place.turn.is_abandoned());
    }
}

impl Engine {
    /// Runs due integrations until `stop`, then waits until every run has stored how far it got.
    #[crate::boxed]
    pub async fn work(&self, stop: CancellationToken) {
        let mut runs = Runs::default();
        let mut look_up_failed = false;
        let mut idle = IdleWatch::default();
        loop {
            while runs.has_room() && !stop.is_cancelled() {
                let leased = self.store().lease_next(&self.config().holder, LEASE_MS);
                match leased.await {
                    Ok(Some((lease, integration))) => {
                        let (engine, turn) = (self.clone(), Turn::new(&stop));
                        runs.places.push(Place {
                            integration: integration.id,
                            since: Instant::now(),
                            turn: turn.clone(),
                        });
                        runs.tasks.spawn(async move {
                            schedule::carry_out(&engine, lease, &integration, turn).await;
                        });
                    }
                    Ok(None) => {
                        look_up_failed = false;
                        break;
                    }
                    Err(error) => {
                        // Said once, because it is tried again every two seconds.
                        if !look_up_failed {
                            tracing::warn!(%error, "due work cannot be looked up; trying again until it can");
                        }
                        look_up_failed = true;
                        break;
                    }
                }
            }
            idle.look(self).await;
            if !runs.has_room() {
                let waiting = self
                    .store()
                    .is_work_waiting(&self.config().holder, LEASE_MS);
                if matches!(waiting.await, Ok(true)) {
                    runs.free_a_place(Instant::now());
                }
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.woken() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                Some(ended) = runs.tasks.join_next() => runs.ended(ended),
            }
        }
        while let Some(ended) = runs.tasks.join_next().await {
            runs.ended(ended);
        }
        self.finish_refreshes().await;
    }

    /// Synchronises one integration now and waits for the end.
    #[crate::boxed]
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
        let turn = Turn::new(&stop);
        let run =
            tokio::spawn(
                async move { schedule::carry_out(&engine, lease, &integration, turn).await },
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs of these ages, and the present moment.
    fn runs(ages: &[Duration]) -> (Runs, Instant) {
        let now = Instant::now() + TURN * 2;
        let stop = CancellationToken::new();
        let mut runs = Runs::default();
        for (number, age) in (1..).zip(ages) {
            runs.places.push(Place {
                integration: IntegrationId(number),
                since: now - *age,
                turn: Turn::new(&stop),
            });
        }
        (runs, now)
    }

    fn asked_to_leave(runs: &Runs) -> Vec<i64> {
        let leaving = runs.places.iter().filter(|place| place.turn.is_over());
        leaving.map(|place| place.integration.0).collect()
    }

    #[test]
    fn r44_the_run_with_the_longest_turn_makes_room_for_one_that_waits() {
        let second = Duration::from_secs(1);
        let (runs, now) = runs(&[TURN / 2, TURN + second, TURN + second * 2, second]);
        assert!(!runs.has_room());
        runs.free_a_place(now);
        assert_eq!(asked_to_leave(&runs), [3]);
        assert!(runs.places[2].turn.stop().is_cancelled());
        // One at a time: no other has to leave while that one stores its progress.
        runs.free_a_place(now);
        assert_eq!(asked_to_leave(&runs), [3]);
    }

    #[test]
    fn r44_a_run_keeps_its_place_until_its_turn_is_over() {
        let second = Duration::from_secs(1);
        let (runs, now) = runs(&[second, TURN / 2, second * 2]);
        runs.free_a_place(now);
        assert_eq!(asked_to_leave(&runs), [] as [i64; 0]);
    }
}
