//! The savings ledger.

use axum::Json;
use axum::extract::State;
use model::Permission;
use store::LedgerEntry;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes.operation(may_view, routes!(ledger))
}

/// The savings ledger, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/ledger", operation_id = "ledger", tag = "changes",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "Every promise.", body = List<LedgerEntry>))
)]
pub(crate) async fn ledger(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<LedgerEntry>>, Failure> {
    let entries = app.context.store.ledger(from_path.integration.id).await?;
    Ok(Json(List::whole(entries)))
}
