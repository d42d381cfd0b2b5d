//! SCIM 2.0 (RFC 7643 and 7644) under `/scim/v2/integrations/{id}`: a directory such as Okta or
//! Microsoft Entra pushes employees, so that deactivated or deleted employees who still hold a
//! licence are found without importing files.

mod about;
pub(crate) mod body;
mod constants;
pub(crate) mod error;
mod patch;
mod path;
mod person;

use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{IntegrationId, Permission};
use serde_json::{Value, json};
use store::{DirectoryFilter, DirectoryPerson};

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::routes::Routes;
use crate::session::Caller;
use body::{ScimBody, ScimResponse, wrong};
use constants::MAX_PAGE_SIZE;
use path::Wanted;
use service::Pairs;

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The page size when the request has no `count`.
const DEFAULT_PAGE_SIZE: u32 = 100;

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    let at = |path: &str| format!("/scim/v2/integrations/{{id}}{path}");
    let (users, user) = (at("/Users"), at("/Users/{person}"));
    routes
        .undocumented(
            Method::GET,
            &at("/ServiceProviderConfig"),
            decide,
            service_provider_config,
        )
        .undocumented(Method::GET, &at("/ResourceTypes"), decide, resource_types)
        .undocumented(Method::GET, &at("/Schemas"), decide, schemas)
        .undocumented(Method::GET, &users, decide, list)
        .undocumented(Method::POST, &users, decide, create)
        .undocumented(Method::GET, &user, decide, one)
        .undocumented(Method::PUT, &user, decide, replace)
        .undocumented(Method::PATCH, &user, decide, change)
        .undocumented(Method::DELETE, &user, decide, delete)
}

/// The SCIM base address of an integration, for the settings of the directory.
pub(crate) fn base(app: &App, id: IntegrationId) -> String {
    let public = app.context.public_url.as_str().trim_end_matches('/');
    format!("{public}/scim/v2/integrations/{id}")
}

fn users(app: &App, from_path: &IntegrationFromPath) -> String {
    format!("{}/Users", base(app, from_path.integration.id))
}

async fn service_provider_config(_: IntegrationFromPath) -> ScimResponse {
    ScimResponse(StatusCode::OK, about::config())
}

async fn resource_types(_: IntegrationFromPath) -> ScimResponse {
    whole(&about::resource_types())
}

async fn schemas(_: IntegrationFromPath) -> ScimResponse {
    whole(&about::schemas())
}

/// A list that has only one page.
fn whole(resources: &[Value]) -> ScimResponse {
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    page(total, 1, resources)
}

/// One page of a list; positions are counted from 1.
fn page(total: i64, start: u32, resources: &[Value]) -> ScimResponse {
    ScimResponse(
        StatusCode::OK,
        json!({
            "schemas": [LIST],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": resources.len(),
            "Resources": resources,
        }),
    )
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<ScimResponse, Failure> {
    let start = number(&pairs, "startIndex")?.unwrap_or(1).max(1);
    let start = u32::try_from(start).unwrap_or(u32::MAX);
    let count = number(&pairs, "count")?.unwrap_or(DEFAULT_PAGE_SIZE.into());
    // Negative values mean 0 (RFC 7644, section 3.4.2.4).
    let count = count.clamp(0, MAX_PAGE_SIZE.into());
    let count = u32::try_from(count).unwrap_or(MAX_PAGE_SIZE);
    let wanted = pairs.text("filter").map(path::filter).transpose()?;
    let filter = match &wanted {
        None => DirectoryFilter::All,
        Some(Wanted::Id(id)) => DirectoryFilter::Id(id),
        Some(Wanted::UserName(name)) => DirectoryFilter::UserName(name),
        Some(Wanted::ExternalId(id)) => DirectoryFilter::ExternalId(id),
        Some(Wanted::Email(email)) => DirectoryFilter::Email(email),
    };
    let (total, people) = app
        .context
        .store
        .directory_people(from_path.integration.id, filter, start - 1, count)
        .await?;
    let users = users(&app, &from_path);
    let people = people.iter().map(|person| person::shown(person, &users));
    Ok(page(total, start, &people.collect::<Vec<_>>()))
}

fn number(pairs: &Pairs, name: &str) -> Result<Option<i64>, Failure> {
    let read = |text: &str| {
        let wrong = |_| wrong(name, &format!("is `{text}`: use a whole number"));
        text.parse::<i64>().map_err(wrong)
    };
    pairs.text(name).map(read).transpose()
}

async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
) -> Result<ScimResponse, Failure> {
    let filter = DirectoryFilter::Id(&key);
    let found = app
        .context
        .store
        .directory_people(from_path.integration.id, filter, 0, 1);
    let (_, people) = found.await?;
    let person = people.first().ok_or_else(|| Failure::not_found("person"))?;
    Ok(ok(&app, &from_path, person))
}

fn ok(app: &App, from_path: &IntegrationFromPath, person: &DirectoryPerson) -> ScimResponse {
    ScimResponse(
        StatusCode::OK,
        person::shown(person, &users(app, from_path)),
    )
}

async fn create(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    ScimBody(body): ScimBody,
) -> Result<Response, Failure> {
    let entry = person::entry(&body, true)?;
    let mut key = [0; 16];
    app.context.random.fill(&mut key);
    let person = app
        .context
        .store
        .push_person(
            from_path.integration.id,
            &hex::encode(key),
            &entry,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    let users = users(&app, &from_path);
    let location = HeaderValue::from_str(&format!("{users}/{}", person.id))
        .map_err(|error| Failure::internal(&error))?;
    let shown = ScimResponse(StatusCode::CREATED, person::shown(&person, &users));
    let mut response = shown.into_response();
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

async fn replace(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    ScimBody(body): ScimBody,
) -> Result<ScimResponse, Failure> {
    let person = app
        .context
        .store
        .change_person(
            from_path.integration.id,
            &key,
            |entry| person::entry(&body, entry.active),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(ok(&app, &from_path, &person))
}

async fn change(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    ScimBody(body): ScimBody,
) -> Result<ScimResponse, Failure> {
    let person = app
        .context
        .store
        .change_person(
            from_path.integration.id,
            &key,
            |entry| patch::patched(&body, entry),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(ok(&app, &from_path, &person))
}

async fn delete(
    State(app): State<SharedApp>,
    caller: Caller,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    app.context
        .store
        .delete_person(
            from_path.integration.id,
            &key,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
