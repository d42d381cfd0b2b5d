//! Records that could not be understood.

use axum::Json;
use axum::extract::State;
use model::Permission;
use store::StoredRejection;
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.operation(Access::Needs(Permission::ViewData), routes!(list))
}

/// Records that the application sent and that could not be understood, in groups with the same stream,
/// days, user and reason. Nothing is concluded from the absence of other records of these days.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/rejected-records", operation_id = "listRejectedRecords",
    tag = "integrations",
    params(("id" = String, Path, description = "Number of the integration.")),
    responses((status = 200, description = "The groups, by stream and day.", body = List<StoredRejection>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    _: Query<()>,
) -> Result<Json<List<StoredRejection>>, Failure> {
    let found = app.context.store.rejected(from_path.integration.id).await?;
    Ok(Json(List::whole(found)))
}
