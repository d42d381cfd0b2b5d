//! Everything that happened to a finding, in one time line: decisions, comments, questions, changes.
//! Here free text is kept, and with a person it is erased; the audit log names only what was done.

use std::collections::BTreeSet;

use model::{IntegrationId, Timestamp};
use sha2::Digest as _;

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

/// What something in the time line of a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingEventKind {
    /// It was decided on.
    Decision,
    /// It was given to a colleague.
    Assignment,
    /// The decision was taken back.
    Reopening,
    /// Somebody wrote something.
    Comment,
    /// The person was asked, reminded, answered or was silent.
    Request,
    /// Something became of the change.
    Change,
}

impl FindingEventKind {
    const ALL: [Self; 6] = [
        Self::Decision,
        Self::Assignment,
        Self::Reopening,
        Self::Comment,
        Self::Request,
        Self::Change,
    ];

    /// The word that is stored and shown to machines.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Assignment => "assignment",
            Self::Reopening => "reopening",
            Self::Comment => "comment",
            Self::Request => "request",
            Self::Change => "change",
        }
    }
}

/// Something that happened to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEvent {
    /// When.
    pub at: Timestamp,
    /// Who, as in the audit log.
    pub actor: String,
    /// What it is about.
    pub kind: FindingEventKind,
    /// What happened, in words; for a comment, its text.
    pub text: String,
}

/// Adds what happened to these findings, each with its words.
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

impl Store {
    /// Adds a comment to a finding.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when there is no such integration.
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

    /// Adds the same comment to findings, to all of them or, when one is wrong, to none.
    ///
    /// # Errors
    /// [`Error::Field`] naming the entry (`findings[2].finding`, counted from 0), [`Error::NotFound`]
    /// when there is no such integration.
    pub async fn comment_all(
        &self,
        id: IntegrationId,
        findings: &[String],
        text: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        validate::count("findings", findings.len(), validate::MANY)?;
        for (position, finding) in findings.iter().enumerate() {
            validate::in_list("findings", position, parse_finding_id(finding).map(|_| ()))?;
        }
        let findings: BTreeSet<&str> = findings.iter().map(String::as_str).collect();
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::field(
                "text",
                "is empty",
                "write what you want to say",
            ));
        }
        validate::text("text", text, validate::PROSE)?;
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let events = findings.iter().map(|finding| (*finding, text.to_owned()));
        append_events(&mut tx, id, events, FindingEventKind::Comment, actor, now).await?;
        let detail = audit_detail(id, findings.iter().copied());
        let target = format!("integration:{id}");
        record(&mut tx, actor, "finding.comment", target, &detail, now).await?;
        tx.commit().await
    }

    /// Everything that happened to a finding, oldest first.
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
                        .ok_or_else(|| Error::corrupt(format!("`{kind}` in a time line")))?,
                    text: row.text("content")?,
                })
            })
            .collect()
    }
}
