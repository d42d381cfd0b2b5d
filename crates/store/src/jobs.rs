//! Leases of background jobs, so that only one process at a time runs each of them.

use crate::db::args;
use crate::{Result, Store, validate};

impl Store {
    /// Tries to take the lease of a job for at most `ttl_ms` milliseconds, or extends it. Returns
    /// whether `holder` has the lease now.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field).
    pub async fn lease_job(&self, name: &str, holder: &str, ttl_ms: i64) -> Result<bool> {
        validate::required_line("name", name, validate::NAME)?;
        let now = self.lease_now().await?;
        let mut tx = self.begin().await?;
        let taken = tx
            .execute(
                "INSERT INTO jobs (organisation_id, name, lease_holder, lease_until)
                 VALUES (1, $1, $2, $3)
                 ON CONFLICT (organisation_id, name) DO UPDATE SET
                   lease_holder = excluded.lease_holder, lease_until = excluded.lease_until
                 WHERE jobs.lease_holder = excluded.lease_holder OR jobs.lease_until <= $4",
                args![name, holder, now.plus_ms(ttl_ms), now],
            )
            .await?;
        tx.commit().await?;
        Ok(taken > 0)
    }

    /// Releases the lease of a job early. Does nothing when `holder` does not have it.
    pub async fn release_job(&self, name: &str, holder: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM jobs WHERE organisation_id = 1 AND name = $1 AND lease_holder = $2",
            args![name, holder],
        )
        .await?;
        tx.commit().await
    }
}
