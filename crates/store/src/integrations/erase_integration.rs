//! Erasing an integration. Rows are deleted in batches, each in its own transaction, so that other
//! writers do not wait long. The row of the integration is deleted last, so that the next process
//! that opens the store can continue after a crash.

use model::IntegrationId;
use sqlx::AssertSqlSafe;

use crate::db::args;
use crate::{Result, Store, crash};

/// Tables of an integration, each with the next column of its primary key and the number of rows to
/// select at a time. All rows with the same value are deleted together.
const TABLES: [(&str, &str, u32); 44] = [
    ("connections", "integration_id", 1),
    ("write_access", "integration_id", 1),
    ("messages", "message_id", 5000),
    ("questions", "question_id", 5000),
    ("decisions", "finding", 5000),
    ("finding_events", "finding", 5000),
    ("seen_findings", "finding", 5000),
    ("changes", "change_id", 5000),
    ("change_journal", "change_id", 5000),
    ("ledger", "change_id", 5000),
    ("attachments", "contract_id", 1),
    ("contracts", "contract_id", 5000),
    ("prices", "licence", 5000),
    ("imported_people", "email", 5000),
    ("people_imports", "integration_id", 1),
    ("directory_people", "person_id", 5000),
    ("directory_removals", "email", 5000),
    ("directories", "integration_id", 1),
    ("upcoming", "start_at", 5000),
    ("upcoming_known", "integration_id", 1),
    ("delegations", "user_key", 5000),
    ("licence_spans", "user_key", 5000),
    ("named_values", "name", 5000),
    ("users", "user_key", 5000),
    ("user_emails", "email", 5000),
    ("user_groups", "group_id", 5000),
    ("sign_ins", "day", 1),
    ("sign_in_months", "email", 5000),
    ("sign_in_days", "day", 5000),
    ("events", "start_at", 5000),
    ("hosted_months", "host", 5000),
    ("host_reports", "from_day", 5000),
    ("admin_changes", "at", 5000),
    ("dictionary", "code", 5000),
    ("daily_usage", "day", 5000),
    ("account_settings", "section", 5000),
    ("coverage", "stream", 5000),
    ("changed_days", "history", 5000),
    ("rejected", "stream", 5000),
    ("rejected_texts", "stream", 5000),
    ("checkpoints", "stream", 5000),
    ("streams", "stream", 5000),
    ("requests", "day", 5000),
    ("runs", "run", 5000),
];

impl Store {
    /// Erases the rest of integrations whose erasing was begun.
    pub(crate) async fn resume_erasing(&self) -> Result<()> {
        let rows = self
            .read()
            .await?
            .all(
                "SELECT integration_id FROM integrations WHERE erasing = 1",
                args![],
            )
            .await?;
        for row in rows {
            self.erase(IntegrationId(row.int("integration_id")?))
                .await?;
        }
        Ok(())
    }

    async fn erase(&self, id: IntegrationId) -> Result<()> {
        for (table, column, limit) in TABLES {
            loop {
                let mut tx = self.begin().await?;
                let sql = format!(
                    "DELETE FROM {table} WHERE integration_id = $1 AND {column} IN (
                       SELECT {column} FROM {table} WHERE integration_id = $1
                       ORDER BY {column} LIMIT {limit})"
                );
                // Safe, because all names come from the constant above.
                let deleted = tx.execute(AssertSqlSafe(sql), args![id]).await?;
                if deleted == 0 {
                    break;
                }
                tx.commit().await?;
                crash::point("store: erased a batch");
            }
        }
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM integrations WHERE integration_id = $1 AND erasing = 1",
            args![id],
        )
        .await?;
        tx.commit().await?;
        self.inner.db.remove_erased_bytes().await
    }
}
