//! Changes as types and rows.

use model::{Day, FindingState, IntegrationId, Licence, Money, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Row;
use crate::filter::FindingListFilter;
use crate::findings::parse_finding_id;
use crate::ids::ChangeId;
use crate::money::read_money;
use crate::{Error, Result, json, validate};

/// Longest text of evidence, in characters.
pub(super) const EVIDENCE: usize = 64 * 1024;
/// The states that a change gives to its finding.
pub(crate) const ACCEPTED: [FindingState; 2] = [FindingState::Accepted, FindingState::Done];

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// On the list, not yet made.
    Listed,
    /// Exported, to be made by a person outside of Seatwise.
    Exported,
    /// Being made at the application now.
    Running,
    /// Made at the application.
    Done,
    /// Could not be made; can be tried again.
    Failed,
    /// Not made, because the evidence no longer supports it or it was withdrawn.
    Skipped,
    /// Made and later undone.
    Undone,
}

impl ChangeState {
    /// All states, in the order of the work.
    pub const ALL: [Self; 7] = [
        Self::Listed,
        Self::Exported,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Skipped,
        Self::Undone,
    ];

    /// The word for storage and the API.
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

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Listed => "To do",
            Self::Exported => "Exported",
            Self::Running => "Running",
            Self::Done => "Done",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::Undone => "Undone",
        }
    }

    /// Parses a word from [`Self::value`].
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.value() == value)
    }

    /// The states from which a change can move to this one.
    pub(super) fn after(self) -> &'static [Self] {
        match self {
            Self::Listed => &[Self::Exported, Self::Failed, Self::Skipped],
            Self::Exported => &[Self::Listed, Self::Exported, Self::Failed],
            // A running change may have been left by a process that crashed.
            Self::Running => &[Self::Listed, Self::Exported, Self::Failed, Self::Running],
            Self::Failed => &[Self::Running],
            Self::Done | Self::Skipped => {
                &[Self::Listed, Self::Exported, Self::Running, Self::Failed]
            }
            Self::Undone => &[Self::Done],
        }
    }
}

/// A change of one licence, accepted by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Change {
    /// Number of the change in the organisation.
    pub id: ChangeId,
    #[serde(skip)]
    pub integration: IntegrationId,
    /// Id of the finding that it is for.
    pub finding: String,
    /// Key of the user. Null when the change is about the whole account or the person was erased.
    #[serde(rename = "user_id")]
    pub user_key: Option<String>,
    /// The application's id of the user.
    #[serde(skip)]
    pub external_id: Option<String>,
    /// The user's e-mail address; empty when the change is about the whole account.
    pub email: String,
    /// The licence that changes; other licences stay.
    pub licence: Licence,
    /// The present value, in the application's words.
    pub from: String,
    /// The value to set.
    pub to: String,
    /// How far the change has come.
    pub state: ChangeState,
    /// Seats that become free.
    pub seats: i64,
    /// The evidence at the time of the decision.
    #[serde(rename = "evidence", serialize_with = "json::document")]
    #[schema(value_type = Object)]
    pub evidence_json: String,
    /// The yearly saving. Null without a price.
    pub saving: Option<Money>,
    /// The day on which another user can have the seat (UTC).
    pub seat_free_on: Option<Day>,
    /// The first day whose invoice can be lower (UTC). Null when it is not known.
    pub invoice_lower_on: Option<Day>,
    /// The actor, as in the audit log.
    pub decided_by: String,
    /// The time of the decision (UTC).
    pub decided_at: Timestamp,
    /// The time at which it was made (UTC). Null before.
    pub executed_at: Option<Timestamp>,
    /// The result as a sentence. Null before there is one.
    #[serde(serialize_with = "json::null_if_empty")]
    #[schema(value_type = Option<String>)]
    pub result: String,
    /// The values from before the change, as JSON, for undoing it.
    #[serde(skip)]
    pub before_json: Option<String>,
}

/// A change to put on the list. Licence and user are part of the finding's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Id of the finding that it is for.
    pub finding: String,
    /// The application's id of the user.
    pub external_id: Option<String>,
    /// The user's e-mail address; empty when the change is about the whole account.
    pub email: String,
    /// The present value, in the application's words.
    pub from: String,
    /// The value to set.
    pub to: String,
    /// Seats that become free.
    pub seats: i64,
    pub evidence_json: String,
    /// The yearly saving, when a price is known.
    pub saving: Option<Money>,
    /// The day on which another user can have the seat (UTC).
    pub seat_free_on: Option<Day>,
    /// The first day whose invoice can be lower (UTC), when it is known.
    pub invoice_lower_on: Option<Day>,
}

impl NewChange {
    fn check(&self) -> Result<()> {
        parse_finding_id(&self.finding)?;
        if let Some(external) = &self.external_id {
            validate::line("external_id", external, validate::NAME)?;
        }
        validate::line("email", &self.email, validate::EMAIL)?;
        validate::line("from", &self.from, validate::NAME)?;
        validate::line("to", &self.to, validate::NAME)?;
        validate::number("seats", self.seats, -validate::SEATS..=validate::SEATS)?;
        validate::text("evidence", &self.evidence_json, EVIDENCE)?;
        if let Some(saving) = self.saving {
            validate::amount("saving", saving)?;
        }
        for (field, day) in [
            ("seat_free_on", self.seat_free_on),
            ("invoice_lower_on", self.invoice_lower_on),
        ] {
            if let Some(day) = day {
                validate::day(field, day)?;
            }
        }
        Ok(())
    }
}

/// Filter for [`Store::changes`](crate::Store::changes).
pub type ChangeFilter = FindingListFilter<ChangeState, ChangeId>;

/// One entry in the journal of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JournalEntry {
    /// The time of the event (UTC).
    pub at: Timestamp,
    /// The actor, as in the audit log.
    pub actor: String,
    /// The state that the change moved to.
    pub state: ChangeState,
    /// A sentence, or the values from before the change as JSON.
    pub text: String,
}

pub(super) fn read(row: &Row) -> Result<Change> {
    let (id, state) = (row.int("change_id")?, row.str("state")?);
    Ok(Change {
        id: ChangeId(id),
        integration: IntegrationId(row.int("integration_id")?),
        finding: row.text("finding")?,
        user_key: row.opt_text("user_key")?,
        external_id: row.opt_text("external_id")?,
        email: row.text("email")?,
        licence: Licence::from_key(row.str("licence")?),
        from: row.text("from_value")?,
        state: ChangeState::from_value(state)
            .ok_or_else(|| Error::corrupt(format!("state of change {id}")))?,
        to: row.text("to_value")?,
        seats: row.int("seats")?,
        evidence_json: row.text("evidence")?,
        saving: read_money(row, "saving_minor", "saving_currency")?,
        seat_free_on: row.opt_day("seat_free_on")?,
        invoice_lower_on: row.opt_day("invoice_lower_on")?,
        decided_by: row.text("decided_by")?,
        decided_at: row.time("decided_at")?,
        executed_at: row.opt_time("executed_at")?,
        result: row.text("result")?,
        before_json: row.opt_text("before_values")?,
    })
}

pub(crate) fn check(changes: &[NewChange]) -> Result<()> {
    validate::count("changes", changes.len(), validate::MANY)?;
    for (position, change) in changes.iter().enumerate() {
        validate::in_list("changes", position, change.check())?;
    }
    Ok(())
}
