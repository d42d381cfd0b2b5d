//! Putting changes on the list, and reading it.

use model::{FindingState, IntegrationId, Timestamp};

use super::steps::journal;
use super::{Change, ChangeFilter, ChangeId, ChangeState, NewChange, check, read};
use crate::audit::note;
use crate::contracts::money_args;
use crate::db::{Tx, args};
use crate::decisions::{follow, touch};
use crate::members::next_number;
use crate::timeline::{FindingEventKind, happened, named, told};
use crate::{Actor, Result, Store, ledger};

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
    let findings = new.iter().map(|change| change.finding.as_str());
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
}
