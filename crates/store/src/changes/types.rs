//! The change list: what is to be changed at the application, what was, and the journal of it. Listing
//! is in `list`: it promises the saving in the ledger by the same transaction. What becomes of a change
//! after that is in `steps`.

use model::{Day, FindingState, IntegrationId, Licence, Money, Timestamp};
use serde::{Deserialize, Serialize};

use crate::db::Row;
use crate::findings::parse_finding_id;
use crate::ids::ChangeId;
use crate::money::read_money;
use crate::{Error, Result, validate};

/// Longest text of evidence.
pub(super) const EVIDENCE: usize = 64 * 1024;
/// What a change makes of its finding.
pub(crate) const ACCEPTED: [FindingState; 2] = [FindingState::Accepted, FindingState::Done];

/// How a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// To be made.
    Listed,
    /// Handed to somebody who makes it outside of Seatwise.
    Exported,
    /// Being made.
    Running,
    /// Made.
    Done,
    /// Could not be made; may be tried again.
    Failed,
    /// Not made, because something speaks against it now, or it was taken back.
    Skipped,
    /// Made, and made undone.
    Undone,
}

impl ChangeState {
    /// All states, in the order in which work flows.
    pub const ALL: [Self; 7] = [
        Self::Listed,
        Self::Exported,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Skipped,
        Self::Undone,
    ];

    /// The word that is stored and shown to machines.
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

    /// The name to show.
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

    /// Reads what [`Self::value`] writes.
    #[must_use]
    pub fn from_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.value() == value)
    }

    /// From which states a change may come to this one.
    pub(super) fn after(self) -> &'static [Self] {
        match self {
            Self::Listed => &[Self::Exported, Self::Failed, Self::Skipped],
            Self::Exported => &[Self::Listed, Self::Exported, Self::Failed],
            // One that is running may have been left by a process that died.
            Self::Running => &[Self::Listed, Self::Exported, Self::Failed, Self::Running],
            Self::Failed => &[Self::Running],
            Self::Done | Self::Skipped => {
                &[Self::Listed, Self::Exported, Self::Running, Self::Failed]
            }
            Self::Undone => &[Self::Done],
        }
    }
}

/// One change of one licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub id: ChangeId,
    /// Of which integration.
    pub integration: IntegrationId,
    /// Id of the finding that it is for.
    pub finding: String,
    /// Whose licence; `None` when nobody's in particular.
    pub user_key: Option<String>,
    /// The application's id of the user.
    pub external_id: Option<String>,
    /// Their e-mail address.
    pub email: String,
    /// The licence that goes, and no other.
    pub licence: Licence,
    /// What is there now, in the application's words.
    pub from: String,
    /// What is to be there.
    pub to: String,
    /// How it stands.
    pub state: ChangeState,
    /// Seats that it frees.
    pub seats: i64,
    /// The evidence at the time of the decision, as JSON.
    pub evidence_json: String,
    /// What it saves in a year, when a price is known.
    pub saving: Option<Money>,
    /// When the seat is free for somebody else.
    pub seat_free_on: Option<Day>,
    /// When the invoice gets smaller, when that is known.
    pub invoice_lower_on: Option<Day>,
    /// Who decided, as in the audit log.
    pub decided_by: String,
    /// When.
    pub decided_at: Timestamp,
    /// When it was made.
    pub executed_at: Option<Timestamp>,
    /// What came of it, in words; empty while nothing did.
    pub result: String,
    /// What was there before it was made, as JSON: for undoing.
    pub before_json: Option<String>,
}

/// A change to be listed. Licence and person are in the finding's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Id of the finding that it is for.
    pub finding: String,
    /// The application's id of the user.
    pub external_id: Option<String>,
    /// Their e-mail address; empty when it is nobody's in particular.
    pub email: String,
    /// What is there now, in the application's words.
    pub from: String,
    /// What is to be there.
    pub to: String,
    /// Seats that it frees.
    pub seats: i64,
    /// The evidence, as JSON.
    pub evidence_json: String,
    /// What it saves in a year, when a price is known.
    pub saving: Option<Money>,
    /// When the seat is free for somebody else.
    pub seat_free_on: Option<Day>,
    /// When the invoice gets smaller, when that is known.
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

/// Which changes to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeFilter {
    /// In one of these states; empty: in any.
    pub states: Vec<ChangeState>,
    /// Of this user.
    pub user_key: Option<String>,
    /// For this finding.
    pub finding: Option<String>,
    /// These alone; empty: any.
    pub ids: Vec<ChangeId>,
    /// Older than this one.
    pub before: Option<ChangeId>,
    /// So many at most; 0: as many as there are.
    pub limit: u32,
}

/// One thing that happened to a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// When.
    pub at: Timestamp,
    /// Who, as in the audit log.
    pub actor: String,
    /// What the change came to.
    pub state: ChangeState,
    /// What happened, in words or as JSON.
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
