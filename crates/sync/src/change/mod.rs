//! Making changes at Zoom from the change list: looked at again at the moment of action, one named
//! licence at a time, with a journal and a way back.
//!
//! `held` reads what a user holds, `guard` says what speaks against a change now and `look` asks it,
//! `access` is the app that may write, `carry` makes one change and reads it back. The change list and its
//! journal are in the store; what the evidence says is the caller's business ([`Recheck`]).

mod access;
mod carry;
mod error;
mod guard;
mod held;
mod look;
mod report;
mod step;

use std::collections::HashMap;

use model::{Integration, IntegrationId, IntegrationState};
use store::{Actor, Change, ChangeFilter, ChangeId, ChangeState};
use tokio_util::sync::CancellationToken;

pub use error::ChangeError;
pub use report::{ChangeOutcome, ChangeReport, OutcomeKind};

use crate::engine::Engine;
use guard::Guard;
use look::{Look, look};
use report::{Came, Limits, NOT_WORTH};
use step::Step;

/// Whether the evidence for a change still holds; the error says in one sentence why it does not.
pub type Recheck<'a> = &'a (dyn Fn(&Change) -> Result<(), String> + Send + Sync);

/// How long nobody else may make changes of an integration after its holder fell silent.
const LEASE_MS: i64 = 2 * 60 * 1000;

impl Engine {
    /// Says what executing these changes would do now. Reads at Zoom, writes nothing, neither there
    /// nor here; no write access is needed.
    ///
    /// # Errors
    /// [`ChangeError`] when nothing could be looked at.
    pub async fn dry_run_changes(
        &self,
        id: IntegrationId,
        changes: &[ChangeId],
        recheck: Recheck<'_>,
    ) -> Result<ChangeReport, ChangeError> {
        let integration = self.changeable(id).await?;
        let reader = self.account(&integration).await?.client.clone();
        let mut guard = Guard::new(self, id, reader.clone());
        let mut report = ChangeReport::default();
        let (wanted, unknown) = self.wanted(id, changes).await?;
        report.outcomes.extend(unknown);
        for (change, step) in steps(wanted, &mut report, false) {
            let came = match look(&reader, &mut guard, &change, &step, recheck).await {
                Look::Against(came) => came,
                Look::Free(_) => Came::to(OutcomeKind::WouldChange, step.words(&change.email)),
            };
            let ends_all = came.ends_all;
            report.add(change.id, came);
            if ends_all {
                report.stopped = Some(NOT_WORTH.to_owned());
                break;
            }
        }
        Ok(report)
    }

    /// Makes these changes, one after the other: only those of which nothing speaks against at that
    /// moment, and only the licence that each names. Ends after `stop_after` errors (1 at least), at
    /// once on an error that all others would meet, and between two changes when `stop` says so.
    ///
    /// # Errors
    /// [`ChangeError`] when nothing could be begun.
    pub async fn execute_changes(
        &self,
        id: IntegrationId,
        changes: &[ChangeId],
        stop_after: u32,
        recheck: Recheck<'_>,
        actor: &Actor,
        stop: CancellationToken,
    ) -> Result<ChangeReport, ChangeError> {
        let integration = self.changeable(id).await?;
        let (carrier, reader) = self.carrier(&integration, actor).await?;
        let limits = Limits { stop_after, stop };
        let mut guard = Guard::new(self, id, reader.clone());
        let mut report = ChangeReport::default();
        let lease = self.lease_changes(id).await?;
        let done = async {
            let (wanted, unknown) = self.wanted(id, changes).await?;
            report.outcomes.extend(unknown);
            for (change, step) in steps(wanted, &mut report, false) {
                if !report.goes_on(&limits) {
                    break;
                }
                lease.renew().await?;
                let came = match look(&reader, &mut guard, &change, &step, recheck).await {
                    Look::Free(held) => self.carry(&carrier, &change, step, held).await?,
                    Look::Against(came) => {
                        carrier.note(&change, &came).await?;
                        came
                    }
                };
                report.add(change.id, came);
            }
            Ok(())
        }
        .await;
        lease.release().await;
        report.ended(done)
    }

