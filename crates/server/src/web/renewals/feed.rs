//! The calendar feed of all renewals.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use model::Permission;
use serde::Serialize;
use service::secret::{digest, random_text};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::routes::Routes;
use crate::session::Caller;

pub(crate) fn routes(routes: Routes) -> Routes {
    let may_decide = Access::Needs(Permission::Decide);
    routes.operation(may_decide, routes!(make_feed, end_feed))
}

/// The address of the calendar feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Feed {
    /// The address to subscribe to. Anyone who has it can read the feed and nothing else; it is
    /// shown only now.
    url: String,
}

/// Creates a new address for the calendar feed of all renewals; the previous one stops working.
#[utoipa::path(
    post, path = "/api/v1/calendar", operation_id = "makeFeed", tag = "renewals",
    responses((status = 201, description = "The address.", body = Feed))
)]
pub(crate) async fn make_feed(
    State(app): State<SharedApp>,
    caller: Caller,
) -> Result<(StatusCode, Json<Feed>), Failure> {
    let token = random_text(&*app.context.random);
    app.context
        .store
        .set_feed_token_hash(
            Some(&digest(&token)),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    let base = app.context.public_url.as_str().trim_end_matches('/');
    let url = format!("{base}/renewals.ics?token={token}");
    Ok((StatusCode::CREATED, Json(Feed { url })))
}

/// Removes the calendar feed.
#[utoipa::path(
    delete, path = "/api/v1/calendar", operation_id = "endFeed", tag = "renewals",
    responses((status = 204, description = "It has ended."))
)]
pub(crate) async fn end_feed(
    State(app): State<SharedApp>,
    caller: Caller,
) -> Result<StatusCode, Failure> {
    app.context
        .store
        .set_feed_token_hash(None, &caller.actor(), app.context.clock.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
