//! Everything that happened to a finding, in one time line: decisions, comments, questions, changes.
//! Here free text is kept, and with a person it is erased; the audit log names only what was done.

use std::collections::{BTreeMap, BTreeSet};

use model::{IntegrationId, Licence, Rule, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::audit::{hex, note};
use crate::bounds;
use crate::db::{Bulk, Tx, args};
use crate::decisions::touch;
use crate::members::next_numbers;
use crate::{Actor, Error, Result, Store};

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

/// What the name of a finding says.
pub(crate) struct Named<'a> {
    pub(crate) rule: Rule,
    pub(crate) licence: Licence,
    /// `None` for findings of the whole account.
    pub(crate) user_key: Option<&'a str>,
}

/// Reads the name of a finding: `dormant~licensed~u-1`, or `addon_poolable~webinar_500~`.
pub(crate) fn named(finding: &str) -> Result<Named<'_>> {
    let wrong = || {
        Error::field(
            "finding",
            format!("is `{}`", finding.chars().take(80).collect::<String>()),
            "use the id of a finding, such as dormant~licensed~u-1",
        )
    };
    bounds::line("finding", finding, bounds::FINDING)?;
    let mut parts = finding.splitn(3, '~');
    let (Some(rule), Some(licence), Some(user)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let licence = Licence::from_key(licence);
    bounds::licence("finding", &licence).map_err(|_| wrong())?;
    Ok(Named {
        rule: Rule::from_value(rule).ok_or_else(wrong)?,
        licence,
        user_key: Some(user).filter(|user| !user.is_empty()),
    })
}

/// The name of a finding as the audit log may keep it for ever: of somebody invited, whose key is
/// their address, only a hash.
fn lasting(finding: &str) -> String {
    match named(finding) {
        Ok(Named {
            rule,
            licence,
            user_key: Some(user),
        }) if user.contains('@') => {
            let hash = hex(&Sha256::digest(user));
            format!("{}~{licence}~invited:{}", rule.value(), &hash[..16])
        }
        _ => finding.to_owned(),
    }
}

/// What the audit log says of several findings: how many, and the first of them.
pub(crate) fn told<'a>(
    id: IntegrationId,
    findings: impl ExactSizeIterator<Item = &'a str>,
) -> serde_json::Value {
    const TOLD: usize = 20;
    let count = findings.len();
    let first: Vec<String> = findings.take(TOLD).map(lasting).collect();
    json!({ "integration": id, "count": count, "findings": first })
}

/// Adds what happened to these findings, each with its words.
pub(crate) async fn happened<'a>(
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
        let user = named(finding)?.user_key;
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
        named(finding)?;
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
        bounds::count("findings", findings.len(), bounds::MANY)?;
        for (position, finding) in findings.iter().enumerate() {
            bounds::entry("findings", position, named(finding).map(|_| ()))?;
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
        bounds::text("text", text, bounds::PROSE)?;
        let mut tx = self.begin().await?;
        touch(&mut tx, id).await?;
        let events = findings.iter().map(|finding| (*finding, text.to_owned()));
        happened(&mut tx, id, events, FindingEventKind::Comment, actor, now).await?;
        let detail = told(id, findings.iter().copied());
        let target = format!("integration:{id}");
        note(&mut tx, actor, "finding.comment", target, &detail, now).await?;
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
                let kind = row.str(2)?;
                Ok(FindingEvent {
                    at: row.time(0)?,
                    actor: row.text(1)?,
                    kind: FindingEventKind::ALL
                        .into_iter()
                        .find(|known| known.value() == kind)
                        .ok_or_else(|| Error::corrupt(format!("`{kind}` in a time line")))?,
                    text: row.text(3)?,
                })
            })
            .collect()
    }
}

/// Of several entries for the same finding, the last one counts.
pub(crate) fn last_of_each<'a, T>(
    all: &'a [T],
    finding: impl Fn(&'a T) -> &'a str,
) -> BTreeMap<&'a str, &'a T> {
    all.iter().map(|entry| (finding(entry), entry)).collect()
}
