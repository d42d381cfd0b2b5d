//! Users of an integration: the filtered list and its CSV.

use std::borrow::Cow;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use insight::{ActivityView, Query, UserView};
use model::{ActivityState, FieldKind, HostedWindow, Permission};
use service::Pairs;
use service::blocking::run_blocking;
use service::export::{CsvFor, RowWriter, csv_file};
use service::queries::user_query;
use service::roster::Snapshot;
use service::user_rows::UserTable;
use ui::pages::users;
use ui::parts::facet::{Facet, FacetOption};
use ui::parts::table::Sort;
use ui::parts::text::number;
use ui::parts::{Seen, Subject};

use crate::access::Access;
use crate::api::filters::SelectedUsers;
use crate::app::{App, SharedApp};
use crate::download::download;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::{count, subject};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}/users", view, list)
        .undocumented(Method::GET, "/i/{id}/users.csv", view, csv)
}

/// The valid part of the query, and the errors of the rest.
async fn lenient(
    app: &App,
    from_path: &IntegrationFromPath,
    pairs: &Pairs,
) -> Result<(Query, Pairs, Vec<String>), Failure> {
    let errors = match user_query(&app.context, from_path.application, pairs).await? {
        Ok(query) => return Ok((query, pairs.clone(), Vec::new())),
        Err(errors) => errors,
    };
    let wrong = |name: &str| errors.iter().any(|error| error.field == name);
    let rest = Pairs(
        pairs
            .0
            .iter()
            .filter(|(name, _)| !wrong(name))
            .cloned()
            .collect(),
    );
    let problems = errors
        .iter()
        .map(|error| format!("“{}” {}.", error.field, error.message))
        .collect();
    let query = match user_query(&app.context, from_path.application, &rest).await? {
        Ok(query) => query,
        Err(_) => Query::everybody(from_path.application),
    };
    Ok((query, rest, problems))
}

async fn list(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let (query, pairs, problems) = lenient(&app, &from_path, &pairs).await?;
    let snapshot = app.context.rosters.of(&from_path.integration).await?;
    let subject = subject(&app, &from_path.integration, Some(&snapshot)).await?;
    let usual = app.context.inactive_days().await?;
    run_blocking(move || {
        let mut view = list_view(&snapshot, &query, subject, &page_context, &pairs, problems);
        view.usual_days = i32::from(usual);
        Ok(html(users::page(&page_context.shell, &view)))
    })
    .await
}

fn list_view(
    snapshot: &Snapshot,
    query: &Query,
    subject: Subject,
    page_context: &PageContext,
    pairs: &Pairs,
    problems: Vec<String>,
) -> users::UsersPage {
    let selection = snapshot.select(query);
    let page = selection.page();
    let application = query.app();
    let integer = |key: &str| {
        application
            .field_index(key)
            .is_some_and(|index| matches!(application.fields[index].kind, FieldKind::Integer))
    };
    let facets = selection
        .facets()
        .into_iter()
        .map(|facet| Facet {
            key: facet.key.to_owned(),
            label: facet.label.to_owned(),
            help: application
                .field_index(facet.key)
                .map_or("", |index| application.fields[index].help)
                .to_owned(),
            options: facet
                .values
                .into_iter()
                .map(|value| FacetOption {
                    unknown: value.value == "unknown",
                    // Whole numbers are formatted as on all other pages.
                    label: match value.label.parse() {
                        Ok(amount) if integer(facet.key) => number(amount),
                        _ => value.label,
                    },
                    value: value.value,
                    count: count(value.would),
                    selected: value.selected,
                })
                .collect(),
        })
        .collect();
    let sort = query.sort();
    users::UsersPage {
        subject,
        params: page_context.params(&pairs.0),
        matching: count(page.total),
        facets,
        rows: page.rows.iter().map(row).collect(),
        inactive_days: i32::from(query.inactive_days()),
        usual_days: i32::from(query.inactive_days()),
        sort: Sort {
            key: sort.value(application).trim_start_matches('-').to_owned(),
            descending: sort.descending,
        },
        before: count(page.before),
        next_cursor: page.next_cursor,
        problems,
    }
}

pub(super) fn row(user: &UserView<'_>) -> users::UserRow {
    let activity = &user.activity;
    users::UserRow {
        key: user.key.to_owned(),
        name: user.display_name.to_owned(),
        email: user.email.to_owned(),
        fields: user
            .metadata
            .values
            .iter()
            .map(|value| value.cloned())
            .collect(),
        groups: user.groups.iter().map(|&name| name.to_owned()).collect(),
        last_sign_in: last_sign_in(activity),
        last_hosted: match activity.last_hosted {
            Some(at) => Seen::At(at),
            None if activity.state == ActivityState::Never => Seen::Never,
            None => Seen::Unknown,
        },
        hosted: HostedWindow::ALL.map(|window| activity.hosted(window).map(i64::from)),
        state: activity.state,
        removed: false,
    }
}

fn last_sign_in(activity: &ActivityView) -> Seen {
    match activity.last_sign_in {
        Some(at) => Seen::At(at),
        None if activity.last_sign_in_known => Seen::Never,
        None => Seen::Unknown,
    }
}

/// All pages of the list as a file. Its columns are named by the keys of the API.
async fn csv(
    State(app): State<SharedApp>,
    SelectedUsers { from_path, query }: SelectedUsers,
) -> Result<Response, Failure> {
    let snapshot = app.context.rosters.of(&from_path.integration).await?;
    let name = format!(
        "{} {} users {}.csv",
        from_path.application.name,
        from_path.integration.name,
        app.context.clock.now().day()
    );
    Ok(download(csv_file(&name, CsvFor::People, move |rows| {
        let users = UserTable::new(query.app());
        rows.write(users.header().map(Cow::Borrowed))?;
        for user in snapshot.rows(&query) {
            rows.write_row(users.cells(&user))?;
        }
        Ok(())
    })))
}
