//! Leases of background jobs, so that only one process at a time runs each of them.

use crate::db::{Db, Tx, args};
use crate::{Result, Store, future, validate};

impl Store {
    /// Tries to take the lease of a job for at most `ttl_ms` milliseconds, or extends it. Returns
    /// whether `holder` has the lease now.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field).
    #[crate::boxed]
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
                 WHERE jobs.lease_holder = excluded.lease_holder OR jobs.lease_until <= $4
                   OR jobs.lease_until > $5",
                args![
                    name,
                    holder,
                    now.plus_ms(ttl_ms),
                    now,
                    now.plus_ms(ttl_ms + future::SLACK_MS)
                ],
            )
            .await?;
        tx.commit().await?;
        Ok(taken > 0)
    }

    /// Releases the lease of a job early. Does nothing when `holder` does not have it.
    #[crate::boxed]
    pub async fn release_job(&self, name: &str, holder: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM jobs WHERE organisation_id = 1 AND name = $1 AND lease_holder = $2",
            args![name, holder],
        )
        .await?;
        tx.commit().await
    }

    /// Writes something, to find out whether the database can store anything.
    #[crate::boxed]
    pub async fn probe_write(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        // The row of a job that does not exist; the number makes each write a change.
        tx.execute(
            "INSERT INTO jobs (organisation_id, name, lease_holder, lease_until)
             VALUES (1, 'write_probe', '', 1)
             ON CONFLICT (organisation_id, name) DO UPDATE SET lease_until = jobs.lease_until + 1",
            args![],
        )
        .await?;
        tx.commit().await
    }

    /// Whether all writers share one connection, so that one may have to wait for another.
    #[must_use]
    pub fn has_one_writer(&self) -> bool {
        matches!(self.inner.db, Db::Sqlite { .. })
    }

    /// Ends all leases. Only right while no other process has the database open.
    pub(crate) async fn end_leases_of_dead_processes(&self) -> Result<()> {
        let leased = self
            .read()
            .await?
            .optional(
                "SELECT 1 AS found FROM integrations WHERE lease_holder IS NOT NULL
                 UNION ALL SELECT 1 FROM connections WHERE lock_holder IS NOT NULL
                 UNION ALL SELECT 1 FROM messages WHERE lease_holder IS NOT NULL
                 UNION ALL SELECT 1 FROM jobs LIMIT 1",
                args![],
            )
            .await?;
        if leased.is_none() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        end_all_leases(&mut tx).await?;
        tx.commit().await
    }
}

/// Ends all leases and locks that are stored.
pub(crate) async fn end_all_leases(tx: &mut Tx) -> Result<()> {
    for statement in [
        "UPDATE integrations SET lease_holder = NULL, lease_until = NULL
         WHERE lease_holder IS NOT NULL",
        "UPDATE connections SET lock_holder = NULL, lock_until = NULL
         WHERE lock_holder IS NOT NULL",
        "UPDATE messages SET lease_holder = NULL, lease_until = NULL
         WHERE lease_holder IS NOT NULL",
        "DELETE FROM jobs",
    ] {
        tx.execute(statement, args![]).await?;
    }
    Ok(())
}
