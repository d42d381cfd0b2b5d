//! Deletes questions to employees that ended long ago.

use model::{IntegrationId, Timestamp};

use crate::db::args;
use crate::{Result, Store, crash};

impl Store {
    /// Deletes questions of an integration that ended before that time, in small transactions. Returns their
    /// number. May be interrupted anywhere and called again.
    #[crate::boxed]
    pub async fn delete_old_questions(&self, id: IntegrationId, before: Timestamp) -> Result<u64> {
        let mut deleted = 0;
        loop {
            let mut tx = self.begin().await?;
            let rows = tx
                .execute(
                    "DELETE FROM questions WHERE integration_id = $1 AND question_id IN (
                       SELECT question_id FROM questions WHERE integration_id = $1
                         AND ended_at < $2 AND due_at IS NULL ORDER BY question_id LIMIT 1000)",
                    args![id, before],
                )
                .await?;
            if rows == 0 {
                return Ok(deleted);
            }
            tx.execute(
                "UPDATE integrations SET decision_revision = decision_revision + 1
                 WHERE integration_id = $1",
                args![id],
            )
            .await?;
            tx.commit().await?;
            crash::point("store: deleted old questions");
            deleted += rows;
        }
    }
}
