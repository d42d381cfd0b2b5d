//! Queries about users and findings, parsed from the filters of an address.

use insight::findings::FindingQuery;
use insight::{Query, QueryError};
use model::Application;

use crate::context::Context;
use crate::error::Error;
use crate::pairs::Pairs;

/// The users that the pairs select. A user counts as inactive after the organisation's number of
/// days unless the pairs contain another one. The inner error contains all faults of the pairs.
#[crate::boxed]
pub async fn user_query(
    context: &Context,
    application: &'static Application,
    pairs: &Pairs,
) -> Result<Result<Query, Vec<QueryError>>, Error> {
    let days = context.inactive_days().await?;
    let pairs = pairs.0.iter().map(|(name, value)| (name, value));
    Ok(Query::parse(application, pairs).map(|query| query.default_inactive_days(days)))
}

/// The findings that the pairs select, with the same rules as [`user_query`].
#[crate::boxed]
pub async fn finding_query(
    context: &Context,
    application: &'static Application,
    pairs: &Pairs,
) -> Result<Result<FindingQuery, Vec<QueryError>>, Error> {
    let days = context.inactive_days().await?;
    let pairs = pairs.0.iter().map(|(name, value)| (name, value));
    Ok(FindingQuery::parse(application, pairs).map(|mut query| {
        query.users = query.users.default_inactive_days(days);
        query
    }))
}
