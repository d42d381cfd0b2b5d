//! The audit log: every change with its actor. Each entry contains the hash of the one before, so
//! that a changed or missing entry is detected. Methods that change something on behalf of an actor
//! call [`record`] in their transaction.

use std::fmt;

use model::{MemberId, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::audit_anchor::{self, AuditAnchor};
use crate::db::{Reader, Row, Tx, args};
use crate::hex::hex;
use crate::ids::QuestionId;
use crate::{Error, Result, Store};

/// The person or program that makes a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A member in the browser.
    Member(MemberId),
    /// A program that uses an API token of this member.
    Token(MemberId),
    /// A person with access to the machine, on the command line.
    Cli,
    /// Seatwise itself, for example a background job.
    System,
    /// An employee, through the link of this question.
    Employee(QuestionId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id) => write!(f, "member:{id}"),
            Self::Token(id) => write!(f, "token:{id}"),
            Self::Cli => f.write_str("cli"),
            Self::System => f.write_str("system"),
            Self::Employee(question) => write!(f, "question:{question}"),
        }
    }
}

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Number of the entry. Numbers have no gaps.
    pub id: i64,
    pub at: Timestamp,
    /// `member:3`, `token:3`, `question:3`, `cli` or `system`; `request:3` in entries that versions
    /// before schema 4 wrote.
    pub actor: String,
    /// The action, for example `integration.pause`.
    pub action: String,
    /// The object of the action, for example `integration:7`.
    pub target: String,
    /// Details as a JSON object. Never contains a secret.
    pub detail: String,
    /// SHA-256 (hex) over the hash of the entry before and the fields of this one.
    pub hash: String,
}

impl AuditEntry {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.int("entry")?,
            at: row.time("at")?,
            actor: row.text("actor")?,
            action: row.text("action")?,
            target: row.text("target")?,
            detail: row.text("detail")?,
            hash: row.text("hash")?,
        })
    }

    /// The hash that this entry has when the entry before it has the hash `previous`.
    fn chained(&self, previous: &str) -> String {
        let mut hash = Sha256::new();
        let (id, at) = (self.id.to_string(), self.at.0.to_string());
        for part in [
            previous,
            &id,
            &at,
            &self.actor,
            &self.action,
            &self.target,
            &self.detail,
        ] {
            // With its length, so that text cannot be moved from one part to the next unnoticed.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hex(&hash.finalize())
    }
}

/// Adds an entry in the transaction of the change. Call it last, because other transactions that
/// write entries wait from here until the commit.
pub(crate) async fn record(
    tx: &mut Tx,
    actor: &Actor,
    action: &str,
    target: impl fmt::Display,
    detail: &serde_json::Value,
    now: Timestamp,
) -> Result<()> {
    add_entry(tx, actor, action, &target.to_string(), detail, now).await
}

/// [`record`] for every type of target, so that it is compiled once.
#[crate::boxed]
async fn add_entry(
    tx: &mut Tx,
    actor: &Actor,
    action: &str,
    target: &str,
    detail: &serde_json::Value,
    now: Timestamp,
) -> Result<()> {
    let head = tx
        .one(
            "UPDATE audit_heads SET entry = entry + 1 WHERE organisation_id = 1
             RETURNING entry, hash",
            args![],
        )
        .await?;
    let clean = |text: &str| crate::db::without_nul(text).into_owned();
    let mut entry = AuditEntry {
        id: head.int("entry")?,
        at: now,
        actor: actor.to_string(),
        action: clean(action),
        target: clean(target),
        detail: detail.to_string(),
        hash: String::new(),
    };
    entry.hash = entry.chained(head.str("hash")?);
    tx.execute(
        "INSERT INTO audit (organisation_id, entry, at, actor, action, target, detail, hash)
         VALUES (1, $1, $2, $3, $4, $5, $6, $7)",
        args![
            entry.id,
            entry.at,
            entry.actor,
            entry.action,
            entry.target,
            entry.detail,
            &entry.hash
        ],
    )
    .await?;
    tx.execute(
        "UPDATE audit_heads SET hash = $1 WHERE organisation_id = 1",
        args![&entry.hash],
    )
    .await?;
    Ok(())
}

impl Store {
    /// The newest entries first, at most `limit`. With `before`, only entries older than that one.
    #[crate::boxed]
    pub async fn audit(&self, limit: u32, before: Option<i64>) -> Result<Vec<AuditEntry>> {
        self.read()
            .await?
            .all(
                "SELECT entry, at, actor, action, target, detail, hash FROM audit
                 WHERE organisation_id = 1 AND entry < $1 ORDER BY entry DESC LIMIT $2",
                args![before.unwrap_or(i64::MAX), limit],
            )
            .await?
            .iter()
            .map(AuditEntry::read)
            .collect()
    }

    /// Recomputes the chain of hashes, from the first entry that was not deleted because of its age.
    ///
    /// Returns the number of the first entry that was changed or is missing; `None` when the chain
    /// is intact.
    #[crate::boxed]
    pub async fn verify_audit(&self) -> Result<Option<i64>> {
        loop {
            let mut reader = self.read().await?;
            let anchor = audit_anchor::anchor(&mut reader).await?;
            let bad = verify(&mut reader, anchor.as_ref()).await?;
            // Old entries may have been deleted since the anchor was read.
            if bad.is_none() || anchor == audit_anchor::anchor(&mut reader).await? {
                return Ok(bad);
            }
        }
    }

    /// Adds an entry about an event that changes no data: a sign-in, a refused callback. `detail`
    /// is a JSON object.
    #[crate::boxed]
    pub async fn record_audit_entry(
        &self,
        actor: &Actor,
        action: &str,
        target: &str,
        detail: &serde_json::Value,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        record(&mut tx, actor, action, target, detail, now).await?;
        tx.commit().await
    }
}

async fn verify(reader: &mut Reader, anchor: Option<&AuditAnchor>) -> Result<Option<i64>> {
    // The end is read first, so that entries added in the meantime are ignored.
    let head = reader
        .optional(
            "SELECT entry, hash FROM audit_heads WHERE organisation_id = 1",
            args![],
        )
        .await?
        .ok_or_else(|| Error::corrupt("audit_heads has no row"))?;
    let (last, last_hash) = (head.int("entry")?, head.text("hash")?);
    let (mut previous, mut next) = anchor.map_or((String::new(), 1), |anchor| {
        (anchor.hash.clone(), anchor.entry + 1)
    });
    let mut bad = None;
    reader
        .each(
            "SELECT entry, at, actor, action, target, detail, hash FROM audit
             WHERE organisation_id = 1 AND entry <= $1 ORDER BY entry",
            args![last],
            |row| {
                let entry = AuditEntry::read(row)?;
                if bad.is_none() {
                    if entry.id != next || entry.hash != entry.chained(&previous) {
                        bad = Some(next.min(entry.id));
                    }
                    next += 1;
                    previous = entry.hash;
                }
                Ok(())
            },
        )
        .await?;
    Ok(bad
        .or_else(|| (next != last + 1).then_some(next))
        .or_else(|| (previous != last_hash).then_some(last)))
}
