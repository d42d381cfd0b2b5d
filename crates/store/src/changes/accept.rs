//! Accepting findings: their changes go on the change list. Also reads the list.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use model::{FindingState, IntegrationId, Timestamp};

use super::types::{Change, ChangeFilter, ChangeState, NewChange, check, read};
use crate::audit::record;
use crate::changes::ledger;
use crate::db::{Bulk, Tx, args};
use crate::decisions::set_state;
use crate::findings::{
    FindingEventKind, NewComment, append_events, audit_detail, parse_finding_id,
};
use crate::ids::ChangeId;
use crate::money::money_args;
use crate::numbers::next_numbers;
use crate::revision::bump_revision;
use crate::{Actor, Result, Store, crash, questions};

const FIND: Bulk = Bulk {
    head: "WITH v (i, f) AS (",
    columns: 2,
    tail: ") SELECT c.finding AS finding, MAX(c.change_id) AS change_id FROM v CROSS JOIN changes c
            WHERE c.integration_id = v.i AND c.finding = v.f
              AND c.state IN ('listed', 'exported', 'running', 'failed')
            GROUP BY c.finding",
};
/// Changes that are still to be made, for any finding, by user and licence.
const OPEN_CHANGES: &str = "SELECT user_key, licence, change_id FROM changes
     WHERE integration_id = $1 AND state IN ('listed', 'exported', 'running', 'failed')
       AND user_key IS NOT NULL ORDER BY change_id";
const CHANGES: Bulk = Bulk {
    head: "INSERT INTO changes (integration_id, change_id, finding, user_key, external_id, email,
             licence, from_value, to_value, state, seats, evidence, seat_free_on, invoice_lower_on,
             decided_by, decided_at, result, saving_minor, saving_currency)",
    columns: 19,
    tail: "",
};
const JOURNAL: Bulk = Bulk {
    head:
        "INSERT INTO change_journal (integration_id, change_id, entry, user_key, at, actor, state,
             content)",
    columns: 8,
    tail: "",
};

