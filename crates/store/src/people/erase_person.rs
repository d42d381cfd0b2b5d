//! Erasing a person. Rows about the person are deleted; where totals would change without a row
//! (history, the ledger), it is made anonymous instead. Texts that administrators wrote about other
//! people stay.

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

/// Tables whose rows about a person are deleted.
const TABLES: [&str; 11] = [
    "users",
    "user_emails",
    "decisions",
    "finding_events",
    "seen_findings",
    "questions",
    "changes",
    "change_journal",
    "delegations",
    "licence_spans",
    "messages",
];

/// Statements about one address ($2, lower case) of an integration ($1). The history keeps its
/// totals under an anonymous name.
const ADDRESS_STATEMENTS: [&str; 9] = [
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
    "UPDATE questions SET hand_over_to = 'erased'
     WHERE integration_id = $1 AND lower(hand_over_to) = $2",
    // An underscore of the address matches any character in LIKE; `replace` then changes nothing.
    "UPDATE finding_events SET content = replace(content, $2, 'erased')
     WHERE integration_id = $1 AND content LIKE '%' || $2 || '%'",
    "UPDATE admin_changes SET detail = replace(detail, $2, 'erased')
     WHERE integration_id = $1 AND detail LIKE '%' || $2 || '%'",
];

/// Statements about one address, id or key ($2) of the person. A record whose person is unknown may be
/// about this one, so its text is deleted too.
const NAME_STATEMENTS: [&str; 2] = [
    "DELETE FROM rejected WHERE integration_id = $1 AND person = $2 AND person <> ''",
    "DELETE FROM rejected_texts WHERE integration_id = $1 AND (person = $2 OR person = '')",
];

impl Store {
    /// Erases all data about a user of an integration and returns the number of deleted rows;
    /// `None` when the key is not known. Totals stay, under an anonymous name. The next sync stores
    /// the user again as long as the application lists them, and so does a directory that pushes
    /// them: remove them there first.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) when the integration does not exist.
    #[crate::boxed]
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
        let addresses = own_addresses(&mut tx, id, user_key, person.str("email")?).await?;
        let mut rows = 0;
        for table in TABLES {
            // Safe, because `table` comes from the constant above.
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
        let external_id = person.opt_text("external_id")?.unwrap_or_default();
        let names = addresses.iter().map(String::as_str);
        for name in names.chain([user_key, external_id.as_str()]) {
            for sql in NAME_STATEMENTS {
                rows += tx.execute(sql, args![id, name]).await?;
            }
        }
        for address in &addresses {
            for sql in ADDRESS_STATEMENTS {
                tx.execute(sql, args![id, address.as_str()]).await?;
            }
        }
        tx.execute(
            "UPDATE integrations SET revision = revision + 1 WHERE integration_id = $1",
            args![id],
        )
        .await?;
        // Enough to check later whether a certain person was erased, but not to find out who it was.
        let pseudonym = &hex(&Sha256::digest(user_key))[..16];
        let detail = json!({ "person": pseudonym, "rows": rows });
        let target = format!("integration:{id}");
        record(&mut tx, actor, "person.erase", target, &detail, now).await?;
        tx.commit().await?;
        self.inner.db.remove_erased_bytes().await?;
        Ok(Some(rows))
    }
}

/// The addresses that belonged to this person and to no one else, as written and in lower case.
async fn own_addresses(
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
