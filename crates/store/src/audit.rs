//! The audit log: who did what, each entry chained to the one before by its hash, so that a changed
//! or missing entry shows.

use model::{MemberId, Timestamp};

use crate::{Result, Store};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A member, in the browser.
    Member(MemberId),
    /// A member's API token.
    Token(MemberId),
    /// Somebody with access to the machine, on the command line.
    Cli,
    /// Seatwise itself.
    System,
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number; the next entry's is one higher.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `member:3`, `token:3`, `cli` or `system`.
    pub actor: String,
    /// What was done: `integration.pause`.
    pub action: String,
    /// To what: `integration:7`.
    pub target: String,
    /// More about it, as a JSON object; never a secret.
    pub detail: String,
    /// SHA-256 (hex) of the entry before and of this one.
    pub hash: String,
}

impl Store {
    /// The newest entries, newest first, `limit` at most; with `before`, those older than that entry.
    pub async fn audit(&self, _limit: u32, _before: Option<i64>) -> Result<Vec<AuditEntry>> {
        todo!()
    }

    /// Recomputes the chain of hashes.
    ///
    /// Answers the first entry that was changed, or whose predecessor is missing; `None` when all is well.
    pub async fn verify_audit(&self) -> Result<Option<i64>> {
        todo!()
    }

    /// Notes something that changes nothing here: a sign-in, a refused callback. `detail` is a JSON
    /// object.
    pub async fn record(
        &self,
        _actor: &Actor,
        _action: &str,
        _target: &str,
        _detail: &serde_json::Value,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }
}
