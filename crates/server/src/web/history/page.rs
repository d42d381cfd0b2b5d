//! Sign-ins, meetings and administrators' changes by row, and the account's settings.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::streams::{self, NOT_KNOWN};
use model::{AdminChange, Day, IntegrationId, Permission, SignInKind};

use super::log::{AdminChangeQuery, Log, MeetingQuery, SignInQuery, cursor};
use crate::access::Access;
use crate::api::parameters::check_period;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::form::QueryString;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::{held_on, reason, series, stopped, subject, subject_at_hand};
use crate::web::integrations::page::label;
use service::FieldError;
use service::Pairs;
use service::parameters;
use service::parameters::Reader;
use service::roster::Snapshot;
use ui::pages::{account, admin_changes, hosted, sign_ins};
use ui::parts::{Errors, Subject, Tab};

const ROWS: u32 = 100;
/// Days of the chart without dates, and its maximum.
const CHART_DAYS: i32 = 90;
/// The maximum number of rows that are read for one page between two dates.
const LOOKED_THROUGH: usize = 20_000;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}/meetings", view, show_meetings)
        .page(Method::GET, "/i/{id}/sign-ins", view, show_sign_ins)
        .page(
            Method::GET,
            "/i/{id}/admin-changes",
            view,
            show_admin_changes,
        )
        .page(Method::GET, "/i/{id}/account", view, show_account)
}

/// Leaves out invalid parameters and adds an error for each.
fn beside<T>(result: Result<T, Failure>, errors: &mut Errors) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(failure) => match failure.field_errors() {
            [] => Err(failure),
            wrong => {
                for FieldError { field, message } in wrong {
                    errors.add(field, message.clone());
                }
                Ok(None)
            }
        },
    }
}

/// The contents of a page about a log: the roster for its chart, the filter, the rows, and the errors of the filter.
struct Listed<F: Log> {
    snapshot: Arc<Snapshot>,
    subject: Subject,
    filter: F,
    rows: Vec<F::Row>,
    next_cursor: Option<String>,
    errors: Errors,
}

impl<F: Log> Listed<F> {
    /// Reads one page of a log. A filter or cursor that is invalid is named beside its field, and
    /// leaves the list empty.
    async fn read(
        app: &App,
        from_path: &IntegrationFromPath,
        query: &Pairs,
    ) -> Result<Self, Failure> {
        let snapshot = app.context.rosters.of(&from_path.integration).await?;
        let subject = subject(app, &from_path.integration, Some(&snapshot)).await?;
        let mut errors = Errors::default();
        let filter = beside(query.read::<F>().map_err(Failure::from), &mut errors)?;
        let page = match &filter {
            Some(filter) => {
                let (store, id) = (&app.context.store, from_path.integration.id);
                let page = filter.page(store, id, ROWS, query.text("cursor")).await;
                beside(page.map_err(cursor), &mut errors)?
            }
            None => None,
        };
        let (rows, next_cursor) = page.map_or((Vec::new(), None), |page| (page.items, page.next));
        Ok(Self {
            snapshot,
            subject,
            filter: filter.unwrap_or_default(),
            rows,
            next_cursor,
            errors,
        })
    }
}

async fn show_sign_ins(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let listed = Listed::<SignInQuery>::read(&app, &from_path, &query).await?;
    let emails = listed.rows.iter().map(|row| row.email.as_str());
    let users = holders(&app, id, emails).await?;
    let today = app.context.clock.now().day();
    let filter = &listed.filter;
    let (from, to) = charted(filter.from, filter.to, today);
    let path = Tab::SignIns.href(id);
    // The chart counts all users, so it is shown only beside an unfiltered list.
    let everybody = filter.email.is_none() && filter.kind != Some(SignInKind::Out);
    let per_day = everybody.then(|| {
        series(
            "sign-ins-per-day",
            "People who signed in per day",
            ("person", "people"),
            listed
                .snapshot
                .per_day(from, to)
                .into_iter()
                .map(|point| (point.day, point.people.map(i64::from))),
            today,
            |day| Some(format!("{path}?from={day}&to={day}&kind=in")),
        )
        .without_sum()
    });
    let view = sign_ins::SignInsPage {
        per_day,
        stopped: stopped(&app, &listed.subject, streams::SIGN_INS).await?,
        rows: listed
            .rows
            .into_iter()
            .map(|sign_in| sign_ins::SignInRow {
                user: users.get(&sign_in.email).cloned().flatten(),
                sign_in,
            })
            .collect(),
        next_cursor: listed.next_cursor,
        params: page_context.params(&query.0),
        reason: reason(&app, &listed.subject, streams::SIGN_INS).await?,
        errors: listed.errors,
        subject: listed.subject,
    };
    Ok(html(sign_ins::page(&page_context.shell, &view)))
}

