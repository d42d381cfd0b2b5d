//! The lease of a run: only its holder may write, and it expires when the holder does not renew it.

use std::time::Duration;

use store::Lease;
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, LEASE_MS};

/// Renews the lease while the run continues. Stops the run when the lease is lost or the integration
/// was paused or disconnected.
pub(crate) async fn keep(engine: Engine, lease: Lease, stop: CancellationToken) {
    let every = Duration::from_millis(u64::try_from(LEASE_MS / 6).unwrap_or(10_000));
    loop {
        tokio::time::sleep(every).await;
        match engine.store().renew(&lease, LEASE_MS).await {
            Ok(renewed) if renewed.cancel => stop.cancel(),
            Ok(_) => {}
            Err(store::Error::LeaseLost) => stop.cancel(),
            Err(error) => tracing::warn!(%error, "the lease could not be renewed"),
        }
    }
}
