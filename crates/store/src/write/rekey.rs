//! A user that was invited under an e-mail address as key, gets an id: all rows about the user move
//! to the new key.

use sqlx::AssertSqlSafe;

use super::batch::Batch;
use crate::Result;
use crate::db::args;

/// Tables with a few rows for each user. There may be rows under the new key as well.
const USER_TABLES: [&str; 2] = ["licence_spans", "delegations"];
/// Tables with at most one row for each finding.
const ONE_ROW_PER_FINDING: [&str; 2] = ["decisions", "seen_findings"];
/// Tables with any number of rows for each finding.
const MANY_ROWS_PER_FINDING: [&str; 4] = ["finding_events", "questions", "changes", "ledger"];
/// Tables with the key of a user but no finding.
const USER_KEY_ONLY: [&str; 2] = ["change_journal", "messages"];

/// The id of a finding with the new key ($1) in place of the old one ($2) at its end.
const RENAMED: &str = "substr(finding, 1, length(finding) - length($2)) || $1";

impl Batch<'_> {
    /// Moves all rows from one key to another. With `merge` there already was a user with the new
    /// key, and the licences are known from that user's own row.
    pub(super) async fn rekey(&mut self, old: &str, new: &str, merge: bool) -> Result<()> {
        for table in USER_TABLES {
            self.move_rows(
                &if merge {
                    format!("DELETE FROM {table} WHERE integration_id = $3 AND user_key = $2 AND $1 <> $2")
                } else {
                    format!("UPDATE {table} SET user_key = $1 WHERE integration_id = $3 AND user_key = $2")
                },
                old,
                new,
            )
            .await?;
        }
        for table in ONE_ROW_PER_FINDING {
            // Rows under the new key are newer and win.
            self.move_rows(
                &format!(
                    "DELETE FROM {table} WHERE integration_id = $3 AND user_key = $2
                       AND {RENAMED} IN (
                         SELECT o.finding FROM {table} o
                         WHERE o.integration_id = $3 AND o.user_key = $1)"
                ),
                old,
                new,
            )
            .await?;
        }
        for table in ONE_ROW_PER_FINDING.iter().chain(&MANY_ROWS_PER_FINDING) {
            self.move_rows(
                &format!(
                    "UPDATE {table} SET finding = {RENAMED}, user_key = $1
                     WHERE integration_id = $3 AND user_key = $2"
                ),
                old,
                new,
            )
            .await?;
        }
        for table in USER_KEY_ONLY {
            self.move_rows(
                &format!(
                    "UPDATE {table} SET user_key = $1 WHERE integration_id = $3 AND user_key = $2"
                ),
                old,
                new,
            )
            .await?;
        }
        Ok(())
    }

    /// `sql` contains only names from the tables above.
    async fn move_rows(&mut self, sql: &str, old: &str, new: &str) -> Result<()> {
        self.tx
            .execute(AssertSqlSafe(sql.to_owned()), args![new, old, self.id])
            .await?;
        Ok(())
    }
}
