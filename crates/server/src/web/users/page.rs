//! Users of an integration: the filtered list, its CSV, one user, and groups.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use insight::findings::LicensedGroup;
use insight::{ActivityView, Query, UserView};
use model::streams;
use model::{
    ActivityState, Application, Day, FieldKind, Group, HostedWindow, NeedKind, Permission,
    Timestamp, User,
};
use store::SignInFilter;

use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::download::download;
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::finding_view::finding_view;
use crate::web::findings::page::hosted;
use crate::web::integration_status::{count, reason, series, subject};
use service::Pairs;
use service::account_snapshot::AccountSnapshot;
use service::blocking::run_blocking;
use service::export::{RowWriter, csv_file};
use service::queries::user_query;
use service::roster::Snapshot;
use service::user_rows::UserTable;
use ui::pages::finding::FindingView;
use ui::pages::{groups, user, users};
use ui::parts::facet::{Facet, FacetOption};
use ui::parts::table::Sort;
use ui::parts::text::number;
use ui::parts::{Seen, Subject};

/// Days of the charts on the page of a user.
const CHART_DAYS: i32 = 90;
/// Rows of each list on the page of a user.
const NEWEST: u32 = 20;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}/users", view, list)
        .undocumented(Method::GET, "/i/{id}/users.csv", view, csv)
        .page(Method::GET, "/i/{id}/users/{key}", view, one)
        .page(Method::GET, "/i/{id}/groups", view, show_groups)
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

fn row(user: &UserView<'_>) -> users::UserRow {
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
    from_path: IntegrationFromPath,
    QueryString(pairs): QueryString,
) -> Result<Response, Failure> {
    let query = user_query(&app.context, from_path.application, &pairs)
        .await?
        .map_err(Failure::from)?;
    let snapshot = app.context.rosters.of(&from_path.integration).await?;
    let name = format!(
        "{} {} users {}.csv",
        from_path.application.name,
        from_path.integration.name,
        app.context.clock.now().day()
    );
    Ok(download(csv_file(&name, move |rows| {
        let users = UserTable::new(query.app());
        rows.write(users.header().map(Cow::Borrowed))?;
        for user in snapshot.rows(&query) {
            rows.write_row(users.cells(&user))?;
        }
        Ok(())
    })))
}

