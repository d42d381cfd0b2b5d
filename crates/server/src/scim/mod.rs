//! SCIM 2.0 (RFC 7643 and 7644) under `/scim/v2/integrations/{id}`: a directory such as Okta or Microsoft
//! Entra pushes employees, so that whoever is deactivated or deleted there and still holds a licence is
//! found without files.

mod about;
pub(crate) mod answer;
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
use crate::app::{App, Shared};
use crate::chosen::IntegrationFromPath;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::routes::Routes;
use crate::session::Caller;
use answer::{Answer, JsonBody, wrong};
use path::Wanted;
use service::Pairs;

/// The schema of people.
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// Most people on a page.
const GREATEST_PAGE: u32 = 200;
/// People on a page when nothing is said of it.
const USUAL_PAGE: u32 = 100;

pub(crate) fn routes(routes: Routes) -> Routes {
    let decide = Access::Needs(Permission::Decide);
    let at = |path: &str| format!("/scim/v2/integrations/{{id}}{path}");
    let (users, user) = (at("/Users"), at("/Users/{person}"));
    routes
        .shared(
            Method::GET,
            &at("/ServiceProviderConfig"),
            decide,
            service_provider_config,
        )
        .shared(Method::GET, &at("/ResourceTypes"), decide, resource_types)
        .shared(Method::GET, &at("/Schemas"), decide, schemas)
        .shared(Method::GET, &users, decide, list)
        .shared(Method::POST, &users, decide, create)
        .shared(Method::GET, &user, decide, one)
        .shared(Method::PUT, &user, decide, replace)
        .shared(Method::PATCH, &user, decide, change)
        .shared(Method::DELETE, &user, decide, delete)
}

/// The address under which a directory pushes people to an integration.
pub(crate) fn base(app: &App, id: IntegrationId) -> String {
    let public = app.context.public_url.as_str().trim_end_matches('/');
    format!("{public}/scim/v2/integrations/{id}")
}

fn users(app: &App, chosen: &IntegrationFromPath) -> String {
    format!("{}/Users", base(app, chosen.integration.id))
}

async fn service_provider_config(_: IntegrationFromPath) -> Answer {
    Answer(StatusCode::OK, about::config())
}

async fn resource_types(_: IntegrationFromPath) -> Answer {
    whole(&about::resource_types())
}

async fn schemas(_: IntegrationFromPath) -> Answer {
    whole(&about::schemas())
}

/// A list that is complete.
fn whole(resources: &[Value]) -> Answer {
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    page(total, 1, resources)
}

/// Some of a list, from a position that is counted from 1.
fn page(total: i64, start: u32, resources: &[Value]) -> Answer {
    Answer(
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
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Answer, Failure> {
    let start = number(&pairs, "startIndex")?.unwrap_or(1).max(1);
    let start = u32::try_from(start).unwrap_or(u32::MAX);
    let count = number(&pairs, "count")?.unwrap_or(USUAL_PAGE.into());
    // What is negative is none (RFC 7644, section 3.4.2.4).
    let count = count.clamp(0, GREATEST_PAGE.into());
    let count = u32::try_from(count).unwrap_or(GREATEST_PAGE);
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
        .directory_people(chosen.integration.id, filter, start - 1, count)
        .await?;
    let users = users(&app, &chosen);
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
    State(app): State<Shared>,
    chosen: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
) -> Result<Answer, Failure> {
    let filter = DirectoryFilter::Id(&key);
    let found = app
        .context
        .store
        .directory_people(chosen.integration.id, filter, 0, 1);
    let (_, people) = found.await?;
    let person = people.first().ok_or_else(|| Failure::not_found("person"))?;
    Ok(ok(&app, &chosen, person))
}

fn ok(app: &App, chosen: &IntegrationFromPath, person: &DirectoryPerson) -> Answer {
    Answer(StatusCode::OK, person::shown(person, &users(app, chosen)))
}

async fn create(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    JsonBody(told): JsonBody,
) -> Result<Response, Failure> {
    let entry = person::entry(&told, true)?;
    let mut key = [0; 16];
    app.context.random.fill(&mut key);
    let person = app
        .context
        .store
        .push_person(
            chosen.integration.id,
            &hex::encode(key),
            &entry,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    let users = users(&app, &chosen);
    let location = HeaderValue::from_str(&format!("{users}/{}", person.id))
        .map_err(|error| Failure::internal(&error))?;
    let shown = Answer(StatusCode::CREATED, person::shown(&person, &users));
    let mut response = shown.into_response();
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

async fn replace(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    JsonBody(told): JsonBody,
) -> Result<Answer, Failure> {
    let person = app
        .context
        .store
        .change_person(
            chosen.integration.id,
            &key,
            |entry| person::entry(&told, entry.active),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(ok(&app, &chosen, &person))
}

async fn change(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    JsonBody(told): JsonBody,
) -> Result<Answer, Failure> {
    let person = app
        .context
        .store
        .change_person(
            chosen.integration.id,
            &key,
            |entry| patch::patched(&told, entry),
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(ok(&app, &chosen, &person))
}

async fn delete(
    State(app): State<Shared>,
    caller: Caller,
    chosen: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    app.context
        .store
        .delete_person(
            chosen.integration.id,
            &key,
            &caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
