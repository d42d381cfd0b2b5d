//! The change list: what is to be changed at the application, what was, and the journal of it. A
//! change that is listed is promised in the ledger by the same transaction.

use std::collections::BTreeSet;
use std::fmt;

use model::{Day, FindingState, IntegrationId, Licence, Money, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::note;
use crate::bounds;
use crate::contracts::{money_args, read_money};
use crate::db::{Bulk, Row, Tx, args};
use crate::decisions::{follow, touch};
use crate::members::next_number;
use crate::timeline::{FindingEventKind, happened, named, told};
use crate::{Actor, Error, Result, Store, ledger};

/// Longest text of evidence.
const EVIDENCE: usize = 64 * 1024;
const WITHDRAW: Bulk = Bulk {
    head: "WITH v (i, f, s, r) AS (",
    columns: 4,
    tail: ") UPDATE changes SET state = v.s, result = v.r FROM v
            WHERE integration_id = v.i AND finding = v.f AND state IN ('listed', 'exported')
            RETURNING change_id",
};

/// Number of a change; unique in the organisation. Written as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeId(pub i64);

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for ChangeId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

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
    fn after(self) -> &'static [Self] {
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
        named(&self.finding)?;
        if let Some(external) = &self.external_id {
            bounds::line("external_id", external, bounds::NAME)?;
        }
        bounds::line("email", &self.email, bounds::EMAIL)?;
        bounds::line("from", &self.from, bounds::NAME)?;
        bounds::line("to", &self.to, bounds::NAME)?;
        bounds::number("seats", self.seats, -bounds::SEATS..=bounds::SEATS)?;
        bounds::text("evidence", &self.evidence_json, EVIDENCE)?;
        if let Some(saving) = self.saving {
            bounds::amount("saving", saving)?;
        }
        for (field, day) in [
            ("seat_free_on", self.seat_free_on),
            ("invoice_lower_on", self.invoice_lower_on),
        ] {
            if let Some(day) = day {
                bounds::day(field, day)?;
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

fn read(row: &Row) -> Result<Change> {
    let (id, state) = (row.int(0)?, row.str(8)?);
    let day = |column| -> Result<Option<Day>> {
        Ok(row
            .opt_int(column)?
            .and_then(|day| i32::try_from(day).ok().map(Day)))
    };
    Ok(Change {
        id: ChangeId(id),
        integration: IntegrationId(row.int(1)?),
        finding: row.text(2)?,
        user_key: row.opt_text(3)?,
        external_id: row.opt_text(4)?,
        email: row.text(5)?,
        licence: Licence::from_key(row.str(6)?),
        from: row.text(7)?,
        state: ChangeState::from_value(state)
            .ok_or_else(|| Error::corrupt(format!("state of change {id}")))?,
        to: row.text(9)?,
        seats: row.int(10)?,
        evidence_json: row.text(11)?,
        saving: read_money(row, 12, 13)?,
        seat_free_on: day(14)?,
        invoice_lower_on: day(15)?,
        decided_by: row.text(16)?,
        decided_at: row.time(17)?,
        executed_at: row.opt_time(18)?,
        result: row.text(19)?,
        before_json: row.opt_text(20)?,
    })
}

/// Lists these changes in a transaction that has touched the integration. A finding whose change is
/// listed already keeps it.
pub(crate) async fn list(
    tx: &mut Tx,
    id: IntegrationId,
    new: &[NewChange],
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<ChangeId>> {
    let mut ids = Vec::with_capacity(new.len());
    let mut listed = Vec::new();
    for change in new {
        let there = tx
            .optional(
                "SELECT change_id FROM changes WHERE integration_id = $1 AND finding = $2
                   AND state IN ('listed', 'exported', 'running', 'failed')
                 ORDER BY change_id DESC LIMIT 1",
                args![id, &change.finding],
            )
            .await?;
        if let Some(there) = there {
            ids.push(ChangeId(there.int(0)?));
            continue;
        }
        let number = ChangeId(next_number(tx, "change").await?);
        insert(tx, id, number, change, actor, now).await?;
        ledger::promise(tx, id, number, change, now).await?;
        journal(tx, id, number, ChangeState::Listed, "", actor, now).await?;
        ids.push(number);
        listed.push(change);
    }
    let findings = listed.iter().map(|change| change.finding.as_str());
    follow(tx, id, findings, FindingState::Accepted, actor, now).await?;
    let words = listed.iter().map(|change| {
        let words = format!("On the change list: {} to {}", change.from, change.to);
        (change.finding.as_str(), words)
    });
    happened(tx, id, words, FindingEventKind::Change, actor, now).await?;
    Ok(ids)
}

async fn insert(
    tx: &mut Tx,
    id: IntegrationId,
    number: ChangeId,
    change: &NewChange,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let named = named(&change.finding)?;
    let [minor, currency] = money_args(change.saving);
    let mut all = args![
        id,
        number.0,
        &change.finding,
        named.user_key,
        change.external_id.as_deref(),
        &change.email,
        named.licence.to_string(),
        &change.from,
        &change.to,
        change.seats,
        &change.evidence_json,
        change.seat_free_on.map(|day| i64::from(day.0)),
        change.invoice_lower_on.map(|day| i64::from(day.0)),
        actor.to_string(),
        now,
    ];
    all.extend([minor, currency]);
    tx.execute(
        "INSERT INTO changes (integration_id, change_id, finding, user_key, external_id, email,
           licence, from_value, to_value, seats, evidence, seat_free_on, invoice_lower_on,
           decided_by, decided_at, saving_minor, saving_currency, state, result)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
           'listed', '')",
        all,
    )
    .await?;
    Ok(())
}

async fn journal(
    tx: &mut Tx,
    id: IntegrationId,
    number: ChangeId,
    state: ChangeState,
    text: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO change_journal (integration_id, change_id, entry, user_key, at, actor, state,
           content)
         SELECT c.integration_id, c.change_id,
           (SELECT COUNT(*) + 1 FROM change_journal j
            WHERE j.integration_id = $1 AND j.change_id = $2), c.user_key, $3, $4, $5, $6
         FROM changes c WHERE c.integration_id = $1 AND c.change_id = $2",
        args![id, number.0, now, actor.to_string(), state.value(), text],
    )
    .await?;
    Ok(())
}

/// Changes for these findings that were not begun leave the list, and their promises the ledger.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    id: IntegrationId,
    findings: &BTreeSet<&str>,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    const WHY: &str = "Taken back";
    let skipped = ChangeState::Skipped;
    let rows = findings
        .iter()
        .flat_map(|finding| args![id, *finding, skipped.value(), WHY])
        .collect();
    for row in tx.bulk_all(&WITHDRAW, rows).await? {
        let number = ChangeId(row.int(0)?);
        ledger::forget(tx, id, number).await?;
        journal(tx, id, number, skipped, WHY, actor, now).await?;
    }
    Ok(())
}

