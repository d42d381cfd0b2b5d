//! Deletes the oldest part of the audit log. The number and the hash of the last deleted entry stay as an
//! anchor, with which the chain of the rest is verified. An entry about the deletion repeats the anchor, so
//! that the chain vouches for it.

use model::Timestamp;
use serde_json::json;

use crate::audit::record;
use crate::audit_anchor::{ANCHOR, AuditAnchor, anchor};
use crate::db::args;
use crate::named_values::{ALL, put};
use crate::{Actor, Error, Result, Store, crash};

/// Entries that are deleted in one transaction.
const BATCH: i64 = 5000;

impl Store {
    /// The last entry of the audit log that was deleted because of its age; `None` when there is none.
    #[crate::boxed]
    pub async fn audit_anchor(&self) -> Result<Option<AuditAnchor>> {
        anchor(&mut self.read().await?).await
    }

    /// Deletes the entries of the audit log before the first one that is not older than that time, in small
    /// transactions. Returns their number. May be interrupted anywhere and called again.
    #[crate::boxed]
    pub async fn delete_old_audit(&self, before: Timestamp, now: Timestamp) -> Result<u64> {
        let mut deleted = 0;
        loop {
            let mut tx = self.begin().await?;
            // Without a newer entry all are old. Numbers go on all the same, because the head counts them.
            let row = tx
                .one(
                    "SELECT MIN(entry) AS oldest, COALESCE((SELECT MIN(entry) FROM audit
                       WHERE organisation_id = 1 AND at >= $1), MAX(entry) + 1) AS kept
                     FROM audit WHERE organisation_id = 1",
                    args![before],
                )
                .await?;
            let (Some(oldest), Some(kept)) = (row.opt_int("oldest")?, row.opt_int("kept")?) else {
                return Ok(deleted);
            };
            let last = (kept - 1).min(oldest + BATCH - 1);
            let row = tx
                .optional(
                    "SELECT at, hash FROM audit WHERE organisation_id = 1 AND entry = $1",
                    args![last],
                )
                .await?;
            let Some(row) = row.filter(|_| last >= oldest) else {
                return Ok(deleted);
            };
            let anchor = AuditAnchor {
                entry: last,
                at: row.time("at")?,
                hash: row.text("hash")?,
            };
            let text = serde_json::to_string(&anchor).map_err(|error| Error::Invalid {
                what: format!("the audit anchor ({error})"),
            })?;
            deleted += tx
                .execute(
                    "DELETE FROM audit WHERE organisation_id = 1 AND entry <= $1",
                    args![last],
                )
                .await?;
            put(&mut tx, ALL, ANCHOR, Some(&text)).await?;
            let detail = json!({ "from": oldest, "to": last, "hash": anchor.hash });
            record(
                &mut tx,
                &Actor::System,
                "audit.delete_old",
                "organisation:1",
                &detail,
                now,
            )
            .await?;
            tx.commit().await?;
            crash::point("store: deleted old audit entries");
        }
    }
}
