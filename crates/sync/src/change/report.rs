//! What became of changes: one by one, and when to stop.

use store::ChangeId;
use tokio_util::sync::CancellationToken;

use super::{ChangeError, error};

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
pub(super) struct Came {
    pub(super) kind: OutcomeKind,
    pub(super) text: String,
    /// Every other change would fail for the same reason.
    pub(super) ends_all: bool,
}

impl Came {
    pub(super) fn to(kind: OutcomeKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            ends_all: false,
        }
    }

    pub(super) fn failed(error: &zoom::Error) -> Self {
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
pub(super) struct Limits {
    /// Errors after which the rest is left.
    pub(super) stop_after: u32,
    pub(super) stop: CancellationToken,
}

pub(super) const NOT_WORTH: &str =
    "The others were left as they are: each would meet the same error.";

impl ChangeReport {
    pub(super) fn add(&mut self, change: ChangeId, came: Came) {
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
    pub(super) fn ended(mut self, done: Result<(), ChangeError>) -> Result<Self, ChangeError> {
        match done {
            Err(error) if !self.outcomes.is_empty() => {
                self.stopped = Some(format!("The others were left as they are: {error}."));
                Ok(self)
            }
            other => other.map(|()| self),
        }
    }

    /// Whether another change may be taken; notes why not.
    pub(super) fn goes_on(&mut self, limits: &Limits) -> bool {
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
