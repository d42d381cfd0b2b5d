//! Takes the changes of a list one after the other.

use std::collections::HashMap;

use connector::LicenceChange;
use model::{Application, Integration, IntegrationId, IntegrationState};
use store::{Actor, Change, ChangeFilter, ChangeId, ChangeState};
use tokio_util::sync::CancellationToken;

use super::error::ChangeError;
use super::look::{Look, Recheck};
use super::report::{Came, ChangeOutcome, ChangeReport, Limits, NOT_WORTH, OutcomeKind};
use crate::engine::Engine;

impl Engine {
    /// Reports the effect that executing these changes would have now. Reads at the application and writes nothing,
    /// neither there nor here; no write access is needed.
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
        let carrier = self.looker(&integration).await?;
        let mut report = ChangeReport::default();
        let (wanted, unknown) = self.wanted(id, changes).await?;
        report.outcomes.extend(unknown);
        for (change, step) in steps(carrier.application, wanted, &mut report, false) {
            let came = match carrier.look(&change, &step, recheck).await {
                Look::Against(came) => came,
                Look::Free(_) => Came::to(
                    OutcomeKind::WouldChange,
                    step.words(carrier.application, &change.email),
                ),
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

    /// Makes these changes, one after the other: only those against which there is no reason at that
    /// moment, and only the licence that each names. Ends after `stop_after` errors (1 at least), at
    /// once on an error that all others would meet, and between two changes when `stop` is cancelled.
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
        let carrier = self.carrier(&integration, actor).await?;
        let limits = Limits { stop_after, stop };
        let mut report = ChangeReport::default();
        let lease = self.lease_changes(id).await?;
        let done = async {
            let (wanted, unknown) = self.wanted(id, changes).await?;
            report.outcomes.extend(unknown);
            for (change, step) in steps(carrier.application, wanted, &mut report, false) {
                if !report.goes_on(&limits) {
                    break;
                }
                lease.renew().await?;
                let came = match carrier.look(&change, &step, recheck).await {
                    Look::Free(holding) => self.carry(&carrier, &change, step, holding).await?,
                    Look::Against(came) => {
                        carrier.record(&change, &came).await?;
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

    /// Reverses these changes: gives back the licence before, if the user still holds the one
    /// after. Ends as [`Engine::execute_changes`] does.
    ///
    /// # Errors
    /// [`ChangeError`] when nothing could be begun.
    #[crate::boxed]
    pub async fn undo_changes(
        &self,
        id: IntegrationId,
        changes: &[ChangeId],
        stop_after: u32,
        actor: &Actor,
        stop: CancellationToken,
    ) -> Result<ChangeReport, ChangeError> {
        let integration = self.changeable(id).await?;
        let carrier = self.carrier(&integration, actor).await?;
        let limits = Limits { stop_after, stop };
        let mut report = ChangeReport::default();
        let lease = self.lease_changes(id).await?;
        let done = async {
            let (wanted, unknown) = self.wanted(id, changes).await?;
            report.outcomes.extend(unknown);
            for (change, step) in steps(carrier.application, wanted, &mut report, true) {
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

/// The changes that are due, with the licence that each concerns; the others go into the report. Add-ons
/// are taken before and given after the base licence that they rest on.
fn steps(
    application: &Application,
    changes: Vec<Change>,
    report: &mut ChangeReport,
    back: bool,
) -> Vec<(Change, LicenceChange)> {
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
        match LicenceChange::read(application, &change.from, &change.to, &change.licence) {
            Ok(step) => due.push((change, step)),
            Err(text) => report.add(change.id, Came::to(OutcomeKind::NotDue, text)),
        }
    }
    due.sort_by_key(|(_, step)| match step {
        LicenceChange::AddOn { .. } => back,
        LicenceChange::Base { .. } => !back,
    });
    due
}
