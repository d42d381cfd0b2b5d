//! Somebody who was invited, and whose key was their address, gets an id: everything that names them
//! moves to the new key.

use sqlx::AssertSqlSafe;

use super::batch::Batch;
use crate::Result;
use crate::db::args;

/// Tables with a row or a few for a user, who may have rows under the new key as well.
const OF_USERS: [&str; 2] = ["licence_spans", "delegations"];
/// Tables that name a finding once at most.
const ONCE: [&str; 2] = ["decisions", "seen_findings"];
/// Tables that name a finding as often as they like.
const OFTEN: [&str; 4] = ["finding_events", "asks", "changes", "ledger"];
/// Tables that name a user alone.
const ALONE: [&str; 2] = ["change_journal", "messages"];

/// The name of a finding with the new key ($1) in place of the old one ($2), which it ends with.
const RENAMED: &str = "substr(finding, 1, length(finding) - length($2)) || $1";

impl Batch<'_> {
    /// Moves everything from one key to another. With `merge`, there was a user with the new key
    /// already: what they hold is known from their own row.
    pub(super) async fn rekey(&mut self, old: &str, new: &str, merge: bool) -> Result<()> {
        for table in OF_USERS {
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
        for table in ONCE {
            // What was decided under the new key is newer.
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
        for table in ONCE.iter().chain(&OFTEN) {
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
        for table in ALONE {
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

    /// `sql` is made of names from the tables above.
    async fn move_rows(&mut self, sql: &str, old: &str, new: &str) -> Result<()> {
        self.tx
            .execute(AssertSqlSafe(sql.to_owned()), args![new, old, self.id])
            .await?;
        Ok(())
    }
}
