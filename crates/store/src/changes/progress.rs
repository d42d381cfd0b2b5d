//! State changes of a change: exported, running, done, failed, skipped, undone. Each adds a journal
//! entry and updates the finding and the ledger in the same transaction.

use std::collections::BTreeSet;

use model::{FindingState, IntegrationId, Timestamp};

use super::types::{ACCEPTED, ChangeState, EVIDENCE, JournalEntry};
use crate::audit::record;
use crate::changes::ledger;
use crate::db::{Bulk, Tx, args};
use crate::decisions::{reopen_decisions, set_state, state_of};
use crate::findings::{FindingEventKind, append_events};
use crate::ids::ChangeId;
use crate::revision::bump_revision;
use crate::{Actor, Error, Result, Store, validate};

const WITHDRAW: Bulk = Bulk {
    head: "WITH v (i, f, s, r) AS (",
    columns: 4,
    tail: ") UPDATE changes SET state = v.s, result = v.r FROM v
            WHERE integration_id = v.i AND finding = v.f AND state IN ('listed', 'exported', 'failed')
            RETURNING change_id",
};

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

/// Removes the changes of these findings from the list unless they were made, with their promises.
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
        let number = ChangeId(row.int("change_id")?);
        ledger::remove_promise(tx, id, number).await?;
        journal(tx, id, number, skipped, WHY, actor, now).await?;
    }
    Ok(())
}

async fn is_accepted(tx: &mut Tx, id: IntegrationId, finding: &str) -> Result<bool> {
    Ok(state_of(tx, id, finding).await? == Some(FindingState::Accepted))
}

/// A state that a change moves to.
struct ChangeStep<'a> {
    state: ChangeState,
    text: &'a str,
    before: Option<&'a str>,
}

/// Moves a change to another state, with the consequences. Returns `false` when the change cannot
/// move there.
async fn advance(
    tx: &mut Tx,
    id: IntegrationId,
    change: ChangeId,
    step: &ChangeStep<'_>,
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
    let finding = row.text("finding")?;
    if state == ChangeState::Running && !is_accepted(tx, id, &finding).await? {
        // The caller drops the transaction, so the change keeps its old state.
        return Ok(false);
    }
    journal(tx, id, change, state, step.text, actor, now).await?;
    let one = || std::iter::once(finding.as_str());
    match state {
        // A decision that was made while the change was running stays.
        ChangeState::Done => match state_of(tx, id, &finding).await? {
            Some(FindingState::Kept | FindingState::Exempt) => {}
            _ => set_state(tx, id, one(), FindingState::Done, actor, now).await?,
        },
        ChangeState::Failed if !is_accepted(tx, id, &finding).await? => {
            withdraw(tx, id, &one().collect(), actor, now).await?;
        }
        ChangeState::Skipped => {
            ledger::remove_promise(tx, id, change).await?;
            reopen_decisions(tx, id, one(), &ACCEPTED, actor, now).await?;
        }
        ChangeState::Undone => {
            ledger::mark_lost(tx, id, change, now.day()).await?;
            reopen_decisions(tx, id, one(), &ACCEPTED, actor, now).await?;
        }
        _ => {}
    }
    let words = if result.is_empty() {
        format!("Change: {}", state.label())
    } else {
        format!("Change: {}: {result}", state.label())
    };
    let events = std::iter::once((finding.as_str(), words));
    append_events(tx, id, events, FindingEventKind::Change, actor, now).await?;
    Ok(true)
}

impl Store {
    /// Marks changes as exported: a person makes them outside of Seatwise. Returns how many were
    /// marked.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn mark_changes_exported(
        &self,
        id: IntegrationId,
        changes: &[ChangeId],
        format: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<u64> {
        validate::count("changes", changes.len(), validate::MANY)?;
        validate::required_line("format", format, validate::NAME)?;
        let step = ChangeStep {
            state: ChangeState::Exported,
            text: format,
            before: None,
        };
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let mut exported = 0;
        for change in changes.iter().collect::<BTreeSet<_>>() {
            exported += u64::from(advance(&mut tx, id, *change, &step, actor, now).await?);
        }
        let detail = serde_json::json!({ "count": exported, "format": format });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "change.export", target, &detail, now).await?;
        tx.commit().await?;
        Ok(exported)
    }

    /// Marks a change as running and stores the values from before it, so that it can be undone.
    /// Returns `false` when the change must not be made, for example because its finding is no
    /// longer accepted. Only one process at a time may make changes: see [`Store::lease_job`].
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn mark_change_running(
        &self,
        id: IntegrationId,
        change: ChangeId,
        before_json: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        validate::text("before", before_json, EVIDENCE)?;
        let step = ChangeStep {
            state: ChangeState::Running,
            text: before_json,
            before: Some(before_json),
        };
        self.move_change(id, change, &step, actor, now).await
    }

    /// Marks a change as made and its finding as done. Returns `false` when the change is in a
    /// state that does not allow this.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn mark_change_done(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.set_change_outcome(id, change, ChangeState::Done, result, actor, now)
            .await
    }

    /// Marks a change as failed, with the reason. It can be tried again.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn mark_change_failed(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.set_change_outcome(id, change, ChangeState::Failed, result, actor, now)
            .await
    }

    /// Marks a change as skipped because the evidence no longer supports it. Its finding is open
    /// again and its promise is removed.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn mark_change_skipped(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.set_change_outcome(id, change, ChangeState::Skipped, result, actor, now)
            .await
    }

    /// Marks a change as undone. Its finding is open again and its saving is lost.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn mark_change_undone(
        &self,
        id: IntegrationId,
        change: ChangeId,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.set_change_outcome(id, change, ChangeState::Undone, result, actor, now)
            .await
    }

    async fn set_change_outcome(
        &self,
        id: IntegrationId,
        change: ChangeId,
        state: ChangeState,
        result: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        validate::text("result", result, validate::PROSE)?;
        let step = ChangeStep {
            state,
            text: result,
            before: None,
        };
        self.move_change(id, change, &step, actor, now).await
    }

    async fn move_change(
        &self,
        id: IntegrationId,
        change: ChangeId,
        step: &ChangeStep<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        if !advance(&mut tx, id, change, step, actor, now).await? {
            return Ok(false);
        }
        let action = format!("change.{}", step.state.value());
        let detail = serde_json::json!({ "integration": id });
        let target = format!("change:{change}");
        record(&mut tx, actor, &action, target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The journal of a change, oldest entry first.
    #[crate::boxed]
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
                    at: row.time("at")?,
                    actor: row.text("actor")?,
                    state: ChangeState::from_value(row.str("state")?)
                        .ok_or_else(|| Error::corrupt(format!("journal of change {change}")))?,
                    text: row.text("content")?,
                })
            })
            .collect()
    }
}
