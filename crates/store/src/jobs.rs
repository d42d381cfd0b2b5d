//! Duties of which one process at a time does each: asking, reminding, telling, delivering.

use crate::db::args;
use crate::{Result, Store, validate};

impl Store {
    /// Tries to become the one who does a duty, for `ttl_ms` milliseconds at most. Answers whether that
    /// worked (it does when `holder` has it already, and for another `ttl_ms` then).
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field).
    pub async fn lease_duty(&self, name: &str, holder: &str, ttl_ms: i64) -> Result<bool> {
        validate::required_line("name", name, validate::NAME)?;
        let now = self.lease_now().await?;
        let mut tx = self.begin().await?;
        let taken = tx
            .execute(
                "INSERT INTO duties (organisation_id, name, lease_holder, lease_until)
                 VALUES (1, $1, $2, $3)
                 ON CONFLICT (organisation_id, name) DO UPDATE SET
                   lease_holder = excluded.lease_holder, lease_until = excluded.lease_until
                 WHERE duties.lease_holder = excluded.lease_holder OR duties.lease_until <= $4",
                args![name, holder, now.plus_ms(ttl_ms), now],
            )
            .await?;
        tx.commit().await?;
        Ok(taken > 0)
    }

    /// Gives a duty up before its time; does nothing when it is not `holder`'s.
    pub async fn release_duty(&self, name: &str, holder: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM duties WHERE organisation_id = 1 AND name = $1 AND lease_holder = $2",
            args![name, holder],
        )
        .await?;
        tx.commit().await
    }
}
