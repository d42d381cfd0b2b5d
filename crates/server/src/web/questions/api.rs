//! The questions to people.

use axum::Json;
use axum::extract::State;
use axum::http::{Method, Uri};
use axum::response::Redirect;
use model::Permission;
use store::{Question, QuestionFilter, QuestionId, QuestionState};
use utoipa_axum::routes;

use crate::access::Access;
use crate::api::List;
use crate::api::parameters::{NumberPaging, Query};
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::response::moved;
use crate::routes::Routes;
use service::parameters;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_view = Access::Needs(Permission::ViewData);
    routes.operation(may_view, routes!(list)).undocumented(
        Method::GET,
        "/api/v1/integrations/{id}/requests",
        may_view,
        requests_moved,
    )
}

parameters! {
    /// The filter of questions.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct QuestionsQuery {
        /// How far they have come. Repeat it for “or”.
        #[param(value_type = Option<Vec<String>>)]
        state: Vec<QuestionState>,
    }
}

/// Questions were at `requests` before; scripts still use that address.
async fn requests_moved(from_path: IntegrationFromPath, uri: Uri) -> Redirect {
    let id = from_path.integration.id;
    moved(&format!("/api/v1/integrations/{id}/questions"), &uri)
}

/// Questions to people, newest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/{id}/questions", operation_id = "listQuestions", tag = "changes",
    params(
        ("id" = String, Path, description = "Number of the integration."),
        QuestionsQuery, NumberPaging,
    ),
    responses((status = 200, description = "Questions.", body = List<Question>))
)]
pub(crate) async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Query((query, paging)): Query<(QuestionsQuery, NumberPaging)>,
) -> Result<Json<List<Question>>, Failure> {
    let limit = paging.limit.0;
    let filter = QuestionFilter {
        states: query.state,
        before: paging.cursor.map(|cursor| QuestionId(cursor.0)),
        limit: limit + 1,
        ..QuestionFilter::default()
    };
    let id = Some(from_path.integration.id);
    let questions = app.context.store.questions(id, &filter).await?;
    Ok(Json(List::page(questions, limit, |question| {
        question.id.to_string()
    })))
}
