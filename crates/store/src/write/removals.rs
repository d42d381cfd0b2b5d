//! Marking users as missing or removed.

use model::Timestamp;

use super::batch::Batch;
use super::users::CLOSE_EMAIL;
use crate::Result;
use crate::db::{Bulk, args};

const MISSING: Bulk = Bulk {
    head: "WITH v (i, k, g) AS (",
    columns: 3,
    tail: ") UPDATE users SET missing_since = v.g FROM v
            WHERE integration_id = v.i AND user_key = v.k AND missing_since IS NULL
              AND removed_at IS NULL",
};

const REMOVED: Bulk = Bulk {
    head: "WITH v (i, k, t) AS (",
    columns: 3,
    tail: ") UPDATE users SET removed_at = v.t, details_due = NULL,
             licences = CASE WHEN licences IS NULL THEN NULL ELSE '!' END FROM v
            WHERE integration_id = v.i AND user_key = v.k AND removed_at IS NULL
            RETURNING user_key, email",
};

impl Batch<'_> {
    pub(super) async fn users_missing(&mut self, keys: &[String], generation: i64) -> Result<()> {
        let rows = keys
            .iter()
            .flat_map(|key| args![self.id, key, generation])
            .collect();
        self.tx.bulk(&MISSING, rows).await?;
        Ok(())
    }

    pub(super) async fn users_removed(&mut self, keys: &[String], at: Timestamp) -> Result<()> {
        let rows = keys
            .iter()
            .flat_map(|key| args![self.id, key, at])
            .collect();
        let deleted = self.tx.bulk_all(&REMOVED, rows).await?;
        self.changed += deleted.len() as u64;
        let mut closed = Vec::new();
        for row in &deleted {
            closed.extend(args![
                self.id,
                row.str("email")?.to_lowercase(),
                row.str("user_key")?,
                at
            ]);
        }
        self.tx.bulk(&CLOSE_EMAIL, closed).await?;
        let keys: Vec<String> = deleted
            .iter()
            .map(|row| row.text("user_key"))
            .collect::<Result<_>>()?;
        self.end_spans(keys.iter().map(String::as_str), at).await
    }
}
