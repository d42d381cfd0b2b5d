//! Leases: only one process at a time runs the sync of an integration. A process whose lease was
//! taken over can no longer write, because its fence number is outdated.

use model::{Integration, IntegrationId, RunState, Timestamp};

use crate::db::{Tx, args};
use crate::integrations::{integration_columns, read};
use crate::{Error, Result, RunTotals, Store};

/// The right to run the sync of one integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub integration: IntegrationId,
    /// Goes up with every lease of the integration.
    pub fence: i64,
    /// Name of the process that has it.
    pub holder: String,
    /// Number of the run, counted from 1 for each integration.
    pub run: i64,
}

/// Result of renewing a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseRenewal {
    /// The integration is no longer active: stop at the next opportunity.
    pub cancel: bool,
}

impl Store {
    /// Leases an active integration whose run is due and that has no valid lease, longest due
    /// first. An unfinished run of a crashed process is continued.
    pub async fn lease_next(
        &self,
        holder: &str,
        ttl_ms: i64,
    ) -> Result<Option<(Lease, Integration)>> {
        let now = self.lease_now().await?;
        let due = self
            .read()
            .await?
            .all(
                "SELECT integration_id FROM integrations
                 WHERE state = 'active' AND erasing = 0 AND next_run_at <= $1
                   AND (lease_until IS NULL OR lease_until <= $1)
                 ORDER BY next_run_at, integration_id LIMIT 20",
                args![now],
            )
            .await?;
        for row in due {
            let request = LeaseRequest {
                id: IntegrationId(row.int("integration_id")?),
                holder,
                until: now.plus_ms(ttl_ms),
                now,
                manual: false,
            };
            // Another process may have taken it since the query above: try the next one.
            let mut tx = self.begin().await?;
            let Some(lease) = request.take(&mut tx).await? else {
                continue;
            };
            let integration = tx
                .one(
                    concat!(
                        "SELECT ",
                        integration_columns!(),
                        " FROM integrations WHERE integration_id = $1"
                    ),
                    args![request.id],
                )
                .await?;
            tx.commit().await?;
            return Ok(Some((lease, read(&integration)?)));
        }
        Ok(None)
    }

    /// Leases this integration now, even if it is not due; `None` when another process has the
    /// lease or the integration is not active.
    pub async fn lease(
        &self,
        id: IntegrationId,
        holder: &str,
        ttl_ms: i64,
    ) -> Result<Option<Lease>> {
        let now = self.lease_now().await?;
        let request = LeaseRequest {
            id,
            holder,
            until: now.plus_ms(ttl_ms),
            now,
            manual: true,
        };
        let mut tx = self.begin().await?;
        let lease = request.take(&mut tx).await?;
        tx.commit().await?;
        Ok(lease)
    }

    /// Extends a lease to `ttl_ms` milliseconds from now.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when the lease was released or taken over.
    pub async fn renew(&self, lease: &Lease, ttl_ms: i64) -> Result<LeaseRenewal> {
        let now = self.lease_now().await?;
        let mut tx = self.begin().await?;
        let row = tx
            .optional(
                "UPDATE integrations SET lease_until = $1
                 WHERE integration_id = $2 AND fence = $3 AND lease_holder = $4 RETURNING state",
                args![
                    now.plus_ms(ttl_ms),
                    lease.integration,
                    lease.fence,
                    &lease.holder
                ],
            )
            .await?
            .ok_or(Error::LeaseLost)?;
        tx.commit().await?;
        Ok(LeaseRenewal {
            cancel: row.str("state")? != "active",
        })
    }

    /// Ends a run and releases its lease.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when the lease was taken over.
    pub async fn finish_run(
        &self,
        lease: &Lease,
        state: RunState,
        reason: Option<&str>,
        next_run_at: Timestamp,
        totals: RunTotals,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let ours = tx
            .execute(
                "UPDATE integrations SET lease_holder = NULL, lease_until = NULL,
                   next_run_at = $1, next_trigger = 'schedule'
                 WHERE integration_id = $2 AND fence = $3 AND lease_holder = $4",
                args![next_run_at, lease.integration, lease.fence, &lease.holder],
            )
            .await?;
        if ours == 0 {
            return Err(Error::LeaseLost);
        }
        if matches!(state, RunState::Complete | RunState::Incomplete) {
            tx.execute(
                "UPDATE integrations SET last_complete_at = $1,
                   first_complete_at = COALESCE(first_complete_at, $1)
                 WHERE integration_id = $2",
                args![now, lease.integration],
            )
            .await?;
        }
        let streams = tx
            .all(
                "SELECT state FROM streams WHERE integration_id = $1 ORDER BY stream",
                args![lease.integration],
            )
            .await?
            .iter()
            .map(|row| row.text("state"))
            .collect::<Result<Vec<_>>>()?
            .join(",");
        tx.execute(
            "UPDATE runs SET state = $1, reason = $2, ended_at = $3, requests = $4, refused = $5,
               rows_read = $6, changed = $7, streams = $8
             WHERE integration_id = $9 AND run = $10",
            args![
                state.value(),
                reason,
                now,
                totals.requests,
                totals.refused,
                totals.rows,
                totals.changed,
                format!("[{streams}]"),
                lease.integration,
                lease.run,
            ],
        )
        .await?;
        tx.commit().await
    }
}

/// A process that wants a lease.
struct LeaseRequest<'a> {
    id: IntegrationId,
    holder: &'a str,
    until: Timestamp,
    now: Timestamp,
    /// Whether a person requested this run; otherwise it must be due.
    manual: bool,
}

impl LeaseRequest<'_> {
    /// Takes the lease if that is still possible.
    async fn take(&self, tx: &mut Tx) -> Result<Option<Lease>> {
        let row = tx
            .optional(
                "UPDATE integrations SET lease_holder = $1, lease_until = $2, fence = fence + 1
                 WHERE integration_id = $3 AND state = 'active' AND erasing = 0
                   AND (lease_until IS NULL OR lease_until <= $4)
                   AND (next_run_at <= $4 OR $5 = 1)
                 RETURNING fence, run, next_trigger",
                args![self.holder, self.until, self.id, self.now, self.manual],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (fence, last_run) = (row.int("fence")?, row.int("run")?);
        let lease = |run| {
            Ok(Some(Lease {
                integration: self.id,
                fence,
                holder: self.holder.to_owned(),
                run,
            }))
        };
        let unfinished = tx
            .optional(
                "SELECT run FROM runs WHERE integration_id = $1 AND run = $2 AND state = 'running'",
                args![self.id, last_run],
            )
            .await?;
        if unfinished.is_some() {
            return lease(last_run);
        }
        let run = last_run + 1;
        tx.execute(
            "UPDATE integrations SET run = $1 WHERE integration_id = $2",
            args![run, self.id],
        )
        .await?;
        let trigger = if self.manual {
            "manual"
        } else {
            row.str("next_trigger")?
        };
        tx.execute(
            "INSERT INTO runs (integration_id, run, state, trigger_key, started_at, requests,
               refused, rows_read, changed, streams)
             VALUES ($1, $2, 'running', $3, $4, 0, 0, 0, 0, '[]')",
            args![self.id, run, trigger, self.now],
        )
        .await?;
        lease(run)
    }
}
