//! The decision revision of an integration, which moves on with every decision, and the lock that
//! goes with it.

use model::IntegrationId;

use crate::db::{Tx, args};
use crate::{Error, Result};

/// Moves the integration's decision revision on. Its row stays locked until the end of the
/// transaction, so that what is decided on one integration is decided one after the other.
pub(crate) async fn bump_revision(tx: &mut Tx, id: IntegrationId) -> Result<()> {
    let there = tx
        .execute(
            "UPDATE integrations SET decision_revision = decision_revision + 1
             WHERE integration_id = $1 AND erasing = 0",
            args![id],
        )
        .await?;
    if there == 0 {
        return Err(Error::not_found(format!("integration {id}")));
    }
    Ok(())
}

/// Keeps an integration from being erased until the end of the transaction.
pub(crate) async fn lock_integration(tx: &mut Tx, id: IntegrationId) -> Result<()> {
    tx.locked(
        "SELECT integration_id FROM integrations WHERE integration_id = $1 AND erasing = 0",
        args![id],
    )
    .await?
    .map(|_| ())
    .ok_or_else(|| Error::not_found(format!("integration {id}")))
}

/// Moves on what says that the people of an integration have changed, with its decision revision. As
/// after [`bump_revision`], everybody else who wants to change them waits for the end of the transaction.
pub(crate) async fn bump_people_revision(tx: &mut Tx, id: IntegrationId) -> Result<()> {
    bump_revision(tx, id).await?;
    tx.execute(
        "UPDATE integrations SET people_revision = decision_revision WHERE integration_id = $1",
        args![id],
    )
    .await?;
    Ok(())
}