/// Key and name of the users with these addresses now or earlier.
async fn holders(
    app: &App,
    id: IntegrationId,
    emails: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Option<(String, String)>>, Failure> {
    let mut users = HashMap::new();
    for email in emails {
        if !users.contains_key(email) {
            let holders = app.context.store.users_by_email(id, email).await?;
            let holder = holders
                .into_iter()
                .min_by_key(|user| (user.removed_at.is_some(), user.key.clone()));
            let known = holder.map(|user| {
                let name = [user.display_name, user.email]
                    .into_iter()
                    .find(|text| !text.is_empty());
                (user.key.clone(), name.unwrap_or(user.key))
            });
            users.insert(email.to_owned(), known);
        }
    }
    Ok(users)
}

/// The days of the chart beside a list with a period.
fn charted(from: Option<Day>, to: Option<Day>, today: Day) -> (Day, Day) {
    let to = to.unwrap_or(today).min(today);
    let from = from
        .unwrap_or_else(|| to.plus(1 - CHART_DAYS))
        .max(to.plus(1 - 2 * CHART_DAYS));
    (from, to)
}

async fn show_meetings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let listed = Listed::<MeetingQuery>::read(&app, &from_path, &query).await?;
    let hosts = listed.rows.iter().map(|event| event.host.as_str());
    let users = holders(&app, id, hosts).await?;
    let today = app.context.clock.now().day();
    let filter = &listed.filter;
    let (from, to) = charted(filter.from, filter.to, today);
    let path = Tab::Meetings.href(id);
    let per_day = filter.host.is_none().then(|| {
        series(
            "meetings-per-day",
            "Meetings and webinars per day",
            ("meeting or webinar", "meetings and webinars"),
            listed
                .snapshot
                .per_day(from, to)
                .into_iter()
                .map(|point| (point.day, held_on(&point))),
            today,
            |day| Some(format!("{path}?from={day}&to={day}")),
        )
    });
    let view = hosted::HostedPage {
        per_day,
        stopped: stopped(&app, &listed.subject, streams::MEETINGS).await?,
        rows: listed
            .rows
            .into_iter()
            .map(|event| hosted::HostedRow {
                host: users.get(&event.host).cloned().flatten(),
                event,
            })
            .collect(),
        next_cursor: listed.next_cursor,
        params: page_context.params(&query.0),
        reason: reason(&app, &listed.subject, streams::MEETINGS).await?,
        errors: listed.errors,
        subject: listed.subject,
    };
    Ok(html(hosted::page(&page_context.shell, &view)))
}

parameters! {
    /// The days of the page; either end may be open.
    struct Period checked by Period::check {
        from: Option<Day>,
        to: Option<Day>,
    }
}

impl Period {
    fn check(&self, reader: &mut Reader<'_>) {
        check_period(self.from, self.to, reader);
    }
}

async fn show_admin_changes(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let subject = subject_at_hand(&app, &from_path.integration).await?;
    let mut errors = Errors::default();
    let read = query.read::<(AdminChangeQuery, Period)>();
    let page = match beside(read.map_err(Failure::from), &mut errors)? {
        Some((filter, period)) => beside(
            changes(&app, &from_path, &query, &filter, &period).await,
            &mut errors,
        )?,
        None => None,
    };
    let (rows, next_cursor) = page.unwrap_or_default();
    let categories: BTreeSet<String> = rows
        .iter()
        .map(|row| row.category.clone())
        .chain(query.text("category").map(str::to_owned))
        .collect();
    let view = admin_changes::AdminChangesPage {
        params: page_context.params(&query.0),
        categories: categories.into_iter().collect(),
        rows,
        next_cursor,
        reason: reason(&app, &subject, streams::OPERATION_LOGS).await?,
        stopped: stopped(&app, &subject, streams::OPERATION_LOGS).await?,
        errors,
        subject,
    };
    Ok(html(admin_changes::page(&page_context.shell, &view)))
}

/// One page of the log within a period, either end of which may be open.
async fn changes(
    app: &App,
    from_path: &IntegrationFromPath,
    query: &Pairs,
    filter: &AdminChangeQuery,
    Period { from, to }: &Period,
) -> Result<(Vec<AdminChange>, Option<String>), Failure> {
    let mut next = query.text("cursor").map(str::to_owned);
    let mut rows = Vec::new();
    let mut looked = 0;
    loop {
        let (store, id) = (&app.context.store, from_path.integration.id);
        let page = filter.page(store, id, ROWS, next.as_deref()).await;
        let page = page.map_err(cursor)?;
        looked += page.items.len();
        let past = |row: &AdminChange| from.is_some_and(|from| row.at.day() < from);
        let over = page.items.last().is_some_and(past);
        rows.extend(
            page.items
                .into_iter()
                .filter(|row| !past(row) && to.is_none_or(|to| row.at.day() <= to)),
        );
        next = page.next.filter(|_| !over);
        if next.is_none() || !rows.is_empty() || looked >= LOOKED_THROUGH {
            return Ok((rows, next));
        }
    }
}

async fn show_account(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let subject = subject_at_hand(&app, &from_path.integration).await?;
    let sections = app
        .context
        .store
        .account_settings(from_path.integration.id)
        .await?;
    let not_known = sections
        .iter()
        .find(|section| section.section == NOT_KNOWN)
        .and_then(|section| serde_json::from_str::<BTreeMap<String, String>>(&section.json).ok())
        .unwrap_or_default()
        .into_iter()
        .map(|(section, why)| (label(&section), why))
        .collect();
    let view = account::AccountSettingsPage {
        not_known,
        sections: sections
            .into_iter()
            .filter(|section| section.section != NOT_KNOWN)
            .map(|section| account::SettingsSection {
                label: label(&section.section),
                key: section.section,
                read_at: section.read_at,
                value: serde_json::from_str(&section.json).unwrap_or(serde_json::Value::Null),
            })
            .collect(),
        q: query.text("q").unwrap_or_default().to_owned(),
        reason: reason(&app, &subject, streams::ACCOUNT_SETTINGS).await?,
        subject,
    };
    Ok(html(account::page(&page_context.shell, &view)))
}
