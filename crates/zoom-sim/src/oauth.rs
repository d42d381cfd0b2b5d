//! OAuth: the pages on which an administrator authorises an app, and the tokens.

mod flow;
mod forms;
pub(crate) mod grants;
mod pages;
pub(crate) mod scopes;
mod token;
mod tokens;

use crate::Sim;
use axum::Router;
use axum::routing::{get, post};
pub(crate) use tokens::access;

pub(crate) fn router() -> Router<Sim> {
    Router::new()
        .route("/oauth/authorize", get(flow::authorize))
        .route("/oauth/signin", post(flow::sign_in))
        .route("/oauth/consent", post(flow::consent))
        .route("/oauth/token", post(token::token))
        .route("/oauth/revoke", post(token::revoke))
}
