//! Leases: only one process at a time runs the sync of an integration. A process whose lease was
//! taken over can no longer write, because its fence number is outdated.

use model::{Integration, IntegrationId, RunState, Timestamp};

use crate::db::{Arg, Tx, args};
use crate::integrations::{integration_columns, read};
use crate::{Error, Result, RunTotals, Store, future};

/// Whether an integration is due at `$1`: its time has come, or cannot be right. The latter is the
/// case when its last run began in the future, or when it is further ahead than any pause between
/// two runs; `$2` and `$3` are the latest times for runs in general and for postponed ones, without
/// the integration's interval.
macro_rules! due {
    () => {
        "(next_run_at <= $1
          OR next_run_at > $3 + interval_minutes * 60000
          OR (next_run_at > $2 + interval_minutes * 60000
              AND NOT EXISTS (SELECT 1 FROM runs r
                WHERE r.integration_id = integrations.integration_id AND r.run = integrations.run
                  AND r.state = 'postponed'))
          OR EXISTS (SELECT 1 FROM runs r
            WHERE r.integration_id = integrations.integration_id AND r.run = integrations.run
              AND r.started_at > $2))"
    };
}

/// Whether the lease of an integration is free at `$1`: it has expired, or was taken by another
/// process than `$4` at a time that cannot be right, because it would last beyond `$5`.
macro_rules! free {
    () => {
        "(lease_until IS NULL OR lease_until <= $1 OR (lease_until > $5 AND lease_holder <> $4))"
    };
}

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
    #[crate::boxed]
    pub async fn lease_next(
        &self,
        holder: &str,
        ttl_ms: i64,
    ) -> Result<Option<(Lease, Integration)>> {
        let now = self.lease_now().await?;
        let due = self.due_integrations(now, holder, ttl_ms, 20).await?;
        for id in due {
            let request = LeaseRequest {
                id,
                holder,
                ttl_ms,
                now,
                manual: false,
            };
            // Another process may have taken it since the query above: try the next one.
            let mut tx = self.begin().await?;
            // A row that a frozen process has locked must not keep the others waiting.
            let free = tx
                .try_lock(
                    "SELECT integration_id FROM integrations WHERE integration_id = $1",
                    args![request.id],
                )
                .await?;
            if !free {
                continue;
            }
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

    /// Whether an integration is due that no process has leased.
    #[crate::boxed]
    pub async fn is_work_waiting(&self, holder: &str, ttl_ms: i64) -> Result<bool> {
        let now = self.lease_now().await?;
        let due = self.due_integrations(now, holder, ttl_ms, 1).await?;
        Ok(!due.is_empty())
    }

    /// The integrations, each with whether a process has the lease of its sync.
    #[crate::boxed]
    pub async fn sync_queue(&self) -> Result<Vec<(IntegrationId, bool)>> {
        let now = self.lease_now().await?;
        self.read()
            .await?
            .all(
                "SELECT integration_id, CAST(CASE WHEN lease_until > $1 THEN 1 ELSE 0 END AS BIGINT) AS leased
                 FROM integrations WHERE erasing = 0",
                args![now],
            )
            .await?
            .iter()
            .map(|row| Ok((IntegrationId(row.int("integration_id")?), row.flag("leased")?)))
            .collect()
    }

    async fn due_integrations(
        &self,
        now: Timestamp,
        holder: &str,
        ttl_ms: i64,
        limit: u32,
    ) -> Result<Vec<IntegrationId>> {
        let mut args = due_args(now, holder, ttl_ms);
        args.push(limit.into());
        self.read()
            .await?
            .all(
                concat!(
                    "SELECT integration_id FROM integrations
                     WHERE state = 'active' AND erasing = 0 AND ",
                    due!(),
                    " AND ",
                    free!(),
                    " ORDER BY next_run_at, integration_id LIMIT $6"
                ),
                args,
            )
            .await?
            .iter()
            .map(|row| Ok(IntegrationId(row.int("integration_id")?)))
            .collect()
    }

    /// Leases this integration now, even if it is not due; `None` when another process has the
    /// lease or the integration is not active.
    #[crate::boxed]
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
            ttl_ms,
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
    #[crate::boxed]
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

    /// Ends a run and releases its lease. If `now` and the clock of leases differ by more than a
    /// correction, the next run is due as long after the latter as `next_run_at` is after `now`.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when the lease was taken over.
    #[crate::boxed]
    pub async fn finish_run(
        &self,
        lease: &Lease,
        state: RunState,
        reason: Option<&str>,
        next_run_at: Timestamp,
        totals: RunTotals,
        now: Timestamp,
    ) -> Result<()> {
        let lease_now = self.lease_now().await?;
        let next_run_at = if lease_now.since(now).abs() > future::SLACK_MS {
            lease_now.plus_ms(next_run_at.since(now))
        } else {
            next_run_at
        };
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

/// The arguments of the conditions `due!` and `free!`.
fn due_args(now: Timestamp, holder: &str, ttl_ms: i64) -> Vec<Arg<'_>> {
    args![
        now,
        now.plus_ms(future::SLACK_MS),
        now.plus_ms(future::POSTPONED_MS),
        holder,
        now.plus_ms(ttl_ms.saturating_add(future::SLACK_MS)),
    ]
}

/// A process that wants a lease.
struct LeaseRequest<'a> {
    id: IntegrationId,
    holder: &'a str,
    ttl_ms: i64,
    now: Timestamp,
    /// Whether a person requested this run; otherwise it must be due.
    manual: bool,
}

impl LeaseRequest<'_> {
    /// Takes the lease if that is still possible.
    async fn take(&self, tx: &mut Tx) -> Result<Option<Lease>> {
        let mut args = due_args(self.now, self.holder, self.ttl_ms);
        args.extend(args![self.now.plus_ms(self.ttl_ms), self.id, self.manual]);
        let row = tx
            .optional(
                concat!(
                    "UPDATE integrations SET lease_holder = $4, lease_until = $6, fence = fence + 1
                     WHERE integration_id = $7 AND state = 'active' AND erasing = 0 AND ",
                    free!(),
                    " AND ($8 = 1 OR ",
                    due!(),
                    ") RETURNING fence, run, next_trigger"
                ),
                args,
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
