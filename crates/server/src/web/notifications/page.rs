//! Settings of outgoing messages: the mail server, the texts of questions, channels; and the status
//! of the last messages.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use model::Permission;
use service::parameters;
use store::MessageId;
use ui::pages::notifications as page;

use super::channels::{channel, number};
use super::view::{AT, new_form, view};
use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::PageQuery;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let manage = Access::Needs(Permission::ManageSettings);
    let post = Method::POST;
    routes.page(Method::GET, AT, manage, show).page(
        post,
        "/settings/notifications/messages/{id}/retry",
        manage,
        retry,
    )
}

parameters! {
    /// The channel whose settings are in the form.
    struct ChannelQuery {
        channel: Option<i64>,
    }
}

async fn show(
    State(app): State<SharedApp>,
    page_context: PageContext,
    PageQuery(query): PageQuery<ChannelQuery>,
) -> Result<Response, Failure> {
    let mut view = view(&app).await?;
    if let Some(id) = query.channel {
        view.channel = new_form(Some(&channel(&app, id).await?));
    }
    Ok(html(page::page(&page_context.shell, &view)))
}

async fn retry(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = MessageId(number(&id, "message")?);
    let (actor, now) = (page_context.caller.actor(), app.context.clock.now());
    if !app.context.store.retry_message(id, &actor, now).await? {
        return Err(Failure::not_found("message that was given up"));
    }
    app.context.outgoing.run_jobs();
    Ok(FlashMessage::SettingsSaved.redirect_to("/settings/notifications#messages"))
}
