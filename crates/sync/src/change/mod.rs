//! Making changes at Zoom from the change list: looked at again at the moment of action, one named
//! licence at a time, with a journal and a way back.
//!
//! [`held`] reads what a user holds, [`guard`] says what speaks against a change now, [`access`] is
//! the app that may write, [`carry`] makes one change and reads it back. The change list and its
//! journal are in the store; what the evidence says is the caller's business ([`Recheck`]).

mod access;
mod carry;
mod error;
mod guard;
mod held;
mod step;

use std::collections::HashMap;

use model::{Integration, IntegrationId, IntegrationState};
use store::{Actor, Change, ChangeFilter, ChangeId, ChangeState};
use tokio_util::sync::CancellationToken;
use zoom::Client;

pub use error::ChangeError;

use crate::engine::Engine;
use guard::Guard;
use step::Step;

/// Whether the evidence for a change still holds; the error says in one sentence why it does not.
pub type Recheck<'a> = &'a (dyn Fn(&Change) -> Result<(), String> + Send + Sync);

/// How long nobody else may make changes of an integration after its holder fell silent.
const LEASE_MS: i64 = 2 * 60 * 1000;

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeOutcome {
    /// Which.
    pub change: ChangeId,
    /// What became of it.
    pub kind: OutcomeKind,
    /// The same in a sentence.
    pub text: String,
}

/// What can become of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Nothing speaks against it: it would be made.
    WouldChange,
    /// Made, and read back from Zoom.
    Done,
    /// Taken back, and read back from Zoom.
    Undone,
    /// Not made, because something speaks against it now.
    Skipped,
    /// Could not be made or checked; may be tried again.
    Failed,
    /// Its state does not allow this, or it is not of this integration.
    NotDue,
}

/// What became of several changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeReport {
    /// Those that were reached, in the order in which they were taken.
    pub outcomes: Vec<ChangeOutcome>,
    /// Why the others were not reached, in a sentence.
    pub stopped: Option<String>,
}

impl ChangeReport {
    /// How many ended like this.
    #[must_use]
    pub fn count(&self, kind: OutcomeKind) -> usize {
        self.outcomes.iter().filter(|one| one.kind == kind).count()
    }
}

/// What one change came to, and whether going on makes sense.
struct Came {
    kind: OutcomeKind,
    text: String,
    /// Every other change would fail for the same reason.
    ends_all: bool,
}

impl Came {
    fn to(kind: OutcomeKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            ends_all: false,
        }
    }

    fn failed(error: &zoom::Error) -> Self {
        use zoom::Error as E;
        let ends_all = matches!(
            error,
            E::ScopeMissing { .. }
                | E::PermissionDenied { .. }
                | E::PlanTooLow { .. }
                | E::ApiDenied { .. }
                | E::DailyLimit { .. }
                | E::Unauthorized
                | E::Token(_)
                | E::HostRefused { .. }
        );
        Self {
            kind: OutcomeKind::Failed,
            text: error::told(error),
            ends_all,
        }
    }
}

/// Why changes end early.
struct Limits {
    /// Errors after which the rest is left.
    stop_after: u32,
    stop: CancellationToken,
}

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

const NOT_WORTH: &str = "The others were left as they are: each would meet the same error.";

impl ChangeReport {
    fn add(&mut self, change: ChangeId, came: Came) {
        if came.ends_all {
            self.stopped = Some(NOT_WORTH.to_owned());
        }
        self.outcomes.push(ChangeOutcome {
            change,
            kind: came.kind,
            text: came.text,
        });
    }

    /// What was reached is told also when the rest could not be.
    fn ended(mut self, done: Result<(), ChangeError>) -> Result<Self, ChangeError> {
        match done {
            Err(error) if !self.outcomes.is_empty() => {
                self.stopped = Some(format!("The others were left as they are: {error}."));
                Ok(self)
            }
            other => other.map(|()| self),
        }
    }

    /// Whether another change may be taken; notes why not.
    fn goes_on(&mut self, limits: &Limits) -> bool {
        let errors = self.count(OutcomeKind::Failed);
        if self.stopped.is_some() {
            return false;
        }
        if limits.stop.is_cancelled() {
            self.stopped = Some("Stopped on request; the others were left as they are.".to_owned());
        } else if errors >= limits.stop_after.max(1) as usize {
            self.stopped = Some(format!(
                "Stopped after {errors} errors; the others were left as they are."
            ));
        }
        self.stopped.is_none()
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

/// What a look at a change finds.
enum Look {
    /// Nothing speaks against it. With what is held now.
    Free(held::Held),
    /// Something does, or it could not be found out.
    Against(Came),
}

async fn look(
    reader: &Client,
    guard: &mut Guard,
    change: &Change,
    step: &Step,
    recheck: Recheck<'_>,
) -> Look {
    let skip = |text: String| Look::Against(Came::to(OutcomeKind::Skipped, text));
    let Some(user) = change.external_id.as_deref() else {
        return skip(format!(
            "{} has not accepted the invitation yet, so there is no user to change. Withdraw the \
             invitation at Zoom or change its licence there.",
            change.email
        ));
    };
    // What was begun before and has been made needs no evidence any more, only the journal does.
    let begun = change.before_json.is_some();
    let held = match held::read(reader, user).await {
        Ok(Some(held)) => held,
        Ok(None) => {
            return skip(format!(
                "{} is no longer a user of the account.",
                change.email
            ));
        }
        Err(error) => return Look::Against(Came::failed(&error)),
    };
    if step.is_made(&held) {
        return if begun {
            let text = "It had been made before Seatwise was interrupted; Zoom confirms it.";
            Look::Against(Came::to(OutcomeKind::Done, text))
        } else {
            skip(format!(
                "Nothing to do: {} has {} already.",
                change.email,
                step.after()
            ))
        };
    }
    if let Err(why) = recheck(change) {
        return skip(why);
    }
    match guard.against(change, step, user, &held).await {
        Ok(None) => Look::Free(held),
        Ok(Some(why)) => skip(why),
        Err(error) => Look::Against(Came::failed(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_end_after_so_many_errors_and_when_told_to() {
        let limits = Limits {
            stop_after: 2,
            stop: CancellationToken::new(),
        };
        let mut report = ChangeReport::default();
        for (number, goes_on) in [(1, true), (2, true), (3, false)] {
            assert_eq!(report.goes_on(&limits), goes_on, "{report:?}");
            report.add(ChangeId(number), Came::to(OutcomeKind::Failed, "no"));
        }
        let mut report = ChangeReport::default();
        limits.stop.cancel();
        assert!(!report.goes_on(&limits));
        assert!(report.stopped.is_some());
    }
}
