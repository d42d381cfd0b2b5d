//! A reverse proxy in front of the server that the settings do not mention. Then all people have the
//! address of the proxy, and failed sign-ins of one count against the others.

use model::Timestamp;
use store::Store;

use crate::error::Error;

/// The sentence for people who operate the server.
pub const ADVICE: &str = "Requests come through a reverse proxy that is not configured, so all people seem to have one \
                          address when failed sign-ins are limited. Let the proxy set X-Forwarded-For, and start with \
                          --trust-forwarded-for (SEATWISE_TRUST_FORWARDED_FOR=true).";

const NAME: &str = "unknown_proxy";

/// Stores that such a request came, for `doctor`.
///
/// # Errors
///
/// When nothing can be stored.
#[crate::boxed]
pub async fn record(store: &Store, now: Timestamp) -> Result<(), Error> {
    let at = now.0.to_string();
    Ok(store.set_job_value(None, NAME, Some(&at)).await?)
}

/// Whether such a request came since the last start of a server.
///
/// # Errors
///
/// When the store cannot be read.
#[crate::boxed]
pub async fn was_recorded(store: &Store) -> Result<bool, Error> {
    Ok(store.job_value(None, NAME).await?.is_some())
}

/// Forgets it, because a server starts and its settings may be others.
///
/// # Errors
///
/// When nothing can be stored.
#[crate::boxed]
pub async fn forget(store: &Store) -> Result<(), Error> {
    if was_recorded(store).await? {
        store.set_job_value(None, NAME, None).await?;
    }
    Ok(())
}
