//! The decision revision of an integration, and the lock on the integration's row.

use model::IntegrationId;

use crate::db::{Tx, args};
use crate::{Error, Result};

/// Adds one to the decision revision of an integration. Its row stays locked until the end of the
/// transaction, so that decisions on one integration are made one after the other.
pub(crate) async fn bump_revision(tx: &mut Tx, id: IntegrationId) -> Result<()> {
    let found = tx
        .execute(
            "UPDATE integrations SET decision_revision = decision_revision + 1
             WHERE integration_id = $1 AND erasing = 0",
            args![id],
        )
        .await?;
    if found == 0 {
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

/// Sets the revision of the employees to the new decision revision. As after [`bump_revision`],
/// other transactions that change them wait for the end of this one.
pub(crate) async fn bump_people_revision(tx: &mut Tx, id: IntegrationId) -> Result<()> {
    bump_revision(tx, id).await?;
    tx.execute(
        "UPDATE integrations SET people_revision = decision_revision WHERE integration_id = $1",
        args![id],
    )
    .await?;
    Ok(())
}
