//! The groups of an integration.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::Query;
use model::{ActivityState, Application, Group, Permission, streams};
use service::blocking::run_blocking;
use service::roster::Snapshot;
use ui::pages::groups;

use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::{count, reason, subject};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes.page(Method::GET, "/i/{id}/groups", view, show_groups)
}

async fn show_groups(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let snapshot = app.context.rosters.of(&from_path.integration).await?;
    let subject = subject(&app, &from_path.integration, Some(&snapshot)).await?;
    let days = app.context.inactive_days().await?;
    let reason = reason(&app, &subject, streams::GROUPS).await?;
    let rows = {
        let snapshot = Arc::clone(&snapshot);
        let application = from_path.application;
        run_blocking(move || Ok::<_, Failure>(group_rows(&snapshot, application, days))).await?
    };
    let without = snapshot.listed.then(|| {
        let query = Query::everybody(from_path.application).with("group", "none");
        count(snapshot.select(&query).total())
    });
    let view = groups::GroupsPage {
        subject,
        rows,
        without_group: without,
        inactive_days: i32::from(days),
        reason,
    };
    Ok(html(groups::page(&page_context.shell, &view)))
}

fn group_rows(
    snapshot: &Snapshot,
    application: &'static Application,
    days: u16,
) -> Vec<groups::GroupRow> {
    let everybody = Query::everybody(application).default_inactive_days(days);
    let active = everybody.with("state", ActivityState::Active.value());
    let known = group_counts(snapshot, &everybody);
    let active = group_counts(snapshot, &active);
    let of = |counts: &HashMap<String, usize>, group: &Group| {
        // A facet names a group by its name where that is unambiguous, and otherwise by its id.
        let members = counts.get(&group.id).or_else(|| counts.get(&group.name));
        count(members.copied().unwrap_or(0))
    };
    let mut rows: Vec<_> = snapshot
        .groups()
        .iter()
        .map(|group| groups::GroupRow {
            id: group.id.clone(),
            name: group.name.clone(),
            known: of(&known, group),
            total: group.total_members,
            active: Some(of(&active, group)),
        })
        .collect();
    rows.sort_by_key(|row| row.name.to_lowercase());
    rows
}

/// The number of users of each group that a query accepts, by the name of the group in its facet.
fn group_counts(snapshot: &Snapshot, query: &Query) -> HashMap<String, usize> {
    let facets = snapshot.facets(query);
    let groups = facets.into_iter().find(|facet| facet.key == "group");
    groups
        .into_iter()
        .flat_map(|facet| facet.values)
        .map(|value| {
            let name = value.value.strip_prefix('=').unwrap_or(&value.value);
            (name.to_owned(), value.count)
        })
        .collect()
}