/// Puts changes on the list in a transaction that has bumped the revision. A finding whose change
/// is on the list keeps that change. A finding about a licence that is already being removed for
/// another reason joins that change, because a licence is removed once and its saving promised
/// once.
pub(crate) async fn add_to_list(
    tx: &mut Tx,
    id: IntegrationId,
    new: &[NewChange],
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<ChangeId>> {
    let mut ids: BTreeMap<String, ChangeId> = BTreeMap::new();
    let find = new
        .iter()
        .map(|change| change.finding.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .flat_map(|finding| args![id, finding])
        .collect();
    for row in tx.bulk_all(&FIND, find).await? {
        ids.insert(row.text("finding")?, ChangeId(row.int("change_id")?));
    }
    let mut open_changes: BTreeMap<(String, String), ChangeId> = BTreeMap::new();
    for row in tx.all(OPEN_CHANGES, args![id]).await? {
        open_changes.insert(
            (row.text("user_key")?, row.text("licence")?),
            ChangeId(row.int("change_id")?),
        );
    }
    let mut firsts: BTreeMap<(String, String), &str> = BTreeMap::new();
    let mut joined = Vec::new();
    let mut listed = Vec::new();
    for change in new {
        let parts = parse_finding_id(&change.finding)?;
        if let Some(user) = parts.user_key {
            let licence = (user.to_owned(), parts.licence.to_string());
            if let Some(number) = open_changes.get(&licence) {
                ids.entry(change.finding.clone()).or_insert(*number);
            }
            let first = *firsts.entry(licence).or_insert(&change.finding);
            if first != change.finding {
                joined.push((&change.finding, first));
                continue;
            }
        }
        if let Entry::Vacant(free) = ids.entry(change.finding.clone()) {
            // Replaced by its number below.
            free.insert(ChangeId(0));
            listed.push(change);
        }
    }
    let count = i64::try_from(listed.len()).unwrap_or(i64::MAX);
    let first = next_numbers(tx, "change", count).await?;
    let numbered: Vec<(ChangeId, &NewChange)> = (first..).map(ChangeId).zip(listed).collect();
    for (number, change) in &numbered {
        ids.insert(change.finding.clone(), *number);
    }
    for (finding, first) in joined {
        if let Some(number) = ids.get(first).copied() {
            ids.entry(finding.clone()).or_insert(number);
        }
    }
    insert(tx, id, &numbered, actor, now).await?;
    ledger::add_promises(tx, id, &numbered, now).await?;
    let findings = new.iter().map(|change| change.finding.as_str());
    set_state(tx, id, findings, FindingState::Accepted, actor, now).await?;
    let words = numbered
        .iter()
        .map(|(_, change)| (change.finding.as_str(), "On the change list".to_owned()));
    append_events(tx, id, words, FindingEventKind::Change, actor, now).await?;
    Ok(new
        .iter()
        .filter_map(|change| ids.get(&change.finding).copied())
        .collect())
}

/// Inserts new changes and the first entry of each journal.
async fn insert(
    tx: &mut Tx,
    id: IntegrationId,
    numbered: &[(ChangeId, &NewChange)],
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let (by, state) = (actor.to_string(), ChangeState::Listed.value());
    let (mut rows, mut journal) = (Vec::new(), Vec::new());
    for (number, change) in numbered {
        let parts = parse_finding_id(&change.finding)?;
        rows.extend(args![
            id,
            number.0,
            &change.finding,
            parts.user_key,
            change.external_id.as_deref(),
            &change.email,
            parts.licence.to_string(),
            &change.from,
            &change.to,
            state,
            change.seats,
            &change.evidence_json,
            change.seat_free_on.map(|day| i64::from(day.0)),
            change.invoice_lower_on.map(|day| i64::from(day.0)),
            &by,
            now,
            "",
        ]);
        rows.extend(money_args(change.saving));
        journal.extend(args![
            id,
            number.0,
            1_i64,
            parts.user_key,
            now,
            &by,
            state,
            ""
        ]);
    }
    tx.bulk(&CHANGES, rows).await?;
    tx.bulk(&JOURNAL, journal).await?;
    Ok(())
}

impl Store {
    /// Accepts findings: puts their changes on the change list, promises the savings in the ledger
    /// and sets the findings' state to accepted. Open questions about them are withdrawn. `comment`
    /// is added in the same transaction. Returns the numbers of the changes in the order given; a
    /// finding that already has a change on the list keeps it.
    ///
    /// # Errors
    /// [`crate::Error::Field`] with the entry (`changes[2].email`, counted from 0),
    /// [`crate::Error::NotFound`] when the integration does not exist.
    pub async fn accept_findings(
        &self,
        id: IntegrationId,
        changes: &[NewChange],
        comment: Option<NewComment<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Vec<ChangeId>> {
        check(changes)?;
        if let Some(comment) = &comment {
            comment.check()?;
        }
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let ids = add_to_list(&mut tx, id, changes, actor, now).await?;
        let decided = changes.iter().map(|change| change.finding.as_str());
        questions::withdraw(&mut tx, id, &decided.collect(), now).await?;
        if let Some(comment) = &comment {
            comment.append(&mut tx, id, actor, now).await?;
        }
        crash::point("store: accepted, not recorded");
        let findings = changes.iter().map(|change| change.finding.as_str());
        let detail = audit_detail(id, findings);
        let target = format!("integration:{id}");
        record(&mut tx, actor, "change.list", target, &detail, now).await?;
        if let Some(comment) = &comment {
            comment.record(&mut tx, id, actor, now).await?;
        }
        tx.commit().await?;
        Ok(ids)
    }

    /// Changes of an integration, newest first.
    #[crate::boxed]
    pub async fn changes(&self, id: IntegrationId, filter: &ChangeFilter) -> Result<Vec<Change>> {
        let states: Vec<&str> = filter.states.iter().map(|state| state.value()).collect();
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
                    filter.sql_limit(),
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
