//! Files of a contract.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use model::Permission;
use service::Pairs;
use ui::pages::{contract, contracts};
use ui::parts::Errors;

use super::page::{contract_of, view};
use crate::access::Access;
use crate::app::SharedApp;
use crate::download::attachment;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{beside_fields, field_error};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::upload::Upload;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    let decide = Access::Needs(Permission::Decide);
    let one = "/i/{id}/contracts/{contract}";
    routes
        .page(Method::POST, &format!("{one}/attachments"), decide, attach)
        .page(
            Method::GET,
            &format!("{one}/attachments/{{attachment}}"),
            view,
            download,
        )
        .page(
            Method::POST,
            &format!("{one}/attachments/{{attachment}}/remove"),
            decide,
            detach,
        )
}

async fn attach(
    State(app): State<SharedApp>,
    Path((_, number)): Path<(String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    upload: Upload,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &number).await?;
    let id = from_path.integration.id;
    let here = contracts::href(id, contract.id);
    let mut errors = Errors::default();
    match upload.selected() {
        Err(missing) => errors = beside_fields(missing),
        Ok(file) => {
            let media_type = harmless(&file.media_type);
            let stored = app
                .context
                .store
                .attach(
                    id,
                    contract.id,
                    &file.name,
                    media_type,
                    &file.bytes,
                    &page_context.caller.actor(),
                    app.context.clock.now(),
                )
                .await;
            match stored {
                Ok(_) => return Ok(FlashMessage::FileAdded.redirect_to(format!("{here}#files"))),
                Err(error) => {
                    let (_, text) = field_error(error)?;
                    errors.add("file", text);
                }
            }
        }
    }
    let view = view(&app, &from_path, contract, &Pairs::default(), errors).await?;
    Ok(unprocessable(contract::page(&page_context.shell, &view)))
}

/// The media type of a file, when it is known and can't be interpreted as a page or a script.
fn harmless(given: &str) -> &'static str {
    const KNOWN: [&str; 10] = [
        "application/pdf",
        "text/plain",
        "text/csv",
        "image/png",
        "image/jpeg",
        "application/zip",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ];
    KNOWN
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(given.trim()))
        .unwrap_or("application/octet-stream")
}

async fn download(
    State(app): State<SharedApp>,
    Path((_, contract, number)): Path<(String, String, String)>,
    from_path: IntegrationFromPath,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &contract).await?;
    let none = || Failure::not_found("file");
    let number: i64 = number.parse().map_err(|_| none())?;
    let (file, bytes) = app
        .context
        .store
        .attachment(from_path.integration.id, contract.id, number)
        .await?
        .ok_or_else(none)?;
    // Always saved and never shown in the browser, because the content of the file must not run.
    Ok((
        [
            (
                CONTENT_TYPE,
                HeaderValue::from_static(harmless(&file.media_type)),
            ),
            (CONTENT_DISPOSITION, attachment(&file.name)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        bytes,
    )
        .into_response())
}

async fn detach(
    State(app): State<SharedApp>,
    Path((_, contract, number)): Path<(String, String, String)>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let contract = contract_of(&app, &from_path, &contract).await?;
    let none = || Failure::not_found("file");
    let number: i64 = number.parse().map_err(|_| none())?;
    let id = from_path.integration.id;
    let gone = app
        .context
        .store
        .remove_attachment(
            id,
            contract.id,
            number,
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    if !gone {
        return Err(none());
    }
    let here = contracts::href(id, contract.id);
    Ok(FlashMessage::FileRemoved.redirect_to(format!("{here}#files")))
}