/// Something that a change comes to.
struct Step<'a> {
    state: ChangeState,
    text: &'a str,
    before: Option<&'a str>,
}

impl Store {
    /// Puts changes on the list, promises what they save in the ledger and marks their findings as
    /// accepted. Answers the changes' numbers in the order given; a finding whose change is on the list
    /// already keeps that one.
    ///
    /// # Errors
    /// [`Error::Field`] naming the entry (`changes[2].email`, counted from 0), [`Error::NotFound`]
    /// when there is no such integration.
    pub async fn list_changes(
        &self,
        id: IntegrationId,
        changes: &[NewChange],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<ChangeId>> {
        check(changes)?;
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        let ids = list(&mut tx, id, changes, actor, now).await?;
        let findings = changes.iter().map(|change| change.finding.as_str());
        let detail = told(id, findings);
        let target = format!("integration:{id}");
        note(&mut tx, actor, "change.list", target, &detail, now).await?;
        tx.commit().await?;
        Ok(ids)
    }

    /// Changes of an integration, newest first.
    pub async fn changes(&self, id: IntegrationId, filter: &ChangeFilter) -> Result<Vec<Change>> {
        let states: Vec<&str> = filter.states.iter().map(|state| state.value()).collect();
        let limit = match filter.limit {
            0 => i64::MAX,
            limit => limit.into(),
        };
        let ids: Vec<String> = filter.ids.iter().map(ChangeId::to_string).collect();
        let mut changes = Vec::new();
        self.read()
            .await?
            .each(
                "SELECT change_id, integration_id, finding, user_key, external_id, email, licence,
                   from_value, state, to_value, seats, evidence, saving_minor, saving_currency,
                   seat_free_on, invoice_lower_on, decided_by, decided_at, executed_at, result,
                   before_values
                 FROM changes WHERE integration_id = $1 AND change_id < $2
                   AND ($3 = '' OR ',' || $3 || ',' LIKE '%,' || state || ',%')
                   AND ($4 IS NULL OR user_key = $4) AND ($5 IS NULL OR finding = $5)
                   AND ($6 = '' OR ',' || $6 || ',' LIKE '%,' || CAST(change_id AS TEXT) || ',%')
                 ORDER BY change_id DESC LIMIT $7",
                args![
                    id,
                    filter.before.map_or(i64::MAX, |before| before.0),
                    states.join(","),
                    filter.user_key.as_deref(),
                    filter.finding.as_deref(),
                    ids.join(","),
                    limit,
                ],
                |row| {
                    changes.push(read(row)?);
                    Ok(())
                },
            )
            .await?;
        Ok(changes)
    }

    /// Notes that these changes were handed to somebody who makes them outside of Seatwise. Answers
    /// how many were.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such integration.
    pub async fn changes_exported(
        &self,
        id: IntegrationId,
        changes: &[ChangeId],
        format: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<u64> {
        bounds::count("changes", changes.len(), bounds::MANY)?;
        bounds::filled("format", format, bounds::NAME)?;
        let step = Step {
            state: ChangeState::Exported,
            text: format,
            before: None,
        };
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        let mut exported = 0;
        for change in changes.iter().collect::<BTreeSet<_>>() {
            exported += u64::from(step_on(&mut tx, id, *change, &step, actor, now).await?);
        }
        let detail = serde_json::json!({ "count": exported, "format": format });
        let target = format!("integration:{id}");
        note(&mut tx, actor, "change.export", target, &detail, now).await?;
        tx.commit().await?;
        Ok(exported)
    }

    /// Begins to make a change and keeps what is there before. Answers `false` when it is not to be
    /// made (any more). Only one process at a time may make changes: see [`Store::lease_duty`].
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
    pub async fn change_running(
        &self,
        id: IntegrationId,
        change: ChangeId,
        before_json: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        bounds::text("before", before_json, EVIDENCE)?;
        let step = Step {
            state: ChangeState::Running,
            text: before_json,
            before: Some(before_json),
        };
        self.change_step(id, change, &step, actor, now).await
    }

    /// Notes that a change was made; its finding is done. Answers `false` when it could not be.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
    pub async fn change_done(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.change_came_to(id, change, ChangeState::Done, result, actor, now)
            .await
    }

    /// Notes that a change could not be made, and why. It may be tried again.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
    pub async fn change_failed(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.change_came_to(id, change, ChangeState::Failed, result, actor, now)
            .await
    }

    /// Notes that a change was not made because something speaks against it now: its finding is open
    /// again and its promise leaves the ledger.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
    pub async fn change_skipped(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.change_came_to(id, change, ChangeState::Skipped, result, actor, now)
            .await
    }

    /// Notes that a change that was made was made undone: its finding is open again, and what was
    /// promised is lost.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
    pub async fn change_undone(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.change_came_to(id, change, ChangeState::Undone, result, actor, now)
            .await
    }

    async fn change_came_to(
        &self,
        id: IntegrationId,
        change: ChangeId,
        state: ChangeState,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        bounds::text("result", result, bounds::PROSE)?;
        let step = Step {
            state,
            text: result,
            before: None,
        };
        self.change_step(id, change, &step, actor, now).await
    }

    async fn change_step(
        &self,
        id: IntegrationId,
        change: ChangeId,
        step: &Step<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        if !step_on(&mut tx, id, change, step, actor, now).await? {
            return Ok(false);
        }
        let action = format!("change.{}", step.state.value());
        let detail = serde_json::json!({ "integration": id });
        let target = format!("change:{change}");
        note(&mut tx, actor, &action, target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What happened to a change, oldest first.
    pub async fn change_journal(
        &self,
        id: IntegrationId,
        change: ChangeId,
    ) -> Result<Vec<JournalEntry>> {
        self.read()
            .await?
            .all(
                "SELECT at, actor, state, content FROM change_journal
                 WHERE integration_id = $1 AND change_id = $2 ORDER BY entry",
                args![id, change.0],
            )
            .await?
            .iter()
            .map(|row| {
                Ok(JournalEntry {
                    at: row.time(0)?,
                    actor: row.text(1)?,
                    state: ChangeState::from_value(row.str(2)?)
                        .ok_or_else(|| Error::corrupt(format!("journal of change {change}")))?,
                    text: row.text(3)?,
                })
            })
            .collect()
    }
}

pub(crate) fn check(changes: &[NewChange]) -> Result<()> {
    bounds::count("changes", changes.len(), bounds::MANY)?;
    for (position, change) in changes.iter().enumerate() {
        bounds::entry("changes", position, change.check())?;
    }
    Ok(())
}

/// Takes a change to another state, with what follows from that; `false` when it cannot go there.
async fn step_on(
    tx: &mut Tx,
    id: IntegrationId,
    change: ChangeId,
    step: &Step<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let state = step.state;
    let from: Vec<&str> = state.after().iter().map(|state| state.value()).collect();
    let executed = matches!(state, ChangeState::Done | ChangeState::Undone).then_some(now);
    let result = match state {
        ChangeState::Running => "",
        _ => step.text,
    };
    let row = tx
        .optional(
            "UPDATE changes SET state = $1, result = $2, executed_at = COALESCE($3, executed_at),
               before_values = COALESCE(before_values, $4)
             WHERE integration_id = $5 AND change_id = $6
               AND ',' || $7 || ',' LIKE '%,' || state || ',%'
             RETURNING finding",
            args![
                state.value(),
                result,
                executed,
                step.before,
                id,
                change.0,
                from.join(","),
            ],
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let finding = row.text(0)?;
    journal(tx, id, change, state, step.text, actor, now).await?;
    let one = || std::iter::once(finding.as_str());
    match state {
        ChangeState::Done => follow(tx, id, one(), FindingState::Done, actor, now).await?,
        ChangeState::Skipped => {
            ledger::forget(tx, id, change).await?;
            crate::decisions::take_back(tx, id, one(), actor, now).await?;
        }
        ChangeState::Undone => {
            ledger::lost(tx, id, change, now.day()).await?;
            crate::decisions::take_back(tx, id, one(), actor, now).await?;
        }
        _ => {}
    }
    let words = if result.is_empty() {
        format!("Change: {}", state.label())
    } else {
        format!("Change: {}: {result}", state.label())
    };
    let events = std::iter::once((finding.as_str(), words));
    happened(tx, id, events, FindingEventKind::Change, actor, now).await?;
    Ok(true)
}
