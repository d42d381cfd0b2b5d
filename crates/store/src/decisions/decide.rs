//! Deciding on findings, reopening and assigning them.

use std::collections::BTreeSet;

use model::{FindingState, IntegrationId, Timestamp};

use super::consequences::{DECIDED, reopen_decisions};
use super::types::{DECIDE, Decision, DecisionScope, NewDecision, read};
use crate::audit::record;
use crate::db::{Bulk, args};
use crate::findings::{
    FindingEventKind, NewComment, append_events, audit_detail, last_by_finding, parse_finding_id,
};
use crate::revision::bump_revision;
use crate::{Actor, Result, Store, changes, questions, validate};

const ASSIGN: Bulk = Bulk {
    head:
        "INSERT INTO decisions (integration_id, finding, user_key, state, until_day, reason, owner,
             assignee, scope, actor, at)",
    columns: 11,
    tail: " ON CONFLICT (integration_id, finding) DO UPDATE SET assignee = excluded.assignee",
};

impl Store {
    /// A number that goes up with every decision, contract, price, question, change and import of
    /// this integration. 0 when the integration does not exist.
    #[crate::boxed]
    pub async fn decision_revision(&self, id: IntegrationId) -> Result<i64> {
        self.read()
            .await?
            .optional(
                "SELECT decision_revision FROM integrations WHERE integration_id = $1",
                args![id],
            )
            .await?
            .map_or(Ok(0), |row| row.int("decision_revision"))
    }

    /// All decisions of an integration, by finding.
    #[crate::boxed]
    pub async fn decisions(&self, id: IntegrationId) -> Result<Vec<Decision>> {
        let mut all = Vec::new();
        self.read()
            .await?
            .each(
                "SELECT finding, user_key, state, until_day, reason, owner, assignee, scope, actor, at
                 FROM decisions WHERE integration_id = $1 ORDER BY finding",
                args![id],
                |row| {
                    all.push(read(row)?);
                    Ok(())
                },
            )
            .await?;
        Ok(all)
    }

    /// Decides on findings: on all of them or, when one is invalid, on none. A change that was not
    /// begun leaves the change list with its promise, unless the new state still wants it. Open
    /// questions about a decided finding are withdrawn.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field) with the entry (`decisions[2].until`, counted from 0), [`Error::NotFound`](crate::Error::NotFound)
    /// when the integration does not exist.
    #[crate::boxed]
    pub async fn decide(
        &self,
        id: IntegrationId,
        decisions: &[NewDecision],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        validate::count("decisions", decisions.len(), validate::MANY)?;
        for (position, decision) in decisions.iter().enumerate() {
            validate::in_list("decisions", position, decision.check(now.day()))?;
        }
        let each = last_by_finding(decisions, |decision| decision.finding.as_str());
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let (by, mut rows) = (actor.to_string(), Vec::new());
        for (finding, decision) in &each {
            rows.extend(args![
                id,
                *finding,
                parse_finding_id(finding)?.user_key,
                decision.state.value(),
                decision.until.map(|day| i64::from(day.0)),
                &decision.reason,
                &decision.owner,
                &decision.assignee,
                decision.scope.value(),
                &by,
                now,
            ]);
        }
        tx.bulk(&DECIDE, rows).await?;
        let of = |wanted: &dyn Fn(FindingState) -> bool| -> BTreeSet<&str> {
            each.iter()
                .filter(|(_, decision)| wanted(decision.state))
                .map(|(finding, _)| *finding)
                .collect()
        };
        let unwanted = of(&|state| !changes::ACCEPTED.contains(&state));
        changes::withdraw(&mut tx, id, &unwanted, actor, now).await?;
        let decided = of(&|state| state != FindingState::Asked);
        questions::withdraw(&mut tx, id, &decided, now).await?;
        let words = each
            .iter()
            .map(|(finding, decision)| (*finding, decision.words()));
        append_events(&mut tx, id, words, FindingEventKind::Decision, actor, now).await?;
        let mut detail = audit_detail(id, each.keys().copied());
        if let Some(decision) = decisions.first() {
            detail["state"] = decision.state.value().into();
            detail["until"] = decision.until.map(|day| day.to_string()).into();
        }
        let target = format!("integration:{id}");
        record(&mut tx, actor, "finding.decide", target, &detail, now).await?;
        tx.commit().await
    }

