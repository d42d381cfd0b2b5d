//! Leases: only one process at a time runs the sync of an integration, and one that was taken for
//! dead can write no more (its fence number has passed).

use model::{Integration, IntegrationId, RunState, Timestamp};

use crate::{Result, RunTotals, Store};

/// The right to run one integration's sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The integration.
    pub integration: IntegrationId,
    /// Goes up with every lease of the integration.
    pub fence: i64,
    /// Who has it.
    pub holder: String,
    /// Number of the run, counted from 1 for each integration.
    pub run: i64,
}

/// What a holder learns when it renews its lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewed {
    /// The integration is no longer active: stop at the next opportunity.
    pub cancel: bool,
}

impl Store {
    /// Leases an active integration whose run is due and that nobody has, longest due first. Goes on
    /// with the run of a holder that died.
    pub async fn lease_next(
        &self,
        _holder: &str,
        _ttl_ms: i64,
    ) -> Result<Option<(Lease, Integration)>> {
        todo!()
    }

    /// Leases this integration now, whether it is due or not; `None` when somebody else has it or it
    /// is not active.
    pub async fn lease(
        &self,
        _id: IntegrationId,
        _holder: &str,
        _ttl_ms: i64,
    ) -> Result<Option<Lease>> {
        todo!()
    }

    /// Keeps a lease for another `ttl_ms` milliseconds from now.
    ///
    /// # Errors
    /// [`Error::LeaseLost`](crate::Error::LeaseLost) when somebody else has it, or nobody.
    pub async fn renew(&self, _lease: &Lease, _ttl_ms: i64) -> Result<Renewed> {
        todo!()
    }

    /// Ends a run and releases its lease.
    ///
    /// # Errors
    /// [`Error::LeaseLost`](crate::Error::LeaseLost) when the lease is no longer ours.
    pub async fn finish_run(
        &self,
        _lease: &Lease,
        _state: RunState,
        _reason: Option<&str>,
        _next_run_at: Timestamp,
        _totals: RunTotals,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }
}
