//! The timeline of a finding: decisions, comments, questions, changes. Free text is stored here,
//! because it is erased together with the person; the audit log, which is never erased, contains
//! only the action.

use std::collections::BTreeSet;

use model::{IntegrationId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::record;
use crate::db::{Bulk, Tx, args};
use crate::findings::{audit_detail, parse_finding_id};
use crate::numbers::next_numbers;
use crate::revision::bump_revision;
use crate::{Actor, Error, Result, Store, validate};

const EVENTS: Bulk = Bulk {
    head: "INSERT INTO finding_events (integration_id, finding, entry, user_key, at, actor, kind,
             content)",
    columns: 8,
    tail: "",
};

/// Kind of an event in the timeline of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingEventKind {
    /// A person decided on the finding.
    Decision,
    /// Assigned to a member or unassigned.
    Assignment,
    /// The decision was taken back.
    Reopening,
    /// A person wrote a comment.
    Comment,
    /// A question was sent, repeated, answered or not answered.
    Question,
    /// The change of the finding moved to another state.
    Change,
}

impl FindingEventKind {
    const ALL: [Self; 6] = [
        Self::Decision,
        Self::Assignment,
        Self::Reopening,
        Self::Comment,
        Self::Question,
        Self::Change,
    ];

    /// The word for storage and the API.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Assignment => "assignment",
            Self::Reopening => "reopening",
            Self::Comment => "comment",
            Self::Question => "question",
            Self::Change => "change",
        }
    }
}

/// An event in the timeline of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingEvent {
    /// The time of the event (UTC).
    pub at: Timestamp,
    /// The actor, as in the audit log.
    pub actor: String,
    /// The subject of the event: a decision, a comment, a question, …
    pub kind: FindingEventKind,
    /// The event as a sentence; for a comment, its text.
    pub text: String,
}

/// Appends events of one kind to the timelines of findings, each with its text.
pub(crate) async fn append_events<'a>(
    tx: &mut Tx,
    id: IntegrationId,
    events: impl Iterator<Item = (&'a str, String)>,
    kind: FindingEventKind,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let events: Vec<(&str, String)> = events.collect();
    let Ok(count) = i64::try_from(events.len()) else {
        return Ok(());
    };
    if count == 0 {
        return Ok(());
    }
    let first = next_numbers(tx, "finding_event", count).await?;
    let actor = actor.to_string();
    let mut rows = Vec::with_capacity(events.len() * EVENTS.columns);
    for (entry, (finding, text)) in (first..).zip(&events) {
        let user = parse_finding_id(finding)?.user_key;
        rows.extend(args![
            id,
            *finding,
            entry,
            user,
            now,
            &actor,
            kind.value(),
            text
        ]);
    }
    tx.bulk(&EVENTS, rows).await?;
    Ok(())
}

/// A comment on findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewComment<'a> {
    /// Ids of the findings; each gets the comment once.
    pub findings: &'a [String],
    /// The text; white space around it is removed.
    pub text: &'a str,
}

impl NewComment<'_> {
    pub(crate) fn check(&self) -> Result<()> {
        validate::count("findings", self.findings.len(), validate::MANY)?;
        for (position, finding) in self.findings.iter().enumerate() {
            validate::in_list("findings", position, parse_finding_id(finding).map(|_| ()))?;
        }
        let text = self.text.trim();
        if text.is_empty() {
            return Err(Error::field("text", "is empty", "write a comment"));
        }
        validate::text("text", text, validate::PROSE)
    }

    fn findings(&self) -> BTreeSet<&str> {
        self.findings.iter().map(String::as_str).collect()
    }

    /// Appends the comment to the timelines, in a transaction that has bumped the revision.
    pub(crate) async fn append(
        &self,
        tx: &mut Tx,
        id: IntegrationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let text = self.text.trim();
        let findings = self.findings();
        let events = findings
            .into_iter()
            .map(|finding| (finding, text.to_owned()));
        append_events(tx, id, events, FindingEventKind::Comment, actor, now).await
    }

    /// Adds the audit entry of the comment.
    pub(crate) async fn record(
        &self,
        tx: &mut Tx,
        id: IntegrationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let detail = audit_detail(id, self.findings().into_iter());
        let target = format!("integration:{id}");
        record(tx, actor, "finding.comment", target, &detail, now).await
    }
}

impl Store {
    /// Adds a comment to a finding.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn comment(
        &self,
        id: IntegrationId,
        finding: &str,
        text: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        parse_finding_id(finding)?;
        self.comment_all(id, &[finding.to_owned()], text, actor, now)
            .await
    }

    /// Adds the same comment to several findings: to all of them or, when one is invalid, to none.
    ///
    /// # Errors
    /// [`Error::Field`] with the entry (`findings[2].finding`, counted from 0), [`Error::NotFound`]
    /// when the integration does not exist.
    #[crate::boxed]
    pub async fn comment_all(
        &self,
        id: IntegrationId,
        findings: &[String],
        text: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let comment = NewComment { findings, text };
        comment.check()?;
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        comment.append(&mut tx, id, actor, now).await?;
        comment.record(&mut tx, id, actor, now).await?;
        tx.commit().await
    }

    /// The timeline of a finding, oldest event first.
    #[crate::boxed]
    pub async fn finding_history(
        &self,
        id: IntegrationId,
        finding: &str,
    ) -> Result<Vec<FindingEvent>> {
        self.read()
            .await?
            .all(
                "SELECT at, actor, kind, content FROM finding_events
                 WHERE integration_id = $1 AND finding = $2 ORDER BY entry",
                args![id, finding],
            )
            .await?
            .iter()
            .map(|row| {
                let kind = row.str("kind")?;
                Ok(FindingEvent {
                    at: row.time("at")?,
                    actor: row.text("actor")?,
                    kind: FindingEventKind::ALL
                        .into_iter()
                        .find(|known| known.value() == kind)
                        .ok_or_else(|| {
                            Error::corrupt(format!("kind `{kind}` of an event in a timeline"))
                        })?,
                    text: row.text("content")?,
                })
            })
            .collect()
    }
}