    /// Reopens findings: changes that were not begun leave the change list, their promises leave
    /// the ledger, and open questions are withdrawn. `comment` is added in the same transaction.
    /// Returns the number of decisions that were reopened.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field), [`Error::NotFound`](crate::Error::NotFound) when the integration does not exist.
    pub async fn reopen(
        &self,
        id: IntegrationId,
        findings: &[String],
        comment: Option<NewComment<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<u64> {
        let findings = checked(findings)?;
        if let Some(comment) = &comment {
            comment.check()?;
        }
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        if let Some(comment) = &comment {
            comment.append(&mut tx, id, actor, now).await?;
        }
        let reopened =
            reopen_decisions(&mut tx, id, findings.iter().copied(), &DECIDED, actor, now).await?;
        changes::withdraw(&mut tx, id, &findings, actor, now).await?;
        questions::withdraw(&mut tx, id, &findings, now).await?;
        let words = reopened
            .iter()
            .map(|finding| (finding.as_str(), "Reopened".to_owned()));
        append_events(&mut tx, id, words, FindingEventKind::Reopening, actor, now).await?;
        let target = format!("integration:{id}");
        if let Some(comment) = &comment {
            comment.record(&mut tx, id, actor, now).await?;
        }
        let detail = audit_detail(id, reopened.iter().map(String::as_str));
        record(&mut tx, actor, "finding.reopen", target, &detail, now).await?;
        tx.commit().await?;
        Ok(reopened.len() as u64)
    }

    /// Assigns findings to a member by e-mail address; an empty address unassigns them.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field), [`Error::NotFound`](crate::Error::NotFound) when the integration does not exist.
    #[crate::boxed]
    pub async fn assign(
        &self,
        id: IntegrationId,
        findings: &[String],
        assignee: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let findings = checked(findings)?;
        if !assignee.is_empty() {
            validate::email("assignee", assignee)?;
        }
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let (by, mut rows) = (actor.to_string(), Vec::new());
        for finding in &findings {
            rows.extend(args![
                id,
                *finding,
                parse_finding_id(finding)?.user_key,
                FindingState::Open.value(),
                None::<i64>,
                "",
                "",
                assignee,
                DecisionScope::Finding.value(),
                &by,
                now,
            ]);
        }
        tx.bulk(&ASSIGN, rows).await?;
        tx.execute(
            "DELETE FROM decisions WHERE integration_id = $1 AND state = 'open' AND assignee = ''",
            args![id],
        )
        .await?;
        let words = if assignee.is_empty() {
            "Given to nobody".to_owned()
        } else {
            format!("Given to {assignee}")
        };
        let words = findings.iter().map(|finding| (*finding, words.clone()));
        append_events(&mut tx, id, words, FindingEventKind::Assignment, actor, now).await?;
        let mut detail = audit_detail(id, findings.iter().copied());
        detail["assignee"] = assignee.into();
        let target = format!("integration:{id}");
        record(&mut tx, actor, "finding.assign", target, &detail, now).await?;
        tx.commit().await
    }
}

/// Validates ids of findings and removes duplicates.
fn checked(findings: &[String]) -> Result<BTreeSet<&str>> {
    validate::count("findings", findings.len(), validate::MANY)?;
    for (position, finding) in findings.iter().enumerate() {
        validate::in_list("findings", position, parse_finding_id(finding).map(|_| ()))?;
    }
    Ok(findings.iter().map(String::as_str).collect())
}