    /// Takes these changes back: gives back what was there before, if Zoom still has what the change
    /// left. Ends as [`Engine::execute_changes`] does.
    ///
    /// # Errors
    /// [`ChangeError`] when nothing could be begun.
    pub async fn undo_changes(
        &self,
        id: IntegrationId,
        changes: &[ChangeId],
        stop_after: u32,
        actor: &Actor,
        stop: CancellationToken,
    ) -> Result<ChangeReport, ChangeError> {
        let integration = self.changeable(id).await?;
        let (carrier, _) = self.carrier(&integration, actor).await?;
        let limits = Limits { stop_after, stop };
        let mut report = ChangeReport::default();
        let lease = self.lease_changes(id).await?;
        let done = async {
            let (wanted, unknown) = self.wanted(id, changes).await?;
            report.outcomes.extend(unknown);
            for (change, step) in steps(wanted, &mut report, true) {
                if !report.goes_on(&limits) {
                    break;
                }
                lease.renew().await?;
                let came = self.carry_back(&carrier, &change, step).await?;
                report.add(change.id, came);
            }
            Ok(())
        }
        .await;
        lease.release().await;
        report.ended(done)
    }

    async fn changeable(&self, id: IntegrationId) -> Result<Integration, ChangeError> {
        let integration = self.store().integration(id).await?;
        let integration = integration.ok_or(ChangeError::UnknownIntegration(id))?;
        match integration.state {
            // A paused integration is not synchronised, but its licences can be changed.
            IntegrationState::Active | IntegrationState::Paused => Ok(integration),
            _ => Err(ChangeError::NotRunnable {
                reason: integration
                    .state_reason
                    .unwrap_or_else(|| integration.state.value().replace('_', " ")),
            }),
        }
    }

    /// The changes in the order asked for, and outcomes of those that are not there.
    async fn wanted(
        &self,
        id: IntegrationId,
        changes: &[ChangeId],
    ) -> Result<(Vec<Change>, Vec<ChangeOutcome>), ChangeError> {
        if changes.is_empty() {
            return Ok(Default::default());
        }
        let filter = ChangeFilter {
            ids: changes.to_vec(),
            ..ChangeFilter::default()
        };
        let found = self.store().changes(id, &filter).await?;
        let mut found: HashMap<ChangeId, Change> = found
            .into_iter()
            .map(|change| (change.id, change))
            .collect();
        let (mut wanted, mut unknown) = (Vec::new(), Vec::new());
        for change in changes {
            if let Some(found) = found.remove(change) {
                wanted.push(found);
            } else if !wanted.iter().any(|have: &Change| have.id == *change) {
                unknown.push(ChangeOutcome {
                    change: *change,
                    kind: OutcomeKind::NotDue,
                    text: format!("There is no change {change} on this list."),
                });
            }
        }
        Ok((wanted, unknown))
    }
}

/// The changes that are due, with what each is about; the others go into the report. Add-ons are taken
/// before and given after the base licence that they rest on.
fn steps(changes: Vec<Change>, report: &mut ChangeReport, back: bool) -> Vec<(Change, Step)> {
    use ChangeState as S;
    let mut due = Vec::new();
    for change in changes {
        let right = if back {
            change.state == S::Done
        } else {
            matches!(
                change.state,
                S::Listed | S::Exported | S::Running | S::Failed
            )
        };
        if !right {
            let text = format!(
                "This change is marked “{}”: only {} can be {}.",
                change.state.label(),
                if back {
                    "one that was made"
                } else {
                    "one that is to do"
                },
                if back { "taken back" } else { "made" }
            );
            report.add(change.id, Came::to(OutcomeKind::NotDue, text));
            continue;
        }
        match Step::of(&change) {
            Ok(step) => due.push((change, step)),
            Err(text) => report.add(change.id, Came::to(OutcomeKind::NotDue, text)),
        }
    }
    due.sort_by_key(|(_, step)| match step {
        Step::AddOn { .. } => back,
        Step::Base { .. } => !back,
    });
    due
}
