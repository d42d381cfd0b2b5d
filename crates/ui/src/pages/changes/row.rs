//! A change with its state, as a row of the change list.

use model::{Day, Money, Timestamp};

use crate::parts::Tone;

/// State of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeStatus {
    Listed,
    Exported,
    Running,
    Done,
    Failed,
    Skipped,
    Undone,
}

impl ChangeStatus {
    /// All states, in the order of the filter.
    pub const ALL: [Self; 7] = [
        Self::Listed,
        Self::Exported,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Skipped,
        Self::Undone,
    ];

    /// Value in the query of the address.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Exported => "exported",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Undone => "undone",
        }
    }

    /// Label on the page, and its colour.
    #[must_use]
    pub fn label(self) -> (&'static str, Tone) {
        match self {
            Self::Listed => ("to do", Tone::Info),
            Self::Exported => ("exported", Tone::Info),
            Self::Running => ("running", Tone::Warn),
            Self::Done => ("done", Tone::Good),
            Self::Failed => ("failed", Tone::Bad),
            Self::Skipped => ("skipped", Tone::Warn),
            Self::Undone => ("undone", Tone::Quiet),
        }
    }

    /// Whether the change is still to do. A skipped one is not, because its evidence was checked
    /// and no longer applied.
    #[must_use]
    pub fn waits(self) -> bool {
        matches!(self, Self::Listed | Self::Exported | Self::Failed)
    }

    /// Whether the change can still be made.
    #[must_use]
    pub fn open(self) -> bool {
        matches!(
            self,
            Self::Listed | Self::Exported | Self::Failed | Self::Skipped
        )
    }
}

#[derive(Debug, Clone)]
pub struct ChangeRow {
    pub id: i64,
    /// Name of the person, or the address when no name is known.
    pub name: String,
    pub email: String,
    /// The person's key in the integration.
    pub user_key: String,
    /// Licence before the change, such as "Licensed".
    pub from: String,
    /// Licence after the change, such as "Basic".
    pub to: String,
    /// Id of the finding behind the change; empty when that finding is no longer true.
    pub finding: String,
    pub state: ChangeStatus,
    /// Yearly saving; `None` without a price.
    pub saving: Option<Money>,
    /// Day on which the seat becomes free.
    pub seat_free_on: Option<Day>,
    /// Day from which the invoice is lower; `None` when not known.
    pub invoice_lower_on: Option<Day>,
    pub decided_by: String,
    pub decided_at: Timestamp,
    /// Result of the last attempt; empty before the first one.
    pub result: String,
}
