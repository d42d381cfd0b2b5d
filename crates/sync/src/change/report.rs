//! Results of changes, and when to stop.

use connector::Error;
use store::ChangeId;
use tokio_util::sync::CancellationToken;

use super::error::ChangeError;

/// The result of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeOutcome {
    /// Number of the change on the change list.
    pub change: ChangeId,
    /// The kind of result, which decides the colour on pages.
    pub kind: OutcomeKind,
    /// The result in a sentence.
    pub text: String,
}

/// Kinds of results of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// There is no reason against it: it would be made.
    WouldChange,
    /// Made, and read back from the application.
    Done,
    /// Taken back, and read back from the application.
    Undone,
    /// Not made, because there is a reason against it now.
    Skipped,
    /// Could not be made or checked; may be tried again.
    Failed,
    /// Its state does not allow this, or it is not of this integration.
    NotDue,
}

/// Results of several changes, and why the others were left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeReport {
    /// Those that were reached, in the order in which they were taken.
    pub outcomes: Vec<ChangeOutcome>,
    /// Why the others were not reached, in a sentence; `None` when all were.
    pub stopped: Option<String>,
}

impl ChangeReport {
    /// Number of changes with this kind of result.
    #[must_use]
    pub fn count(&self, kind: OutcomeKind) -> usize {
        self.outcomes.iter().filter(|one| one.kind == kind).count()
    }
}

/// The result of one change, and whether it makes sense to continue.
pub(super) struct Came {
    pub(super) kind: OutcomeKind,
    pub(super) text: String,
    /// Whether every other change would fail for the same reason.
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

    pub(super) fn failed(error: &Error) -> Self {
        Self {
            kind: OutcomeKind::Failed,
            text: error.message.clone(),
            ends_all: error.kind.ends_changes(),
        }
    }
}

/// Reasons for which a list of changes ends early.
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

    /// Keeps the results so far also when the others could not be reached.
    pub(super) fn ended(mut self, done: Result<(), ChangeError>) -> Result<Self, ChangeError> {
        match done {
            Err(error) if !self.outcomes.is_empty() => {
                self.stopped = Some(format!("The others were left as they are: {error}."));
                Ok(self)
            }
            other => other.map(|()| self),
        }
    }

    /// Whether another change may be taken; records why not.
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
