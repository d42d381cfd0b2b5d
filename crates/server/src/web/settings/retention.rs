//! For how long each kind of data is kept: the form on `/settings`, and its API twin.

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{KEPT_DATA, KeptData, Permission, Retention};
use service::parameters::Reader;
use ui::pages::settings;
use utoipa_axum::routes;

use super::page::view;
use crate::access::Access;
use crate::api::body::JsonBody;
use crate::api::parameters::Query;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, beside_fields};
use crate::page_context::PageContext;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::session::Caller;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    routes
        .page(Method::POST, "/settings/retention", manage, submit)
        .operation(manage, routes!(retention))
        .operation(manage, routes!(set_retention))
}

/// Reads all kinds; one that is missing or empty is kept for ever.
fn read(reader: &mut Reader<'_>) -> Retention {
    let mut retention = Retention::default();
    for data in KeptData::ALL {
        let days = reader.parse(data.value(), |text| data.parse_days(text));
        retention.set(data, days.flatten());
    }
    retention
}

async fn submit(
    State(app): State<SharedApp>,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let retention = match form.read_with(|reader| Some(read(reader))) {
        Ok(retention) => retention,
        Err(errors) => {
            let typed = KEPT_DATA.map(|info| form.text_or_empty(info.data.value()));
            let view = settings::SettingsPage {
                form: "retention".to_owned(),
                errors: beside_fields(errors),
                typed_retention: Some(typed),
                ..view(&app, &page_context).await?
            };
            return Ok(unprocessable(settings::page(&page_context.shell, &view)));
        }
    };
    app.context
        .store
        .set_retention(
            retention,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings"))
}

/// For how many days each kind of data is kept.
#[utoipa::path(
    get, path = "/api/v1/retention", operation_id = "getRetention", tag = "rules",
    responses((status = 200, description = "Days for each kind of data; null for ever.", body = Retention))
)]
pub(crate) async fn retention(
    State(app): State<SharedApp>,
    _: Query<()>,
) -> Result<Json<Retention>, Failure> {
    Ok(Json(app.context.store.retention().await?))
}

/// Sets for how many days each kind of data is kept. A kind that is null or left out is kept for ever. What is older is deleted within a minute.
#[utoipa::path(
    put, path = "/api/v1/retention", operation_id = "setRetention", tag = "rules",
    request_body = Retention,
    responses((status = 200, description = "The setting as it is now.", body = Retention))
)]
pub(crate) async fn set_retention(
    State(app): State<SharedApp>,
    caller: Caller,
    body: JsonBody,
) -> Result<Json<Retention>, Failure> {
    let retention = body.read_with(&[], |reader| Some(read(reader)))?;
    app.context
        .store
        .set_retention(retention, &caller.actor(), app.context.clock.now())
        .await?;
    Ok(Json(retention))
}
