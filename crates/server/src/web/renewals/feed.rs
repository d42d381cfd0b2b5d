//! The calendar feed of all renewals.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use model::Permission;
use serde::Serialize;
use service::secret::{digest, random_text};
use store::Actor;
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::routes::Routes;
use crate::session::Caller;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.operation(MAY_CHANGE_FEED, routes!(make_feed, end_feed))
}

/// A new address ends all subscriptions, so the page and the API need the same permission.
pub(crate) const MAY_CHANGE_FEED: Access = Access::Needs(Permission::ManageSettings);

/// Replaces the address of the feed. It is shown only this once, because only its hash is stored.
pub(crate) async fn new_address(app: &App, actor: &Actor) -> Result<Url, Failure> {
    let token = random_text(&*app.context.random);
    app.context
        .store
        .set_feed_token_hash(Some(&digest(&token)), actor, app.context.clock.now())
        .await?;
    let mut address = app
        .context
        .public_url
        .join("renewals.ics")
        .map_err(|error| Failure::internal(&error))?;
    address.query_pairs_mut().append_pair("token", &token);
    Ok(address)
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
    let url = new_address(&app, &caller.actor()).await?.to_string();
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
