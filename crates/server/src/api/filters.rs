//! Filters of users and findings as typed parameters. They are made from the fields of the account's
//! application, so they are read together with the account.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use insight::{FindingQuery, Query};
use service::Pairs;
use service::queries::{finding_query, user_query};

use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;

/// An account, and the users of it that a request selects.
pub(crate) struct SelectedUsers {
    pub(crate) from_path: IntegrationFromPath,
    pub(crate) query: Query,
}

impl FromRequestParts<SharedApp> for SelectedUsers {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Failure> {
        let from_path = IntegrationFromPath::from_request_parts(parts, app).await?;
        let QueryString(pairs) = QueryString::from_request_parts(parts, app).await?;
        let query = user_query(&app.context, from_path.application, &pairs).await??;
        Ok(Self { from_path, query })
    }
}

/// An account, and the findings of it that a request selects.
pub(crate) struct SelectedFindings {
    pub(crate) from_path: IntegrationFromPath,
    pub(crate) query: FindingQuery,
    /// The place in the list. It is no part of the query, because the filters of users would read it as
    /// theirs.
    pub(crate) cursor: Option<String>,
}

impl FromRequestParts<SharedApp> for SelectedFindings {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Failure> {
        let from_path = IntegrationFromPath::from_request_parts(parts, app).await?;
        let QueryString(pairs) = QueryString::from_request_parts(parts, app).await?;
        let cursor = pairs.text("cursor").map(str::to_owned);
        let filters = pairs.0.into_iter().filter(|(name, _)| name != "cursor");
        let filters = Pairs(filters.collect());
        let query = finding_query(&app.context, from_path.application, &filters).await??;
        Ok(Self {
            from_path,
            query,
            cursor,
        })
    }
}