async fn one(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    Path((_, key)): Path<(String, String)>,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let stored = app.context.store.user(id, &key).await?;
    let stored = stored.ok_or_else(|| Failure::not_found("user"))?;
    let account = app.context.accounts.of(&from_path.integration).await?;
    let snapshot = Arc::clone(&account.snapshot);
    let subject = subject(&app, &from_path.integration, Some(&snapshot)).await?;
    let days = app.context.inactive_days().await?;
    let today = app.context.clock.now().day();
    let (findings, verdicts, licences) = conclusions(&app, &account, &key, &stored).await?;
    let charted = (today.plus(1 - CHART_DAYS), today);
    let log = app.context.store.coverage(id, streams::SIGN_INS).await?;
    let history = app.context.store.coverage(id, streams::MEETINGS).await?;
    let email = (!stored.email.is_empty()).then(|| stored.email.to_lowercase());
    let (hosted, sign_ins) = match &email {
        Some(email) => (
            app.context
                .store
                .events(id, Some(email), None, None, NEWEST, None)
                .await?
                .items,
            app.context
                .store
                .sign_ins(
                    id,
                    &SignInFilter {
                        email: Some(email.clone()),
                        ..SignInFilter::default()
                    },
                    NEWEST,
                    None,
                )
                .await?
                .items,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let states = app.context.store.stream_states(id).await?;
    let mut read_at: Vec<(String, Timestamp)> = states
        .into_iter()
        .filter(|state| state.stream != streams::USER_SETTINGS)
        .filter_map(|state| Some((state.stream, state.complete_at?)))
        .collect();
    read_at.extend(
        stored
            .details_at
            .map(|at| (streams::USER_SETTINGS.to_owned(), at)),
    );
    let detail = snapshot.user(&key, days);
    let chart =
        |id: &'static str, title: &str, words, known: &model::Coverage, of: &dyn Fn(Day) -> i64| {
            let points = charted
                .0
                .to(charted.1)
                .map(|day| (day, known.days.contains_key(&day).then(|| of(day))));
            series(id, title, words, points, today, |_| None)
        };
    let sign_in_days = chart(
        "sign-in-days",
        "Days with a sign-in",
        ("day", "days"),
        &log,
        &|day| {
            i64::from(
                detail
                    .as_ref()
                    .is_some_and(|detail| detail.sign_in_days.binary_search(&day).is_ok()),
            )
        },
    );
    let hosted_days = chart(
        "hosted-days",
        "Meetings and webinars hosted per day",
        ("meeting or webinar", "meetings and webinars"),
        &history,
        &|day| {
            let hosted = detail
                .as_ref()
                .and_then(|detail| detail.hosted.iter().find(|hosted| hosted.day == day));
            hosted.map_or(0, |hosted| {
                i64::from(hosted.meetings) + i64::from(hosted.webinars)
            })
        },
    );
    let view = user::UserPage {
        user: match &detail {
            Some(detail) => row(&detail.user),
            None => stored_row(&from_path, &stored),
        },
        groups: group_names(&snapshot, &stored),
        created_at: stored.created_at,
        first_seen: stored.first_seen,
        removed_at: stored.removed_at,
        read_at,
        emails: vec![(stored.email.clone(), stored.first_seen, None)],
        inactive_days: i32::from(days),
        sign_in_days,
        hosted_days,
        hosted,
        sign_ins,
        features: features(from_path.application),
        findings,
        verdicts,
        licences,
        subject,
    };
    Ok(html(user::page(&page_context.shell, &view)))
}

/// The features of an event that explain why it needed a licence, by their bit.
fn features(application: &Application) -> Vec<(i64, &'static str)> {
    let named = application.free.features.iter().filter_map(|(bit, kind)| {
        let name = match kind {
            NeedKind::CloudRecording => "cloud recording",
            NeedKind::Registration => "registration",
            NeedKind::Poll => "polls",
            // The other features are visible in minutes, participants and kind.
            _ => return None,
        };
        Some((1_i64.checked_shl(*bit)?, name))
    });
    named.collect()
}

/// The findings about a user's licences, the conclusions about licences without a finding, and
/// since when each licence is held.
async fn conclusions(
    app: &App,
    account: &AccountSnapshot,
    key: &str,
    stored: &User,
) -> Result<(Vec<FindingView>, Vec<String>, Vec<(String, Day, bool)>), Failure> {
    let roster = account.roster();
    let Some(row) = roster.row_of(key) else {
        return Ok((Vec::new(), Vec::new(), Vec::new()));
    };
    let findings = account.findings.of_user(roster, row);
    let hosted = hosted(app, account, Some(&stored.email)).await?;
    let views: Vec<FindingView> = findings
        .iter()
        .map(|finding| finding_view(account, finding, &hosted))
        .collect();
    let mut licences = Vec::new();
    let mut fields = stored.fields.clone();
    fields.extend(stored.details.clone());
    for licence in account.application.licences_of(&fields) {
        if let Some((since, exact)) = roster.licensed_since(row, &licence) {
            licences.push((licence.label(account.application), since, exact));
        }
    }
    let mut verdicts = Vec::new();
    if findings.is_empty() {
        let everybody = Query::everybody(account.application).with("q", &stored.email);
        let is = |group| {
            let rows = account.findings.people(roster, &everybody, group);
            rows.contains(&row)
        };
        if is(LicensedGroup::Unknown) {
            verdicts.push(
                "Whether this licence is needed is unknown: there is too little data.".to_owned(),
            );
        } else if is(LicensedGroup::Needed) {
            let last = roster.need_days(row).first().map(|(day, _)| day.long());
            verdicts.push(match last {
                Some(day) => format!("This licence is needed: last on {day}"),
                None => "This licence is needed".to_owned(),
            });
        }
    }
    Ok((views, verdicts, licences))
}

/// A user who is in no snapshot: removed, or added after it. Their activity is unknown.
fn stored_row(from_path: &IntegrationFromPath, user: &User) -> users::UserRow {
    users::UserRow {
        key: user.key.clone(),
        name: user.display_name.clone(),
        email: user.email.clone(),
        fields: from_path
            .application
            .fields
            .iter()
            .map(|field| {
                let value = user.fields.get(field.key);
                value.or_else(|| user.details.get(field.key)).cloned()
            })
            .collect(),
        groups: Vec::new(),
        last_sign_in: user.listed_sign_in.map_or(Seen::Unknown, Seen::At),
        last_hosted: Seen::Unknown,
        hosted: [None; HostedWindow::ALL.len()],
        state: ActivityState::Unknown,
        removed: user.removed_at.is_some(),
    }
}

fn group_names(snapshot: &Snapshot, user: &User) -> Vec<(String, String)> {
    user.groups
        .iter()
        .map(|id| {
            let group = snapshot.groups().iter().find(|group| group.id == *id);
            (id.clone(), group.map_or(id, |group| &group.name).clone())
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_that_make_an_event_a_need_are_named_by_their_bits() {
        let zoom = &connector_zoom::ZOOM;
        let named = features(zoom);
        for (bit, kind) in zoom.free.features {
            let name = named.iter().find(|(mask, _)| *mask == 1 << bit);
            assert!(name.is_some(), "{kind:?}");
        }
        assert!(named.contains(&(1 << 25, "cloud recording")));
    }
}
