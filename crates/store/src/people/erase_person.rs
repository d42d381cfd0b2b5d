//! Erasing a person: everything that names them goes, or names nobody any more where a total would
//! change without it (history, the ledger). What administrators wrote about others stays.

use std::collections::BTreeSet;

use model::{IntegrationId, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use crate::audit::record;
use crate::db::{Tx, args};
use crate::hex::hex;
use crate::revision::bump_revision;
use crate::write::stored_word;
use crate::{Actor, Result, Store};

/// Tables whose rows about a person go.
const GONE: [&str; 11] = [
    "users",
    "user_emails",
    "decisions",
    "finding_events",
    "seen_findings",
    "asks",
    "changes",
    "change_journal",
    "delegations",
    "licence_spans",
    "messages",
];

/// Statements about one address ($2, lower case) of an integration ($1). History keeps its totals under
/// a name that tells nothing.
const OF_ADDRESS: [&str; 9] = [
    "DELETE FROM host_reports WHERE integration_id = $1 AND email IN (
       SELECT code FROM dictionary WHERE integration_id = $1 AND word = $2)",
    "UPDATE dictionary SET word = 'erased:' || CAST(code AS TEXT)
     WHERE integration_id = $1 AND word = $2",
    "DELETE FROM imported_people WHERE integration_id = $1 AND email = $2",
    "DELETE FROM directory_people
     WHERE integration_id = $1 AND (email = $2 OR user_name_key = $2)",
    "DELETE FROM directory_removals WHERE integration_id = $1 AND email = $2",
    "DELETE FROM messages
     WHERE integration_id = $1 AND channel_id IS NULL AND lower(recipient) = $2",
    "UPDATE asks SET hand_over_to = 'erased'
     WHERE integration_id = $1 AND lower(hand_over_to) = $2",
    // An underscore of the address matches more than itself: nothing is replaced there then.
    "UPDATE finding_events SET content = replace(content, $2, 'erased')
     WHERE integration_id = $1 AND content LIKE '%' || $2 || '%'",
    "UPDATE admin_changes SET detail = replace(detail, $2, 'erased')
     WHERE integration_id = $1 AND detail LIKE '%' || $2 || '%'",
];

impl Store {
    /// Erases everything about a user of an integration and answers how many rows went; `None` when
    /// nobody has or had this key. Totals stay as they were, under a name that tells nothing. As long
    /// as the application lists the user, the next sync brings them back, and so does a directory that
    /// pushes them anew: remove them there first.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) when there is no such integration.
    pub async fn erase_person(
        &self,
        id: IntegrationId,
        user_key: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<u64>> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let person = tx
            .optional(
                "SELECT external_id, email FROM users WHERE integration_id = $1 AND user_key = $2",
                args![id, user_key],
            )
            .await?;
        let Some(person) = person else {
            return Ok(None);
        };
        let addresses = addresses(&mut tx, id, user_key, person.str("email")?).await?;
        let mut rows = 0;
        for table in GONE {
            // Only names from the table above.
            let sql = format!("DELETE FROM {table} WHERE integration_id = $1 AND user_key = $2");
            rows += tx.execute(AssertSqlSafe(sql), args![id, user_key]).await?;
        }
        tx.execute(
            "UPDATE ledger SET user_key = NULL,
               finding = substr(finding, 1, length(finding) - length($2))
             WHERE integration_id = $1 AND user_key = $2",
            args![id, user_key],
        )
        .await?;
        rows += tx
            .execute(
                "DELETE FROM upcoming WHERE integration_id = $1 AND host_id = $2",
                args![id, person.opt_text("external_id")?.as_deref()],
            )
            .await?;
        for address in &addresses {
            for sql in OF_ADDRESS {
                tx.execute(sql, args![id, address.as_str()]).await?;
            }
        }
        tx.execute(
            "UPDATE integrations SET revision = revision + 1 WHERE integration_id = $1",
            args![id],
        )
        .await?;
        // Enough to find out later whether somebody in particular was erased.
        let pseudonym = &hex(&Sha256::digest(user_key))[..16];
        let detail = json!({ "person": pseudonym, "rows": rows });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "person.erase", target, &detail, now).await?;
        tx.commit().await?;
        self.inner.db.remove_erased_bytes().await?;
        Ok(Some(rows))
    }
}

/// The addresses that were this person's and nobody else's, as they were written and in lower case.
async fn addresses(
    tx: &mut Tx,
    id: IntegrationId,
    user_key: &str,
    written: &str,
) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for row in tx
        .all(
            "SELECT DISTINCT email FROM user_emails e
             WHERE integration_id = $1 AND user_key = $2 AND NOT EXISTS (
               SELECT 1 FROM user_emails o
               WHERE o.integration_id = $1 AND o.email = e.email AND o.user_key <> $2)",
            args![id, user_key],
        )
        .await?
    {
        let email = row.text("email")?;
        if written.to_lowercase() == email {
            all.insert(stored_word(written).into_owned());
        }
        all.insert(stored_word(&email).into_owned());
    }
    Ok(all)
}
